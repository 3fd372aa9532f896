//! Whole Parquet files, written here with the crate's own writer: what is read of them, and what is refused.

use std::io::Cursor;
use std::sync::Arc;
use std::sync::OnceLock;

use parquet::basic::Compression;
use parquet::basic::Encoding;
use parquet::data_type::ByteArrayType;
use parquet::data_type::DoubleType;
use parquet::data_type::FixedLenByteArrayType;
use parquet::data_type::Int32Type;
use parquet::data_type::Int64Type;
use parquet::data_type::Int96Type;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::ColumnPath;
use proptest::prelude::*;

use crate::source::Input;
use crate::source::ReadOptions;
use crate::source::TimeOptions;
use crate::source::Understood;
use crate::source::read;
use crate::source::rows::test_sink::TestSink;
use crate::words::error::Result;

/// The values of a column, as they are stored.
#[derive(Clone)]
enum Stored {
    Text(Vec<Option<&'static [u8]>>),
    Fixed(Vec<Option<&'static [u8]>>),
    Int32(Vec<Option<i32>>),
    Int64(Vec<Option<i64>>),
    Int96(Vec<Option<[u32; 3]>>),
    Double(Vec<Option<f64>>),
}

fn texts(texts: &[&'static str]) -> Stored {
    Stored::Text(texts.iter().map(|text| Some(text.as_bytes())).collect())
}

fn plain() -> WriterProperties {
    WriterProperties::builder().build()
}

/// A file with these columns, whose rows stand in one row group for each of `groups`.
fn file(columns: &str, properties: WriterProperties, groups: &[Vec<Stored>]) -> Vec<u8> {
    let schema = parse_message_type(&format!("message test {{ {columns} }}")).unwrap();
    let mut bytes = Vec::new();
    let mut writer =
        SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::new(properties)).unwrap();
    for group in groups {
        let mut rows = writer.next_row_group().unwrap();
        for stored in group {
            let mut column = rows.next_column().unwrap().unwrap();
            macro_rules! write {
                ($type:ty, $values:expr, $convert:expr) => {{
                    let levels: Vec<i16> = $values.iter().map(|v| i16::from(v.is_some())).collect();
                    let values: Vec<_> = $values.iter().flatten().map($convert).collect();
                    let writer = column.typed::<$type>();
                    writer.write_batch(&values, Some(&levels), None).unwrap()
                }};
            }
            match stored {
                Stored::Text(values) => write!(ByteArrayType, values, |v| (*v).into()),
                Stored::Fixed(values) => {
                    write!(FixedLenByteArrayType, values, |v| v.to_vec().into())
                }
                Stored::Int32(values) => write!(Int32Type, values, |v| *v),
                Stored::Int64(values) => write!(Int64Type, values, |v| *v),
                Stored::Int96(values) => write!(Int96Type, values, |v| v.to_vec().into()),
                Stored::Double(values) => write!(DoubleType, values, |v| *v),
            };
            column.close().unwrap();
        }
        rows.close().unwrap();
    }
    writer.close().unwrap();
    bytes
}

fn read_all(file: &[u8], options: &ReadOptions) -> Result<(Understood, Vec<String>)> {
    let mut input = Input::from_reader("in", None, Box::new(Cursor::new(file.to_vec())));
    let mut heard = TestSink::default();
    let understood = read(&mut input, options, &mut heard)?;
    assert_eq!(
        input.fingerprint().digest,
        xxhash_rust::xxh3::xxh3_128(file).to_be_bytes()
    );
    Ok((understood, heard.0))
}

fn check(file: &[u8], options: &ReadOptions, expected: &[&str]) -> Understood {
    let (understood, heard) = read_all(file, options).unwrap();
    assert_eq!(heard, expected);
    understood
}

fn refusal(file: &[u8], options: &ReadOptions) -> String {
    read_all(file, options).unwrap_err().to_string()
}

/// Checks that the times of a column of this type are read so.
fn check_times(column: &str, stored: Stored, zone: &str, expected: &[&str]) -> Understood {
    let n = expected.len();
    let columns =
        format!("required binary user (STRING); optional {column}; required binary page (STRING);");
    let group = vec![texts(&vec!["u"; n]), stored, texts(&vec!["/"; n])];
    let options = ReadOptions {
        times: TimeOptions {
            zone: zone.parse().unwrap(),
            ..TimeOptions::default()
        },
        ..ReadOptions::default()
    };
    let expected: Vec<String> = expected
        .iter()
        .map(|at| match at.contains(' ') {
            true => (*at).to_owned(),
            false => format!("u {at} /"),
        })
        .collect();
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    check(&file(&columns, plain(), &[group]), &options, &expected)
}

const TEN: i64 = 1_709_287_200;

#[test]
fn instants_are_read_in_any_unit_whatever_the_zone() {
    let ten = ["2024-03-01T10:00:00Z"];
    for (unit, per_second) in [
        ("MILLIS", 1_000),
        ("MICROS", 1_000_000),
        ("NANOS", 1_000_000_000),
    ] {
        let stored = Stored::Int64(vec![Some(TEN * per_second)]);
        let column = format!("int64 ts (TIMESTAMP({unit},true))");
        check_times(&column, stored, "Europe/Paris", &ten);
    }
    for (unit, per_second) in [("MILLIS", 1_000), ("MICROS", 1_000_000)] {
        let stored = Stored::Int64(vec![Some(TEN * per_second)]);
        check_times(
            &format!("int64 ts (TIMESTAMP_{unit})"),
            stored,
            "Europe/Paris",
            &ten,
        );
    }
    // 10:00 is 36,000 s of the day, and 2024-03-01 the day 2,460,371.
    let ns: u64 = 36_000_000_000_000;
    let stored = Stored::Int96(vec![Some([ns as u32, (ns >> 32) as u32, 2_460_371])]);
    check_times("int96 ts", stored, "Europe/Paris", &ten);
}

#[test]
fn wall_clocks_and_days_are_read_in_the_zone_that_was_asked_for() {
    for (unit, per_second) in [
        ("MILLIS", 1_000),
        ("MICROS", 1_000_000),
        ("NANOS", 1_000_000_000),
    ] {
        let stored = Stored::Int64(vec![Some(TEN * per_second)]);
        let column = format!("int64 ts (TIMESTAMP({unit},false))");
        check_times(&column, stored, "Europe/Paris", &["2024-03-01T09:00:00Z"]);
    }
    let day = Stored::Int32(vec![Some(19_783)]);
    let understood = check_times("int32 ts (DATE)", day, "UTC", &["2024-03-01T00:00:00Z"]);
    assert!(understood.notes[0].contains("taken as midnight (the first in row 1)"));
}

#[test]
fn numbers_and_texts_are_read_as_times_as_in_other_formats() {
    let ten = ["2024-03-01T10:00:00Z", "2024-03-01T10:00:00Z"];
    let whole = Stored::Int64(vec![Some(TEN), Some(TEN * 1_000)]);
    check_times("int64 ts", whole, "UTC", &ten);
    let fraction = Stored::Double(vec![Some(TEN as f64 + 0.5)]);
    check_times("double ts", fraction, "UTC", &["2024-03-01T10:00:00.5Z"]);
    let text = texts(&["2024-03-01 10:00:00", "01/Mar/2024:10:00:00 +0000"]);
    check_times("binary ts (STRING)", text, "UTC", &ten);
    let decimal = Stored::Int64(vec![Some(TEN * 100)]);
    check_times("int64 ts (DECIMAL(18,2))", decimal, "UTC", &ten[..1]);
}

#[test]
fn what_is_finer_than_a_microsecond_is_rounded_down_and_said_once() {
    let stored = Stored::Int64(vec![Some(TEN * 1_000_000_000), Some(-1)]);
    let understood = check_times(
        "int64 ts (TIMESTAMP(NANOS,true))",
        stored,
        "UTC",
        &["2024-03-01T10:00:00Z", "1969-12-31T23:59:59.999999Z"],
    );
    assert_eq!(
        understood.notes[0],
        "1 timestamp finer than a microsecond, rounded down (in row 2)"
    );
}

#[test]
fn a_time_beyond_the_years_is_a_reject() {
    let expected = [
        "1: timestamp \"9223372036854775807\" is not a date",
        "2024-03-01T10:00:00Z",
    ];
    let stored = Stored::Int64(vec![Some(i64::MAX), Some(TEN * 1_000)]);
    check_times(
        "int64 ts (TIMESTAMP(MILLIS,true))",
        stored,
        "UTC",
        &expected,
    );
}

#[test]
fn nulls_are_rejects_that_say_what_is_null() {
    let columns =
        "optional binary user_id (STRING); optional int64 ts; optional binary url (STRING);";
    let group = vec![
        Stored::Text(vec![Some(b"a"), None, Some(b"c"), Some(b"d"), Some(b"")]),
        Stored::Int64(vec![Some(TEN), Some(TEN), None, Some(TEN), Some(TEN)]),
        Stored::Text(vec![
            Some(b"/a"),
            Some(b"/b"),
            Some(b"/c"),
            None,
            Some(b"/e"),
        ]),
    ];
    check(
        &file(columns, plain(), &[group]),
        &ReadOptions::default(),
        &[
            "a 2024-03-01T10:00:00Z /a",
            "2: the user is null",
            "3: the time is null",
            "4: the page is null",
            "5: the user is empty",
        ],
    );
}

#[test]
fn users_of_any_type_keep_every_digit() {
    let user = |column: &str, stored: Stored, expected: &str| {
        let columns =
            format!("optional {column} user_id; required int64 ts; required binary page;");
        // The annotation follows the name.
        let columns = match column.split_once(" (") {
            Some((stored, logical)) => columns.replace(
                &format!("{column} user_id"),
                &format!("{stored} user_id ({logical}"),
            ),
            None => columns,
        };
        let group = vec![stored, Stored::Int64(vec![Some(TEN)]), texts(&["/"])];
        let expected = format!("{expected} 2024-03-01T10:00:00Z /");
        check(
            &file(&columns, plain(), &[group]),
            &ReadOptions::default(),
            &[&expected],
        );
    };
    user(
        "int64",
        Stored::Int64(vec![Some(i64::MIN)]),
        "-9223372036854775808",
    );
    user(
        "int64 (INTEGER(64,false))",
        Stored::Int64(vec![Some(-1)]),
        "18446744073709551615",
    );
    user(
        "int32 (UINT_32)",
        Stored::Int32(vec![Some(-1)]),
        "4294967295",
    );
    user("int32", Stored::Int32(vec![Some(7)]), "7");
    user("double", Stored::Double(vec![Some(7.0)]), "7");
    user("binary", Stored::Text(vec![Some("é".as_bytes())]), "é");
    user(
        "fixed_len_byte_array(3)",
        Stored::Fixed(vec![Some(b"abc")]),
        "abc",
    );
    let sixteen: &[u8] = b"0123456789abcdef";
    user(
        "fixed_len_byte_array(16) (UUID)",
        Stored::Fixed(vec![Some(sixteen)]),
        "30313233-3435-3637-3839-616263646566",
    );
    user(
        "fixed_len_byte_array(9) (DECIMAL(20,0))",
        Stored::Fixed(vec![Some(&[
            0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
        ])]),
        "-2",
    );
}

#[test]
fn row_groups_follow_each_other_in_any_codec_and_encoding_if_there_are_any() {
    let columns =
        "optional binary user (STRING); required int64 ts; required binary page (STRING);";
    let group = |first: i64| {
        vec![
            texts(&["a", "a"]),
            Stored::Int64(vec![Some(TEN + first), Some(TEN + first + 1)]),
            texts(&["/a", "/b"]),
        ]
    };
    check(&file(columns, plain(), &[]), &ReadOptions::default(), &[]);
    let groups = [group(0), group(2), group(4)];
    let expected: Vec<String> = (0..6)
        .map(|s| format!("a 2024-03-01T10:00:0{s}Z /{}", ["a", "b"][s % 2]))
        .collect();
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    let builder = WriterProperties::builder;
    for codec in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(Default::default()),
        Compression::BROTLI(Default::default()),
        Compression::LZ4,
        Compression::LZ4_RAW,
        Compression::ZSTD(Default::default()),
    ] {
        let properties = builder().set_compression(codec).build();
        check(
            &file(columns, properties, &groups),
            &ReadOptions::default(),
            &expected,
        );
    }
    let version = parquet::file::properties::WriterVersion::PARQUET_2_0;
    for (text, number) in [
        (Encoding::PLAIN, Encoding::PLAIN),
        (
            Encoding::DELTA_LENGTH_BYTE_ARRAY,
            Encoding::DELTA_BINARY_PACKED,
        ),
        (Encoding::DELTA_BYTE_ARRAY, Encoding::BYTE_STREAM_SPLIT),
    ] {
        for builder in [builder(), builder().set_writer_version(version)] {
            let properties = builder
                .set_dictionary_enabled(false)
                .set_column_encoding(ColumnPath::from("user"), text)
                .set_column_encoding(ColumnPath::from("page"), text)
                .set_column_encoding(ColumnPath::from("ts"), number)
                .build();
            check(
                &file(columns, properties, &groups),
                &ReadOptions::default(),
                &expected,
            );
        }
    }
}

#[test]
fn nested_columns_are_named_with_dots_or_refused() {
    let columns = "required group user { required binary id (STRING); }
        required int64 ts;
        required group page { required binary path (STRING); }
        required group tags (LIST) { repeated group list { required binary element (STRING); } }";
    let empty = file(columns, plain(), &[]);
    let asked = |user: &str, page: &str| ReadOptions {
        user_column: Some(user.to_owned()),
        page_column: Some(page.to_owned()),
        ..ReadOptions::default()
    };
    let has = "the columns are: user.id, ts, page.path, tags.list.element, tags";
    assert_eq!(
        refusal(&empty, &ReadOptions::default()),
        format!(
            "in: no user column, no page column; {has}; name them with --user-column NAME --page-column NAME"
        )
    );
    let list = refusal(&empty, &asked("user.id", "tags.list.element"));
    assert!(
        list.contains("\"tags.list.element\" is in a list"),
        "{list}"
    );

    let columns = "required group user { required binary id (STRING); }
        required int64 ts;
        required group page { required binary path (STRING); }";
    let group = vec![texts(&["u"]), Stored::Int64(vec![Some(TEN)]), texts(&["/"])];
    let nested = file(columns, plain(), &[group]);
    for (user, page) in [("user.id", "page.path"), ("#1", "#3")] {
        check(&nested, &asked(user, page), &["u 2024-03-01T10:00:00Z /"]);
    }
}

#[test]
fn a_type_that_is_no_user_time_or_page_is_named() {
    let columns = "required binary user; required int32 time (TIME_MILLIS); required binary page;";
    assert_eq!(
        refusal(&file(columns, plain(), &[]), &ReadOptions::default()),
        "in: the column \"time\" has the type TIME_MILLIS, which dwell does not read"
    );
}

/// A file with everything that the readers of columns must handle.
fn good() -> &'static [u8] {
    static GOOD: OnceLock<Vec<u8>> = OnceLock::new();
    GOOD.get_or_init(|| {
        let columns = "optional binary user (STRING);
            optional int64 ts (TIMESTAMP(MILLIS,true));
            required binary page (STRING);";
        let rows = 0..300;
        let user = rows
            .clone()
            .map(|n| (n % 7 > 0).then_some(&b"somebody"[..n as usize % 8]));
        let group = vec![
            Stored::Text(user.collect()),
            Stored::Int64(rows.map(|n| Some((TEN + n) * 1_000)).collect()),
            texts(&["/page"; 300]),
        ];
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_column_dictionary_enabled(ColumnPath::from("page"), false)
            .set_column_encoding(ColumnPath::from("page"), Encoding::DELTA_LENGTH_BYTE_ARRAY)
            .set_data_page_row_count_limit(50)
            .set_write_batch_size(50)
            .build();
        file(columns, properties, &[group.clone(), group])
    })
}

#[test]
fn a_file_cut_anywhere_is_refused_in_a_sentence() {
    let good = good();
    read_all(good, &ReadOptions::default()).unwrap();
    for length in 4..good.len() {
        let said = refusal(&good[..length], &ReadOptions::default());
        assert!(
            said.contains("not a complete Parquet file"),
            "{length}: {said}"
        );
    }
}

#[test]
fn a_damaged_page_is_told_with_its_column_and_byte() {
    let mut damaged = good().to_vec();
    damaged[4] ^= 0xff;
    let said = refusal(&damaged, &ReadOptions::default());
    assert_eq!(
        said,
        "in: damaged in row group 1: the column \"user\" cannot be read at byte 4: no page begins where one should"
    );
}

proptest! {
    #[test]
    fn any_bytes_that_begin_like_parquet_are_read_or_refused(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        footer in proptest::option::of(0_u32..300),
    ) {
        let mut file = [b"PAR1", &bytes[..]].concat();
        if let Some(length) = footer {
            file.extend(length.to_le_bytes());
            file.extend(b"PAR1");
        }
        let _ = read_all(&file, &ReadOptions::default());
    }

    #[test]
    fn a_good_file_with_bytes_changed_is_read_or_refused(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut file = good().to_vec();
        for (at, byte) in changes {
            let at = at.index(file.len());
            file[at] = byte;
        }
        let _ = read_all(&file, &ReadOptions::default());
    }
}

/// A file of which only the metadata are there.
fn file_of_metadata(metadata: &[u8]) -> Vec<u8> {
    let length = (metadata.len() as u32).to_le_bytes();
    [b"PAR1", metadata, &length, b"PAR1"].concat()
}

#[test]
fn a_schema_that_claims_children_is_refused_before_there_is_room_for_them() {
    // The version; a schema of one group, "schema", of two thousand million children; no rows; no row groups.
    let metadata =
        b"\x15\x02\x19\x1c\x48\x06schema\x15\xfe\xff\xff\xff\x0f\x00\x16\x00\x19\x0c\x00";
    assert_eq!(
        refusal(&file_of_metadata(metadata), &ReadOptions::default()),
        "in: its metadata (from byte 4) are damaged: they claim more than they hold"
    );
}
