//! Every layout, with a small file of our own each: tests/data/layouts.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::folder::Folder;
use crate::support;

/// The layouts whose rows are all page views: their files have four, the others three and another event.
const WITHOUT_OTHERS: [&str; 5] = ["elastic", "heap", "matomo", "outbrain", "simple_analytics"];

/// What a file's name begins with: an export that comes in several forms has a file for each.
fn stem(path: &Path) -> String {
    let name = path.file_name().unwrap().to_string_lossy();
    name.split('.').next().unwrap().to_owned()
}

fn stems(folder: std::path::PathBuf) -> BTreeSet<String> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| stem(&path))
        .collect()
}

#[test]
fn every_layout_reads_the_page_views_of_its_export() {
    let data = support::data("layouts");
    for entry in fs::read_dir(&data).unwrap() {
        let path = entry.unwrap().path();
        let stem = stem(&path);
        let pageviews = if WITHOUT_OTHERS.contains(&stem.as_str()) {
            4
        } else {
            3
        };
        let ran = Folder::new().does(&["summary", path.to_str().unwrap(), "--format", "csv"]);
        assert!(ran.err.contains("note: read as "), "{stem}: {}", ran.err);
        let row = ran.out.lines().last().unwrap();
        let figures = format!("30m,2,{pageviews},2,1,");
        assert!(row.starts_with(&figures), "{stem}: {row}\n{}", ran.err);
    }
}

#[test]
fn every_layout_has_a_file() {
    let bundled = stems(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/layouts"));
    let files = stems(support::data("layouts"));
    assert_eq!(files, bundled);
}

#[test]
fn a_layout_is_forced_given_in_a_file_or_turned_off() {
    let folder = Folder::new();
    folder.write(
        "hits.csv",
        "wer,wann,wo,was\nada,2024-03-01,/,seite\nada,2024-03-01,/,knopf\n",
    );
    folder.write(
        "own.toml",
        "name = \"ours\"\nabout = \"https://shop.example\"\nuser = [\"wer\"]\ntime = [\"wann\"]\npage = [\"wo\"]\n\
         [rows]\nwas = [\"seite\"]\n",
    );
    let ran = folder.does(&["summary", "hits.csv", "--layout", "own.toml"]);
    assert!(ran.err.contains("note: read as ours"), "{}", ran.err);
    assert!(
        ran.err
            .contains("1 row is left out as no page views, by \"was\": knopf 1"),
        "{}",
        ran.err
    );
    let posthog = support::data("layouts/posthog.jsonl");
    let posthog = posthog.to_str().unwrap();
    let refusal = folder.refuses(1, &["summary", posthog, "--layout", "goatcounter"]);
    assert!(refusal.contains("no user column"), "{refusal}");
    let ran = folder.run(&["summary", posthog, "--layout", "none"]);
    assert!(!ran.err.contains("read as"), "{}", ran.err);
    let ran = folder.run(&["summary", posthog, "--layout", "nope"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("PostHog; "), "{}", ran.err);
}
