//! `dwell sessionize`: the sessions of a store, derived anew, all or those that a window of
//! time touches. Command line floor.

use crate::cli::args::SessionizeArgs;
use crate::cli::report::Reporter;
use crate::cli::report::say;
use crate::store::Access;
use crate::store::Store;
use crate::words::error::Result;
use crate::words::figure::count;
use crate::words::figure::counted;

pub(in crate::cli) fn run(args: SessionizeArgs) -> Result<()> {
    let mut reporter = Reporter::new();
    let mut store = Store::open_heeding(&args.store, Access::Write, reporter.interrupt())?;
    let gap = args.gap.map_or_else(|| store.gap(), Ok)?;
    let mut observe = |progress| reporter.observe(progress);
    let done = match args.from.zip(args.to) {
        Some((from, to)) => store.refresh(from, to, &mut observe)?,
        None => store.rebuild(gap, &mut observe)?,
    };
    reporter.clear();
    say(&format!(
        "gap {gap}: {} read; {} removed, {} written, {} unchanged",
        counted(done.pageviews, "pageview"),
        counted(done.removed, "session"),
        count(done.written),
        count(done.unchanged)
    ));
    Ok(())
}
