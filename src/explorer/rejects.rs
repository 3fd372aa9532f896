//! The rows of files that could not be read, as a file of their own. Explorer floor.
//!
//! The files are read again: nobody keeps millions of bad rows in memory for the case that someone wants them.

use std::io::Write;

use crate::explorer::tracker::Tracker;
use crate::output::Output;
use crate::source;
use crate::source::Location;
use crate::source::ReadOptions;
use crate::source::Sink;
use crate::source::read_table;
use crate::store::open_table;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::pageview::Pageview;
use crate::words::pageview::Reject;
use crate::words::progress::Progress;
use crate::words::progress::Stage;

/// Writes the rejects of these files as CSV. Returns how many they are.
pub(super) fn write_rejects(
    locations: &[Location],
    options: &ReadOptions,
    output: &mut Output,
    tracker: &mut Tracker,
) -> Result<u64> {
    let mut options = options.clone();
    let mut sink = RejectSink {
        total_bytes: locations.iter().map(Location::size).sum(),
        done_bytes: 0,
        rows: 0,
        output,
        tracker,
    };
    sink.write("file,line,reason\n")?;
    for location in locations {
        let interrupt = sink.tracker.interrupt.clone();
        if !location.file().is_file() {
            return Err(Error::Input {
                input: location.name().to_owned(),
                problem: "it came through a pipe and cannot be read again: save it as a file"
                    .to_owned(),
            });
        }
        let mut input = location.open(&options, &interrupt)?;
        sink.tracker.turn_to(input.name());
        let table = open_table(&mut input, &options, &interrupt)?;
        let understood = match table {
            Some(mut table) => read_table(&mut input, &options, &mut sink, &mut *table),
            None => source::read(&mut input, &options, &mut sink),
        };
        match understood {
            Ok(understood) => {
                if let Some(settled) = understood.settled {
                    options.settle(settled);
                }
            }
            // One that was skipped has no rejects either.
            Err(error) if error.is_no_loss(locations.len()) => {}
            Err(error) => return Err(error),
        }
        sink.done_bytes += input.bytes_read();
    }
    Ok(sink.rows)
}

struct RejectSink<'a> {
    total_bytes: Option<u64>,
    done_bytes: u64,
    rows: u64,
    output: &'a mut Output,
    tracker: &'a mut Tracker,
}

impl RejectSink<'_> {
    fn write(&mut self, line: &str) -> Result<()> {
        let written = self.output.write_all(line.as_bytes());
        written.map_err(|error| Error::io("write", self.output.path())(error))
    }
}

impl Sink for RejectSink<'_> {
    fn pageview(&mut self, _pageview: Pageview<'_>) -> Result<()> {
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        self.rows += 1;
        let (file, reason) = (field(&reject.input), field(&reject.reason));
        self.write(&format!("{file},{},{reason}\n", reject.place.number()))
    }

    fn progress(&mut self, bytes_read: u64) -> Result<()> {
        self.tracker.observe(Progress {
            stage: Stage::Read,
            done: self.done_bytes + bytes_read,
            total: self.total_bytes,
            pageviews: 0,
            rejects: self.rows,
        })
    }
}

/// A field of CSV: in quotes where it has to be.
fn field(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}
