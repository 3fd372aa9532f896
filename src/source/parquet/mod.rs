//! Parquet -> pageviews and rejects. Source floor.
//!
//! Knows files, row groups and columns. The parquet crate decodes the bytes, and [`value`](super::value) knows what
//! makes a row a pageview.
//!
//! ```text
//! footer (what there is) -> find the columns -> row group by row group: pages -> column (values) -> value
//! ```
//!
//! Memory is bounded: of each column a batch of rows is there, and the pages that they are from.

mod column;
mod footer;
mod guard;
mod list;
mod pages;
mod shape;

use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::metadata::RowGroupMetaData;
use parquet::schema::types::SchemaDescriptor;

use crate::source::input::window::Filled;
use crate::source::input::window::Window;
use crate::source::json::inside;
use crate::source::options::ReadOptions;
use crate::source::parquet::column::ColumnType;
use crate::source::parquet::column::OpenColumn;
pub(super) use crate::source::parquet::footer::MAGIC;
use crate::source::parquet::guard::guarded;
use crate::source::parquet::list::ListShape;
use crate::source::parquet::list::OpenList;
use crate::source::parquet::pages::Chunks;
use crate::source::roles::MOST_ROWS;
use crate::source::roles::Offer;
use crate::source::roles::Values;
use crate::source::roles::quoted_name;
use crate::source::rows::cell::Value;
use crate::source::rows::intake::Intake;
use crate::source::rows::sink::Sink;
use crate::source::rows::tally::Tally;
use crate::source::rows::tally::Unit;
use crate::source::rows::understood::Understood;
use crate::source::value::Sampler;
use crate::source::value::TypedRows;
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
    let schema = metadata.file_metadata().schema_descr();
    let lists = list::lists(schema);
    let columns = schema.columns().iter();
    let names: Vec<String> = (columns.clone())
        .map(|column| column.path().string())
        .chain(lists.iter().map(|list| list.name.clone()))
        .collect();
    // A column in a structure is found only by its name with dots, if a person asked for it. A list is not a value.
    let is_outer: Vec<bool> = columns
        .map(|column| column.path().parts().len() == 1)
        .chain(lists.iter().map(|_| false))
        .collect();
    let mut reading = RowGroups {
        chunks: Arc::new(Chunks::new(file, size)),
        metadata: &metadata,
        lists: &lists,
        input: facts.name(),
        row: 0,
        finer: Tally::default(),
    };
    let offer = Offer {
        input: facts.name(),
        names: &names,
        is_outer: &is_outer,
        names_are_all: true,
        aliases: &[],
        folders: facts.folders(),
        sample: &mut |places| reading.sample(places),
    };
    let (meaning, inside) = inside::meaning(offer, options)?;
    let mut rows = TypedRows::new(Intake::new(facts.name(), Unit::Row, options, sink), meaning);
    rows.inside = inside;
    let mut columns = Vec::new();
    for &place in rows.columns() {
        columns.push((
            place,
            kind_of(schema, place).map_err(|words| facts.problem(words))?,
        ));
    }
    let raw_bytes = facts.bytes_read().max(facts.size().unwrap_or(0));
    reading.restart();
    rows.intake.progress(0)?;
    for group in 0..metadata.num_row_groups() {
        reading.row_group(group, &columns, u64::MAX, &mut |row, values| match values {
            Some(values) => rows.take(values, row),
            // Progress is the share of rows taken.
            None => {
                let total = metadata.file_metadata().num_rows().max(1) as f64;
                let part = (row as f64 / total).min(1.0);
                rows.intake.progress((raw_bytes as f64 * part) as u64)
            }
        })?;
    }
    let mut notes = Vec::new();
    notes.extend(reading.finer.note(
        Unit::Row,
        "timestamp",
        "finer than a microsecond, rounded down",
    ));
    let format = match layers {
        Some(compression) => format!("Parquet, {compression}"),
        None => "Parquet".to_owned(),
    };
    rows.finish(format, notes)
}

/// The kind of a column, `None` for a list. The error says why it cannot be read.
fn kind_of(
    schema: &SchemaDescriptor,
    place: usize,
) -> std::result::Result<Option<ColumnType>, String> {
    if place >= schema.num_columns() {
        return Ok(None);
    }
    let column = schema.column(place);
    let name = name_of(schema, place);
    if column.max_rep_level() > 0 {
        return Err(format!(
            "the column {name} is in a list, of which a row may have many: name another, or write the file as JSON and \
             make each element a row with --rows-at"
        ));
    }
    ColumnType::of(&column)
        .map(Some)
        .map_err(|kind| format!("the column {name} has the type {kind}, which dwell does not read"))
}

/// A seekable file: the input itself, or a temporary file with what comes out of it.
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
            let folder = tempfile::env::temp_dir();
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

fn name_of(schema: &SchemaDescriptor, place: usize) -> String {
    if place >= schema.num_columns() {
        return "of a list".to_owned();
    }
    quoted_name(&schema.column(place).path().string(), place)
}

/// Takes rows: the number of a row, from 1, and its values; or nothing, before a batch of rows is read.
type TakeRow<'t> = dyn FnMut(u64, Option<&[Value<'_>]>) -> Result<()> + 't;

struct RowGroups<'a> {
    chunks: Arc<Chunks>,
    metadata: &'a ParquetMetaData,
    lists: &'a [ListShape],
    input: &'a str,
    /// How many rows were read.
    row: u64,
    /// Times that had to be rounded.
    finer: Tally,
}

impl RowGroups<'_> {
    fn restart(&mut self) {
        (self.row, self.finer) = (0, Tally::default());
    }

    /// The values of the first rows in some columns; `None` in columns that cannot be read.
    fn sample(&mut self, places: &[usize]) -> Result<Vec<Values>> {
        let schema = self.metadata.file_metadata().schema_descr();
        let (slots, columns): (Vec<usize>, Vec<(usize, Option<ColumnType>)>) =
            (places.iter().enumerate())
                .filter_map(|(slot, &place)| Some((slot, (place, kind_of(schema, place).ok()?))))
                .unzip();
        let mut sampler = Sampler::new(columns.len());
        for group in 0..self.metadata.num_row_groups() {
            let left = (MOST_ROWS as u64).saturating_sub(self.row);
            self.row_group(group, &columns, left, &mut |_, values| {
                sampler.add(values.unwrap_or_default());
                Ok(())
            })?;
        }
        let mut values: Vec<Values> = vec![Values::default(); places.len()];
        for sampled in &mut values {
            for _ in 0..self.row {
                sampled.push(None);
            }
        }
        for (slot, sampled) in slots.into_iter().zip(sampler.values) {
            values[slot] = sampled;
        }
        self.restart();
        Ok(values)
    }

    /// Passes the first `most` rows of a group to `take`.
    fn row_group(
        &mut self,
        number: usize,
        wanted: &[(usize, Option<ColumnType>)],
        most: u64,
        take: &mut TakeRow<'_>,
    ) -> Result<()> {
        let group = self.metadata.row_group(number);
        let schema = self.metadata.file_metadata().schema_descr();
        let (Ok(n_rows), true) = (
            u64::try_from(group.num_rows()),
            group.num_columns() == schema.num_columns(),
        ) else {
            return Err(self.damaged(number, None, "it does not have the columns of the file"));
        };
        let mut columns = Vec::new();
        for &(place, kind) in wanted {
            let list = place.checked_sub(schema.num_columns());
            let column = guarded(
                || match (kind, list.and_then(|list| self.lists.get(list))) {
                    (Some(kind), _) => {
                        OpenColumn::open(&self.chunks, group, place, kind).map(OpenPart::Column)
                    }
                    (None, Some(list)) => {
                        OpenList::open(&self.chunks, group, list).map(OpenPart::List)
                    }
                    (None, None) => Err(ParquetError::General("there is no such list".to_owned())),
                },
            );
            columns.push(column.map_err(|problem| self.damaged(number, Some(place), &problem))?);
        }
        let rows_a_batch = rows_a_batch(group, wanted);
        let mut left = n_rows.min(most);
        while left > 0 {
            take(self.row, None)?;
            self.chunks.begin_batch();
            let n_wanted = rows_a_batch.min(usize::try_from(left).unwrap_or(usize::MAX));
            for (column, &(place, _)) in columns.iter_mut().zip(wanted) {
                let read = guarded(|| column.read(n_wanted));
                let problem = match read {
                    Ok(read) if read == n_wanted => continue,
                    Ok(_) => format!(
                        "it has fewer values than the {}",
                        figure::counted(n_rows, "row")
                    ),
                    Err(problem) => problem,
                };
                return Err(self.damaged(number, Some(place), &problem));
            }
            for _ in 0..n_wanted {
                self.row += 1;
                let (row, finer) = (self.row, &mut self.finer);
                match &mut columns[..] {
                    // The usual three, without a list of their values.
                    [a, b, c] => {
                        let values = [a.next(row, finer), b.next(row, finer), c.next(row, finer)];
                        take(row, Some(&values))?;
                    }
                    columns => {
                        let values = columns.iter_mut().map(|column| column.next(row, finer));
                        take(row, Some(&values.collect::<Vec<_>>()))?;
                    }
                }
            }
            left -= n_wanted as u64;
        }
        Ok(())
    }

    fn damaged(&self, group: usize, place: Option<usize>, problem: &str) -> Error {
        let schema = self.metadata.file_metadata().schema_descr();
        let group = figure::count(group as u64 + 1);
        let problem = match place {
            Some(place) => format!(
                "damaged in row group {group}: the column {} cannot be read at byte {}: {problem}",
                name_of(schema, place),
                self.chunks.page_at()
            ),
            None => format!("damaged in row group {group}: {problem}"),
        };
        Error::Input {
            input: self.input.to_owned(),
            problem,
        }
    }
}

/// The values that are read of each row.
#[expect(
    clippy::large_enum_variant,
    reason = "few are open at once, and each of their values is asked for"
)]
enum OpenPart {
    Column(OpenColumn),
    List(OpenList),
}

impl OpenPart {
    /// Reads the next `rows` rows, or what is left of them; returns how many.
    fn read(&mut self, rows: usize) -> parquet::errors::Result<usize> {
        match self {
            OpenPart::Column(column) => column.read(rows),
            OpenPart::List(list) => list.read(rows),
        }
    }

    /// The value of the next of them.
    #[inline]
    fn next(&mut self, row: u64, finer: &mut Tally) -> Value<'_> {
        match self {
            OpenPart::Column(column) => column.next(row, finer),
            OpenPart::List(list) => list.next(row, finer),
        }
    }
}

/// How many rows are read at once, by the size that the file says they have.
fn rows_a_batch(group: &RowGroupMetaData, columns: &[(usize, Option<ColumnType>)]) -> usize {
    // The size of a list is not known before, so few rows are read.
    let size = |place: usize| match group.columns().get(place) {
        Some(column) => u64::try_from(column.uncompressed_size()).unwrap_or(0),
        None => 0,
    };
    let sizes = columns.iter().map(|&(place, _)| size(place));
    let bytes = sizes.fold(0, u64::saturating_add);
    let rows = u64::try_from(group.num_rows()).unwrap_or(0).max(1);
    let fitting = BYTES_A_BATCH / (bytes / rows).max(1);
    usize::try_from(fitting)
        .unwrap_or(usize::MAX)
        .clamp(1, ROWS_A_BATCH)
}

#[cfg(test)]
mod tests;
