//! `dwell generate`: made-up pageviews of a small shop. Command line floor.

use crate::answers::generate::GenerateFormat;
use crate::answers::generate::GenerateOptions;
use crate::answers::generate::generate;
use crate::cli::args::GenerateArgs;
use crate::cli::args::GenerateFormatName;
use crate::cli::commands::export::open;
use crate::cli::report::Reporter;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::progress::Progress;
use crate::words::progress::Stage;

pub(in crate::cli) fn run(args: GenerateArgs) -> Result<()> {
    if !(0.0..=1.0).contains(&args.late) {
        return Err(Error::Usage(format!(
            "--late {} is not a share: expected 0 to 1",
            args.late
        )));
    }
    let mut output = open(&args.output, &[])?;
    let mut reporter = Reporter::new();
    let options = GenerateOptions {
        pageviews: args.pageviews,
        users: args.users,
        days: args.days,
        seed: args.seed,
        late: args.late,
        format: match args.format {
            GenerateFormatName::Csv => GenerateFormat::Csv,
            GenerateFormatName::Jsonl => GenerateFormat::Jsonl,
            GenerateFormatName::AccessLog => GenerateFormat::AccessLog,
            GenerateFormatName::Sql => GenerateFormat::Sql,
        },
        with_seed_example: args.with_seed_example,
    };
    let total = args.pageviews;
    let target = output.path().to_path_buf();
    let mut progress = |done| reporter.observe(Progress::of(Stage::Export, done, total));
    generate(&options, &mut output, &mut progress).map_err(|error| match error {
        // What is written does not know where to.
        Error::Io { source, .. } => Error::io("write", target)(source),
        other => other,
    })?;
    output.finish()?;
    reporter.clear();
    Ok(())
}
