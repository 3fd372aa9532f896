//! `dwell export`: rows to a file or stdout. Command line floor.

use std::io;
use std::io::IsTerminal;

use crate::answers::export;
use crate::answers::export::ExportRequest;
use crate::answers::export::ExportRows;
use crate::answers::export::Format;
use crate::answers::export::Selection;
use crate::cli::args::ExportArgs;
use crate::cli::args::ExportFormat;
use crate::cli::args::OutputArgs;
use crate::cli::args::RowsName;
use crate::cli::inputs::Inputs;
use crate::cli::report::Reporter;
use crate::engine::cut::Cut;
use crate::output::Output;
use crate::words::error::Error;
use crate::words::error::Result;

pub(in crate::cli) fn run(args: ExportArgs) -> Result<()> {
    let format = format(&args)?;
    let mut reporter = Reporter::new();
    let inputs = Inputs::of(&args.paths, &args.read, &reporter.interrupt())?;
    let mut output = open(&args.output, &inputs.files())?;
    let (dataset, saved_gap) = inputs.open(&args.read, &mut reporter)?;
    let request = ExportRequest {
        rows: match args.rows {
            RowsName::Sessions => ExportRows::Sessions,
            RowsName::Pageviews => ExportRows::Pageviews,
            RowsName::Users => ExportRows::Users,
        },
        format,
        selection: Selection::All,
        zone: args.display_zone.unwrap_or_default(),
    };
    let cut = Cut::new(dataset, args.gap.unwrap_or(saved_gap));
    let target = output.path().to_path_buf();
    export::write(&cut, &request, &mut output, &target, &mut |progress| {
        reporter.observe(progress)
    })?;
    output.finish()?;
    reporter.clear();
    Ok(())
}

fn format(args: &ExportArgs) -> Result<Format> {
    match args.format {
        ExportFormat::Csv if args.csv_safe => Ok(Format::CsvSafe),
        ExportFormat::Csv => Ok(Format::Csv),
        _ if args.csv_safe => Err(Error::Usage("--csv-safe belongs to --format csv".into())),
        ExportFormat::Jsonl => Ok(Format::Jsonl),
        ExportFormat::Parquet if args.display_zone.is_some() => Err(Error::Usage(
            "Parquet holds instants, which have no zone: --display-zone belongs to --format csv or jsonl".into(),
        )),
        ExportFormat::Parquet if args.output.file().is_none() && io::stdout().is_terminal() => {
            let hint =
                "Parquet is no text for a terminal: name a file with --output, or pipe it on";
            Err(Error::Usage(hint.into()))
        }
        ExportFormat::Parquet => Ok(Format::Parquet),
    }
}

/// The output that was asked for, before any long work begins.
pub(in crate::cli) fn open(args: &OutputArgs, inputs: &[std::path::PathBuf]) -> Result<Output> {
    match args.file() {
        Some(path) => Output::file(path, args.force, inputs),
        None => Ok(Output::stdout()),
    }
}
