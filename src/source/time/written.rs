//! The parts that written times are made of: numbers, a time of day, an offset or zone. Source floor.
//!
//! Knows nothing about the order in which dates put their parts; that is one file each beside this.

use std::str::FromStr;

use chrono_tz::Tz;

use crate::source::time::calendar::TimeOfDay;
use crate::source::time::calendar::WallClock;
use crate::words::timestamp::US_PER_S;

/// A time as it stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WrittenTime {
    pub(super) clock: WallClock,
    pub(super) place: WrittenZone,
    /// Whether there is a time of day, and not only a date.
    pub(super) has_time: bool,
}

/// Where the clock hangs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WrittenZone {
    /// The text does not say.
    Unsaid,
    /// So many microseconds ahead of UTC.
    Offset(i64),
    /// In a zone that is named.
    Zone(Tz),
}

/// The rest of a text while it is read from left to right.
///
/// A method that returns `None` may have moved on, so a reader gives up at the first `None`.
#[derive(Clone, Copy)]
pub(super) struct Scan<'a> {
    pub(super) rest: &'a [u8],
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a [u8]) -> Scan<'a> {
        Scan { rest: text }
    }

    /// Skips one of the given bytes, if it is next.
    pub(super) fn pass(&mut self, any_of: &[u8]) -> Option<u8> {
        let (&first, rest) = self.rest.split_first()?;
        any_of.contains(&first).then(|| {
            self.rest = rest;
            first
        })
    }

    /// Passes blanks; tells if there were any.
    pub(super) fn pass_blanks(&mut self) -> bool {
        let before = self.rest.len();
        self.rest = self.rest.trim_ascii_start();
        self.rest.len() < before
    }

    /// A number of `least` to `most` digits (at most 9), and no digit after it.
    pub(super) fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let digits = self.run(u8::is_ascii_digit);
        if !(least..=most).contains(&digits.len()) {
            return None;
        }
        Some(
            digits
                .iter()
                .fold(0, |n, &digit| n * 10 + u32::from(digit - b'0')),
        )
    }

    /// Exactly two digits, whatever comes after.
    pub(super) fn two_digits(&mut self) -> Option<u32> {
        let (two, rest) = self.rest.split_first_chunk::<2>()?;
        let number = Scan::new(two).number(2, 2)?;
        self.rest = rest;
        Some(number)
    }

    /// A run of letters; may be empty.
    pub(super) fn letters(&mut self) -> &'a [u8] {
        self.run(u8::is_ascii_alphabetic)
    }

    /// The letters that come next, after blanks; may be empty.
    pub(super) fn letters_ahead(&self) -> &'a [u8] {
        let mut ahead = *self;
        ahead.pass_blanks();
        ahead.letters()
    }

    fn run(&mut self, of: impl Fn(&u8) -> bool) -> &'a [u8] {
        let length = self.rest.iter().take_while(|&byte| of(byte)).count();
        let (run, rest) = self.rest.split_at(length);
        self.rest = rest;
        run
    }

    /// A year of four digits, or of two: 69 to 99 are of the twentieth century, as POSIX has it.
    pub(super) fn year(&mut self) -> Option<u32> {
        let before = self.rest.len();
        let year = self.number(2, 4)?;
        match before - self.rest.len() {
            2 if year < 69 => Some(2000 + year),
            2 => Some(1900 + year),
            4 => Some(year),
            _ => None,
        }
    }

    /// Skips what may be between a date and a time of day: blanks, a comma, `@`, `at`, a dash between blanks.
    pub(super) fn pass_to_time(&mut self) {
        self.pass(b",");
        self.pass_blanks();
        let is_dash = self.rest.starts_with(b"- ");
        if is_dash || self.rest.starts_with(b"@") || self.letters_ahead() == b"at" {
            self.pass(b"-@");
            self.letters();
            self.pass_blanks();
        }
    }

    /// `H:MM`, `HH:MM:SS`, or with dots, with a fraction after `.` or `,` of which six digits count, and AM or PM.
    pub(super) fn time_of_day(&mut self) -> Option<TimeOfDay> {
        let mut time = TimeOfDay {
            hour: self.number(1, 2)?,
            ..TimeOfDay::default()
        };
        let mark = self.pass(b":.")?;
        time.minute = self.number(2, 2)?;
        if self.pass(&[mark]).is_some() {
            time.second = self.number(2, 2)?;
            time.us = self.fraction()?;
        }
        time.hour = self.half_of_day(time.hour)?;
        Some(time)
    }

    /// The millionths of a fraction, rounded down; 0 if none is next. `None` for a mark without digits.
    pub(super) fn fraction(&mut self) -> Option<u32> {
        if self.pass(b".,").is_none() {
            return Some(0);
        }
        let digits = self.run(u8::is_ascii_digit);
        let padded = digits
            .iter()
            .copied()
            .chain(std::iter::repeat(b'0'))
            .take(6);
        (!digits.is_empty()).then(|| padded.fold(0, |us, digit| us * 10 + u32::from(digit - b'0')))
    }

    /// The hour from 0 to 23, adjusted by AM or PM if that is next: `pm`, `p.m.`, `p. m.`.
    fn half_of_day(&mut self, hour: u32) -> Option<u32> {
        let mut ahead = *self;
        ahead.pass_blanks();
        let is_afternoon = match ahead.pass(b"aApP") {
            Some(half) => half.eq_ignore_ascii_case(&b'p'),
            None => return Some(hour),
        };
        if ahead.pass(b".").is_some() {
            ahead.pass_blanks();
        }
        if ahead.pass(b"mM").is_none() {
            return Some(hour);
        }
        ahead.pass(b".");
        *self = ahead;
        (1..=12)
            .contains(&hour)
            .then(|| hour % 12 + if is_afternoon { 12 } else { 0 })
    }

    /// The rest of the text: nothing, `Z`, an offset, or the name of a zone, perhaps in brackets. If an offset comes
    /// before a name, the offset decides.
    pub(super) fn place(&mut self) -> Option<WrittenZone> {
        self.pass_blanks();
        if self.rest.is_empty() {
            return Some(WrittenZone::Unsaid);
        }
        if matches!(self.rest.first(), Some(b'+' | b'-')) {
            let offset = self.offset(2)?;
            self.pass_blanks();
            return is_said_again(self.rest).then_some(WrittenZone::Offset(offset));
        }
        let name = match self.rest {
            [b'[', name @ .., b']'] => name,
            name => name,
        };
        zone_named(name)
    }

    /// A zone before a year, with the blanks around it; `Some(None)` if the year comes next.
    pub(super) fn place_within(&mut self) -> Option<Option<WrittenZone>> {
        self.pass_blanks();
        if matches!(self.rest.first(), Some(b'0'..=b'9')) {
            return Some(None);
        }
        let end = memchr::memchr(b' ', self.rest)?;
        let place = Scan::new(&self.rest[..end]).place()?;
        self.rest = &self.rest[end..];
        self.pass_blanks();
        Some(Some(place))
    }

    /// `+01:00`, `+0100`, `+01`, in microseconds; with hours of `least` digits also `+1`.
    fn offset(&mut self, least: usize) -> Option<i64> {
        let sign = if self.pass(b"+-")? == b'-' { -1 } else { 1 };
        let hours = match self.rest {
            [b'0'..=b'9', rest @ ..] if least == 1 && !matches!(rest, [b'0'..=b'9', ..]) => {
                self.number(1, 1)?
            }
            _ => self.two_digits()?,
        };
        let has_colon = self.pass(b":").is_some();
        let minutes = match self.rest.first() {
            Some(b'0'..=b'9') => self.number(2, 2)?,
            _ if has_colon => return None,
            _ => 0,
        };
        let is_offset = hours <= 23 && minutes <= 59;
        is_offset.then(|| sign * i64::from(hours * 3600 + minutes * 60) * US_PER_S)
    }
}

/// Whether the text after an offset says the zone once more: nothing, `[Europe/Paris]` as Java has it, `(CET)` as mail
/// and JavaScript have it, `UTC`, `CET m=+0.01` or `+03 m=+0.01` as Go has it.
fn is_said_again(rest: &[u8]) -> bool {
    let word = match memchr::memmem::find(rest, b" m=") {
        Some(end) => &rest[..end],
        None => rest,
    };
    match word {
        [] | [b'[', .., b']'] | [b'(', .., b')'] => true,
        [b'+' | b'-', ..] => {
            let mut scan = Scan::new(word);
            scan.offset(2).is_some() && scan.rest.is_empty()
        }
        _ => is_abbreviation(word) || zone_named(word).is_some(),
    }
}

/// Whether the time zone database has this name for clocks somewhere, today or in the years of logs.
fn is_abbreviation(word: &[u8]) -> bool {
    const ABBREVIATIONS: &str = "ACDT ACST ADT AEDT AEST AFT AKDT AKST ALMT AMT ART AST AWST AZT BDT BNT BOT BRST BRT \
        BST BTT CAT CDT CEST CET CHST CLST CLT COT CST EAT ECT EDT EEST EET EST FJT GST GYT HDT HKT HST ICT IDT IRDT \
        IRST IST JST KGT KRAT KST MDT MMT MSD MSK MST MUT MVT MYT NDT NOVT NPT NST NZDT NZST OMST PDT PET PGT PHT PKT \
        PST PYT SAMT SAST SGT SST TJT TLT TMT ULAT UYT UZT VET VLAT WAT WEST WET WIB WIT WITA YAKT YEKT";
    ABBREVIATIONS
        .split(' ')
        .any(|name| word.eq_ignore_ascii_case(name.as_bytes()))
}

/// `Z`, `UTC`, `GMT`, or an IANA name with a region: `EST` could be in either hemisphere.
///
/// JavaScript's `GMT+0100 (CET)` is that offset, as is `UTC+1`.
fn zone_named(name: &[u8]) -> Option<WrittenZone> {
    if [&b"z"[..], b"utc", b"gmt", b"ut"]
        .iter()
        .any(|utc| name.eq_ignore_ascii_case(utc))
    {
        return Some(WrittenZone::Offset(0));
    }
    if let Some(offset @ [b'+' | b'-', ..]) =
        name.strip_prefix(b"GMT").or(name.strip_prefix(b"UTC"))
    {
        let mut scan = Scan::new(offset);
        let offset = scan.offset(1)?;
        scan.pass_blanks();
        return is_said_again(scan.rest).then_some(WrittenZone::Offset(offset));
    }
    let name = std::str::from_utf8(name).ok()?;
    (name.contains('/') && name.len() < 64)
        .then(|| Tz::from_str(name).ok())
        .flatten()
        .map(WrittenZone::Zone)
}
