//! How far a zone's clocks are ahead of UTC, fast enough for millions of instants in any order. Answers floor.

use chrono::DateTime;
use chrono::Offset;
use chrono::TimeZone;
use chrono_tz::Tz;

use crate::words::timestamp::Timestamp;

const US_PER_S: i64 = 1_000_000;

/// A zone's offsets within a stretch of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ZoneOffsets {
    /// Each offset and the instant from which it holds, ascending, microseconds. The first also holds before.
    changes_us: Vec<(i64, i64)>,
}

impl ZoneOffsets {
    /// The offsets between two instants, both included.
    pub(crate) fn of(zone: Tz, first: Timestamp, last: Timestamp) -> ZoneOffsets {
        /// Seconds, shorter than any offset has held.
        const STEP_S: i64 = 43_200;
        let offset_s = |at_s: i64| {
            let utc = DateTime::from_timestamp(at_s, 0).unwrap_or_default();
            let offset = zone.offset_from_utc_datetime(&utc.naive_utc());
            i64::from(offset.fix().local_minus_utc())
        };
        let (first_s, last_s) = (
            first.as_us().div_euclid(US_PER_S),
            last.as_us().div_euclid(US_PER_S),
        );
        let mut before = (first_s, offset_s(first_s));
        let mut changes_us = vec![(first_s * US_PER_S, before.1 * US_PER_S)];
        // This saves asking a zone that never changes a thousand times a year.
        let ends_s = if zone == Tz::UTC { first_s } else { last_s };
        while before.0 < ends_s {
            let next_s = (before.0 + STEP_S).min(ends_s);
            let offset = offset_s(next_s);
            if offset != before.1 {
                let (mut same, mut other) = (before.0, next_s);
                while other - same > 1 {
                    let middle = same + (other - same) / 2;
                    match offset_s(middle) == before.1 {
                        true => same = middle,
                        false => other = middle,
                    }
                }
                changes_us.push((other * US_PER_S, offset * US_PER_S));
            }
            before = (next_s, offset);
        }
        ZoneOffsets { changes_us }
    }

    /// The offset at an instant of the stretch; both in microseconds.
    pub(crate) fn at_us(&self, at_us: i64) -> i64 {
        let after = self
            .changes_us
            .partition_point(|&(from_us, _)| from_us <= at_us);
        self.changes_us[after.max(1) - 1].1
    }
}
