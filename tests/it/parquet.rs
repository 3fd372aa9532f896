//! Parquet out and in again, and the formats that are exported for a spreadsheet.

use std::fs;
use std::path::Path;
use std::process::Command;

use dwell::answers::export;
use dwell::answers::export::ExportRequest;
use dwell::answers::export::ExportRows;
use dwell::answers::export::Format;
use dwell::answers::export::Selection;
use dwell::source::Input;
use dwell::store::Store;
use dwell::words::gap::Gap;
use parquet::file::reader::FileReader;
use parquet::file::reader::SerializedFileReader;
use parquet::schema::printer::print_schema;
use proptest::prelude::*;
use tempfile::TempDir;

use crate::support;

/// What `dwell export --format parquet` writes.
fn export(store: &Store, rows: ExportRows) -> Vec<u8> {
    let cut = support::cut(store, Gap::DEFAULT);
    let request = ExportRequest {
        rows,
        format: Format::Parquet,
        selection: Selection::All,
        zone: chrono_tz::Tz::UTC,
    };
    let mut out = Vec::new();
    let mut observe = |_| Ok(());
    export::write(&cut, &request, &mut out, Path::new("-"), &mut observe).unwrap();
    out
}

/// A store of what is in a file.
fn load_file(path: &Path) -> Store {
    let mut store = Store::temporary().unwrap();
    let mut input = Input::open(path).unwrap();
    store
        .load(&mut input, &support::load_options(), &mut |_| Ok(()))
        .unwrap();
    store
}

fn check_schema(rows: ExportRows, expected: &str) {
    let mut store = Store::temporary().unwrap();
    support::load(&mut store, "user,ts,page\na,2024-03-01 10:00:00,/a\n");
    let file = SerializedFileReader::new(bytes::Bytes::from(export(&store, rows))).unwrap();
    let mut schema = Vec::new();
    print_schema(&mut schema, file.metadata().file_metadata().schema());
    assert_eq!(String::from_utf8(schema).unwrap().trim(), expected);
}

#[test]
fn columns_have_real_types() {
    check_schema(
        ExportRows::Sessions,
        "message dwell {
  REQUIRED BYTE_ARRAY session_id (STRING);
  REQUIRED BYTE_ARRAY user_id (STRING);
  REQUIRED INT64 session_number;
  REQUIRED INT64 started_at (TIMESTAMP(MICROS,true));
  REQUIRED INT64 ended_at (TIMESTAMP(MICROS,true));
  REQUIRED DOUBLE duration_s;
  REQUIRED INT64 pageviews;
  REQUIRED BYTE_ARRAY landing_page (STRING);
  REQUIRED BYTE_ARRAY exit_page (STRING);
  REQUIRED BOOLEAN is_bounce;
  REQUIRED BOOLEAN is_open;
  REQUIRED BOOLEAN starts_at_edge;
}",
    );
    check_schema(
        ExportRows::Pageviews,
        "message dwell {
  REQUIRED BYTE_ARRAY session_id (STRING);
  REQUIRED BYTE_ARRAY user_id (STRING);
  REQUIRED INT64 session_number;
  REQUIRED INT64 pageview_number;
  REQUIRED INT64 page_view_at (TIMESTAMP(MICROS,true));
  REQUIRED BYTE_ARRAY page (STRING);
  OPTIONAL DOUBLE dwell_s;
}",
    );
    check_schema(
        ExportRows::Users,
        "message dwell {
  REQUIRED BYTE_ARRAY user_id (STRING);
  REQUIRED INT64 first_seen_at (TIMESTAMP(MICROS,true));
  REQUIRED INT64 last_seen_at (TIMESTAMP(MICROS,true));
  REQUIRED INT64 sessions;
  REQUIRED INT64 pageviews;
  REQUIRED INT64 bounces;
  REQUIRED DOUBLE total_duration_s;
}",
    );
}

#[test]
fn rows_hold_what_csv_holds() {
    let mut store = Store::temporary().unwrap();
    support::load(
        &mut store,
        "user,ts,page\na,2024-03-01 10:00:00,/a\na,2024-03-01 10:00:01.25,/b\n",
    );
    let file = SerializedFileReader::new(bytes::Bytes::from(export(&store, ExportRows::Pageviews)))
        .unwrap();
    let rows = file
        .get_row_iter(None)
        .unwrap()
        .map(|row| row.unwrap().to_string());
    let id = "a@1709287200000000";
    assert_eq!(
        rows.collect::<Vec<_>>(),
        [
            format!(
                "{{session_id: \"{id}\", user_id: \"a\", session_number: 1, pageview_number: 1, \
                 page_view_at: 2024-03-01 10:00:00.000000 +00:00, page: \"/a\", dwell_s: 1.25}}"
            ),
            format!(
                "{{session_id: \"{id}\", user_id: \"a\", session_number: 1, pageview_number: 2, \
                 page_view_at: 2024-03-01 10:00:01.250000 +00:00, page: \"/b\", dwell_s: null}}"
            ),
        ]
    );
}

#[test]
fn more_rows_than_a_row_group_has_come_back_as_they_were() {
    let mut table = "user,ts,page\n".to_owned();
    for n in 0..150_000_u64 {
        table += &format!(
            "u{},{},/{}\n",
            n % 977,
            1_709_287_200 + n * 7 % 5_000_000,
            n % 31
        );
    }
    let mut store = Store::temporary().unwrap();
    support::load(&mut store, &table);
    let file = export(&store, ExportRows::Pageviews);
    let reader = SerializedFileReader::new(bytes::Bytes::from(file.clone())).unwrap();
    assert_eq!(reader.num_row_groups(), 2);
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("pageviews.parquet");
    fs::write(&path, file).unwrap();
    let sessions = |store| support::export(store, ExportRows::Sessions, Gap::DEFAULT);
    assert!(sessions(&load_file(&path)) == sessions(&store));
}

proptest! {
    #![proptest_config(support::one_in(30))]

    #[test]
    fn pageviews_exported_and_read_again_make_the_same_sessions(
        rows in proptest::collection::vec(("[a-c\u{e9}]{1,2}", 0_i64..20_000_000_000, "[/a-d ,\"]{0,3}"), 1..60),
    ) {
        let mut table = "user\tts\tpage\n".to_owned();
        for (user, us, page) in &rows {
            table += &format!("{user}\t{}\t\"{}\"\n", 1_709_287_200_000_000 + us, page.replace('"', "\"\""));
        }
        let mut store = Store::temporary().unwrap();
        support::load(&mut store, &table);
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("pageviews.parquet");
        fs::write(&path, export(&store, ExportRows::Pageviews)).unwrap();
        let again = load_file(&path);
        for rows in [ExportRows::Sessions, ExportRows::Pageviews, ExportRows::Users] {
            prop_assert_eq!(
                support::export(&again, rows, Gap::DEFAULT),
                support::export(&store, rows, Gap::DEFAULT)
            );
        }
    }
}

/// Runs dwell in a folder; returns its exit status, what it printed and what it said.
fn dwell(folder: &Path, args: &[&str]) -> (i32, Vec<u8>, String) {
    let ran = Command::new(env!("CARGO_BIN_EXE_dwell"))
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap();
    let status = ran.status.code().unwrap();
    (status, ran.stdout, String::from_utf8(ran.stderr).unwrap())
}

#[test]
fn parquet_through_a_pipe_is_the_same_and_safe_csv_is_csv_only() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    fs::write(
        path.join("in.csv"),
        "user,ts,page\n=a,2024-03-01 10:00:00,@b\n",
    )
    .unwrap();
    let parquet = ["export", "in.csv", "--format", "parquet"];
    let (status, piped, said) = dwell(path, &parquet);
    assert_eq!(status, 0, "{said}");
    let (status, _, said) = dwell(path, &[&parquet[..], &["-o", "out.parquet"]].concat());
    assert_eq!(status, 0, "{said}");
    assert!(piped == fs::read(path.join("out.parquet")).unwrap());

    let (_, safe, _) = dwell(
        path,
        &["export", "in.csv", "--rows", "pageviews", "--csv-safe"],
    );
    let safe = String::from_utf8(safe).unwrap();
    assert_eq!(
        safe.lines().nth(1),
        Some("\"'=a@1709287200000000\",\"'=a\",1,1,2024-03-01T10:00:00Z,\"'@b\",")
    );
    let (status, _, said) = dwell(path, &[&parquet[..], &["--csv-safe"]].concat());
    assert_eq!(
        (status, said.trim()),
        (2, "dwell: --csv-safe belongs to --format csv")
    );
}
