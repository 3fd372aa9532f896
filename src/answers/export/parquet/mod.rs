//! Rows as Parquet, with real types. Answers floor.
//!
//! Text is UTF-8, a time TIMESTAMP in microseconds adjusted to UTC, a count INT64, a duration DOUBLE in seconds
//! (of which no double loses a microsecond in less than a century), true or false BOOLEAN; unknown is null.

use std::io;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::basic::ConvertedType;
use parquet::basic::LogicalType;
use parquet::basic::Repetition;
use parquet::basic::TimeUnit;
use parquet::basic::Type as Physical;
use parquet::basic::ZstdLevel;
use parquet::data_type::BoolType;
use parquet::data_type::ByteArray;
use parquet::data_type::ByteArrayType;
use parquet::data_type::DataType;
use parquet::data_type::DoubleType;
use parquet::data_type::Int64Type;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedColumnWriter;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use crate::answers::export::fields::ExportFields;
use crate::answers::export::rows::Source;
use crate::answers::export::table::FigureTable;
use crate::engine::dictionary::Dictionary;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::progress::Observe;
use crate::words::progress::Progress;
use crate::words::progress::Stage;
use crate::words::session::write_session_id;
use crate::words::timestamp::Timestamp;

/// The columns of numbers that may be null, since not every row has a value.
const UNKNOWN: [&str; 8] = [
    "dwell_s",
    "median_dwell_s",
    "mean_duration_s",
    "median_duration_s",
    "share",
    "exit_rate",
    "bounce_rate",
    "pageviews_per_session",
];

/// Rows of a row group. A group is kept in memory until it is written, about ten megabytes.
const ROWS_A_GROUP: usize = 1 << 17;

/// Writes the rows of `source` to `out`, which errors call `target`; returns how many.
pub(super) fn write(
    source: &Source<'_>,
    out: &mut (dyn Write + Send),
    target: &Path,
    observe: Observe<'_>,
) -> Result<u64> {
    let failed = failed_on(target);
    let names = source.columns();
    let n_carried = source.n_carried();
    let mut writer = writer(out, &names, n_carried).map_err(&failed)?;
    let mut group = RowGroup::new(source.cut.dataset().pages(), &names, n_carried);
    let (mut n_rows, mut done, total) = (0, 0, source.cut.dataset().n_rows() as u64);
    for user in source.cut.dataset().users().in_text_order() {
        let user = user as usize;
        n_rows += source.rows_of(user, &mut group);
        done += source.cut.dataset().rows_of(user).len() as u64;
        if group.n_rows >= ROWS_A_GROUP {
            group.write(&mut writer).map_err(&failed)?;
            observe(Progress::of(Stage::Export, done, total))?;
        }
    }
    if group.n_rows > 0 {
        group.write(&mut writer).map_err(&failed)?;
    }
    let out = writer.into_inner().map_err(&failed)?;
    out.flush().map_err(Error::io("write", target))?;
    Ok(n_rows)
}

/// Writes a table to `out`, which errors call `target`; returns how many rows.
pub(super) fn write_table(
    table: &FigureTable,
    pages: &Dictionary,
    out: &mut (dyn Write + Send),
    target: &Path,
    observe: Observe<'_>,
) -> Result<u64> {
    let failed = failed_on(target);
    let names = table.names();
    let mut writer = writer(out, &names, 0).map_err(&failed)?;
    let mut group = RowGroup::new(pages, &names, 0);
    let n_rows = table.n_rows();
    for row in 0..n_rows {
        table.row(row, &mut group);
        if group.n_rows >= ROWS_A_GROUP {
            group.write(&mut writer).map_err(&failed)?;
            observe(Progress::of(Stage::Export, row as u64 + 1, n_rows as u64))?;
        }
    }
    if group.n_rows > 0 {
        group.write(&mut writer).map_err(&failed)?;
    }
    let out = writer.into_inner().map_err(&failed)?;
    out.flush().map_err(Error::io("write", target))?;
    Ok(n_rows as u64)
}

fn failed_on(target: &Path) -> impl Fn(ParquetError) -> Error {
    move |error| Error::io("write", target)(io_error(error))
}

/// A writer of columns of these names, of which the last `n_carried` are carried ones.
fn writer<'o>(
    out: &'o mut (dyn Write + Send),
    names: &[&str],
    n_carried: usize,
) -> Result<SerializedFileWriter<&'o mut (dyn Write + Send)>, ParquetError> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by(concat!("dwell ", env!("CARGO_PKG_VERSION")).to_owned())
        .build();
    let schema = Arc::new(schema(names, n_carried)?);
    SerializedFileWriter::new(out, schema, Arc::new(properties))
}

/// The rows of a row group, by column.
struct RowGroup {
    columns: Vec<ColumnWriter>,
    /// The column of the next field.
    at: usize,
    n_rows: usize,
    /// Every page, as shared bytes.
    pages: Vec<ByteArray>,
    user: ByteArray,
    user_id: String,
}

/// The values of a column.
enum ColumnWriter {
    Text(Vec<ByteArray>),
    /// The texts that are not null, and one level for each row, 0 for null.
    Carried(Vec<ByteArray>, Vec<i16>),
    Time(Vec<i64>),
    Count(Vec<i64>),
    /// The values that are not null, and one level for each row, 0 for null, unless no value may be null.
    Number(Vec<f64>, Option<Vec<i16>>),
    Boolean(Vec<bool>),
}

impl ColumnWriter {
    /// Empty columns of these names, of which the last `n_carried` are carried ones.
    fn all(names: &[&str], n_carried: usize) -> Vec<ColumnWriter> {
        let (fixed, carried) = names.split_at(names.len() - n_carried);
        let carried = carried
            .iter()
            .map(|_| ColumnWriter::Carried(Vec::new(), Vec::new()));
        let fixed = fixed.iter().map(|name| ColumnWriter::of(name));
        fixed.chain(carried).collect()
    }

    /// An empty column for the exported column with this name.
    fn of(name: &str) -> ColumnWriter {
        match name {
            "session_id" | "user_id" | "page" | "landing_page" | "exit_page" | "side" | "step"
            | "gap" | "day" | "weekday" | "is_exact" => ColumnWriter::Text(Vec::new()),
            "is_bounce" | "is_open" | "starts_at_edge" => ColumnWriter::Boolean(Vec::new()),
            name if name.ends_with("_at") => ColumnWriter::Time(Vec::new()),
            name if UNKNOWN.contains(&name) => ColumnWriter::Number(Vec::new(), Some(Vec::new())),
            name if name.ends_with("_s") => ColumnWriter::Number(Vec::new(), None),
            _ => ColumnWriter::Count(Vec::new()),
        }
    }

    /// Declares the column of this name.
    fn declared(&self, name: &str) -> Result<Type, ParquetError> {
        let (physical, logical, converted) = match self {
            ColumnWriter::Text(_) | ColumnWriter::Carried(..) => (
                Physical::BYTE_ARRAY,
                Some(LogicalType::String),
                ConvertedType::UTF8,
            ),
            ColumnWriter::Time(_) => (
                Physical::INT64,
                Some(LogicalType::timestamp(true, TimeUnit::MICROS)),
                ConvertedType::TIMESTAMP_MICROS,
            ),
            ColumnWriter::Count(_) => (Physical::INT64, None, ConvertedType::NONE),
            ColumnWriter::Number(..) => (Physical::DOUBLE, None, ConvertedType::NONE),
            ColumnWriter::Boolean(_) => (Physical::BOOLEAN, None, ConvertedType::NONE),
        };
        let repetition = match self {
            ColumnWriter::Carried(..) | ColumnWriter::Number(_, Some(_)) => Repetition::OPTIONAL,
            _ => Repetition::REQUIRED,
        };
        Type::primitive_type_builder(name, physical)
            .with_repetition(repetition)
            .with_logical_type(logical)
            .with_converted_type(converted)
            .build()
    }

    /// Writes the values and forgets them.
    fn write(&mut self, to: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        fn batch<T: DataType>(
            to: &mut SerializedColumnWriter<'_>,
            values: &mut Vec<T::T>,
            levels: Option<&[i16]>,
        ) -> Result<(), ParquetError> {
            to.typed::<T>().write_batch(values, levels, None)?;
            values.clear();
            Ok(())
        }
        match self {
            ColumnWriter::Text(values) => batch::<ByteArrayType>(to, values, None),
            ColumnWriter::Carried(values, levels) => {
                batch::<ByteArrayType>(to, values, Some(levels))?;
                levels.clear();
                Ok(())
            }
            ColumnWriter::Time(values) | ColumnWriter::Count(values) => {
                batch::<Int64Type>(to, values, None)
            }
            ColumnWriter::Boolean(values) => batch::<BoolType>(to, values, None),
            ColumnWriter::Number(values, levels) => {
                batch::<DoubleType>(to, values, levels.as_deref())?;
                if let Some(levels) = levels {
                    levels.clear();
                }
                Ok(())
            }
        }
    }
}

fn schema(names: &[&str], n_carried: usize) -> Result<Type, ParquetError> {
    let columns = ColumnWriter::all(names, n_carried);
    let fields: Result<Vec<_>, ParquetError> = columns
        .iter()
        .zip(names)
        .map(|(column, name)| column.declared(name).map(Arc::new))
        .collect();
    Type::group_type_builder("dwell")
        .with_fields(fields?)
        .build()
}

impl RowGroup {
    fn new(pages: &Dictionary, names: &[&str], n_carried: usize) -> RowGroup {
        RowGroup {
            columns: ColumnWriter::all(names, n_carried),
            at: 0,
            n_rows: 0,
            pages: pages.iter().map(ByteArray::from).collect(),
            user: ByteArray::from(""),
            user_id: String::new(),
        }
    }

    fn write(
        &mut self,
        writer: &mut SerializedFileWriter<&mut (dyn Write + Send)>,
    ) -> Result<(), ParquetError> {
        let mut group = writer.next_row_group()?;
        for column in &mut self.columns {
            let Some(mut to) = group.next_column()? else {
                break;
            };
            column.write(&mut to)?;
            to.close()?;
        }
        group.close()?;
        self.n_rows = 0;
        Ok(())
    }

    /// The column of the next field.
    fn column(&mut self) -> &mut ColumnWriter {
        self.at += 1;
        &mut self.columns[self.at - 1]
    }

    fn push_number(&mut self, value: Option<f64>) -> &mut RowGroup {
        if let ColumnWriter::Number(values, levels) = self.column() {
            if let Some(levels) = levels {
                levels.push(i16::from(value.is_some()));
            }
            values.extend(value);
        }
        self
    }

    fn push_text(&mut self, text: ByteArray) -> &mut RowGroup {
        if let ColumnWriter::Text(values) = self.column() {
            values.push(text);
        }
        self
    }
}

impl ExportFields for RowGroup {
    fn begin_user(&mut self, user_id: &str) {
        self.user = ByteArray::from(user_id);
        user_id.clone_into(&mut self.user_id);
    }

    fn user(&mut self) -> &mut Self {
        self.push_text(self.user.clone())
    }

    fn session_id(&mut self, started_at: Timestamp) -> &mut Self {
        let mut id = Vec::new();
        write_session_id(&mut id, &self.user_id, started_at);
        self.push_text(ByteArray::from(id))
    }

    fn page(&mut self, page: u32) -> &mut Self {
        self.push_text(self.pages[page as usize].clone())
    }

    fn time(&mut self, at: Timestamp) -> &mut Self {
        if let ColumnWriter::Time(values) = self.column() {
            values.push(at.as_us());
        }
        self
    }

    fn count(&mut self, n: u64) -> &mut Self {
        if let ColumnWriter::Count(values) = self.column() {
            values.push(n as i64);
        }
        self
    }

    fn seconds(&mut self, us: Option<i64>) -> &mut Self {
        self.push_number(us.map(|us| us as f64 / 1e6))
    }

    fn carried(&mut self, text: Option<&str>) -> &mut Self {
        if let ColumnWriter::Carried(values, levels) = self.column() {
            levels.push(i16::from(text.is_some()));
            values.extend(text.map(ByteArray::from));
        }
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.push_text(ByteArray::from(text))
    }

    fn number(&mut self, value: Option<f64>) -> &mut Self {
        self.push_number(value)
    }

    fn boolean(&mut self, value: bool) -> &mut Self {
        if let ColumnWriter::Boolean(values) = self.column() {
            values.push(value);
        }
        self
    }

    fn end_row(&mut self) {
        self.at = 0;
        self.n_rows += 1;
    }
}

/// The error of the output itself, if there was one.
fn io_error(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(source) => match source.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(source) => io::Error::other(source),
        },
        error => io::Error::other(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::export::ExportRows;
    use crate::answers::export::rows;

    #[test]
    fn every_field_of_a_row_has_a_column_of_its_type() {
        for rows in [
            ExportRows::Sessions,
            ExportRows::Pageviews,
            ExportRows::Users,
        ] {
            let names = rows::columns_of(rows);
            let mut group = RowGroup::new(&["/"].into_iter().collect(), names, 0);
            group.begin_user("a");
            match rows {
                ExportRows::Sessions => fill_session(&mut group),
                ExportRows::Pageviews => fill_pageview(&mut group),
                ExportRows::Users => fill_user(&mut group),
            }
            for (column, name) in group.columns.iter().zip(names) {
                let n = match column {
                    ColumnWriter::Text(values) => values.len(),
                    ColumnWriter::Carried(_, levels) => levels.len(),
                    ColumnWriter::Time(values) | ColumnWriter::Count(values) => values.len(),
                    ColumnWriter::Number(values, levels) => {
                        levels.as_ref().map_or(values.len(), Vec::len)
                    }
                    ColumnWriter::Boolean(values) => values.len(),
                };
                assert_eq!(n, 1, "{name}");
            }
        }
    }

    fn fill_session(group: &mut RowGroup) {
        let at = Timestamp::MIN;
        let fields = group
            .session_id(at)
            .user()
            .count(1)
            .time(at)
            .time(at)
            .seconds(Some(0));
        fields
            .count(1)
            .page(0)
            .page(0)
            .boolean(true)
            .boolean(true)
            .boolean(true)
            .end_row();
    }

    fn fill_pageview(group: &mut RowGroup) {
        let at = Timestamp::MIN;
        let fields = group.session_id(at).user().count(1).count(1);
        fields.time(at).page(0).seconds(None).end_row();
    }

    fn fill_user(group: &mut RowGroup) {
        let at = Timestamp::MIN;
        let fields = group.user().time(at).time(at).count(1).count(1);
        fields.count(1).seconds(Some(0)).end_row();
    }
}
