//! JSON Lines by the scan of `source::json`, beside serde_json into a `Value` and into a struct: `cargo bench --bench json`.
//!
//! All three take user, time and page out of the same text in memory. The scan also counts lines, resynchronises after
//! damage and makes a digest of the content, which the others do not.

use std::borrow::Cow;
use std::fmt::Write;
use std::hint::black_box;
use std::io::Cursor;

use chrono::DateTime;
use criterion::Criterion;
use criterion::Throughput;
use criterion::criterion_group;
use criterion::criterion_main;
use dwell::source;
use dwell::source::Input;
use dwell::source::ReadOptions;
use dwell::source::Sink;
use dwell::words::error::Result;
use dwell::words::pageview::Pageview;
use dwell::words::pageview::Reject;
use serde::Deserialize;
use serde_json::Value;

const PAGEVIEWS: u64 = 200_000;

/// Takes rows and counts them.
#[derive(Default)]
struct Count(u64);

impl Sink for Count {
    fn pageview(&mut self, pageview: Pageview<'_>) -> Result<()> {
        black_box(pageview);
        self.0 += 1;
        Ok(())
    }

    fn reject(&mut self, _: Reject) -> Result<()> {
        Ok(())
    }
}

/// Events as trackers write them: what is wanted beside a good deal that is not, some of it with escapes.
fn events() -> String {
    let mut text = String::new();
    for n in 0..PAGEVIEWS {
        let (minute, second, user) = (n / 60 % 60, n % 60, n * 7_919 % 10_007);
        let _ = writeln!(
            text,
            "{{\"event_id\":\"5f2c9b1e-{n:012x}\",\"type\":\"page\",\"user_id\":\"visitor-{user}\",\
             \"timestamp\":\"2024-03-05T09:{minute:02}:{second:02}.{:03}Z\",\"page\":\"/product/{}?from=list\",\
             \"context\":{{\"ip\":\"203.0.113.{}\",\"locale\":\"en-GB\",\"screen\":{{\"width\":1920,\"height\":1080}},\
             \"userAgent\":\"Mozilla/5.0 (X11; Linux x86_64) \\\"quoted\\\" Firefox/124.0\"}},\
             \"properties\":{{\"title\":\"Product {n}\",\"price\":19.95,\"tags\":[\"a\",\"b\",\"c\"],\"new\":true}}}}",
            n % 1000,
            n % 500,
            n % 250,
        );
    }
    text
}

#[derive(Deserialize)]
struct Event<'e> {
    #[serde(borrow)]
    user_id: Cow<'e, str>,
    #[serde(borrow)]
    timestamp: Cow<'e, str>,
    #[serde(borrow)]
    page: Cow<'e, str>,
}

/// The instant that a text is, in microseconds.
fn instant(text: &str) -> Option<i64> {
    let at = DateTime::parse_from_rfc3339(text).ok()?;
    Some(at.timestamp_micros())
}

fn by_scan(text: &str) -> u64 {
    let bytes = Cursor::new(text.as_bytes().to_vec());
    let mut input = Input::from_reader("events.jsonl", None, Box::new(bytes));
    let mut count = Count::default();
    source::read(&mut input, &ReadOptions::default(), &mut count).expect("the events are read");
    count.0
}

fn by_value(text: &str) -> u64 {
    let is_event = |line: &&str| {
        let value: Value = serde_json::from_str(line).unwrap_or_default();
        let of = |key: &str| value.get(key).and_then(Value::as_str);
        let event = (of("user_id"), of("timestamp").and_then(instant), of("page"));
        black_box(event).1.is_some()
    };
    text.lines().filter(is_event).count() as u64
}

fn by_struct(text: &str) -> u64 {
    let is_event = |line: &&str| {
        let event: Option<Event<'_>> = serde_json::from_str(line).ok();
        let at = event.as_ref().and_then(|event| instant(&event.timestamp));
        if let Some(event) = &event {
            black_box((&event.user_id, &event.page));
        }
        at.is_some()
    };
    text.lines().filter(is_event).count() as u64
}

/// Counts the pageviews of a text.
type Way = fn(&str) -> u64;

fn json_lines(criterion: &mut Criterion) {
    let text = events();
    let mut group = criterion.benchmark_group("JSON Lines");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.sample_size(20);
    let ways: [(&str, Way); 3] = [
        ("scan", by_scan),
        ("serde_json::Value", by_value),
        ("serde struct", by_struct),
    ];
    for (name, read) in ways {
        assert_eq!(read(&text), PAGEVIEWS, "{name}");
        group.bench_function(name, |bencher| bencher.iter(|| read(&text)));
    }
    group.finish();
}

criterion_group!(benches, json_lines);
criterion_main!(benches);
