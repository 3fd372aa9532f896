//! What the figures rest on: whether all is here, what was rejected, what was understood. App floor.

use crate::answers::valley;
use crate::app::App;
use crate::app::Command;
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
        let sample = coverage.and_then(|coverage| coverage.sample);
        let sample = sample.map(|sample| sample.to_string());
        let changed = self.store_changed.then(|| "store changed, R".to_owned());
        let named = coverage.map_or(&[][..], |coverage| &coverage.marks[..]);
        let warnings = coverage.map_or(0, |coverage| coverage.warnings.len());
        let warnings = warnings.saturating_sub(named.len()) as u64;
        let warnings = (warnings > 0).then(|| counted(warnings, "warning"));
        let rejects = coverage.map_or(0, |coverage| coverage.rejects);
        let rejects = (rejects > 0).then(|| counted(rejects, "reject"));
        let left_out = coverage.map_or(0, Coverage::n_left_out);
        let left_out = (left_out > 0).then(|| format!("{} left out", count(left_out)));
        let said = [self.follow_mark(), part, sample, changed];
        let said = said.into_iter().flatten();
        let said = said.chain(named.iter().cloned());
        let counts = [warnings, rejects, left_out].into_iter().flatten();
        said.chain(counts).collect()
    }

    /// What was understood of the input, and the first of what was not: safe lines for a terminal of this width.
    pub(crate) fn notes(&self, width: u16) -> Vec<String> {
        let wide = usize::from(notes_width(width));
        let notes = self.notes_unwrapped();
        notes.iter().flat_map(|note| wrap(note, wide)).collect()
    }

    /// `shop.csv: 5,005 pageviews of 83 users, 15 Jan – 13 Feb 2020 UTC`, which narrow terminals show in part.
    fn what_is_open(&self, data: &Data) -> String {
        let span = data
            .cut
            .dataset()
            .span()
            .map_or(String::new(), |(first, last)| {
                let days = data.calendar.days(first, last);
                format!(", {days} {}", data.calendar.zone_name())
            });
        format!(
            "{}: {} of {}{span}",
            self.name,
            counted(data.summary.pageviews, "pageview"),
            counted(data.summary.users, "user")
        )
    }

    fn notes_unwrapped(&self) -> Vec<String> {
        let Some(data) = &self.data else {
            return vec!["nothing is loaded yet".to_owned()];
        };
        let coverage = data.coverage();
        let mut lines = vec![self.what_is_open(data), String::new()];
        if let Some(part) = coverage.extent.mark() {
            lines.push(format!(
                "{part}: only a part of {} is loaded ({}), and every figure is of that part",
                self.name, coverage.extent
            ));
            lines.push(String::new());
        }
        lines.extend(self.follow_notes());
        if self.origin == Origin::Files {
            let way = match self.follow.is_some() {
                true => "dwell load --follow --store shop.db FILE keeps it in a store",
                false => ":keep shop.db writes it to a store",
            };
            lines.push(format!("not saved: {way}"));
            lines.push(String::new());
        }
        if self.store_changed {
            lines.push(format!(
                "{} has changed since it was loaded; {} loads it again",
                self.name,
                self.key_of(Command::Reload)
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
        if coverage.rejects > 0 && self.origin == Origin::Files {
            let key = self.key_of(Command::Export);
            lines.push(format!(
                "{key} writes all of them to a file: file, line, reason"
            ));
        }
        if !coverage.left_out.is_empty() {
            lines.push(String::new());
            let n = counted(coverage.n_left_out(), "row");
            lines.push(format!("{n} left out, which are not meant to count:"));
            let by_reason = coverage.left_out.iter();
            lines.extend(by_reason.map(|(reason, n)| format!("{} {reason}", count(*n))));
        }
        if let Some(study) = data.valley() {
            lines.push(String::new());
            lines.push("what the pauses say about the gap:".to_owned());
            lines.push(valley::verdict(study));
            lines.extend(data.study_details());
        }
        lines
    }
}

/// How many rows could not be read, and why: by reason where inputs were read to their ends, else the first of them.
fn rejects(coverage: &Coverage) -> Vec<String> {
    let n = counted(coverage.rejects, "row");
    if coverage.rejects == 0 {
        return vec![match coverage.extent.is_whole() {
            true => "no row was rejected".to_owned(),
            false => "no row of this part was rejected".to_owned(),
        }];
    }
    let reasons = &coverage.reject_reasons;
    let told: u64 = reasons.iter().map(|alike| alike.count).sum();
    let mut lines = Vec::new();
    if reasons.is_empty() {
        let first = coverage.first_rejects.iter().map(ToString::to_string);
        lines.extend(first);
    } else {
        let mut reasons: Vec<_> = reasons.iter().collect();
        reasons.sort_by_key(|alike| std::cmp::Reverse(alike.count));
        lines.extend(reasons.iter().map(|alike| match alike.count {
            1 => alike.first.to_string(),
            n => format!("{} like {}", count(n), alike.first),
        }));
        if let more @ 1.. = coverage.rejects.saturating_sub(told) {
            lines.push(format!("{} for other reasons", count(more)));
        }
    }
    let summary = match (lines.is_empty(), reasons.is_empty()) {
        (true, _) => format!("{n} could not be read as pageviews"),
        (_, true) => format!("{n} could not be read as pageviews; the first:"),
        _ => format!("{n} could not be read as pageviews:"),
    };
    std::iter::once(summary).chain(lines).collect()
}
