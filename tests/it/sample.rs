//! The bundled sample is what the recorded command makes.

use std::fs;
use std::path::Path;

use dwell::answers::export::ExportRows;
use dwell::answers::generate::GenerateFormat;
use dwell::answers::generate::GenerateOptions;
use dwell::answers::generate::generate;
use dwell::source::Input;
use dwell::store::Store;
use dwell::words::gap::Gap;

use crate::support;

#[test]
fn the_sample_is_what_its_script_makes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = fs::read_to_string(root.join("assets/sample.sh")).unwrap();
    assert!(
        script.contains(
            "generate --pageviews 5000 --users 80 --days 30 --seed 7 --with-seed-example"
        ),
        "the options below are those of assets/sample.sh"
    );
    let options = GenerateOptions {
        pageviews: 5_000,
        users: Some(80),
        days: 30,
        seed: 7,
        late: 0.0,
        format: GenerateFormat::Csv,
        with_seed_example: true,
    };
    let mut table = Vec::new();
    generate(&options, &mut table, &mut |_| Ok(())).unwrap();
    let mut fresh = Store::temporary().unwrap();
    let mut input = Input::from_reader("sample.csv", None, Box::new(std::io::Cursor::new(table)));
    fresh
        .load(&mut input, &support::load_options(), &mut |_| Ok(()))
        .unwrap();

    let sample = Store::temporary_copy(&fs::read(root.join("sample.db")).unwrap()).unwrap();
    assert_eq!(sample.gap().unwrap(), Gap::DEFAULT);
    for rows in [ExportRows::Pageviews, ExportRows::Sessions] {
        let (found, expected) = (
            support::export(&sample, rows, Gap::DEFAULT),
            support::export(&fresh, rows, Gap::DEFAULT),
        );
        assert!(
            found == expected,
            "sample.db differs in its {rows:?}: run assets/sample.sh"
        );
    }
    assert_eq!(sample.n_pageviews().unwrap(), 5_005);
}
