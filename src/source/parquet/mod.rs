//! Parquet -> pageviews and rejects. Source floor.
//!
//! Knows files, row groups and columns; the bytes are the parquet crate's to decode, and what makes a row a pageview is
//! beside, in [`value`](super::value).
//!
//! ```text
//! footer (what there is) -> find the columns -> row group by row group: pages -> column (values) -> value
//! ```
//!
//! Memory is bounded: of each column a batch of rows is there, and the pages that they are from.

mod column;
mod footer;
mod guard;
mod pages;
mod shape;

use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use parquet::file::metadata::ParquetMetaData;
use parquet::file::metadata::RowGroupMetaData;
use parquet::schema::types::SchemaDescriptor;

use crate::source::intake::Intake;
use crate::source::intake::Manner;
use crate::source::names;
use crate::source::names::Role;
use crate::source::options::ReadOptions;
use crate::source::parquet::column::Column;
use crate::source::parquet::column::Kind;
pub(super) use crate::source::parquet::footer::MAGIC;
use crate::source::parquet::guard::guarded;
use crate::source::parquet::pages::Chunks;
use crate::source::sink::Sink;
use crate::source::tally::Tally;
use crate::source::tally::Unit;
use crate::source::understood::Understood;
use crate::source::understood::quoted_name;
use crate::source::value::TypedRows;
use crate::source::window::Filled;
use crate::source::window::Window;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure;

/// Rows in memory at once, unless they are large.
const ROWS_A_BATCH: usize = 2048;

/// About how many bytes of values are in memory at once.
const BYTES_A_BATCH: u64 = 64 << 20;

/// Reads the file and gives every row to the sink.
pub(super) fn read<S: Sink + ?Sized>(
    window: &mut Window<'_>,
    options: &ReadOptions,
    sink: &mut S,
) -> Result<Understood> {
    let facts = window.facts();
    facts.refuse_passing("a Parquet file")?;
    let layers = window.compression();
    let (mut file, size) = open(window)?;
    let metadata = footer::read(&mut file, size).map_err(|problem| facts.problem(problem))?;
    let places = find_columns(&metadata, options, facts.name())?;
    let schema = metadata.file_metadata().schema_descr();
    let mut kinds = [Kind::Plain; 3];
    for (kind, place) in kinds.iter_mut().zip(places) {
        *kind = Kind::of(&schema.column(place)).map_err(|name| {
            facts.problem(format!(
                "the column {} has the type {name}, which is not read",
                name_of(schema, place)
            ))
        })?;
    }
    let mut reading = Reading {
        chunks: Arc::new(Chunks::new(file, size)),
        metadata: &metadata,
        places,
        kinds,
        rows: TypedRows::new(Intake::new(facts.name(), Unit::Row, options, sink)),
        finer: Tally::default(),
        raw_bytes: facts.bytes_read().max(facts.size().unwrap_or(0)),
    };
    reading.rows.intake.progress(0)?;
    for group in 0..metadata.num_row_groups() {
        reading.row_group(group)?;
    }
    reading.finish(layers)
}

/// The file, to be read from anywhere: the input itself, or what comes out of it in a temporary file.
fn open(window: &mut Window<'_>) -> Result<(File, u64)> {
    let facts = window.facts();
    let (file, name) = match facts.path() {
        Some(path) if window.compression().is_none() => {
            let file = File::open(path).map_err(Error::io("read", path))?;
            (file, path.to_path_buf())
        }
        _ => {
            if window.is_transcoded() {
                return Err(facts.problem("Parquet has no encoding: leave --encoding out"));
            }
            let folder = std::env::temp_dir();
            let mut file = tempfile::tempfile().map_err(Error::io("make", &folder))?;
            loop {
                file.write_all(window.bytes())
                    .map_err(Error::io("write", &folder))?;
                window.consume(window.bytes().len());
                facts.check_interrupt()?;
                if window.fill()? == Filled::AtEnd {
                    break (file, folder);
                }
            }
        }
    };
    let size = file.metadata().map_err(Error::io("read", name))?.len();
    Ok((file, size))
}

/// The places of the columns among all that hold values. Those in structures are found only by the name that was
/// asked for, with dots; those in lists never.
fn find_columns(
    metadata: &ParquetMetaData,
    options: &ReadOptions,
    input: &str,
) -> Result<[usize; 3]> {
    let schema = metadata.file_metadata().schema_descr();
    let all: Vec<String> = schema
        .columns()
        .iter()
        .map(|column| column.path().string())
        .collect();
    let flat: Vec<String> = (schema.columns().iter().zip(&all))
        .map(|(column, name)| {
            if column.path().parts().len() == 1 {
                name.clone()
            } else {
                String::new()
            }
        })
        .collect();
    let (asked, customary) = (
        names::find_each(&all, options),
        names::find_each(&flat, options),
    );
    let mut places = [0; 3];
    for role in Role::ALL {
        let wanted = role.asked_for(options);
        let found = if wanted.is_some() { asked } else { customary };
        let Some(place) = found[role as usize] else {
            return Err(Error::Column {
                input: input.to_owned(),
                role: role.name(),
                wanted: wanted.map(str::to_owned),
                header: names::shown(&all),
                option: role.option(),
            });
        };
        if schema.column(place).max_rep_level() > 0 {
            return Err(Error::Input {
                input: input.to_owned(),
                problem: format!(
                    "the {} column {} is in a list, of which a row may have many: name another with {}",
                    role.name(),
                    name_of(schema, place),
                    role.option()
                ),
            });
        }
        places[role as usize] = place;
    }
    Ok(places)
}

fn name_of(schema: &SchemaDescriptor, place: usize) -> String {
    quoted_name(&schema.column(place).path().string(), place)
}

struct Reading<'a, S: ?Sized> {
    chunks: Arc<Chunks>,
    metadata: &'a ParquetMetaData,
    places: [usize; 3],
    kinds: [Kind; 3],
    rows: TypedRows<'a, S>,
    /// Times that had to be rounded.
    finer: Tally,
    raw_bytes: u64,
}

impl<S: Sink + ?Sized> Reading<'_, S> {
    fn row_group(&mut self, number: usize) -> Result<()> {
        let group = self.metadata.row_group(number);
        let places = self.places;
        let schema = self.metadata.file_metadata().schema_descr();
        let (Ok(n_rows), true) = (
            u64::try_from(group.num_rows()),
            group.num_columns() == schema.num_columns(),
        ) else {
            return Err(self.damaged(number, None, "it has not the columns of the file"));
        };
        let mut columns = Vec::new();
        for (place, kind) in places.into_iter().zip(self.kinds) {
            let column = guarded(|| Column::open(&self.chunks, group, place, kind));
            columns.push(column.map_err(|problem| self.damaged(number, Some(place), &problem))?);
        }
        let rows_a_batch = rows_a_batch(group, places);
        let mut left = n_rows;
        while left > 0 {
            self.report()?;
            self.chunks.begin_batch();
            let wanted = rows_a_batch.min(usize::try_from(left).unwrap_or(usize::MAX));
            for (column, place) in columns.iter_mut().zip(places) {
                let read = guarded(|| column.read(wanted));
                let problem = match read {
                    Ok(read) if read == wanted => continue,
                    Ok(_) => format!(
                        "it has fewer values than the {}",
                        figure::counted(n_rows, "row")
                    ),
                    Err(problem) => problem,
                };
                return Err(self.damaged(number, Some(place), &problem));
            }
            let [user, time, page] = &mut columns[..] else {
                return Ok(());
            };
            for _ in 0..wanted {
                let row = self.rows.row + 1;
                let (user, page) = (user.next(row, &mut self.finer), &mut *page);
                let time = time.next(row, &mut self.finer);
                let page = page.next(row, &mut Tally::default());
                self.rows.take([user, time, page])?;
            }
            left -= wanted as u64;
        }
        Ok(())
    }

    /// Progress as the part of the rows that were taken.
    fn report(&mut self) -> Result<()> {
        let total = self.metadata.file_metadata().num_rows().max(1) as f64;
        let part = (self.rows.row as f64 / total).min(1.0);
        self.rows
            .intake
            .progress((self.raw_bytes as f64 * part) as u64)
    }

    fn damaged(&self, group: usize, place: Option<usize>, problem: &str) -> Error {
        let schema = self.metadata.file_metadata().schema_descr();
        let group = figure::count(group as u64 + 1);
        self.rows.intake.refused(match place {
            Some(place) => format!(
                "damaged in row group {group}: the column {} cannot be read at byte {}: {problem}",
                name_of(schema, place),
                self.chunks.page_at()
            ),
            None => format!("damaged in row group {group}: {problem}"),
        })
    }

    fn finish(self, compression: Option<&'static str>) -> Result<Understood> {
        let schema = self.metadata.file_metadata().schema_descr();
        let [user, time, page] = self.places.map(|place| name_of(schema, place));
        let mut notes = Vec::new();
        notes.extend(self.finer.note(
            Unit::Row,
            "timestamp",
            "finer than a microsecond, rounded down",
        ));
        let manner = Manner {
            format: match compression {
                Some(compression) => format!("Parquet, {compression}"),
                None => "Parquet".to_owned(),
            },
            user,
            time,
            page,
            notes,
            left_out: Vec::new(),
        };
        self.rows.intake.finish(manner)
    }
}

/// How many rows are read at once, by what the file says that they take.
fn rows_a_batch(group: &RowGroupMetaData, places: [usize; 3]) -> usize {
    let sizes =
        places.map(|place| u64::try_from(group.column(place).uncompressed_size()).unwrap_or(0));
    let bytes = sizes.into_iter().fold(0, u64::saturating_add);
    let rows = u64::try_from(group.num_rows()).unwrap_or(0).max(1);
    let fitting = BYTES_A_BATCH / (bytes / rows).max(1);
    usize::try_from(fitting)
        .unwrap_or(usize::MAX)
        .clamp(1, ROWS_A_BATCH)
}

#[cfg(test)]
mod tests;
