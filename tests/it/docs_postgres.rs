//! `docs/postgres.md` by its own commands: each block marked `sh` is run, one after the other.

use std::path::Path;
use std::process::Command;

use dwell::answers::sql::SqlDialect;
use dwell::answers::sql::Statement;
use dwell::words::gap::Gap;

use crate::postgres_server::database;
use crate::sql_cases::statement;

const SESSIONS: &str = "SELECT * FROM sessions ORDER BY user_id, started_at;";

/// The shell blocks of a page of the documentation, each with its number of the line it starts on.
fn shell_blocks(page: &str) -> Vec<(usize, String)> {
    let mut blocks: Vec<(usize, String)> = Vec::new();
    let mut inside = false;
    for (line, number) in page.lines().zip(1..) {
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

#[test]
fn every_command_in_the_documentation_runs() {
    let Some(db) = database() else { return };
    let page = include_str!("../../docs/postgres.md");
    let dwell = Path::new(env!("CARGO_BIN_EXE_dwell")).parent().unwrap();
    let path = format!("{}:{}", dwell.display(), std::env::var("PATH").unwrap());
    let folder = tempfile::tempdir().unwrap();
    let blocks = shell_blocks(page);
    assert!(blocks.len() >= 5);
    for (line, block) in blocks {
        let output = Command::new("bash")
            .args(["-euo", "pipefail", "-c", &block])
            .current_dir(folder.path())
            .envs(db.environment())
            .env("PATH", &path)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && !said.contains("ERROR"),
            "docs/postgres.md:{line}: {said}"
        );
    }
    let refreshed = db.run(SESSIONS);
    assert!(refreshed.lines().count() > 1_000);
    assert_eq!(
        refreshed,
        db.run(&(statement(SqlDialect::Postgres, Statement::Rebuild, Gap::DEFAULT) + SESSIONS))
    );
}
