//! Roles as a person meets them: what is doubtful, and what was settled by files before.

use crate::folder::Folder;

/// A table with a row for each number below `n`.
fn table(n: usize, row: impl Fn(usize) -> String) -> String {
    let rows: String = (0..n).map(|at| row(at) + "\n").collect();
    format!("user_id,ts,url\n{rows}")
}

/// Checks that what is said last of a table begins so, whether it is summed up or loaded.
fn check_doubt(table: &str, expected: &str) {
    let folder = Folder::new();
    folder.write("views.csv", table);
    for args in [
        &["summary", "views.csv"][..],
        &["load", "--store", "s.db", "views.csv"],
    ] {
        let ran = folder.does(args);
        let last = ran.err.lines().last().unwrap();
        assert!(
            last.starts_with("warning: ") && last.contains(expected),
            "{args:?}: {}",
            ran.err
        );
    }
}

#[test]
fn pageviews_that_are_doubtful_are_said_last_and_marked() {
    let minute = |at: usize| format!("2024-03-05 10:{:02}:00", at % 60);
    check_doubt(
        &table(20, |at| format!("x,{},/", minute(at))),
        "all 20 pageviews are of one user, \"x\"",
    );
    check_doubt(
        &table(20, |at| format!("{at},{},/", minute(at))),
        "each of the 20 pageviews has a different user",
    );
    check_doubt(
        &table(3, |at| format!("{at},2024-03-0{},/", at + 1)),
        "dates only",
    );
    check_doubt(
        &table(3, |at| format!("{at},2024-03-05 10:00:00,/")),
        "all 3 pageviews are at one instant, 2024-03-05T10:00:00Z",
    );
    check_doubt(
        &table(60, |at| {
            format!("{},{},/", if at < 20 { 0 } else { at / 2 }, minute(at))
        }),
        "user \"0\" has 20 of the 60 pageviews (33.3 %)",
    );
}

#[test]
fn usual_pageviews_are_not_doubted() {
    let folder = Folder::new();
    let row = |at: usize| format!("{},2024-03-05 10:{at:02}:00,/", at / 2);
    folder.write("views.csv", &table(60, row));
    let ran = folder.does(&["summary", "views.csv"]);
    assert!(!ran.err.contains("warning"), "{}", ran.err);
}

#[test]
fn what_is_settled_holds_for_the_files_of_a_command_and_for_later_loads() {
    let folder = Folder::new();
    let header = "user_id,device_id,ts,url,event\n";
    folder.write(
        "a.csv",
        &format!("{header},d,2024-03-05 10:00,/,page_view\n"),
    );
    folder.write(
        "b.csv",
        &format!("{header}7,d,2024-03-05 10:01,/,page_view\n7,d,2024-03-05 10:02,/,click\n"),
    );
    let together = folder.does(&["export", "a.csv", "b.csv", "--rows", "pageviews"]);
    folder.does(&["load", "--store", "s.db", "a.csv"]);
    let loaded = folder.does(&["load", "--store", "s.db", "b.csv"]);
    assert!(
        loaded
            .err
            .contains("the user is read from \"device_id\", as in the inputs before it"),
        "{}",
        loaded.err
    );
    let kept = folder.does(&["export", "s.db", "--rows", "pageviews"]);
    assert_eq!(kept.out, together.out);
    assert_eq!(kept.out.lines().count(), 3, "{}", kept.out);
}

#[test]
fn a_column_that_is_named_goes_before_what_was_settled_and_is_settled_then() {
    let folder = Folder::new();
    let header = "user_id,device_id,ts,url\n";
    for (name, row) in [
        ("a.csv", "7,d,2024-03-05 10:00,/\n"),
        ("b.csv", "7,d,2024-03-05 10:01,/\n"),
        ("c.csv", "7,d,2024-03-05 10:02,/\n"),
    ] {
        folder.write(name, &format!("{header}{row}"));
    }
    folder.does(&["load", "--store", "s.db", "a.csv"]);
    folder.does(&[
        "load",
        "--store",
        "s.db",
        "b.csv",
        "--user-column",
        "device_id",
    ]);
    let ran = folder.does(&["load", "--store", "s.db", "c.csv"]);
    assert!(ran.err.contains("user from \"device_id\""), "{}", ran.err);
}

#[test]
fn where_nothing_decides_between_two_columns_both_options_are_said() {
    let folder = Folder::new();
    let rows = "visitor,when,userId,user_id,old_url,new_url\n\
                x,2024-03-05 09:00:00,a,b,/1,/2\n\
                y,2024-03-05 09:01:00,b,a,/2,/3\n";
    folder.write("two.csv", rows);
    let pages = ["--user-column", "visitor"];
    let refused = folder.refuses(1, &[&["summary", "two.csv"], &pages[..]].concat());
    assert_eq!(
        refused,
        "two.csv: old_url and new_url could both be the page: choose with --page-column 'old_url' or --page-column 'new_url'"
    );
    folder.write(
        "users.csv",
        "userId,user_id,time,page\na,b,2024-03-05 09:00:00,/1\nb,b,2024-03-05 09:01:00,/2\n",
    );
    let refused = folder.refuses(1, &["summary", "users.csv"]);
    assert!(
        refused.contains("--user-column 'userId' or --user-column 'user_id'"),
        "{refused}"
    );
    folder.does(&["summary", "users.csv", "--user-column", "user_id"]);
    // An address and its path are one page.
    folder.write(
        "same.csv",
        "user_id,time,old_url,old_path\na,2024-03-05 09:00:00,https://x.org/1,/1\n",
    );
    folder.does(&["summary", "same.csv"]);
}

#[test]
fn the_way_to_rows_is_refused_where_there_is_no_json() {
    let folder = Folder::new();
    folder.write("a.csv", "user_id,time,page\na,2024-03-05 09:00:00,/1\n");
    assert_eq!(
        folder.refuses(1, &["summary", "a.csv", "--rows-at", "hits"]),
        "a.csv: --rows-at is for JSON, and this is not JSON: leave it out"
    );
}
