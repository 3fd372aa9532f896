//! Real files of other projects, whose sessions three other sessionizers agree on. They are used where
//! they are and never committed; see ../shared/data/README.md for the figures.

use std::path::Path;

use dwell::source::Input;
use dwell::source::LogOptions;
use dwell::source::LogUser;
use dwell::source::ReadOptions;
use dwell::store::LoadOptions;
use dwell::store::Store;
use dwell::words::gap::Gap;

use crate::support;

/// What a file gives.
struct Figures {
    rows: u64,
    users: usize,
    /// At 5, 15, 30 and 60 minutes.
    sessions: [usize; 4],
    /// At 30 minutes, like the total duration.
    bounces: u64,
    total_duration_ms: i128,
}

/// Loads a file, of an access log every request and with users that are addresses, and checks its figures.
fn check(path: &Path, expected: &Figures) {
    let mut input = Input::open(path).unwrap();
    let mut store = Store::temporary().unwrap();
    let log = LogOptions {
        user: LogUser::Address,
        takes_all: true,
        ..LogOptions::default()
    };
    let options = LoadOptions {
        read: ReadOptions {
            log,
            ..ReadOptions::default()
        },
        ..support::load_options()
    };
    let report = store.load(&mut input, &options, &mut |_| Ok(())).unwrap();
    assert_eq!(report.read.pageviews, expected.rows, "{}", path.display());

    let mut cut = support::cut(&store, Gap::DEFAULT);
    assert_eq!(cut.dataset().n_users(), expected.users);
    let summary = *cut.summary();
    for (minutes, sessions) in [5, 15, 30, 60].into_iter().zip(expected.sessions) {
        cut.recut(Gap::from_us(minutes * 60_000_000).unwrap());
        let found = cut.sessions().len();
        assert_eq!(found, sessions, "{} at {minutes} minutes", path.display());
    }
    assert_eq!(
        (summary.bounces, summary.total_duration_us / 1_000),
        (expected.bounces, expected.total_duration_ms),
        "{}",
        path.display()
    );
}

#[test]
fn a_clickstream_of_retentioneering_has_the_sessions_of_its_labels() {
    if let Some(path) = support::shared("data/retentioneering-ecom/ecom.csv.gz") {
        let figures = Figures {
            rows: 31_106,
            users: 600,
            sessions: [6_746, 3_723, 3_605, 3_605],
            bounces: 231,
            total_duration_ms: 3_747_594_000,
        };
        check(&path, &figures);
    }
}

#[test]
fn the_readers_of_wikipedia_have_the_sessions_that_were_published() {
    if let Some(path) = support::shared("data/wikimedia_session_dataset.csv.gz") {
        let figures = Figures {
            rows: 63_524,
            users: 10_000,
            sessions: [27_704, 23_945, 22_226, 20_820],
            bounces: 13_138,
            total_duration_ms: 6_049_877_000,
        };
        check(&path, &figures);
    }
}

#[test]
fn access_logs_have_the_figures_that_others_find_in_them() {
    let figures = |rows, users, sessions, bounces, total_duration_ms| Figures {
        rows,
        users,
        sessions,
        bounces,
        total_duration_ms,
    };
    for (file, expected) in [
        (
            "logfile_shop_access_log.0",
            figures(1_000, 101, [101; 4], 59, 3_318_000),
        ),
        (
            "playground_access_log.gz",
            figures(2_492, 6, [1_067, 449, 158, 29], 32, 767_373_000),
        ),
        ("logfile_w3c_big.0", figures(210, 12, [13; 4], 9, 80_000)),
        // By the files themselves: those that the list of figures speaks of are others.
        ("logfile_caddy_log.0", figures(4, 1, [1; 4], 0, 129_309)),
        ("logfile_caddy_log.1", figures(4, 4, [4; 4], 4, 0)),
        ("logfile_cloudflare.json", figures(1, 1, [1; 4], 1, 0)),
    ] {
        if let Some(path) = support::shared(&format!("data/lnav/{file}")) {
            check(&path, &expected);
        }
    }
}
