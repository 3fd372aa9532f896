//! A separate day and time of day -> one text. Source floor.
//!
//! Programs without types for days or times of day write a day with midnight, and a time of day with some day.

/// Replaces `out` by a day and a time of day, with a blank between them.
pub(in crate::source) fn join(day: &[u8], clock: &[u8], out: &mut Vec<u8>) {
    out.clear();
    out.extend_from_slice(without_midnight(day.trim_ascii()));
    out.push(b' ');
    out.extend_from_slice(without_day(clock.trim_ascii()));
}

/// `2024-03-05` of `2024-03-05 00:00:00`, `2024-03-05T00:00:00Z`, `3/5/2024 12:00:00 AM`.
fn without_midnight(day: &[u8]) -> &[u8] {
    let Some(end) = day.iter().position(|byte| matches!(byte, b' ' | b'T')) else {
        return day;
    };
    let time = &day[end + 1..];
    let time = match time.strip_prefix(b"12:") {
        Some(rest) if rest.to_ascii_lowercase().ends_with(b"am") => rest,
        _ => time,
    };
    let is_midnight = memchr::memchr(b':', time).is_some()
        && !time.iter().any(|byte| matches!(byte, b'1'..=b'9'));
    if is_midnight { &day[..end] } else { day }
}

/// `09:00:00` of `1899-12-30 09:00:00`, `1970-01-01T09:00:00Z`.
fn without_day(clock: &[u8]) -> &[u8] {
    let start = clock.iter().position(|byte| matches!(byte, b' ' | b'T'));
    match start.map(|start| clock.split_at(start)) {
        Some((day, rest)) if memchr::memchr2(b'-', b'/', day).is_some() => &rest[1..],
        _ => clock,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_and_a_time_of_day_make_one_text() {
        for (day, clock, expected) in [
            ("2024-03-05", "09:00:00", "2024-03-05 09:00:00"),
            (" 5.3.2024 ", "9:00 PM", "5.3.2024 9:00 PM"),
            (
                "2024-03-05 00:00:00",
                "1899-12-30 09:00:00",
                "2024-03-05 09:00:00",
            ),
            (
                "2024-03-05T00:00:00Z",
                "1970-01-01T09:00:00Z",
                "2024-03-05 09:00:00Z",
            ),
            ("3/5/2024 12:00:00 AM", "9:00:00 AM", "3/5/2024 9:00:00 AM"),
            (
                "2024-03-05 10:00:00",
                "09:00:00",
                "2024-03-05 10:00:00 09:00:00",
            ),
            ("Tue 5 Mar 2024", "09:00", "Tue 5 Mar 2024 09:00"),
        ] {
            let mut joined = b"left over".to_vec();
            join(day.as_bytes(), clock.as_bytes(), &mut joined);
            assert_eq!(joined, expected.as_bytes());
        }
    }
}
