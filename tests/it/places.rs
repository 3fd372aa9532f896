//! Where dwell reads and writes: links, modes, pipes, and names that mean something elsewhere.

use std::fs;

use rusqlite::Connection;

use crate::folder::Folder;
#[cfg(unix)]
use crate::folder::set_mode;

const TABLE: &str = "user_id,timestamp,page\na,2024-03-01T10:00:00Z,/\n";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("a.csv", TABLE);
    folder
}

#[cfg(unix)]
fn mode(folder: &Folder, name: &str) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(folder.path(name))
        .unwrap()
        .permissions()
        .mode()
        & 0o777
}

#[cfg(unix)]
#[test]
fn a_file_that_is_replaced_hands_on_its_mode() {
    let folder = folder();
    for name in ["out.csv", "s.db"] {
        folder.write(name, "");
        set_mode(&folder.path(name), 0o600);
    }
    folder.does(&["export", "a.csv", "-o", "out.csv", "--force"]);
    folder.does(&["load", "--store", "s.db", "a.csv"]);
    assert_eq!(
        (mode(&folder, "out.csv"), mode(&folder, "s.db")),
        (0o600, 0o600)
    );
    assert!(folder.read("out.csv").starts_with("session_id,"));
}

#[cfg(unix)]
#[test]
fn a_link_stays_and_what_it_leads_to_is_replaced() {
    use std::os::unix::fs::symlink;
    let folder = folder();
    fs::create_dir(folder.path("there")).unwrap();
    folder.write("there/out.csv", "old");
    symlink("there/out.csv", folder.path("link.csv")).unwrap();
    symlink("there/new.csv", folder.path("new.csv")).unwrap();
    symlink("there/s.db", folder.path("s.db")).unwrap();
    folder.does(&["export", "a.csv", "-o", "link.csv", "--force"]);
    folder.does(&["export", "a.csv", "-o", "new.csv", "--force"]);
    folder.does(&["load", "--store", "s.db", "a.csv"]);
    for link in ["link.csv", "new.csv", "s.db"] {
        assert!(
            fs::symlink_metadata(folder.path(link))
                .unwrap()
                .is_symlink(),
            "{link}"
        );
    }
    assert_eq!(folder.read("there/out.csv"), folder.read("there/new.csv"));
    assert_eq!(
        crate::folder::names(&folder.path("there")),
        ["new.csv", "out.csv", "s.db"]
    );
}

#[cfg(unix)]
#[test]
fn a_link_to_nothing_is_there_already() {
    let folder = folder();
    std::os::unix::fs::symlink("gone", folder.path("link.csv")).unwrap();
    let sentence = folder.refuses(1, &["export", "a.csv", "-o", "link.csv"]);
    assert_eq!(sentence, "link.csv exists already: --force overwrites it");
}

#[test]
fn a_dash_is_standard_output() {
    let folder = folder();
    let printed = folder.prints(&["export", "a.csv"]);
    assert_eq!(folder.prints(&["export", "a.csv", "-o", "-"]), printed);
    folder.prints(&["generate", "--pageviews", "3", "-o", "-", "--force"]);
    assert_eq!(folder.names(), ["a.csv"]);
}

#[test]
fn names_that_mean_something_to_sqlite_are_names_of_files() {
    for name in [":memory:", "file:x.db?mode=memory"] {
        let folder = folder();
        folder.does(&["load", "--store", name, "a.csv"]);
        folder.does(&["sessionize", "--store", name, "--gap", "1h"]);
        assert_eq!(
            folder.names(),
            [name, "a.csv"]
                .map(str::to_owned)
                .into_iter()
                .collect::<std::collections::BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
        );
        assert!(
            folder
                .prints(&["summary", "--format", "csv", name])
                .contains("\n1h,1,1,1,")
        );
        // One that only may be read.
        set_mode(&folder.path(name), 0o444);
        assert!(
            folder
                .prints(&["summary", "--format", "csv", name])
                .contains("\n1h,1,1,1,")
        );
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_is_no_store() {
    let folder = folder();
    let made = std::process::Command::new("mkfifo")
        .arg(folder.path("pipe"))
        .status();
    assert!(made.unwrap().success());
    for args in [
        &["load", "--store", "pipe", "a.csv"][..],
        &["sessionize", "--store", "pipe"],
    ] {
        let ran = folder.run(args);
        assert_eq!(ran.status, 1, "{ran:?}");
        assert_eq!(
            ran.err,
            "dwell: cannot open pipe: it is a pipe or a device, and a store is a file\n"
        );
    }
}

#[test]
fn a_version_that_no_dwell_has_made_is_damage() {
    for version in [0, -3] {
        let folder = folder();
        folder.does(&["load", "--store", "s.db", "a.csv"]);
        let connection = Connection::open(folder.path("s.db")).unwrap();
        connection
            .pragma_update(None, "user_version", version)
            .unwrap();
        connection.close().unwrap();
        for args in [
            &["summary", "s.db"][..],
            &["load", "--store", "s.db", "--again", "a.csv"],
        ] {
            assert_eq!(
                folder.refuses(1, args),
                format!(
                    "cannot open s.db: its version is {version}, which no version of dwell writes: its header is damaged"
                )
            );
        }
    }
}

#[test]
fn a_page_whose_id_is_too_large_is_damage() {
    let folder = folder();
    folder.does(&["load", "--store", "s.db", "a.csv"]);
    let connection = Connection::open(folder.path("s.db")).unwrap();
    let change = "UPDATE pages SET id = 4294967297; UPDATE pageview SET page = 4294967297";
    connection
        .pragma_update(None, "foreign_keys", "OFF")
        .unwrap();
    connection.execute_batch(change).unwrap();
    connection.close().unwrap();
    let sentence = folder.refuses(1, &["load", "--store", "s.db", "--again", "a.csv"]);
    assert!(
        sentence.contains(
            "the file is damaged (a page has the id 4294967297, which no version of dwell writes)"
        ),
        "{sentence}"
    );
}

#[test]
fn an_empty_name_of_the_folder_for_temporary_files_is_none() {
    let folder = folder();
    let summary = folder
        .command(&["summary", "--format", "csv", "a.csv"])
        .env("TMPDIR", "")
        .output()
        .unwrap();
    assert!(
        String::from_utf8(summary.stdout)
            .unwrap()
            .contains("\n30m,1,1,1,")
    );
    assert_eq!(folder.names(), ["a.csv"]);
}

#[test]
fn text_heavy_in_nul_is_read_where_a_person_calls_it_text() {
    let folder = Folder::new();
    let row = format!("a,2024-03-01T10:00:00Z,/{}\n", "\0".repeat(60));
    folder.write(
        "nul.csv",
        &format!("user_id,timestamp,page\n{}", row.repeat(4)),
    );
    let sentence = folder.refuses(1, &["summary", "nul.csv"]);
    assert!(
        sentence.contains("it does not look like text"),
        "{sentence}"
    );
    let figures = folder.prints(&[
        "summary",
        "--format",
        "csv",
        "--input-format",
        "csv",
        "nul.csv",
    ]);
    assert!(figures.contains("\n30m,1,4,1,"), "{figures}");
}

#[test]
fn many_pageviews_of_one_instant_are_compared_with_the_stored_ones_at_once() {
    let folder = Folder::new();
    let row = |i: usize| format!("a,2024-03-01,/{}\n", i % 20_000);
    let table =
        |n: usize| "user_id,timestamp,page\n".to_owned() + &(0..n).map(row).collect::<String>();
    folder.write("first.csv", &table(40_000));
    folder.write("second.csv", &table(40_000).replace(",/1\n", ",/one\n"));
    folder.does(&["load", "--store", "s.db", "first.csv"]);
    let said = folder.does(&["load", "--store", "s.db", "second.csv"]).err;
    assert!(
        said.contains("39,999 duplicate pageviews were kept"),
        "{said}"
    );
}
