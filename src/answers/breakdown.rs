//! The figures of sessions by the time they start. Answers floor.

use std::collections::BTreeMap;

use crate::answers::browse::calendar::Calendar;
use crate::answers::browse::local_clock::LocalClock;
use crate::answers::filter::session_filter::SessionFilter;
use crate::engine::cut::Cut;
use crate::engine::measure::Summary;

/// What sessions are told apart by, in the zone of display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Breakdown {
    /// The day, from the first with a session to the last.
    Day,
    /// The hour of the day, 0 to 23.
    Hour,
    /// The weekday, Monday first.
    Weekday,
}

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Breakdown {
    /// What a row is, as the heading of its column.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Breakdown::Day => "day",
            Breakdown::Hour => "hour",
            Breakdown::Weekday => "weekday",
        }
    }

    /// The figures of the sessions that a filter keeps, row by row: what the row is called, as a filter takes it, and its
    /// figures. Rows without a session are there, too. A user counts in each row with one of their sessions.
    pub(crate) fn rows(
        self,
        cut: &Cut,
        filter: &SessionFilter,
        calendar: &Calendar,
    ) -> Vec<(String, Summary)> {
        let Some((first, last)) = cut.dataset().span() else {
            return Vec::new();
        };
        let clock = LocalClock::of(calendar, first, last);
        let mut there = match self {
            Breakdown::Day => filter.summaries(cut, |at_us| clock.day(at_us)),
            Breakdown::Hour => filter.summaries(cut, |at_us| clock.hour(at_us) as i32),
            Breakdown::Weekday => filter.summaries(cut, |at_us| clock.weekday(at_us) as i32),
        };
        let nothing = Summary::of_nothing(cut.gap());
        self.groups(&there)
            .map(|group| {
                let summary = there.remove(&group).unwrap_or(nothing);
                (self.label(group, calendar), summary)
            })
            .collect()
    }

    fn groups(self, there: &BTreeMap<i32, Summary>) -> std::ops::Range<i32> {
        let ends = there.keys().next().zip(there.keys().next_back());
        match self {
            Breakdown::Day => ends.map_or(0..0, |(&first, &last)| first..last + 1),
            Breakdown::Hour => 0..24,
            Breakdown::Weekday => 0..7,
        }
    }

    fn label(self, group: i32, calendar: &Calendar) -> String {
        match self {
            Breakdown::Day => calendar.day_typed(group),
            Breakdown::Hour => group.to_string(),
            Breakdown::Weekday => WEEKDAYS[group as usize].to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono_tz::Tz;
    use proptest::prelude::*;

    use super::*;
    use crate::answers::filter::parse::parse;
    use crate::answers::filter::session_filter::Chosen;
    use crate::engine::dataset::Dataset;
    use crate::words::gap::Gap;
    use crate::words::timestamp::Timestamp;

    fn chosen(cut: &Cut, calendar: &Calendar, text: &str) -> SessionFilter {
        let (chips, problem) = parse(text, calendar);
        assert_eq!(problem, None, "{text}");
        SessionFilter::new(cut.dataset(), &chips, Chosen::Sessions)
    }

    #[test]
    fn days_without_a_session_between_others_have_a_row() {
        let rows = [0, 3 * 86_400].map(|s| ("u", Timestamp::clamped(s * 1_000_000), "/"));
        let cut = Cut::new(Arc::new(Dataset::of_rows(rows)), Gap::DEFAULT);
        let calendar = Calendar::utc();
        let rows = Breakdown::Day.rows(&cut, &chosen(&cut, &calendar, ""), &calendar);
        let sessions: Vec<(&str, u64)> = rows
            .iter()
            .map(|(day, summary)| (day.as_str(), summary.sessions))
            .collect();
        let expected = [
            ("1970-01-01", 1),
            ("1970-01-02", 0),
            ("1970-01-03", 0),
            ("1970-01-04", 1),
        ];
        assert_eq!(sessions, expected);
    }

    proptest! {
        /// A row has the figures of the filter of its name, and the rows together have all sessions.
        #[test]
        fn each_row_is_what_its_filter_keeps(
            rows in prop::collection::vec((0u8..4, 0i64..4_000), 1..60),
            zone in prop::sample::select(vec![Tz::UTC, Tz::Europe__Berlin, Tz::America__Sao_Paulo]),
            filter in prop::sample::select(vec!["", "views>=2", "user:u1"]),
        ) {
            // Around a night in which clocks change in both zones, at midnight in one of them.
            let start_s = 1_540_080_000;
            let rows = rows.into_iter().map(|(user, slot)| {
                let at = Timestamp::clamped((start_s + slot * 400) * 1_000_000);
                (format!("u{user}"), at, "/")
            });
            let cut = Cut::new(Arc::new(Dataset::of_rows(rows)), Gap::DEFAULT);
            let calendar = Calendar::new(zone, None);
            let all = chosen(&cut, &calendar, filter);
            for (by, field) in [
                (Breakdown::Day, "time"),
                (Breakdown::Hour, "hour"),
                (Breakdown::Weekday, "weekday"),
            ] {
                let rows = by.rows(&cut, &all, &calendar);
                let sessions: u64 = rows.iter().map(|(_, summary)| summary.sessions).sum();
                prop_assert_eq!(sessions, all.summary(&cut).sessions);
                for (name, summary) in rows {
                    let text = format!("{filter} {field}:{name}");
                    let one = chosen(&cut, &calendar, &text).summary(&cut);
                    prop_assert_eq!(summary, one, "{}", text);
                }
            }
        }
    }
}
