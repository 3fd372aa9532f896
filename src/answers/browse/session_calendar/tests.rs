//! Compares sessions by day and hour with chrono, which is asked about each session.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::DateTime;
use chrono::Datelike;
use chrono::Timelike;
use chrono_tz::Tz;
use proptest::prelude::*;

use super::*;
use crate::engine::dataset::Dataset;
use crate::words::gap::Gap;
use crate::words::timestamp::Timestamp;

fn cut_of(rows: &[(u8, i64)]) -> Cut {
    let rows = rows
        .iter()
        .map(|&(user, s)| (format!("u{user}"), Timestamp::clamped(s * 1_000_000), "/"));
    Cut::new(Arc::new(Dataset::of_rows(rows)), Gap::DEFAULT)
}

fn counted(cut: &Cut, zone: Tz) -> SessionCalendar {
    let calendar = Calendar::new(zone, None);
    SessionCalendar::of(cut, &calendar, &|| true).unwrap()
}

fn seconds(text: &str) -> i64 {
    DateTime::parse_from_rfc3339(text).unwrap().timestamp()
}

#[test]
fn no_pageviews_have_no_days() {
    assert_eq!(counted(&cut_of(&[]), Tz::UTC), SessionCalendar::default());
}

#[test]
fn a_day_on_which_clocks_go_back_has_twenty_five_hours() {
    let midnight = seconds("2020-10-25T00:00:00+02:00");
    let rows: Vec<(u8, i64)> = (0..26).map(|hour| (0, midnight + hour * 3_600)).collect();
    let found = counted(&cut_of(&rows), Tz::Europe__Berlin);
    let sessions: Vec<u32> = found.days.iter().map(|day| day.sessions).collect();
    assert_eq!(sessions, [25, 1]);
    assert_eq!(
        found.hours[6 * 24 + 2].sessions,
        2,
        "the hour that comes twice"
    );
}

#[test]
fn a_session_counts_where_it_starts() {
    let late = seconds("2020-02-02T23:50:00Z");
    let found = counted(&cut_of(&[(0, late), (0, late + 1_200)]), Tz::UTC);
    assert_eq!(found.days.len(), 1);
    let cell = CellFigures {
        sessions: 1,
        bounces: 0,
        median_duration_us: Some(1_200_000_000),
    };
    assert_eq!((found.days[0], found.hours[6 * 24 + 23]), (cell, cell));
    assert_eq!(cell.words(), "1 session, bounce 0.0 %, median 20m");
}

#[test]
fn a_day_that_a_zone_left_out_has_no_session() {
    // Samoa skipped the 30th.
    let rows = [
        (0, seconds("2011-12-29T12:00:00-10:00")),
        (1, seconds("2011-12-31T12:00:00+14:00")),
    ];
    let found = counted(&cut_of(&rows), Tz::Pacific__Apia);
    let sessions: Vec<u32> = found.days.iter().map(|day| day.sessions).collect();
    assert_eq!(sessions, [1, 0, 1]);
}

#[test]
fn the_ends_of_time_are_counted() {
    for zone in [Tz::UTC, Tz::Pacific__Kiritimati, Tz::Pacific__Niue] {
        let rows = [("a", Timestamp::MIN, "/"), ("b", Timestamp::MAX, "/")];
        let cut = Cut::new(Arc::new(Dataset::of_rows(rows)), Gap::DEFAULT);
        let found = counted(&cut, zone);
        let sessions: u32 = found.days.iter().map(|day| day.sessions).sum();
        assert_eq!(sessions, 2);
    }
}

#[test]
fn shades_begin_at_the_quarters() {
    assert_eq!(shades(vec![]), None);
    assert_eq!(shades(vec![7.0]), Some([7.0; 3]));
    assert_eq!(shades(vec![4.0, 3.0, 2.0, 1.0]), Some([2.0, 3.0, 4.0]));
}

proptest! {
    #[test]
    fn days_and_hours_are_those_of_the_clock(
        rows in proptest::collection::vec((0u8..3, 0i64..400 * 24 * 4), 1..60),
        zone in proptest::sample::select(vec![
            Tz::UTC, Tz::Europe__Berlin, Tz::America__New_York, Tz::Asia__Kathmandu,
            Tz::Australia__Lord_Howe, Tz::America__Sao_Paulo, Tz::Pacific__Apia,
        ]),
        year in 1_500i64..1_700,
    ) {
        let rows: Vec<(u8, i64)> = rows.iter().map(|&(user, quarter)| (user, year * 1_000_000 + quarter * 900)).collect();
        let cut = cut_of(&rows);
        let found = counted(&cut, zone);
        let (mut days, mut hours) = (BTreeMap::new(), BTreeMap::new());
        for session in (0..cut.sessions().len()).map(|session| cut.session(session)) {
            let local = DateTime::from_timestamp_micros(session.started_at.as_us()).unwrap().with_timezone(&zone);
            let weekday = local.weekday().num_days_from_monday();
            *days.entry(local.num_days_from_ce()).or_insert(0u32) += 1;
            hours.entry(weekday * 24 + local.hour()).or_insert_with(Vec::new).push(session.duration_us());
        }
        let told = (found.first_day..).zip(&found.days).filter(|(_, day)| day.sessions > 0);
        let told: BTreeMap<i32, u32> = told.map(|(day, figures)| (day, figures.sessions)).collect();
        prop_assert_eq!(told, days);
        for (hour, figures) in (0..).zip(&found.hours) {
            let durations = hours.remove(&hour).unwrap_or_default();
            prop_assert_eq!(figures.sessions as usize, durations.len());
            prop_assert_eq!(figures.bounces as usize <= durations.len(), true);
            let mut durations = durations;
            durations.sort_unstable();
            let middle = |n: usize| durations.get(n).copied();
            let expected = durations.len().checked_sub(1).and_then(|last| {
                let (low, high) = (middle(last / 2)?, middle(last.div_ceil(2))?);
                Some(low + (high - low) / 2)
            });
            prop_assert_eq!(figures.median_duration_us, expected);
        }
    }
}
