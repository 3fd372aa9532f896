//! `dwell check`: whether a store is sound, and what is wrong with it. Command line floor.

use std::io::Write;

use crate::cli::args::CheckArgs;
use crate::cli::report::Reporter;
use crate::output::Output;
use crate::store::Access;
use crate::store::Checked;
use crate::store::Store;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::counted;
use crate::words::text::safe;

pub(in crate::cli) fn run(args: CheckArgs) -> Result<()> {
    let mut reporter = Reporter::new();
    let store = Store::open_heeding(&args.store, Access::Read, reporter.interrupt())?;
    let checked = store.check(&mut |progress| reporter.observe(progress))?;
    reporter.clear();

    let name = args.store.to_string_lossy();
    let name = safe(&name);
    let lines = match checked.problems.is_empty() {
        true => format!("{name}: {}\n", sound(&checked)),
        false => {
            let line = |problem: &String| format!("{name}: {}\n", safe(problem));
            checked.problems.iter().map(line).collect()
        }
    };
    let mut output = Output::stdout();
    output
        .write_all(lines.as_bytes())
        .map_err(Error::io("write", output.path()))?;
    output.finish()?;
    match checked.problems.len() {
        0 => Ok(()),
        n => Err(Error::Store {
            action: "trust",
            path: args.store,
            problem: counted(n as u64, "problem"),
        }),
    }
}

fn sound(checked: &Checked) -> String {
    let without = match checked.has_checksums {
        true => "",
        false => " (made by an earlier dwell, without checksums)",
    };
    format!(
        "sound{without}: {} of {} in {}; {} at a gap of {}",
        counted(checked.pageviews, "pageview"),
        counted(checked.users, "user"),
        counted(checked.loads, "load"),
        counted(checked.sessions, "session"),
        checked.gap
    )
}
