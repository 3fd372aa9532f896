//! One column of a Parquet file, a batch of values at a time. Source floor.

use std::io::Write;

use parquet::column::reader::ColumnReader;
use parquet::column::reader::ColumnReaderImpl;
use parquet::data_type::ByteArray;
use parquet::data_type::DataType;
use parquet::data_type::FixedLenByteArray;
use parquet::data_type::Int96;
use parquet::errors::ParquetError;

use crate::source::parquet::kind::Kind;
use crate::source::parquet::kind::Unit;
use crate::words::timestamp::US_PER_DAY;

/// The Julian number of 1970-01-01.
const JULIAN_EPOCH: i64 = 2_440_588;

/// What a row holds in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Null,
    /// Any bytes; numbers and truth values as they are written.
    Text(&'a [u8]),
    /// Microseconds since the epoch, and whether nothing was cut off.
    Instant {
        us: i64,
        is_exact: bool,
    },
    /// Microseconds since 1970-01-01T00:00:00 on a wall clock.
    WallClock {
        us: i64,
        has_time: bool,
        is_exact: bool,
    },
    /// A time that no [`Timestamp`](crate::words::timestamp::Timestamp) can hold.
    OutOfRange,
}

/// A column of a row group, read from its beginning to its end.
pub(super) struct Column {
    reader: ColumnReader,
    kind: Kind,
    /// Levels and values of the batch; a row whose level is not this one is null and has no value.
    max_level: i16,
    levels: Vec<i16>,
    values: Values,
    row: usize,
    value: usize,
    /// The text of a number.
    text: Vec<u8>,
}

/// Values of a batch that are not null, by physical type.
enum Values {
    Bool(Vec<bool>),
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Int96(Vec<Int96>),
    Float(Vec<f32>),
    Double(Vec<f64>),
    Bytes(Vec<ByteArray>),
    Fixed(Vec<FixedLenByteArray>),
}

impl Column {
    /// The column whose values are taken as `kind`, and are there at definition level `max_level`.
    pub(super) fn new(reader: ColumnReader, kind: Kind, max_level: i16) -> Column {
        let values = match &reader {
            ColumnReader::BoolColumnReader(_) => Values::Bool(Vec::new()),
            ColumnReader::Int32ColumnReader(_) => Values::Int32(Vec::new()),
            ColumnReader::Int64ColumnReader(_) => Values::Int64(Vec::new()),
            ColumnReader::Int96ColumnReader(_) => Values::Int96(Vec::new()),
            ColumnReader::FloatColumnReader(_) => Values::Float(Vec::new()),
            ColumnReader::DoubleColumnReader(_) => Values::Double(Vec::new()),
            ColumnReader::ByteArrayColumnReader(_) => Values::Bytes(Vec::new()),
            ColumnReader::FixedLenByteArrayColumnReader(_) => Values::Fixed(Vec::new()),
        };
        Column {
            reader,
            kind,
            max_level,
            levels: Vec::new(),
            values,
            row: 0,
            value: 0,
            text: Vec::new(),
        }
    }

    /// Decodes up to `rows` more rows; returns how many, 0 at the end. What was decoded before is gone.
    pub(super) fn read(&mut self, rows: usize) -> Result<usize, ParquetError> {
        (self.row, self.value) = (0, 0);
        self.levels.clear();
        let levels = &mut self.levels;
        match (&mut self.reader, &mut self.values) {
            (ColumnReader::BoolColumnReader(reader), Values::Bool(values)) => {
                decode(reader, rows, levels, values)
            }
            (ColumnReader::Int32ColumnReader(reader), Values::Int32(values)) => {
                decode(reader, rows, levels, values)
            }
            (ColumnReader::Int64ColumnReader(reader), Values::Int64(values)) => {
                decode(reader, rows, levels, values)
            }
            (ColumnReader::Int96ColumnReader(reader), Values::Int96(values)) => {
                decode(reader, rows, levels, values)
            }
            (ColumnReader::FloatColumnReader(reader), Values::Float(values)) => {
                decode(reader, rows, levels, values)
            }
            (ColumnReader::DoubleColumnReader(reader), Values::Double(values)) => {
                decode(reader, rows, levels, values)
            }
            (ColumnReader::ByteArrayColumnReader(reader), Values::Bytes(values)) => {
                decode(reader, rows, levels, values)
            }
            (ColumnReader::FixedLenByteArrayColumnReader(reader), Values::Fixed(values)) => {
                decode(reader, rows, levels, values)
            }
            // The values were chosen by the reader's type.
            _ => Ok(0),
        }
    }

    /// The value of the next row of the batch; null beyond it.
    pub(super) fn next(&mut self) -> Value<'_> {
        let row = self.row;
        self.row += 1;
        if self.max_level > 0 && self.levels.get(row) != Some(&self.max_level) {
            return Value::Null;
        }
        let at = self.value;
        self.value += 1;
        match &self.values {
            Values::Bytes(values) => values
                .get(at)
                .map_or(Value::Null, |bytes| Value::Text(bytes.data())),
            Values::Int64(values) => match (self.kind, values.get(at)) {
                (_, None) => Value::Null,
                (Kind::Time { unit, is_utc }, Some(&count)) => time(unit, is_utc, count),
                (Kind::Unsigned, Some(&number)) => written(&mut self.text, number as u64),
                (_, Some(&number)) => written(&mut self.text, number),
            },
            Values::Int32(values) => match (self.kind, values.get(at)) {
                (_, None) => Value::Null,
                (Kind::Days, Some(&days)) => Value::WallClock {
                    us: i64::from(days) * US_PER_DAY,
                    has_time: false,
                    is_exact: true,
                },
                (Kind::Unsigned, Some(&number)) => written(&mut self.text, number as u32),
                (_, Some(&number)) => written(&mut self.text, number),
            },
            Values::Int96(values) => values.get(at).map_or(Value::Null, int96),
            Values::Bool(values) => values.get(at).map_or(Value::Null, |&is| {
                Value::Text(if is { b"true" } else { b"false" })
            }),
            Values::Float(values) => values
                .get(at)
                .map_or(Value::Null, |number| written(&mut self.text, number)),
            Values::Double(values) => values
                .get(at)
                .map_or(Value::Null, |number| written(&mut self.text, number)),
            Values::Fixed(values) => match (self.kind, values.get(at)) {
                (_, None) => Value::Null,
                (Kind::Uuid, Some(bytes)) => uuid(&mut self.text, bytes.data()),
                (_, Some(bytes)) => Value::Text(bytes.data()),
            },
        }
    }
}

fn decode<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    levels: &mut Vec<i16>,
    values: &mut Vec<T::T>,
) -> Result<usize, ParquetError> {
    values.clear();
    let (n, _, _) = reader.read_records(rows, Some(levels), None, values)?;
    Ok(n)
}

fn time<'a>(unit: Unit, is_utc: bool, count: i64) -> Value<'a> {
    match unit.to_us(count) {
        None => Value::OutOfRange,
        Some((us, is_exact)) if is_utc => Value::Instant { us, is_exact },
        Some((us, is_exact)) => Value::WallClock {
            us,
            has_time: true,
            is_exact,
        },
    }
}

fn int96<'a>(value: &Int96) -> Value<'a> {
    let &[low, high, day] = value.data() else {
        return Value::Null;
    };
    let ns = i128::from(u64::from(low) | u64::from(high) << 32);
    let days = i128::from(i64::from(day) - JULIAN_EPOCH);
    let us = days * i128::from(US_PER_DAY) + ns / 1_000;
    match i64::try_from(us) {
        Ok(us) => Value::Instant {
            us,
            is_exact: ns % 1_000 == 0,
        },
        Err(_) => Value::OutOfRange,
    }
}

/// A number as it is written in decimals, without an exponent.
fn written(text: &mut Vec<u8>, number: impl std::fmt::Display) -> Value<'_> {
    text.clear();
    write!(text, "{number}").expect("a vector takes all bytes");
    Value::Text(text)
}

/// `6ba7b810-9dad-11d1-80b4-00c04fd430c8`
fn uuid<'a>(text: &'a mut Vec<u8>, bytes: &[u8]) -> Value<'a> {
    text.clear();
    for (i, byte) in bytes.iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            text.push(b'-');
        }
        write!(text, "{byte:02x}").expect("a vector takes all bytes");
    }
    Value::Text(text)
}
