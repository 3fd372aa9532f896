//! Dates whose month is a word: access logs, mail and HTTP headers, C and JavaScript. Source floor.

use crate::source::time::calendar::TimeOfDay;
use crate::source::time::calendar::WallClock;
use crate::source::time::calendar::days;
use crate::source::time::calendar::weekday;
use crate::source::time::written::Scan;
use crate::source::time::written::WrittenTime;
use crate::source::time::written::WrittenZone;

pub(super) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Reads `10/Oct/2000:13:55:36 -0700` (in brackets too), `Fri, 01 Mar 2024 10:00:00 GMT`,
/// `01-Mar-2024 10:00`, `Fri Mar  1 10:00:00 2024`, `Fri Mar  1 10:00:00 UTC 2024`, `March 1, 2024 10:00 AM`,
/// `Mar 1, 2024 @ 10:00`, Oracle's `01-MAR-24 10.00.00.000000 AM`.
///
/// Names are English, whole or their first three letters. A weekday that is not the date's is an
/// error in the date.
pub(super) fn read(text: &[u8]) -> Option<WrittenTime> {
    let text = match text {
        [b'[', inner @ .., b']'] => inner,
        _ => text,
    };
    let mut scan = Scan::new(text);
    let mut said_weekday = None;
    let mut word = scan.letters();
    if let Some(day) = named(word, &WEEKDAYS) {
        said_weekday = Some(day);
        scan.pass(b",");
        scan.pass_blanks();
        word = scan.letters();
    }
    let (days, time, place) = if word.is_empty() {
        let (days, time) = read_day_first(&mut scan)?;
        (days, time, None)
    } else {
        read_month_first(&mut scan, named(word, &MONTHS)?)?
    };
    if said_weekday.is_some_and(|said| said != weekday(days)) {
        return None;
    }
    Some(WrittenTime {
        clock: WallClock::new(days, time.unwrap_or_default())?,
        place: match (place, scan.place()?) {
            (Some(place), WrittenZone::Unsaid) => place,
            (Some(_), _) => return None,
            (None, place) => place,
        },
        has_time: time.is_some(),
    })
}

/// `10/Oct/2000:13:55:36`, `1 Mar 2024 10:00:00`.
fn read_day_first(scan: &mut Scan<'_>) -> Option<(i64, Option<TimeOfDay>)> {
    let day = scan.number(1, 2)?;
    let separator = scan.pass(b" /-")?;
    let month = named(scan.letters(), &MONTHS)?;
    scan.pass(&[separator])?;
    let days = days(scan.year()?, month as u32 + 1, day)?;
    Some((days, read_time(scan)?))
}

/// `Mar 1, 2024 10:00`, `Mar  1 10:00:00 2024`, `Mar  1 10:00:00 +0000 2024`, after the month's name.
fn read_month_first(
    scan: &mut Scan<'_>,
    month: usize,
) -> Option<(i64, Option<TimeOfDay>, Option<WrittenZone>)> {
    scan.pass_blanks();
    let day = scan.number(1, 2)?;
    scan.pass(b",");
    scan.pass_blanks();
    if scan
        .rest
        .get(4)
        .is_none_or(|&byte| byte == b' ' || byte == b',')
    {
        let days = days(scan.number(4, 4)?, month as u32 + 1, day)?;
        return Some((days, read_time(scan)?, None));
    }
    let time = scan.time_of_day()?;
    let place = scan.place_within()?;
    let days = days(scan.number(4, 4)?, month as u32 + 1, day)?;
    Some((days, Some(time), place))
}

/// `:13:55:36`, ` 13:55`, `, 1:55 PM`, ` @ 13:55`, ` at 1:55 PM`; `Some(None)` if there is no time of day.
fn read_time(scan: &mut Scan<'_>) -> Option<Option<TimeOfDay>> {
    if scan.pass(b":T").is_none() {
        scan.pass_to_time();
    }
    if !matches!(scan.rest.first(), Some(b'0'..=b'9')) {
        return Some(None);
    }
    scan.time_of_day().map(Some)
}

/// The place of a name, written whole or with its first three letters, in upper or lower case; `Sept` counts, too.
fn named(word: &[u8], names: &[&str]) -> Option<usize> {
    let word = match word.eq_ignore_ascii_case(b"sept") {
        true => &word[..3],
        false => word,
    };
    names.iter().position(|name| {
        word.eq_ignore_ascii_case(name.as_bytes())
            || word.eq_ignore_ascii_case(&name.as_bytes()[..3])
    })
}
