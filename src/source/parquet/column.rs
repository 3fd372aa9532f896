//! A column of a Parquet file: its type, and its values one after the other. Source floor.
//!
//! Types as in <https://parquet.apache.org/docs/file-format/types/logicaltypes/>.

use std::fmt::Write;
use std::sync::Arc;

use parquet::basic::ConvertedType;
use parquet::basic::LogicalType;
use parquet::basic::TimeUnit;
use parquet::basic::Type;
use parquet::column::reader::ColumnReaderImpl;
use parquet::data_type::BoolType;
use parquet::data_type::ByteArrayType;
use parquet::data_type::DataType;
use parquet::data_type::DoubleType;
use parquet::data_type::FixedLenByteArrayType;
use parquet::data_type::FloatType;
use parquet::data_type::Int32Type;
use parquet::data_type::Int64Type;
use parquet::data_type::Int96;
use parquet::data_type::Int96Type;
use parquet::errors::Result;
use parquet::file::metadata::RowGroupMetaData;
use parquet::schema::types::ColumnDescriptor;

use crate::source::parquet::pages::Chunks;
use crate::source::rows::cell::Value;
use crate::source::rows::tally::Tally;
use crate::words::timestamp::US_PER_DAY;

/// The day of the epoch, counted as INT96 timestamps count days
/// (<https://github.com/apache/parquet-format/pull/49>).
const JULIAN_DAY_OF_EPOCH: i64 = 2_440_588;

/// The meaning of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColumnType {
    /// As they are stored: text, numbers, booleans.
    Plain,
    /// Whole numbers without a sign.
    Unsigned,
    /// Whole numbers whose last digits, this many, are a fraction.
    Decimal(usize),
    /// Identifiers of 16 bytes.
    Uuid,
    /// Instants, or else local times.
    Time { unit: TimeUnit, is_instant: bool },
    /// Days.
    Day,
}

impl ColumnType {
    /// The kind of a column. The error is the name of a type that is not read.
    pub(super) fn of(column: &ColumnDescriptor) -> std::result::Result<ColumnType, String> {
        let stored = column.physical_type();
        let is_decimal = column.converted_type() == ConvertedType::DECIMAL;
        match (column.logical_type_ref(), column.converted_type()) {
            (
                None
                | Some(
                    LogicalType::String
                    | LogicalType::Enum
                    | LogicalType::Json
                    | LogicalType::Unknown,
                ),
                ConvertedType::NONE
                | ConvertedType::UTF8
                | ConvertedType::ENUM
                | ConvertedType::JSON,
            ) => Ok(ColumnType::Plain),
            (Some(LogicalType::Timestamp(time)), _) if stored == Type::INT64 => {
                Ok(ColumnType::Time {
                    unit: time.unit,
                    is_instant: time.is_adjusted_to_u_t_c,
                })
            }
            (None, ConvertedType::TIMESTAMP_MILLIS) if stored == Type::INT64 => {
                Ok(ColumnType::Time {
                    unit: TimeUnit::MILLIS,
                    is_instant: true,
                })
            }
            (None, ConvertedType::TIMESTAMP_MICROS) if stored == Type::INT64 => {
                Ok(ColumnType::Time {
                    unit: TimeUnit::MICROS,
                    is_instant: true,
                })
            }
            (Some(LogicalType::Date), _) | (None, ConvertedType::DATE) if stored == Type::INT32 => {
                Ok(ColumnType::Day)
            }
            (Some(LogicalType::Uuid), _) if column.type_length() == 16 => Ok(ColumnType::Uuid),
            (Some(LogicalType::Integer(integer)), _) => Ok(match integer.is_signed {
                true => ColumnType::Plain,
                false => ColumnType::Unsigned,
            }),
            (
                None,
                ConvertedType::INT_8
                | ConvertedType::INT_16
                | ConvertedType::INT_32
                | ConvertedType::INT_64,
            ) => Ok(ColumnType::Plain),
            (
                None,
                ConvertedType::UINT_8
                | ConvertedType::UINT_16
                | ConvertedType::UINT_32
                | ConvertedType::UINT_64,
            ) => Ok(ColumnType::Unsigned),
            // Numbers that do not fit into 128 bits are not read.
            (Some(LogicalType::Decimal(_)) | None, _)
                if is_decimal && column.type_precision() <= 38 =>
            {
                Ok(ColumnType::Decimal(
                    usize::try_from(column.type_scale()).unwrap_or(0),
                ))
            }
            (Some(logical), _) => Err(format!("{logical:?}")),
            (None, converted) => Err(converted.to_string()),
        }
    }
}

/// A column in one row group.
pub(super) struct OpenColumn {
    kind: ColumnType,
    cells: TypedCells,
    text: String,
}

enum TypedCells {
    Boolean(ValueBatch<BoolType>),
    Int32(ValueBatch<Int32Type>),
    Int64(ValueBatch<Int64Type>),
    Int96(ValueBatch<Int96Type>),
    Float(ValueBatch<FloatType>),
    Double(ValueBatch<DoubleType>),
    Bytes(ValueBatch<ByteArrayType>),
    Fixed(ValueBatch<FixedLenByteArrayType>),
}

impl OpenColumn {
    /// The `at`th column of a row group, before its first row.
    pub(super) fn open(
        chunks: &Arc<Chunks>,
        group: &RowGroupMetaData,
        at: usize,
        kind: ColumnType,
    ) -> Result<OpenColumn> {
        let cells = match group.column(at).column_descr().physical_type() {
            Type::BOOLEAN => TypedCells::Boolean(ValueBatch::open(chunks, group, at)?),
            Type::INT32 => TypedCells::Int32(ValueBatch::open(chunks, group, at)?),
            Type::INT64 => TypedCells::Int64(ValueBatch::open(chunks, group, at)?),
            Type::INT96 => TypedCells::Int96(ValueBatch::open(chunks, group, at)?),
            Type::FLOAT => TypedCells::Float(ValueBatch::open(chunks, group, at)?),
            Type::DOUBLE => TypedCells::Double(ValueBatch::open(chunks, group, at)?),
            Type::BYTE_ARRAY => TypedCells::Bytes(ValueBatch::open(chunks, group, at)?),
            Type::FIXED_LEN_BYTE_ARRAY => TypedCells::Fixed(ValueBatch::open(chunks, group, at)?),
        };
        Ok(OpenColumn {
            kind,
            cells,
            text: String::new(),
        })
    }

    /// Reads the next `rows` rows, or as many as are left; returns how many.
    pub(super) fn read(&mut self, rows: usize) -> Result<usize> {
        match &mut self.cells {
            TypedCells::Boolean(batch) => batch.read(rows),
            TypedCells::Int32(batch) => batch.read(rows),
            TypedCells::Int64(batch) => batch.read(rows),
            TypedCells::Int96(batch) => batch.read(rows),
            TypedCells::Float(batch) => batch.read(rows),
            TypedCells::Double(batch) => batch.read(rows),
            TypedCells::Bytes(batch) => batch.read(rows),
            TypedCells::Fixed(batch) => batch.read(rows),
        }
    }

    /// Goes to the next row's values, of a column in a list; returns how many elements the list has, which are there from
    /// that definition level on. `None` if there is no list.
    pub(super) fn begin_row(&mut self, level: i16) -> Option<usize> {
        match &mut self.cells {
            TypedCells::Boolean(batch) => batch.begin_row(level),
            TypedCells::Int32(batch) => batch.begin_row(level),
            TypedCells::Int64(batch) => batch.begin_row(level),
            TypedCells::Int96(batch) => batch.begin_row(level),
            TypedCells::Float(batch) => batch.begin_row(level),
            TypedCells::Double(batch) => batch.begin_row(level),
            TypedCells::Bytes(batch) => batch.begin_row(level),
            TypedCells::Fixed(batch) => batch.begin_row(level),
        }
    }

    /// The value of the next of the rows that were read, which is number `row`; of a column in a list, the next
    /// element's. Times that are rounded down to microseconds are counted in `finer`.
    #[inline]
    pub(super) fn next(&mut self, row: u64, finer: &mut Tally) -> Value<'_> {
        let value = match &mut self.cells {
            TypedCells::Boolean(batch) => batch.next().map(|&value| Value::Boolean(value)),
            TypedCells::Int32(batch) => batch.next().map(|&value| match self.kind {
                ColumnType::Unsigned => Value::Unsigned(u64::from(value as u32)),
                ColumnType::Day => Value::Day(i64::from(value)),
                ColumnType::Decimal(scale) => decimal(i128::from(value), scale, &mut self.text),
                _ => Value::Integer(i64::from(value)),
            }),
            TypedCells::Int64(batch) => batch.next().map(|&value| match self.kind {
                ColumnType::Unsigned => Value::Unsigned(value as u64),
                ColumnType::Decimal(scale) => decimal(i128::from(value), scale, &mut self.text),
                ColumnType::Time { unit, is_instant } => {
                    let us = match unit {
                        TimeUnit::MILLIS => value.saturating_mul(1_000),
                        TimeUnit::MICROS => value,
                        TimeUnit::NANOS => rounded_down(value, row, finer),
                    };
                    if is_instant {
                        Value::Instant(us)
                    } else {
                        Value::WallClock(us)
                    }
                }
                _ => Value::Integer(value),
            }),
            TypedCells::Int96(batch) => batch
                .next()
                .map(|value| Value::Instant(instant_of_int96(value, row, finer))),
            TypedCells::Float(batch) => batch.next().map(|&value| Value::Real(f64::from(value))),
            TypedCells::Double(batch) => batch.next().map(|&value| Value::Real(value)),
            TypedCells::Bytes(batch) => batch.next().map(|value| match self.kind {
                ColumnType::Decimal(scale) => wide_decimal(value.data(), scale, &mut self.text),
                _ => Value::Text(value.data()),
            }),
            TypedCells::Fixed(batch) => batch.next().map(|value| match self.kind {
                ColumnType::Decimal(scale) => wide_decimal(value.data(), scale, &mut self.text),
                ColumnType::Uuid => uuid(value.data(), &mut self.text),
                _ => Value::Text(value.data()),
            }),
        };
        value.unwrap_or(Value::Null)
    }
}

/// Rows of a column that are in memory.
struct ValueBatch<T: DataType> {
    reader: ColumnReaderImpl<T>,
    /// The values that are there, without nulls.
    values: Vec<T::T>,
    next_value: usize,
    /// A level for each row; empty if the column has no nulls.
    levels: Vec<i16>,
    next_level: usize,
    /// The level of a value that is there.
    level: i16,
    /// A level for each value, 0 where a row begins; empty if the column is in no list.
    repetitions: Vec<i16>,
    is_in_list: bool,
}

impl<T: DataType> ValueBatch<T> {
    fn open(chunks: &Arc<Chunks>, group: &RowGroupMetaData, at: usize) -> Result<ValueBatch<T>> {
        let descriptor = group.column(at).column_descr_ptr();
        let level = descriptor.max_def_level();
        let is_in_list = descriptor.max_rep_level() > 0;
        let pages = Box::new(chunks.pages(group, at)?);
        Ok(ValueBatch {
            reader: ColumnReaderImpl::new(descriptor, pages),
            values: Vec::new(),
            next_value: 0,
            levels: Vec::new(),
            next_level: 0,
            level,
            repetitions: Vec::new(),
            is_in_list,
        })
    }

    fn read(&mut self, rows: usize) -> Result<usize> {
        self.values.clear();
        self.levels.clear();
        self.repetitions.clear();
        (self.next_value, self.next_level) = (0, 0);
        let levels = (self.level > 0).then_some(&mut self.levels);
        let repetitions = self.is_in_list.then_some(&mut self.repetitions);
        let (read, ..) = self
            .reader
            .read_records(rows, levels, repetitions, &mut self.values)?;
        Ok(read)
    }

    /// How many elements the next row has; `None` if it has no list. A row without elements has one level, which is
    /// skipped.
    fn begin_row(&mut self, level: i16) -> Option<usize> {
        let from = self.next_level;
        let rest = self.repetitions.get(from + 1..).unwrap_or_default();
        let n = 1 + rest
            .iter()
            .take_while(|repetition| **repetition > 0)
            .count();
        let found = self.levels.get(from).copied().unwrap_or_default();
        if found < level {
            self.next_level += 1;
            // A list without an element is there up to the level before.
            return (found == level - 1).then_some(0);
        }
        Some(n)
    }

    #[inline]
    fn next(&mut self) -> Option<&T::T> {
        if self.level > 0 {
            let level = self.levels.get(self.next_level);
            self.next_level += 1;
            if level != Some(&self.level) {
                return None;
            }
        }
        self.next_value += 1;
        self.values.get(self.next_value - 1)
    }
}

fn rounded_down(ns: i64, row: u64, finer: &mut Tally) -> i64 {
    if ns.rem_euclid(1_000) > 0 {
        finer.add(row);
    }
    ns.div_euclid(1_000)
}

/// Nanoseconds of the day in the lower eight bytes, the day in the upper four.
fn instant_of_int96(value: &Int96, row: u64, finer: &mut Tally) -> i64 {
    let &[low, high, day] = value.data() else {
        return i64::MAX;
    };
    let ns = (i64::from(high) << 32) | i64::from(low);
    let days = i64::from(day) - JULIAN_DAY_OF_EPOCH;
    let us = days.saturating_mul(US_PER_DAY);
    us.saturating_add(rounded_down(ns, row, finer))
}

fn uuid<'t>(bytes: &[u8], text: &'t mut String) -> Value<'t> {
    text.clear();
    for (byte, place) in bytes.iter().zip(0..) {
        let dash = if matches!(place, 4 | 6 | 8 | 10) {
            "-"
        } else {
            ""
        };
        // Writing to memory does not fail.
        let _ = write!(text, "{dash}{byte:02x}");
    }
    Value::Text(text.as_bytes())
}

/// A decimal of at most 16 bytes, big-endian.
fn wide_decimal<'t>(bytes: &[u8], scale: usize, text: &'t mut String) -> Value<'t> {
    let Some(unused) = 16_usize.checked_sub(bytes.len()) else {
        return Value::Null;
    };
    let sign = if bytes.first().is_some_and(|&byte| byte >= 0x80) {
        0xff
    } else {
        0
    };
    let mut wide = [sign; 16];
    wide[unused..].copy_from_slice(bytes);
    decimal(i128::from_be_bytes(wide), scale, text)
}

fn decimal(value: i128, scale: usize, text: &mut String) -> Value<'_> {
    text.clear();
    let sign = if value < 0 { "-" } else { "" };
    let width = scale + 1;
    // Writing to memory does not fail.
    let _ = write!(text, "{sign}{:0width$}", value.unsigned_abs());
    if scale > 0 {
        text.insert(text.len() - scale, '.');
    }
    Value::Text(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_decimal(value: i128, scale: usize, expected: &str) {
        let mut text = String::new();
        assert_eq!(
            decimal(value, scale, &mut text),
            Value::Text(expected.as_bytes())
        );
        assert_eq!(
            wide_decimal(&value.to_be_bytes(), scale, &mut String::new()),
            Value::Text(expected.as_bytes())
        );
    }

    #[test]
    fn decimals_are_written_with_all_their_digits() {
        check_decimal(0, 0, "0");
        check_decimal(-42, 0, "-42");
        check_decimal(12_345, 2, "123.45");
        check_decimal(-5, 2, "-0.05");
        check_decimal(i128::MIN, 0, &i128::MIN.to_string());
        assert_eq!(
            wide_decimal(&[0xff, 0x85], 0, &mut String::new()),
            Value::Text(b"-123")
        );
        assert_eq!(wide_decimal(&[0; 17], 0, &mut String::new()), Value::Null);
    }

    #[test]
    fn an_identifier_of_16_bytes_is_written_as_such() {
        let bytes: Vec<u8> = (0..16).collect();
        assert_eq!(
            uuid(&bytes, &mut String::new()),
            Value::Text(b"00010203-0405-0607-0809-0a0b0c0d0e0f")
        );
    }

    #[test]
    fn what_is_finer_than_a_microsecond_is_rounded_down_and_counted() {
        let mut finer = Tally::default();
        assert_eq!(rounded_down(-1, 7, &mut finer), -1);
        assert_eq!(rounded_down(2_000, 8, &mut finer), 2);
        assert_eq!((finer.count, finer.first_line), (1, 7));
        let mut epoch = Int96::new();
        epoch.set_data(1_500, 0, 2_440_588);
        assert_eq!(instant_of_int96(&epoch, 9, &mut finer), 1);
        epoch.set_data(u32::MAX, u32::MAX, u32::MAX);
        instant_of_int96(&epoch, 10, &mut finer);
    }
}
