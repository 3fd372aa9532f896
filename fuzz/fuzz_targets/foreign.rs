//! Any bytes as a database of another program, whose tables are read as pageviews. Nothing may panic.

#![no_main]

use std::fs;
use std::path::Path;

use dwell::load::Loading;
use dwell::load::Spill;
use dwell::source::Input;
use dwell::source::ReadOptions;
use dwell::store::open_table;
use dwell::store::refuse_database;
use dwell::words::error::Result;
use dwell::words::interrupt::Interrupt;
use libfuzzer_sys::fuzz_target;

/// The tables and views of the corpus.
const TABLES: [&str; 4] = ["visits", "plain", "keyed", "seen"];

fn read(path: &Path, table: &str) -> Result<()> {
    let options = ReadOptions {
        table: Some(table.to_owned()),
        ..ReadOptions::default()
    };
    let mut input = Input::open(path)?;
    let table = open_table(&mut input, &options, &Interrupt::default())?;
    let mut loading = Loading::new(Spill::to(std::env::temp_dir()), None);
    loading.read(&mut input, table, &options, false, &mut |_| Ok(()))?;
    loading.finish(&mut |_| Ok(())).map(drop)
}

fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("x.db");
    fs::write(&path, bytes).expect("a file can be written");
    // Says which tables there are.
    let _ = refuse_database(&path);
    for table in TABLES {
        let _ = read(&path, table);
    }
});
