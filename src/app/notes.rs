//! What the figures rest on: whether all is here, what was rejected, what was understood. App floor.

use crate::answers::valley;
use crate::app::App;
use crate::app::Data;
use crate::app::Origin;
use crate::words::coverage::Coverage;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::text::wrap;

/// How many columns the notes take on a terminal of this width.
pub(crate) fn notes_width(width: u16) -> u16 {
    width.saturating_sub(8).min(110)
}

impl App {
    /// What every screen says of the pageviews behind its figures, the weightiest first: `PARTIAL 12 %`,
    /// `33 rejects`. The notes explain each.
    pub(crate) fn marks(&self) -> Vec<String> {
        let coverage = self.data.as_ref().map(Data::coverage);
        let part = coverage.and_then(|coverage| coverage.extent.mark());
        let changed = self.store_changed.then(|| "store changed, R".to_owned());
        let warnings = coverage.map_or(0, |coverage| coverage.warnings.len() as u64);
        let warnings = (warnings > 0).then(|| format!("{}, i", counted(warnings, "warning")));
        let rejects = coverage.map_or(0, |coverage| coverage.rejects);
        let rejects = (rejects > 0).then(|| counted(rejects, "reject"));
        let left_out = coverage.map_or(0, Coverage::n_left_out);
        let left_out = (left_out > 0).then(|| format!("{} left out", count(left_out)));
        [part, changed, warnings, rejects, left_out]
            .into_iter()
            .flatten()
            .collect()
    }

    /// What was understood of the input, and the first of what was not: safe lines for a terminal of this width.
    pub(crate) fn notes(&self, width: u16) -> Vec<String> {
        let wide = usize::from(notes_width(width));
        let notes = self.notes_unwrapped();
        notes.iter().flat_map(|note| wrap(note, wide)).collect()
    }

    fn notes_unwrapped(&self) -> Vec<String> {
        let Some(data) = &self.data else {
            return vec!["nothing is loaded yet".to_owned()];
        };
        let coverage = data.coverage();
        let mut lines = Vec::new();
        if let Some(part) = coverage.extent.mark() {
            lines.push(format!(
                "{part}: only a part of {} is loaded ({}), and every figure is of that part",
                self.name, coverage.extent
            ));
            lines.push(String::new());
        }
        if self.origin == Origin::Files {
            lines.push("not kept: :keep shop.db writes a store of it".to_owned());
            lines.push(String::new());
        }
        if self.store_changed {
            lines.push(format!(
                "{} has changed since it was loaded; R loads it again",
                self.name
            ));
            lines.push(String::new());
        }
        for said in [&coverage.warnings, &coverage.notes] {
            lines.extend_from_slice(said);
            if !said.is_empty() {
                lines.push(String::new());
            }
        }
        lines.extend(rejects(coverage));
        if !coverage.left_out.is_empty() {
            lines.push(String::new());
            let n = counted(coverage.n_left_out(), "row");
            lines.push(format!("{n} left out, which are not meant to count:"));
            let by_reason = coverage.left_out.iter();
            lines.extend(by_reason.map(|(reason, n)| format!("{} {reason}", count(*n))));
        }
        if let Some(study) = data.valley() {
            lines.push(String::new());
            lines.push("what the pauses say of the gap:".to_owned());
            lines.push(valley::verdict(study));
            lines.extend(data.study_details());
        }
        lines
    }
}

/// How many rows could not be read, and the first of them where they are known.
fn rejects(coverage: &Coverage) -> Vec<String> {
    let n = counted(coverage.rejects, "row");
    let first = coverage.first_rejects.iter().map(ToString::to_string);
    let summary = match (coverage.rejects, coverage.extent.is_whole()) {
        (0, true) => "no row had to be rejected".to_owned(),
        (0, false) => "no row of this part had to be rejected".to_owned(),
        _ if coverage.first_rejects.is_empty() => {
            format!("{n} could not be read as pageviews")
        }
        _ => format!("{n} could not be read as pageviews; the first:"),
    };
    std::iter::once(summary).chain(first).collect()
}
