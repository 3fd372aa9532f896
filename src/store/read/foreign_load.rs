//! Decides whether an input that stands for a table of a database is taken in. Store floor.

use std::fs::File;
use std::path::Path;

use rusqlite::OptionalExtension;

use crate::source::Input;
use crate::source::ReadOptions;
use crate::source::Table;
use crate::store::connection::Store;
use crate::store::options::LoadOptions;
use crate::store::read::foreign::Foreign;
use crate::store::read::foreign::beside;
use crate::store::schema;
use crate::store::schema::FileHeader;
use crate::store::schema::time_of_load;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::interrupt::Interrupt;

/// Opens the table of a database that an input stands for, if the options name one. The input then has the table's
/// name, and has been read for its digest.
///
/// Errors if the input is not a database or has no such table.
pub fn open_table(
    input: &mut Input,
    options: &ReadOptions,
    interrupt: &Interrupt,
) -> Result<Option<Box<dyn Table + Send>>> {
    let Some(name) = &options.table else {
        return Ok(None);
    };
    let Some(path) = input.path().map(Path::to_path_buf) else {
        let words = "--table needs a database in a file, and this is not a file";
        return Err(problem(input, words.to_owned()));
    };
    if schema::header(&path)? == FileHeader::NotSqlite {
        let words = "--table needs a SQLite database, and this is not one";
        return Err(problem(input, words.to_owned()));
    }
    let foreign = Foreign::open(&path, interrupt)?.at(name)?;
    input.narrow(&format!("table {}", foreign.table));
    for file in beside(&path) {
        let beside = File::open(&file).map_err(Error::io("read", &file))?;
        input.extend(Box::new(beside));
    }
    input.take_as_it_is()?;
    Ok(Some(Box::new(foreign)))
}

impl Store {
    /// The same for a load. Errors if the content of the database as it is now was loaded before (unless `again`).
    /// Also errors if the database was loaded before and has changed (unless `again` or `dedupe`), because nobody can
    /// tell which rows are new.
    pub(in crate::store) fn open_new_table(
        &self,
        input: &mut Input,
        options: &LoadOptions,
    ) -> Result<Option<Box<dyn Table + Send>>> {
        let table = open_table(input, &options.read, &self.interrupt)?;
        if table.is_none() || options.again {
            return Ok(table);
        }
        self.refuse_known(input)?;
        let earlier: Option<i64> = self
            .connection
            .query_row(
                "SELECT loaded_at FROM loads WHERE source = ?1 ORDER BY id DESC LIMIT 1",
                [input.name()],
                |row| row.get(0),
            )
            .optional()
            .map_err(self.failed("read"))?;
        match earlier {
            Some(at) if !options.dedupe => {
                let at = time_of_load(at);
                let words = format!(
                    "it was loaded at {at} and has changed since, and dwell cannot tell which of its rows are new: \
                    --dedupe skips those that are there already, --again loads all of them once more"
                );
                Err(problem(input, words))
            }
            _ => Ok(table),
        }
    }
}

fn problem(input: &Input, problem: String) -> Error {
    Error::Input {
        input: input.name().to_owned(),
        problem,
    }
}
