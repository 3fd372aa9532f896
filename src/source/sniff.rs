//! Recognises what an input is by its first bytes. Source floor.
//!
//! Knows how files begin. Does not look at their names, which are not trusted.

use std::fs::File;
use std::io;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;

use crate::source::access_log;
use crate::source::access_log::LogLayout;
use crate::source::access_log::Recognised;
use crate::source::input::decode::Compression;
use crate::source::input::line_end::terminator;
use crate::source::input::unread;
use crate::source::input::window::Filled;
use crate::source::input::window::Window;
use crate::source::json;
use crate::source::json::Looks;
use crate::source::options::InputFormat;
use crate::source::options::ReadOptions;
use crate::source::parquet;
use crate::words::error::Result;

/// The byte order mark of UTF-8.
const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// Bytes that the format of a log is found in.
const LOG_SAMPLE_BYTES: usize = 64 * 1024;

/// The format an input was found to be in.
#[derive(Debug)]
pub(super) enum FoundFormat {
    Delimited,
    Json,
    AccessLog(LogLayout),
    Parquet,
}

/// Fills the window and chooses the reader for its text: the one that was asked for, or else by content.
///
/// Errors if the input is empty, or if no reader knows it.
pub(super) fn format(window: &mut Window<'_>, options: &ReadOptions) -> Result<FoundFormat> {
    window.sample()?;
    if window.bytes().starts_with(UTF8_MARK) {
        window.consume(UTF8_MARK.len());
    }
    // A log that was truncated while its server went on writing begins with bytes of zero.
    while window.bytes().first() == Some(&0) {
        let zeros = window.bytes().iter().take_while(|&&byte| byte == 0).count();
        window.consume(zeros);
        if window.bytes().is_empty() && window.fill()? != Filled::More {
            let problem = "it does not look like text: it holds only zero bytes";
            return Err(window.facts().problem(problem));
        }
    }
    let head = window.bytes();
    if head.is_empty() && window.is_at_end() {
        return Err(window.facts().is_empty());
    }
    if let (Some(again), false) = (Compression::of(head), window.layers().is_empty()) {
        let (once, twice) = (window.layers(), again.name());
        return Err(window.facts().problem(format!(
            "it is compressed twice, with {once} and then {twice} again: decompress it once first, such as with \
            {twice} -dc"
        )));
    }
    let is_parquet = head.starts_with(parquet::MAGIC);
    match options.format {
        InputFormat::Auto | InputFormat::Parquet if is_parquet => return Ok(FoundFormat::Parquet),
        InputFormat::Parquet => {
            let problem = "it is not a Parquet file: it does not begin with PAR1";
            return Err(window.facts().problem(problem));
        }
        _ => {}
    }
    let is_asked_for = options.format != InputFormat::Auto;
    let (facts, sample) = (window.facts(), window.sample()?);
    if let Some(said) = unread::said(sample, facts.name(), is_asked_for) {
        return Err(facts.problem(said));
    }
    if let Some(problem) = not_text(sample).filter(|_| !is_asked_for) {
        return Err(facts.problem(problem));
    }
    match options.format {
        InputFormat::Jsonl => return Ok(FoundFormat::Json),
        InputFormat::Auto | InputFormat::AccessLog => {}
        InputFormat::Csv | InputFormat::Tsv | InputFormat::Parquet => {
            return Ok(FoundFormat::Delimited);
        }
    }
    match json::looks(window.sample()?) {
        _ if options.log.format.is_some() => {}
        Looks::Objects => return Ok(FoundFormat::Json),
        Looks::ArrayOf(what) => {
            return Err(window.facts().problem(format!(
                "it is a JSON array of {what}: expected objects, one a pageview"
            )));
        }
        Looks::Other => {}
    }
    Ok(match log_layout(window, options)? {
        Some(layout) => FoundFormat::AccessLog(layout),
        None => FoundFormat::Delimited,
    })
}

/// The layout of a log's lines; `None` if this is not a log. Errors if it should be a log, or looks like one, but
/// cannot be read.
fn log_layout(window: &mut Window<'_>, options: &ReadOptions) -> Result<Option<LogLayout>> {
    fill_sample(window)?;
    let is_asked_for = options.format == InputFormat::AccessLog || options.log.format.is_some();
    let head = window.bytes();
    let terminator = terminator(head, true).unwrap_or(b'\n');
    // The same part of any window, so that the result does not depend on the window's size.
    let is_whole = window.is_at_end() && head.len() <= LOG_SAMPLE_BYTES;
    let head = &head[..head.len().min(LOG_SAMPLE_BYTES)];
    let mut lines = access_log::lines_of(head, terminator, is_whole);
    let later = later_samples(window);
    for sample in &later {
        // The first line of a later sample is cut off, too.
        let inner = memchr::memchr(terminator, sample).map_or(sample.len(), |end| end + 1);
        lines.extend(access_log::lines_of(&sample[inner..], terminator, false));
    }
    match access_log::recognise(&lines, options) {
        Recognised::As(layout) => Ok(Some(layout)),
        Recognised::ErrorLog => Err(window.facts().is_error_log()),
        Recognised::Unknown(problem) => Err(window.facts().problem(problem)),
        Recognised::No if is_asked_for && lines.is_empty() => Err(window.facts().is_empty()),
        Recognised::No if is_asked_for => Err(window.facts().problem(access_log::unknown(&lines))),
        Recognised::No => Ok(None),
    }
}

/// Samples from the middle and the end of a seekable input: a log may begin with the start of a server, and its format
/// may change. A failure here does no harm, since the whole input is read anyway.
fn later_samples(window: &Window<'_>) -> Vec<Vec<u8>> {
    const BYTES: u64 = LOG_SAMPLE_BYTES as u64 / 2;
    let facts = window.facts();
    // What is followed was decided by its context, and other lines may be at its path by now.
    let goes_on = facts.context().is_some_and(|context| context.lines > 0);
    let (Some(path), Some(size), false) = (facts.path(), facts.size(), goes_on) else {
        return Vec::new();
    };
    let is_plain = window.compression().is_none() && !window.is_transcoded();
    if !is_plain || size < 4 * LOG_SAMPLE_BYTES as u64 {
        return Vec::new();
    }
    let at = |place: u64| {
        let mut sample = Vec::new();
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(place))?;
        file.take(BYTES).read_to_end(&mut sample)?;
        io::Result::Ok(sample)
    };
    [size / 2, size - BYTES]
        .into_iter()
        .filter_map(|place| at(place).ok())
        .collect()
}

/// Reads on until there is as much as logs are judged by, if there is so much.
fn fill_sample(window: &mut Window<'_>) -> Result<()> {
    loop {
        let head = window.bytes();
        // If it ends in a carriage return, a line feed may follow, and that decides what ends lines.
        let is_enough = head.len() >= LOG_SAMPLE_BYTES && !head.ends_with(b"\r");
        if is_enough || window.is_at_end() || window.fill()? == Filled::Full {
            return Ok(());
        }
    }
}

/// What is wrong with an input that begins with this sample, if it is not text.
///
/// Text may have some control characters (terminal escapes, a NUL here and there), but not in every third place. Text
/// in another encoding than UTF-8 has hardly any.
fn not_text(sample: &[u8]) -> Option<&'static str> {
    let is_odd = |byte: &&u8| matches!(byte, 0..=0x08 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f);
    let n_odd = sample.iter().filter(is_odd).count();
    let is_utf8 = match std::str::from_utf8(sample) {
        Ok(_) => true,
        // The sample may end within a character.
        Err(error) => error.error_len().is_none(),
    };
    let most_odd = sample.len() / if is_utf8 { 3 } else { 50 };
    (n_odd > most_odd.max(4)).then_some(
        "it does not look like text: if it is not UTF-8, name its --encoding; or name its --input-format",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_heavy_in_nul_is_no_text() {
        let problem = not_text(b"a\0\x01\x02\0\x05\x06\0\0\xfe").unwrap();
        assert!(problem.starts_with("it does not look like text: "));
    }

    #[test]
    fn text_may_have_a_nul_and_escapes() {
        assert_eq!(not_text(b""), None);
        assert_eq!(not_text(b"user,time,page\na,1,/a\0b\n"), None);
        assert_eq!(not_text("u,t,p\né,1,\x1b[31m\x1b[0m\n".as_bytes()), None);
    }
}
