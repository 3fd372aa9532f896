//! `dwell export`: rows to a file or stdout. Command line floor.

use std::io;
use std::io::IsTerminal;

use crate::answers::export;
use crate::answers::export::ExportRequest;
use crate::answers::export::ExportRows;
use crate::answers::export::Format;
use crate::answers::export::NO_PARQUET;
use crate::answers::export::Selection;
use crate::cli::args::ExportArgs;
use crate::cli::args::ExportFormat;
use crate::cli::args::OutputArgs;
use crate::cli::args::RowsName;
use crate::cli::args::SessionChoice;
use crate::cli::inputs::Inputs;
use crate::cli::report::Reporter;
use crate::cli::report::chosen;
use crate::cli::report::say;
use crate::engine::cut::Cut;
use crate::output::Output;
use crate::words::error::Error;
use crate::words::error::Result;

pub(in crate::cli) fn run(args: ExportArgs) -> Result<()> {
    let format = format(&args)?;
    let mut reporter = Reporter::new();
    let inputs = Inputs::of(&args.paths, &args.read, &reporter.interrupt())?;
    let carried = inputs.carried(&args.read)?;
    let zone = args.display_zone.unwrap_or_default();
    let choice = args.filter.choice(zone, &carried)?;
    let mut output = open(&args.output, &inputs.files())?;
    let (dataset, saved_gap) = inputs.open(&args.read, &mut reporter)?;
    let cut = Cut::new(dataset, args.gap.unwrap_or(saved_gap));
    let request = ExportRequest {
        rows: match args.rows {
            RowsName::Sessions => ExportRows::Sessions,
            RowsName::Pageviews => ExportRows::Pageviews,
            RowsName::Users => ExportRows::Users,
        },
        format,
        selection: selection(&choice, &cut),
        zone,
    };
    let target = output.path().to_path_buf();
    export::write(&cut, &request, &mut output, &target, &mut |progress| {
        reporter.observe(progress)
    })?;
    output.finish()?;
    reporter.clear();
    Ok(())
}

/// What is exported; says how many sessions that is, if it is not all.
fn selection(choice: &SessionChoice, cut: &Cut) -> Selection {
    let filter = choice.filter(cut.dataset());
    if filter.is_empty() {
        return Selection::All;
    }
    let kept = filter.kept(cut);
    let all = cut.sessions().len() as u64;
    say(&chosen(kept.len() as u64, all, "session"));
    Selection::Sessions(kept)
}

fn format(args: &ExportArgs) -> Result<Format> {
    match args.format {
        ExportFormat::Csv if args.csv_safe => Ok(Format::CsvSafe),
        ExportFormat::Csv => Ok(Format::Csv),
        _ if args.csv_safe => Err(Error::Usage("--csv-safe belongs to --format csv".into())),
        ExportFormat::Jsonl => Ok(Format::Jsonl),
        ExportFormat::Parquet if !cfg!(feature = "parquet") => Err(Error::Usage(NO_PARQUET.into())),
        ExportFormat::Parquet
            if args.display_zone.is_some() && !args.is_zone_default && args.filter.is_empty() =>
        {
            let hint = "Parquet holds instants, which have no zone: --display-zone belongs to --format csv or jsonl";
            Err(Error::Usage(hint.into()))
        }
        ExportFormat::Parquet if args.output.file().is_none() && io::stdout().is_terminal() => {
            let hint =
                "Parquet is not text for a terminal: name a file with --output, or pipe it on";
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
