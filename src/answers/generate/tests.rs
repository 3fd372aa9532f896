//! Checks the output, read back from the bytes.

use super::*;
use proptest::prelude::*;
use rusqlite::Connection;
use std::collections::HashMap;
use std::collections::HashSet;

fn written(options: &GenerateOptions) -> String {
    let mut out = Vec::new();
    generate(options, &mut out, &mut |_| Ok(())).unwrap();
    String::from_utf8(out).unwrap()
}

fn refused(options: GenerateOptions) -> String {
    generate(&options, &mut Vec::new(), &mut |_| Ok(()))
        .unwrap_err()
        .to_string()
}

/// User, seconds since the epoch and page of every row, in order of arrival.
fn rows(options: &GenerateOptions) -> Vec<(String, i64, String)> {
    let text = written(&GenerateOptions {
        format: GenerateFormat::Csv,
        ..options.clone()
    });
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("user_id,page_view_at,page"));
    lines
        .map(|line| {
            let [user, at, page] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
            let at = chrono::NaiveDateTime::parse_from_str(at, "%Y-%m-%d %H:%M:%S").unwrap();
            (user.to_owned(), at.and_utc().timestamp(), page.to_owned())
        })
        .collect()
}

/// The pauses between a user's neighbouring pageviews, in seconds, in no order.
fn pauses_s(options: &GenerateOptions) -> Vec<i64> {
    let mut by_user: HashMap<String, Vec<i64>> = HashMap::new();
    for (user, at, _) in rows(options) {
        by_user.entry(user).or_default().push(at);
    }
    by_user
        .into_values()
        .flat_map(|mut times| {
            times.sort_unstable();
            times
                .windows(2)
                .map(|pair| pair[1] - pair[0])
                .collect::<Vec<_>>()
        })
        .collect()
}

/// How many rows are later than some row that came after them.
fn overtaken(times: &[i64]) -> usize {
    let mut latest = i64::MIN;
    times
        .iter()
        .filter(|&&at| {
            let late = at < latest;
            latest = latest.max(at);
            late
        })
        .count()
}

fn times(options: &GenerateOptions) -> Vec<i64> {
    rows(options).into_iter().map(|(_, at, _)| at).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.div_ceil(16), ..ProptestConfig::default() })]
    #[test]
    fn exactly_the_wanted_pageviews_users_and_days_come_out(
        users in 1u64..60, more in 0u64..2_000, days in 1u32..60, seed: u64, late in 0.0..=1.0,
    ) {
        let options = GenerateOptions {
            pageviews: users + more, users: Some(users), days, seed, late, ..GenerateOptions::default()
        };
        let rows = rows(&options);
        prop_assert_eq!(rows.len() as u64, users + more);
        prop_assert_eq!(rows.iter().map(|row| &row.0).collect::<HashSet<_>>().len() as u64, users);
        let start = START.as_us() / US_PER_S;
        prop_assert!(rows.iter().all(|row| (start..start + 86_400 * i64::from(days)).contains(&row.1)));
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let options = GenerateOptions {
        pageviews: 3_000,
        late: 0.1,
        ..GenerateOptions::default()
    };
    assert_eq!(written(&options), written(&options));
    assert_ne!(
        written(&options),
        written(&GenerateOptions { seed: 2, ..options })
    );
}

#[test]
fn the_bytes_of_a_seed_are_these_on_every_platform() {
    let digest = |format| {
        let options = GenerateOptions {
            format,
            late: 0.05,
            ..GenerateOptions::default()
        };
        xxhash_rust::xxh3::xxh3_64(written(&options).as_bytes())
    };
    let digests = [
        GenerateFormat::Csv,
        GenerateFormat::Jsonl,
        GenerateFormat::Sql,
    ]
    .map(digest);
    assert_eq!(
        digests,
        [
            4_472_768_231_598_497_042,
            10_851_457_800_603_143_537,
            9_102_214_714_135_650_363
        ]
    );
}

#[test]
fn rows_are_in_order_of_time_unless_some_are_late() {
    let options = GenerateOptions {
        pageviews: 20_000,
        ..GenerateOptions::default()
    };
    assert!(times(&options).is_sorted());
    let late = overtaken(&times(&GenerateOptions {
        late: 0.1,
        ..options.clone()
    }));
    assert!((1_800..2_200).contains(&late), "{late} of 20,000 are late");
    let mut all: Vec<_> = rows(&GenerateOptions {
        late: 0.1,
        ..options.clone()
    });
    let mut in_time = rows(&options);
    all.sort();
    in_time.sort();
    assert_eq!(all, in_time, "a late row keeps its time");
}

#[test]
fn the_pauses_have_two_modes_with_a_valley_at_thirty_minutes() {
    let pauses = pauses_s(&GenerateOptions::default());
    let between = |from_s: i64, to_s: i64| {
        pauses
            .iter()
            .filter(|pause| (from_s..to_s).contains(pause))
            .count()
    };
    let (minute, valley, day) = (
        between(30, 120),
        between(900, 3_600),
        between(43_200, 172_800),
    );
    assert!(
        minute > 10 * valley && day > 4 * valley,
        "{minute} {valley} {day}"
    );
    assert!(between(0, 1) > 500, "ties occur");
}

#[test]
fn a_fifth_of_the_sessions_are_bounces() {
    let options = GenerateOptions::default();
    let mut rows = rows(&options);
    rows.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    let sessions: Vec<usize> = rows
        .chunk_by(|a, b| a.0 == b.0 && b.1 - a.1 < 1_800)
        .map(<[_]>::len)
        .collect();
    let bounces = sessions.iter().filter(|&&n| n == 1).count() as f64;
    let share = bounces / sessions.len() as f64;
    assert!((0.18..0.27).contains(&share), "{share}");
    assert!(
        (18_000..25_000).contains(&sessions.len()),
        "{}",
        sessions.len()
    );
}

#[test]
fn the_seed_example_is_put_among_the_rows_without_touching_the_others() {
    let options = GenerateOptions {
        pageviews: 5_000,
        users: Some(80),
        ..GenerateOptions::default()
    };
    let with = rows(&GenerateOptions {
        with_seed_example: true,
        ..options.clone()
    });
    let (example, others): (Vec<_>, Vec<_>) = with.into_iter().partition(|row| row.0.len() == 3);
    assert_eq!(others, rows(&options));
    let example: Vec<_> = example
        .iter()
        .map(|(user, at, page)| (user.as_str(), *at, page.as_str()))
        .collect();
    assert_eq!(
        example,
        [
            ("123", 1_580_648_116, "/contact"),
            ("123", 1_580_648_118, "/home"),
            ("456", 1_580_663_837, "/product/1"),
            ("456", 1_580_663_837, "/product/2"),
            ("789", 1_580_674_820, "/product/4"),
        ]
    );
}

#[test]
fn every_format_says_the_same() {
    for pageviews in [0, 1, 500, 501, 2_000] {
        let options = GenerateOptions {
            pageviews,
            late: 0.2,
            ..GenerateOptions::default()
        };
        let csv: Vec<String> = written(&options)
            .lines()
            .skip(1)
            .map(|line| {
                format!("{}Z", line.replace(' ', "T").replace(",/", "Z,/"))
                    .trim_end_matches('Z')
                    .to_owned()
            })
            .collect();

        let jsonl = written(&GenerateOptions {
            format: GenerateFormat::Jsonl,
            ..options.clone()
        });
        let from_jsonl: Vec<String> = jsonl
            .lines()
            .map(|line| {
                let row: HashMap<String, String> = serde_json::from_str(line).unwrap();
                format!("{},{},{}", row["user_id"], row["page_view_at"], row["page"])
            })
            .collect();
        assert_eq!(from_jsonl, csv);

        let store = Connection::open_in_memory().unwrap();
        store
            .execute_batch(&written(&GenerateOptions {
                format: GenerateFormat::Sql,
                ..options
            }))
            .unwrap();
        let mut query = store
            .prepare("SELECT user_id || ',' || page_view_at || ',' || page FROM pageviews ORDER BY rowid")
            .unwrap();
        let from_sql: Vec<String> = query
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert_eq!(from_sql, csv);
    }
}

#[test]
fn options_that_make_no_sense_are_refused_with_the_accepted_range() {
    let sane = GenerateOptions::default();
    for (options, message) in [
        (
            GenerateOptions {
                days: 0,
                ..sane.clone()
            },
            "0 days: expected 1 to 36525",
        ),
        (
            GenerateOptions {
                days: 40_000,
                ..sane.clone()
            },
            "40000 days: expected 1 to 36525",
        ),
        (
            GenerateOptions {
                late: -0.1,
                ..sane.clone()
            },
            "a late share of -0.1: expected 0 to 1",
        ),
        (
            GenerateOptions {
                late: f64::NAN,
                ..sane.clone()
            },
            "a late share of NaN: expected 0 to 1",
        ),
        (
            GenerateOptions {
                pageviews: 3,
                users: Some(4),
                ..sane.clone()
            },
            "4 users for 3 pageviews: expected at least one user, and a pageview for each",
        ),
        (
            GenerateOptions {
                users: Some(0),
                ..sane.clone()
            },
            "0 users for 100000 pageviews: expected at least one user, and a pageview for each",
        ),
    ] {
        assert_eq!(refused(options), message);
    }
    assert!(
        refused(GenerateOptions {
            pageviews: u64::MAX,
            users: Some(5),
            ..sane
        })
        .contains("do not fit in memory")
    );
}

#[test]
fn progress_can_stop_the_work() {
    let stopped = generate(&GenerateOptions::default(), &mut Vec::new(), &mut |_| {
        Err(Error::Interrupted)
    });
    assert!(matches!(stopped, Err(Error::Interrupted)));
}
