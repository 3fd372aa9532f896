//! The gap study as a page to hand on, or its picture alone. Answers floor.
//!
//! One file without scripts that loads nothing. The same study of the same data gives the same bytes: no clock is
//! read, and of where the data lay, only the names that were typed matter.

mod digest;
mod page;
mod picture;

use std::path::Path;
use std::sync::Arc;

pub(crate) use crate::answers::report::digest::digest;
pub(crate) use crate::answers::report::page::page;
pub(crate) use crate::answers::report::picture::picture;

use crate::answers::compare::GapComparison;
use crate::answers::gaps::GapStudy;
use crate::engine::cut::Cut;
use crate::engine::dataset::Dataset;
use crate::words::coverage::Coverage;
use crate::words::gap::Gap;
use crate::words::timestamp::Timestamp;

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReportFormat {
    /// A page with the picture, the figures and what they rest on.
    Html,
    /// The picture.
    Svg,
}

impl ReportFormat {
    /// The format that the name of a file asks for; `None` if it asks for neither.
    pub(crate) fn of(path: &Path) -> Option<ReportFormat> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "html" | "htm" => Some(ReportFormat::Html),
            "svg" => Some(ReportFormat::Svg),
            _ => None,
        }
    }
}

/// The content of a report.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reported {
    /// The inputs, as they were typed.
    pub inputs: Vec<String>,
    /// The command that makes the study again.
    pub command: String,
    /// [`digest()`] of the pageviews, before any are left out of the study; `None` for counted pauses.
    pub digest: Option<String>,
    /// The first pageview and the last.
    pub span: Option<(Timestamp, Timestamp)>,
    /// How much of the inputs they cover, and what was left out.
    pub coverage: Coverage,
}

/// The cuts that a page compares: at half an hour and at the gap to keep. If there is no gap to keep, or it is half an
/// hour, the second is the gap in use. `None` if that is half an hour, too.
pub(crate) fn compared(study: &GapStudy, dataset: &Arc<Dataset>) -> Option<[Cut; 2]> {
    let others = study.valley.keep.into_iter().chain([study.gap]);
    let other = others.into_iter().find(|&gap| gap != Gap::DEFAULT)?;
    Some([Gap::DEFAULT, other].map(|gap| Cut::new(Arc::clone(dataset), gap)))
}

/// The report in a format.
pub(crate) fn report(
    format: ReportFormat,
    study: &GapStudy,
    reported: &Reported,
    comparison: Option<&GapComparison<'_>>,
) -> String {
    match format {
        ReportFormat::Html => page(study, reported, comparison),
        ReportFormat::Svg => picture(study, &reported.title()),
    }
}

impl Reported {
    /// The inputs in a few words.
    fn title(&self) -> String {
        match self.inputs.as_slice() {
            [] => "pageviews".to_owned(),
            [one] => one.clone(),
            [first, more @ ..] => format!("{first} and {} more", more.len()),
        }
    }
}
