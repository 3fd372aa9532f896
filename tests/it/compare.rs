//! `dwell compare`.

use std::path::Path;

use assert_cmd::Command;

const VIEWS: &str = "user_id,page_view_at,page\n\
    b,2020-01-01 10:00:00,/start\n\
    b,2020-01-01 10:40:00,\"/say \"\"hi\"\", you\"\n\
    b,2020-01-01 12:00:00,/later\n\
    a,2020-01-01 10:00:00,/start\n\
    a,2020-01-01 10:05:00,/next\n";

fn compare(folder: &Path, arguments: &[&str]) -> Command {
    std::fs::write(folder.join("views.csv"), VIEWS).unwrap();
    let mut command = Command::cargo_bin("dwell").unwrap();
    command
        .current_dir(folder)
        .arg("compare")
        .args(arguments)
        .arg("views.csv");
    command
}

fn stdout(folder: &Path, arguments: &[&str]) -> String {
    let output = compare(folder, arguments).assert().success();
    String::from_utf8(output.get_output().stdout.clone()).unwrap()
}

#[test]
fn the_text_says_what_changes_and_where() {
    let folder = tempfile::tempdir().unwrap();
    let text = stdout(folder.path(), &["30m", "1h"]);
    assert!(
        text.starts_with(
            "30m -> 1h: 1 pause is no longer cut, in 1 user (50.0 %); 2 sessions become 1.\n"
        ),
        "{text}"
    );
    assert!(
        text.contains("sessions              4       3    −25.0 %"),
        "{text}"
    );
    assert!(
        text.contains("/start          100.0 %    0.0 %        40.0 %  1 -> 0         2"),
        "{text}"
    );
    let back = stdout(folder.path(), &["1h", "30m"]);
    assert!(
        back.starts_with(
            "1h -> 30m: 1 pause is cut as well, in 1 user (50.0 %); 1 session becomes 2.\n"
        ),
        "{back}"
    );
}

#[test]
fn gaps_without_a_pause_between_them_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let text = stdout(folder.path(), &["10m", "20m"]);
    assert!(
        text.starts_with("10m -> 20m: no pause lies between the two gaps, so nothing changes.\n"),
        "{text}"
    );
    assert_eq!(
        stdout(folder.path(), &["10m", "20m", "--rows", "sessions"])
            .lines()
            .count(),
        1
    );
}

#[test]
fn the_json_has_every_figure_at_both_gaps() {
    let folder = tempfile::tempdir().unwrap();
    let json: serde_json::Value =
        serde_json::from_str(&stdout(folder.path(), &["1h", "30m", "--format", "json"])).unwrap();
    assert_eq!(json["gap"], serde_json::json!(["1h", "30m"]));
    assert_eq!((&json["pauses"], &json["users"]), (&1.into(), &1.into()));
    assert_eq!(json["affected_sessions"], serde_json::json!([1, 2]));
    assert_eq!(json["sessions"], serde_json::json!([3, 4]));
    assert_eq!(json["pages"][1]["page"], "/start");
    assert_eq!(json["pages"][1]["exits"], serde_json::json!([0, 1]));
}

#[test]
fn the_sessions_that_differ_are_written_beside_each_other() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        stdout(folder.path(), &["30m", "1h", "--rows", "sessions"]),
        "gap,session_id,user_id,session_number,started_at,ended_at,duration_s,pageviews,landing_page,exit_page,is_bounce\n\
         1h,b@1577872800000000,b,1,2020-01-01T10:00:00Z,2020-01-01T10:40:00Z,2400,2,/start,\"/say \"\"hi\"\", you\",false\n\
         30m,b@1577872800000000,b,1,2020-01-01T10:00:00Z,2020-01-01T10:00:00Z,0,1,/start,/start,true\n\
         30m,b@1577875200000000,b,2,2020-01-01T10:40:00Z,2020-01-01T10:40:00Z,0,1,\"/say \"\"hi\"\", you\",\"/say \"\"hi\"\", you\",true\n"
    );
}

#[test]
fn the_same_gap_twice_is_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    compare(folder.path(), &["30m", "1800s"]).assert().code(2);
}
