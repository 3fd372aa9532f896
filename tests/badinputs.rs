//! The catalogue of bad inputs, where it is at hand: each file is taken, taken in part or refused as
//! the catalogue says. Without the catalogue this says so and passes.

use std::fs;
use std::path::Path;

use dwell::source::Input;
use dwell::source::ReadOptions;
use dwell::source::Sink;
use dwell::source::Understood;
use dwell::source::read;
use dwell::words::error::Error;
use dwell::words::error::Result;
use dwell::words::pageview::Pageview;
use dwell::words::pageview::Reject;

/// Cases that wait for a reading option or a format that is not there yet.
const NOT_YET: &[&str] = &["c10_utf16le_bom.csv"];

#[derive(Default)]
struct Counted {
    pageviews: u64,
    rejects: Vec<String>,
}

impl Sink for Counted {
    fn pageview(&mut self, _: Pageview<'_>) -> Result<()> {
        self.pageviews += 1;
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        self.rejects.push(reject.to_string());
        Ok(())
    }
}

/// Reads a file; `None` instead of an outcome when it is refused.
fn outcome(path: &Path) -> (Counted, Result<Understood>) {
    let mut counted = Counted::default();
    let read = Input::open(path)
        .and_then(|mut input| read(&mut input, &ReadOptions::default(), &mut counted));
    (counted, read)
}

#[test]
fn every_bad_csv_file_and_timestamp_is_treated_as_catalogued() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/badinputs");
    let Ok(manifest) = fs::read_to_string(folder.join("manifest.json")) else {
        println!("skipped: no catalogue at {}", folder.display());
        return;
    };
    let cases: Vec<serde_json::Value> = serde_json::from_str(&manifest).unwrap();
    let mut wrong = Vec::new();
    for case in &cases {
        let file = case["file"].as_str().unwrap();
        let is_ours = (file.starts_with('c') || file.starts_with('t')) && file.ends_with(".csv");
        if !is_ours || NOT_YET.contains(&file) {
            continue;
        }
        let (counted, read) = outcome(&folder.join("files").join(file));
        println!("{file}: {}", described(&counted, &read));
        let is_refused = match &read {
            // A file of rejects only, as the time zone abbreviations may be, is not refused whole.
            Err(Error::NothingRead { .. }) => false,
            other => other.is_err(),
        };
        let as_counted = |key: &str, n: usize| case[key].as_u64().is_none_or(|m| m == n as u64);
        let is_right = match case["outcome"].as_str().unwrap() {
            "refuse" => is_refused,
            _ => {
                !is_refused
                    && as_counted("loaded", counted.pageviews as usize)
                    && as_counted("rejected", counted.rejects.len())
            }
        };
        if !is_right {
            wrong.push(format!("{file}: {}", described(&counted, &read)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn described(counted: &Counted, read: &Result<Understood>) -> String {
    match read {
        Err(error) => format!("error: {error}"),
        Ok(understood) => format!(
            "{} pageviews; {understood}\n    rejects: {:?}\n    notes: {:?}",
            counted.pageviews, counted.rejects, understood.notes
        ),
    }
}
