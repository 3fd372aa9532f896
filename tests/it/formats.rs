//! Every format that is read, with a small file of our own each: tests/data/formats.

use std::fs;

use rusqlite::Connection;

use crate::folder::Folder;
use crate::support;

#[test]
fn every_format_has_the_pageviews_users_rejects_and_sessions_of_its_manifest() {
    let manifest = support::data("formats/manifest.csv");
    let mut rows = csv::Reader::from_path(&manifest).unwrap();
    let mut listed = Vec::new();
    for row in rows.records() {
        let row = row.unwrap();
        let [file, options, pageviews, users, rejects, sessions, format] =
            std::array::from_fn(|field| row[field].to_owned());
        let folder = Folder::new();
        let path = support::data("formats").join(&file);
        let path = path.to_str().unwrap();
        let mut args = vec!["load", "--store", "s.db", path];
        args.extend(options.split_whitespace());
        let ran = folder.does(&args);
        let understood = ran.err.lines().next().unwrap_or_default().to_owned();
        assert!(
            understood.contains(&format!(": {format}:")),
            "{file}: {understood}"
        );

        let connection = Connection::open(folder.path("s.db")).unwrap();
        let count = |query: &str| -> String {
            let n: i64 = connection.query_row(query, [], |row| row.get(0)).unwrap();
            n.to_string()
        };
        let found = [
            count("SELECT count(*) FROM pageviews"),
            count("SELECT count(DISTINCT user_id) FROM pageviews"),
            count("SELECT sum(rejects) FROM loads"),
            count("SELECT count(*) FROM sessions"),
        ];
        assert_eq!(
            found,
            [pageviews, users, rejects, sessions],
            "{file} {options}: {}",
            ran.err
        );
        listed.push(file);
    }
    for entry in fs::read_dir(support::data("formats")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let is_listed = name == "manifest.csv" || name == "README.md" || listed.contains(&name);
        assert!(
            is_listed,
            "tests/data/formats/{name} is not in the manifest"
        );
    }
}
