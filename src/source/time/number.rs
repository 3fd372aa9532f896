//! Numbers since an epoch -> microseconds: seconds, milli-, micro- or nanoseconds, days. Source floor.
//!
//! Knows nothing about dates. Computes in integers, so that no digit is lost on the way.

use std::str::FromStr;

/// The unit of a number since an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    /// Seconds.
    Second,
    /// Thousandths of a second.
    Millisecond,
    /// Millionths of a second.
    Microsecond,
    /// Billionths of a second.
    Nanosecond,
    /// Days of 86,400 seconds, as spreadsheets count them.
    Day,
}

impl FromStr for TimeUnit {
    type Err = String;

    fn from_str(text: &str) -> Result<TimeUnit, String> {
        match text {
            "s" => Ok(TimeUnit::Second),
            "ms" => Ok(TimeUnit::Millisecond),
            "us" => Ok(TimeUnit::Microsecond),
            "ns" => Ok(TimeUnit::Nanosecond),
            "d" => Ok(TimeUnit::Day),
            _ => Err("expected s, ms, us, ns, or d for days".to_owned()),
        }
    }
}

impl TimeUnit {
    /// The unit that a number of this absolute value must be in: below 1e11 seconds (until the year
    /// 5138), below 1e14 milliseconds, below 1e17 microseconds, else nanoseconds.
    fn of(magnitude: u128) -> TimeUnit {
        if magnitude < 100_000_000_000 {
            TimeUnit::Second
        } else if magnitude < 100_000_000_000_000 {
            TimeUnit::Millisecond
        } else if magnitude < 100_000_000_000_000_000 {
            TimeUnit::Microsecond
        } else {
            TimeUnit::Nanosecond
        }
    }

    /// The power of ten that makes microseconds of it.
    fn exponent_to_us(self) -> i32 {
        match self {
            TimeUnit::Second | TimeUnit::Day => 6,
            TimeUnit::Millisecond => 3,
            TimeUnit::Microsecond => 0,
            TimeUnit::Nanosecond => -3,
        }
    }
}

/// A decimal number as it was written: ±`digits` × 10^`exponent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    negative: bool,
    digits: u128,
    exponent: i32,
    notation: Notation,
}

/// Whether a number has an exponent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notation {
    Plain,
    /// `1.7E9`, as Java writes all digits of a number.
    Exponent,
    /// `1.7E+09`, where spreadsheets write only some of the digits, and others all.
    SignedExponent,
}

/// The most digits that a spreadsheet, or a program that prints `%e`, shows in a number with an exponent.
const MOST_DIGITS_ROUNDED: u32 = 7;

/// A number with more digits than this is not an instant. A fraction is cut there.
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
                notation: Notation::Plain,
            });
        }
        let (negative, text) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        let (mantissa, exponent) = match text.iter().position(|b| matches!(b, b'e' | b'E')) {
            Some(at) => (&text[..at], &text[at + 1..]),
            None => (text, &b""[..]),
        };
        let has_exponent = mantissa.len() < text.len();
        let mut number = Number {
            negative,
            digits: 0,
            exponent: match has_exponent {
                true => read_exponent(exponent)?,
                false => 0,
            },
            notation: match exponent.first() {
                _ if !has_exponent => Notation::Plain,
                Some(b'+') => Notation::SignedExponent,
                _ => Notation::Exponent,
            },
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

    /// Microseconds, rounded down, the unit by magnitude, and whether nothing was cut off; `None` if that is not an
    /// `i64`.
    pub(super) fn as_us(self) -> Option<(i64, TimeUnit, bool)> {
        let unit = self.unit()?;
        let (us, is_exact) = self.in_unit(unit)?;
        Some((us, unit, is_exact))
    }

    /// Microseconds, rounded down, of a number in that unit, and whether nothing was cut off; `None` if that is not an
    /// `i64`. Days are rounded to the nearest millisecond, since they have no more digits.
    pub(super) fn in_unit(self, unit: TimeUnit) -> Option<(i64, bool)> {
        if unit == TimeUnit::Day {
            let digits = self.digits.checked_mul(86_400)?;
            let (us, _) = Number { digits, ..self }.scaled(unit.exponent_to_us())?;
            let us = i64::try_from((us + 500) / 1_000 * 1_000).ok()?;
            return Some((if self.negative { -us } else { us }, true));
        }
        let (magnitude, is_exact) = self.scaled(unit.exponent_to_us())?;
        let magnitude = i64::try_from(magnitude).ok()?;
        let us = if self.negative {
            -magnitude - i64::from(!is_exact)
        } else {
            magnitude
        };
        Some((us, is_exact))
    }

    /// The unit by magnitude.
    fn unit(self) -> Option<TimeUnit> {
        Some(TimeUnit::of(self.scaled(0)?.0))
    }

    /// Whether it has too few digits to name a second of our time, as spreadsheets write large numbers: `1.70963E+15`.
    /// Other programs that write exponents leave out only zeros at the end. If all numbers of a column end so early,
    /// digits are missing.
    pub(super) fn is_rounded(self, are_all_coarse: bool) -> bool {
        let mut significant = self.digits;
        while significant > 0 && significant.is_multiple_of(10) {
            significant /= 10;
        }
        let is_short = significant < 10u128.pow(MOST_DIGITS_ROUNDED);
        self.is_coarse()
            && (is_short || are_all_coarse && self.notation == Notation::SignedExponent)
    }

    /// Whether it has an exponent.
    pub(super) fn has_exponent(self) -> bool {
        self.notation != Notation::Plain
    }

    /// Whether its last digit stands for more than a second.
    pub(super) fn is_coarse(self) -> bool {
        let unit = self.unit();
        self.digits > 0 && unit.is_some_and(|unit| self.exponent + unit.exponent_to_us() > 6)
    }

    /// Whether this looks like a day count of a spreadsheet: days since 1899-12-30, in 1954 to 2119. As seconds since
    /// 1970 it would be in the first day.
    pub(super) fn looks_like_spreadsheet_days(self) -> bool {
        !self.negative && matches!(self.scaled(0), Some((20_000..80_000, _)))
    }

    /// The whole number, if it is one of that many digits.
    pub(super) fn whole(self, n_digits: u32) -> Option<u64> {
        let (whole, true) = self.scaled(0)? else {
            return None;
        };
        let least = 10u128.pow(n_digits - 1);
        let is_whole = !self.negative && (least..least * 10).contains(&whole);
        is_whole.then(|| u64::try_from(whole).ok())?
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

/// At most 18 digits and nothing else, like nearly every number.
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

    fn check(text: &str, expected: Option<(i64, TimeUnit)>) {
        let read = Number::read(text.as_bytes())
            .and_then(Number::as_us)
            .map(|(us, unit, _)| (us, unit));
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn the_unit_goes_by_magnitude() {
        let us = 1_709_287_200_000_000;
        check("1709287200", Some((us, TimeUnit::Second)));
        check("1709287200000", Some((us, TimeUnit::Millisecond)));
        check("1709287200000000", Some((us, TimeUnit::Microsecond)));
        check("1709287200000000000", Some((us, TimeUnit::Nanosecond)));
        check(
            "99999999999",
            Some((99_999_999_999_000_000, TimeUnit::Second)),
        );
        check(
            "100000000000",
            Some((100_000_000_000_000, TimeUnit::Millisecond)),
        );
        check("-86400", Some((-86_400_000_000, TimeUnit::Second)));
        check("0", Some((0, TimeUnit::Second)));
    }

    #[test]
    fn fractions_and_scientific_notation_lose_no_digit() {
        check(
            "1.7092872E9",
            Some((1_709_287_200_000_000, TimeUnit::Second)),
        );
        check(
            "1.70928726E+12",
            Some((1_709_287_260_000_000, TimeUnit::Millisecond)),
        );
        check(
            "1709287200.123456",
            Some((1_709_287_200_123_456, TimeUnit::Second)),
        );
        check(
            "1709287200123456e-6",
            Some((1_709_287_200_123_456, TimeUnit::Second)),
        );
        check(".5", Some((500_000, TimeUnit::Second)));
        check(
            "1709287200.",
            Some((1_709_287_200_000_000, TimeUnit::Second)),
        );
    }

    #[test]
    fn what_is_finer_than_a_microsecond_is_rounded_down() {
        check("1.9999999", Some((1_999_999, TimeUnit::Second)));
        check("-1.0000001", Some((-1_000_001, TimeUnit::Second)));
        check(
            "1709287200000000999",
            Some((1_709_287_200_000_000, TimeUnit::Nanosecond)),
        );
        check(
            "1709287200.0000000000000000000000000000000001",
            Some((1_709_287_200_000_000, TimeUnit::Second)),
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
        check("0e300", Some((0, TimeUnit::Second)));
    }

    #[test]
    fn what_a_spreadsheet_rounded_is_told() {
        for (text, is_rounded) in [
            ("1.70963E+15", true),
            ("1.709629e+09", true),
            ("1.71E+09", true),
            ("1.7E12", true),
            ("1.7092872E+12", false),
            ("1.709287200E+9", false),
            ("1.7092872E9", false),
            ("1709287200", false),
            ("1700000000", false),
            ("0E+00", false),
        ] {
            let number = Number::read(text.as_bytes()).unwrap();
            assert_eq!(number.is_rounded(false), is_rounded, "{text}");
        }
        let zeros_left_out = Number::read(b"1.7092872e+18").unwrap();
        assert!(!zeros_left_out.is_rounded(false) && zeros_left_out.is_rounded(true));
        assert!(!Number::read(b"1.7092872E9").unwrap().is_rounded(true));
    }

    #[test]
    fn days_are_read_to_the_millisecond() {
        let read = |text: &str| {
            Number::read(text.as_bytes())
                .unwrap()
                .in_unit(TimeUnit::Day)
        };
        assert_eq!(read("1.5"), Some((129_600_000_000, true)));
        assert_eq!(
            read("45356.3958333333"),
            Some((3_918_792_600_000_000, true))
        );
        assert_eq!(read("-1"), Some((-86_400_000_000, true)));
    }

    proptest! {
        #[test]
        fn whole_numbers_are_read_as_they_are(seconds in -99_999_999_999i64..99_999_999_999) {
            let read = Number::read(seconds.to_string().as_bytes()).and_then(Number::as_us);
            prop_assert_eq!(read, Some((seconds * 1_000_000, TimeUnit::Second, true)));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[-+0-9.eE]{0,50}") {
            let _ = Number::read(text.as_bytes()).map(Number::as_us);
        }
    }
}
