//! What the gap study says beside its verdict: how far the gap can move, machines, classes of pauses.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

use crate::support;

fn gaps(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("dwell").unwrap();
    command.current_dir(folder).arg("gaps").args(arguments);
    command
}

fn stdout(folder: &Path, arguments: &[&str]) -> String {
    let output = gaps(folder, arguments).assert().success();
    String::from_utf8(output.get_output().stdout.clone()).unwrap()
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let text = stdout(folder, &[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&text).unwrap()
}

/// A folder with generated pageviews, and further rows.
fn folder(more: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut generate = Command::cargo_bin("dwell").unwrap();
    generate.args(["generate", "--pageviews", "4000"]);
    let views = generate.assert().success().get_output().stdout.clone();
    let views = String::from_utf8(views).unwrap() + more;
    fs::write(folder.path().join("views.csv"), views).unwrap();
    folder
}

/// Somebody who looks every five minutes.
fn monitor(pageviews: i64) -> String {
    let at = |n: i64| 1_580_000_003 + 300 * n + n % 4;
    let time = |s: i64| {
        let of_day = s % 86_400;
        let day = 26 + (s - 1_579_996_800) / 86_400;
        format!(
            "2020-01-{day:02} {:02}:{:02}:{:02}",
            of_day / 3_600,
            of_day / 60 % 60,
            of_day % 60
        )
    };
    (0..pageviews)
        .map(|n| format!("cron,{},/health\n", time(at(n))))
        .collect()
}

#[test]
fn each_figure_holds_between_the_gaps_that_are_given() {
    let folder = folder("");
    let study = json(folder.path(), &["views.csv", "--goal", "/home"]);
    let sensitivity = study["sensitivity"].as_array().unwrap();
    let figures: Vec<&str> = sensitivity
        .iter()
        .map(|row| row["figure"].as_str().unwrap())
        .collect();
    assert_eq!(
        figures,
        [
            "sessions",
            "bounce_rate",
            "pageviews_per_session",
            "median_duration_s",
            "median_duration_s_of_2_or_more",
            "goal_rate",
        ]
    );
    let ends = sensitivity
        .iter()
        .flat_map(|row| [&row["from_us"], &row["to_us"]]);
    let gaps: Vec<String> = ends.map(|us| format!("{us}us")).collect();
    let mut arguments = vec!["views.csv", "--goal", "/home", "--gap", "30m"];
    for gap in &gaps {
        arguments.extend(["--gap", gap]);
    }
    let there = json(folder.path(), &arguments);
    let there = there["sessions"].as_array().unwrap();
    for row in sensitivity {
        let figure = row["figure"].as_str().unwrap();
        let now = row["now"].as_f64().unwrap();
        for end in [&row["from_us"], &row["to_us"]] {
            let at = there.iter().find(|row| row["gap_us"] == *end).unwrap();
            let at = at[figure].as_f64().unwrap();
            assert!(
                (at - now).abs() <= 0.01 * now,
                "{figure} at {end}: {at}, {now}"
            );
        }
    }
}

#[test]
fn the_goal_is_a_page_that_there_is() {
    let folder = folder("");
    let text = stdout(folder.path(), &["views.csv", "--goal", "/home"]);
    assert!(text.contains("sessions that reach /home"), "{text}");
    let output = gaps(folder.path(), &["views.csv", "--goal", "/nowhere"])
        .assert()
        .code(1);
    let said = String::from_utf8_lossy(&output.get_output().stderr).into_owned();
    assert!(
        said.contains("--goal /nowhere: no pageview has exactly this page"),
        "{said}"
    );
}

#[test]
fn a_machine_is_named_listed_and_left_out() {
    let folder = folder(&monitor(289));
    let text = stdout(folder.path(), &["views.csv"]);
    let named = "1 user pauses like a machine: cron (5m, 288 of 288 pauses); dwell gaps --without-machines leaves it out";
    assert!(text.contains(named), "{text}");
    let machines = json(folder.path(), &["views.csv"])["machines"].take();
    assert_eq!(machines["users"][0]["user_id"], "cron");
    assert_eq!(
        (&machines["left_out"], &machines["pauses"]),
        (&false.into(), &288.into())
    );
    let list = stdout(folder.path(), &["views.csv", "--machines"]);
    assert_eq!(list, "user_id,pause_s,alike,pauses\ncron,301,288,288\n");
    let without = gaps(folder.path(), &["views.csv", "--without-machines"])
        .assert()
        .success();
    let said = String::from_utf8_lossy(&without.get_output().stderr).into_owned();
    assert!(said.contains("left out: 1 user, with 288 pauses"), "{said}");
}

#[test]
fn without_machines_the_study_is_that_of_the_others() {
    let (with, plain) = (folder(&monitor(100)), folder(""));
    let mut without = json(with.path(), &["views.csv", "--without-machines"]);
    let mut others = json(plain.path(), &["views.csv"]);
    assert_eq!(without["machines"]["left_out"], true);
    assert_ne!(
        json(with.path(), &["views.csv"])["pauses"],
        others["pauses"]
    );
    for study in [&mut without, &mut others] {
        study["machines"].take();
    }
    assert_eq!(without, others);
}

#[test]
fn classes_share_out_all_pauses() {
    let folder = folder("");
    // Few pauses an hour, which is fast.
    let views = fs::read_to_string(folder.path().join("views.csv")).unwrap();
    let some: Vec<&str> = views.lines().take(1_200).collect();
    fs::write(folder.path().join("views.csv"), some.join("\n")).unwrap();
    let study = json(
        folder.path(),
        &["views.csv", "--by", "activity,hour", "--by", "visit"],
    );
    for by in ["activity", "hour", "visit"] {
        let classes = study["by"][by].as_array().unwrap();
        let pauses: u64 = classes
            .iter()
            .map(|class| class["pauses"].as_u64().unwrap())
            .sum();
        assert_eq!(study["pauses"], pauses, "{by}");
        assert!(classes.len() > 1 && classes[0]["valley"]["grade"].is_string());
    }
    let text = stdout(
        folder.path(),
        &[
            "views.csv",
            "--by",
            "hour",
            "--display-zone",
            "Asia/Kolkata",
        ],
    );
    assert!(text.contains("by hour of day (Asia/Kolkata)"), "{text}");
}

#[test]
fn the_hours_are_those_of_the_zone() {
    let folder = tempfile::tempdir().unwrap();
    let views = "user_id,page_view_at,page\na,2020-01-01T10:40:00Z,/\na,2020-01-01T11:10:00Z,/\na,2020-01-01T11:20:00Z,/\n";
    fs::write(folder.path().join("views.csv"), views).unwrap();
    let hours = |zone: &str| {
        let study = json(
            folder.path(),
            &["views.csv", "--by", "hour", "--display-zone", zone],
        );
        let classes = study["by"]["hour"].as_array().unwrap().clone();
        let hours = classes
            .into_iter()
            .map(|class| class["class"].as_str().unwrap().to_owned());
        hours.collect::<Vec<_>>()
    };
    assert_eq!(hours("UTC"), ["10:00", "11:00"]);
    assert_eq!(hours("Asia/Kolkata"), ["16:00"]);
    assert_eq!(hours("America/New_York"), ["05:00", "06:00"]);
}

#[test]
fn counted_pauses_tell_nothing_of_users_and_that_is_null() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("pauses.csv"),
        "gap_us,pauses,users\n60000000,10,3\n",
    )
    .unwrap();
    let study = json(folder.path(), &["--pauses", "pauses.csv"]);
    for member in ["sensitivity", "machines", "by", "goal"] {
        assert!(study[member].is_null(), "{member}");
    }
    assert!(study["sessions"][0]["bounce_rate"].is_null());
    for option in [
        &["--goal", "/"][..],
        &["--by", "hour"],
        &["--without-machines"],
        &["--machines"],
    ] {
        gaps(
            folder.path(),
            &[&["--pauses", "pauses.csv"], option].concat(),
        )
        .assert()
        .code(2);
    }
}

#[test]
fn a_flat_valley_has_a_wide_interval() {
    let Some(path) = support::shared("data/wikimedia_session_dataset.csv.gz") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let study = json(folder.path(), &[path.to_str().unwrap()]);
    let valley = &study["valley"];
    assert_eq!(valley["grade"], "weak");
    let minutes = |us: &Value| us.as_f64().unwrap() / 60e6;
    let best = minutes(&valley["best_us"]);
    assert!((133.0..148.0).contains(&best), "{best}");
    // Between an hour and two and a half hours there are hardly more pauses at one length than at another.
    let shortest = minutes(&valley["interval_us"][0]);
    assert!(shortest < 50.0, "{shortest}");
}

#[test]
fn pageviews_at_one_instant_and_none_at_all_are_said_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let head = "user_id,page_view_at,page\n";
    let rows: String = (0..30)
        .map(|n| format!("u{},1700000000,/\n", n % 3))
        .collect();
    fs::write(folder.path().join("instant.csv"), head.to_owned() + &rows).unwrap();
    let text = stdout(folder.path(), &["instant.csv"]);
    assert!(text.contains("the data cover only 0s"), "{text}");
    fs::write(
        folder.path().join("machine.csv"),
        head.to_owned() + &monitor(40),
    )
    .unwrap();
    let text = stdout(folder.path(), &["machine.csv", "--without-machines"]);
    assert!(text.contains("0 pauses are too few"), "{text}");
    assert!(!text.contains("of all users together"), "{text}");
}
