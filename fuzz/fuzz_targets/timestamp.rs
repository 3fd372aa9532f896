//! Any text as a timestamp. Nothing may panic, and what is read is written so that it is read again.

#![no_main]

use dwell::source::timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for zone in ["UTC", "Europe/Berlin", "Pacific/Apia"] {
        let zone = zone.parse().expect("a zone");
        if let Ok(at) = timestamp(text, zone) {
            assert_eq!(timestamp(&at.to_string(), zone), Ok(at));
        }
    }
});
