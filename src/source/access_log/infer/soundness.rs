//! Checks that a format that was found does not misread its lines. Source floor.

use crate::source::access_log::format::Ending;
use crate::source::access_log::format::LineFormat;
use crate::source::access_log::format::Part;
use crate::source::access_log::format::Room;
use crate::source::access_log::infer::times;
use crate::source::access_log::infer::times::FoundTimes;
use crate::words::timestamp::Timestamp;
use crate::words::timestamp::US_PER_S;

/// Whether a format misreads most of its lines: it takes text around a value into the value, takes another time than
/// the server's own, leaves a different time after the one it reads, or passes over the method. Servers write quotes
/// within values as something else, and `05/Mar/2024:10:00:00` only for their time.
pub(super) fn is_unsound(format: &LineFormat, lines: &[&[u8]], times: &FoundTimes) -> bool {
    let mut room = Room::default();
    let (mut n_read, mut n_unsound) = (0, 0);
    let has_method = format.has(Part::Method) || format.has(Part::Request);
    for line in lines {
        let Ok(read) = format.read(line, &mut room) else {
            continue;
        };
        // A value that is cut off has no closing quote.
        if read.ending == Ending::Short {
            continue;
        }
        n_read += 1;
        let request = &read.request;
        let values = [request.agent, request.target, request.method];
        let is_behind = memchr::memmem::find(request.agent, b"Mozilla/").is_some_and(|at| at > 0);
        let is_torn = |value: &&[u8]| has_bare_quote(value) || ends_in_weekday(value);
        let is_torn = is_behind || values.iter().any(is_torn);
        let at = times.instant(read.time);
        let is_other_time = match times::servers_date(line).map(|date| holds(read.time, date)) {
            Some(is_servers) => !is_servers,
            None => has_other_time(&line[room.end()..], at, times),
        };
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

/// Whether a value includes the first word of the time after it: `/a;Fri`, before `Mar  1 10:00:00 2024`.
fn ends_in_weekday(value: &[u8]) -> bool {
    let Some((before, day)) = value.split_last_chunk::<3>() else {
        return false;
    };
    b"MonTueWedThuFriSatSun".chunks(3).any(|known| known == day)
        && before.last().is_some_and(|byte| b"\t,;|~^=".contains(byte))
}

fn has_bare_quote(value: &[u8]) -> bool {
    memchr::memchr_iter(b'"', value).any(|at| at == 0 || value[at - 1] != b'\\')
}

fn holds(text: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(text, part).is_some()
}

/// Ten years: a number that far from the line's time counts something else.
const FAR_US: u64 = 3650 * 86_400 * US_PER_S as u64;

/// Whether a text has a time such as `2024-03-05T10:00`, `2024-03-05 10:00`, `Mar  5 10:00` or `1709632800.000` that is
/// not `at`.
fn has_other_time(text: &[u8], at: Option<Timestamp>, times: &FoundTimes) -> bool {
    let is_other = |start: usize| {
        let cell = memchr::memchr3(b'"', b'|', b']', &text[start..]);
        let cell = &text[start..cell.map_or(text.len(), |end| start + end)];
        let cell = &cell[..memchr::memchr3(b',', b';', b'\t', cell).unwrap_or(cell.len())];
        let ends = memchr::memchr_iter(b' ', cell).chain([cell.len()]);
        let read = ends
            .filter_map(|end| times.instant(&cell[..end]))
            .next_back();
        match (read, at) {
            (Some(read), Some(at)) => {
                !times::is_same(read, at) && read.as_us().abs_diff(at.as_us()) < FAR_US
            }
            _ => false,
        }
    };
    let may_begin = |&start: &usize| {
        let mut words = text[..start].rsplit(|byte| b" \t\"[;|".contains(byte));
        let is_inside = |byte: &u8| byte.is_ascii_alphanumeric() || b"-.:".contains(byte);
        times.may_begin(&text[start..])
            && !text[..start].last().is_some_and(is_inside)
            // A number within an address is the page's.
            && !words.next().into_iter().flatten().any(|byte| b"/?&".contains(byte))
    };
    (0..text.len()).filter(may_begin).any(is_other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_time_is_known_in_any_usual_writing() {
        let times = FoundTimes::default();
        let at = times.instant(b"05/Mar/2024:10:00:00 +0000");
        let later = times.instant(b"05/Mar/2024:10:00:09 +0000");
        for time in [
            "2024-03-05T10:00:00Z",
            "\"2024-03-05 10:00:00\"",
            "Tue Mar  5 10:00:00 2024",
            "1709632800.000",
            "[1709632800000]",
            "HTTP/1.1;[1709632800.000]",
            "t=1709632800",
        ] {
            let text = format!("200 {time} 5");
            assert!(!has_other_time(text.as_bytes(), at, &times), "{time}");
            assert!(has_other_time(text.as_bytes(), later, &times), "{time}");
        }
        let none = b"200 Mar 5 upstream: 10:00 1.500 \"10.00:00\" https://a/?t=1709632800";
        assert!(!has_other_time(none, later, &times));
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
