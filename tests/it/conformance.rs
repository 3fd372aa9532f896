//! Cases that other tools' test suites assert, see the manifest and READMEs in tests/data/conformance.

use std::fs;

use dwell::answers::export::ExportRows;
use dwell::store::Store;
use dwell::words::gap::Gap;

use crate::support;
use crate::support::data;

/// (user_id, session number, started_at, ended_at, pageviews), times as written.
type Expected = (String, String, String, String, String);

fn csv(path: &str) -> Vec<csv::StringRecord> {
    csv::Reader::from_path(data("conformance").join(path))
        .unwrap()
        .records()
        .map(Result::unwrap)
        .collect()
}

/// The gap of a case: where a peer keeps an exact gap together, ours is a microsecond more.
fn gap(seconds: &str, exact_gap: &str) -> Gap {
    let seconds: f64 = seconds.parse().unwrap();
    let us = (seconds * 1e6).round() as i64;
    Gap::from_us(us + i64::from(exact_gap == "same")).unwrap()
}

fn sessions(table: &str, gap: Gap) -> Vec<Expected> {
    let mut store = Store::temporary().unwrap();
    support::load(&mut store, table);
    let exported = support::export(&store, ExportRows::Sessions, gap);
    csv::Reader::from_reader(exported.as_bytes())
        .records()
        .map(Result::unwrap)
        .map(|row| {
            (
                row[1].into(),
                row[2].into(),
                row[3].into(),
                row[4].into(),
                row[6].into(),
            )
        })
        .collect()
}

/// Fractions are written with trailing zeros by some of the cases.
fn instant(text: &str) -> String {
    match text.strip_suffix('Z').and_then(|text| text.split_once('.')) {
        Some((second, fraction)) => {
            let fraction = fraction.trim_end_matches('0');
            if fraction.is_empty() {
                format!("{second}Z")
            } else {
                format!("{second}.{fraction}Z")
            }
        }
        None => text.to_owned(),
    }
}

#[test]
fn every_case_of_the_manifest_gives_the_peers_sessions() {
    let cases = csv("manifest.csv");
    assert!(cases.len() >= 40);
    for case in cases {
        let name = format!("{}/{}", &case[0], &case[1]);
        let table = fs::read_to_string(data("conformance").join(&case[2])).unwrap();
        let mut expected: Vec<Expected> = csv(&case[3])
            .iter()
            .map(|row| {
                (
                    row[0].into(),
                    row[1].into(),
                    instant(&row[2]),
                    instant(&row[3]),
                    row[4].into(),
                )
            })
            .collect();
        expected
            .sort_by(|a, b| (&a.0, a.1.parse::<u64>().ok()).cmp(&(&b.0, b.1.parse::<u64>().ok())));
        let found = sessions(&table, gap(&case[4], &case[5]));
        assert_eq!(found, expected, "{name}");
        assert_eq!(found.len(), case[7].parse::<usize>().unwrap(), "{name}");
    }
}

#[test]
fn the_session_of_every_row_is_the_peers() {
    for (name, gap_s) in [
        ("docs_example_3min", "180"),
        ("installcheck_3min_with_nulls", "180"),
    ] {
        let expected = csv(&format!("madlib/{name}.rows_expected.csv"));
        let table: String = expected
            .iter()
            .map(|row| format!("{},{},{}\n", &row[0], &row[1], &row[2]))
            .fold("user_id,page_view_at,page\n".to_owned(), |table, row| {
                table + &row
            });
        let mut store = Store::temporary().unwrap();
        let report = support::load(&mut store, &table);
        let without_time = expected.iter().filter(|row| row[1].is_empty()).count();
        assert_eq!(
            report.read.rejects, without_time as u64,
            "{name}: rows without a time are no pageviews"
        );

        let exported = support::export(&store, ExportRows::Pageviews, gap(gap_s, "same"));
        let mut found: Vec<[String; 3]> = csv::Reader::from_reader(exported.as_bytes())
            .records()
            .map(Result::unwrap)
            .map(|row| [row[1].into(), row[4].into(), row[2].into()])
            .collect();
        let mut expected: Vec<[String; 3]> = expected
            .iter()
            .filter(|row| !row[1].is_empty())
            .map(|row| [row[0].into(), instant(&row[1]), row[3].into()])
            .collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn the_state_after_each_of_sparks_batches_is_sparks() {
    let batches = csv("spark/incremental_10s.batches.input.csv");
    let expected = csv("spark/incremental_10s.batches.expected.csv");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.db");
    let mut store = Store::open_or_draft(&path).unwrap();
    let gap = gap("10", "same");
    store.rebuild(gap, &mut |_| Ok(())).unwrap();
    for batch in 1..=5 {
        let batch = batch.to_string();
        let rows = batches.iter().filter(|row| row[0] == *batch);
        let table = rows.fold("user_id,page_view_at,page\n".to_owned(), |table, row| {
            table + &format!("{},{},{}\n", &row[1], &row[2], &row[3])
        });
        support::load(&mut store, &table);
        store = store.keep().unwrap();
        // The stored sessions, as each load refreshed them, not a fresh cut.
        let found: Vec<[String; 4]> = support::stored_sessions(&path)
            .into_iter()
            .map(|(user, start, end, views, ..)| {
                [user, start.to_string(), end.to_string(), views.to_string()]
            })
            .collect();
        let us = |text: &str| {
            chrono::DateTime::parse_from_rfc3339(text)
                .unwrap()
                .timestamp_micros()
                .to_string()
        };
        let mut expected: Vec<[String; 4]> = expected
            .iter()
            .filter(|row| row[0] == *batch)
            .map(|row| {
                [
                    row[1].to_owned(),
                    us(&row[3]),
                    us(&row[4]),
                    row[5].to_owned(),
                ]
            })
            .collect();
        expected.sort_by(|a, b| {
            (&a[0], a[1].parse::<i64>().ok()).cmp(&(&b[0], b[1].parse::<i64>().ok()))
        });
        assert_eq!(found, expected, "after batch {batch}");
    }
}
