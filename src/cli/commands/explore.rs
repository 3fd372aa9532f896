//! `dwell [PATH]...`: the explorer. Command line floor.

use std::env;
use std::fs;
use std::fs::File;
use std::io;
use std::io::IsTerminal;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use clap::CommandFactory;

use crate::answers::pauses_file::is_header;
use crate::app::COLUMN_LISTS;
use crate::app::Origin;
use crate::app::Panel;
use crate::app::Start;
use crate::app::TerminalTraits;
use crate::app::Theme;
use crate::cli::args::Cli;
use crate::cli::args::ColorWhen;
use crate::cli::args::ExploreArgs;
use crate::cli::args::GlyphsName;
use crate::cli::args::LoadArgs;
use crate::cli::args::ThemeName;
use crate::cli::commands::load;
use crate::cli::config::Config;
use crate::cli::config::keep_columns;
use crate::cli::inputs::Inputs;
use crate::cli::inputs::load_options;
use crate::cli::report;
use crate::cli::typed;
use crate::explorer;
use crate::explorer::Opening;
use crate::explorer::Outside;
use crate::explorer::TerminalBackground;
use crate::explorer::background;
use crate::store::Access;
use crate::store::Store;
use crate::system::files::brings_bytes;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::gap::Gap;
use crate::words::interrupt::Interrupt;
use crate::words::nearest::nearest;

pub(in crate::cli) fn run(mut args: ExploreArgs, color: ColorWhen, config: Config) -> Result<()> {
    if let Some(path) = args.paths.first()
        && let Some(command) = misspelt_command(path)
    {
        let path = path.to_string_lossy();
        let problem = format!("there is no file or command {path}; did you mean dwell {command}?");
        return Err(Error::Usage(problem));
    }
    if !io::stdout().is_terminal() {
        let hint = "the explorer needs a terminal: in a pipeline use dwell summary or dwell export";
        return Err(Error::Usage(hint.into()));
    }
    if args.paths.is_empty() && args.store.is_none() && brings_bytes(&io::stdin()) {
        args.paths.push("-".into());
    }
    if args.paths.iter().any(|path| path == Path::new("-")) && io::stdin().is_terminal() {
        let hint = "standard input is a terminal: pipe pageviews into dwell, or name a file";
        return Err(Error::Usage(hint.into()));
    }
    let follows = args.follow;
    if follows {
        refuse_to_follow(&args)?;
    }
    let (mut goes_on, mut autoreload) = (false, args.autoreload);
    let named: Vec<String> = (args.paths.iter())
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    let command = typed::command(named.iter().map(String::as_str));
    let unsaved_gap = args.read.defaults.gap;
    let (name, origin, saved_gap, opening) = if let Some(store) = args.store {
        if !args.paths.is_empty() {
            load::run(LoadArgs {
                store: store.clone(),
                files: args.paths,
                dedupe: false,
                follow: false,
                read: args.read,
            })
            .inspect_err(|error| {
                if error.is_of_columns() {
                    report::say(
                        "without --store, the columns can be chosen on the screen; :keep FILE writes the store from there",
                    );
                }
            })?;
        }
        opened(store)?
    } else if args.paths.is_empty() {
        (
            "sample.db".to_owned(),
            Origin::Sample,
            unsaved_gap,
            Opening::Sample,
        )
    } else if let [path] = args.paths.as_slice()
        && holds_pauses(path)
    {
        (
            name_of(path),
            Origin::Pauses,
            unsaved_gap,
            Opening::Pauses(path.clone()),
        )
    } else {
        match Inputs::of(&args.paths, &args.read, &Interrupt::default())? {
            Inputs::Store(path) => {
                autoreload |= follows;
                opened(path)?
            }
            Inputs::Files { locations, notes } => {
                let name = match args.paths.as_slice() {
                    [path] => name_of(path),
                    [path, rest @ ..] => format!("{} and {} more", name_of(path), rest.len()),
                    [] => String::new(),
                };
                let options = load_options(&args.read);
                let is_pipe = matches!(&locations[..], [location] if location.is_pipe());
                // What is not UTF-8 cannot be cut, and is read to its end.
                let is_cut = is_pipe && options.read.other_encoding().is_none();
                goes_on = follows || is_cut;
                if follows && locations.len() > 1 {
                    return Err(Error::Usage(ONE_FILE.to_owned()));
                }
                (
                    name,
                    Origin::Files,
                    unsaved_gap,
                    Opening::Files {
                        locations,
                        notes,
                        options: Box::new(options),
                        goes_on,
                    },
                )
            }
        }
    };
    let (theme, owes_answer) = theme(args.theme, color);
    let terminal = TerminalTraits {
        owes_answer,
        ..terminal_traits(args.glyphs)
    };
    let start = Start {
        name,
        origin,
        saved_gap,
        gap: args.gap.unwrap_or(saved_gap),
        goes_on,
        autoreload,
        display_zone: args.display_zone,
        theme,
        terminal,
        mouse: args.mouse,
        keymap: config.keymap,
        columns: config.columns,
        colors: config.colors,
        command,
    };
    explorer::run(start, opening, &mut Caller)
}

/// Does what the explorer asks for.
struct Caller;

impl Outside for Caller {
    fn keep_columns(&mut self, panel: Panel, columns: &[String]) -> Result<String, String> {
        let mut lists = COLUMN_LISTS.iter();
        let (list, _) = lists
            .find(|(_, other)| *other == panel)
            .ok_or("this list is not known")?;
        keep_columns(list, columns).map_err(|error| error.to_string())
    }

    fn say_chosen(&mut self, command: &str) {
        report::say(&format!("the columns you chose, as a command: {command}"));
    }
}

const ONE_FILE: &str = "--follow takes one file that grows, or one store";

/// Errors if what was typed cannot be followed.
fn refuse_to_follow(args: &ExploreArgs) -> Result<()> {
    let problem = match &args.paths[..] {
        _ if args.store.is_some() => {
            "--follow and --store do not go together: run dwell load --follow --store STORE FILE, and beside it dwell \
             --follow STORE"
        }
        [] => "--follow needs a file that grows, or a store",
        [path] if path == Path::new("-") => {
            "standard input needs no --follow: what comes through a pipe is followed by itself"
        }
        [path] if path.is_dir() => "--follow takes one file that grows: name the one in the folder",
        [_] => return Ok(()),
        _ => ONE_FILE,
    };
    Err(Error::Usage(problem.to_owned()))
}

/// The command that a word is most like, if it is one word that names no file.
fn misspelt_command(path: &Path) -> Option<String> {
    let word = path
        .to_str()
        .filter(|word| word.bytes().all(|b| b.is_ascii_lowercase()))?;
    if path.exists() {
        return None;
    }
    let commands = Cli::command();
    let names = commands.get_subcommands().map(|command| command.get_name());
    nearest(word, names).map(str::to_owned)
}

/// What the explorer is to know of a store.
fn opened(path: PathBuf) -> Result<(String, Origin, Gap, Opening)> {
    let gap = Store::open(&path, Access::Read)?.gap()?;
    Ok((name_of(&path), Origin::Store, gap, Opening::Store(path)))
}

/// Whether the file is what the statement `pauses` gave, by its header line. A file that cannot be read
/// is not, and whoever opens it next says why.
fn holds_pauses(path: &Path) -> bool {
    const HEADER_BYTES: u64 = 4 << 10;
    let is_file = fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    let mut start = Vec::new();
    let read = |file: File| file.take(HEADER_BYTES).read_to_end(&mut start);
    if !is_file || File::open(path).and_then(read).is_err() {
        return false;
    }
    let start = String::from_utf8_lossy(&start);
    is_header(start.lines().next().unwrap_or_default())
}

/// The colours, and whether the terminal was asked and has not answered.
fn theme(name: ThemeName, color: ColorWhen) -> (Theme, bool) {
    let without_color = match color {
        ColorWhen::Never => true,
        ColorWhen::Always => false,
        // https://no-color.org: set to anything but nothing.
        ColorWhen::Auto => env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()),
    };
    let theme = match name {
        _ if without_color || is_dumb() => Theme::Mono,
        ThemeName::Auto => {
            return match background() {
                TerminalBackground::Light => (Theme::Light, false),
                TerminalBackground::Dark | TerminalBackground::Unknown => (Theme::Dark, false),
                TerminalBackground::Silent => (Theme::Dark, true),
            };
        }
        ThemeName::Dark => Theme::Dark,
        ThemeName::Light => Theme::Light,
        ThemeName::Mono => Theme::Mono,
    };
    (theme, false)
}

/// What a person and the environment say of the terminal.
fn terminal_traits(glyphs: GlyphsName) -> TerminalTraits {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find(|&name| is_set(name));
    let locale = locale.and_then(|name| env::var(name).ok());
    // Where nothing is said, as in most containers, the terminal outside knows UTF-8 all the same.
    let is_utf8 = locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase().replace('-', "");
        locale.contains("utf8")
    });
    let copy_caveat = match () {
        _ if is_set("TMUX") => Some("tmux passes it on if its option set-clipboard is on"),
        _ if is_set("STY") => Some("screen does not pass it on"),
        _ if is_dumb() => Some("a dumb terminal does not take it"),
        _ => None,
    };
    TerminalTraits {
        is_ascii: match glyphs {
            GlyphsName::Auto => is_dumb() || !is_utf8,
            GlyphsName::Unicode => false,
            GlyphsName::Ascii => true,
        },
        owes_answer: false,
        copy_caveat,
    }
}

fn is_dumb() -> bool {
    env::var_os("TERM").is_some_and(|term| term == "dumb")
}

fn name_of(path: &Path) -> String {
    if path == Path::new("-") {
        return "standard input".to_owned();
    }
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}
