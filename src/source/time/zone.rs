//! A wall clock in a time zone -> an instant. Source floor.
//!
//! Knows the rules of zones through chrono-tz, and asks it as seldom as it can: once for each day on
//! which nothing changes.

use chrono::MappedLocalTime;
use chrono::NaiveDateTime;
use chrono::Offset;
use chrono::TimeDelta;
use chrono::TimeZone;
use chrono_tz::Tz;

use crate::words::timestamp::US_PER_DAY;
use crate::words::timestamp::US_PER_S;

/// How a clock's time could be placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placed {
    /// It exists once.
    Once,
    /// It never existed: clocks jumped over it. It is moved forward by the length of the jump.
    Skipped,
    /// It was shown twice. The earlier is taken.
    Twice,
    /// It existed twice. The later one is taken, since the file goes back there.
    Later,
}

/// Converts local times of one zone to instants, by the rule that RFC 5545 (3.3.5) and ECMAScript's Temporal
/// ("compatible") share. If a local time exists twice, they take the earlier one. Here, as long as times have come in
/// order, the order decides.
pub(super) struct Zone {
    zone: Tz,
    /// Days by the last bits of their number; empty for UTC, which needs none.
    days: Vec<ZoneDay>,
    /// The last instant.
    last_us: i64,
    /// Whether no instant was earlier than the one before.
    is_in_order: bool,
}

/// What is known about a day on the zone's clocks.
#[derive(Clone, Copy)]
struct ZoneDay {
    /// Since 1970-01-01.
    number: i64,
    /// The offset if it is the same all day.
    offset_us: Option<i64>,
}

/// How many days are remembered: eleven years.
const DAYS_KEPT: usize = 4096;

impl Zone {
    pub(super) fn new(zone: Tz) -> Zone {
        let unknown = ZoneDay {
            number: i64::MIN,
            offset_us: None,
        };
        let kept = if is_utc(zone) { 0 } else { DAYS_KEPT };
        Zone {
            zone,
            days: vec![unknown; kept],
            last_us: i64::MIN,
            is_in_order: true,
        }
    }

    /// The instant, in microseconds since the epoch, at which clocks here show `wall_us`, which is
    /// within the years 1 to 9999.
    #[inline]
    pub(super) fn place(&mut self, wall_us: i64) -> (i64, Placed) {
        if self.days.is_empty() {
            return (wall_us, Placed::Once);
        }
        let number = wall_us.div_euclid(US_PER_DAY);
        let slot = number as usize % DAYS_KEPT;
        if self.days[slot].number != number {
            self.days[slot] = ZoneDay {
                number,
                offset_us: self.offset_of_day(number),
            };
        }
        let (us, placed) = match self.days[slot].offset_us {
            Some(offset) => (wall_us - offset, Placed::Once),
            None => self.look_up(wall_us),
        };
        self.is_in_order &= us >= self.last_us;
        self.last_us = us;
        (us, placed)
    }

    /// The offset on a day if it is the same in each of its hours and at both midnights.
    fn offset_of_day(&self, number: i64) -> Option<i64> {
        let at_hour = |hour: i64| {
            let wall = naive(number * US_PER_DAY + hour * 3600 * US_PER_S)?;
            match self.zone.offset_from_local_datetime(&wall) {
                MappedLocalTime::Single(offset) => Some(in_us(&offset)),
                _ => None,
            }
        };
        let at_midnight = at_hour(0)?;
        (1..=24)
            .all(|hour| at_hour(hour) == Some(at_midnight))
            .then_some(at_midnight)
    }

    fn look_up(&self, wall_us: i64) -> (i64, Placed) {
        let Some(wall) = naive(wall_us) else {
            return (wall_us, Placed::Once);
        };
        match self.zone.offset_from_local_datetime(&wall) {
            MappedLocalTime::Single(offset) => (wall_us - in_us(&offset), Placed::Once),
            MappedLocalTime::Ambiguous(one, other) => {
                let (one, other) = (wall_us - in_us(&one), wall_us - in_us(&other));
                let (earlier, later) = (one.min(other), one.max(other));
                match self.is_in_order && (earlier + 1..=later).contains(&self.last_us) {
                    true => (later, Placed::Later),
                    false => (earlier, Placed::Twice),
                }
            }
            MappedLocalTime::None => {
                // The offset before the jump. Offsets are between -12 and +14 hours. So the instant this many hours
                // back, read as UTC, lies before the jump and at most 26 hours from it.
                let before = wall - TimeDelta::hours(14);
                let offset = self.zone.offset_from_utc_datetime(&before);
                (wall_us - in_us(&offset), Placed::Skipped)
            }
        }
    }
}

/// Whether clocks of the zone show UTC at all times.
fn is_utc(zone: Tz) -> bool {
    matches!(zone, Tz::UTC | Tz::GMT | Tz::Etc__UTC | Tz::Etc__GMT)
}

fn naive(wall_us: i64) -> Option<NaiveDateTime> {
    Some(chrono::DateTime::from_timestamp_micros(wall_us)?.naive_utc())
}

fn in_us(offset: &impl Offset) -> i64 {
    i64::from(offset.fix().local_minus_utc()) * US_PER_S
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The instant and how it was placed, from and to text.
    fn check(zone: Tz, wall: &str, expected: &str, placed: Placed) {
        let wall: NaiveDateTime = wall.parse().unwrap();
        let expected: NaiveDateTime = expected.parse().unwrap();
        let (us, how) = Zone::new(zone).place(wall.and_utc().timestamp_micros());
        assert_eq!(naive(us), Some(expected));
        assert_eq!(how, placed);
    }

    #[test]
    fn a_time_that_clocks_jumped_over_moves_forward_by_the_jump() {
        let berlin = Tz::Europe__Berlin;
        check(
            berlin,
            "2024-03-31T01:59:59",
            "2024-03-31T00:59:59",
            Placed::Once,
        );
        check(
            berlin,
            "2024-03-31T02:30:00",
            "2024-03-31T01:30:00",
            Placed::Skipped,
        );
        check(
            berlin,
            "2024-03-31T03:00:00",
            "2024-03-31T01:00:00",
            Placed::Once,
        );
        let lord_howe = Tz::Australia__Lord_Howe;
        check(
            lord_howe,
            "2024-10-06T02:10:00",
            "2024-10-05T15:40:00",
            Placed::Skipped,
        );
        let apia = Tz::Pacific__Apia;
        check(
            apia,
            "2011-12-30T12:00:00",
            "2011-12-30T22:00:00",
            Placed::Skipped,
        );
    }

    #[test]
    fn a_time_that_clocks_showed_twice_is_the_earlier() {
        let berlin = Tz::Europe__Berlin;
        check(
            berlin,
            "2024-10-27T02:30:00",
            "2024-10-27T00:30:00",
            Placed::Twice,
        );
        check(
            berlin,
            "2024-10-27T03:00:00",
            "2024-10-27T02:00:00",
            Placed::Once,
        );
    }

    #[test]
    fn where_a_file_in_order_goes_back_the_time_is_the_later() {
        let placed = |walls: &[&str]| -> Vec<String> {
            let mut zone = Zone::new(Tz::America__Detroit);
            let mut place = |wall: &&str| {
                let wall: NaiveDateTime = format!("2024-11-03T{wall}").parse().unwrap();
                let (us, _) = zone.place(wall.and_utc().timestamp_micros());
                naive(us).unwrap().format("%H:%M").to_string()
            };
            walls.iter().map(&mut place).collect()
        };
        let in_order = ["01:50:00", "01:10:00", "01:35:00", "02:00:00"];
        assert_eq!(placed(&in_order), ["05:50", "06:10", "06:35", "07:00"]);
        let not_in_order = ["03:00:00", "01:50:00", "01:10:00"];
        assert_eq!(placed(&not_in_order), ["08:00", "05:50", "05:10"]);
    }

    proptest! {
        #[test]
        fn every_minute_of_an_autumn_night_is_told_by_its_order(
            zone in proptest::sample::select(vec![
                Tz::Europe__Berlin, Tz::America__New_York, Tz::Australia__Lord_Howe, Tz::America__Havana,
            ]),
            year in 2000i32..2026,
            skips in proptest::collection::vec(1i64..20, 300..400),
        ) {
            let new_year = chrono::NaiveDate::from_ymd_opt(year, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
            let offset = |hour: i64| in_us(&zone.offset_from_utc_datetime(&(new_year + TimeDelta::hours(hour))));
            let Some(goes_back) = (0..365 * 24).find(|&hour| offset(hour) > offset(hour + 1)) else {
                // Havana stayed on summer time from 2004 to 2006.
                return Err(TestCaseError::reject("no clock goes back"));
            };
            // A day before clocks go back, the instants come in order, some of them within each half hour.
            let mut placing = Zone::new(zone);
            let mut minute = new_year.and_utc().timestamp() / 60 + (goes_back - 24) * 60;
            for n_minutes in skips {
                minute += n_minutes;
                let us = minute * 60 * US_PER_S;
                let utc = naive(us).unwrap();
                let wall = zone.from_utc_datetime(&utc).naive_local();
                let (placed, _) = placing.place(wall.and_utc().timestamp_micros());
                prop_assert_eq!(placed, us, "{}", utc);
            }
        }

        #[test]
        fn what_is_remembered_of_a_day_is_what_chrono_says(
            zone in proptest::sample::select(vec![
                Tz::Europe__Berlin, Tz::America__New_York, Tz::Africa__Casablanca, Tz::Asia__Tehran,
                Tz::Australia__Lord_Howe, Tz::Pacific__Apia, Tz::America__Caracas, Tz::UTC,
            ]),
            walls in proptest::collection::vec(-3_000_000_000i64..6_000_000_000, 1..50),
        ) {
            let mut remembering = Zone::new(zone);
            for wall in walls {
                let wall = wall * US_PER_S;
                // Each by itself: no order tells.
                remembering.last_us = i64::MIN;
                let placed = remembering.place(wall);
                remembering.last_us = i64::MIN;
                prop_assert_eq!(placed, remembering.look_up(wall));
            }
        }
    }
}
