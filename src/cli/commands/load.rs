//! `dwell load`: files into a store, exactly once. Command line floor.

use crate::cli::args::LoadArgs;
use crate::cli::commands::follow;
use crate::cli::inputs::load;
use crate::cli::inputs::load_options;
use crate::cli::inputs::nothing_read;
use crate::cli::report::Reporter;
use crate::cli::report::say;
use crate::source::Located;
use crate::source::Location;
use crate::source::ReadOptions;
use crate::source::carrying_of_any;
use crate::source::locate;
use crate::store::LoadOptions;
use crate::store::LoadReport;
use crate::store::Store;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::counted;
use crate::words::text::safe;

/// Each file is a load of its own: those that can be read are loaded, whatever becomes of the others.
pub(in crate::cli) fn run(args: LoadArgs) -> Result<()> {
    if args.follow {
        return follow::run(&args);
    }
    let mut reporter = Reporter::new();
    let located = locate(&args.files, &args.read.options(), &reporter.interrupt());
    let n_files = located.inputs.len();
    let notes = args.read.defaults.notes.iter().chain(&located.notes);
    notes.for_each(|note| say(note));
    let read = options_to_carry(&args, &located, &reporter)?;
    let begin =
        |reporter: &Reporter| Store::open_or_draft_heeding(&args.store, reporter.interrupt());
    let mut store = Some(begin(&reporter)?);
    let (mut unread, mut empty, mut skipped) = (0, Vec::new(), None);
    for location in located.inputs {
        // A draft whose load failed is of no use.
        let mut taking = match store.take() {
            Some(store) => store,
            None => begin(&reporter)?,
        };
        let options = LoadOptions {
            dedupe: args.dedupe,
            read: read.clone(),
            ..load_options(&args.read)
        };
        let loaded = location.and_then(|location| {
            let loaded = load(&mut taking, &location, &options, &mut reporter);
            if let Err(Error::Empty { .. } | Error::ErrorLog { .. }) = &loaded {
                empty.push(location);
            }
            loaded
        });
        match loaded {
            Ok(report) => {
                store = Some(taking.keep()?);
                reporter.say_load(&report, args.dedupe);
                say_stored(&report);
            }
            Err(error) if error.is_no_loss(n_files) => {
                reporter.say_skipped(&error);
                skipped = Some(error);
            }
            Err(error) if n_files > 1 && error.is_of_input() => {
                unread += 1;
                reporter.say_failed(&error);
            }
            Err(error) => return Err(error),
        }
    }
    reporter.say_warnings();
    match unread {
        0 if empty.len() == n_files => {
            let names = empty.iter().map(Location::name);
            Err(nothing_read(names, skipped))
        }
        0 => Ok(()),
        _ => Err(Error::Unread {
            unread,
            files: n_files,
            store: args.store,
        }),
    }
}

/// How files are read. Errors, before anything is loaded, if none of them has a column that they are to carry.
fn options_to_carry(
    args: &LoadArgs,
    located: &Located,
    reporter: &Reporter,
) -> Result<ReadOptions> {
    let options = args.read.options();
    let found = located
        .inputs
        .iter()
        .filter_map(|found| found.as_ref().ok());
    let found: Vec<Location> = found.cloned().collect();
    carrying_of_any(&options, &found, &reporter.interrupt())
}

/// Says what became of a load in the store.
pub(super) fn say_stored(report: &LoadReport) {
    let name = safe(&report.read.input);
    let done = report.refreshed;
    say(&format!(
        "{name}: {} written, {} replaced, {} unchanged",
        counted(done.written, "session"),
        done.removed,
        done.unchanged
    ));
}
