//! The configuration: the command, where it is found, and what it changes.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::process::Output;

use tempfile::TempDir;

const VIEWS: &str = "uid,user_id,at,url\n\
    a,x,2024-03-05 09:00:00,/home\n\
    a,y,2024-03-05 09:40:00,/cart\n\
    b,y,2024-03-05 09:00:00,/home\n";

/// A person's home with a folder to work in.
struct Home(TempDir);

impl Home {
    fn new() -> Home {
        let home = Home(TempDir::new().unwrap());
        fs::create_dir_all(home.path("config/dwell")).unwrap();
        fs::write(home.path("views.csv"), VIEWS).unwrap();
        home
    }

    fn with(config: &str) -> Home {
        let home = Home::new();
        fs::write(home.config(), config).unwrap();
        home
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn config(&self) -> std::path::PathBuf {
        self.path("config/dwell/config.toml")
    }

    fn write(&self, name: &str, text: &str) -> &Home {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dwell"));
        command
            .args(args)
            .current_dir(self.0.path())
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("HOME", self.0.path())
            .env_remove("DWELL_CONFIG");
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.command(args).output().unwrap())
    }
}

#[derive(Debug)]
struct Ran {
    status: i32,
    out: String,
    said: String,
}

impl Ran {
    fn of(output: Output) -> Ran {
        Ran {
            status: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            said: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn succeeds(self) -> Ran {
        assert_eq!(self.status, 0, "{self:?}");
        self
    }
}

const SUMMARY: [&str; 4] = ["summary", "views.csv", "--format", "csv"];

/// The sessions in a summary as CSV.
fn sessions(summary: &str) -> u64 {
    let row = summary.lines().nth(1).unwrap();
    row.split(',').nth(3).unwrap().parse().unwrap()
}

#[test]
fn the_path_is_printed_and_whether_the_file_is_there() {
    let home = Home::new();
    let ran = home.run(&["config", "path"]).succeeds();
    assert_eq!(Path::new(ran.out.trim_end()), home.config());
    assert!(ran.said.contains("not there yet"), "{ran:?}");
    fs::write(home.config(), "").unwrap();
    assert_eq!(home.run(&["config", "path"]).succeeds().said, "");
}

#[test]
fn the_default_file_changes_nothing() {
    let home = Home::new();
    let before = home.run(&SUMMARY).succeeds();
    let default = home.run(&["config", "print-default"]).succeeds();
    fs::write(home.config(), default.out).unwrap();
    let after = home.run(&SUMMARY).succeeds();
    assert_eq!((before.out, before.said), (after.out, after.said));
}

#[test]
fn flags_go_before_the_environment_which_goes_before_the_file() {
    let home = Home::with("gap = \"2h\"\n");
    assert_eq!(sessions(&home.run(&SUMMARY).succeeds().out), 2);
    let with_variable = |args: &[&str]| {
        let mut command = home.command(args);
        Ran::of(command.env("DWELL_GAP", "40m").output().unwrap()).succeeds()
    };
    assert_eq!(sessions(&with_variable(&SUMMARY).out), 3);
    let typed = [&SUMMARY[..], &["--gap", "50m"]].concat();
    assert_eq!(sessions(&with_variable(&typed).out), 2);
}

#[test]
fn what_was_not_typed_is_said_with_where_it_comes_from() {
    let home = Home::with("gap = \"2h\"\n[reading]\ntime-zone = \"Europe/Oslo\"\nnull = [\"-\"]\n");
    let mut command = home.command(&SUMMARY);
    let ran = Ran::of(
        command
            .env("DWELL_TIME_ZONE", "Asia/Tokyo")
            .output()
            .unwrap(),
    )
    .succeeds();
    let from_file = format!(
        "defaults from {}: --gap 2h --null -\n",
        home.config().display()
    );
    assert!(ran.said.contains(&from_file), "{ran:?}");
    assert!(
        ran.said
            .contains("defaults from DWELL_TIME_ZONE: --time-zone Asia/Tokyo\n"),
        "{ran:?}"
    );
    let typed = [
        &SUMMARY[..],
        &["--gap", "1h", "--time-zone", "UTC", "--null", "-"],
    ]
    .concat();
    let ran = home.run(&typed).succeeds();
    assert!(!ran.said.contains("defaults from"), "{ran:?}");
}

#[test]
fn a_store_keeps_its_own_gap() {
    let home = Home::with("gap = \"2h\"\n");
    home.run(&["load", "--store", "shop.db", "views.csv"])
        .succeeds();
    let ran = home
        .run(&["summary", "shop.db", "--format", "csv"])
        .succeeds();
    assert_eq!(sessions(&ran.out), 3);
    assert!(!ran.said.contains("defaults from"), "{ran:?}");
}

#[test]
fn a_statement_is_made_with_the_gap_of_the_file() {
    let home = Home::with("gap = \"2h\"\n");
    let args = ["sql", "--dialect", "sqlite", "--statement", "rebuild"];
    let ran = home.run(&args).succeeds();
    let same = Home::new()
        .run(&[&args[..], &["--gap", "2h"]].concat())
        .succeeds();
    assert_eq!(ran.out, same.out);
    assert!(ran.said.contains("--gap 2h"), "{ran:?}");
}

#[test]
fn a_file_that_is_wrong_stops_every_command_but_those_that_help() {
    let home = Home::with("theme = \"dark\"\ngapp = \"2h\"\n");
    let config = home.config();
    let expected = format!(
        "dwell: {}:2: there is no setting gapp; did you mean gap?\n",
        config.display()
    );
    for args in [
        &SUMMARY[..],
        &["generate"],
        &["load", "--store", "shop.db", "views.csv"],
        &[],
    ] {
        let ran = home.run(args);
        assert_eq!(
            (ran.status, ran.said.as_str()),
            (2, expected.as_str()),
            "{args:?}"
        );
        assert_eq!(ran.out, "");
    }
    assert!(!home.path("shop.db").exists());
    for args in [
        &["--help"][..],
        &["load", "--help"],
        &["--version"],
        &["config", "path"],
        &["config", "print-default"],
    ] {
        home.run(args).succeeds();
    }
}

#[test]
fn a_file_that_a_variable_names_has_to_be_there() {
    let home = Home::with("gap = \"nonsense\"\n");
    home.write("other.toml", "gap = \"2h\"\n");
    let with_config = |path: &str| {
        let mut command = home.command(&SUMMARY);
        Ran::of(command.env("DWELL_CONFIG", path).output().unwrap())
    };
    assert_eq!(sessions(&with_config("other.toml").succeeds().out), 2);
    let missing = with_config("none.toml");
    assert_eq!(missing.status, 2);
    assert!(
        missing
            .said
            .contains("DWELL_CONFIG names none.toml, which is not there"),
        "{missing:?}"
    );
    let folder = with_config("config");
    assert_eq!(folder.status, 2, "{folder:?}");
    #[cfg(unix)]
    {
        let endless = with_config("/dev/zero");
        assert_eq!(endless.status, 2);
        assert!(endless.said.contains("too large"), "{endless:?}");
    }
}

#[test]
fn a_column_that_the_file_names_is_taken_where_it_is_there() {
    let home = Home::with("[reading]\nuser-column = \"uid\"\n");
    let users = |ran: &Ran| {
        ran.out
            .lines()
            .nth(1)
            .unwrap()
            .split(',')
            .nth(1)
            .unwrap()
            .to_owned()
    };
    let ran = home.run(&SUMMARY).succeeds();
    assert!(ran.said.contains("user from \"uid\""), "{ran:?}");
    assert_eq!(users(&ran), "2");
    // What is typed goes before, and a file without it is read by itself.
    let typed = home
        .run(&[&SUMMARY[..], &["--user-column", "user_id"]].concat())
        .succeeds();
    assert!(typed.said.contains("user from \"user_id\""), "{typed:?}");
    home.write("other.csv", "user_id,at,url\na,2024-03-05 09:00:00,/home\n");
    let other = home.run(&["summary", "other.csv"]).succeeds();
    assert!(other.said.contains("user from \"user_id\""), "{other:?}");
}

#[test]
fn a_column_that_the_file_names_yields_to_what_a_store_has_settled() {
    let home = Home::new();
    home.run(&["load", "--store", "shop.db", "views.csv"])
        .succeeds();
    fs::write(home.config(), "[reading]\nuser-column = \"uid\"\n").unwrap();
    home.write(
        "more.csv",
        "uid,user_id,at,url\nc,z,2024-03-06 09:00:00,/home\n",
    );
    let ran = home
        .run(&["load", "--store", "shop.db", "more.csv"])
        .succeeds();
    assert!(ran.said.contains("user from \"user_id\""), "{ran:?}");
    assert!(
        ran.said
            .contains("as in the inputs before it; alone it would have been read from \"uid\""),
        "{ran:?}"
    );
}

#[test]
fn a_layout_of_ones_own_is_recognised_and_named() {
    let home = Home::new();
    let layout = "name = \"Our shop\"\nhas = [\"wer\", \"wann\"]\nuser = [\"wer\"]\ntime = [\"wann\"]\npage = [\"was\"]\n";
    home.write("config/dwell/layouts/shop.toml", layout);
    home.write("shop.csv", "wer,wann,was\na,2024-03-05 09:00:00,/home\n");
    for args in [
        &["summary", "shop.csv"][..],
        &["summary", "shop.csv", "--layout", "shop"],
        &["summary", "shop.csv", "--layout", "Our shop"],
    ] {
        let ran = home.run(args).succeeds();
        assert!(ran.said.contains("read as Our shop"), "{args:?} {ran:?}");
    }
    let listed = home.run(&["inspect", "--layouts"]).succeeds();
    assert!(listed.out.starts_with("Our shop"), "{listed:?}");
    // A folder of another name, beside the file.
    fs::rename(
        home.path("config/dwell/layouts"),
        home.path("config/dwell/ours"),
    )
    .unwrap();
    fs::write(home.config(), "layouts = \"ours\"\n").unwrap();
    home.run(&["summary", "shop.csv", "--layout", "shop"])
        .succeeds();
    fs::write(home.config(), "\nlayouts = \"theirs\"\n").unwrap();
    let missing = home.run(&["summary", "shop.csv"]);
    assert_eq!(missing.status, 2);
    assert!(
        missing.said.contains("config.toml:2: cannot list"),
        "{missing:?}"
    );
}

#[test]
fn a_layout_that_is_broken_is_told_of_and_an_error_where_it_is_named_or_listed() {
    let home = Home::new();
    home.write(
        "config/dwell/layouts/shop.toml",
        "name = \"Our shop\"\nuser = 3\n",
    );
    let place = home
        .path("config/dwell/layouts/shop.toml")
        .display()
        .to_string()
        + ":2: ";
    let ran = home.run(&SUMMARY).succeeds();
    assert!(
        ran.said.contains(&place) && ran.said.contains("this layout is not used"),
        "{ran:?}"
    );
    let named = home.run(&[&SUMMARY[..], &["--layout", "shop"]].concat());
    assert!(
        named.status == 2 && named.said.contains(&place),
        "{named:?}"
    );
    let listed = home.run(&["inspect", "--layouts"]);
    assert!(
        listed.status == 2 && listed.said.contains(&place),
        "{listed:?}"
    );
    home.run(&["generate", "--pageviews", "10"]).succeeds();
}

#[test]
fn a_zone_of_the_file_is_no_reason_to_refuse_parquet() {
    let home = Home::with("display-zone = \"Europe/Oslo\"\n");
    let ran = home.run(&["export", "views.csv"]).succeeds();
    assert!(
        ran.out.contains("+01:00") && ran.said.contains("--display-zone Europe/Oslo"),
        "{ran:?}"
    );
    home.run(&[
        "export",
        "views.csv",
        "--format",
        "parquet",
        "-o",
        "a.parquet",
    ])
    .succeeds();
    let typed = [
        "export",
        "views.csv",
        "--format",
        "parquet",
        "-o",
        "b.parquet",
        "--display-zone",
        "UTC",
    ];
    assert_eq!(home.run(&typed).status, 2);
}

#[test]
fn without_a_home_there_is_no_file_and_no_harm() {
    let home = Home::new();
    let mut command = home.command(&SUMMARY);
    command.env_remove("XDG_CONFIG_HOME").env("HOME", "");
    let ran = Ran::of(command.output().unwrap()).succeeds();
    assert_eq!(sessions(&ran.out), 3);
}

/// The blocks of docs/configuration.md in a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let page = include_str!("../../docs/configuration.md");
    let fence = format!("```{language}\n");
    let blocks = page.split(fence.as_str()).skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap())
        .collect()
}

#[test]
#[cfg(unix)]
fn every_command_of_the_page_runs() {
    let home = Home::new();
    let dwell = Path::new(env!("CARGO_BIN_EXE_dwell")).parent().unwrap();
    let path = format!("{}:{}", dwell.display(), std::env::var("PATH").unwrap());
    assert!(blocks("sh").len() >= 3);
    for block in blocks("sh") {
        let output = Command::new("bash")
            .args(["-euo", "pipefail", "-c", block])
            .current_dir(home.0.path())
            .env("XDG_CONFIG_HOME", home.path("config"))
            .env("PATH", &path)
            .output();
        Ran::of(output.unwrap()).succeeds();
    }
}

#[test]
fn every_example_of_the_page_is_a_configuration_or_a_layout() {
    assert!(blocks("toml").len() >= 5);
    for block in blocks("toml") {
        if block.starts_with("name = ") {
            let home = Home::new();
            home.write("config/dwell/layouts/shop.toml", block);
            home.write("shop.csv", "visitor,seen_at,path,kind\na,2024-03-05 09:00:00,/home,view\nb,2024-03-05 09:00:00,/home,click\n");
            let ran = home.run(&["summary", "shop.csv"]).succeeds();
            assert!(
                ran.said.contains("read as Our shop") && ran.said.contains("left out"),
                "{ran:?}"
            );
        } else {
            Home::with(block).run(&SUMMARY).succeeds();
        }
    }
}
