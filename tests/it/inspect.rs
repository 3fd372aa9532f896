//! `dwell inspect`: how files would be read.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::folder::DWELL;
use crate::folder::Folder;
use crate::support;

const EVENTS: &str = "user_id,device_id,ts,url,event\n\
                      ,d,2024-03-05 10:00,/,page_view\n\
                      7,d,2024-03-05 10:01,/,page_view\n\
                      7,e,2024-03-05 10:02,/a,click\n";

#[test]
fn the_columns_of_a_file_are_shown_with_the_part_of_each_and_the_command_that_says_so() {
    let folder = Folder::new();
    folder.write("views.csv", EVENTS);
    assert_eq!(
        folder.prints(&["inspect", "views.csv"]),
        "\
views.csv: CSV with ',': user from \"device_id\", time from \"ts\" (date and time without an offset, taken as UTC), page from \"url\"
  2 pageviews, 0 rejects, 1 left out: click

  column     part   filled  distinct  examples
  user_id           66.7 %         1  7
  device_id  user  100.0 %         2  d, e
  ts         time  100.0 %         3  2024-03-05 10:00, 2024-03-05 10:01, 2024-03-05 10:02
  url        page  100.0 %         2  /, /a
  event      rows  100.0 %         2  page_view, click

  note: the user could also be \"user_id\", in 1 of 2 rows: --user-column user_id takes it instead of \"device_id\"
  note: 1 row is left out as no page views, by \"event\": click 1; --all-rows takes them
  dwell views.csv --user-column device_id --time-column ts --page-column url
"
    );
}

#[test]
fn the_columns_of_a_file_that_is_refused_are_shown_too() {
    let folder = Folder::new();
    folder.write("numbers.csv", "a,b\n1,x\n2,x\n");
    let ran = folder.run(&["inspect", "numbers.csv"]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.out.contains("refused: numbers.csv: ")
            && ran
                .out
                .contains("  a             100.0 %         2  1, 2\n"),
        "{}",
        ran.out
    );
    assert!(ran.err.contains("no user column"), "{}", ran.err);
}

/// The command that is said of a file gives the same figures as the file alone. Returns whether there is one.
fn check_command(folder: &Folder, path: &str) -> bool {
    let ran = folder.run(&["inspect", path, "--format", "json"]);
    let said: Value = serde_json::from_str(&ran.out).unwrap_or_default();
    if said.as_array().map_or(0, Vec::len) != 1 {
        return false;
    }
    let Some(command) = said[0]["command"].as_str().filter(|_| ran.status == 0) else {
        return false;
    };
    let command = command.replacen("dwell", "\"$DWELL\" export -o -", 1);
    let output = Command::new("sh")
        .args(["-c", &command])
        .current_dir(folder.path(""))
        .env("DWELL", DWELL)
        .output()
        .unwrap();
    let exported = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        exported,
        folder.prints(&["export", "-o", "-", path]),
        "{command}"
    );
    true
}

#[test]
fn the_command_that_is_said_reads_the_same() {
    let folder = Folder::new();
    for data in ["formats", "layouts"] {
        for entry in fs::read_dir(support::data(data)).unwrap() {
            let path = entry.unwrap().path();
            if !path.is_dir() {
                check_command(&folder, path.to_str().unwrap());
            }
        }
    }
}

#[test]
fn the_command_that_is_said_finds_columns_that_are_hard_to_name() {
    let at = "2024-03-05T10:00:00Z";
    for (name, file) in [
        (
            "two.csv",
            format!("url,url,user,ts\n,/a,u,{at}\n,/b,u,{at}\n"),
        ),
        (
            "cell.csv",
            format!(
                "id,payload\n1,\"{{\"\"user_id\"\":\"\"u\"\",\"\"ts\"\":\"\"{at}\"\",\"\"url\"\":\"\"/x\"\"}}\"\n"
            ),
        ),
        (
            "array.json",
            format!(
                "{{\"data\":[{{\"user\":\"u\",\"ts\":\"{at}\",\"url\":\"/x\"}},{{\"user\":\"v\",\"ts\":\"{at}\",\"url\":\"/y\"}}]}}"
            ),
        ),
        (
            "record.jsonl",
            format!("{{\"event\":{{\"user\":\"u\",\"ts\":\"{at}\",\"url\":\"/x\"}},\"v\":1}}\n"),
        ),
        ("no header.csv", format!("u,{at},/a\nu,{at},/b\n")),
        (
            "it's.csv",
            format!("user id,date time,a page's url\nu,{at},/a\n"),
        ),
    ] {
        let folder = Folder::new();
        folder.write(name, &file);
        assert!(check_command(&folder, name), "{name} is refused");
    }
}

#[test]
fn columns_that_are_named_are_found_in_the_only_array_of_an_object() {
    let folder = Folder::new();
    let row = |key: &str| format!("{{\"a\":\"{key}\",\"b\":\"2024-03-05T10:00:00Z\",\"c\":\"/\"}}");
    folder.write(
        "wrapped.json",
        &format!("{{\"data\":[{},{}]}}", row("u"), row("v")),
    );
    for at in ["", "data."] {
        let columns = ["user", "time", "page"].map(|role| format!("--{role}-column"));
        let names = ["a", "b", "c"].map(|name| format!("{at}{name}"));
        let mut args = vec!["export", "wrapped.json", "-o", "-"];
        for (column, name) in columns.iter().zip(&names) {
            args.extend([column.as_str(), name]);
        }
        assert_eq!(folder.prints(&args).lines().count(), 3, "{args:?}");
    }
}

#[test]
fn layouts_are_listed() {
    let listed = Folder::new().prints(&["inspect", "--layouts"]);
    assert!(
        listed.contains("PostHog  ") && listed.contains("https://posthog.com/"),
        "{listed}"
    );
    let json = Folder::new().prints(&["inspect", "--layouts", "--format", "json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json.as_array().unwrap().len(), listed.lines().count());
}
