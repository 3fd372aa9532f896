//! How to read the lines of a log. Source floor.
//!
//! Decided by the first lines: by what a person said about them, or else by their values.

mod carried;
mod given;

use crate::source::access_log::aws;
use crate::source::access_log::format::LineFormat;
use crate::source::access_log::format::Room;
use crate::source::access_log::format::presets;
use crate::source::access_log::format::presets::PRESETS;
use crate::source::access_log::format::presets::Preset;
use crate::source::access_log::format::text;
use crate::source::access_log::infer;
use crate::source::access_log::infer::Found;
use crate::source::access_log::lines;
use crate::source::access_log::lines::Lines;
use crate::source::access_log::peel;
use crate::source::access_log::peel::Wrapper;
use crate::source::access_log::w3c;
use crate::source::options::ReadOptions;
use crate::source::rows::tally::Unit;
use crate::source::time::TimeFormat;
use crate::source::time::TimeOptions;
use crate::source::time::TimeReader;
use crate::source::time::quoted_at_length;
use crate::words::figure;

/// How lines are read.
#[derive(Debug)]
pub(in crate::source) enum LogLayout {
    /// By a format: one that was named, given, or found.
    Lines(Box<Lines>),
    /// By the names in `#Fields:`, after taking off what was put in front of each line.
    W3c(Vec<Wrapper>),
    Alb,
    Elb,
    S3,
}

impl LogLayout {
    /// How its times are written, if they could be misunderstood.
    pub(super) fn dates(&self) -> Option<&TimeFormat> {
        match self {
            LogLayout::Lines(lines) => lines.dates.as_ref(),
            _ => None,
        }
    }
}

/// How the beginning of an input relates to access logs.
#[derive(Debug)]
pub(in crate::source) enum Recognised {
    As(LogLayout),
    /// It is a server's own error log.
    ErrorLog,
    /// It looks like a log, but cannot be read as one; the reason in a sentence.
    Unknown(String),
    /// It may be anything else.
    No,
}

/// Lines that are looked at.
const MOST_LINES: usize = 2_000;

/// Lines from a log, of which the last may be cut off.
pub(in crate::source) fn lines_of(head: &[u8], terminator: u8, is_whole: bool) -> Vec<&[u8]> {
    let mut lines: Vec<&[u8]> = head
        .split(|&byte| byte == terminator)
        .take(MOST_LINES + 1)
        .collect();
    if lines.len() > 1 && (!is_whole || lines.len() > MOST_LINES) {
        lines.pop();
    }
    lines
        .into_iter()
        .map(clean)
        .filter(|line| !line.is_empty())
        .collect()
}

/// A line without the blanks around it, and without the zero bytes that truncating a log leaves.
pub(super) fn clean(line: &[u8]) -> &[u8] {
    let line = match line.first() {
        Some(0) => {
            let zeros = line.iter().take_while(|&&byte| byte == 0).count();
            &line[zeros..]
        }
        _ => line,
    };
    line.trim_ascii()
}

/// How these lines relate to access logs.
pub(in crate::source) fn recognise(lines: &[&[u8]], options: &ReadOptions) -> Recognised {
    if let Some(wanted) = &options.log.format {
        return match LogLayout::given(wanted, lines, options) {
            Ok(layout) => Recognised::As(layout),
            Err(problem) => Recognised::Unknown(problem),
        };
    }
    let mut plain = Vec::new();
    let uncoloured: Vec<Vec<u8>> = match lines.iter().any(|line| line.contains(&0x1b)) {
        true => lines
            .iter()
            .map(|line| {
                peel::without_colours(line, &mut plain);
                plain.trim_ascii().to_vec()
            })
            .collect(),
        false => Vec::new(),
    };
    let has_colours = !uncoloured.is_empty();
    let lines: Vec<&[u8]> = match has_colours {
        true => uncoloured.iter().map(Vec::as_slice).collect(),
        false => lines.to_vec(),
    };
    let mut wrappers = peel::wrappers(&lines);
    let inner: Vec<&[u8]> = lines
        .iter()
        .map(|line| peel::peel(&wrappers, line))
        .collect();
    if inner.iter().any(|line| w3c::names_columns(line)) {
        return Recognised::As(LogLayout::W3c(with_colours(wrappers, has_colours)));
    }
    if let Some(layout) = aws_layout(&lines) {
        return Recognised::As(layout);
    }
    // If nothing is left after taking off the front, that was part of the line.
    let mut first_found = None;
    loop {
        let inner: Vec<&[u8]> = lines
            .iter()
            .map(|line| peel::peel(&wrappers, line))
            .collect();
        let requests: Vec<&[u8]> = inner
            .iter()
            .copied()
            .filter(|line| lines::has_request(line) && !lines::is_error(line))
            .collect();
        let sample = match requests.len() * 20 >= inner.len() && !requests.is_empty() {
            true => requests,
            false => inner
                .iter()
                .copied()
                .filter(|line| !lines::is_error(line))
                .collect(),
        };
        if sample.is_empty() && inner.iter().any(|line| lines::is_error(line)) {
            return Recognised::ErrorLog;
        }
        let found = infer::infer(&sample, &options.log.user, options.times.format.clone());
        match found {
            Found::Formats(formats) => {
                let is_header = lines
                    .first()
                    .is_some_and(|first| names_columns(first, &formats));
                if is_header {
                    return Recognised::No;
                }
                let notes = notes(&formats, &sample);
                let title = title(&formats);
                let dates = dates(&title, &formats, &sample);
                let mut lines = Lines::new(with_colours(wrappers, has_colours), formats, title);
                lines.dates = dates;
                lines.found = notes;
                return Recognised::As(LogLayout::Lines(Box::new(lines)));
            }
            Found::Either { what, one, other } => {
                return Recognised::Unknown(format!(
                    "it looks like an access log, but {what}: say which with --log-format '{}' or --log-format '{}'",
                    for_shell(&one),
                    for_shell(&other)
                ));
            }
            found => {
                first_found.get_or_insert(found);
            }
        }
        if wrappers.pop().is_none() {
            break;
        }
    }
    let lacks = match first_found {
        Some(Found::No(lacks)) => lacks,
        _ => None,
    };
    let alike = lines
        .iter()
        .filter(|line| lines::has_request(line) && !line.starts_with(b"{"))
        .count();
    match (lacks, alike * 3 >= lines.len() && alike > 0) {
        (Some(what), _) => Recognised::Unknown(lacking(what, &lines)),
        (None, true) => Recognised::Unknown(unknown(&lines)),
        (None, false) => Recognised::No,
    }
}

/// How the dates of IIS's own format are written, `3/1/24` for the 1st of March, if they are.
fn dates(title: &str, formats: &[LineFormat], lines: &[&[u8]]) -> Option<TimeFormat> {
    if presets::named("iis").is_none_or(|iis| iis.title != title) {
        return None;
    }
    ["%m/%d/%y %H:%M:%S", "%m/%d/%Y %H:%M:%S"]
        .into_iter()
        .filter_map(|text| text.parse::<TimeFormat>().ok())
        .find(|written| {
            let mut times = TimeReader::new(
                TimeOptions::default().written(Some(written.clone())),
                Unit::Line,
            );
            let mut room = Room::default();
            let mut lines = lines.iter();
            lines.all(|line| {
                let read = formats.iter().find_map(|format| {
                    let at = format.read(line, &mut room).ok()?.time.to_vec();
                    Some(times.read(&at, 1).is_ok())
                });
                read.unwrap_or(true)
            })
        })
}

fn with_colours(mut wrappers: Vec<Wrapper>, has_colours: bool) -> Vec<Wrapper> {
    if has_colours {
        wrappers.insert(0, Wrapper::Colours);
    }
    wrappers
}

fn aws_layout(lines: &[&[u8]]) -> Option<LogLayout> {
    let count = |reads: for<'l> fn(&'l [u8]) -> Result<aws::AwsLine<'l>, &'static str>| {
        let read = || lines.iter().filter_map(|line| reads(line).ok());
        let n_requests = read().filter(|line| line.request.is_made()).count();
        if n_requests > 0 { read().count() } else { 0 }
    };
    [
        (count(aws::read_alb), LogLayout::Alb),
        (count(aws::read_elb), LogLayout::Elb),
        (count(aws::read_s3), LogLayout::S3),
    ]
    .into_iter()
    .filter(|(n, _)| n * 2 >= lines.len() && *n > 0)
    .max_by_key(|&(n, _)| n)
    .map(|(_, layout)| layout)
}

/// The names that `--log-format` takes.
pub(in crate::source) fn names() -> String {
    let names: Vec<&str> = PRESETS.iter().map(|preset| preset.name).collect();
    format!("{}, alb, elb, s3 and w3c", names.join(", "))
}

/// Whether a first line names the columns of a table instead of being a request.
fn names_columns(first: &[u8], formats: &[LineFormat]) -> bool {
    let mut room = Room::default();
    if formats
        .iter()
        .any(|format| format.read(first, &mut room).is_ok())
    {
        return false;
    }
    [b',', b'\t', b';', b'|'].iter().any(|separator| {
        let cells: Vec<&[u8]> = first.split(|byte| byte == separator).collect();
        cells.len() >= 3
            && cells.iter().all(|cell| {
                let name = cell.trim_ascii();
                let name = name
                    .strip_prefix(b"\"")
                    .and_then(|name| name.strip_suffix(b"\""))
                    .unwrap_or(name);
                name.first().is_some_and(u8::is_ascii_alphabetic)
                    && name.len() <= 64
                    && name
                        .iter()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"_ -.()@".contains(byte))
            })
    })
}

/// The name of a format: that of the preset with which it begins.
fn title(formats: &[LineFormat]) -> String {
    let titles: Vec<&str> = formats
        .iter()
        .map(|format| preset_of(format).map_or("own format", |preset| preset.title))
        .collect();
    let mut titles_once: Vec<&str> = Vec::new();
    for title in titles {
        if !titles_once.contains(&title) {
            titles_once.push(title);
        }
    }
    titles_once.join(" and ")
}

fn preset_of(format: &LineFormat) -> Option<&'static Preset> {
    let written = text::written(format);
    PRESETS
        .iter()
        .filter(|preset| {
            let own = preset.format(None).map(|format| text::written(&format));
            own.is_ok_and(|own| own == written)
        })
        .max_by_key(|preset| preset.text.len())
}

/// The note on formats without a name: how to write them, how many lines they read, and what the first line says.
fn notes(formats: &[LineFormat], sample: &[&[u8]]) -> Vec<String> {
    let mut room = Room::default();
    formats
        .iter()
        .filter(|format| preset_of(format).is_none())
        .flat_map(|format| {
            let read: Vec<&&[u8]> = sample.iter().filter(|line| format.read(line, &mut room).is_ok()).collect();
            let mut notes = vec![format!(
                "the format was found in the lines, as --log-format '{}'; it reads {} of the first {}",
                for_shell(&text::written(format)),
                figure::count(read.len() as u64),
                figure::counted(sample.len() as u64, "line")
            )];
            if let Some(first) = read.first()
                && let Ok(reading) = format.read(first, &mut room)
            {
                let request = &reading.request;
                let shown = |value: &[u8]| quoted_at_length(value, 60);
                let status = request.status.map_or(String::new(), |status| format!(", status {status}"));
                notes.push(format!(
                    "the first line is read as address {}, time {}, method {}, target {}{status}, agent {}",
                    shown(request.address),
                    shown(reading.time),
                    shown(request.method),
                    shown(request.target),
                    shown(request.agent)
                ));
            }
            notes
        })
        .collect()
}

/// A text as it is written between single quotes in a shell.
fn for_shell(text: &str) -> String {
    text.replace('\'', "'\\''")
}

fn lacking(what: &str, lines: &[&[u8]]) -> String {
    format!(
        "it looks like an access log, but no field of its lines looks like {what}: --log-format 'FORMAT' names the \
        fields; a line is {}",
        shown_line(lines)
    )
}

/// Why a file that should be a log cannot be read.
pub(in crate::source) fn unknown(lines: &[&[u8]]) -> String {
    format!(
        "it looks like an access log, but not all of address, time and request were found in its lines: --log-format \
         takes the text of the server's log_format or LogFormat, or one of {}; a line is {}",
        names(),
        shown_line(lines)
    )
}

fn shown_line(lines: &[&[u8]]) -> String {
    let line = lines
        .iter()
        .find(|line| lines::has_request(line))
        .or(lines.first());
    quoted_at_length(line.copied().unwrap_or_default(), 100)
}

#[cfg(test)]
mod tests;
