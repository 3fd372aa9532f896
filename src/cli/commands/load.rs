//! `dwell load`: files into a store, exactly once. Command line floor.

use crate::cli::args::LoadArgs;
use crate::cli::inputs::load;
use crate::cli::inputs::load_options;
use crate::cli::report::Reporter;
use crate::cli::report::say;
use crate::cli::report::say_load;
use crate::store::LoadOptions;
use crate::store::Store;
use crate::words::error::Result;
use crate::words::figure::counted;
use crate::words::text::safe;

/// Each file is a load of its own: when one fails, those before it stand.
pub(in crate::cli) fn run(args: LoadArgs) -> Result<()> {
    let mut reporter = Reporter::new();
    let mut store = Store::open_or_draft(&args.store)?.heeding(reporter.interrupt())?;
    for file in &args.files {
        let options = LoadOptions {
            dedupe: args.dedupe,
            ..load_options(&args.read, args.again)
        };
        let (report, bytes) = load(&mut store, file, &options, &mut reporter)?;
        store = store.keep()?;
        reporter.clear();
        say_load(&report, bytes);
        if args.dedupe && report.duplicates > 0 {
            say(&format!(
                "{}: the duplicates were left out",
                safe(&report.input)
            ));
        }
        let name = safe(&report.input).into_owned();
        let done = report.refreshed;
        say(&format!(
            "{name}: {} written, {} replaced, {} unchanged",
            counted(done.written, "session"),
            done.removed,
            done.unchanged
        ));
    }
    Ok(())
}
