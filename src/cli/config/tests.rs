//! The configuration as text, without a file or an environment of anybody.

use super::*;
use crate::app::Binding;
use crate::app::COLUMN_LISTS;
use crate::app::KeyPress;
use crate::app::bindings;
use crate::app::columns_at_first;
use clap::CommandFactory;
use proptest::prelude::*;

fn read(text: &str) -> Result<Config, String> {
    let file = ConfigFile {
        path: "c.toml".into(),
        text: text.to_owned(),
    };
    Config::of(&file).map_err(|error| error.to_string())
}

fn set(config: &Config, name: &str) -> Vec<String> {
    config
        .text(name)
        .map_or(Vec::new(), |given| given.texts.clone())
}

/// The default file with the settings of some lines in force.
fn uncommented(is_wanted: impl Fn(usize) -> bool) -> String {
    let text = default_config();
    let lines = text.lines().enumerate().map(|(n, line)| {
        let setting = line.strip_prefix('#').filter(|rest| !rest.starts_with(' '));
        setting.filter(|_| is_wanted(n)).unwrap_or(line)
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn is_default(config: &Config) {
    let keys = |bindings: &[Binding]| bindings.iter().map(Binding::keys_text).collect::<Vec<_>>();
    assert_eq!(keys(config.keymap.bindings()), keys(bindings()));
    for (panel, shown) in &config.columns {
        let (all, at_first) = columns_at_first(*panel);
        let at_first: Vec<&str> = at_first.iter().map(|&place| all[place].as_str()).collect();
        assert_eq!(*shown, at_first);
    }
    assert!(config.colors.is_empty());
    assert_eq!(config.gap(), Gap::DEFAULT);
    let plain = Cli::command();
    let settled = config.settle(Cli::command());
    let defaults = |command: &Command| {
        let flags = command
            .get_arguments()
            .filter(|flag| flag.get_long().is_some());
        let defaults =
            flags.map(|flag| format!("{}={:?}", flag.get_id(), flag.get_default_values()));
        defaults
            .filter(|text| !text.contains("[\"false\"]"))
            .collect::<Vec<_>>()
    };
    let without_switches = |texts: Vec<String>| {
        let switches = ["mouse", "autoreload", "all_rows", "strict", "log_host"];
        let is_switch = |text: &String| {
            switches
                .iter()
                .any(|name| text.starts_with(&format!("{name}=")))
        };
        texts
            .into_iter()
            .filter(|text| !is_switch(text))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        without_switches(defaults(&settled)),
        without_switches(defaults(&plain))
    );
}

#[test]
fn every_line_of_the_default_file_says_what_holds_without_it() {
    is_default(&read(&default_config()).unwrap());
    is_default(&read(&uncommented(|_| true)).unwrap());
    for n in 0..default_config().lines().count() {
        is_default(&read(&uncommented(|line| line == n)).unwrap());
    }
}

#[test]
fn the_default_file_has_every_setting_list_part_and_command() {
    let text = uncommented(|_| true);
    let file = ConfigFile {
        path: "c.toml".into(),
        text,
    };
    let table = file.table().unwrap();
    let n = |name: &str| table.get(name).unwrap().get_ref().as_table().unwrap().len();
    assert_eq!(table.len(), SETTINGS.len() + TABLES.len());
    assert_eq!(n("reading"), READING.len());
    assert_eq!(n("columns"), COLUMN_LISTS.len());
    assert_eq!(n("keys"), bindings().len());
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_what_was_expected() {
    for (text, expected) in [
        (
            "\nthem = \"dark\"",
            "c.toml:2: there is no setting them; did you mean theme?",
        ),
        (
            "theme = \"ligth\"",
            "c.toml:1: theme = \"ligth\": expected auto, dark, light or mono; did you mean light?",
        ),
        (
            "theme = 3",
            "c.toml:1: theme: expected auto, dark, light or mono",
        ),
        ("mouse = \"yes\"", "c.toml:1: mouse: expected true or false"),
        (
            "gap = \"0m\"",
            "c.toml:1: gap = \"0m\": expected a gap such as 30m, 90s or 1h30m",
        ),
        (
            "display-zone = \"Oslo\"",
            "c.toml:1: display-zone = \"Oslo\": expected a time zone such as Europe/Oslo",
        ),
        (
            "time-zone = \"UTC\"",
            "c.toml:1: time-zone belongs under [reading]",
        ),
        (
            "[reading]\ngap = \"1h\"",
            "c.toml:2: gap belongs before the first [table]",
        ),
        (
            "[reading]\nmax-rejects = \"most\"",
            "c.toml:2: max-rejects = \"most\": expected a share such as \"90%\"",
        ),
        (
            "[reading]\nuser-column = \"#2\"",
            "c.toml:2: user-column = \"#2\": expected the name of a column",
        ),
        ("reading = 3", "c.toml:1: [reading] is a table"),
        (
            "[colours]",
            "c.toml:1: there is no setting colours; did you mean colors?",
        ),
        (
            "[keys]\n\nexpor = \"x\"",
            "c.toml:3: there is no command expor; did you mean export?",
        ),
        (
            "[keys]\nexport = \"ctrl-c\"",
            "c.toml:2: \"ctrl-c\": ctrl-c always cancels or quits",
        ),
        (
            "[keys]\nexport = [\"e\",\n\"hyper-e\"]",
            "c.toml:3: \"hyper-e\": expected a key such as e, G, ctrl-u, alt-x, f5, up, pageup, enter or space",
        ),
        (
            "[keys]\nexport = 3",
            "c.toml:2: expected a key or a list of keys",
        ),
        ("[keys]\nquit = []", "c.toml:2: quit needs a key"),
        (
            "[keys]\nexport = \"y\"",
            "c.toml:2: y is a key of copy, too: give export another, or copy another or none (copy = [])",
        ),
        (
            "[keys]\ncopy = \"X\"\nexport = \"X\"",
            "c.toml:3: X is a key of copy, too: give export another, or copy another or none (copy = [])",
        ),
        (
            "[columns]\nusers = []",
            "c.toml:2: users shows at least one column",
        ),
        (
            "[columns]\nusers = [\"user\", \"session\"]",
            "c.toml:2: there is no column session; did you mean sessions?",
        ),
        (
            "[columns]\npages = [\"carried:referrer\"]",
            "c.toml:2: there is no column carried:referrer, but page, views, share, sessions, landings, exits, exit rate, bounces, median dwell",
        ),
        (
            "[columns]\nsessions = [\"carried:\"]",
            "c.toml:2: there is no column carried:, but user, started, duration, views, landing, exit, state",
        ),
        (
            "[columns]\nuser = [\"user\"]",
            "c.toml:2: there is no list user; did you mean users?",
        ),
        (
            "[colors]\nwithin = \"beige\"",
            "c.toml:2: expected a colour such as blue, light-blue, 208 or \"#ffaf00\"",
        ),
        (
            "[colors]\ninside = 3",
            "c.toml:2: there is no part inside, but within, between, strong, plain, found, dim, selected, selected-elsewhere",
        ),
    ] {
        assert_eq!(read(text).unwrap_err(), expected, "{text}");
    }
    let broken = read("theme = \"dark\"\ngap = = 3").unwrap_err();
    assert!(broken.starts_with("c.toml:2: "), "{broken}");
}

#[test]
fn what_one_kind_of_file_is_like_is_no_default() {
    for name in OF_SOME_FILES {
        let problem = read(&format!("[reading]\n{name} = \"x\"")).unwrap_err();
        assert!(
            problem.starts_with(&format!("c.toml:2: {name} says what some files")),
            "{problem}"
        );
        let mut config = Config::default();
        let of_environment =
            config.take_environment(|asked| (asked == variable(name)).then(|| "x".to_owned()));
        assert!(of_environment.is_err(), "{name}");
    }
}

#[test]
fn the_environment_goes_before_the_file() {
    let mut config = read("gap = \"1h\"\ntheme = \"light\"\nmouse = true").unwrap();
    config
        .take_environment(|name| match name {
            "DWELL_GAP" => Some("2h".to_owned()),
            "DWELL_THEME" => Some(String::new()),
            "DWELL_MOUSE" => Some("0".to_owned()),
            _ => None,
        })
        .unwrap();
    assert_eq!(config.gap(), "2h".parse().unwrap());
    assert_eq!(set(&config, "theme"), ["light"]);
    assert_eq!(set(&config, "mouse"), ["false"]);
    let wrong = config.take_environment(|name| (name == "DWELL_GAP").then(|| "x".to_owned()));
    let wrong = wrong.unwrap_err().to_string();
    assert_eq!(
        wrong,
        "DWELL_GAP: gap = \"x\": expected a gap such as 30m, 90s or 1h30m"
    );
}

#[test]
fn a_setting_is_the_default_of_its_flag_and_what_is_typed_goes_before() {
    let config = read(
        "theme = \"light\"\nmouse = true\n[reading]\nlog-user = \"address\"\nnull = [\"-\", \"\"]",
    )
    .unwrap();
    let parse = |typed: &[&str]| {
        let words = [&["dwell"], typed].concat();
        config
            .settle(Cli::command())
            .try_get_matches_from(words)
            .unwrap()
    };
    let matches = parse(&["a.csv"]);
    assert_eq!(
        format!(
            "{:?}",
            matches.get_raw("theme").unwrap().collect::<Vec<_>>()
        ),
        "[\"light\"]"
    );
    assert!(matches.get_flag("mouse"));
    let matches = parse(&[
        "load",
        "--store",
        "s.db",
        "a.csv",
        "--log-user",
        "forwarded",
    ]);
    let load = matches.subcommand_matches("load").unwrap();
    let raw = |name: &str| load.get_raw(name).unwrap().collect::<Vec<_>>();
    assert_eq!(raw("log_user"), ["forwarded"]);
    assert_eq!(raw("null_texts"), ["-", ""]);
}

/// Some of what a file could hold, whole or in pieces.
fn any_config() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "[keys]\n",
        "[columns]\n",
        "[reading]\n",
        "[colors]\n",
        "theme",
        "gap",
        "export",
        "users",
        "within",
        "mouse",
        "layout",
        "time-zone",
        " = ",
        "\"dark\"",
        "\"30m\"",
        "\"ctrl-c\"",
        "\"e\"",
        "\"#ffé000\"",
        "\"user\"",
        "[",
        "]",
        ", ",
        "{",
        "}",
        "\"",
        "'''",
        "\\",
        "true",
        "3",
        "1e9",
        "1979-05-27",
        "\n",
        "\r\n",
        "# é",
        "=",
        ".",
        "\u{feff}",
        "\u{0}",
    ]);
    let pieces = prop::collection::vec(word, 0..16).prop_map(|words| words.concat());
    prop_oneof![3 => pieces, 1 => "\\PC{0,40}"]
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_with_a_line_that_it_has(text in any_config()) {
        if let Err(problem) = read(&text) {
            let rest = problem.strip_prefix("c.toml:").unwrap();
            let line: usize = rest.split(':').next().unwrap().parse().unwrap();
            prop_assert!((1..=text.lines().count().max(1)).contains(&line), "{}", problem);
        }
    }

    #[test]
    fn any_bytes_are_a_text_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        if let Ok(file) = ConfigFile::of("c.toml".into(), bytes) {
            let _ = Config::of(&file);
        }
    }

    #[test]
    fn a_key_does_what_the_file_says(n in 0..bindings().len(), key in "(ctrl-[a-z]|alt-[a-z]|f[1-9]|[a-zA-Z0-9!]|shift-up)") {
        let binding = &bindings()[n];
        let text = format!("[keys]\n{} = [\"{key}\"]", binding.id());
        let Ok(pressed) = key.parse::<KeyPress>() else { return Ok(()) };
        if let Ok(config) = read(&text) {
            for panel in COLUMN_LISTS.map(|(_, panel)| panel).into_iter().filter(|panel| binding.acts_in(*panel)) {
                prop_assert_eq!(config.keymap.command_of(pressed, panel), Some(binding.command));
            }
            let keys = &config.keymap.bindings()[n].keys;
            prop_assert_eq!(keys.as_ref(), [pressed]);
        }
    }
}
