//! Numbers as people read them: counts, shares, changes, durations. Words floor.
//!
//! For screens and messages only; exports write plain numbers.

/// What stands for a carried value where there is none.
pub(crate) const NOTHING: &str = "(nothing)";

/// What stands for a figure that is not known.
pub(crate) const UNKNOWN: &str = "-";

/// A count with thousands separators: `2,137,008`.
pub(crate) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count and its noun: `1 user`, `1,204 users`. The plural is the noun with an s.
pub(crate) fn counted(n: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(n), if n == 1 { "" } else { "s" })
}

/// A share with one decimal, `21.6 %`; unknown when it is not finite.
pub(crate) fn share(share: f64) -> String {
    if share.is_finite() {
        format!("{:.1} %", share * 100.0)
    } else {
        UNKNOWN.to_owned()
    }
}

/// The relative change from `before` to `now`, signed and with one decimal: `+3.0 %`, `−2.9 %`,
/// `±0.0 %`; unknown when `before` is 0 or either is not finite. The minus is U+2212, as wide as the plus.
pub(crate) fn change(before: f64, now: f64) -> String {
    let percent = (now - before) / before * 100.0;
    if !percent.is_finite() {
        return UNKNOWN.to_owned();
    }
    let sign = match percent {
        p if p >= 0.05 => '+',
        p if p <= -0.05 => '−',
        _ => '±',
    };
    format!("{sign}{:.1} %", percent.abs())
}

/// A duration of `us` microseconds (not negative) in at most two units: `4m 12s`, `3d 4h`, `850ms`, `0s`.
///
/// Cut off, not rounded: 59.9 s is `59s`. Below a second it is in milliseconds, below a millisecond in microseconds.
pub(crate) fn duration(us: i64) -> String {
    let us = us.max(0);
    let (ms, s) = (us / 1_000, us / 1_000_000);
    let (m, h, d) = (s / 60, s / 3_600, s / 86_400);
    match us {
        0 => "0s".to_owned(),
        _ if ms == 0 => format!("{us}us"),
        _ if s == 0 => format!("{ms}ms"),
        _ if m == 0 => format!("{s}s"),
        _ if h == 0 => pair(m, "m", s % 60, "s", 2),
        _ if d == 0 => pair(h, "h", m % 60, "m", 2),
        _ => pair(d, "d", h % 24, "h", 1),
    }
}

/// `4m 12s`, or `4m` when the smaller unit is 0.
fn pair(large: i64, large_unit: &str, small: i64, small_unit: &str, width: usize) -> String {
    if small == 0 {
        format!("{large}{large_unit}")
    } else {
        format!("{large}{large_unit} {small:0width$}{small_unit}")
    }
}

/// A size in bytes with a decimal prefix: `512 B`, `38.5 MB`.
pub(crate) fn bytes(n: u64) -> String {
    const PREFIXES: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if n < 1_000 {
        return format!("{n} B");
    }
    let mut value = n as f64 / 1_000.0;
    let mut prefix = 0;
    while value >= 999.95 && prefix + 1 < PREFIXES.len() {
        value /= 1_000.0;
        prefix += 1;
    }
    format!("{value:.1} {}", PREFIXES[prefix])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_thousands_separators() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(2_137_008), "2,137,008");
        assert_eq!(counted(1, "user"), "1 user");
        assert_eq!(counted(1_204, "user"), "1,204 users");
    }

    #[test]
    fn shares_and_changes_have_one_decimal() {
        assert_eq!(share(0.2158), "21.6 %");
        assert_eq!(share(f64::NAN), "-");
        assert_eq!(change(100.0, 103.0), "+3.0 %");
        assert_eq!(change(100.0, 97.1), "−2.9 %");
        assert_eq!(change(100.0, 100.0), "±0.0 %");
        assert_eq!(change(0.0, 1.0), "-");
    }

    #[test]
    fn durations_take_at_most_two_units() {
        for (us, text) in [
            (0, "0s"),
            (999, "999us"),
            (850_000, "850ms"),
            (59_900_000, "59s"),
            (252_000_000, "4m 12s"),
            (62_000_000, "1m 02s"),
            (1_800_000_000, "30m"),
            (5_400_000_000, "1h 30m"),
            (273_600_000_000, "3d 4h"),
        ] {
            assert_eq!(duration(us), text);
        }
    }

    #[test]
    fn sizes_have_decimal_prefixes() {
        assert_eq!(bytes(512), "512 B");
        assert_eq!(bytes(38_500_000), "38.5 MB");
        assert_eq!(bytes(999_999), "1.0 MB");
    }
}
