//! Any bytes as a store: opened, looked at, read and written to. Nothing may panic, and what is sound is read and
//! written to.

#![no_main]

use std::io::Cursor;

use dwell::source::Input;
use dwell::source::ReadOptions;
use dwell::store::LoadOptions;
use dwell::store::Store;
use dwell::words::error::Error;
use dwell::words::gap::Gap;
use dwell::words::timestamp::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut store) = Store::temporary_copy(bytes) else {
        return;
    };
    let checked = store.check(&mut |_| Ok(()));
    let is_sound = checked.is_ok_and(|checked| checked.problems.is_empty());
    let read = store.dataset(&mut |_| Ok(()));
    assert!(!is_sound || read.is_ok(), "{:?}", read.err());

    let refreshed = store.refresh(Timestamp::MIN, Timestamp::MAX, &mut |_| Ok(()));
    assert!(!is_sound || refreshed.is_ok(), "{refreshed:?}");
    let rebuilt = store.rebuild(Gap::DEFAULT, &mut |_| Ok(()));
    assert!(!is_sound || rebuilt.is_ok(), "{rebuilt:?}");

    let table = "user_id,page_view_at,page\na,1709287200,/a\nb,1709287201,/b\n";
    let mut input = Input::from_reader("table", None, Box::new(Cursor::new(table)));
    let options = LoadOptions {
        read: ReadOptions::default(),
        strict: false,
        again: true,
        dedupe: false,
        loaded_at: Timestamp::MIN,
        rows_a_slab: 1_000,
    };
    let loaded = store.load(&mut input, &options, &mut |_| Ok(()));
    // A store that holds a sample of users, or that was told how its tables are read, may refuse this one for that.
    let is_refused = matches!(loaded, Err(Error::Input { .. } | Error::Columns { .. }));
    assert!(!is_sound || loaded.is_ok() || is_refused, "{loaded:?}");
});
