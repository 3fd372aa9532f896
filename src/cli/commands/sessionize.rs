//! `dwell sessionize`: the sessions of a store, derived anew. Command line floor.

use crate::cli::args::SessionizeArgs;
use crate::cli::report::Reporter;
use crate::cli::report::say;
use crate::store::Access;
use crate::store::Store;
use crate::words::error::Result;
use crate::words::figure::counted;

pub(in crate::cli) fn run(args: SessionizeArgs) -> Result<()> {
    let mut reporter = Reporter::new();
    let mut store = Store::open(&args.store, Access::Write)?;
    let gap = args.gap.map_or_else(|| store.gap(), Ok)?;
    let done = store.rebuild(gap, &mut |progress| reporter.observe(progress))?;
    reporter.clear();
    say(&format!(
        "gap {gap}: {} read, {} removed, {} written",
        counted(done.pageviews, "pageview"),
        counted(done.removed, "session"),
        counted(done.written, "session")
    ));
    Ok(())
}
