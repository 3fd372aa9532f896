//! Property tests: rows are read alike in every format and in any number of files. Source floor.

use std::fmt::Write;
use std::io::Cursor;
use std::sync::Arc;

use parquet::data_type::ByteArrayType;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::sample::subsequence;

use crate::source::Input;
use crate::source::ReadOptions;
use crate::source::Understood;
use crate::source::read;
use crate::source::rows::test_sink::TestSink;
use crate::words::error::Result;

/// A table of texts; a cell may have none.
#[derive(Clone, Debug)]
struct TextTable {
    names: Vec<&'static str>,
    rows: Vec<Vec<Option<String>>>,
}

impl TextTable {
    /// The lines of a table with commas; missing values are empty.
    fn of(csv: &'static str) -> TextTable {
        let mut lines = csv.lines();
        let cell = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        TextTable {
            names: lines.next().unwrap_or_default().split(',').collect(),
            rows: lines
                .map(|line| line.split(',').map(cell).collect())
                .collect(),
        }
    }

    /// The same, with empty texts for missing values.
    fn filled(&self) -> TextTable {
        let filled = |row: &Vec<Option<String>>| {
            let cells = row.iter().cloned();
            cells.map(|cell| Some(cell.unwrap_or_default())).collect()
        };
        TextTable {
            names: self.names.clone(),
            rows: self.rows.iter().map(filled).collect(),
        }
    }

    fn csv(&self) -> Vec<u8> {
        let mut csv = self.names.join(",") + "\n";
        for row in &self.rows {
            let cells: Vec<&str> = row
                .iter()
                .map(|cell| cell.as_deref().unwrap_or_default())
                .collect();
            csv += &(cells.join(",") + "\n");
        }
        csv.into_bytes()
    }

    /// One object on each line, without keys for missing values, unless `nulls`.
    fn json_lines(&self, nulls: bool) -> Vec<u8> {
        let mut lines = String::new();
        for row in &self.rows {
            let mut object = serde_json::Map::new();
            for (name, cell) in self.names.iter().zip(row) {
                let value = match cell {
                    None if !nulls => continue,
                    None => serde_json::Value::Null,
                    Some(text) => match text.parse::<u64>() {
                        Ok(number) => number.into(),
                        Err(_) => text.as_str().into(),
                    },
                };
                object.insert((*name).to_owned(), value);
            }
            writeln!(lines, "{}", serde_json::Value::Object(object)).unwrap();
        }
        lines.into_bytes()
    }

    fn parquet(&self) -> Vec<u8> {
        let columns = self
            .names
            .iter()
            .map(|name| format!("optional binary {name} (STRING);"));
        let schema = format!("message test {{ {} }}", columns.collect::<String>());
        let schema = Arc::new(parse_message_type(&schema).unwrap());
        let properties = Arc::new(WriterProperties::builder().build());
        let mut bytes = Vec::new();
        let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).unwrap();
        let mut group = writer.next_row_group().unwrap();
        for place in 0..self.names.len() {
            let cells: Vec<Option<&str>> =
                self.rows.iter().map(|row| row[place].as_deref()).collect();
            let levels: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
            let values: Vec<_> = cells.into_iter().flatten().map(Into::into).collect();
            let mut column = group.next_column().unwrap().unwrap();
            let typed = column.typed::<ByteArrayType>();
            typed.write_batch(&values, Some(&levels), None).unwrap();
            column.close().unwrap();
        }
        group.close().unwrap();
        writer.close().unwrap();
        bytes
    }
}

fn read_one(content: Vec<u8>, options: &ReadOptions) -> Result<(Understood, Vec<String>)> {
    let mut input = Input::from_reader("in", None, Box::new(Cursor::new(content)));
    let mut heard = TestSink::default();
    let understood = read(&mut input, options, &mut heard)?;
    Ok((understood, heard.0))
}

/// The parts of the roles and how many rows count, are rejected and are left out; or that it is refused.
fn choice(content: Vec<u8>) -> Result<([String; 3], [u64; 3]), &'static str> {
    let (read, _) = read_one(content, &ReadOptions::default()).map_err(|_| "refused")?;
    let counts = [read.pageviews, read.rejects, read.n_left_out()];
    Ok(([read.user, read.time, read.page], counts))
}

/// Pageviews of inputs that are read one after the other, as sorted text; and how many rows are left out.
fn read_together(inputs: impl IntoIterator<Item = Vec<u8>>) -> Result<(Vec<String>, u64)> {
    let mut options = ReadOptions::default();
    let (mut pageviews, mut n_left_out) = (Vec::new(), 0);
    for input in inputs {
        let (understood, heard) = read_one(input, &options)?;
        let is_reject = |said: &String| {
            said.split(' ')
                .next()
                .is_some_and(|word| word.ends_with(':'))
        };
        pageviews.extend(heard.into_iter().filter(|said| !is_reject(said)));
        n_left_out += understood.n_left_out();
        understood
            .settled
            .into_iter()
            .for_each(|settled| options.settle(settled));
    }
    pageviews.sort_unstable();
    Ok((pageviews, n_left_out))
}

/// Names that columns may have.
const NAMES: &[&str] = &[
    "user_id",
    "uid",
    "anonymous_id",
    "device_id",
    "uuid",
    "id",
    "session",
    "ts",
    "timestamp",
    "received_at",
    "date",
    "time",
    "seen",
    "url",
    "page_title",
    "page_path",
    "location",
    "referrer_url",
    "item_id",
    "event",
    "event_type",
    "type",
    "action",
    "name",
    "is_page_view",
    "country",
];

/// What a column may hold, by row.
fn cell(kind: usize, row: usize, chance: usize) -> Option<String> {
    let of = |words: &[&str]| Some(words[chance % words.len()].to_owned());
    match kind {
        0 => Some(format!("u{}", chance % 4)),
        1 => Some(format!("v{row}")),
        2 => chance.is_multiple_of(5).then(|| format!("w{}", chance % 3)),
        3 => (!chance.is_multiple_of(50)).then(|| format!("x{}", chance % 7)),
        4 => of(&["only"]),
        5 => Some(format!(
            "2024-03-{:02}T10:00:{:02}Z",
            1 + row % 28,
            chance % 60
        )),
        6 => Some((1_709_287_200 + row as u64 * 60).to_string()),
        7 => Some(format!("2024-03-{:02}", 1 + row % 28)),
        8 => Some(format!("{:02}:10:00", chance % 24)),
        9 => of(&["/", "/a", "/b/c"]),
        10 => of(&["https://shop.example/", "https://shop.example/a"]),
        11 => of(&["Home", "Cart", "About us"]),
        12 => of(&["NO", "SE", "NO-03"]),
        13 => of(&["page_view"]),
        14 => of(&["page_view", "click", "scroll"]),
        15 => of(&["view", "addtocart"]),
        16 => of(&["page", "post", "product"]),
        17 => of(&["0", "1"]),
        _ => None,
    }
}

fn tables() -> impl Strategy<Value = TextTable> {
    let sizes = prop_oneof![4 => 1usize..12, 1 => 95usize..130];
    (subsequence(NAMES, 3..8), sizes).prop_flat_map(|(names, n_rows)| {
        let kinds = vec(0usize..19, names.len());
        let chances = vec(vec(0usize..1000, names.len()), n_rows);
        (kinds, chances).prop_map(move |(kinds, chances)| TextTable {
            names: names.clone(),
            rows: (chances.iter().enumerate())
                .map(|(row, chances)| {
                    let cells = kinds.iter().zip(chances);
                    cells
                        .map(|(kind, chance)| cell(*kind, row, *chance))
                        .collect()
                })
                .collect(),
        })
    })
}

/// Rows as Google Analytics exports them, flat.
fn events() -> impl Strategy<Value = Vec<Vec<Option<String>>>> {
    let row = (
        select(
            &[
                "page_view",
                "page_view",
                "scroll",
                "user_engagement",
                "session_start",
            ][..],
        ),
        0u64..100_000,
        0u32..5,
        proptest::option::of(0u32..3),
        0u32..4,
    );
    let row = row.prop_map(|(event, second, user, login, page)| {
        vec![
            Some(event.to_owned()),
            Some((1_709_287_200_000_000 + second * 1_000_000).to_string()),
            Some(format!("{user}.17")),
            login.map(|login| format!("m{login}")),
            Some(format!("https://shop.example/{page}")),
        ]
    });
    vec(row, 1..40)
}

const EVENT_NAMES: &[&str] = &[
    "event_name",
    "event_timestamp",
    "user_pseudo_id",
    "user_id",
    "page_location",
];

proptest! {
    #[test]
    fn the_same_rows_are_read_alike_in_every_format(table in tables()) {
        let expected = choice(table.csv());
        let is_as_expected = |found: Result<([String; 3], [u64; 3]), &'static str>| match (&found, &expected) {
            // A page may be empty in a table, and is not null in an object.
            (Ok((found, _)), Ok((expected, _))) => found == expected,
            _ => true,
        };
        prop_assert!(is_as_expected(choice(table.json_lines(true))), "JSON Lines with nulls");
        prop_assert!(is_as_expected(choice(table.parquet())), "Parquet with nulls");
        let filled = table.filled();
        prop_assert_eq!(&choice(filled.json_lines(true)), &expected, "JSON Lines");
        prop_assert_eq!(&choice(filled.parquet()), &expected, "Parquet");
    }

    #[test]
    fn rows_in_any_order_and_any_files_give_the_same_pageviews_or_are_refused(
        rows in events().prop_shuffle(),
        ends in vec(0usize..40, 0..4),
        writes_json in any::<bool>(),
    ) {
        let write = |rows: &[Vec<Option<String>>]| {
            let table = TextTable { names: EVENT_NAMES.to_vec(), rows: rows.to_vec() };
            if writes_json { table.json_lines(false) } else { table.csv() }
        };
        let mut sorted = rows.clone();
        sorted.sort_unstable();
        let Ok(whole) = read_together([write(&sorted)]) else { return Ok(()) };
        let mut ends: Vec<usize> = ends.into_iter().map(|end| end.min(rows.len())).chain([0, rows.len()]).collect();
        ends.sort_unstable();
        ends.dedup();
        let parts = ends.windows(2).map(|ends| write(&rows[ends[0]..ends[1]]));
        if let Ok(parts) = read_together(parts) {
            prop_assert_eq!(parts, whole);
        }
    }
}

/// Reads two files, one after the other.
fn check(first: &'static str, second: &'static str, expected: &[&str]) {
    for write in [
        TextTable::csv,
        |texts: &TextTable| texts.json_lines(true),
        TextTable::parquet,
    ] {
        let inputs = [first, second].map(|csv| write(&TextTable::of(csv)));
        let (pageviews, _) = read_together(inputs).unwrap();
        assert_eq!(pageviews, expected);
    }
}

fn refusal(first: &'static str, second: &'static str) -> String {
    let inputs = [first, second].map(|csv| TextTable::of(csv).csv());
    read_together(inputs).unwrap_err().to_string()
}

#[test]
fn a_first_file_of_views_only_settles_that_only_views_count() {
    check(
        "uid,ts,url,event\n1,2024-03-05,/,page_view\n",
        "uid,ts,url,event\n1,2024-03-06,/,scroll\n1,2024-03-07,/,page_view\n",
        &["1 2024-03-05T00:00:00Z /", "1 2024-03-07T00:00:00Z /"],
    );
    // Bare words only tell together with those in the second file.
    check(
        "uid,ts,url,event\n1,2024-03-05,/,view\n",
        "uid,ts,url,event\n1,2024-03-06,/,addtocart\n",
        &["1 2024-03-05T00:00:00Z /"],
    );
}

#[test]
fn a_user_that_is_settled_holds_where_another_would_be_chosen() {
    check(
        "user_id,device_id,ts,url\n,d,2024-03-05,/\n",
        "user_id,device_id,ts,url\n7,e,2024-03-06,/\n",
        &["d 2024-03-05T00:00:00Z /", "e 2024-03-06T00:00:00Z /"],
    );
}

#[test]
fn what_holds_against_the_evidence_is_said() {
    let mut options = ReadOptions::default();
    let first = "user_id,device_id,ts,url\n,d,2024-03-05,/\n";
    let (understood, _) = read_one(first.into(), &options).unwrap();
    options.settle(understood.settled.unwrap());
    let second = "user_id,device_id,ts,url\n7,e,2024-03-06,/\n";
    let (understood, _) = read_one(second.into(), &options).unwrap();
    assert!(
        understood.notes.contains(
            &"the user is read from \"device_id\", as in the inputs before it; alone it would have been read from \
              \"user_id\""
                .to_owned()
        ),
        "{:?}",
        understood.notes
    );
}

#[test]
fn a_settled_user_that_is_mostly_missing_is_refused_with_the_choice() {
    let said = refusal(
        "user_id,device_id,ts,url\n7,d,2024-03-05,/\n",
        "user_id,device_id,ts,url\n7,e,2024-03-06,/\n,e,2024-03-06,/\n,f,2024-03-06,/\n",
    );
    assert!(said.contains("--user-column device_id"), "{said}");
}

#[test]
fn rows_that_were_counted_and_would_not_count_now_are_refused() {
    let said = refusal(
        "uid,ts,url,event\n1,2024-03-05,/,signup_v2\n",
        "uid,ts,url,event\n1,2024-03-06,/,page_view\n",
    );
    assert!(said.contains("even those of \"signup_v2\""), "{said}");
}

#[test]
fn a_header_without_rows_settles_nothing() {
    let inputs = [
        "user_id,device_id,ts,url\n",
        "user_id,device_id,ts,url\n,e,2024-03-06,/\n",
    ];
    let (pageviews, _) = read_together(inputs.map(Vec::from)).unwrap();
    assert_eq!(pageviews, ["e 2024-03-06T00:00:00Z /"]);
}
