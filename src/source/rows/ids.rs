//! User ids that a program mistook for numbers. Source floor.

/// Whether an id is a large number of which a spreadsheet wrote only the first digits: `4.61169E+18`. Many users may
/// share such an id.
#[inline]
pub(in crate::source) fn is_rounded(id: &[u8]) -> bool {
    match id {
        // Few ids have a plus there, which is a fast test.
        [b'0'..=b'9', .., b'+', _, _] | [b'0'..=b'9', .., b'+', _, _, _] => {
            id.len() <= 32 && lacks_digits(id)
        }
        _ => false,
    }
}

/// Whether it is `D.DDDE+DD` with fewer digits than the exponent requires.
#[cold]
fn lacks_digits(id: &[u8]) -> bool {
    let parse = || {
        let text = std::str::from_utf8(id).ok()?;
        let (mantissa, exponent) = text.split_once("E+").or_else(|| text.split_once("e+"))?;
        let fraction = match mantissa.get(1..)? {
            "" => "",
            rest => rest.strip_prefix(['.', ','])?,
        };
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let exponent: usize = exponent.parse().ok()?;
        (are_digits(fraction) && exponent > fraction.len()).then_some(())
    };
    parse().is_some()
}

/// A whole number without the `.0` that a program added because it had no whole numbers; `None` for any other text.
#[inline]
pub(in crate::source) fn whole(id: &[u8]) -> Option<&[u8]> {
    let whole = id.strip_suffix(b".0")?;
    let digits = whole.strip_prefix(b"-").unwrap_or(whole);
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    is_number.then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_lack_digits_are_told() {
        for id in [
            "4.61169E+18",
            "4,61169E+18",
            "5E+15",
            "1.70963e+015",
            "4.611686018427388e+18",
        ] {
            assert!(is_rounded(id.as_bytes()), "{id}");
        }
        for id in [
            "",
            "1",
            "12e10",
            "1.23456789E+08",
            "1E18",
            "a1E+15",
            "user+15",
            "1.2E+5x",
            "4E+",
            "4E+5",
            "4E+5+18",
            "12.5E+15",
        ] {
            assert!(!is_rounded(id.as_bytes()), "{id}");
        }
    }

    #[test]
    fn whole_numbers_lose_their_fraction() {
        for (id, expected) in [("101.0", Some("101")), ("-7.0", Some("-7"))] {
            assert_eq!(whole(id.as_bytes()), expected.map(str::as_bytes));
        }
        for id in ["101.5", "101.00", ".0", "1.2.0", "v1.0", "101"] {
            assert_eq!(whole(id.as_bytes()), None, "{id}");
        }
    }
}
