//! Pageviews of a sample of users, as `dwell sql --statement sample` takes them: they are known as such from file to
//! figures, and never come together with others.

use crate::folder::Folder;

/// A table of this many users, a pageview each; with a column for the sample if it is of one in `one_in`.
fn table(n_users: u32, one_in: &str) -> String {
    let mut table = "user_id,page_view_at,page,one_in\n".to_owned();
    for user in 0..n_users {
        table += &format!("u{user},2020-02-02T12:00:{user:02}Z,/,{one_in}\n");
    }
    table
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("thousandth.csv", &table(3, "1000"));
    folder.write("hundredth.csv", &table(4, "100"));
    folder.write(
        "all.csv",
        "user_id,page_view_at,page\nu1,2020-02-02T12:00:00Z,/\nu1,2020-02-02T12:01:00Z,/\n",
    );
    folder
}

const SAID: &str = "1 in 1,000 users: every figure is of this sample, which has whole users";

#[test]
fn a_sample_is_said_wherever_figures_of_it_are_made() {
    let folder = folder();
    for command in [&["summary"][..], &["export"], &["gaps"]] {
        let said = folder.does(&[command, &["thousandth.csv"]].concat()).err;
        assert!(said.contains(SAID), "{command:?}: {said}");
        let said = folder.does(&[command, &["all.csv"]].concat()).err;
        assert!(!said.contains("1 in"), "{command:?}: {said}");
    }
}

#[test]
fn a_store_remembers_that_it_holds_a_sample() {
    let folder = folder();
    folder.does(&["load", "--store", "shop.db", "thousandth.csv"]);
    for command in ["summary", "export"] {
        let said = folder.does(&[command, "shop.db"]).err;
        assert!(said.contains(SAID), "{command}: {said}");
    }
}

#[test]
fn an_export_of_a_sample_has_it_in_its_last_column() {
    let folder = folder();
    folder.does(&["load", "--store", "shop.db", "thousandth.csv"]);
    for (rows, format) in [
        ("pageviews", "csv"),
        ("pageviews", "jsonl"),
        ("pageviews", "parquet"),
    ] {
        let name = format!("out.{format}");
        folder.does(&[
            "export", "shop.db", "--rows", rows, "--format", format, "-o", &name,
        ]);
        let said = folder.does(&["summary", &name]).err;
        assert!(said.contains(SAID), "{format}: {said}");
    }
    for rows in ["sessions", "users", "pageviews"] {
        let table = folder.prints(&["export", "shop.db", "--rows", rows]);
        assert!(
            table.lines().next().unwrap().ends_with(",one_in"),
            "{table}"
        );
        assert!(
            table.lines().skip(1).all(|row| row.ends_with(",1000")),
            "{table}"
        );
        let table = folder.prints(&["export", "all.csv", "--rows", rows]);
        assert!(!table.contains("one_in"), "{table}");
    }
    let table = folder.prints(&["export", "thousandth.csv", "--carry", "one_in"]);
    assert_eq!(table.matches("one_in").count(), 1, "{table}");
}

#[test]
fn pageviews_of_different_samples_never_come_together() {
    let folder = folder();
    for (files, said) in [
        (
            ["thousandth.csv", "hundredth.csv"],
            "it holds 1 in 100 users, but thousandth.csv holds 1 in 1,000 users",
        ),
        (
            ["thousandth.csv", "all.csv"],
            "it holds all users, but thousandth.csv holds 1 in 1,000 users",
        ),
        (
            ["all.csv", "thousandth.csv"],
            "it holds 1 in 1,000 users, but all.csv holds all users",
        ),
    ] {
        let ran = folder.run(&[&["summary"], &files[..]].concat());
        assert_eq!(ran.status, 1, "{ran:?}");
        assert!(ran.err.contains(said), "{ran:?}");
    }
    for (first, second) in [
        ("thousandth.csv", "hundredth.csv"),
        ("all.csv", "thousandth.csv"),
        ("thousandth.csv", "all.csv"),
    ] {
        let store = format!("{first}.db");
        folder.does(&["load", "--store", &store, first]);
        let before = folder.prints(&["export", &store]);
        let ran = folder.run(&["load", "--store", &store, second]);
        assert_eq!(ran.status, 1, "{ran:?}");
        assert!(ran.err.contains("keep different samples apart"), "{ran:?}");
        assert_eq!(folder.prints(&["export", &store]), before);
    }
}

#[test]
fn a_store_takes_in_more_of_its_own_sample() {
    let folder = folder();
    folder.write("later.csv", &table(5, "1000").replace("2020", "2021"));
    folder.does(&["load", "--store", "shop.db", "thousandth.csv", "later.csv"]);
    let summary = folder.does(&["summary", "shop.db", "--format", "csv"]);
    assert!(summary.out.contains("30m,5,8,"), "{summary:?}");
    assert!(summary.err.contains(SAID), "{summary:?}");
}

#[test]
fn rows_of_different_samples_in_one_file_are_refused_with_what_takes_one_of_them() {
    let folder = folder();
    let both = table(3, "1000") + "v,2020-02-02T12:00:00Z,/,100\n";
    folder.write("both.csv", &both);
    let error = folder.refuses(1, &["summary", "both.csv"]);
    assert!(
        error.contains("--where one_in=1000 takes only the first"),
        "{error}"
    );
    let said = folder
        .does(&["summary", "both.csv", "--where", "one_in=1000"])
        .err;
    assert!(said.contains(SAID), "{said}");
}

#[test]
fn a_column_of_that_name_about_other_things_means_nothing() {
    let folder = folder();
    for value in ["yes", "", "0", "-5", "1", "0.5"] {
        folder.write("other.csv", &table(3, value));
        let said = folder.does(&["summary", "other.csv"]).err;
        assert!(
            !said.contains("every figure is of this sample"),
            "{value}: {said}"
        );
    }
}

#[test]
fn a_sample_is_known_in_every_format() {
    let folder = folder();
    folder.write(
        "sample.jsonl",
        "{\"user_id\": \"u\", \"page_view_at\": \"2020-02-02T12:00:00Z\", \"page\": \"/\", \"one_in\": 1000}\n",
    );
    std::fs::create_dir(folder.path("one_in=1000")).unwrap();
    folder.write(
        "one_in=1000/views.csv",
        "user_id,page_view_at,page\nu,2020-02-02T12:00:00Z,/\n",
    );
    for path in ["sample.jsonl", "one_in=1000"] {
        let said = folder.does(&["summary", path]).err;
        assert!(said.contains(SAID), "{path}: {said}");
    }
}
