//! `dwell summary`: one row of figures per gap, or per gap and day, hour or weekday. Command line floor.

use std::io::Write;

use crate::answers::breakdown::Breakdown;
use crate::answers::browse::calendar::Calendar;
use crate::cli::args::SummaryArgs;
use crate::cli::args::SummaryFormat;
use crate::cli::inputs::Inputs;
use crate::cli::report::Reporter;
use crate::engine::cut::Cut;
use crate::engine::measure::Summary;
use crate::output::Output;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::UNKNOWN;
use crate::words::figure::count;
use crate::words::figure::duration;
use crate::words::figure::share;

const FIGURES: [&str; 8] = [
    "users",
    "pageviews",
    "sessions",
    "bounces",
    "bounce_rate",
    "mean_duration_s",
    "median_duration_s",
    "pageviews_per_session",
];

/// A row: what it is of, if sessions are told apart, and its figures.
type SummaryRow = (Option<String>, Summary);

pub(in crate::cli) fn run(args: SummaryArgs) -> Result<()> {
    let choice = args.filter.choice(args.display_zone)?;
    let mut reporter = Reporter::new();
    let inputs = Inputs::of(&args.paths, &args.read, &reporter.interrupt())?;
    let (dataset, saved_gap) = inputs.open(&args.read, &mut reporter)?;
    let gaps = match args.gaps.is_empty() {
        true => vec![saved_gap],
        false => args.gaps,
    };
    let by = args.by.map(Breakdown::from);
    let calendar = Calendar::new(args.display_zone, dataset.span());
    let filter = choice.filter(&dataset);
    let mut cut = Cut::new(dataset, gaps[0]);
    let mut rows: Vec<SummaryRow> = Vec::new();
    for gap in gaps {
        cut.recut(gap);
        match by {
            None => rows.push((None, filter.summary(&cut))),
            Some(by) => {
                let broken_down = by.rows(&cut, &filter, &calendar).into_iter();
                rows.extend(broken_down.map(|(name, summary)| (Some(name), summary)));
            }
        }
    }

    let by = by.map(Breakdown::name);
    let text = match args.format {
        SummaryFormat::Text => table(by, &rows),
        SummaryFormat::Csv => csv(by, &rows),
        SummaryFormat::Json => json(by, &rows),
    };
    let mut output = Output::stdout();
    output
        .write_all(text.as_bytes())
        .map_err(Error::io("write", output.path()))?;
    output.finish().map(drop)
}

/// A number of at most six decimals, without trailing zeros.
fn decimal(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The figures in the order of [`FIGURES`], as plain numbers; `None` is unknown.
fn figures(summary: &Summary) -> [Option<String>; 8] {
    [
        Some(summary.users.to_string()),
        Some(summary.pageviews.to_string()),
        Some(summary.sessions.to_string()),
        Some(summary.bounces.to_string()),
        summary.bounce_rate().map(decimal),
        summary.mean_duration_s().map(decimal),
        summary
            .median_duration_us
            .map(|us| decimal(us as f64 / 1e6)),
        summary.pageviews_per_session().map(decimal),
    ]
}

fn csv(by: Option<&str>, rows: &[SummaryRow]) -> String {
    let header = by.into_iter().chain(["gap"]).chain(FIGURES);
    let mut text = header.collect::<Vec<_>>().join(",") + "\n";
    for (name, summary) in rows {
        let cells = name.clone().into_iter().chain([summary.gap.to_string()]);
        let cells = cells.chain(figures(summary).map(Option::unwrap_or_default));
        text += &cells.collect::<Vec<_>>().join(",");
        text.push('\n');
    }
    text
}

fn json(by: Option<&str>, rows: &[SummaryRow]) -> String {
    let objects = rows.iter().map(|(name, summary)| {
        let gap = summary.gap.to_string();
        let texts = by.zip(name.as_deref()).into_iter().chain([("gap", &*gap)]);
        let texts = texts.map(|(name, text)| format!("\"{name}\":\"{text}\""));
        let figures = FIGURES.iter().zip(figures(summary)).map(|(name, figure)| {
            format!("\"{name}\":{}", figure.unwrap_or_else(|| "null".to_owned()))
        });
        format!("{{{}}}", texts.chain(figures).collect::<Vec<_>>().join(","))
    });
    format!("[{}]\n", objects.collect::<Vec<_>>().join(",\n "))
}

/// A table for people: figures as the explorer shows them, right-aligned.
fn table(by: Option<&str>, summaries: &[SummaryRow]) -> String {
    let header = [
        "gap",
        "users",
        "pageviews",
        "sessions",
        "bounces",
        "bounce rate",
        "mean",
        "median",
        "views a session",
    ];
    let unknown = || UNKNOWN.to_owned();
    let mut rows = vec![by.into_iter().chain(header).map(str::to_owned).collect()];
    rows.extend(summaries.iter().map(|(name, summary)| -> Vec<String> {
        let figures = [
            summary.gap.to_string(),
            count(summary.users),
            count(summary.pageviews),
            count(summary.sessions),
            count(summary.bounces),
            summary.bounce_rate().map_or_else(unknown, share),
            summary
                .mean_duration_s()
                .map_or_else(unknown, |s| duration((s * 1e6) as i64)),
            summary.median_duration_us.map_or_else(unknown, duration),
            summary
                .pageviews_per_session()
                .map_or_else(unknown, |n| format!("{n:.1}")),
        ];
        name.clone().into_iter().chain(figures).collect()
    }));
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|column| rows.iter().map(|row| row[column].len()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, &width)| format!("{cell:>width$}"))
            .collect();
        text += cells.join("  ").trim_end();
        text.push('\n');
    }
    text
}
