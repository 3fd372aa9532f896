//! The figures of sessions by the time they start, or by what they carry. Answers floor.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::HashSet;

use crate::answers::browse::calendar::Calendar;
use crate::answers::browse::local_clock::LocalClock;
use crate::answers::filter::session_filter::SessionFilter;
use crate::engine::cut::Cut;
use crate::engine::dataset::TextValues;
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
    /// The value of a carried column, by its place among them. The value with most sessions comes first.
    Carried(usize),
}

/// What the sessions of a row have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RowLabel {
    /// A time, as a filter takes it, or a carried value.
    Value(String),
    /// The carried column has nothing.
    Nothing,
    /// One of so many values that have no row of their own.
    Others(u64),
}

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Breakdown {
    /// What a row is, as the heading of its column.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Breakdown::Day => "day",
            Breakdown::Hour => "hour",
            Breakdown::Weekday => "weekday",
            Breakdown::Carried(_) => "value",
        }
    }

    /// The figures of the sessions that a filter keeps, row by row. Of times, rows without a session are there, too; of
    /// carried values, one for each of the `most` with most sessions, and one for all others. A user counts in each row
    /// with one of their sessions.
    pub(crate) fn rows(
        self,
        cut: &Cut,
        filter: &SessionFilter,
        calendar: &Calendar,
        most: usize,
    ) -> Vec<(RowLabel, Summary)> {
        let Some((first, last)) = cut.dataset().span() else {
            return Vec::new();
        };
        let clock = LocalClock::of(calendar, first, last);
        let at = cut.dataset().at_us();
        let mut there = match self {
            Breakdown::Day => filter.summaries(cut, |row| clock.day(at[row])),
            Breakdown::Hour => filter.summaries(cut, |row| clock.hour(at[row]) as i32),
            Breakdown::Weekday => filter.summaries(cut, |row| clock.weekday(at[row]) as i32),
            Breakdown::Carried(column) => {
                let column = cut.dataset().carried().nth(column);
                return column.map_or(Vec::new(), |column| by_value(cut, filter, column, most));
            }
        };
        let nothing = Summary::of_nothing(cut.gap());
        self.groups(&there)
            .map(|group| {
                let summary = there.remove(&group).unwrap_or(nothing);
                (RowLabel::Value(self.label(group, calendar)), summary)
            })
            .collect()
    }

    fn groups(self, there: &BTreeMap<i32, Summary>) -> std::ops::Range<i32> {
        let ends = there.keys().next().zip(there.keys().next_back());
        match self {
            Breakdown::Day => ends.map_or(0..0, |(&first, &last)| first..last + 1),
            Breakdown::Hour => 0..24,
            Breakdown::Weekday => 0..7,
            Breakdown::Carried(_) => 0..0,
        }
    }

    fn label(self, group: i32, calendar: &Calendar) -> String {
        match self {
            Breakdown::Day => calendar.day_typed(group),
            Breakdown::Hour => group.to_string(),
            Breakdown::Weekday => WEEKDAYS[group as usize].to_owned(),
            Breakdown::Carried(_) => String::new(),
        }
    }
}

fn by_value(
    cut: &Cut,
    filter: &SessionFilter,
    column: TextValues<'_>,
    most: usize,
) -> Vec<(RowLabel, Summary)> {
    const OTHERS: i32 = -1;
    let value_of = |row: usize| column.by_row[row] as i32;
    let there = filter.summaries(cut, value_of);
    let mut rows: Vec<(i32, Summary)> = there.into_iter().collect();
    // Values are numbered in the order of their texts only where all came from one load.
    let text = |value: i32| column.texts.text(value as u32);
    rows.sort_by_key(|(value, summary)| (Reverse(summary.sessions), text(*value)));
    let n_others = rows.len().saturating_sub(most);
    rows.truncate(most);
    let label = |value: i32| match text(value) {
        "" => RowLabel::Nothing,
        text => RowLabel::Value(text.to_owned()),
    };
    let of_others = (n_others > 0).then(|| {
        let own: HashSet<i32> = rows.iter().map(|(value, _)| *value).collect();
        // Users and medians do not add up, so the sessions are gone through again.
        let mut there = filter.summaries(cut, |row| match own.contains(&value_of(row)) {
            true => value_of(row),
            false => OTHERS,
        });
        let summary = there.remove(&OTHERS);
        let summary = summary.unwrap_or_else(|| Summary::of_nothing(cut.gap()));
        (RowLabel::Others(n_others as u64), summary)
    });
    let rows = rows
        .into_iter()
        .map(|(value, summary)| (label(value), summary));
    rows.chain(of_others).collect()
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

    fn text(label: &RowLabel) -> &str {
        match label {
            RowLabel::Value(text) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn days_without_a_session_between_others_have_a_row() {
        let rows = [0, 3 * 86_400].map(|s| ("u", Timestamp::clamped(s * 1_000_000), "/"));
        let cut = Cut::new(Arc::new(Dataset::of_rows(rows)), Gap::DEFAULT);
        let calendar = Calendar::utc();
        let rows = Breakdown::Day.rows(&cut, &chosen(&cut, &calendar, ""), &calendar, usize::MAX);
        let sessions: Vec<(&str, u64)> = rows
            .iter()
            .map(|(day, summary)| (text(day), summary.sessions))
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
                let rows = by.rows(&cut, &all, &calendar, usize::MAX);
                let sessions: u64 = rows.iter().map(|(_, summary)| summary.sessions).sum();
                prop_assert_eq!(sessions, all.summary(&cut).sessions);
                for (name, summary) in rows {
                    let text = format!("{filter} {field}:{}", text(&name));
                    let one = chosen(&cut, &calendar, &text).summary(&cut);
                    prop_assert_eq!(summary, one, "{}", text);
                }
            }
        }
    }
}
