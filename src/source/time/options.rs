//! How times are to be read, as far as a person said so. Source floor.

use chrono_tz::Tz;

use crate::source::time::given::TimeFormat;
use crate::source::time::number::TimeUnit;
use crate::words::timestamp::Timestamp;

/// How to read times; the default finds everything out and takes times without an offset as UTC.
#[derive(Clone, Debug, Default)]
pub struct TimeOptions {
    /// How every time is written, if that is not to be found out.
    pub format: Option<TimeFormat>,
    /// The zone of times that are written without an offset. UTC by default.
    pub zone: Tz,
    /// The zone on whose clocks numbers were counted, if that is not UTC.
    pub epoch_zone: Option<Tz>,
    /// The unit of numbers, if it is not to be told by their magnitude.
    pub unit: Option<TimeUnit>,
    /// The instant since which numbers are counted, if that is not 1970-01-01T00:00:00Z.
    pub origin: Option<Timestamp>,
}

impl TimeOptions {
    /// The same for times that are all written so.
    pub(in crate::source) fn written(self, format: Option<TimeFormat>) -> TimeOptions {
        TimeOptions { format, ..self }
    }
}
