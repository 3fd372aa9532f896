//! What more than one test module needs.

use std::io::Cursor;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use dwell::answers::export;
use dwell::answers::export::ExportRequest;
use dwell::answers::export::ExportRows;
use dwell::answers::export::Format;
use dwell::answers::export::Selection;
use dwell::engine::cut::Cut;
use dwell::load::Spill;
use dwell::source::Input;
use dwell::source::ReadOptions;
use dwell::store::LoadOptions;
use dwell::store::LoadReport;
use dwell::store::Store;
use dwell::words::gap::Gap;
use dwell::words::timestamp::Timestamp;
use proptest::test_runner::Config as ProptestConfig;

/// A file or folder of `tests/data`.
pub(crate) fn data(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(path)
}

/// A folder of files that are used where they are and never committed; says so when it is not there.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared")
        .join(path);
    if !shared.exists() {
        println!("SKIPPED: ../shared/{path} is not here");
        return None;
    }
    Some(shared)
}

/// Whether a program is here; says so if it is not.
pub(crate) fn has(program: &str) -> bool {
    let look = format!("command -v {program}");
    let looked = Command::new("sh").args(["-c", &look]).output().unwrap();
    if !looked.status.success() {
        println!("SKIPPED: {program} is not here");
    }
    looked.status.success()
}

/// Whether there is time for all that can be tried: see `.ci/run --long`.
pub(crate) fn is_long() -> bool {
    std::env::var_os("DWELL_LONG").is_some()
}

/// Where random choices begin: another number makes others.
pub(crate) fn seed() -> u64 {
    std::env::var("DWELL_SEED").map_or(0, |seed| seed.parse().unwrap())
}

/// One case for `n` that are asked for by `PROPTEST_CASES`, of what takes long.
pub(crate) fn one_in(n: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    ProptestConfig {
        cases: asked.cases.div_ceil(n),
        failure_persistence: None,
        ..asked
    }
}

/// Loads a table given as text.
pub(crate) fn load(store: &mut Store, table: &str) -> LoadReport {
    let mut input = Input::from_reader(
        "table.csv",
        None,
        Box::new(Cursor::new(table.as_bytes().to_vec())),
    );
    store
        .load(&mut input, &load_options(), &mut |_| Ok(()))
        .unwrap()
}

/// Plain options, at a fixed time.
pub(crate) fn load_options() -> LoadOptions {
    LoadOptions {
        read: ReadOptions::default(),
        strict: false,
        again: true,
        dedupe: false,
        loaded_at: Timestamp::clamped(1_580_648_116_000_000),
        rows_a_slab: Spill::usual_rows(),
    }
}

/// The pageviews of a store, cut at a gap.
pub(crate) fn cut(store: &Store, gap: Gap) -> Cut {
    Cut::new(Arc::new(store.dataset(&mut |_| Ok(())).unwrap()), gap)
}

/// What `dwell export` prints of a store at a gap.
pub(crate) fn export(store: &Store, rows: ExportRows, gap: Gap) -> String {
    let cut = cut(store, gap);
    let request = ExportRequest {
        rows,
        format: Format::Csv,
        selection: Selection::All,
        zone: chrono_tz::Tz::UTC,
    };
    let mut out = Vec::new();
    export::write(&cut, &request, &mut out, Path::new("-"), &mut |_| Ok(())).unwrap();
    String::from_utf8(out).unwrap()
}

/// A session as (user_id, started_at, ended_at, pageviews, landing page, exit page); times in microseconds.
pub(crate) type SessionRow = (String, i64, i64, i64, String, String);

/// The rows of a query that gives sessions.
pub(crate) fn session_rows(
    path: &Path,
    query: &str,
    params: impl rusqlite::Params,
) -> Vec<SessionRow> {
    let connection = rusqlite::Connection::open(path).unwrap();
    let mut statement = connection.prepare(query).unwrap();
    let row = |row: &rusqlite::Row<'_>| {
        Ok((
            row.get(0)?,
            row.get(1)?,
            row.get(2)?,
            row.get(3)?,
            row.get(4)?,
            row.get(5)?,
        ))
    };
    statement
        .query_map(params, row)
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

/// The `session` table of a store, ordered by user and start.
pub(crate) fn stored_sessions(path: &Path) -> Vec<SessionRow> {
    session_rows(
        path,
        "SELECT u.user_id, s.started_at, s.ended_at, s.pageviews, l.page, e.page
         FROM session s JOIN users u ON u.id = s.user
         JOIN pages l ON l.id = s.landing_page JOIN pages e ON e.id = s.exit_page
         ORDER BY u.user_id, s.started_at",
        [],
    )
}
