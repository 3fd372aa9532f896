//! Numbers since the epoch -> microseconds: seconds, milli-, micro- or nanoseconds. Source floor.
//!
//! Knows nothing about dates. Computes in integers, so that no digit is lost on the way.

/// The unit of a number since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Second,
    Millisecond,
    Microsecond,
    Nanosecond,
}

impl Unit {
    /// The unit that a number of this absolute value must be in: below 1e11 seconds (until the year
    /// 5138), below 1e14 milliseconds, below 1e17 microseconds, else nanoseconds.
    fn of(magnitude: u128) -> Unit {
        if magnitude < 100_000_000_000 {
            Unit::Second
        } else if magnitude < 100_000_000_000_000 {
            Unit::Millisecond
        } else if magnitude < 100_000_000_000_000_000 {
            Unit::Microsecond
        } else {
            Unit::Nanosecond
        }
    }

    /// The power of ten that makes microseconds of it.
    fn exponent_to_us(self) -> i32 {
        match self {
            Unit::Second => 6,
            Unit::Millisecond => 3,
            Unit::Microsecond => 0,
            Unit::Nanosecond => -3,
        }
    }
}

/// A decimal number as it was written: ±`digits` × 10^`exponent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    negative: bool,
    digits: u128,
    exponent: i32,
}

/// More digits than this are no instant; a fraction is cut there.
const MOST_DIGITS: u32 = 30;

impl Number {
    /// Reads `1709287200`, `-1.5`, `1.70928726E+12`; `None` for anything else.
    pub(super) fn read(text: &[u8]) -> Option<Number> {
        if let 1..=18 = text.len()
            && let Some(digits) = read_digits(text)
        {
            return Some(Number {
                negative: false,
                digits: digits.into(),
                exponent: 0,
            });
        }
        let (negative, text) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        let (mantissa, exponent) = match text.iter().position(|b| matches!(b, b'e' | b'E')) {
            Some(at) => (&text[..at], read_exponent(&text[at + 1..])?),
            None => (text, 0),
        };
        let mut number = Number {
            negative,
            digits: 0,
            exponent,
        };
        let (mut n_digits, mut in_fraction, mut is_empty) = (0, false, true);
        for &byte in mantissa {
            match byte {
                b'0'..=b'9' => {
                    is_empty = false;
                    if n_digits < MOST_DIGITS {
                        n_digits += u32::from(number.digits > 0 || byte > b'0');
                        number.digits = number.digits * 10 + u128::from(byte - b'0');
                        number.exponent -= i32::from(in_fraction);
                    } else if !in_fraction {
                        return None;
                    }
                }
                b'.' if !in_fraction => in_fraction = true,
                _ => return None,
            }
        }
        (!is_empty).then_some(number)
    }

    /// Microseconds, rounded down, the unit by magnitude, and whether nothing was cut off; `None` if that is no
    /// `i64`.
    pub(super) fn as_us(self) -> Option<(i64, Unit, bool)> {
        let unit = Unit::of(self.scaled(0)?.0);
        let (magnitude, is_exact) = self.scaled(unit.exponent_to_us())?;
        let magnitude = i64::try_from(magnitude).ok()?;
        let us = if self.negative {
            -magnitude - i64::from(!is_exact)
        } else {
            magnitude
        };
        Some((us, unit, is_exact))
    }

    /// Whether this looks like a day count of a spreadsheet: days since 1899-12-30, in 1954 to 2119.
    /// As seconds since 1970 it would be one of the first day's.
    pub(super) fn looks_like_spreadsheet_days(self) -> bool {
        !self.negative && matches!(self.scaled(0), Some((20_000..80_000, _)))
    }

    /// Whether its absolute value is below that of `limit`.
    pub(super) fn is_below(self, limit: u128) -> bool {
        matches!(self.scaled(0), Some((magnitude, _)) if magnitude < limit)
    }

    /// The absolute value times 10^`power`, rounded towards zero, and whether nothing was cut off.
    fn scaled(self, power: i32) -> Option<(u128, bool)> {
        if self.digits == 0 {
            return Some((0, true));
        }
        if self.exponent == 0 && power == 0 {
            return Some((self.digits, true));
        }
        let exponent = self.exponent.checked_add(power)?;
        let factor = 10u128.checked_pow(exponent.unsigned_abs());
        match (exponent >= 0, factor) {
            (true, factor) => Some((self.digits.checked_mul(factor?)?, true)),
            (false, Some(divisor)) => {
                Some((self.digits / divisor, self.digits.is_multiple_of(divisor)))
            }
            (false, None) => Some((0, false)),
        }
    }
}

/// At most 18 digits and nothing else, as nearly every number is written.
fn read_digits(text: &[u8]) -> Option<u64> {
    text.iter().try_fold(0, |n, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit <= 9).then_some(n * 10 + u64::from(digit))
    })
}

/// `+12`, `-3`, `9`; at most three digits.
fn read_exponent(text: &[u8]) -> Option<i32> {
    let digits = text
        .strip_prefix(b"+")
        .or_else(|| text.strip_prefix(b"-"))
        .unwrap_or(text);
    if digits.is_empty() || digits.len() > 3 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: Option<(i64, Unit)>) {
        let read = Number::read(text.as_bytes())
            .and_then(Number::as_us)
            .map(|(us, unit, _)| (us, unit));
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn the_unit_goes_by_magnitude() {
        let us = 1_709_287_200_000_000;
        check("1709287200", Some((us, Unit::Second)));
        check("1709287200000", Some((us, Unit::Millisecond)));
        check("1709287200000000", Some((us, Unit::Microsecond)));
        check("1709287200000000000", Some((us, Unit::Nanosecond)));
        check("99999999999", Some((99_999_999_999_000_000, Unit::Second)));
        check(
            "100000000000",
            Some((100_000_000_000_000, Unit::Millisecond)),
        );
        check("-86400", Some((-86_400_000_000, Unit::Second)));
        check("0", Some((0, Unit::Second)));
    }

    #[test]
    fn fractions_and_scientific_notation_lose_no_digit() {
        check("1.7092872E9", Some((1_709_287_200_000_000, Unit::Second)));
        check(
            "1.70928726E+12",
            Some((1_709_287_260_000_000, Unit::Millisecond)),
        );
        check(
            "1709287200.123456",
            Some((1_709_287_200_123_456, Unit::Second)),
        );
        check(
            "1709287200123456e-6",
            Some((1_709_287_200_123_456, Unit::Second)),
        );
        check(".5", Some((500_000, Unit::Second)));
        check("1709287200.", Some((1_709_287_200_000_000, Unit::Second)));
    }

    #[test]
    fn what_is_finer_than_a_microsecond_is_rounded_down() {
        check("1.9999999", Some((1_999_999, Unit::Second)));
        check("-1.0000001", Some((-1_000_001, Unit::Second)));
        check(
            "1709287200000000999",
            Some((1_709_287_200_000_000, Unit::Nanosecond)),
        );
        check(
            "1709287200.0000000000000000000000000000000001",
            Some((1_709_287_200_000_000, Unit::Second)),
        );
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in [
            "", "-", ".", "e5", "1e", "1e5000", "1.2.3", "0x10", "NaN", "inf", "1 2", "--1",
        ] {
            check(text, None);
        }
        check(&"9".repeat(40), None);
        check("1e300", None);
        check("0e300", Some((0, Unit::Second)));
    }

    proptest! {
        #[test]
        fn whole_numbers_are_read_as_they_are(seconds in -99_999_999_999i64..99_999_999_999) {
            let read = Number::read(seconds.to_string().as_bytes()).and_then(Number::as_us);
            prop_assert_eq!(read, Some((seconds * 1_000_000, Unit::Second, true)));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[-+0-9.eE]{0,50}") {
            let _ = Number::read(text.as_bytes()).map(Number::as_us);
        }
    }
}
