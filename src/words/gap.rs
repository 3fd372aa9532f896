//! The inactivity gap: the pause that ends a session. Words floor.

use std::fmt;
use std::str::FromStr;

use crate::words::error::Error;

/// A positive duration in whole microseconds. A pause of at least this long starts a new session.
///
/// Reads and prints as `30m`, `90s`, `1h30m`, `500ms`, `250us`, `1d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gap(i64);

/// Unit suffixes from long to short, with their length in microseconds.
const UNITS: [(&str, i64); 6] = [
    ("d", 86_400_000_000),
    ("h", 3_600_000_000),
    ("m", 60_000_000),
    ("s", 1_000_000),
    ("ms", 1_000),
    ("us", 1),
];

impl Gap {
    /// The customary thirty minutes.
    pub const DEFAULT: Gap = Gap(30 * 60_000_000);
    /// The shortest gap, one microsecond.
    pub const MIN: Gap = Gap(1);
    /// The longest gap, about 292,000 years.
    pub const MAX: Gap = Gap(i64::MAX);

    /// A gap of `us` microseconds; `None` unless that is positive.
    pub const fn from_us(us: i64) -> Option<Gap> {
        if us > 0 { Some(Gap(us)) } else { None }
    }

    /// Microseconds, at least 1.
    pub const fn as_us(self) -> i64 {
        self.0
    }
}

impl Default for Gap {
    fn default() -> Gap {
        Gap::DEFAULT
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        let mut text = String::new();
        for (suffix, unit_us) in UNITS {
            if rest >= unit_us {
                text.push_str(&format!("{}{suffix}", rest / unit_us));
                rest %= unit_us;
            }
        }
        f.pad(&text)
    }
}

impl FromStr for Gap {
    type Err = Error;

    /// Reads a gap. Errors with the accepted forms when the text is not a duration, has no unit, is shorter than a
    /// microsecond, negative, or longer than [`Gap::MAX`].
    fn from_str(text: &str) -> Result<Gap, Error> {
        let wrong = || Error::Gap {
            text: text.to_owned(),
        };
        let duration = humantime::parse_duration(text.trim()).map_err(|_| wrong())?;
        if duration.subsec_nanos() % 1_000 != 0 {
            return Err(wrong());
        }
        i64::try_from(duration.as_micros())
            .ok()
            .and_then(Gap::from_us)
            .ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_documented_forms_are_read() {
        for (text, us) in [
            ("30m", 1_800_000_000),
            ("90s", 90_000_000),
            ("1h30m", 5_400_000_000),
            ("1h 30m", 5_400_000_000),
            ("500ms", 500_000),
            ("1us", 1),
            ("1d", 86_400_000_000),
        ] {
            assert_eq!(text.parse::<Gap>().unwrap().as_us(), us, "{text}");
        }
    }

    #[test]
    fn what_is_no_positive_duration_is_refused_with_the_accepted_forms() {
        for text in [
            "",
            "0",
            "0s",
            "-5m",
            "30",
            "m",
            "half an hour",
            "1ns",
            "1us 1ns",
            "9999999999y",
        ] {
            let message = text.parse::<Gap>().unwrap_err().to_string();
            assert!(message.contains("30m, 90s, 1h30m"), "{text}: {message}");
        }
    }

    #[test]
    fn gaps_print_in_their_shortest_exact_form() {
        for text in ["30m", "1h30m", "500ms", "30m1us", "2d12h", "1s500ms"] {
            assert_eq!(text.parse::<Gap>().unwrap().to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(us in 1..=i64::MAX) {
            let gap = Gap::from_us(us).unwrap();
            prop_assert_eq!(gap.to_string().parse::<Gap>().unwrap(), gap);
        }
    }
}
