//! Any bytes as a store: opened, looked at and read. Nothing may panic, and what is sound is read.

#![no_main]

use dwell::store::Store;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(store) = Store::temporary_copy(bytes) else {
        return;
    };
    let checked = store.check(&mut |_| Ok(()));
    let read = store.dataset(&mut |_| Ok(()));
    if checked.is_ok_and(|checked| checked.problems.is_empty()) {
        assert!(read.is_ok());
    }
});
