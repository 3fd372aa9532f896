//! Parquet -> pageviews and rejects. Source floor.
//!
//! Knows where the three columns are and how a damaged file is told of; how a value is read is beside. A file is
//! read by its columns, so it is opened again, or spooled if it is a stream.
//!
//! ```text
//! layout (footer, which columns) -> column (batches of values) -> intake
//! ```

mod column;
mod guard;
mod kind;
mod layout;

use std::fs::File;
use std::io;
use std::io::Write;

use parquet::errors::ParquetError;
use parquet::file::reader::FileReader;
use parquet::file::reader::SerializedFileReader;

use crate::source::intake::Intake;
use crate::source::intake::Manner;
use crate::source::names::Role;
use crate::source::options::ReadOptions;
use crate::source::parquet::column::Column;
use crate::source::parquet::column::Value;
use crate::source::parquet::guard::catching;
pub use crate::source::parquet::guard::is_panic_caught;
use crate::source::parquet::layout::Layout;
use crate::source::sink::Sink;
use crate::source::tally::Unit;
use crate::source::time::Unreadable;
use crate::source::understood::Understood;
use crate::source::understood::quoted_name;
use crate::source::window::Filled;
use crate::source::window::Window;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::timestamp::Timestamp;

/// Rows that are decoded at a time.
const ROWS_A_BATCH: usize = 4_096;

/// Reads the whole file and gives its rows to the sink.
pub(super) fn read<S: Sink + ?Sized>(
    window: &mut Window<'_>,
    options: &ReadOptions,
    sink: &mut S,
) -> Result<Understood> {
    window.facts().refuse_passing("a Parquet file")?;
    let layers = window.layers();
    let file = whole_file(window)?;
    let facts = window.facts();
    let bytes = layout::check_ends(&file, facts)?;
    let reader = guarded(|| SerializedFileReader::new(file)).map_err(|error| {
        facts.problem(format!("its Parquet footer is damaged: {}", plain(&error)))
    })?;
    let layout = Layout::find(reader.metadata(), options, facts)?;

    let mut intake = Intake::new(facts.name(), Unit::Row, options, sink);
    let n_rows = reader.metadata().file_metadata().num_rows().max(1) as u64;
    let mut row = 0;
    for group in 0..reader.num_row_groups() {
        let failed = |error: Failed, row: u64| {
            let place = error.column.and_then(|column| layout.chunk(group, column));
            let place = place.map_or(String::new(), |byte| format!(" (at byte {byte})"));
            facts.problem(format!(
                "row group {} is damaged after row {row}{place}: {}",
                group + 1,
                plain(&error.error)
            ))
        };
        let mut columns =
            caught(|| open_columns(&reader, group, &layout)).map_err(|error| failed(error, row))?;
        loop {
            facts.check_interrupt()?;
            let n = caught(|| read_batch(&mut columns)).map_err(|error| failed(error, row))?;
            if n == 0 {
                break;
            }
            for _ in 0..n {
                row += 1;
                let [user, time, page] = columns.each_mut().map(Column::next);
                take_row(&mut intake, [user, time, page], row)?;
            }
            intake.progress(bytes * row.min(n_rows) / n_rows)?;
        }
    }
    let [user, time, page] = Role::ALL.map(|role| {
        let place = layout.places[role as usize];
        quoted_name(&layout.names[place], place)
    });
    let format = match layers.as_str() {
        "" => "Parquet".to_owned(),
        layers => format!("Parquet, {layers}"),
    };
    intake.finish(Manner {
        format,
        user,
        time,
        page,
        notes: Vec::new(),
        left_out: Vec::new(),
    })
}

/// What a column could not give.
struct Failed {
    error: ParquetError,
    column: Option<usize>,
}

/// Does what the library can fail at, or panic at, on a damaged file.
fn guarded<T>(work: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ParquetError> {
    catching(work).unwrap_or_else(|message| Err(ParquetError::General(message)))
}

/// The same for work that knows its column.
fn caught<T>(work: impl FnOnce() -> Result<T, Failed>) -> Result<T, Failed> {
    catching(work).unwrap_or_else(|message| {
        Err(Failed {
            error: ParquetError::General(message),
            column: None,
        })
    })
}

fn open_columns(
    reader: &SerializedFileReader<File>,
    group: usize,
    layout: &Layout,
) -> Result<[Column; 3], Failed> {
    let group = reader.get_row_group(group).map_err(|error| Failed {
        error,
        column: None,
    })?;
    let open = |role: Role| {
        let column = layout.leaves[role as usize];
        let reader = group.get_column_reader(column);
        reader
            .map(|reader| {
                Column::new(
                    reader,
                    layout.kinds[role as usize],
                    layout.max_levels[role as usize],
                )
            })
            .map_err(|error| Failed {
                error,
                column: Some(column),
            })
    };
    Ok([open(Role::User)?, open(Role::Time)?, open(Role::Page)?])
}

/// Decodes the next rows of every column; returns how many, 0 at the end of the row group.
fn read_batch(columns: &mut [Column; 3]) -> Result<usize, Failed> {
    let mut rows = [0; 3];
    for (n, column) in rows.iter_mut().zip(columns.iter_mut()) {
        *n = column.read(ROWS_A_BATCH).map_err(|error| Failed {
            error,
            column: None,
        })?;
    }
    if rows[0] != rows[1] || rows[0] != rows[2] {
        let error = ParquetError::General("its columns have different numbers of rows".to_owned());
        return Err(Failed {
            error,
            column: None,
        });
    }
    Ok(rows[0])
}

/// Takes one row to the intake.
fn take_row<S: Sink + ?Sized>(
    intake: &mut Intake<'_, S>,
    [user, time, page]: [Value<'_>; 3],
    row: u64,
) -> Result<()> {
    let at = match time {
        Value::Null => return intake.reject(row, "the timestamp is null".to_owned()),
        Value::Text(text) => intake.times.read(text, row),
        Value::Instant { us, is_exact } => {
            if !is_exact {
                intake.times.note_finer(row);
            }
            intake.times.read_instant(us, row)
        }
        Value::WallClock {
            us,
            has_time,
            is_exact,
        } => {
            if !is_exact {
                intake.times.note_finer(row);
            }
            intake.times.read_wall_clock(us, has_time, row)
        }
        Value::OutOfRange => Err(Unreadable::Value(format!(
            "the timestamp is not between {} and {}",
            Timestamp::MIN,
            Timestamp::MAX
        ))),
    };
    let at = match at {
        Ok(at) => at,
        Err(unreadable) => return intake.reject_time(unreadable, row),
    };
    match (user, page) {
        (Value::Text(user), Value::Text(page)) => intake.placed_row(user, at, page, row),
        (Value::Text(_), _) => intake.reject(row, "the page is null".to_owned()),
        _ => intake.reject(row, "the user is null".to_owned()),
    }
}

/// The file itself, or a temporary one with what the window gives.
fn whole_file(window: &mut Window<'_>) -> Result<File> {
    let name = window.facts().name().to_owned();
    if let (true, Some(path)) = (window.is_plain(), window.facts().path()) {
        return File::open(path).map_err(Error::io("read", path));
    }
    let failed = |error: io::Error| Error::io("make a temporary copy of", &name)(error);
    let mut spool = tempfile::tempfile().map_err(failed)?;
    loop {
        spool.write_all(window.bytes()).map_err(failed)?;
        window.consume(window.bytes().len());
        match window.fill()? {
            Filled::More => window.facts().check_interrupt()?,
            Filled::AtEnd | Filled::Full => return Ok(spool),
        }
    }
}

/// The library's message without the name of its kind.
fn plain(error: &ParquetError) -> String {
    let text = error.to_string();
    let text = text
        .split_once(": ")
        .map_or(text.as_str(), |(_, text)| text);
    let text: String = text.chars().take(200).collect();
    text
}

#[cfg(test)]
mod tests;
