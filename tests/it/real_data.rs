//! Real files of other projects, whose sessions three other sessionizers agree on. They are used where
//! they are and never committed; see ../shared/data/README.md for the figures.

use std::io::Read;
use std::path::Path;

use dwell::engine::measure::Summarizer;
use dwell::engine::sessionize::sessionize;
use dwell::source::Input;
use dwell::store::Store;
use dwell::words::gap::Gap;

use crate::support;

/// Loads a gzipped table and checks its sessions at 5, 15, 30 and 60 minutes, its users, and bounces and
/// total duration at 30 minutes.
fn check(
    path: &Path,
    rows: u64,
    users: usize,
    sessions: [usize; 4],
    bounces: u64,
    total_duration_s: i128,
) {
    let mut table = Vec::new();
    let file = std::fs::File::open(path).unwrap();
    flate2::read::MultiGzDecoder::new(file)
        .read_to_end(&mut table)
        .unwrap();
    let mut input = Input::from_reader("real.csv", None, Box::new(std::io::Cursor::new(table)));
    let mut store = Store::temporary().unwrap();
    let report = store
        .load(&mut input, &support::load_options(), &mut |_| Ok(()))
        .unwrap();
    assert_eq!((report.pageviews, report.rejects), (rows, 0));

    let columns = store.columns(&mut |_| Ok(())).unwrap();
    assert_eq!(columns.n_users(), users);
    for (minutes, expected) in [5, 15, 30, 60].into_iter().zip(sessions) {
        let gap = Gap::from_us(minutes * 60_000_000).unwrap();
        assert_eq!(
            sessionize(&columns, gap).len(),
            expected,
            "{minutes} minutes"
        );
    }
    let cut = sessionize(&columns, Gap::DEFAULT);
    let summary = Summarizer::default().summarize(&columns, &cut, Gap::DEFAULT);
    assert_eq!(
        (summary.bounces, summary.total_duration_us / 1_000_000),
        (bounces, total_duration_s)
    );
}

#[test]
fn a_clickstream_of_retentioneering_has_the_sessions_of_its_labels() {
    if let Some(path) = support::shared("data/retentioneering-ecom/ecom.csv.gz") {
        check(
            &path,
            31_106,
            600,
            [6_746, 3_723, 3_605, 3_605],
            231,
            3_747_594,
        );
    }
}

#[test]
fn the_readers_of_wikipedia_have_the_sessions_that_were_published() {
    if let Some(path) = support::shared("data/wikimedia_session_dataset.csv.gz") {
        check(
            &path,
            63_524,
            10_000,
            [27_704, 23_945, 22_226, 20_820],
            13_138,
            6_049_877,
        );
    }
}
