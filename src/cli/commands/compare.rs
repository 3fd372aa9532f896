//! `dwell compare`: what changes between two gaps. Command line floor.

use std::io::Write;
use std::sync::Arc;

use crate::answers::compare::GapComparison;
use crate::cli::args::CompareArgs;
use crate::cli::args::CompareRows;
use crate::cli::args::GapsFormat;
use crate::cli::args::of_users;
use crate::cli::commands::export::open;
use crate::cli::inputs::Inputs;
use crate::cli::report::Reporter;
use crate::cli::report::chosen;
use crate::cli::report::say;
use crate::engine::cut::Cut;
use crate::words::error::Error;
use crate::words::error::Result;

pub(in crate::cli) fn run(args: CompareArgs) -> Result<()> {
    if args.from == args.to {
        let hint = format!("both gaps are {}: name two that differ", args.from);
        return Err(Error::Usage(hint));
    }
    let mut reporter = Reporter::new();
    let inputs = Inputs::of(&args.paths, &args.read, &reporter.interrupt())?;
    let users = args.filter.choice(&inputs.carried(&args.read)?)?;
    let mut output = open(&args.output, &inputs.files())?;
    let (mut dataset, _) = inputs.open(&args.read, &mut reporter)?;
    if let Some(users) = users {
        let all = dataset.n_users();
        dataset = of_users(dataset, &users)?;
        say(&chosen(dataset.n_users() as u64, all as u64, "user"));
    }
    let (from, to) = (
        Cut::new(Arc::clone(&dataset), args.from),
        Cut::new(dataset, args.to),
    );
    let comparison = GapComparison::of(&from, &to);
    let text = match (args.rows, args.format) {
        (Some(CompareRows::Sessions), _) => comparison.sessions_csv(),
        (None, GapsFormat::Text) => comparison.text(),
        (None, GapsFormat::Json) => comparison.json(),
    };
    output
        .write_all(text.as_bytes())
        .map_err(Error::io("write", output.path()))?;
    output.finish().map(drop)
}
