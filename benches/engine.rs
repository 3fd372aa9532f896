//! The engine's hot loops, in rows a second: `cargo bench`. Moving the gap is timed at ten million pageviews;
//! `DWELL_BENCH_PAGEVIEWS=100000000` asks for others, and takes 4 GB for so many.

use std::hint::black_box;
use std::io::Cursor;
use std::rc::Rc;
use std::sync::Arc;

use criterion::Criterion;
use criterion::Throughput;
use criterion::criterion_group;
use criterion::criterion_main;
use dwell::answers::generate::GenerateFormat;
use dwell::answers::generate::GenerateOptions;
use dwell::answers::generate::generate;
use dwell::engine::cut::Cut;
use dwell::engine::dataset::Dataset;
use dwell::engine::every_gap::EveryGap;
use dwell::engine::measure::Summarizer;
use dwell::engine::pauses::Pauses;
use dwell::engine::sessionize::sessionize;
use dwell::engine::study::PauseHistogram;
use dwell::load::Spill;
use dwell::source;
use dwell::source::Input;
use dwell::source::ReadOptions;
use dwell::source::Sink;
use dwell::store::LoadOptions;
use dwell::store::Store;
use dwell::words::error::Result;
use dwell::words::gap::Gap;
use dwell::words::pageview::Pageview;
use dwell::words::pageview::Reject;
use dwell::words::timestamp::Timestamp;

const PAGEVIEWS: u64 = 1_000_000;

/// Takes rows and looks at them.
struct Null;

impl Sink for Null {
    fn pageview(&mut self, pageview: Pageview<'_>) -> Result<()> {
        black_box(pageview);
        Ok(())
    }

    fn reject(&mut self, _: Reject) -> Result<()> {
        Ok(())
    }

    fn progress(&mut self, _: u64) -> Result<()> {
        Ok(())
    }
}

fn table() -> Vec<u8> {
    let options = GenerateOptions {
        pageviews: PAGEVIEWS,
        users: None,
        days: 30,
        seed: 1,
        late: 0.0,
        format: GenerateFormat::Csv,
        with_seed_example: false,
    };
    let mut table = Vec::new();
    generate(&options, &mut table, &mut |_| Ok(())).expect("memory takes everything");
    table
}

fn load(table: &[u8]) -> Store {
    let options = LoadOptions {
        read: ReadOptions::default(),
        strict: true,
        again: false,
        dedupe: false,
        loaded_at: Timestamp::MIN,
        rows_a_slab: Spill::usual_rows(),
    };
    let mut input = Input::from_reader("bench", None, Box::new(Cursor::new(table.to_vec())));
    let mut store = Store::temporary().expect("a temporary file can be made");
    store
        .load(&mut input, &options, &mut |_| Ok(()))
        .expect("generated pageviews load");
    store
}

/// As many pageviews as a second of a busy site may bring: each of some user that is known, after all that is there.
fn newest(dataset: &Dataset, n: u32) -> Dataset {
    let n_users = dataset.n_users() as u32;
    let last = dataset.watermark().map_or(0, Timestamp::as_us);
    Dataset::of_rows((0..n).map(|i| {
        let user = dataset.users().text(i.wrapping_mul(7_919) % n_users);
        (user, Timestamp::clamped(last + i64::from(i)), "/newest")
    }))
}

fn benches(criterion: &mut Criterion) {
    let table = table();
    let store = load(&table);
    let dataset: Dataset = store
        .dataset(&mut |_| Ok(()))
        .expect("the store was just made");
    let mut sessions = sessionize(&dataset, Gap::DEFAULT);

    let mut group = criterion.benchmark_group("rows");
    group.throughput(Throughput::Elements(PAGEVIEWS));
    group.sample_size(10);
    group.bench_function("read", |bencher| {
        bencher.iter(|| {
            let mut input = Input::from_reader("bench", None, Box::new(Cursor::new(table.clone())));
            source::read(&mut input, &ReadOptions::default(), &mut Null)
        });
    });
    group.bench_function("load", |bencher| bencher.iter(|| load(&table)));
    group.bench_function("scan", |bencher| {
        bencher.iter(|| store.dataset(&mut |_| Ok(())))
    });
    group.bench_function("recut in microseconds", |bencher| {
        bencher.iter(|| sessions.recut(&dataset, black_box(Gap::DEFAULT)))
    });
    let pauses = Pauses::of(&dataset);
    group.bench_function("pauses", |bencher| bencher.iter(|| Pauses::of(&dataset)));
    group.bench_function("recut by pauses", |bencher| {
        bencher.iter(|| sessions.recut_by(&dataset, &pauses, black_box(Gap::DEFAULT)))
    });
    let mut summarizer = Summarizer::default();
    group.bench_function("summarize", |bencher| {
        bencher.iter(|| summarizer.summarize(&dataset, &sessions, Gap::DEFAULT));
    });
    group.bench_function("histogram", |bencher| {
        bencher.iter(|| PauseHistogram::of(&dataset))
    });
    let newer = newest(&dataset, 1_000);
    group.bench_function("with a thousand newer", |bencher| {
        bencher.iter(|| dataset.with_newer(&newer));
    });
    group.finish();
}

fn n_pageviews() -> u64 {
    let asked = std::env::var("DWELL_BENCH_PAGEVIEWS").ok();
    asked
        .and_then(|asked| asked.parse().ok())
        .unwrap_or(10 * PAGEVIEWS)
}

/// Twenty pageviews a user. Pauses of all lengths, to the microsecond: three of four from a second to eight minutes, the
/// others up to six days.
fn pauses_of_all_lengths() -> Dataset {
    let mut random = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = move |n: u64| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % n
    };
    let (mut user, mut us): (Rc<str>, u64) = ("".into(), 0);
    Dataset::of_rows((0..n_pageviews()).map(|row| {
        if row % 20 == 0 {
            user = format!("user-{:08}", row / 20).into();
            us = 1_577_836_800_000_000 + next(1 << 30);
        }
        let doubled = if next(4) > 0 { next(9) } else { 9 + next(10) };
        us += (1_000_000 << doubled) + next(1_000_000 << doubled);
        (Rc::clone(&user), Timestamp::clamped(us as i64), "/")
    }))
}

/// Moves the gap back and forth by a hundredth, and along the ladder: plainly, and with the figures known.
fn moves(criterion: &mut Criterion) {
    const LADDER_MIN: [i64; 11] = [1, 5, 10, 15, 20, 30, 45, 60, 90, 120, 240];
    let dataset = Arc::new(pauses_of_all_lengths());
    let mut group = criterion.benchmark_group("moves");
    group.throughput(Throughput::Elements(n_pageviews()));
    group.sample_size(22);
    let up_and_down = LADDER_MIN.iter().chain(LADDER_MIN[1..10].iter().rev());
    let ladder_s: Vec<i64> = up_and_down.map(|min| min * 60).collect();
    let mut cut = Cut::new(Arc::clone(&dataset), Gap::DEFAULT);
    for figures in ["figures computed", "figures known"] {
        for (steps, gaps_s) in [("1 %", &[1_800, 1_818][..]), ("the ladder", &ladder_s)] {
            let gaps = gaps_s.iter().filter_map(|s| Gap::from_us(s * 1_000_000));
            let mut gaps = gaps.cycle();
            group.bench_function(format!("a step of {steps}, {figures}"), |bencher| {
                bencher.iter(|| cut.recut(gaps.next().unwrap_or_default()));
            });
        }
        let every_gap = EveryGap::of(&dataset, &|| true).expect("nobody stops it");
        cut.know(Arc::new(every_gap));
    }
    group.sample_size(10);
    group.bench_function("figures at every gap", |bencher| {
        bencher.iter(|| EveryGap::of(&dataset, &|| true));
    });
    group.finish();
}

criterion_group!(engine, benches, moves);
criterion_main!(engine);
