//! What a format that was found must not do to the lines that it reads. Source floor.

use crate::source::access_log::format::Ending;
use crate::source::access_log::format::LineFormat;
use crate::source::access_log::format::Part;
use crate::source::access_log::format::Room;

/// Whether in most of the lines that it reads a format takes into a value what stands around it, takes another time than
/// the server's own, leaves a second time behind it, or passes over the method. Servers write quotes within values as
/// something else, and `05/Mar/2024:10:00:00` only for their time.
pub(super) fn is_unsound(format: &LineFormat, lines: &[&[u8]]) -> bool {
    let mut room = Room::default();
    let (mut n_read, mut n_unsound) = (0, 0);
    let has_method = format.has(Part::Method) || format.has(Part::Request);
    for line in lines {
        let Ok(read) = format.read(line, &mut room) else {
            continue;
        };
        // What is cut off has no quote to end at.
        if read.ending == Ending::Short {
            continue;
        }
        n_read += 1;
        let request = &read.request;
        let values = [request.agent, request.target, request.method];
        let is_behind = memchr::memmem::find(request.agent, b"Mozilla/").is_some_and(|at| at > 0);
        let is_torn = |value: &&[u8]| has_bare_quote(value) || ends_in_weekday(value);
        let is_torn = is_behind || values.iter().any(is_torn);
        let is_other_time = server_date(line).is_some_and(|date| !holds(read.time, date));
        let is_other_time = is_other_time || has_time(&line[room.end()..]);
        let is_passed = !has_method && names_method(line);
        n_unsound += usize::from(is_torn || is_other_time || is_passed);
    }
    n_unsound * 2 > n_read
}

/// Whether one of a line's words is a method that browsers use.
fn names_method(line: &[u8]) -> bool {
    line.split(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'/' | b'-' | b'.'))
        .any(|word| matches!(word, b"GET" | b"HEAD" | b"POST"))
}

/// Whether a value has taken the first word of the time behind it: `/a;Fri`, before `Mar  1 10:00:00 2024`.
fn ends_in_weekday(value: &[u8]) -> bool {
    let Some((before, day)) = value.split_last_chunk::<3>() else {
        return false;
    };
    b"MonTueWedThuFriSatSun".chunks(3).any(|known| known == day)
        && before.last().is_some_and(|byte| b"\t,;|~^".contains(byte))
}

fn has_bare_quote(value: &[u8]) -> bool {
    memchr::memchr_iter(b'"', value).any(|at| at == 0 || value[at - 1] != b'\\')
}

fn holds(text: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(text, part).is_some()
}

/// The date of the first time in a line that is written as servers write theirs: `05/Mar/2024`, before a colon.
fn server_date(line: &[u8]) -> Option<&[u8]> {
    const LENGTH: usize = 11;
    memchr::memchr_iter(b':', line)
        .filter_map(|at| line.get(at.checked_sub(LENGTH)?..at))
        .find(|date| {
            date.iter().enumerate().all(|(place, byte)| match place {
                2 | 6 => *byte == b'/',
                3..=5 => byte.is_ascii_alphabetic(),
                _ => byte.is_ascii_digit(),
            })
        })
}

/// Whether a text has a time such as `2024-03-05T10:00`, `2024-03-05 10:00`, `Mar  5 10:00` or `1709632800.000`.
fn has_time(text: &[u8]) -> bool {
    let is_epoch = |at: usize| {
        let seconds = at.checked_sub(10).and_then(|start| text.get(start..at));
        let is_number = |digits: &[u8]| digits.iter().all(u8::is_ascii_digit);
        seconds.is_some_and(|seconds| seconds[0] == b'1' && is_number(seconds))
            && text.get(at + 1..at + 4).is_some_and(is_number)
    };
    has_iso_time(text) || has_month_time(text) || memchr::memchr_iter(b'.', text).any(is_epoch)
}

fn has_month_time(text: &[u8]) -> bool {
    const LENGTH: usize = 9;
    const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    memchr::memchr_iter(b':', text)
        .filter_map(|at| text.get(at.checked_sub(LENGTH)?..at))
        .any(|hour| {
            MONTHS.chunks(3).any(|month| hour.starts_with(month))
                && hour[3..]
                    .iter()
                    .all(|byte| matches!(byte, b' ' | b'0'..=b'9'))
                && hour[3] == b' '
                && hour[6] == b' '
        })
}

fn has_iso_time(text: &[u8]) -> bool {
    const LENGTH: usize = 13;
    memchr::memchr_iter(b':', text)
        .filter_map(|at| text.get(at.checked_sub(LENGTH)?..at))
        .any(|hour| {
            hour.iter().enumerate().all(|(place, byte)| match place {
                4 | 7 => *byte == b'-',
                10 => matches!(byte, b'T' | b' '),
                _ => byte.is_ascii_digit(),
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_date_is_found_wherever_it_stands() {
        assert_eq!(
            server_date(b"a:b [05/Mar/2024:10:00:00 +0000]"),
            Some(&b"05/Mar/2024"[..])
        );
        assert_eq!(server_date(b"2024-03-05T10:00:00Z 05/03/2024:10"), None);
    }

    #[test]
    fn a_second_time_is_known_in_any_usual_writing() {
        for time in [
            "2024-03-05T10:00:00Z",
            "2024-03-05 10:00",
            "Tue Mar  5 10:00:00 2024",
            "Mar 15 10:00",
            "1709632800.000",
        ] {
            assert!(has_time(format!("200 {time} 5").as_bytes()), "{time}");
        }
        assert!(!has_time(b"200 Mar 5 upstream: 10:00 1.500 \"10.00:00\""));
    }

    #[test]
    fn a_method_is_a_word_of_its_own() {
        assert!(names_method(b"10:00:00|HEAD /a"));
        assert!(names_method(b"method=\"GET\""));
        assert!(!names_method(b"/GET /a/POST cache-HEAD GETS DEBUG"));
    }

    #[test]
    fn a_weekday_at_the_end_is_of_the_time_behind() {
        assert!(ends_in_weekday(b"/a;Fri"));
        assert!(!ends_in_weekday(b"/Fri"));
        assert!(!ends_in_weekday(b"/a;Fry"));
    }

    #[test]
    fn a_quote_is_bare_if_nothing_escapes_it() {
        assert!(has_bare_quote(b"+0000|\"Mozilla"));
        assert!(!has_bare_quote(br#"a \"b\""#));
    }
}
