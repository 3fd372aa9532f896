//! What there is to explore when nothing is named. Explorer floor.

use std::env;
use std::io::Cursor;

use crate::answers::generate::GenerateFormat;
use crate::answers::generate::GenerateOptions;
use crate::answers::generate::generate;
use crate::engine::dataset::Dataset;
use crate::explorer::tracker::Tracker;
use crate::load::Loading;
use crate::load::Spill;
use crate::source::Input;
use crate::source::ReadOptions;
use crate::words::error::Result;

/// The sample, which is the same as `sample.db`; `assets/sample.sh` makes that.
const SAMPLE: GenerateOptions = GenerateOptions {
    pageviews: 5_000,
    users: Some(80),
    days: 30,
    seed: 7,
    late: 0.0,
    format: GenerateFormat::Csv,
    with_seed_example: true,
};

/// The sample, made anew: that is quicker than reading it.
pub(super) fn sample(tracker: &mut Tracker) -> Result<Dataset> {
    let mut table = Vec::new();
    generate(&SAMPLE, &mut table, &mut |_| Ok(()))?;
    let mut input = Input::from_reader("sample", None, Box::new(Cursor::new(table)));
    let mut loading = Loading::new(Spill::to(env::temp_dir()), None);
    let mut observe = |progress| tracker.observe(progress);
    loading.read(
        &mut input,
        None,
        &ReadOptions::default(),
        true,
        &mut observe,
    )?;
    let mut dataset = loading.finish(&mut observe)?;
    // Nobody chose how it is read.
    dataset.coverage.notes.clear();
    Ok(dataset)
}
