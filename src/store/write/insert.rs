//! Inserts many rows with one statement. Store floor.
//!
//! One row for each statement is half as fast. More than 64 rows gain nothing.

use rusqlite::CachedStatement;
use rusqlite::Connection;

const ROWS_A_STATEMENT: usize = 64;

/// Inserts rows of integers into a table, as they come, 64 with each statement.
///
/// If it is dropped without [`BulkInsert::finish`], the rows that it still holds are lost.
pub(super) struct BulkInsert<'c> {
    connection: &'c Connection,
    table: &'static str,
    width: usize,
    many: CachedStatement<'c>,
    pending: Vec<i64>,
}

impl<'c> BulkInsert<'c> {
    /// Inserts into `table`, whose columns are `width` integers.
    pub(super) fn new(
        connection: &'c Connection,
        table: &'static str,
        width: usize,
    ) -> rusqlite::Result<BulkInsert<'c>> {
        let many = connection.prepare_cached(&insert(table, width, ROWS_A_STATEMENT))?;
        Ok(BulkInsert {
            connection,
            table,
            width,
            many,
            pending: Vec::with_capacity(width * ROWS_A_STATEMENT),
        })
    }

    /// Adds a row; its length is the table's width.
    pub(super) fn push(&mut self, row: &[i64]) -> rusqlite::Result<()> {
        self.pending.extend_from_slice(row);
        if self.pending.len() == self.width * ROWS_A_STATEMENT {
            execute(&mut self.many, &self.pending)?;
            self.pending.clear();
        }
        Ok(())
    }

    /// Inserts what is left.
    pub(super) fn finish(self) -> rusqlite::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let rows = self.pending.len() / self.width;
        let mut rest = self
            .connection
            .prepare(&insert(self.table, self.width, rows))?;
        execute(&mut rest, &self.pending)
    }
}

fn insert(table: &str, width: usize, rows: usize) -> String {
    let row = format!("({})", vec!["?"; width].join(", "));
    format!("INSERT INTO {table} VALUES {}", vec![row; rows].join(", "))
}

fn execute(statement: &mut rusqlite::Statement<'_>, values: &[i64]) -> rusqlite::Result<()> {
    for (value, place) in values.iter().zip(1..) {
        statement.raw_bind_parameter(place, value)?;
    }
    statement.raw_execute().map(drop)
}
