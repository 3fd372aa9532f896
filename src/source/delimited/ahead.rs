//! Finds the records of a table, and where their fields end, on a separate thread. Source floor.
//!
//! Finding them takes about as long as making pageviews of them, and as gathering those. So three threads share the
//! work, and two cores are busy most of the time.
//!
//! ```text
//! window -> find_all (a thread) --FoundRecords--> TakeRows -> intake
//! ```

use std::mem;
use std::ops::Range;

use crate::engine::relay::Abandoned;
use crate::engine::relay::Parcel;
use crate::engine::relay::Relay;
use crate::engine::relay::relay;
use crate::source::delimited::split::Dialect;
use crate::source::delimited::split::NextRecord;
use crate::source::delimited::split::Record;
use crate::source::delimited::split::Splitter;
use crate::source::input::window::Filled;
use crate::source::input::window::Window;
use crate::words::error::Result;

/// If records together take more than this, no others are on their way.
const LARGE_BYTES: usize = 4 << 20;

/// Records one after another.
#[derive(Default)]
pub(super) struct FoundRecords {
    buffer: Vec<u8>,
    /// The part of the buffer that the records lie in.
    place: Range<usize>,
    records: Vec<Record>,
    /// Where fields end, at most as many for each record as the table has columns.
    /// Only the first `n_ends` count.
    ends: Vec<u32>,
    n_ends: usize,
    /// Why no record comes after these, if there is an error.
    pub(super) problem: Option<RecordProblem>,
    /// Bytes of the input read so far.
    pub(super) bytes_read: u64,
}

/// Why the next record of a table cannot be read, and none after it.
#[derive(Clone, Copy, Debug)]
pub(super) enum RecordProblem {
    /// A quote was opened `lines` lines after the beginning of the next record, and is never closed; perhaps because
    /// the input is cut there.
    Unclosed { lines: u64, is_cut: bool },
    /// The next record is longer than a window may be.
    TooLong,
}

impl Parcel for FoundRecords {
    fn is_large(&self) -> bool {
        // Of empty lines, what was found takes more than the lines.
        self.buffer.len() + size_of_val(self.records.as_slice()) > LARGE_BYTES
    }

    fn clear(&mut self) {
        // The buffer can be filled again as it is.
        self.records.clear();
        self.n_ends = 0;
    }
}

impl FoundRecords {
    /// The bytes that the records lie in.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[self.place.clone()]
    }

    /// The records of a table of so many columns, each with the ends of its fields.
    pub(super) fn records(&self, width: usize) -> impl Iterator<Item = (Record, &[u32])> {
        let mut ends = &self.ends[..self.n_ends];
        self.records.iter().map(move |&record| {
            let (own, others) = ends.split_at(record.fields.min(width));
            ends = others;
            (record, own)
        })
    }

    /// Finds the whole records in these bytes. Returns how many bytes they take.
    fn find(&mut self, bytes: &[u8], dialect: Dialect, at_end: bool, width: usize) -> usize {
        let mut splitter = Splitter::new(bytes, dialect, at_end);
        loop {
            let most = self.n_ends + width;
            if self.ends.len() < most {
                self.ends.resize(2 * most, 0);
            }
            let next = splitter.step(&mut self.ends[self.n_ends..most]);
            match next {
                NextRecord::Record(record) => {
                    self.n_ends += record.fields.min(width);
                    self.records.push(record);
                }
                NextRecord::NeedsMore => return splitter.consumed(),
                NextRecord::Unclosed { lines } => {
                    let n = splitter.consumed();
                    let is_cut = needs_more(&bytes[n..], dialect);
                    self.problem = Some(RecordProblem::Unclosed { lines, is_cut });
                    return n;
                }
            }
        }
    }
}

/// Whether these bytes may be the beginning of a record.
pub(in crate::source) fn needs_more(bytes: &[u8], dialect: Dialect) -> bool {
    Splitter::new(bytes, dialect, false).step(&mut []) == NextRecord::NeedsMore
}

/// Reads the rest of a window and passes its records to `take`. The table has `width` columns.
pub(super) fn read(
    window: &mut Window<'_>,
    dialect: Dialect,
    width: usize,
    mut take: impl FnMut(&FoundRecords) -> Result<()>,
) -> Result<()> {
    let facts = window.facts();
    let (found, taken) = relay(
        |relay| find_all(window, dialect, width, relay),
        |found: &mut FoundRecords| take(found).inspect_err(|_| facts.abandon()),
    );
    taken.and(found)
}

fn find_all(
    window: &mut Window<'_>,
    dialect: Dialect,
    width: usize,
    mut relay: Relay<FoundRecords>,
) -> Result<()> {
    let mut room = FoundRecords::default();
    loop {
        let n = room.find(window.bytes(), dialect, window.is_at_end(), width);
        if n > 0 || room.problem.is_some() {
            // Without a record, what is in the window may be very long.
            (room.buffer, room.place) = match n {
                0 => Default::default(),
                _ => window.hand_over(n, mem::take(&mut room.buffer)),
            };
            room.bytes_read = window.facts().bytes_read();
            let is_last = room.problem.is_some();
            match relay.hand_over(room) {
                Ok(next) if !is_last => room = next,
                // If taking them failed, that is the error to report.
                Ok(_) | Err(Abandoned) => return Ok(()),
            }
        }
        match window.fill()? {
            Filled::More => {}
            // The last record may only have waited to hear that nothing follows.
            Filled::AtEnd if !window.bytes().is_empty() => {}
            Filled::AtEnd => return Ok(()),
            Filled::Full => room.problem = Some(RecordProblem::TooLong),
        }
    }
}
