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

fn input(rows: &[Row]) -> Input {
    let table = rows.iter().fold(
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
    );
    let size = Some(table.len() as u64);
    Input::from_reader("t", size, Box::new(Cursor::new(table.into_bytes())))
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

fn read(loading: &mut Loading, rows: &[Row], observer: &mut dyn Observer) -> Result<ReadReport> {
    loading.read(
        &mut input(rows),
        None,
        &ReadOptions::default(),
        false,
        observer,
    )
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
