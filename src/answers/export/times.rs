//! Writes instants for exports: RFC 3339 with the offset of a zone. Answers floor.

use chrono::DateTime;
use chrono::Offset;
use chrono::TimeZone;
use chrono_tz::Tz;

use crate::words::timestamp::Rfc3339;
use crate::words::timestamp::Timestamp;
use crate::words::timestamp::US_PER_S;

const US_PER_MINUTE: i64 = 60 * US_PER_S;
const US_PER_HOUR: i64 = 60 * US_PER_MINUTE;

/// Hours whose offset is remembered.
const HOURS_KEPT: usize = 1024;

/// Writes instants in one zone.
#[derive(Clone, Debug)]
pub(super) struct TimeTexts {
    writer: Rfc3339,
    zone: Tz,
    /// Hours since the epoch with their offset in minutes, each at the place that its last bits say; empty for UTC.
    hours: Vec<(i64, i64)>,
}

impl TimeTexts {
    pub(super) fn new(zone: Tz) -> TimeTexts {
        let kept = if zone == Tz::UTC { 0 } else { HOURS_KEPT };
        TimeTexts {
            writer: Rfc3339::default(),
            zone,
            hours: vec![(i64::MIN, 0); kept],
        }
    }

    /// Appends an instant: with `Z` for UTC, else with the offset that the zone has then, such as `+02:00`. One whose
    /// year there is not in 1 to 9999 is written in UTC.
    #[inline]
    pub(super) fn write(&mut self, out: &mut Vec<u8>, at: Timestamp) {
        if self.hours.is_empty() {
            return self.writer.write(out, at);
        }
        let minutes = self.offset(at);
        let Some(shown) = Timestamp::from_us(at.as_us() + minutes * US_PER_MINUTE) else {
            return self.writer.write(out, at);
        };
        self.writer.write(out, shown);
        // Replaces the Z.
        out.pop();
        out.push(if minutes < 0 { b'-' } else { b'+' });
        let minutes = minutes.unsigned_abs();
        for (number, after) in [(minutes / 60, Some(b':')), (minutes % 60, None)] {
            out.extend([b'0' + (number / 10) as u8, b'0' + (number % 10) as u8]);
            out.extend(after);
        }
    }

    /// The zone's offset at an instant, in whole minutes: RFC 3339 has no seconds in an offset.
    fn offset(&mut self, at: Timestamp) -> i64 {
        let hour = at.as_us().div_euclid(US_PER_HOUR);
        let slot = hour as usize % HOURS_KEPT;
        if self.hours[slot].0 == hour {
            return self.hours[slot].1;
        }
        let begin = self.look_up(hour * US_PER_HOUR);
        // No zone changes twice within an hour.
        if begin == self.look_up((hour + 1) * US_PER_HOUR) {
            self.hours[slot] = (hour, begin);
            return begin;
        }
        self.look_up(at.as_us())
    }

    fn look_up(&self, us: i64) -> i64 {
        let Some(utc) = DateTime::from_timestamp_micros(us) else {
            return 0;
        };
        let offset = self.zone.offset_from_utc_datetime(&utc.naive_utc());
        i64::from(offset.fix().local_minus_utc()).div_euclid(60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(zone: Tz, us: i64) -> String {
        let mut out = Vec::new();
        TimeTexts::new(zone).write(&mut out, Timestamp::from_us(us).unwrap());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn times_have_the_offset_that_the_zone_has_then() {
        let summer = 1_719_181_200_000_000;
        assert_eq!(written(Tz::UTC, summer), "2024-06-23T22:20:00Z");
        assert_eq!(
            written(Tz::Europe__Oslo, summer),
            "2024-06-24T00:20:00+02:00"
        );
        assert_eq!(
            written(Tz::Asia__Kolkata, summer + 500_000),
            "2024-06-24T03:50:00.5+05:30"
        );
        assert_eq!(
            written(Tz::America__New_York, summer),
            "2024-06-23T18:20:00-04:00"
        );
        let last = Timestamp::MAX.as_us();
        assert_eq!(
            written(Tz::Europe__Oslo, last),
            "9999-12-31T23:59:59.999999Z"
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_the_instant_and_what_chrono_writes(
            zone in proptest::sample::select(vec![
                Tz::Europe__Berlin, Tz::Australia__Lord_Howe, Tz::America__St_Johns, Tz::Pacific__Apia, Tz::Europe__Amsterdam,
            ]),
            seconds in proptest::collection::vec(0i64..4_000_000_000, 1..40),
        ) {
            let mut times = TimeTexts::new(zone);
            for second in seconds {
                let mut out = Vec::new();
                times.write(&mut out, Timestamp::from_us(second * US_PER_S).unwrap());
                let expected = zone.timestamp_opt(second, 0).unwrap().to_rfc3339();
                prop_assert_eq!(String::from_utf8(out).unwrap(), expected);
            }
        }
    }
}
