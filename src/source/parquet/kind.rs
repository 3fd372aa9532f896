//! What a Parquet column's values mean. Source floor.
//!
//! Types are as in <https://github.com/apache/parquet-format/blob/master/LogicalTypes.md>; INT96 is what Spark,
//! Hive and Impala write instants with.

use parquet::basic::ConvertedType;
use parquet::basic::LogicalType;
use parquet::basic::TimeUnit;
use parquet::basic::Type;
use parquet::schema::types::ColumnDescriptor;

/// How a value of a column is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text, numbers and truth values, as they are written.
    Plain,
    /// Whole numbers without a sign.
    Unsigned,
    /// Sixteen bytes that are written as a UUID.
    Uuid,
    /// A count of days since 1970-01-01.
    Days,
    /// A count since 1970-01-01T00:00:00, in UTC or on a wall clock.
    Time { unit: Unit, is_utc: bool },
    /// Nanoseconds of a day, and the Julian number of the day; UTC.
    Int96,
}

/// The unit of a [`Kind::Time`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

impl Kind {
    /// The kind of a column; `None` if its values are nothing that a pageview can have.
    pub(super) fn of(column: &ColumnDescriptor) -> Option<Kind> {
        let time = |unit, is_utc| Some(Kind::Time { unit, is_utc });
        match (column.physical_type(), column.logical_type_ref()) {
            (Type::INT96, _) => Some(Kind::Int96),
            (Type::INT32, Some(LogicalType::Date)) => Some(Kind::Days),
            (Type::INT64, Some(LogicalType::Timestamp(timestamp))) => time(
                match timestamp.unit {
                    TimeUnit::MILLIS => Unit::Milliseconds,
                    TimeUnit::MICROS => Unit::Microseconds,
                    TimeUnit::NANOS => Unit::Nanoseconds,
                },
                timestamp.is_adjusted_to_u_t_c,
            ),
            (_, Some(LogicalType::Integer(integer))) if !integer.is_signed => Some(Kind::Unsigned),
            (_, Some(LogicalType::Uuid)) => Some(Kind::Uuid),
            (_, Some(LogicalType::Decimal(_) | LogicalType::Time(_) | LogicalType::Float16)) => {
                None
            }
            (physical, _) => match (physical, column.converted_type()) {
                (Type::INT32, ConvertedType::DATE) => Some(Kind::Days),
                // Those of before there were logical types are adjusted to UTC.
                (_, ConvertedType::TIMESTAMP_MILLIS) => time(Unit::Milliseconds, true),
                (_, ConvertedType::TIMESTAMP_MICROS) => time(Unit::Microseconds, true),
                (_, ConvertedType::UINT_8 | ConvertedType::UINT_16) => Some(Kind::Unsigned),
                (_, ConvertedType::UINT_32 | ConvertedType::UINT_64) => Some(Kind::Unsigned),
                (_, ConvertedType::DECIMAL | ConvertedType::INTERVAL) => None,
                (_, ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS) => None,
                _ => Some(Kind::Plain),
            },
        }
    }
}

impl Unit {
    /// Microseconds, rounded down, and whether nothing was cut off; `None` if that is no `i64`.
    pub(super) fn to_us(self, count: i64) -> Option<(i64, bool)> {
        match self {
            Unit::Milliseconds => Some((count.checked_mul(1_000)?, true)),
            Unit::Microseconds => Some((count, true)),
            Unit::Nanoseconds => Some((count.div_euclid(1_000), count % 1_000 == 0)),
        }
    }
}
