//! Reads an input to its end: decodes it, recognises its format, and passes it to the reader of that format. Source
//! floor.

use crate::source::access_log;
use crate::source::delimited;
use crate::source::input::Input;
use crate::source::input::window::Capacity;
use crate::source::input::window::Window;
use crate::source::json;
use crate::source::options::ReadOptions;
use crate::source::parquet;
use crate::source::rows::sink::Sink;
use crate::source::rows::understood::Understood;
use crate::source::sniff;
use crate::source::sniff::FoundFormat;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::pageview::MOST_CARRIED;

/// Reads an input to its end and gives every row to the sink, as a pageview or as a reject.
///
/// Memory is bounded, whatever the input: a row may take 256 MiB, even if a quoted field in it goes over many lines.
/// After success the input's fingerprint is that of its whole content.
///
/// Errors if the input cannot be read, is empty, has no known format, lacks the columns, has a quote that is never
/// closed, has rows of another width from some line to the end, or has only rejects or too many; and if the sink
/// errors; also if more columns are to be carried than [`MOST_CARRIED`]. The caller must then forget what the sink took.
pub fn read<S: Sink + ?Sized>(
    input: &mut Input,
    options: &ReadOptions,
    sink: &mut S,
) -> Result<Understood> {
    read_within(input, options, sink, Capacity::DEFAULT)
}

/// [`read`] with a given buffer.
pub(super) fn read_within<S: Sink + ?Sized>(
    input: &mut Input,
    options: &ReadOptions,
    sink: &mut S,
    capacity: Capacity,
) -> Result<Understood> {
    if options.carried.len() > MOST_CARRIED {
        return Err(Error::Usage(format!(
            "no more than {MOST_CARRIED} columns can be carried"
        )));
    }
    let mut window = Window::open(input, options.encoding, capacity)?;
    let found = sniff::format(&mut window, options)?;
    if options.rows_at.is_some() && !matches!(found, FoundFormat::Json) {
        let way = match found {
            FoundFormat::Parquet => ": write it as JSON first, or leave --rows-at out",
            _ => ", and this is not JSON: leave it out",
        };
        let problem = format!("--rows-at is for JSON{way}");
        return Err(window.facts().problem(problem));
    }
    let has_open_records = matches!(found, FoundFormat::Delimited | FoundFormat::Json);
    if let (false, Some(end)) = (has_open_records, window.facts().open_end()) {
        // Each line is whole.
        end.pass(u64::MAX);
    }
    let mut understood = match found {
        FoundFormat::Delimited => delimited::read(&mut window, options, sink)?,
        FoundFormat::Parquet => parquet::read(&mut window, options, sink)?,
        FoundFormat::Json => json::read(&mut window, options, sink)?,
        FoundFormat::AccessLog(layout) => access_log::read(&mut window, layout, options, sink)?,
    };
    window.drain()?;
    understood.notes.extend(window.notes());
    let warnings = window.facts().warnings();
    understood.warnings.extend_from_slice(warnings);
    drop(window);
    input.finish()?;
    Ok(understood)
}
