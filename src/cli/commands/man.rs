//! `dwell man`: the manual pages, made of the same table as the help. Command line floor.

use std::io;
use std::io::Write;
use std::path::Path;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::Roff;
use clap_mangen::roff::bold;
use clap_mangen::roff::roman;

use crate::app::KeyGroup;
use crate::app::bindings;
use crate::cli::args::ManArgs;
use crate::cli::args::examples;
use crate::cli::args::help;
use crate::cli::files;
use crate::cli::files::FileInFolder;
use crate::cli::report;
use crate::output::Output;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::counted;
use crate::words::shell::quoted;
use crate::words::text::safe;

const SOURCE: &str = concat!("dwell ", env!("CARGO_PKG_VERSION"));

/// What the main page says first.
const DESCRIPTION: [&str; 3] = [
    "dwell reads pageviews (who, when, which page) from the logs of web servers, from CSV, JSON, Parquet and other \
     files, and cuts them into sessions. A session ends where its user pauses for as long as the gap or longer: \
     30 minutes, unless another gap is chosen.",
    "Without a command it opens the explorer: users, their sessions and timelines, pages and the calendar. + and - \
     move the gap, and every figure follows. A question mark shows all keys.",
    "The data goes to standard output, words and progress to standard error.",
];

const EXIT_STATUS: [(&str, &str); 4] = [
    ("0", "All was done. A closed pipe is no failure."),
    (
        "1",
        "Something failed; standard error says what, and what to do.",
    ),
    ("2", "The command line was wrong."),
    ("130", "It was interrupted, and left nothing half done."),
];

const ENVIRONMENT: [(&str, &str); 5] = [
    (
        "DWELL_NAME",
        "The default of the option --name, such as DWELL_TIME_ZONE for --time-zone. It goes before the configuration file.",
    ),
    (
        "NO_COLOR",
        "If set and not empty, no colours are used, unless --color always is given.",
    ),
    ("TMPDIR", "Folder for temporary files."),
    (
        "LC_ALL, LC_CTYPE, LANG",
        "If they name no UTF-8, the explorer draws in ASCII.",
    ),
    ("TERM", "The explorer draws in ASCII where it is dumb."),
];

const FILES: [(&str, &str); 2] = [
    (
        "config.toml",
        "Defaults, keys, columns and colours. dwell config path says where it is, dwell config print-default what it may hold.",
    ),
    (
        "STORE",
        "An SQLite file. Its views pageviews and sessions can be read with sqlite3, too.",
    ),
];

pub(in crate::cli) fn run(args: ManArgs) -> Result<()> {
    let mut commands = help::commands();
    commands.build();
    let shown = commands
        .get_subcommands()
        .filter(|command| !command.is_hide_set());
    let all: Vec<&Command> = std::iter::once(&commands).chain(shown).collect();
    let pages = all.iter().map(|command| page(command, &all));
    let pages: io::Result<Vec<FileInFolder>> = pages.collect();
    let pages = pages.expect("writing to memory does not fail");
    match &args.folder {
        Some(folder) => write(folder, &pages, args.force),
        None => {
            let mut output = Output::stdout();
            output
                .write_all(&pages[0].text)
                .map_err(Error::io("write", output.path()))?;
            output.finish().map(|_| ())
        }
    }
}

fn write(folder: &Path, pages: &[FileInFolder], overwrites: bool) -> Result<()> {
    files::write(folder, pages, overwrites)?;
    report::say(&format!(
        "wrote {} to {}; man -l {} shows the first",
        counted(pages.len() as u64, "page"),
        safe(&folder.to_string_lossy()),
        safe(&quoted(&folder.join(&pages[0].name).to_string_lossy())),
    ));
    Ok(())
}

fn page(command: &Command, all: &[&Command]) -> io::Result<FileInFolder> {
    let is_main = command.get_name() == "dwell";
    let shown = command
        .clone()
        .mut_args(|arg| match arg.get_help_heading() {
            // What the help hides is on the page.
            Some(heading) if arg.is_hide_set() => {
                let heading = format!("Reading: {heading}");
                arg.hide(false).help_heading(heading)
            }
            _ if arg.get_id() == help::HELP_READING => arg.hide(true),
            _ => arg,
        });
    let usage = shown.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").to_owned();
    let man = Man::new(
        shown
            .override_usage(usage)
            .subcommand_help_heading("COMMANDS"),
    );
    let name = man.get_filename();
    let title = name.trim_end_matches(".1").to_uppercase();
    let mut text = format!(".TH {title} 1 \"\" \"{SOURCE}\" \"dwell\"\n").into_bytes();
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    if is_main {
        let mut roff = Roff::new();
        roff.control("SH", ["DESCRIPTION"]);
        for (n, paragraph) in DESCRIPTION.into_iter().enumerate() {
            if n > 0 {
                roff.control("PP", []);
            }
            roff.text([roman(paragraph)]);
        }
        roff.to_writer(&mut text)?;
    }
    terms("EXAMPLES", examples::of(command.get_name())).to_writer(&mut text)?;
    if is_main {
        man.render_subcommands_section(&mut text)?;
    } else if command.has_subcommands() {
        // They have no pages of their own.
        let within = command
            .get_subcommands()
            .filter(|within| within.get_name() != "help");
        let within: Vec<(String, String)> = within
            .map(|within| {
                (
                    within.get_name().to_owned(),
                    within
                        .get_about()
                        .map(ToString::to_string)
                        .unwrap_or_default(),
                )
            })
            .collect();
        terms("COMMANDS", &within).to_writer(&mut text)?;
    }
    man.render_options_section(&mut text)?;
    after_help(command).to_writer(&mut text)?;
    if is_main {
        keys().to_writer(&mut text)?;
    }
    terms("EXIT STATUS", &EXIT_STATUS).to_writer(&mut text)?;
    terms("ENVIRONMENT", &ENVIRONMENT).to_writer(&mut text)?;
    terms("FILES", &FILES).to_writer(&mut text)?;
    see_also(command, all).to_writer(&mut text)?;
    Ok(FileInFolder {
        name: name.into(),
        text,
    })
}

/// The tables below the help, as sections.
fn after_help(command: &Command) -> Roff {
    let mut roff = Roff::new();
    let text = command.get_after_help().map(ToString::to_string);
    for section in text.iter().flat_map(|text| text.split("\n\n")) {
        let (heading, lines) = section.split_once(":\n").unwrap_or(("", section));
        roff.control("SH", [heading.to_uppercase().as_str()]);
        roff.control("nf", []);
        for line in lines.lines() {
            roff.text([roman(line)]);
        }
        roff.control("fi", []);
    }
    roff
}

/// The keys of the explorer.
fn keys() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["KEYS OF THE EXPLORER"]);
    for group in KeyGroup::ALL {
        roff.control("SS", [group.heading()]);
        for binding in bindings().iter().filter(|binding| binding.group == group) {
            roff.control("TP", ["16"]);
            roff.text([bold(in_words(&binding.keys_text()))]);
            roff.text([roman(binding.words)]);
        }
    }
    roff
}

/// Keys without arrows, which not every terminal has.
fn in_words(keys: &str) -> String {
    let arrows = [('↑', "Up"), ('↓', "Down"), ('←', "Left"), ('→', "Right")];
    let words = arrows
        .into_iter()
        .fold(keys.to_owned(), |keys, (arrow, word)| {
            keys.replace(arrow, word)
        });
    words.replace(' ', ", ")
}

fn terms(heading: &str, terms: &[(impl AsRef<str>, impl AsRef<str>)]) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", [heading]);
    for (term, words) in terms {
        roff.control("TP", []);
        roff.text([bold(term.as_ref())]);
        roff.text([roman(words.as_ref())]);
    }
    roff
}

fn see_also(command: &Command, all: &[&Command]) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["SEE ALSO"]);
    let others = all
        .iter()
        .filter(|other| other.get_name() != command.get_name());
    let names: Vec<String> = others
        .map(|other| {
            other
                .get_display_name()
                .unwrap_or_else(|| other.get_name())
                .to_owned()
                + "(1)"
        })
        .collect();
    roff.text([roman(names.join(", "))]);
    roff
}
