//! The options for reading times, as a person gave them. Source floor.

use chrono_tz::Tz;

use crate::source::time::given::TimeFormat;
use crate::source::time::number::TimeUnit;
use crate::words::timestamp::Timestamp;

/// How to read times. The default finds everything out, and takes times without an offset as UTC.
#[derive(Clone, Debug, Default)]
pub struct TimeOptions {
    /// How every time is written, instead of finding it out.
    pub format: Option<TimeFormat>,
    /// The time zone of times without an offset. UTC by default.
    pub zone: Tz,
    /// The time zone whose clocks counted the numbers, if it is not UTC.
    pub epoch_zone: Option<Tz>,
    /// The unit of numbers, instead of judging it by their magnitude.
    pub unit: Option<TimeUnit>,
    /// The instant since which numbers are counted, if that is not 1970-01-01T00:00:00Z.
    pub origin: Option<Timestamp>,
}

impl TimeOptions {
    /// The same for times that are all written in this format.
    pub(in crate::source) fn written(self, format: Option<TimeFormat>) -> TimeOptions {
        TimeOptions { format, ..self }
    }
}
