//! `dwell export`: rows to a file or stdout. Command line floor.

use crate::answers::export;
use crate::answers::export::Format;
use crate::answers::export::Request;
use crate::answers::export::Rows;
use crate::answers::export::Selection;
use crate::cli::args::ExportArgs;
use crate::cli::args::ExportFormat;
use crate::cli::args::OutputArgs;
use crate::cli::args::RowsName;
use crate::cli::inputs::Inputs;
use crate::cli::report::Reporter;
use crate::output::Output;
use crate::words::error::Error;
use crate::words::error::Result;

pub(in crate::cli) fn run(args: ExportArgs) -> Result<()> {
    if args.csv_safe && args.format != ExportFormat::Csv {
        let problem = "--csv-safe goes with --format csv: only spreadsheets run what is in a cell";
        return Err(Error::Usage(problem.into()));
    }
    let mut output = open(&args.output, &args.paths)?;
    let mut reporter = Reporter::new();
    let store = Inputs::of(&args.paths, &args.read)?.store(&args.read, &mut reporter)?;
    let request = Request {
        rows: match args.rows {
            RowsName::Sessions => Rows::Sessions,
            RowsName::Pageviews => Rows::Pageviews,
            RowsName::Users => Rows::Users,
        },
        format: match args.format {
            ExportFormat::Csv if args.csv_safe => Format::SafeCsv,
            ExportFormat::Csv => Format::Csv,
            ExportFormat::Jsonl => Format::Jsonl,
            ExportFormat::Parquet => Format::Parquet,
        },
        selection: Selection::All,
        gap: args.gap.map_or_else(|| store.gap(), Ok)?,
    };
    let columns = store.columns(&mut |progress| reporter.observe(progress))?;
    let target = output.path().to_path_buf();
    export::write(&columns, &request, &mut output, &target, &mut |progress| {
        reporter.observe(progress)
    })?;
    output.finish()?;
    reporter.clear();
    Ok(())
}

/// The output that was asked for, before any long work begins.
pub(in crate::cli) fn open(args: &OutputArgs, inputs: &[std::path::PathBuf]) -> Result<Output> {
    match &args.output {
        Some(path) => Output::file(path, args.force, inputs),
        None => Ok(Output::stdout()),
    }
}
