//! docs/cookbook.md tells the truth: each of its commands of dwell is run, on the files in tests/data/cookbook.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support;

#[test]
fn every_command_of_the_cookbook_reads_pageviews() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/cookbook.md"));
    let text = text.unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let copied = Command::new("cp")
        .arg("-r")
        .arg(support::data("cookbook"))
        .arg(scratch.path())
        .status();
    assert!(copied.unwrap().success());
    let folder = scratch.path().join("cookbook");
    let dwell = concat!(env!("CARGO_BIN_EXE_dwell"), " ");
    let mut n_commands = 0;
    for section in text.split("\n## ").skip(1) {
        let title = section.lines().next().unwrap();
        let blocks = section.split("```sh\n").skip(1);
        let lines = blocks.flat_map(|block| block.split("```").next().unwrap().lines());
        let commands: Vec<&str> = lines.filter(|line| line.starts_with("dwell ")).collect();
        assert!(!commands.is_empty(), "{title} has no command");
        for command in commands {
            let output = Command::new("bash")
                .args(["-c", &command.replacen("dwell ", dwell, 1)])
                .current_dir(&folder)
                .output()
                .unwrap();
            let words = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{title}: {command}: {words}");
            assert!(!words.contains("warning"), "{title}: {command}: {words}");
            n_commands += 1;
        }
    }
    assert!(n_commands >= 12, "{n_commands}");
}
