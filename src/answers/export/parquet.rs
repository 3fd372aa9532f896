//! The rows of an export as a Parquet file. Answers floor.
//!
//! | column | type |
//! |---|---|
//! | ids and pages | `BYTE_ARRAY`, string |
//! | numbers and counts | `INT64` |
//! | times | `INT64`, timestamp in microseconds, adjusted to UTC |
//! | `duration_s`, `dwell_s`, `total_duration_s` | `DOUBLE`; rounded to six decimals it is exact for 142 years and more |
//! | the rest | `BOOLEAN` |
//!
//! Only `dwell_s` can be null: it is where the dwell time is unknown. Packed with zstd. Rows are kept until there are
//! enough for a row group, so that any place that can be written to will do; nothing is gone back to.

use std::io;
use std::io::Write;
use std::mem;
use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use bytes::Bytes;
use parquet::basic::Compression;
use parquet::basic::LogicalType;
use parquet::basic::Repetition;
use parquet::basic::TimeUnit;
use parquet::basic::Type as Stored;
use parquet::basic::ZstdLevel;
use parquet::data_type::BoolType;
use parquet::data_type::ByteArray;
use parquet::data_type::ByteArrayType;
use parquet::data_type::DoubleType;
use parquet::data_type::Int64Type;
use parquet::file::properties::EnabledStatistics;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use parquet::schema::types::Type;

use crate::answers::export::Request;
use crate::answers::export::Rows;
use crate::answers::export::write::Picked;
use crate::answers::export::write::names;
use crate::engine::columns::Columns;
use crate::engine::sessionize::Sessions;
use crate::engine::sessionize::session_of_user;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::progress::Observe;
use crate::words::progress::Progress;
use crate::words::progress::Stage;
use crate::words::session::write_session_id;
use crate::words::timestamp::Timestamp;

/// Most rows of a row group.
const ROWS_A_GROUP: usize = 1 << 17;

/// Bytes of text after which a row group is full, however few its rows.
const TEXT_BYTES_A_GROUP: usize = 64 << 20;

/// Pageviews between two reports of progress.
const PAGEVIEWS_A_REPORT: u64 = 1 << 16;

/// Writes what is requested to `out`, which errors call `target`; returns how many rows.
pub(super) fn write(
    columns: &Columns,
    sessions: &Sessions,
    picked: &Picked,
    request: &Request,
    out: &mut dyn Write,
    target: &Path,
    observe: Observe<'_>,
) -> Result<u64> {
    let mut table = Table::begin(request.rows, out, target)?;
    let (mut done, mut reported) = (0, 0);
    for user in columns.users().in_text_order() {
        let user = user as usize;
        if picked.user(user) {
            match request.rows {
                Rows::Sessions => {
                    write_sessions(columns, sessions, picked, request, user, &mut table)?
                }
                Rows::Pageviews => write_pageviews(columns, sessions, picked, user, &mut table)?,
                Rows::Users => write_user(columns, sessions, user, &mut table)?,
            }
        }
        done += columns.rows_of(user).len() as u64;
        if done - reported >= PAGEVIEWS_A_REPORT {
            reported = done;
            observe(Progress::of(Stage::Export, done, columns.n_rows() as u64))?;
        }
    }
    table.finish()
}

fn write_sessions(
    columns: &Columns,
    sessions: &Sessions,
    picked: &Picked,
    request: &Request,
    user: usize,
    table: &mut Table<'_>,
) -> Result<()> {
    for index in sessions
        .of_user(user)
        .filter(|&session| picked.session(session))
    {
        let session = session_of_user(columns, sessions, request.gap, user, index);
        let [
            id,
            user_id,
            number,
            started,
            ended,
            duration,
            pageviews,
            landing,
            exit,
            bounce,
            open,
            edge,
        ] = table.row()?;
        id.session_id(session.user_id, session.started_at);
        user_id.text(session.user_id);
        number.count(session.session_number);
        started.time(session.started_at);
        ended.time(session.ended_at);
        duration.seconds(Some(session.duration_us()));
        pageviews.count(session.pageviews);
        landing.text(session.landing_page);
        exit.text(session.exit_page);
        bounce.boolean(session.is_bounce());
        open.boolean(session.is_open);
        edge.boolean(session.starts_at_edge);
    }
    Ok(())
}

fn write_pageviews(
    columns: &Columns,
    sessions: &Sessions,
    picked: &Picked,
    user: usize,
    table: &mut Table<'_>,
) -> Result<()> {
    let user_text = columns.users().text(user as u32);
    for (session, session_number) in sessions.of_user(user).zip(1..) {
        if !picked.session(session) {
            continue;
        }
        let rows = sessions.rows_of(session);
        let started_at = columns.at(rows.start);
        for (row, pageview_number) in rows.clone().zip(1..) {
            let next = (row + 1 < rows.end).then(|| columns.at_us()[row + 1]);
            let [id, user_id, number, pageview, at, page, dwell] = table.row()?;
            id.session_id(user_text, started_at);
            user_id.text(user_text);
            number.count(session_number);
            pageview.count(pageview_number);
            at.time(columns.at(row));
            page.text(columns.page_text(row));
            dwell.seconds(next.map(|next| next - columns.at_us()[row]));
        }
    }
    Ok(())
}

fn write_user(
    columns: &Columns,
    sessions: &Sessions,
    user: usize,
    table: &mut Table<'_>,
) -> Result<()> {
    let rows = columns.rows_of(user);
    let at = columns.at_us();
    let (mut n_bounces, mut total_us) = (0, 0);
    for session in sessions.of_user(user) {
        let rows = sessions.rows_of(session);
        n_bounces += u64::from(rows.len() == 1);
        total_us += at[rows.end - 1] - at[rows.start];
    }
    let [
        user_id,
        first,
        last,
        n_sessions,
        pageviews,
        bounces,
        duration,
    ] = table.row()?;
    user_id.text(columns.users().text(user as u32));
    first.time(columns.at(rows.start));
    last.time(columns.at(rows.end - 1));
    n_sessions.count(sessions.of_user(user).len() as u64);
    pageviews.count(rows.len() as u64);
    bounces.count(n_bounces);
    duration.seconds(Some(total_us));
    Ok(())
}

/// A Parquet file that is being written.
struct Table<'a> {
    fields: Vec<Field>,
    rows_in_group: usize,
    rows: u64,
    writer: SerializedFileWriter<Spool>,
    spool: Spool,
    out: &'a mut dyn Write,
    target: &'a Path,
}

impl<'a> Table<'a> {
    fn begin(rows: Rows, out: &'a mut dyn Write, target: &'a Path) -> Result<Table<'a>> {
        let fields: Vec<Field> = names(rows).iter().map(|name| Field::of(name)).collect();
        let spool = Spool::default();
        let made = schema(&fields).and_then(|schema| {
            SerializedFileWriter::new(spool.clone(), Arc::new(schema), Arc::new(properties()?))
        });
        Ok(Table {
            fields,
            rows_in_group: 0,
            rows: 0,
            writer: made.map_err(|error| failed(target, error))?,
            spool,
            out,
            target,
        })
    }

    /// The fields of the next row, each of which is to be given its value.
    fn row<const N: usize>(&mut self) -> Result<&mut [Field; N]> {
        let text_bytes: usize = self.fields.iter().map(Field::text_bytes).sum();
        if self.rows_in_group == ROWS_A_GROUP || text_bytes >= TEXT_BYTES_A_GROUP {
            self.write_group()?;
        }
        self.rows_in_group += 1;
        self.rows += 1;
        let fields = self.fields.as_mut_slice().try_into();
        Ok(fields.expect("rows are written with as many fields as they have names"))
    }

    fn write_group(&mut self) -> Result<()> {
        self.rows_in_group = 0;
        let (writer, fields) = (&mut self.writer, &mut self.fields);
        let write = || {
            let mut group = writer.next_row_group()?;
            for field in fields {
                if let Some(mut column) = group.next_column()? {
                    field.values.write(&mut column)?;
                    column.close()?;
                }
            }
            group.close().map(drop)
        };
        write().map_err(|error| failed(self.target, error))?;
        self.pass_on()
    }

    fn finish(mut self) -> Result<u64> {
        if self.rows_in_group > 0 {
            self.write_group()?;
        }
        self.writer
            .finish()
            .map_err(|error| failed(self.target, error))?;
        self.pass_on()?;
        self.out.flush().map_err(Error::io("write", self.target))?;
        Ok(self.rows)
    }

    fn pass_on(&mut self) -> Result<()> {
        self.out
            .write_all(&self.spool.take())
            .map_err(Error::io("write", self.target))
    }
}

/// A column's rows since the last row group.
struct Field {
    name: &'static str,
    values: Values,
}

enum Values {
    Text {
        bytes: Vec<u8>,
        ends: Vec<usize>,
    },
    Count(Vec<i64>),
    Time(Vec<i64>),
    /// Of those that are unknown the level is 0, and there is no value.
    Seconds {
        values: Vec<f64>,
        levels: Vec<i16>,
    },
    Boolean(Vec<bool>),
}

impl Field {
    /// The column of that name; its values follow from it.
    fn of(name: &'static str) -> Field {
        let values = match name {
            "session_id" | "user_id" | "page" | "landing_page" | "exit_page" => Values::Text {
                bytes: Vec::new(),
                ends: Vec::new(),
            },
            "is_bounce" | "is_open" | "starts_at_edge" => Values::Boolean(Vec::new()),
            _ if name.ends_with("_at") => Values::Time(Vec::new()),
            _ if name.ends_with("_s") => Values::Seconds {
                values: Vec::new(),
                levels: Vec::new(),
            },
            _ => Values::Count(Vec::new()),
        };
        Field { name, values }
    }

    fn is_optional(&self) -> bool {
        self.name == "dwell_s"
    }

    fn text(&mut self, text: &str) {
        if let Values::Text { bytes, ends } = &mut self.values {
            bytes.extend_from_slice(text.as_bytes());
            ends.push(bytes.len());
        }
    }

    fn session_id(&mut self, user_id: &str, started_at: Timestamp) {
        if let Values::Text { bytes, ends } = &mut self.values {
            write_session_id(bytes, user_id, started_at);
            ends.push(bytes.len());
        }
    }

    fn count(&mut self, n: u64) {
        if let Values::Count(values) = &mut self.values {
            values.push(n as i64);
        }
    }

    fn time(&mut self, at: Timestamp) {
        if let Values::Time(values) = &mut self.values {
            values.push(at.as_us());
        }
    }

    fn seconds(&mut self, us: Option<i64>) {
        if let Values::Seconds { values, levels } = &mut self.values {
            levels.push(i16::from(us.is_some()));
            values.extend(us.map(|us| us as f64 / 1e6));
        }
    }

    fn boolean(&mut self, value: bool) {
        if let Values::Boolean(values) = &mut self.values {
            values.push(value);
        }
    }

    fn text_bytes(&self) -> usize {
        match &self.values {
            Values::Text { bytes, .. } => bytes.len(),
            _ => 0,
        }
    }

    fn schema(&self) -> parquet::errors::Result<Type> {
        let (stored, logical) = match self.values {
            Values::Text { .. } => (Stored::BYTE_ARRAY, Some(LogicalType::String)),
            Values::Count(_) => (Stored::INT64, None),
            Values::Time(_) => (
                Stored::INT64,
                Some(LogicalType::timestamp(true, TimeUnit::MICROS)),
            ),
            Values::Seconds { .. } => (Stored::DOUBLE, None),
            Values::Boolean(_) => (Stored::BOOLEAN, None),
        };
        let repetition = match self.is_optional() {
            true => Repetition::OPTIONAL,
            false => Repetition::REQUIRED,
        };
        Type::primitive_type_builder(self.name, stored)
            .with_logical_type(logical)
            .with_repetition(repetition)
            .build()
    }
}

impl Values {
    /// Writes them all, and is empty.
    fn write(
        &mut self,
        column: &mut parquet::file::writer::SerializedColumnWriter<'_>,
    ) -> parquet::errors::Result<()> {
        match self {
            Values::Text { bytes, ends } => {
                let text = Bytes::from(mem::take(bytes));
                let mut start = 0;
                let values: Vec<ByteArray> = ends
                    .drain(..)
                    .map(|end| ByteArray::from(text.slice(mem::replace(&mut start, end)..end)))
                    .collect();
                column
                    .typed::<ByteArrayType>()
                    .write_batch(&values, None, None)?;
            }
            Values::Count(values) | Values::Time(values) => {
                column
                    .typed::<Int64Type>()
                    .write_batch(values, None, None)?;
                values.clear();
            }
            Values::Seconds { values, levels } => {
                // Levels of a column that has no nulls are not looked at.
                column
                    .typed::<DoubleType>()
                    .write_batch(values, Some(levels), None)?;
                values.clear();
                levels.clear();
            }
            Values::Boolean(values) => {
                column.typed::<BoolType>().write_batch(values, None, None)?;
                values.clear();
            }
        }
        Ok(())
    }
}

fn schema(fields: &[Field]) -> parquet::errors::Result<Type> {
    let types: parquet::errors::Result<Vec<_>> = fields
        .iter()
        .map(|field| field.schema().map(Arc::new))
        .collect();
    Type::group_type_builder("dwell")
        .with_fields(types?)
        .build()
}

fn properties() -> parquet::errors::Result<WriterProperties> {
    Ok(WriterProperties::builder()
        .set_created_by(concat!("dwell version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        // No two sessions have the same.
        .set_column_dictionary_enabled(ColumnPath::from("session_id"), false)
        .build())
}

/// What has been encoded and not yet been passed on. Clones share it.
#[derive(Clone, Default)]
struct Spool(Arc<Mutex<Vec<u8>>>);

impl Spool {
    fn take(&self) -> Vec<u8> {
        mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut spooled = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        spooled.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The writer writes to memory: what it says is no fault of the target's, but it is where it shows.
fn failed(target: &Path, error: parquet::errors::ParquetError) -> Error {
    Error::io("write", target)(io::Error::other(error))
}
