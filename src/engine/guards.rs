//! Finds signs that pageviews are not what they seem. A wrongly chosen column often shows there. Engine floor.
//!
//! Good data may look like this, too, so dwell warns and does not refuse.

use std::collections::HashSet;

use chrono::DateTime;
use chrono::Offset;
use chrono::TimeZone;
use chrono_tz::Tz;

use crate::engine::dataset::Dataset;
use crate::words::figure::count;
use crate::words::figure::share;
use crate::words::text::cut_end;
use crate::words::timestamp::US_PER_DAY;

/// Fewer pageviews may really be all of one user, or each of another user.
const ROWS_JUDGED: usize = 20;

/// Among fewer users, one may really have most of the pageviews.
const USERS_JUDGED: usize = 20;

/// Columns of a terminal that a user takes in a sentence.
const MOST_WIDTH: usize = 40;

/// A reason to doubt the pageviews; not yet made safe for a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GuardDoubt {
    /// In a word or two, to stand beside the figures: `dates only`.
    pub mark: String,
    pub sentence: String,
}

/// The doubts about these pageviews. The zone is that of times without an offset.
///
/// One pass over the users. Times are read only as long as all are at midnight.
pub(crate) fn doubts(dataset: &Dataset, zone: Tz) -> Vec<GuardDoubt> {
    const LOOK: &str = "dwell inspect shows what other columns there are";
    let (n_rows, n_users) = (dataset.n_rows(), dataset.n_users());
    let n = count(n_rows as u64);
    let user = |user: usize| cut_end(dataset.users().text(user as u32), MOST_WIDTH);
    let mut doubts = Vec::new();
    let mut doubt = |mark: &str, sentence| {
        let mark = mark.to_owned();
        doubts.push(GuardDoubt { mark, sentence });
    };
    if n_rows >= ROWS_JUDGED && n_users == 1 {
        doubt(
            "one user",
            format!(
                "all {n} pageviews are of one user, \"{}\": is the user in another column? {LOOK}",
                user(0)
            ),
        );
    }
    if n_rows >= ROWS_JUDGED && n_users == n_rows {
        doubt(
            "no user twice",
            format!(
                "each of the {n} pageviews has a different user, so no session has two: is the user in another column? \
             {LOOK}"
            ),
        );
    }
    if let Some((first, last)) = dataset.span().filter(|_| n_rows > 1) {
        if first == last {
            doubt(
                "one instant",
                format!(
                    "all {n} pageviews are at one instant, {first}: is the time in another column? {LOOK}"
                ),
            );
        } else if are_days(dataset, zone) {
            doubt("dates only", 
                "dates only: every time is at midnight, so that pauses within a day are not known; is there a column \
                 with the time of day? --time-column 'DATE TIME' joins two"
                    .to_owned(),
            );
        }
    }
    let largest = (0..n_users).max_by_key(|&user| dataset.rows_of(user).len());
    if let Some(largest) = largest.filter(|_| n_users >= USERS_JUDGED) {
        let n_largest = dataset.rows_of(largest).len();
        if n_largest * 4 > n_rows {
            let mark = format!("one user {:.0} %", n_largest as f64 / n_rows as f64 * 100.0);
            doubt(
                &mark,
                format!(
                    "user \"{}\" has {} of the {n} pageviews ({}): is it one person, or a placeholder for unknown \
                    users? --null TEXT treats a text as no value",
                    user(largest),
                    count(n_largest as u64),
                    share(n_largest as f64 / n_rows as f64),
                ),
            );
        }
    }
    doubts
}

/// Whether every time is at midnight in the zone.
fn are_days(dataset: &Dataset, zone: Tz) -> bool {
    let mut known = HashSet::new();
    let mut is_midnight = |us: i64| {
        if zone == Tz::UTC {
            return us % US_PER_DAY == 0;
        }
        known.contains(&us)
            || DateTime::from_timestamp_micros(us).is_some_and(|at| {
                let offset = zone.offset_from_utc_datetime(&at.naive_utc()).fix();
                let is_midnight =
                    (us + i64::from(offset.local_minus_utc()) * 1_000_000) % US_PER_DAY == 0;
                is_midnight && known.insert(us)
            })
    };
    dataset.at_us().iter().all(|&us| is_midnight(us))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::timestamp::Timestamp;

    const HOUR: i64 = 3_600_000_000;

    /// Doubts about pageviews of these users, by number, at these times; each said by its first words.
    fn check_in(zone: Tz, rows: impl Iterator<Item = (u32, i64)>, expected: &[&str]) {
        let rows = rows.map(|(user, us)| (format!("u{user}"), Timestamp::clamped(us), "/"));
        let dataset = Dataset::of_rows(rows);
        let said = doubts(&dataset, zone);
        let begins = said.len() == expected.len()
            && said
                .iter()
                .zip(expected)
                .all(|(said, begin)| said.sentence.starts_with(begin));
        assert!(begins, "{said:?}");
    }

    fn check(rows: impl Iterator<Item = (u32, i64)>, expected: &[&str]) {
        check_in(Tz::UTC, rows, expected);
    }

    #[test]
    fn one_user_for_all_of_20_pageviews_is_doubtful() {
        let rows = |n: i64| (0..n).map(|at| (0, at * HOUR));
        check(rows(19), &[]);
        check(rows(20), &["all 20 pageviews are of one user, \"u0\""]);
    }

    #[test]
    fn another_user_for_each_of_20_pageviews_is_doubtful() {
        let rows = |n: u32| (0..n).map(|user| (user, i64::from(user) * HOUR));
        check(rows(19), &[]);
        check(rows(20), &["each of the 20 pageviews has a different user"]);
        check(rows(20).chain([(0, 5)]), &[]);
    }

    #[test]
    fn times_that_are_all_at_midnight_or_the_same_are_doubtful() {
        let day = |n: i64| n * US_PER_DAY;
        check([(0, day(1)), (1, day(3))].into_iter(), &["dates only"]);
        check([(0, day(1)), (1, day(3) + 1)].into_iter(), &[]);
        check(
            [(0, 5), (1, 5)].into_iter(),
            &["all 2 pageviews are at one instant"],
        );
        check([(0, day(1))].into_iter(), &[]);
        check([].into_iter(), &[]);
    }

    #[test]
    fn midnight_is_that_of_the_zone_in_which_times_are_written() {
        // Midnight of 1 July and of 1 December 2024 in Berlin.
        let rows = || [(0, 1_719_784_800_000_000), (1, 1_733_007_600_000_000)].into_iter();
        check_in(Tz::Europe__Berlin, rows(), &["dates only"]);
        check(rows(), &[]);
        check_in(
            Tz::Europe__Berlin,
            rows().chain([(2, 1_719_784_800_000_001)]),
            &[],
        );
    }

    #[test]
    fn a_user_with_more_than_a_quarter_of_what_20_users_have_is_doubtful() {
        let rows = |n_users: u32, n_of_first: i64| {
            let of_first = (0..n_of_first).map(|at| (0, at * HOUR + 1));
            (0..n_users)
                .flat_map(|user| [(user, 7), (user, 9)])
                .chain(of_first)
        };
        check(rows(20, 10), &[]);
        check(rows(20, 11).chain([(21, 7)]), &[]);
        check(
            rows(20, 11),
            &["user \"u0\" has 13 of the 51 pageviews (25.5 %)"],
        );
        check(rows(19, 100), &[]);
    }
}
