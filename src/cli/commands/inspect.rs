//! `dwell inspect`: how files would be read. Command line floor.

use std::env;
use std::io::Write;

use serde_json::Value;
use serde_json::json;

use crate::cli::args::GapsFormat;
use crate::cli::args::InspectArgs;
use crate::cli::inputs::Inputs;
use crate::cli::inputs::open;
use crate::cli::report::Reporter;
use crate::cli::report::say;
use crate::cli::typed;
use crate::load::Loading;
use crate::load::ReadReport;
use crate::load::Spill;
use crate::output::Output;
use crate::source::Inspection;
use crate::source::Inspector;
use crate::source::Layout;
use crate::source::Location;
use crate::source::ReadOptions;
use crate::source::layouts;
use crate::store::open_table;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::figure::share;
use crate::words::shell::quoted;
use crate::words::text::safe;
use crate::words::text::width;

/// A file, and what came of it.
struct Inspected {
    file: String,
    inspection: Inspection,
    /// What was read, and what is doubtful of it; or why it is refused.
    read: Result<(ReadReport, Vec<String>)>,
}

pub(in crate::cli) fn run(args: InspectArgs) -> Result<()> {
    if args.layouts {
        if let Some((_, problem)) = args.read.defaults.broken_layouts.first() {
            return Err(Error::Usage(problem.clone()));
        }
        return print(&match args.format {
            GapsFormat::Text => layouts_text(),
            GapsFormat::Json => layouts_json(),
        });
    }
    let mut reporter = Reporter::new();
    let mut options = args.read.options();
    let mut inspected = Vec::new();
    let locations = match Inputs::of(&args.files, &args.read, &reporter.interrupt())? {
        Inputs::Store(path) => {
            let problem = "it is a store, and its columns are known; dwell check looks for damage";
            return Err(Error::Input {
                input: path.to_string_lossy().into_owned(),
                problem: problem.to_owned(),
            });
        }
        Inputs::Files { locations, .. } => locations,
    };
    let notes = args.read.defaults.notes.iter();
    notes.for_each(|note| say(note));
    for location in &locations {
        let inspector = Inspector::default();
        options.inspector = Some(inspector.clone());
        let read = read(location, &options, &mut reporter);
        if let Err(Error::Interrupted) = read {
            return Err(Error::Interrupted);
        }
        // As the files of any command, they are read alike.
        let settled =
            (read.as_ref().ok()).and_then(|(report, _)| report.understood.settled.clone());
        settled
            .into_iter()
            .for_each(|settled| options.settle(settled));
        inspected.push(Inspected {
            file: location.file().to_string_lossy().into_owned(),
            inspection: inspector.inspection(),
            read,
        });
    }
    reporter.clear();
    print(&match args.format {
        GapsFormat::Text => inspected.iter().map(text).collect::<Vec<_>>().join("\n"),
        GapsFormat::Json => {
            let all: Vec<Value> = inspected.iter().map(json).collect();
            format!("{:#}\n", Value::from(all))
        }
    })?;
    match inspected
        .into_iter()
        .find_map(|inspected| inspected.read.err())
    {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

fn read(
    location: &Location,
    options: &ReadOptions,
    reporter: &mut Reporter,
) -> Result<(ReadReport, Vec<String>)> {
    let interrupt = reporter.interrupt();
    let mut input = open(location, options, &interrupt)?;
    let table = open_table(&mut input, options, &interrupt)?;
    let mut loading = Loading::new(Spill::to(env::temp_dir()), None);
    let mut observer = |progress| reporter.observe(progress);
    let report = loading.read(&mut input, table, options, false, &mut observer)?;
    let loaded = loading.finish_inputs(&mut observer)?;
    Ok((report, loaded.dataset.coverage.warnings.clone()))
}

fn print(text: &str) -> Result<()> {
    let mut output = Output::stdout();
    output
        .write_all(text.as_bytes())
        .map_err(Error::io("write", output.path()))?;
    output.finish().map(drop)
}

/// Text for people, safe for a terminal.
fn text(inspected: &Inspected) -> String {
    let Inspected {
        file,
        inspection,
        read,
    } = inspected;
    let mut lines = Vec::new();
    match read {
        Ok((report, _)) => {
            lines.push(format!("{file}: {}", report.understood));
            let mut counts = vec![
                counted(report.pageviews, "pageview"),
                counted(report.rejects, "reject"),
            ];
            let left_out = report.understood.left_out.iter();
            counts.extend(left_out.map(|(reason, n)| format!("{} left out: {reason}", count(*n))));
            lines.push(counts.join(", "));
        }
        Err(error) => lines.push(format!("refused: {error}")),
    }
    if let Some(layout) = &inspection.layout {
        lines.push(format!("layout: {layout}"));
    }
    if !inspection.parts.is_empty() {
        lines.push(String::new());
        lines.extend(columns(inspection));
        let n_more = inspection.first.n_parts() - inspection.parts.len() as u64;
        if n_more > 0 {
            lines.push(format!("… and {}", counted(n_more, "further column")));
        }
        lines.push(String::new());
    }
    let notes: Vec<String> = match read {
        Ok((report, warnings)) => {
            let warnings = warnings.iter().map(|warning| format!("warning: {warning}"));
            let notes = report.understood.notes.iter();
            notes
                .map(|note| format!("note: {note}"))
                .chain(warnings)
                .collect()
        }
        Err(_) => inspection
            .notes
            .iter()
            .map(|note| format!("note: {note}"))
            .collect(),
    };
    lines.extend(notes);
    lines.extend(command(inspected));
    let indented = |(number, line): (usize, &String)| match (number, line.as_str()) {
        (0, line) => format!("{}\n", safe(line)),
        (_, "") => "\n".to_owned(),
        (_, line) => format!("  {}\n", safe(line)),
    };
    lines.iter().enumerate().map(indented).collect()
}

/// The columns as a table: a line a column, and the heading.
fn columns(inspection: &Inspection) -> Vec<String> {
    let mut rows = vec![["column", "part", "filled", "distinct", "examples"].map(str::to_owned)];
    rows.extend(inspection.parts.iter().map(|part| {
        [
            safe(&part.name).into_owned(),
            part.role.unwrap_or_default().to_owned(),
            share(part.filled as f64 / part.rows as f64),
            count(part.distinct),
            safe(&part.examples.join(", ")).into_owned(),
        ]
    }));
    let wide = |column: usize| {
        rows.iter()
            .map(|row| width(&row[column]))
            .max()
            .unwrap_or(0)
    };
    let widths = [0, 1, 2, 3].map(wide);
    let line = |row: &[String; 5]| {
        let [name, role, filled, distinct, examples] = row;
        let pad = |text: &str, column: usize| " ".repeat(widths[column] - width(text));
        let line = format!(
            "{name}{}  {role}{}  {}{filled}  {}{distinct}  {examples}",
            pad(name, 0),
            pad(role, 1),
            pad(filled, 2),
            pad(distinct, 3),
        );
        line.trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// The command that says how the file is read.
fn command(inspected: &Inspected) -> Option<String> {
    let columns = inspected.inspection.columns.as_ref()?;
    let mut command = typed::command([inspected.file.as_str()]);
    for (option, value) in columns.options() {
        command += &format!(" {option} {}", quoted(value));
    }
    Some(command)
}

fn json(inspected: &Inspected) -> Value {
    let Inspected {
        file,
        inspection,
        read,
    } = inspected;
    let columns = inspection.parts.iter().map(|part| {
        json!({
            "name": part.name, "part": part.role, "rows": part.rows, "filled": part.filled, "distinct": part.distinct,
            "examples": part.examples,
        })
    });
    let columns: Vec<Value> = columns.collect();
    let mut object = json!({
        "input": file, "layout": inspection.layout, "n_columns": inspection.first.n_parts(), "columns": columns, "command": command(inspected),
    });
    let more = match read {
        Err(error) => json!({ "refused": error.to_string(), "notes": inspection.notes }),
        Ok((report, warnings)) => {
            let understood = &report.understood;
            let left_out = understood.left_out.iter();
            let left_out: Vec<Value> = left_out
                .map(|(reason, rows)| json!({ "reason": reason, "rows": rows }))
                .collect();
            json!({
                "refused": null, "format": understood.format, "user": understood.user, "time": understood.time,
                "time_form": understood.time_form, "page": understood.page, "pageviews": report.pageviews,
                "rejects": report.rejects, "left_out": left_out, "notes": understood.notes, "warnings": warnings,
            })
        }
    };
    if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
        object.extend(more);
    }
    object
}

/// Where a layout is documented, or which file of a person's own it is.
fn about(layout: &Layout) -> String {
    match &layout.own_file {
        Some(file) => format!("yours, {file}.toml {}", layout.about),
        None => layout.about.clone(),
    }
}

fn layouts_text() -> String {
    let names = layouts().iter().map(|layout| width(&layout.name));
    let wide = names.max().unwrap_or(0);
    let line =
        |name: &str, about: &str| format!("{name}{}  {about}\n", " ".repeat(wide - width(name)));
    layouts()
        .iter()
        .map(|layout| line(&safe(&layout.name), safe(&about(layout)).trim_end()))
        .collect()
}

fn layouts_json() -> String {
    let all: Vec<Value> = layouts()
        .iter()
        .map(|layout| json!({ "name": layout.name, "about": about(layout) }))
        .collect();
    format!("{:#}\n", Value::from(all))
}
