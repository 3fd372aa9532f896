//! What is found in stores that were edited.

/// What is found in a store of two users after an edit.
fn problems(edit: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.db");
    let store = crate::store::read::scan::tests::store_of(&path, 200);
    store
        .connection
        .execute_batch(&format!("PRAGMA foreign_keys = OFF; {edit}"))
        .unwrap();
    store.check(&mut |_| Ok(())).unwrap().problems
}

#[track_caller]
fn check(edit: &str, expected: &str) {
    assert_eq!(problems(edit), [expected], "{edit}");
}

#[test]
fn a_sound_store_has_no_problems() {
    assert_eq!(problems(""), [""; 0]);
}

#[test]
fn sessions_are_compared_with_what_the_pageviews_say() {
    let expected = "the stored sessions of user \"u5\" do not match the pageviews; dwell sessionize rebuilds them";
    let user = "(SELECT id FROM users WHERE user_id = 'u5')";
    for edit in [
        format!("UPDATE session SET pageviews = pageviews + 1 WHERE user = {user}"),
        format!("UPDATE session SET exit_page = exit_page % 10 + 1 WHERE user = {user}"),
        format!("UPDATE session SET landing_page = 999 WHERE user = {user}"),
        format!("UPDATE session SET started_at = started_at + 1 WHERE user = {user}"),
        format!("UPDATE session SET ended_at = ended_at - 1 WHERE user = {user}"),
        format!("DELETE FROM session WHERE user = {user}"),
    ] {
        check(&edit, expected);
    }
    assert_eq!(
        problems("INSERT INTO session VALUES (999, 1, 1, 1, 1, 1)").len(),
        1
    );
    assert_eq!(problems("DELETE FROM session").len(), 1);
}

#[test]
fn every_other_part_is_looked_at() {
    check(
        "DROP VIEW sessions",
        "its view sessions is not the one that dwell makes",
    );
    check(
        "DROP VIEW pageviews; CREATE VIEW pageviews AS SELECT 1",
        "its view pageviews is not the one that dwell makes",
    );
    check(
        "UPDATE loads SET first_at = first_at + 1",
        "the first and last times of its ledger are not those of its pageviews",
    );
    check(
        "DELETE FROM activity",
        "its lists of active users lack some",
    );
    check(
        "DELETE FROM pageview WHERE arrival = 7",
        "it holds fewer pageviews than the 200 in its ledger",
    );
}

#[test]
fn what_sqlite_finds_is_told() {
    let found = problems(
        "PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = replace(sql, 'page TEXT NOT NULL', 'page INTEGER NOT NULL')
         WHERE name = 'pages'; PRAGMA writable_schema = RESET",
    );
    assert!(found[0].starts_with("SQLite finds: "), "{found:?}");
}
