//! What a build without some features does not read, write or make up: it is refused with the feature that does.

use crate::folder::Folder;
use crate::formats::words;
use crate::support;

/// Whether this build has a feature.
fn has(feature: &str) -> bool {
    match feature {
        "archives" => cfg!(feature = "archives"),
        "generate" => cfg!(feature = "generate"),
        "parquet" => cfg!(feature = "parquet"),
        "workbooks" => cfg!(feature = "workbooks"),
        other => panic!("{other} is no feature"),
    }
}

/// The feature that reads a file of this name, if it takes one.
fn needed(file: &str) -> Option<&'static str> {
    match file {
        _ if file.ends_with(".parquet") => Some("parquet"),
        _ if file.ends_with(".xlsx") => Some("workbooks"),
        _ if file.ends_with(".zip") || file.contains(".tar") => Some("archives"),
        _ => None,
    }
}

/// Runs a command that takes a feature. Returns whether it did what it is to do; if not, it was refused with this status
/// and said which feature does.
fn does_with(folder: &Folder, feature: Option<&str>, status: i32, args: &[&str]) -> bool {
    let Some(feature) = feature.filter(|feature| !has(feature)) else {
        folder.does(args);
        return true;
    };
    let said = folder.refuses(status, args);
    assert!(said.contains("this build of dwell"), "{said}");
    let named = said.split("--features ").nth(1).unwrap_or_default();
    assert!(named.split(',').any(|named| named == feature), "{said}");
    false
}

#[test]
fn every_format_is_read_or_refused_with_the_feature_that_reads_it() {
    let manifest = support::data("formats/manifest.csv");
    let mut rows = csv::Reader::from_path(&manifest).unwrap();
    let mut n_read = 0;
    for row in rows.records() {
        let row = row.unwrap();
        let (file, options) = (&row[0], &row[1]);
        let folder = Folder::new();
        let path = support::data("formats").join(file);
        let mut args = vec!["summary", path.to_str().unwrap()];
        args.extend(words(options));
        n_read += usize::from(does_with(&folder, needed(file), 1, &args));
    }
    assert!(n_read > 25, "{n_read} formats are read by every build");
}

#[test]
fn what_is_not_built_in_is_not_written_or_made_up() {
    let folder = Folder::new();
    let views = support::data("formats/views.csv");
    let export = ["export", views.to_str().unwrap(), "--format", "parquet"];
    let to_file = [&export[..], &["-o", "s.parquet"]].concat();
    let is_written = does_with(&folder, Some("parquet"), 2, &to_file);
    assert_eq!(folder.path("s.parquet").exists(), is_written);
    let generate = ["generate", "--pageviews", "10", "-o", "views.csv"];
    let is_made = does_with(&folder, Some("generate"), 2, &generate);
    assert_eq!(folder.path("views.csv").exists(), is_made);
}
