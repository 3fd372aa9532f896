//! Compares what is loaded with the simplest way to order rows.

use std::collections::HashSet;
use std::io::Cursor;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::engine::dataset::Dataset;
use crate::source::CarriedPart;
use crate::source::Input;
use crate::source::ReadOptions;
use crate::words::coverage::Extent;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::progress::Progress;
use crate::words::timestamp::Timestamp;

/// The epoch of the rows below.
const START_US: i64 = 1_704_067_200_000_000;

/// A pageview as (user, seconds, page).
type Row = (u8, i64, u8);

fn rows(n: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Row>> {
    proptest::collection::vec((0u8..6, -3i64..30, 0u8..4), n)
}

/// Names whose order differs from that of their numbers.
fn user(n: u8) -> String {
    format!("u{}", n * 37 % 6)
}

fn page(n: u8) -> String {
    format!("/{}", 3 - n)
}

fn table(rows: &[Row]) -> String {
    rows.iter().fold(
        "user_id,page_view_at,page\n".to_owned(),
        |table, &(who, s, what)| {
            table
                + &format!(
                    "{},{},{}\n",
                    user(who),
                    START_US + s * 1_000_000,
                    page(what)
                )
        },
    )
}

fn input(table: &str) -> Input {
    let size = Some(table.len() as u64);
    Input::from_reader("t", size, Box::new(Cursor::new(table.as_bytes().to_vec())))
}

fn plainly(rows: &[Row]) -> Dataset {
    Dataset::of_rows(rows.iter().map(|&(who, s, what)| {
        let at = Timestamp::from_us(START_US + s * 1_000_000).unwrap();
        (user(who), at, page(what))
    }))
}

/// The pageviews of a dataset in its order.
fn listed(dataset: &Dataset) -> Vec<(&str, Timestamp, &str)> {
    let users = |row| dataset.users().text(dataset.user_of(row) as u32);
    (0..dataset.n_rows())
        .map(|row| (users(row), dataset.at(row), dataset.page_text(row)))
        .collect()
}

fn read_table(
    loading: &mut Loading,
    table: &str,
    observer: &mut dyn Observer,
) -> Result<ReadReport> {
    let options = ReadOptions::default();
    loading.read(&mut input(table), None, &options, false, observer)
}

fn read(loading: &mut Loading, rows: &[Row], observer: &mut dyn Observer) -> Result<ReadReport> {
    read_table(loading, &table(rows), observer)
}

fn loading(rows_a_slab: usize) -> Loading {
    let spill = Spill {
        rows_a_slab,
        ..Spill::to(std::env::temp_dir())
    };
    Loading::new(spill, None).keeping_arrival()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_files_and_slabs_give_the_rows_in_order(
        files in proptest::collection::vec(rows(1..40), 1..4),
        rows_a_slab in prop_oneof![Just(usize::MAX), 1usize..50],
    ) {
        // Files may happen to be equal.
        let mut loading = loading(rows_a_slab).taking_again(true);
        for file in &files {
            let report = read(&mut loading, file, &mut |_| Ok(())).unwrap();
            prop_assert_eq!(report.pageviews, file.len() as u64);
        }
        let LoadedInputs { dataset, arrival, .. } = loading.finish_inputs(&mut |_| Ok(())).unwrap();
        prop_assert!(dataset.coverage.extent.is_whole());
        let all = files.concat();
        let mut by_user = all.clone();
        by_user.sort_by_key(|row| user(row.0));
        let plain = plainly(&by_user);
        prop_assert_eq!(listed(&dataset), listed(&plain));
        prop_assert!(dataset.pages().iter().is_sorted());
        for (row, &arrival) in arrival.iter().enumerate() {
            let (who, _, what) = all[arrival as usize];
            prop_assert_eq!(dataset.users().text(dataset.user_of(row) as u32), user(who));
            prop_assert_eq!(dataset.page_text(row), page(what));
        }
        let distinct: HashSet<u32> = arrival.iter().copied().collect();
        prop_assert_eq!(distinct.len(), all.len());
    }

    #[test]
    fn duplicates_are_those_of_a_plain_search(rows in proptest::collection::vec((0u8..2, 0i64..3, 0u8..3), 1..40)) {
        let dataset = plainly(&rows);
        let mut seen = HashSet::new();
        let expected: Vec<u32> = (0..dataset.n_rows())
            .filter(|&row| !seen.insert((dataset.user_of(row), dataset.at(row), dataset.page()[row])))
            .map(|row| row as u32)
            .collect();
        prop_assert_eq!(&duplicates(&dataset), &expected);

        let arrival = (0..dataset.n_rows() as u32).collect();
        let kept = LoadedInputs { dataset: Arc::new(dataset), arrival, inputs: Vec::new(), carried: Vec::new() }.without(&expected);
        prop_assert_eq!(duplicates(&kept.dataset), [0u32; 0]);
        prop_assert_eq!(kept.dataset.n_rows(), seen.len());
        prop_assert!(kept.arrival.iter().all(|row| !expected.contains(row)));
    }
}

#[test]
fn what_was_read_before_a_failure_is_a_part() {
    let first: Vec<Row> = (0..60_000).map(|n| (0, n % 30, 0)).collect();
    let mut loading = loading(usize::MAX);
    read(&mut loading, &first, &mut |_| Ok(())).unwrap();
    let many: Vec<Row> = (0..60_000).map(|n| (1, n % 30, 0)).collect();
    let mut stop = |progress: Progress| match progress.pageviews > 80_000 {
        true => Err(Error::Interrupted),
        false => Ok(()),
    };
    let stopped = read(&mut loading, &many, &mut stop);
    assert!(matches!(stopped, Err(Error::Interrupted)));
    let dataset = loading.finish(&mut |_| Ok(())).unwrap();
    assert!(dataset.n_rows() > 80_000 && dataset.n_rows() < 120_000);
    let Extent::Partial {
        read_bytes,
        of: None,
    } = dataset.coverage.extent
    else {
        panic!("not a part");
    };
    let [of_first, of_both] =
        [table(&first), table(&first) + &table(&many)].map(|read| read.len() as u64);
    assert!(
        (of_first + 1..of_both).contains(&read_bytes),
        "{read_bytes}"
    );
}

const HEADER: &str = "page,page_view_at,user_id\n";

/// Pageviews of a user each, a second apart.
fn lines(range: std::ops::Range<i64>) -> String {
    let line = |n| format!("/{n},{},user{n}\n", START_US + n * 1_000_000);
    range.map(line).collect()
}

/// A load of such lines, and of another input after it.
fn after_lines(rows_a_slab: usize, later: &str) -> (Loading, Result<ReadReport>) {
    let mut loading = loading(rows_a_slab);
    read_table(
        &mut loading,
        &(HEADER.to_owned() + &lines(10..19)),
        &mut |_| Ok(()),
    )
    .unwrap();
    let report = read_table(&mut loading, later, &mut |_| Ok(()));
    (loading, report)
}

/// What was read in part or in whole before must leave no trace.
fn check_is_known(later: &str, is_the_beginning: bool) {
    let (loading, report) = after_lines(usize::MAX, later);
    let Err(Error::ReadAlready { is_beginning, .. }) = report else {
        panic!("{report:?}");
    };
    assert_eq!(is_beginning, is_the_beginning);
    let mut alone = self::loading(usize::MAX);
    read_table(
        &mut alone,
        &(HEADER.to_owned() + &lines(10..19)),
        &mut |_| Ok(()),
    )
    .unwrap();
    let [found, expected] =
        [loading, alone].map(|loading| loading.finish(&mut |_| Ok(())).unwrap());
    assert_eq!(found, expected);
}

#[test]
fn the_same_content_is_read_once() {
    check_is_known(&(HEADER.to_owned() + &lines(10..19)), false);
}

#[test]
fn the_beginning_of_what_was_read_is_not_read_again_wherever_its_last_line_was_cut() {
    let beginning = HEADER.to_owned() + &lines(10..15);
    for n in HEADER.len() + lines(10..11).len()..beginning.len() {
        check_is_known(&beginning[..n], true);
    }
}

#[test]
fn what_begins_alike_and_goes_on_otherwise_is_read() {
    let at_12 = START_US + 12_000_000;
    for (rest, n) in [
        (format!("/12,{at_12},user10\n"), 3),
        (format!("/12,{START_US},user12\n"), 3),
        (format!("/z,{at_12},user12\n"), 3),
        (format!("/z,{START_US},user10\n"), 3),
        // A whole line differs, and the line that was cut short is not a pageview.
        (format!("/z,{START_US},user10\n/12,17"), 3),
        (format!("/z,{START_US},user10\n/z,{START_US},user1"), 4),
        ("/12,never,user12\n".to_owned() + &lines(13..14), 3),
    ] {
        let later = HEADER.to_owned() + &lines(10..12) + &rest;
        let (_, report) = after_lines(usize::MAX, &later);
        assert_eq!(report.unwrap().pageviews, n, "{rest}");
    }
}

#[test]
fn content_that_ends_within_a_line_is_read_once() {
    let whole = HEADER.to_owned() + &lines(10..19);
    let cut = &whole[..whole.len() - 2];
    let mut loading = loading(usize::MAX);
    read_table(&mut loading, cut, &mut |_| Ok(())).unwrap();
    let again = read_table(&mut loading, cut, &mut |_| Ok(()));
    assert!(
        matches!(
            again,
            Err(Error::ReadAlready {
                is_beginning: false,
                ..
            })
        ),
        "{again:?}"
    );
}

#[test]
fn what_has_no_pageviews_is_no_beginning() {
    let (loading, report) = after_lines(usize::MAX, HEADER);
    assert_eq!((report.unwrap().pageviews, loading.n_rows()), (0, 9));
}

#[test]
fn more_pageviews_than_there_were_are_no_beginning_of_them() {
    let mut loading = loading(usize::MAX);
    let other = HEADER.to_owned() + &lines(30..31);
    let longer = HEADER.to_owned() + &lines(10..11).repeat(2) + &"/r,never,user1\n".repeat(20);
    let later = HEADER.to_owned() + &lines(10..11).repeat(4);
    assert!(later.len() < longer.len());
    for (table, n) in [(other, 1), (longer, 3), (later, 7)] {
        read_table(&mut loading, &table, &mut |_| Ok(())).unwrap();
        assert_eq!(loading.n_rows(), n);
    }
}

#[test]
fn of_what_has_grown_only_the_rest_is_read() {
    let grown = HEADER.to_owned() + &lines(10..30);
    let (loading, report) = after_lines(usize::MAX, &grown);
    let report = report.unwrap();
    assert_eq!((report.pageviews, loading.n_rows()), (11, 20));
    assert_eq!(
        report.passed_bytes as usize,
        HEADER.len() + lines(10..19).len()
    );
}

#[test]
fn what_has_grown_within_a_line_is_refused() {
    let mut loading = loading(usize::MAX);
    let whole = HEADER.to_owned() + &lines(10..19);
    let cut = &whole[..whole.len() - 2];
    read_table(&mut loading, cut, &mut |_| Ok(())).unwrap();
    let refused = read_table(&mut loading, &whole, &mut |_| Ok(())).unwrap_err();
    assert!(
        refused.to_string().contains("continues the last line"),
        "{refused}"
    );
    assert_eq!(loading.n_rows(), 9);
}

#[test]
fn the_same_content_is_read_once_though_it_waits_in_files() {
    let whole = HEADER.to_owned() + &lines(10..19);
    let (_, report) = after_lines(2, &whole);
    assert!(
        matches!(report, Err(Error::ReadAlready { .. })),
        "{report:?}"
    );
}

#[test]
fn what_is_to_be_taken_in_again_is() {
    let mut loading = loading(usize::MAX).taking_again(true);
    let whole = HEADER.to_owned() + &lines(10..19);
    for n in [9, 18] {
        read_table(&mut loading, &whole, &mut |_| Ok(())).unwrap();
        assert_eq!(loading.n_rows(), n);
    }
}

#[test]
fn a_report_says_what_was_read() {
    let mut loading = loading(usize::MAX);
    assert!(!loading.has_read());
    let rejects = |n| "/r,never,user1\n".repeat(n);
    let first = HEADER.to_owned() + &lines(20..22) + &rejects(1) + &lines(10..12);
    let second = HEADER.to_owned() + &rejects(3) + &lines(30..31) + &rejects(4);
    for (table, (pageviews, rejects, shown), (from, to)) in [
        (&first, (4, 1, 1), (10, 21)),
        (&second, (1, 7, 5), (30, 30)),
    ] {
        let report = read_table(&mut loading, table, &mut |_| Ok(())).unwrap();
        assert_eq!((report.pageviews, report.rejects), (pageviews, rejects));
        assert_eq!(report.first_rejects.len(), shown);
        assert_eq!(report.bytes, table.len() as u64);
        let at = |n: i64| Timestamp::clamped(START_US + n * 1_000_000);
        assert_eq!(report.span, Some((at(from), at(to))));
    }
    loading.note("a note".to_owned());
    assert!(loading.has_read());
    let coverage = loading.finish(&mut |_| Ok(())).unwrap().coverage;
    let places: Vec<u64> = coverage
        .first_rejects
        .iter()
        .map(|reject| reject.place.number())
        .collect();
    assert_eq!((coverage.rejects, places), (8, vec![4, 2, 3, 4, 6, 7]));
    assert!(coverage.notes.contains(&"a note".to_owned()));
}

#[test]
fn the_first_reject_stops_who_is_strict() {
    let table = HEADER.to_owned() + &lines(10..12) + "/r,never,user1\n" + &lines(12..14);
    let mut loading = loading(usize::MAX);
    let options = ReadOptions::default();
    let stopped = loading.read(&mut input(&table), None, &options, true, &mut |_| Ok(()));
    assert!(matches!(stopped, Err(Error::Rejected(_))), "{stopped:?}");
    assert_eq!(loading.n_rows(), 2);
}

/// Receives progress of reading and ordering, and looks at the pageviews on the way.
#[derive(Default)]
struct Watcher {
    progress: Vec<Progress>,
    looks: Vec<Option<usize>>,
}

impl Observer for Watcher {
    fn progress(&mut self, progress: Progress) -> Result<()> {
        self.progress.push(progress);
        Ok(())
    }

    fn so_far(&mut self, loading: &Loading) {
        self.looks
            .push(loading.so_far().map(|dataset| dataset.n_rows()));
    }
}

#[test]
fn progress_goes_from_the_first_byte_to_the_last() {
    let table = HEADER.to_owned() + &lines(0..40_000);
    let mut watcher = Watcher::default();
    read_table(&mut loading(usize::MAX), &table, &mut watcher).unwrap();
    let done: Vec<u64> = watcher
        .progress
        .iter()
        .map(|progress| progress.done)
        .collect();
    assert!(done.is_sorted() && done.len() > 2, "{done:?}");
    assert_eq!(done.last(), Some(&(table.len() as u64)));
    let last = watcher.progress.last().unwrap();
    assert_eq!(
        (last.pageviews, last.total),
        (40_000, Some(table.len() as u64))
    );
}

#[test]
fn what_has_been_read_may_be_looked_at_each_time_it_has_doubled() {
    let table = HEADER.to_owned() + &lines(0..140_000);
    let mut watcher = Watcher::default();
    read_table(&mut loading(usize::MAX), &table, &mut watcher).unwrap();
    let looks: Vec<usize> = watcher.looks.iter().map(|rows| rows.unwrap()).collect();
    // And at most a batch more.
    let is_about = |rows: usize, least: usize| (least..least + 8_192 * 2).contains(&rows);
    assert!(looks.len() >= 2 && is_about(looks[0], 1 << 15), "{looks:?}");
    assert!(
        looks.windows(2).all(|pair| is_about(pair[1], 2 * pair[0])),
        "{looks:?}"
    );
}

#[test]
fn what_waits_in_files_is_not_looked_at() {
    let table = HEADER.to_owned() + &lines(0..70_000);
    let mut watcher = Watcher::default();
    let mut loading = loading(50_000);
    read_table(&mut loading, &table, &mut watcher).unwrap();
    assert_eq!(watcher.looks.len(), 1);
    assert_eq!(loading.so_far(), None);
    let dataset = loading.finish(&mut |_| Ok(())).unwrap();
    assert_eq!(dataset.n_rows(), 70_000);
}

#[test]
fn progress_is_heard_of_while_runs_are_put_together() {
    let mut loading = loading(50_000);
    let table = HEADER.to_owned() + &lines(0..140_000);
    read_table(&mut loading, &table, &mut |_| Ok(())).unwrap();
    let mut watcher = Watcher::default();
    loading.finish(&mut watcher).unwrap();
    let done: Vec<u64> = watcher
        .progress
        .iter()
        .map(|progress| progress.done)
        .collect();
    assert_eq!(done, [1 << 17]);
}

/// A table whose pageviews carry two columns, one of them often nothing.
fn table_that_carries(rows: &[Row]) -> String {
    let mut carrying = String::new();
    for (line, n) in table(rows).lines().zip(0usize..) {
        let (a, b) = (n * 31 % 7, ["", "x", " "][n % 3]);
        carrying += &match n {
            0 => format!("{line},a,b\n"),
            _ => format!("{line},a{a},{b}\n"),
        };
    }
    carrying
}

/// The pageviews of some tables and what they carry, with so many rows a slab.
fn carrying(tables: &[String], rows_a_slab: usize) -> Dataset {
    let part = |name: &str| CarriedPart {
        name: name.to_owned(),
        part: name.to_owned(),
    };
    let options = ReadOptions {
        carried: vec![part("a"), part("b")],
        ..ReadOptions::default()
    };
    let spill = Spill {
        rows_a_slab,
        ..Spill::to(std::env::temp_dir())
    };
    let mut loading = Loading::new(spill, None).taking_again(true);
    for table in tables {
        let read = loading.read(&mut input(table), None, &options, false, &mut |_| Ok(()));
        read.unwrap();
    }
    loading.finish(&mut |_| Ok(())).unwrap()
}

proptest! {
    #[test]
    fn slabs_of_any_size_carry_the_same(
        first in rows(1..30),
        second in rows(1..30),
        rows_a_slab in 1usize..20,
    ) {
        let tables = [&first, &second].map(|rows| table_that_carries(rows));
        let at_once = carrying(&tables, usize::MAX);
        let in_slabs = carrying(&tables, rows_a_slab);
        prop_assert_eq!(&in_slabs.carried_names(), &["a", "b"]);
        for (slabs, once) in in_slabs.carried().zip(at_once.carried()) {
            prop_assert_eq!(slabs.texts, once.texts);
            prop_assert_eq!(slabs.by_row, once.by_row);
        }
        // The newer ones joined to the others are as all of them.
        let [older, newer] = tables.map(|table| carrying(&[table], usize::MAX));
        let joined = older.with_newer(&newer);
        for (joined, once) in joined.carried().zip(at_once.carried()) {
            prop_assert_eq!(joined.texts, once.texts);
            prop_assert_eq!(joined.by_row, once.by_row);
        }
    }
}
