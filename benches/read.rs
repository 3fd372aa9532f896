//! How fast an input becomes pageviews: reading, splitting, times, and a sink that only looks.

use std::hint::black_box;
use std::io::Cursor;

use chrono_tz::Tz;
use criterion::BenchmarkId;
use criterion::Criterion;
use criterion::Throughput;
use criterion::criterion_group;
use criterion::criterion_main;

use dwell::source::Input;
use dwell::source::ReadOptions;
use dwell::source::Sink;
use dwell::source::read;
use dwell::words::error::Result;
use dwell::words::pageview::Pageview;
use dwell::words::pageview::Reject;

const ROWS: u64 = 1_000_000;

struct Look;

impl Sink for Look {
    fn pageview(&mut self, pageview: Pageview<'_>) -> Result<()> {
        black_box(pageview);
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        black_box(reject);
        Ok(())
    }
}

/// Rows of about 38 bytes, made of a user, a time written by `time` and a page, and put together by `row`.
fn content(time: fn(u64) -> String, row: fn(&str, &str, &str) -> String) -> Vec<u8> {
    let mut text = "user_id,page_view_at,page\n".to_owned();
    let mut random = 0x9e37_79b9_7f4a_7c15u64;
    for _ in 0..ROWS {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let user = (random >> 45).to_string();
        let page = format!("/product/{}", random >> 33 & 0xff);
        let second = 1_577_836_800 + (random >> 20) % 94_000_000;
        text.push_str(&row(&user, &time(second), &page));
        text.push('\n');
    }
    text.into_bytes()
}

fn date_and_time(second: u64) -> String {
    chrono::DateTime::from_timestamp(second as i64, 0)
        .expect("the years 2020 to 2022")
        .format("%Y-%m-%d %H:%M:%S")
        .to_string()
}

fn bench(criterion: &mut Criterion) {
    let plain: fn(&str, &str, &str) -> String = |user, time, page| format!("{user},{time},{page}");
    let quoted: fn(&str, &str, &str) -> String =
        |user, time, page| format!("\"{user}\",\"{time}\",\"{page}\"");
    let cases = [
        ("date and time", content(date_and_time, plain), Tz::UTC),
        (
            "in a zone",
            content(date_and_time, plain),
            Tz::Europe__Berlin,
        ),
        (
            "epoch",
            content(|second| second.to_string(), plain),
            Tz::UTC,
        ),
        (
            "milliseconds and offset",
            content(
                |second| date_and_time(second).replace(' ', "T") + ".123+00:00",
                plain,
            ),
            Tz::UTC,
        ),
        ("all quoted", content(date_and_time, quoted), Tz::UTC),
    ];
    let mut group = criterion.benchmark_group("read");
    group.sample_size(20);
    for (name, content, time_zone) in &cases {
        group.throughput(Throughput::Bytes(content.len() as u64));
        group.bench_with_input(
            BenchmarkId::from_parameter(name),
            content,
            |bencher, content| {
                let options = ReadOptions {
                    time_zone: *time_zone,
                    ..ReadOptions::default()
                };
                bencher.iter(|| {
                    let mut input = Input::from_reader("bench", Cursor::new(content.clone()), None);
                    let understood = read(&mut input, &options, &mut Look).expect("well-formed");
                    assert_eq!(understood.pageviews, ROWS);
                });
            },
        );
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
