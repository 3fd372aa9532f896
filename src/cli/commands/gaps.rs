//! `dwell gaps`: the pauses and the sessions of each gap. Command line floor.

use std::fs::File;
use std::io;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use crate::answers::compare::GapComparison;
use crate::answers::gaps::GapQuestion;
use crate::answers::gaps::GapStudy;
use crate::answers::gaps::Machines;
use crate::answers::gaps::PauseClasses;
use crate::answers::pauses_file::read_pauses;
use crate::answers::report::ReportFormat;
use crate::answers::report::Reported;
use crate::answers::report::compared;
use crate::answers::report::digest;
use crate::answers::report::report;
use crate::cli::args::GapsArgs;
use crate::cli::args::GapsFormat;
use crate::cli::args::PauseClassesArg;
use crate::cli::args::PauseClassesName;
use crate::cli::args::of_users;
use crate::cli::inputs::Inputs;
use crate::cli::report::Reporter;
use crate::cli::report::chosen;
use crate::cli::report::say;
use crate::cli::typed;
use crate::engine::dataset::Dataset;
use crate::engine::pause_counts::PauseCounts;
use crate::output::Output;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::counted;
use crate::words::gap::Gap;

/// Columns of the ribbon: what every terminal has.
const WIDTH: u16 = 78;

/// Options that change how the study is shown, not what it says.
const OF_OUTPUT: [&str; 4] = ["--format", "--color", "--report", "--force"];

pub(in crate::cli) fn run(mut args: GapsArgs) -> Result<()> {
    for by in &args.by {
        if let PauseClassesArg::Column(name) = by {
            args.read.carry_too(name)?;
        }
    }
    let text = match &args.pauses {
        Some(path) => of_pauses(path, &args)?,
        None => of_pageviews(&args)?,
    };
    let mut output = Output::stdout();
    output
        .write_all(text.as_bytes())
        .map_err(Error::io("write", output.path()))?;
    output.finish().map(drop)
}

fn written(study: &GapStudy, args: &GapsArgs) -> String {
    match args.format {
        GapsFormat::Text => study.text(WIDTH),
        GapsFormat::Json => study.json(),
    }
}

fn of_pauses(path: &Path, args: &GapsArgs) -> Result<String> {
    let report = ReportOutput::of(args, &[path.to_path_buf()])?;
    let counts = counts(path)?;
    let gap = args.gaps.first().copied();
    let gap = gap.unwrap_or(args.read.defaults.gap);
    let study = GapStudy::of_pauses(&counts, &question(args, gap, None, &[]));
    if let Some(report) = report {
        let reported = Reported {
            inputs: vec![name(path)],
            command: typed::again(&OF_OUTPUT, &args.read.defaults.options),
            ..Reported::default()
        };
        report.write(&study, &reported, None)?;
    }
    Ok(written(&study, args))
}

fn counts(path: &Path) -> Result<PauseCounts> {
    if path == Path::new("-") {
        return read_pauses(&name(path), &mut io::stdin().lock());
    }
    let mut file = File::open(path).map_err(Error::io("read", path))?;
    read_pauses(&name(path), &mut file)
}

/// What an input is called.
fn name(path: &Path) -> String {
    match path == Path::new("-") {
        true => "standard input".to_owned(),
        false => path.to_string_lossy().into_owned(),
    }
}

fn of_pageviews(args: &GapsArgs) -> Result<String> {
    let mut reporter = Reporter::new();
    let inputs = Inputs::of(&args.paths, &args.read, &reporter.interrupt())?;
    let carried = inputs.carried(&args.read)?;
    let users = args.filter.choice(&carried)?;
    let report = ReportOutput::of(args, &inputs.files())?;
    let (mut dataset, saved_gap) = inputs.open(&args.read, &mut reporter)?;
    if let Some(users) = users {
        let all = dataset.n_users();
        dataset = of_users(dataset, &users)?;
        say(&chosen(dataset.n_users() as u64, all as u64, "user"));
    }
    let mut machines = Machines::of(&dataset);
    if args.machines {
        return Ok(machines.csv());
    }
    let goal = goal(args, &dataset)?;
    let reported = report.is_some().then(|| reported(args, &dataset));
    let dataset = match args.without_machines {
        true => Arc::new(machines.leave_out(&dataset)),
        false => dataset,
    };
    if args.without_machines {
        say(&match machines.found.len() as u64 {
            0 => "no user pauses like a machine, so none is left out".to_owned(),
            users => format!(
                "left out: {}, with {}: they pause like machines",
                counted(users, "user"),
                counted(machines.pauses(), "pause")
            ),
        });
    }
    let gap = args.gaps.first().copied().unwrap_or(saved_gap);
    let question = question(args, gap, goal, &carried);
    let interrupt = reporter.interrupt();
    let keep_going = || interrupt.check().is_ok();
    let study = GapStudy::of_dataset(&dataset, machines, &question, &keep_going);
    let study = study.ok_or(Error::Interrupted)?;
    if let Some((report, reported)) = report.zip(reported) {
        report.write(&study, &reported, Some(&dataset))?;
    }
    Ok(written(&study, args))
}

fn reported(args: &GapsArgs, dataset: &Dataset) -> Reported {
    Reported {
        inputs: args.paths.iter().map(|path| name(path)).collect(),
        command: typed::again(&OF_OUTPUT, &args.read.defaults.options),
        digest: Some(digest(dataset)),
        span: dataset.span(),
        coverage: dataset.coverage.clone(),
    }
}

/// Where a report goes, and how it is written.
struct ReportOutput {
    output: Output,
    format: ReportFormat,
}

impl ReportOutput {
    /// The report that was asked for, before any long work begins.
    fn of(args: &GapsArgs, inputs: &[PathBuf]) -> Result<Option<ReportOutput>> {
        let Some(path) = &args.report else {
            return Ok(None);
        };
        let format = ReportFormat::of(path).ok_or_else(|| {
            let path = path.display();
            Error::Usage(format!(
                "--report {path}: expected a file that ends in .html or .svg"
            ))
        })?;
        let output = Output::file(path, args.force, inputs)?;
        Ok(Some(ReportOutput { output, format }))
    }

    /// Writes it whole, or not at all.
    fn write(
        mut self,
        study: &GapStudy,
        reported: &Reported,
        dataset: Option<&Arc<Dataset>>,
    ) -> Result<()> {
        let cuts = dataset.and_then(|dataset| compared(study, dataset));
        let comparison = cuts.as_ref().map(|[from, to]| GapComparison::of(from, to));
        let text = report(self.format, study, reported, comparison.as_ref());
        self.output
            .write_all(text.as_bytes())
            .map_err(Error::io("write", self.output.path()))?;
        self.output.finish().map(drop)
    }
}

fn question(args: &GapsArgs, gap: Gap, goal: Option<u32>, carried: &[String]) -> GapQuestion {
    let by = args.by.iter().filter_map(|by| match by {
        PauseClassesArg::Named(PauseClassesName::Activity) => Some(PauseClasses::Activity),
        PauseClassesArg::Named(PauseClassesName::Hour) => {
            Some(PauseClasses::Hour(args.display_zone))
        }
        PauseClassesArg::Named(PauseClassesName::Visit) => Some(PauseClasses::Visit),
        PauseClassesArg::Column(name) => {
            let is_it = |carried: &String| carried.to_lowercase() == name.to_lowercase();
            carried.iter().position(is_it).map(PauseClasses::Carried)
        }
    });
    GapQuestion {
        gap,
        asked: args.gaps.clone(),
        goal,
        by: by.collect(),
        with_curve: args.report.is_some(),
        with_whole_ladder: matches!(args.format, GapsFormat::Json),
    }
}

/// The index of the page that sessions are to reach.
fn goal(args: &GapsArgs, dataset: &Dataset) -> Result<Option<u32>> {
    let Some(goal) = &args.goal else {
        return Ok(None);
    };
    let page = (0..)
        .zip(dataset.pages().iter())
        .find(|(_, page)| page == goal);
    let page = page.ok_or_else(|| Error::Input {
        input: format!("--goal {goal}"),
        problem: "no pageview has exactly this page; screen 3 of the explorer lists the pages"
            .to_owned(),
    })?;
    Ok(Some(page.0))
}
