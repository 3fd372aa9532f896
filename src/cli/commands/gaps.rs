//! `dwell gaps`: the pauses and the sessions of each gap. Command line floor.

use std::fs::File;
use std::io;
use std::io::Write;
use std::path::Path;

use crate::answers::gaps::GapStudy;
use crate::answers::pauses_file::read_pauses;
use crate::cli::args::GapsArgs;
use crate::cli::args::GapsFormat;
use crate::cli::inputs::Inputs;
use crate::cli::report::Reporter;
use crate::output::Output;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::gap::Gap;

/// Dataset of the ribbon: what every terminal has.
const WIDTH: u16 = 78;

pub(in crate::cli) fn run(args: GapsArgs) -> Result<()> {
    let study = match &args.pauses {
        Some(path) => of_pauses(path, &args.gaps)?,
        None => of_pageviews(&args)?,
    };
    let text = match args.format {
        GapsFormat::Text => study.text(WIDTH),
        GapsFormat::Json => study.json(),
    };
    let mut output = Output::stdout();
    output
        .write_all(text.as_bytes())
        .map_err(Error::io("write", output.path()))?;
    output.finish().map(drop)
}

fn of_pauses(path: &Path, gaps: &[Gap]) -> Result<GapStudy> {
    let counts = if path == Path::new("-") {
        read_pauses("standard input", &mut io::stdin().lock())?
    } else {
        let mut file = File::open(path).map_err(Error::io("read", path))?;
        read_pauses(&path.to_string_lossy(), &mut file)?
    };
    let gap = gaps.first().copied().unwrap_or_default();
    Ok(GapStudy::of_pauses(&counts, gap, gaps))
}

fn of_pageviews(args: &GapsArgs) -> Result<GapStudy> {
    let mut reporter = Reporter::new();
    let inputs = Inputs::of(&args.paths, &args.read, &reporter.interrupt())?;
    let (dataset, saved_gap) = inputs.open(&args.read, &mut reporter)?;
    let gap = args.gaps.first().copied().unwrap_or(saved_gap);
    let keep_going = || reporter.interrupt().check().is_ok();
    GapStudy::of_dataset(&dataset, gap, &args.gaps, &keep_going).ok_or(Error::Interrupted)
}
