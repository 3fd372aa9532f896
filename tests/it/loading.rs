//! Many files at once: what becomes of the others when one cannot be read.

use crate::folder::Folder;

const GOOD: &str = "user_id,timestamp,page\na,2024-03-01T10:00:00Z,/\n";
const BETTER: &str = "user_id,timestamp,page\nb,2024-03-01T10:00:00Z,/\n";

/// A folder with two good files, an empty one, and one that is no log.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("a.csv", GOOD);
    folder.write("empty.csv", "");
    folder.write("notes.csv", "milk, bread\n");
    folder.write("z.csv", BETTER);
    folder
}

fn pageviews(folder: &Folder, paths: &[&str]) -> String {
    let figures = folder.prints(&[&["summary", "--format", "csv"], paths].concat());
    figures
        .lines()
        .nth(1)
        .unwrap()
        .split(',')
        .nth(2)
        .unwrap()
        .to_owned()
}

#[test]
fn a_load_goes_on_after_a_file_that_cannot_be_read_and_fails_in_the_end() {
    // The first one, too: a store that is begun with it is begun again.
    for order in [
        ["a.csv", "notes.csv", "z.csv"],
        ["notes.csv", "a.csv", "z.csv"],
    ] {
        let folder = folder();
        let ran = folder.run(&[&["load", "--store", "s.db"], &order[..]].concat());
        assert_eq!(ran.status, 1, "{ran:?}");
        assert!(
            ran.err.contains("error: notes.csv: no user column"),
            "{ran:?}"
        );
        let last = "dwell: 1 of 3 files could not be read (see above); the others are in s.db\n";
        assert!(ran.err.ends_with(last), "{ran:?}");
        assert_eq!(pageviews(&folder, &["s.db"]), "2");
    }
}

#[test]
fn a_missing_file_does_not_keep_the_others_out() {
    let folder = folder();
    let ran = folder.run(&["load", "--store", "s.db", "gone.csv", "a.csv"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(
        ran.err
            .contains("error: cannot read gone.csv: no such file"),
        "{ran:?}"
    );
    assert_eq!(pageviews(&folder, &["s.db"]), "1");
}

#[test]
fn when_no_file_can_be_read_no_store_is_made() {
    let folder = folder();
    let ran = folder.run(&["load", "--store", "s.db", "gone.csv", "notes.csv"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(!folder.path("s.db").exists());
}

#[test]
fn an_empty_file_beside_others_is_said_and_skipped() {
    let folder = folder();
    let said = folder
        .does(&["load", "--store", "s.db", "empty.csv", "a.csv", "z.csv"])
        .err;
    assert!(
        said.contains("empty.csv: the file is empty: skipped\n"),
        "{said}"
    );
    assert_eq!(pageviews(&folder, &["s.db"]), "2");
    assert_eq!(pageviews(&folder, &["a.csv", "empty.csv", "z.csv"]), "2");
}

#[test]
fn empty_files_alone_are_refused() {
    let folder = folder();
    folder.write("blank.csv", "\n\n");
    for command in [
        &["load", "--store", "s.db"][..],
        &["summary"],
        &["export"],
        &["gaps"],
    ] {
        let sentence = folder.refuses(1, &[command, &["empty.csv"]].concat());
        assert_eq!(sentence, "empty.csv: the file is empty");
        let ran = folder.run(&[command, &["empty.csv", "blank.csv"]].concat());
        assert_eq!((ran.status, ran.out.as_str()), (1, ""), "{ran:?}");
        assert!(
            ran.err
                .ends_with("dwell: empty.csv, blank.csv: the file is empty\n"),
            "{ran:?}"
        );
    }
    assert!(!folder.path("s.db").exists());
}

#[test]
fn every_other_command_names_a_file_that_cannot_be_read_and_prints_nothing() {
    let folder = folder();
    for command in ["summary", "export", "gaps"] {
        let ran = folder.run(&[command, "a.csv", "notes.csv", "z.csv"]);
        assert_eq!(
            (ran.status, ran.out.as_str()),
            (1, ""),
            "{command}: {ran:?}"
        );
        assert!(
            ran.err.contains("dwell: notes.csv: no user column"),
            "{command}: {ran:?}"
        );
    }
}

/// A table of which the first `bad` of `n` rows have no time.
fn rejecting(bad: usize, n: usize) -> String {
    let row = |i| match i < bad {
        true => format!("u{},never,/\n", i % 5),
        false => format!("u{},2024-03-01T10:{:02}:00Z,/\n", i % 5, i % 60),
    };
    "user_id,timestamp,page\n".to_owned() + &(0..n).map(row).collect::<String>()
}

#[test]
fn a_file_of_which_most_rows_are_rejected_is_refused_unless_it_is_allowed() {
    let folder = Folder::new();
    folder.write("bad.csv", &rejecting(80, 100));
    let sentence = folder.refuses(1, &["load", "--store", "s.db", "bad.csv"]);
    assert!(
        sentence.starts_with("bad.csv: 80 of 100 rows were rejected, 80 of them"),
        "{sentence}"
    );
    assert!(sentence.contains("--max-rejects 80%"), "{sentence}");
    let allowed = folder.does(&["load", "--store", "s.db", "bad.csv", "--max-rejects", "80%"]);
    let last = allowed.err.lines().last().unwrap();
    assert!(
        last.starts_with("warning: bad.csv: 80 of 100 rows were rejected"),
        "{last}"
    );
    assert_eq!(pageviews(&folder, &["s.db"]), "20");
}

#[test]
fn of_few_rows_it_is_said_last_and_marked() {
    let folder = Folder::new();
    folder.write("bad.csv", &rejecting(8, 10));
    folder.write("good.csv", &rejecting(0, 10));
    let said = folder.does(&["summary", "bad.csv", "good.csv"]).err;
    let last = said.lines().last().unwrap();
    assert!(
        last.starts_with("warning: bad.csv: 8 of 10 rows were rejected"),
        "{said}"
    );
}

#[test]
fn a_share_that_is_none_is_wrong_usage() {
    let folder = folder();
    for share in ["101%", "-1%", "most", "NaN"] {
        let ran = folder.run(&["summary", "a.csv", &format!("--max-rejects={share}")]);
        assert_eq!(ran.status, 2, "{share}: {ran:?}");
    }
}
