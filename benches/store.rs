//! Taking pageviews in and reading them back, in rows a second: `cargo bench --bench store`.

use std::hint::black_box;
use std::io::Cursor;

use criterion::BatchSize;
use criterion::Criterion;
use criterion::Throughput;
use criterion::criterion_group;
use criterion::criterion_main;
use dwell::answers::generate::GenerateFormat;
use dwell::answers::generate::GenerateOptions;
use dwell::answers::generate::generate;
use dwell::engine::dictionary::Dictionary;
use dwell::engine::interner::Interner;
use dwell::load::Loading;
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

/// Texts that are interned together, as a load does.
const ROWS_A_BATCH: usize = 1 << 13;

/// Keeps the users of what is read, a batch at a time.
#[derive(Default)]
struct Users(Vec<Dictionary>);

impl Sink for Users {
    fn pageview(&mut self, pageview: Pageview<'_>) -> Result<()> {
        match self.0.last_mut() {
            Some(batch) if batch.len() < ROWS_A_BATCH => drop(batch.push(pageview.user_id)),
            _ => self.0.push([pageview.user_id].into_iter().collect()),
        }
        Ok(())
    }

    fn reject(&mut self, _: Reject) -> Result<()> {
        Ok(())
    }
}

fn input(table: &[u8]) -> Input {
    Input::from_reader("bench", None, Box::new(Cursor::new(table.to_vec())))
}

fn table(pageviews: u64, seed: u64) -> Vec<u8> {
    let options = GenerateOptions {
        pageviews,
        users: None,
        days: 30,
        seed,
        late: 0.0,
        format: GenerateFormat::Csv,
        with_seed_example: false,
    };
    let mut table = Vec::new();
    generate(&options, &mut table, &mut |_| Ok(())).expect("memory takes everything");
    table
}

fn load(store: &mut Store, table: &[u8]) {
    let options = LoadOptions {
        read: ReadOptions::default(),
        strict: true,
        again: true,
        dedupe: false,
        loaded_at: Timestamp::MIN,
        rows_a_slab: Spill::usual_rows(),
    };
    store
        .load(&mut input(table), &options, &mut |_| Ok(()))
        .expect("generated pageviews load");
}

fn filled(table: &[u8]) -> Store {
    let mut store = Store::temporary().expect("a temporary file can be made");
    load(&mut store, table);
    store
}

fn benches(criterion: &mut Criterion) {
    let table_of_all = table(PAGEVIEWS, 1);
    let mut users = Users::default();
    let options = ReadOptions::default();
    source::read(&mut input(&table_of_all), &options, &mut users)
        .expect("generated pageviews are read");

    let mut group = criterion.benchmark_group("store");
    group.throughput(Throughput::Elements(PAGEVIEWS));
    group.sample_size(10);
    group.bench_function("intern", |bencher| {
        let mut indices = Vec::new();
        bencher.iter(|| {
            let mut interner = Interner::default();
            for batch in &users.0 {
                interner.intern_all(batch, &mut indices);
                black_box(&indices);
            }
        });
    });
    group.bench_function("load into memory", |bencher| {
        bencher.iter(|| {
            let mut loading = Loading::new(Spill::to(std::env::temp_dir()), None);
            loading
                .read(&mut input(&table_of_all), None, &options, true, &mut |_| {
                    Ok(())
                })
                .expect("generated pageviews are read");
            loading.finish(&mut |_| Ok(()))
        });
    });
    group.bench_function("fill", |bencher| bencher.iter(|| filled(&table_of_all)));
    let mut store = filled(&table_of_all);
    group.bench_function("scan", |bencher| {
        bencher.iter(|| store.dataset(&mut |_| Ok(())))
    });
    group.bench_function("rebuild", |bencher| {
        bencher.iter(|| store.rebuild(Gap::DEFAULT, &mut |_| Ok(())))
    });

    let part = PAGEVIEWS / 10;
    let table_of_part = table(part, 2);
    group.throughput(Throughput::Elements(part));
    group.bench_function("add", |bencher| {
        bencher.iter_batched(
            || filled(&table_of_all),
            |mut store| load(&mut store, &table_of_part),
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(store, benches);
criterion_main!(store);
