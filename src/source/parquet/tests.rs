//! Files made by the library's writer in, pageviews out.

use std::io::Cursor;
use std::sync::Arc;

use ::parquet::basic::Compression;
use ::parquet::data_type::ByteArray;
use ::parquet::data_type::ByteArrayType;
use ::parquet::data_type::DoubleType;
use ::parquet::data_type::Int32Type;
use ::parquet::data_type::Int64Type;
use ::parquet::data_type::Int96;
use ::parquet::data_type::Int96Type;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedColumnWriter;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;
use proptest::prelude::*;

use crate::source::Input;
use crate::source::ReadOptions;
use crate::source::Sink;
use crate::source::Understood;
use crate::source::read;
use crate::words::error::Result;
use crate::words::pageview::Pageview;
use crate::words::pageview::Reject;

#[derive(Debug, Default, PartialEq)]
struct Taken(Vec<String>);

impl Sink for Taken {
    fn pageview(&mut self, pageview: Pageview<'_>) -> Result<()> {
        let (user, at, page) = (pageview.user_id, pageview.page_view_at, pageview.page);
        self.0.push(format!("{user} {at} {page}"));
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        self.0.push(reject.to_string());
        Ok(())
    }

    fn progress(&mut self, _: u64) -> Result<()> {
        Ok(())
    }
}

/// The values of a column; `None` is null, and needs an optional column.
enum Values {
    Text(Vec<Option<&'static str>>),
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Double(Vec<f64>),
    Int96(Vec<[u32; 3]>),
}
use Values::*;

fn texts(values: &[&'static str]) -> Values {
    Text(values.iter().copied().map(Some).collect())
}

/// A file of these columns, as many row groups as it is repeated.
fn file(schema: &str, columns: &[Values], groups: usize) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .build();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
    for _ in 0..groups {
        let mut group = writer.next_row_group().unwrap();
        for values in columns {
            write_column(group.next_column().unwrap().unwrap(), values);
        }
        group.close().unwrap();
    }
    writer.into_inner().unwrap()
}

fn write_column(mut column: SerializedColumnWriter<'_>, values: &Values) {
    let levels = |n: usize| vec![1; n];
    match values {
        Text(values) => {
            let levels: Vec<i16> = values
                .iter()
                .map(|value| i16::from(value.is_some()))
                .collect();
            let values: Vec<ByteArray> = values.iter().flatten().map(|&text| text.into()).collect();
            let writer = column.typed::<ByteArrayType>();
            writer.write_batch(&values, Some(&levels), None).unwrap();
        }
        Int32(values) => {
            let writer = column.typed::<Int32Type>();
            writer
                .write_batch(values, Some(&levels(values.len())), None)
                .unwrap();
        }
        Int64(values) => {
            let writer = column.typed::<Int64Type>();
            writer
                .write_batch(values, Some(&levels(values.len())), None)
                .unwrap();
        }
        Double(values) => {
            let writer = column.typed::<DoubleType>();
            writer
                .write_batch(values, Some(&levels(values.len())), None)
                .unwrap();
        }
        Int96(values) => {
            let values: Vec<Int96> = values.iter().map(|value| value.to_vec().into()).collect();
            let writer = column.typed::<Int96Type>();
            writer
                .write_batch(&values, Some(&levels(values.len())), None)
                .unwrap();
        }
    }
    column.close().unwrap();
}

fn read_with(bytes: &[u8], options: &ReadOptions) -> Result<(Understood, Vec<String>)> {
    let mut input = Input::from_reader("t.parquet", None, Box::new(Cursor::new(bytes.to_vec())));
    let mut taken = Taken::default();
    let understood = read(&mut input, options, &mut taken)?;
    Ok((understood, taken.0))
}

fn refusal(bytes: &[u8]) -> String {
    let refused = read_with(bytes, &ReadOptions::default());
    refused.unwrap_err().to_string()
}

/// A file whose time column is declared like this and holds one value.
fn with_time(declared: &str, value: Values) -> Vec<u8> {
    let schema = format!(
        "message m {{ optional binary user_id (UTF8); optional {declared}; optional binary page (UTF8); }}"
    );
    file(&schema, &[texts(&["a"]), value, texts(&["/"])], 1)
}

const US: i64 = 1_709_287_200_123_456;

#[test]
fn times_of_every_type_are_read() {
    let check = |declared: &str, value: Values, expected: &str| {
        let (understood, taken) =
            read_with(&with_time(declared, value), &ReadOptions::default()).unwrap();
        assert_eq!(taken, [format!("a {expected} /")], "{declared}");
        assert!(
            understood
                .to_string()
                .starts_with("Parquet: user from \"user_id\", time from \"ts\"")
        );
        understood
    };
    let exact = "2024-03-01T10:00:00.123456Z";
    check("int64 ts (TIMESTAMP(MICROS,true))", Int64(vec![US]), exact);
    check("int64 ts (TIMESTAMP(MICROS,false))", Int64(vec![US]), exact);
    check("int64 ts (TIMESTAMP_MICROS)", Int64(vec![US]), exact);
    check(
        "int64 ts (TIMESTAMP(NANOS,true))",
        Int64(vec![US * 1_000]),
        exact,
    );
    check(
        "int64 ts (TIMESTAMP(MILLIS,true))",
        Int64(vec![US / 1_000]),
        "2024-03-01T10:00:00.123Z",
    );
    check(
        "int64 ts (TIMESTAMP_MILLIS)",
        Int64(vec![US / 1_000]),
        "2024-03-01T10:00:00.123Z",
    );
    check(
        "int64 ts",
        Int64(vec![US / 1_000_000]),
        "2024-03-01T10:00:00Z",
    );
    check(
        "int32 ts",
        Int32(vec![1_709_287_200]),
        "2024-03-01T10:00:00Z",
    );
    check(
        "double ts",
        Double(vec![1_709_287_200.5]),
        "2024-03-01T10:00:00.5Z",
    );
    check(
        "binary ts (UTF8)",
        texts(&["2024-03-01 10:00:00"]),
        "2024-03-01T10:00:00Z",
    );
    let of_day_ns = 36_000_123_456_000u64;
    let parts = [
        of_day_ns as u32,
        (of_day_ns >> 32) as u32,
        2_440_588 + 19_783,
    ];
    check("int96 ts", Int96(vec![parts]), exact);

    let finer = check(
        "int64 ts (TIMESTAMP(NANOS,true))",
        Int64(vec![US * 1_000 + 7]),
        exact,
    );
    assert_eq!(
        finer.notes,
        ["1 timestamp finer than a microsecond, rounded down (in row 1)"]
    );
    let days = check(
        "int32 ts (DATE)",
        Int32(vec![19_783]),
        "2024-03-01T00:00:00Z",
    );
    assert_eq!(
        days.notes,
        ["dates without a time of day are taken as midnight (the first in row 1)"]
    );
}

#[test]
fn wall_clocks_are_in_the_zone_that_was_asked_for_and_instants_are_not() {
    let options = ReadOptions {
        time_zone: chrono_tz::Europe::Berlin,
        ..ReadOptions::default()
    };
    for (is_utc, expected) in [
        ("false", "a 2024-03-01T09:00:00.123456Z /"),
        ("true", "a 2024-03-01T10:00:00.123456Z /"),
    ] {
        let declared = format!("int64 ts (TIMESTAMP(MICROS,{is_utc}))");
        let taken = read_with(&with_time(&declared, Int64(vec![US])), &options)
            .unwrap()
            .1;
        assert_eq!(taken, [expected]);
    }
}

#[test]
fn nulls_and_times_that_do_not_exist_are_rejects_with_their_row() {
    let schema = "message m {
        optional binary user_id (UTF8); optional int64 ts (TIMESTAMP(MILLIS,true)); optional binary page (UTF8); }";
    let bytes = file(
        schema,
        &[
            Text(vec![Some("a"), None, Some("c"), Some("d")]),
            Int64(vec![0, 1, 2, i64::MAX]),
            Text(vec![Some("/"), Some("/"), None, Some("/")]),
        ],
        2,
    );
    let (_, taken) = read_with(&bytes, &ReadOptions::default()).unwrap();
    let range = "the timestamp is not between 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z";
    let group = |row: usize| {
        [
            "a 1970-01-01T00:00:00Z /".to_owned(),
            format!("t.parquet: row {}: the user is null", row + 2),
            format!("t.parquet: row {}: the page is null", row + 3),
            format!("t.parquet: row {}: {range}", row + 4),
        ]
    };
    assert_eq!(taken, [group(0), group(4)].concat());
}

#[test]
fn numbers_are_users_with_all_their_digits() {
    let schema = "message m {
        optional int64 user_id (INTEGER(64,false)); optional int64 ts; optional int64 page; }";
    let bytes = file(
        schema,
        &[Int64(vec![-1, 7]), Int64(vec![1, 2]), Int64(vec![-1, 7])],
        1,
    );
    let (_, taken) = read_with(&bytes, &ReadOptions::default()).unwrap();
    assert_eq!(
        taken,
        [
            "18446744073709551615 1970-01-01T00:00:01Z -1",
            "7 1970-01-01T00:00:02Z 7"
        ]
    );
}

#[test]
fn nested_columns_are_refused_by_name_and_their_fields_read_by_path() {
    let schema = "message m {
        optional group user { optional binary id (UTF8); } optional int64 ts; optional binary page (UTF8); }";
    let bytes = || {
        let schema = schema.replace("optional group", "required group");
        file(&schema, &[texts(&["a"]), Int64(vec![1]), texts(&["/"])], 1)
    };
    assert!(refusal(&bytes()).contains("column \"user\" is nested"));
    let options = ReadOptions {
        user_column: Some("user.id".to_owned()),
        ..ReadOptions::default()
    };
    assert_eq!(
        read_with(&bytes(), &options).unwrap().1,
        ["a 1970-01-01T00:00:01Z /"]
    );
}

#[test]
fn what_is_no_whole_file_is_refused_in_a_sentence() {
    let whole = with_time("int64 ts", Int64(vec![1]));
    let cut = &whole[..whole.len() - 5];
    assert!(refusal(cut).starts_with(
        "t.parquet: it is not a complete Parquet file: it does not end in PAR1 at byte "
    ));
    assert!(refusal(b"PAR1").contains("not a complete Parquet file"));
    let mut footer = whole.clone();
    let at = footer.len() - 8;
    footer[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(refusal(&footer).contains("its footer (at byte "));
}

#[test]
fn no_rows_are_no_pageviews() {
    let schema = "message m { required binary user_id (UTF8); required int64 ts; required binary page (UTF8); }";
    let (understood, taken) = read_with(&file(schema, &[], 0), &ReadOptions::default()).unwrap();
    assert_eq!((understood.pageviews, taken.len()), (0, 0));
}

proptest! {
    #[test]
    fn bytes_that_were_changed_are_read_or_refused(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = with_time("int64 ts (TIMESTAMP(MICROS,true))", Int64(vec![US]));
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = read_with(&bytes, &ReadOptions::default());
    }

    #[test]
    fn any_bytes_between_the_marks_are_read_or_refused(middle in proptest::collection::vec(any::<u8>(), 0..200)) {
        let length = (middle.len() as u32).to_le_bytes();
        let bytes = [b"PAR1".as_slice(), &middle, &length, b"PAR1"].concat();
        let _ = read_with(&bytes, &ReadOptions::default());
    }
}
