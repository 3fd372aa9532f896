//! `dwell summary`: one row of figures per gap, or per gap and day, hour, weekday or carried value. Command line floor.

use std::io::Write;

use serde_json::Value;

use crate::answers::breakdown::Breakdown;
use crate::answers::breakdown::RowLabel;
use crate::answers::browse::calendar::Calendar;
use crate::answers::export::csv::push_field;
use crate::cli::args::BreakdownArg;
use crate::cli::args::SummaryArgs;
use crate::cli::args::SummaryFormat;
use crate::cli::inputs::Inputs;
use crate::cli::report::Reporter;
use crate::engine::cut::Cut;
use crate::engine::measure::Summary;
use crate::output::Output;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::NOTHING;
use crate::words::figure::UNKNOWN;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::figure::duration;
use crate::words::figure::share;
use crate::words::text::cut_end;
use crate::words::text::safe;
use crate::words::text::width;

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
type SummaryRow = (Option<RowLabel>, Summary);

/// Values of a carried column that have a row each in a table for people.
const MOST_VALUES: usize = 20;

/// The most columns of a terminal that a value takes there.
const MOST_WIDTH: usize = 60;

pub(in crate::cli) fn run(mut args: SummaryArgs) -> Result<()> {
    let mut reporter = Reporter::new();
    if let Some(BreakdownArg::Column(name)) = &args.by {
        if name == "gap" || FIGURES.contains(&name.as_str()) {
            return Err(Error::Usage(format!(
                "--by {name}: a summary has a column {name} of its own: carry this one under another name, such as \
                 --carry seen_{name}={name} --by seen_{name}"
            )));
        }
        args.read.carry_too(name)?;
    }
    let inputs = Inputs::of(&args.paths, &args.read, &reporter.interrupt())?;
    let carried = inputs.carried(&args.read)?;
    let choice = args.filter.choice(args.display_zone, &carried)?;
    let by = args.by.as_ref().map(|by| by.among(&carried)).transpose()?;
    let (dataset, saved_gap) = inputs.open(&args.read, &mut reporter)?;
    let gaps = match args.gaps.is_empty() {
        true => vec![saved_gap],
        false => args.gaps,
    };
    let most = match args.format {
        SummaryFormat::Text => MOST_VALUES,
        SummaryFormat::Csv | SummaryFormat::Json => usize::MAX,
    };
    let calendar = Calendar::new(args.display_zone, dataset.span());
    let filter = choice.filter(&dataset);
    let mut cut = Cut::new(dataset, gaps[0]);
    let mut rows: Vec<SummaryRow> = Vec::new();
    for gap in gaps {
        cut.recut(gap);
        match by {
            None => rows.push((None, filter.summary(&cut))),
            Some(by) => {
                let broken_down = by.rows(&cut, &filter, &calendar, most).into_iter();
                rows.extend(broken_down.map(|(name, summary)| (Some(name), summary)));
            }
        }
    }

    let by = by.map(|by| match by {
        Breakdown::Carried(column) => carried[column].as_str(),
        by => by.name(),
    });
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
    let header = by.map(csv_field).into_iter();
    let header = header.chain(["gap"].into_iter().chain(FIGURES).map(str::to_owned));
    let mut text = header.collect::<Vec<_>>().join(",") + "\n";
    for (label, summary) in rows {
        let label = label.as_ref().map(|label| match label {
            RowLabel::Value(text) => csv_field(text),
            RowLabel::Nothing | RowLabel::Others(_) => String::new(),
        });
        let cells = label.into_iter().chain([summary.gap.to_string()]);
        let cells = cells.chain(figures(summary).map(Option::unwrap_or_default));
        text += &cells.collect::<Vec<_>>().join(",");
        text.push('\n');
    }
    text
}

fn csv_field(text: &str) -> String {
    let mut field = Vec::new();
    push_field(&mut field, text);
    String::from_utf8_lossy(&field).into_owned()
}

fn json(by: Option<&str>, rows: &[SummaryRow]) -> String {
    let objects = rows.iter().map(|(label, summary)| {
        let value = |label: &RowLabel| match label {
            RowLabel::Value(text) => Value::from(text.as_str()),
            RowLabel::Nothing | RowLabel::Others(_) => Value::Null,
        };
        let label = by.zip(label.as_ref().map(value)).into_iter();
        let texts = label.chain([("gap", Value::from(summary.gap.to_string()))]);
        let texts = texts.map(|(name, value)| format!("{}:{value}", Value::from(name)));
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
    let by = by.map(|name| cut_end(&safe(name), MOST_WIDTH));
    let header = by.into_iter().chain(header.map(str::to_owned));
    let mut rows = vec![header.collect::<Vec<String>>()];
    rows.extend(summaries.iter().map(|(label, summary)| -> Vec<String> {
        let label = label.as_ref().map(|label| match label {
            RowLabel::Value(text) => cut_end(&safe(text), MOST_WIDTH),
            RowLabel::Nothing => NOTHING.to_owned(),
            RowLabel::Others(n) => format!("({})", counted(*n, "other")),
        });
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
        label.into_iter().chain(figures).collect()
    }));
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|column| {
            rows.iter()
                .map(|row| width(&row[column]))
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, &widest)| " ".repeat(widest - width(cell)) + cell)
            .collect();
        text += cells.join("  ").trim_end();
        text.push('\n');
    }
    text
}
