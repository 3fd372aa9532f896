//! Any bytes, read in any format: found out by content, or as the first byte says. Nothing may panic, and of
//! every row that is taken the user is there.

#![no_main]

use std::io::Cursor;

use dwell::source::Input;
use dwell::source::InputFormat;
use dwell::source::LogOptions;
use dwell::source::ReadOptions;
use dwell::source::Sink;
use dwell::source::read;
use dwell::words::error::Result;
use dwell::words::pageview::Pageview;
use dwell::words::pageview::Reject;
use libfuzzer_sys::fuzz_target;

struct Look;

impl Sink for Look {
    fn pageview(&mut self, pageview: Pageview<'_>) -> Result<()> {
        assert!(!pageview.user_id.is_empty());
        Ok(())
    }

    fn reject(&mut self, _: Reject) -> Result<()> {
        Ok(())
    }

    fn progress(&mut self, _: u64) -> Result<()> {
        Ok(())
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((first, content)) = bytes.split_first() else {
        return;
    };
    const FORMATS: [InputFormat; 6] = [
        InputFormat::Auto,
        InputFormat::Csv,
        InputFormat::Tsv,
        InputFormat::Jsonl,
        InputFormat::Parquet,
        InputFormat::AccessLog,
    ];
    let options = ReadOptions {
        format: FORMATS[usize::from(first % 6)],
        no_header: first & 0x40 != 0,
        log: LogOptions {
            takes_all: first & 0x80 != 0,
            ..LogOptions::default()
        },
        ..ReadOptions::default()
    };
    let mut input = Input::from_reader("fuzzed", None, Box::new(Cursor::new(content.to_vec())));
    let _ = read(&mut input, &options, &mut Look);
});
