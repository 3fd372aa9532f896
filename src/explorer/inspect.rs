//! A file's columns by its first rows, for a person who is to say what they are. Explorer floor.

use crate::source;
use crate::source::Inspection;
use crate::source::Inspector;
use crate::source::Location;
use crate::source::ReadOptions;
use crate::source::Sink;
use crate::source::read_table;
use crate::store::open_table;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::interrupt::Interrupt;
use crate::words::pageview::Pageview;
use crate::words::pageview::Reject;

/// Looks at the columns of a file, and reads its first rows. Errors where it cannot be read again or has no columns.
pub(super) fn inspect(
    location: &Location,
    options: &ReadOptions,
    interrupt: &Interrupt,
) -> Result<Inspection> {
    let problem = |problem: &str| Error::Input {
        input: location.name().to_owned(),
        problem: problem.to_owned(),
    };
    if !location.file().is_file() {
        return Err(problem(
            "it came through a pipe and cannot be read again: save it as a file",
        ));
    }
    let inspector = Inspector::default();
    let options = ReadOptions {
        inspector: Some(inspector.clone()),
        ..options.clone()
    };
    let read = || -> Result<()> {
        let mut input = location.open(&options, interrupt)?;
        let table = open_table(&mut input, &options, interrupt)?;
        match table {
            Some(mut table) => read_table(&mut input, &options, &mut FirstRow, &mut *table)?,
            None => source::read(&mut input, &options, &mut FirstRow)?,
        };
        Ok(())
    };
    let read = read();
    interrupt.check()?;
    let inspection = inspector.inspection();
    match (inspection.parts.is_empty(), read) {
        (false, _) => Ok(inspection),
        (true, Err(error @ Error::Io { .. })) => Err(error),
        (true, _) => Err(problem(
            "it is an access log, whose fields are found by what they hold; the notes say how",
        )),
    }
}

/// Ends the reading at the first row.
struct FirstRow;

impl Sink for FirstRow {
    fn pageview(&mut self, _pageview: Pageview<'_>) -> Result<()> {
        Err(Error::Interrupted)
    }

    fn reject(&mut self, _reject: Reject) -> Result<()> {
        Err(Error::Interrupted)
    }

    fn progress(&mut self, _bytes_read: u64) -> Result<()> {
        Err(Error::Interrupted)
    }
}
