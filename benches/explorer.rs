//! What a person waits for: a key that moves the gap, a frame, an export. `cargo bench --bench explorer`, of a million
//! pageviews; `DWELL_BENCH_PAGEVIEWS=10000000` asks for more.

use std::io;
use std::path::Path;
use std::sync::Arc;

use criterion::Criterion;
use criterion::Throughput;
use criterion::criterion_group;
use criterion::criterion_main;
use crossterm::event::KeyCode;
use crossterm::event::KeyEvent;
use crossterm::event::KeyModifiers;
use dwell::Rehearsal;
use dwell::answers::export;
use dwell::answers::export::ExportRequest;
use dwell::answers::export::ExportRows;
use dwell::answers::export::Format;
use dwell::answers::export::Selection;
use dwell::engine::cut::Cut;
use dwell::engine::dataset::Dataset;
use dwell::words::gap::Gap;
use dwell::words::timestamp::Timestamp;

const PAGEVIEWS: u32 = 1_000_000;
const PAGEVIEWS_A_USER: u32 = 20;

fn n_pageviews() -> u32 {
    let asked = std::env::var("DWELL_BENCH_PAGEVIEWS").ok();
    asked
        .and_then(|asked| asked.parse().ok())
        .unwrap_or(PAGEVIEWS)
}

/// Pageviews of whole seconds, most pauses minutes and every fifth hours.
fn dataset() -> Dataset {
    let mut random = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = |n: u64| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (random >> 33) % n
    };
    let mut rows = Vec::new();
    for user in 0..n_pageviews() / PAGEVIEWS_A_USER {
        let mut second = 1_577_836_800 + next(86_400) as i64;
        for _ in 0..PAGEVIEWS_A_USER {
            let longest = if next(5) == 0 { 100_000 } else { 300 };
            second += next(longest) as i64;
            let at = Timestamp::clamped(second * 1_000_000);
            let page = format!("/product/{}", next(2_000));
            rows.push((format!("user-{user:06}"), at, page));
        }
    }
    Dataset::of_rows(rows)
}

/// Presses these keys; a line feed is Enter.
fn press(explorer: &mut Rehearsal, keys: &str) {
    for key in keys.chars() {
        let code = match key {
            '\n' => KeyCode::Enter,
            key => KeyCode::Char(key),
        };
        explorer.press(KeyEvent::new(code, KeyModifiers::NONE));
    }
}

fn benches(criterion: &mut Criterion) {
    let dataset = Arc::new(dataset());
    let mut group = criterion.benchmark_group("explorer");
    group.throughput(Throughput::Elements(u64::from(n_pageviews())));
    group.sample_size(20);
    for (screen, name) in [
        ("1", "users"),
        ("2", "sessions"),
        ("2/weekday:mon-fri views>=2\n", "sessions with a filter"),
        ("3", "pages"),
        ("4", "gap"),
        ("5", "calendar"),
    ] {
        let mut explorer = Rehearsal::of(&dataset, 120, 40);
        press(&mut explorer, screen);
        explorer.catch_up();
        let mut keys = ["+", "-"].into_iter().cycle();
        group.bench_function(format!("a key that moves the gap, {name}"), |bencher| {
            bencher.iter(|| press(&mut explorer, keys.next().unwrap_or("+")));
        });
        explorer.catch_up();
        group.bench_function(format!("with what follows it, {name}"), |bencher| {
            bencher.iter(|| {
                press(&mut explorer, keys.next().unwrap_or("+"));
                explorer.catch_up();
            });
        });
        group.bench_function(format!("a frame, {name}"), |bencher| {
            bencher.iter(|| explorer.draw());
        });
    }
    let cut = Cut::new(dataset, Gap::DEFAULT);
    for (rows, name) in [
        (ExportRows::Sessions, "sessions"),
        (ExportRows::Pageviews, "pageviews"),
    ] {
        let request = ExportRequest {
            rows,
            format: Format::Csv,
            selection: Selection::All,
            zone: chrono_tz::Tz::UTC,
        };
        group.bench_function(format!("export {name} as CSV"), |bencher| {
            let mut out = io::sink();
            let target = Path::new("-");
            bencher.iter(|| export::write(&cut, &request, &mut out, target, &mut |_| Ok(())));
        });
    }
    group.finish();
}

criterion_group!(explorer_benches, benches);
criterion_main!(explorer_benches);
