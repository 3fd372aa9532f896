//! Finds the fields of a log's lines on a separate thread. Source floor.
//!
//! Finding the fields takes about as long as making pageviews of them. With two cores, reading a log takes as long as
//! the slower of the two.
//!
//! ```text
//! window -> find_all (a thread) --FoundLines--> take_found -> Requests -> intake
//! ```

use std::ops::Range;

use crate::engine::relay::Abandoned;
use crate::engine::relay::Parcel;
use crate::engine::relay::Relay;
use crate::engine::relay::relay;
use crate::source::access_log::format::Ending;
use crate::source::access_log::layout::clean;
use crate::source::access_log::lines;
use crate::source::access_log::lines::FieldFinder;
use crate::source::access_log::lines::FieldReader;
use crate::source::access_log::lines::FoundFields;
use crate::source::access_log::lines::Lines;
use crate::source::access_log::lines::Unread;
use crate::source::access_log::request::Requests;
use crate::source::access_log::whole_lines::WholeLines;
use crate::source::access_log::whole_lines::lines_in;
use crate::source::input::window::Window;
use crate::source::rows::intake::Intake;
use crate::source::rows::sink::Sink;
use crate::words::error::Result;

/// If lines together are longer than this, no others are on their way.
const LARGE_BYTES: usize = 4 << 20;

/// Lines in which the fields were found.
#[derive(Default)]
struct FoundLines {
    /// The buffer that they lie in.
    bytes: Vec<u8>,
    lines: Vec<FoundLine>,
    /// The fields of all lines, one after another.
    spans: Vec<Range<usize>>,
    /// Bytes of the input read so far.
    bytes_read: u64,
}

/// A line that is neither empty nor was taken in before.
struct FoundLine {
    number: u64,
    bytes: Range<usize>,
    fields: Result<FieldPlaces, Unread>,
}

/// The format by which its fields were found, and how many there are.
struct FieldPlaces {
    format: usize,
    ending: Ending,
    n_spans: usize,
}

impl Parcel for FoundLines {
    fn is_large(&self) -> bool {
        self.bytes.len() > LARGE_BYTES
    }

    fn clear(&mut self) {
        // The buffer can be filled again as it is.
        self.lines.clear();
        self.spans.clear();
    }
}

impl FoundLines {
    fn add(&mut self, number: u64, bytes: Range<usize>, found: Result<FoundFields<'_>, Unread>) {
        let fields = found.map(|found| {
            self.spans.extend_from_slice(found.spans);
            FieldPlaces {
                format: found.format,
                ending: found.ending,
                n_spans: found.spans.len(),
            }
        });
        self.lines.push(FoundLine {
            number,
            bytes,
            fields,
        });
    }
}

/// Reads the lines in the rest of a window, which end in `terminator`, and passes them to the intake, except the first
/// `passed`.
pub(super) fn read<S: Sink + ?Sized>(
    window: &mut Window<'_>,
    terminator: u8,
    passed: u64,
    lines: &mut Lines,
    requests: &mut Requests,
    intake: &mut Intake<'_, S>,
) -> Result<()> {
    let Lines { finder, reader, .. } = lines;
    let facts = window.facts();
    let (found, taken) = relay(
        |relay| find_all(window, terminator, passed, finder, relay),
        |found| take_found(found, reader, requests, intake).inspect_err(|_| facts.abandon()),
    );
    taken.and(found)
}

fn find_all(
    window: &mut Window<'_>,
    terminator: u8,
    passed: u64,
    finder: &mut FieldFinder,
    mut relay: Relay<FoundLines>,
) -> Result<()> {
    let mut room = FoundLines::default();
    let mut whole = WholeLines::new(terminator);
    while let Some(n) = whole.fill(window)? {
        let (bytes, handed) = window.hand_over(n, std::mem::take(&mut room.bytes));
        let mut at = handed.start;
        for line in lines_in(&bytes[handed], terminator) {
            let place = at..at + line.len();
            at = place.end + 1;
            let number = whole.next_number();
            let line = clean(line);
            if number > passed && !line.is_empty() {
                room.add(number, place, finder.find(line));
            }
        }
        room.bytes = bytes;
        room.bytes_read = window.facts().bytes_read();
        match relay.hand_over(room) {
            Ok(next) => room = next,
            // Taking them failed, and that is the error to report.
            Err(Abandoned) => return Ok(()),
        }
    }
    Ok(())
}

fn take_found<S: Sink + ?Sized>(
    found: &mut FoundLines,
    reader: &mut FieldReader,
    requests: &mut Requests,
    intake: &mut Intake<'_, S>,
) -> Result<()> {
    let mut spans = found.spans.as_slice();
    for line in found.lines.drain(..) {
        let read = line.fields.map(|places| {
            let (own, others) = spans.split_at(places.n_spans);
            spans = others;
            let fields = FoundFields {
                format: places.format,
                ending: places.ending,
                spans: own,
            };
            reader.read(clean(&found.bytes[line.bytes]), fields)
        });
        lines::take(requests, intake, read, line.number)?;
    }
    intake.progress(found.bytes_read)
}
