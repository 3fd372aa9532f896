//! `dwell summary`: one row of figures per gap. Command line floor.

use std::io::Write;

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

const COLUMNS: [&str; 9] = [
    "gap",
    "users",
    "pageviews",
    "sessions",
    "bounces",
    "bounce_rate",
    "mean_duration_s",
    "median_duration_s",
    "pageviews_per_session",
];

pub(in crate::cli) fn run(args: SummaryArgs) -> Result<()> {
    let choice = args.filter.choice(args.display_zone)?;
    let mut reporter = Reporter::new();
    let inputs = Inputs::of(&args.paths, &args.read, &reporter.interrupt())?;
    let (dataset, saved_gap) = inputs.open(&args.read, &mut reporter)?;
    let gaps = match args.gaps.is_empty() {
        true => vec![saved_gap],
        false => args.gaps,
    };
    let filter = choice.filter(&dataset);
    let mut cut = Cut::new(dataset, gaps[0]);
    let summaries: Vec<Summary> = gaps
        .into_iter()
        .map(|gap| {
            cut.recut(gap);
            filter.summary(&cut)
        })
        .collect();

    let text = match args.format {
        SummaryFormat::Text => table(&summaries),
        SummaryFormat::Csv => csv(&summaries),
        SummaryFormat::Json => json(&summaries),
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

/// The figures in the order of [`COLUMNS`], as plain numbers; `None` is unknown.
fn figures(summary: &Summary) -> [Option<String>; 9] {
    [
        Some(summary.gap.to_string()),
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

fn csv(summaries: &[Summary]) -> String {
    let mut text = COLUMNS.join(",") + "\n";
    for summary in summaries {
        text += &figures(summary).map(Option::unwrap_or_default).join(",");
        text.push('\n');
    }
    text
}

fn json(summaries: &[Summary]) -> String {
    let rows: Vec<String> = summaries
        .iter()
        .map(|summary| {
            let [gap, figures @ ..] = figures(summary);
            let gap = format!("\"gap\":\"{}\"", gap.unwrap_or_default());
            let figures = COLUMNS[1..].iter().zip(figures).map(|(name, figure)| {
                format!("\"{name}\":{}", figure.unwrap_or_else(|| "null".to_owned()))
            });
            format!(
                "{{{}}}",
                std::iter::once(gap)
                    .chain(figures)
                    .collect::<Vec<_>>()
                    .join(",")
            )
        })
        .collect();
    format!("[{}]\n", rows.join(",\n "))
}

/// A table for people: figures as the explorer shows them, right-aligned.
fn table(summaries: &[Summary]) -> String {
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
    let mut rows = vec![header.map(str::to_owned)];
    rows.extend(summaries.iter().map(|summary| {
        [
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
        ]
    }));
    let widths: Vec<usize> = (0..header.len())
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
