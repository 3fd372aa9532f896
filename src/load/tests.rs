//! What is loaded beside the plainest way to order rows.

use std::collections::HashSet;
use std::io::Cursor;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::engine::dataset::Dataset;
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

/// Names whose order is not that of the numbers.
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
        let kept = LoadedInputs { dataset: Arc::new(dataset), arrival, inputs: Vec::new() }.without(&expected);
        prop_assert_eq!(duplicates(&kept.dataset), [0u32; 0]);
        prop_assert_eq!(kept.dataset.n_rows(), seen.len());
        prop_assert!(kept.arrival.iter().all(|row| !expected.contains(row)));
    }
}

#[test]
fn what_was_read_before_a_failure_is_a_part() {
    let first: Vec<Row> = (0..100).map(|n| (0, n % 30, 0)).collect();
    let mut loading = loading(usize::MAX);
    read(&mut loading, &first, &mut |_| Ok(())).unwrap();
    let many: Vec<Row> = (0..60_000).map(|n| (1, n % 30, 0)).collect();
    let mut stop = |progress: Progress| match progress.pageviews > 20_000 {
        true => Err(Error::Interrupted),
        false => Ok(()),
    };
    let stopped = read(&mut loading, &many, &mut stop);
    assert!(matches!(stopped, Err(Error::Interrupted)));
    let dataset = loading.finish(&mut |_| Ok(())).unwrap();
    assert!(dataset.n_rows() > 20_000 && dataset.n_rows() < 60_000);
    let Extent::Partial { read_bytes, .. } = dataset.coverage.extent else {
        panic!("not a part");
    };
    assert!(read_bytes > 0);
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
    for (rest, n) in [
        (format!("/z,{START_US},user10\n"), 3),
        // A whole line is another, and the one that was cut no pageview.
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
    assert!(refused.to_string().contains("within the line"), "{refused}");
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
