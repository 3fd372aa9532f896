//! The documents tell the truth: their commands run, their lists come from the code, their links lead somewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use dwell::answers::sql::SqlDialect;
use dwell::answers::sql::Statement;
use dwell::source::PAGE_NAMES;
use dwell::source::TIME_NAMES;
use dwell::source::USER_NAMES;
use dwell::words::gap::Gap;
use tempfile::TempDir;

use crate::postgres_server::Database;
use crate::postgres_server::database;
use crate::sql_cases::statement;

const SESSIONS: &str = "SELECT * FROM sessions ORDER BY user_id, started_at;";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(page: &str) -> String {
    fs::read_to_string(root().join(page)).unwrap()
}

/// The shell blocks of a page, each with the number of the line it starts on.
fn shell_blocks(page: &str) -> Vec<(usize, String)> {
    let mut blocks: Vec<(usize, String)> = Vec::new();
    let mut inside = false;
    for (line, number) in text(page).lines().zip(1..) {
        match line {
            "```sh" => {
                inside = true;
                blocks.push((number, String::new()));
            }
            "```" => inside = false,
            line if inside => {
                let block = &mut blocks.last_mut().unwrap().1;
                block.push_str(line);
                block.push('\n');
            }
            _ => {}
        }
    }
    blocks
}

fn bash(folder: &Path, script: &str, db: Option<&Database>) -> Result<(), String> {
    let dwell = Path::new(env!("CARGO_BIN_EXE_dwell")).parent().unwrap();
    let path = format!("{}:{}", dwell.display(), std::env::var("PATH").unwrap());
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", script])
        .current_dir(folder)
        .envs(db.into_iter().flat_map(Database::environment))
        .env("PATH", path)
        // The README's name for a connection; the rest is in the variables above.
        .env("URL", "")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    match output.status.success() && !said.contains("ERROR") {
        true => Ok(()),
        false => Err(said.into_owned()),
    }
}

/// What a reader of the later pages has: a log, its server's configuration, files of pageviews and a store.
fn shop() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let made = "dwell generate --format access-log --pageviews 2000 -o access.log
                dwell generate --pageviews 5000 -o views.csv
                dwell load --store shop.db views.csv";
    bash(folder.path(), made, None).unwrap();
    let format = r#"log_format shop '$remote_addr - $remote_user [$time_local] "$request" '
                    '$status $bytes_sent "$http_referer" "$http_user_agent"';"#;
    fs::write(folder.path().join("nginx.conf"), format).unwrap();
    folder
}

/// A block as it can be run here: without what builds dwell, and with figures where the explorer would open.
fn runnable(block: &str) -> String {
    let opens_explorer = |line: &str| {
        let first = line.split_whitespace().nth(1);
        line.starts_with("dwell ") && first.is_none_or(|word| word == "#" || word.contains('.'))
    };
    let lines = block.lines().filter(|line| !line.starts_with("cargo "));
    let lines = lines.map(|line| match opens_explorer(line) {
        true if line.trim() == "dwell" || line.contains("dwell  ") => String::new(),
        true => line.replacen("dwell ", "dwell summary ", 1),
        false => line.to_owned(),
    });
    lines.map(|line| line + "\n").collect()
}

/// Runs the commands of a page, one block after the other; those of a database only with one.
fn run(page: &str, folder: &TempDir, db: Option<&Database>) {
    let blocks = shell_blocks(page);
    assert!(!blocks.is_empty(), "{page} has commands");
    for (line, block) in blocks {
        if db.is_none() && block.contains("psql") {
            continue;
        }
        if let Err(said) = bash(folder.path(), &runnable(&block), db) {
            panic!("{page}:{line}: {said}");
        }
    }
}

#[test]
fn the_commands_of_the_readme_run() {
    run("README.md", &shop_with_a_log(), database().as_ref());
}

/// What a reader of the first pages has.
fn shop_with_a_log() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let made = "dwell generate --format access-log --pageviews 2000 -o access.log";
    bash(folder.path(), made, None).unwrap();
    folder
}

#[test]
fn the_commands_of_the_tutorial_run() {
    run(
        "docs/tutorial.md",
        &tempfile::tempdir().unwrap(),
        database().as_ref(),
    );
}

#[test]
fn the_commands_of_the_later_pages_run() {
    for page in [
        "access-logs",
        "explorer",
        "filters",
        "formats",
        "gap",
        "store",
    ] {
        run(&format!("docs/{page}.md"), &shop(), None);
    }
}

#[test]
fn the_sentences_of_the_tutorial_are_what_its_commands_print() {
    let folder = tempfile::tempdir().unwrap();
    let mut printed = String::new();
    for (_, block) in shell_blocks("docs/tutorial.md") {
        if !block.contains("psql") {
            let block = format!("exec >>printed\n{}", runnable(&block));
            bash(folder.path(), &block, None).unwrap();
        }
    }
    printed += &fs::read_to_string(folder.path().join("printed")).unwrap();
    let tutorial = text("docs/tutorial.md");
    let shown = tutorial.split("```text\n").skip(1);
    let shown = shown.map(|block| block.lines().next().unwrap());
    let shown: Vec<&str> = shown.filter(|line| !line.contains("psql")).collect();
    assert_eq!(shown.len(), 2);
    for line in shown {
        assert!(
            printed.lines().any(|printed| printed == line),
            "{line}\n{printed}"
        );
    }
}

#[test]
fn the_commands_about_postgresql_lead_to_the_sessions_of_a_rebuild() {
    let Some(db) = database() else { return };
    // The table that is in use.
    db.run("CREATE TABLE web_views (visitor TEXT, viewed_at TIMESTAMPTZ, url TEXT)");
    run("docs/postgres.md", &tempfile::tempdir().unwrap(), Some(&db));
    let indexes = |of: &str| {
        db.run(&format!(
            "SELECT indexdef FROM pg_indexes WHERE tablename = '{of}' ORDER BY indexname;"
        ))
    };
    let made_first = [
        ("web_views", "pageviews"),
        ("visitor", "user_id"),
        ("viewed_at", "page_view_at"),
    ]
    .into_iter()
    .fold(indexes("web_views"), |text, (own, usual)| {
        text.replace(own, usual)
    });
    assert_eq!(made_first, indexes("pageviews"));
    let refreshed = db.run(SESSIONS);
    assert!(refreshed.lines().count() > 1_000);
    assert_eq!(
        refreshed,
        db.run(&(statement(SqlDialect::Postgres, Statement::Rebuild, Gap::DEFAULT) + SESSIONS))
    );
}

#[test]
fn what_no_test_runs_of_the_pages_about_engines_says_so() {
    // `tests/engines/documents.py` runs the other commands of docs/engines.md.
    let unmarked = |page: &str| {
        let blocks = text(page);
        let blocks = blocks.split("```bash\n").skip(1);
        blocks
            .filter(|block| !block.starts_with("# Not run by a test: "))
            .count()
    };
    assert_eq!(unmarked("docs/postgres.md"), 0);
    assert!(unmarked("docs/engines.md") > 5);
}

#[test]
fn every_format_that_the_readme_names_is_read_by_its_command() {
    let readme = text("README.md");
    let (_, formats) = readme
        .split_once("| format | a command |\n|---|---|\n")
        .unwrap();
    let (formats, _) = formats.split_once("\n\n").unwrap();
    for row in formats.lines() {
        let command = row.rsplit(" | `").next().unwrap().trim_end_matches("` |");
        let command = command.replace("\\|", "|");
        if let Err(said) = bash(&crate::support::data("formats"), &command, None) {
            panic!("{command}: {said}");
        }
    }
}

#[test]
fn the_column_names_are_those_that_are_looked_for() {
    let formats = text("docs/formats.md");
    for (role, names) in [
        ("user", USER_NAMES),
        ("time", TIME_NAMES),
        ("page", PAGE_NAMES),
    ] {
        let row = format!("| {role} | `--{role}-column` | {} |", names.join(", "));
        assert!(formats.contains(&row), "docs/formats.md lacks\n{row}");
    }
}

/// The pages at the top and in the book.
fn pages() -> Vec<PathBuf> {
    let pages =
        [root().to_owned(), root().join("docs")].map(|folder| fs::read_dir(folder).unwrap());
    let paths = pages
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect()
}

#[test]
fn the_pages_of_the_book_link_to_no_page_outside_of_it() {
    for page in pages() {
        if page.starts_with(root().join("docs")) {
            let text = fs::read_to_string(&page).unwrap();
            assert!(!text.contains("](../"), "{}", page.display());
        }
    }
}

#[test]
fn every_link_leads_to_a_file() {
    let mut n_links = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        let linked = text
            .split("](")
            .skip(1)
            .map(|rest| rest.split(')').next().unwrap());
        let drawn = ["src=\"", "srcset=\""].into_iter();
        let drawn = drawn.flat_map(|name| text.split(name).skip(1));
        let drawn = drawn.map(|rest| rest.split('"').next().unwrap());
        for link in linked.chain(drawn).filter(|link| !link.contains("://")) {
            let file = link.split('#').next().unwrap();
            let target = page.parent().unwrap().join(file);
            assert!(target.exists(), "{}: {link}", page.display());
            n_links += 1;
        }
    }
    assert!(n_links > 30, "{n_links}");
}

#[test]
fn every_page_of_the_book_is_in_its_contents() {
    let summary = text("docs/SUMMARY.md");
    let listed: BTreeSet<&str> = summary
        .split("](")
        .skip(1)
        .map(|rest| rest.split(')').next().unwrap())
        .collect();
    let book = pages()
        .into_iter()
        .filter(|page| page.parent() == Some(&root().join("docs")));
    let there: Vec<String> = book
        .map(|page| page.file_name().unwrap().to_string_lossy().into_owned())
        .filter(|name| name != "SUMMARY.md")
        .collect();
    let there: BTreeSet<&str> = there.iter().map(String::as_str).collect();
    assert_eq!(listed, there);
}
