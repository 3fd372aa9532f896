//! The package of dbt, as files. `tests/engines/dbt_models.py` runs it.

use crate::folder::Folder;

const WRITE: [&str; 7] = [
    "sql",
    "--dialect",
    "postgres",
    "--form",
    "dbt",
    "--output-dir",
    "package",
];

#[test]
fn a_package_is_written_once_unless_it_is_forced() {
    let folder = Folder::new();
    folder.does(&WRITE);
    for name in ["sessions.sql", "session_pageviews.sql", "schema.yml"] {
        assert!(!folder.read(&format!("package/models/{name}")).is_empty());
    }
    let sessions = "package/models/sessions.sql";
    folder.write(sessions, "mine");
    let ran = folder.run(&WRITE);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.err.contains("exists already"), "{ran:?}");
    assert_eq!(folder.read(sessions), "mine");
    folder.does(&[&WRITE[..], &["--force"]].concat());
    assert!(folder.read(sessions).contains("config("));
}

#[test]
fn the_model_of_the_package_is_the_one_that_is_printed() {
    let folder = Folder::new();
    for gap in ["30m", "37m"] {
        folder.does(&[&WRITE[..], &["--gap", gap, "--force"]].concat());
        let printed = folder.prints(&[&WRITE[..5], &["--gap", gap]].concat());
        assert_eq!(folder.read("package/models/sessions.sql"), printed);
    }
    assert!(
        folder
            .read("package/dbt_project.yml")
            .contains("dwell_gap_us: 2220000000")
    );
}

#[test]
fn a_table_with_a_schema_is_a_source_of_the_package() {
    let folder = Folder::new();
    folder.does(&[&WRITE[..], &["--pageviews-table", "web.views"]].concat());
    let sources = folder.read("package/models/sources.yml");
    assert!(
        sources.contains("name: \"web\"") && sources.contains("name: \"views\""),
        "{sources}"
    );
    let model = folder.read("package/models/sessions.sql");
    assert!(
        model.contains("FROM {{ source('web', 'views') }})"),
        "{model}"
    );
}

#[test]
fn a_folder_is_for_a_package_only() {
    let ran = Folder::new().run(&[
        "sql",
        "--dialect",
        "duckdb",
        "--statement",
        "schema",
        "-o",
        "package",
    ]);
    assert_eq!(ran.status, 2, "{ran:?}");
}

#[test]
fn a_package_names_its_source_as_text_and_is_of_all_users() {
    let folder = Folder::new();
    folder.does(&[&WRITE[..], &["--pageviews-table", "raw.2024"]].concat());
    let sources = folder.read("package/models/sources.yml");
    assert!(sources.contains("- name: \"2024\""), "{sources}");
    let ran = folder.run(&[&WRITE[..5], &["--one-in", "10"]].concat());
    assert!(
        ran.err.contains("--one-in is for the statement sample"),
        "{ran:?}"
    );
}

#[test]
fn carried_columns_are_in_the_contract_and_in_both_models() {
    let folder = Folder::new();
    folder.does(&[&WRITE[..], &["--carry", "referrer,Device type"]].concat());
    let schema = folder.read("package/models/schema.yml");
    for name in ["\"referrer\"", "\"Device type\""] {
        let column = format!("- name: {name}\n");
        assert_eq!(schema.matches(&column).count(), 2, "{schema}");
        for model in ["sessions", "session_pageviews"] {
            let model = folder.read(&format!("package/models/{model}.sql"));
            assert!(model.contains(&format!("AS {name}")), "{model}");
        }
    }
    let ran = folder.run(&[&WRITE[..5], &["--carry", "watermark"]].concat());
    assert!(
        ran.err.contains("there is another column watermark"),
        "{ran:?}"
    );
}
