//! The engine's hot loops, in rows a second: `cargo bench`.

use std::hint::black_box;
use std::io::Cursor;

use criterion::Criterion;
use criterion::Throughput;
use criterion::criterion_group;
use criterion::criterion_main;
use dwell::answers::generate::GenerateFormat;
use dwell::answers::generate::GenerateOptions;
use dwell::answers::generate::generate;
use dwell::engine::dataset::Dataset;
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
        rows_a_slab: Spill::ROWS_A_SLAB,
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

criterion_group!(engine, benches);
criterion_main!(engine);
