//! Stores that were damaged, edited or set up by other tools: what is read of them is right, or an error.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::sync::LazyLock;

use dwell::store::Access;
use dwell::store::Store;
use dwell::words::error::Result;
use dwell::words::gap::Gap;
use dwell::words::timestamp::Timestamp;
use proptest::prelude::*;
use proptest::sample::Index;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::folder::Folder;
use crate::support;

/// User, time, page.
type Row = (String, i64, String);

/// A store's file, the log that was beside it, and what was loaded: at first, and in the end.
struct Sample {
    file: Vec<u8>,
    log: Vec<u8>,
    states: [Vec<Row>; 2],
}

/// Users whose ids are not in the order of their texts, ties, and pages that are longer than a page of the file.
fn table(users: std::ops::Range<u64>) -> String {
    let mut table = "user_id,page_view_at,page\n".to_owned();
    for i in 0..users.end * 30 {
        let user = users.start + i * 7_919 % (users.end - users.start);
        let long = "x".repeat(if i % 97 == 0 { 5_000 } else { 0 });
        let at = 1_700_000_000 + i * 37 / 60 * 60;
        table += &format!("u{},{at},/{}{long}\n", user * 31 % 100, i % 53);
    }
    table
}

/// A store of two loads, the second of which is in its log only.
static SAMPLE: LazyLock<Sample> = LazyLock::new(|| {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("s.db");
    let mut store = Store::open_or_draft(&path).unwrap();
    support::load(&mut store, &table(40..100));
    let mut store = store.keep().unwrap();
    let first = read(&store).unwrap();
    support::load(&mut store, &table(0..70));
    let second = read(&store).unwrap();
    Sample {
        file: fs::read(&path).unwrap(),
        log: fs::read(folder.path().join("s.db-wal")).unwrap(),
        states: [first, second],
    }
});

impl Sample {
    /// Puts it into a folder, with the log beside it or all of it in one file.
    fn put(&self, folder: &Path, with_log: bool) -> PathBuf {
        let path = folder.join("s.db");
        fs::write(&path, &self.file).unwrap();
        fs::write(folder.join("s.db-wal"), &self.log).unwrap();
        if !with_log {
            let connection = Connection::open(&path).unwrap();
            let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
            connection.query_row(checkpoint, [], |_| Ok(())).unwrap();
        }
        path
    }
}

/// All pageviews, as the ordered scan gives them.
fn read(store: &Store) -> Result<Vec<Row>> {
    let columns = store.dataset(&mut |_| Ok(()))?;
    let mut rows = Vec::new();
    for user in 0..columns.n_users() {
        let id = columns.users().text(user as u32);
        rows.extend(columns.rows_of(user).map(|row| {
            (
                id.to_owned(),
                columns.at(row).as_us(),
                columns.page_text(row).to_owned(),
            )
        }));
    }
    Ok(rows)
}

fn open_and_read(path: &Path) -> Result<Vec<Row>> {
    read(&Store::open(path, Access::Read)?)
}

/// A connection for whoever may edit as they like.
fn careless(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection
        .pragma_update(None, "foreign_keys", "OFF")
        .unwrap();
    connection
}

/// What SQLite says of a file: whether it is whole, the pageviews, and what else it holds that dwell reads: the ledger, the
/// settings, and the numbers of the pageviews, which order those of one instant.
fn by_sqlite(path: &Path) -> rusqlite::Result<(bool, Vec<Row>, String)> {
    let connection = Connection::open(path)?;
    let said: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    let mut statement = connection.prepare(
        "SELECT u.user_id, v.at, p.page FROM pageview v
         JOIN users u ON u.id = v.user JOIN pages p ON p.id = v.page ORDER BY v.user, v.at, v.arrival",
    )?;
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let notes = connection.query_row(
        "SELECT (SELECT group_concat(name || value) FROM settings)
             || (SELECT group_concat(pageviews || ' ' || dropped) FROM loads)
             || (SELECT group_concat(user || ' ' || arrival || ' ' || page)
                 FROM (SELECT * FROM pageview ORDER BY user, at, arrival))",
        [],
        |row| row.get(0),
    )?;
    Ok((said == "ok", rows, notes))
}

/// Whether the beginning of a file is that of a store. A log can hold another first page, but dwell opens no file that does
/// not say itself what it is.
fn names_a_store(path: &Path) -> bool {
    let bytes = fs::read(path).unwrap();
    [0..16, 60..72]
        .into_iter()
        .all(|part| bytes.get(part.clone()) == SAMPLE.file.get(part))
}

/// What is done to a store without dwell.
#[derive(Clone, Debug)]
enum Change {
    /// Bits of the file are flipped.
    Bits(Vec<(Index, u8)>),
    /// The same near the beginnings of pages, where they say what they hold.
    Heads(Vec<(Index, u8)>),
    /// Two pages change places.
    Swap(Index, Index),
    /// A page is there twice, and another is not.
    Copy(Index, Index),
    /// A page holds nothing.
    Zero(Index),
    /// The file ends early.
    Cut(Index),
    /// A page above others names another one.
    Link(Index, Index),
    /// Someone edits it with SQL.
    Edit(usize, Index),
    /// Another tool sets it up in its own way, and nothing is lost.
    Settings(usize),
    /// Its name changes, and that of its log.
    Rename,
    /// It is opened by a link from another folder.
    Symlink,
}

const EDITS: [&str; 13] = [
    "UPDATE pageview SET page = page % 50 + 1 WHERE arrival = ?1",
    "UPDATE pageview SET at = at + 1 WHERE arrival = ?1",
    "UPDATE pageview SET user = user % 90 + 1 WHERE arrival = ?1",
    "UPDATE pageview SET page = page + 4294967296 WHERE arrival = ?1",
    "UPDATE pageview SET at = 9223372036854775807 WHERE arrival = ?1",
    "DELETE FROM pageview WHERE arrival = ?1",
    "INSERT INTO pageview SELECT user, at, arrival + 100000, page FROM pageview WHERE arrival = ?1",
    "DELETE FROM users WHERE id = ?1 % 50 + 1",
    "UPDATE users SET id = id + 1000 WHERE id = ?1 % 50 + 1",
    "UPDATE pages SET page = page || '?' WHERE id = ?1 % 50 + 1",
    "UPDATE loads SET pageviews = pageviews + ?1 + 1",
    "UPDATE settings SET value = value + ?1 + 1 WHERE name LIKE 'checksum_p%'",
    "DELETE FROM settings WHERE name LIKE 'checksum_p%' AND ?1 >= 0",
];

const SETTINGS: [&str; 8] = [
    "PRAGMA journal_mode = DELETE",
    "PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM",
    "PRAGMA journal_mode = DELETE; PRAGMA page_size = 65536; VACUUM",
    "PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = FULL; VACUUM; PRAGMA journal_mode = WAL",
    "PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = INCREMENTAL; VACUUM",
    "VACUUM",
    "REINDEX; ANALYZE",
    "DELETE FROM activity; DELETE FROM session; PRAGMA wal_checkpoint",
];

impl Change {
    /// Whether all that the loads put in is still there.
    fn is_harmless(&self) -> bool {
        matches!(self, Change::Settings(_) | Change::Rename | Change::Symlink)
    }

    /// Changes the store at `path`, and returns where it is now.
    fn apply(&self, path: &Path) -> PathBuf {
        let page_bytes = 4096;
        let bytes_of = |path: &Path| fs::read(path).unwrap();
        let flip = |bytes: &mut Vec<u8>, place: usize, bit: u8| bytes[place] ^= 1 << (bit % 8);
        let mut bytes = bytes_of(path);
        let page = |index: &Index| {
            let first = index.index(SAMPLE.file.len() / page_bytes) * page_bytes;
            first..first + page_bytes
        };
        match self {
            Change::Bits(flips) => {
                for (place, bit) in flips {
                    let place = place.index(bytes.len());
                    flip(&mut bytes, place, *bit);
                }
            }
            Change::Heads(flips) => {
                for (place, bit) in flips {
                    let place = place.index(bytes.len()) / page_bytes * page_bytes;
                    flip(&mut bytes, place + usize::from(bit / 8), *bit);
                }
            }
            Change::Swap(a, b) => {
                let (before, a, b) = (bytes.clone(), page(a), page(b));
                bytes[a.clone()].copy_from_slice(&before[b.clone()]);
                bytes[b].copy_from_slice(&before[a]);
            }
            Change::Copy(from, to) => bytes.copy_within(page(from), page(to).start),
            Change::Zero(zeroed) => bytes[page(zeroed)].fill(0),
            Change::Cut(end) => {
                let end = end.index(bytes.len());
                bytes.truncate(end);
            }
            Change::Link(above, other) => {
                let is_above = |bytes: &[u8]| matches!(bytes[0], 2 | 5);
                let pages: Vec<usize> = (page_bytes..bytes.len()).step_by(page_bytes).collect();
                let inner: Vec<usize> = pages
                    .iter()
                    .copied()
                    .filter(|&at| is_above(&bytes[at..]))
                    .collect();
                let at = above.get(&inner) + 8;
                let number = other.index(pages.len()) as u32 + 1;
                bytes[at..at + 4].copy_from_slice(&number.to_be_bytes());
            }
            Change::Edit(edit, row) => {
                let connection = careless(path);
                // An edit that a constraint forbids changes nothing.
                let _ = connection.execute(EDITS[*edit], [row.index(1_000) as i64]);
                drop(connection);
                return path.to_path_buf();
            }
            Change::Settings(settings) => {
                let connection = Connection::open(path).unwrap();
                connection.execute_batch(SETTINGS[*settings]).unwrap();
                drop(connection);
                return path.to_path_buf();
            }
            Change::Rename => {
                let other = path.with_file_name("t.db");
                fs::rename(path, &other).unwrap();
                let log = path.with_file_name("s.db-wal");
                if log.exists() {
                    fs::rename(log, path.with_file_name("t.db-wal")).unwrap();
                }
                return other;
            }
            Change::Symlink => {
                let folder = path.parent().unwrap().join("links");
                fs::create_dir(&folder).unwrap();
                let link = folder.join("l.db");
                #[cfg(unix)]
                std::os::unix::fs::symlink(path, &link).unwrap();
                #[cfg(not(unix))]
                fs::hard_link(path, &link).unwrap();
                return link;
            }
        }
        fs::write(path, bytes).unwrap();
        path.to_path_buf()
    }
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<Index>;
    let flips = || proptest::collection::vec((index(), any::<u8>()), 1..4);
    prop_oneof![
        4 => flips().prop_map(Change::Bits),
        2 => flips().prop_map(Change::Heads),
        1 => (index(), index()).prop_map(|(a, b)| Change::Swap(a, b)),
        1 => (index(), index()).prop_map(|(a, b)| Change::Copy(a, b)),
        1 => index().prop_map(Change::Zero),
        1 => index().prop_map(Change::Cut),
        1 => (index(), index()).prop_map(|(a, b)| Change::Link(a, b)),
        2 => (0..EDITS.len(), index()).prop_map(|(edit, row)| Change::Edit(edit, row)),
        2 => (0..SETTINGS.len()).prop_map(Change::Settings),
        1 => Just(Change::Rename),
        1 => Just(Change::Symlink),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is done to a store, reading it is an error or gives what was loaded. Where SQLite finds nothing wrong
    /// and the same rows, so does dwell.
    #[test]
    fn a_changed_store_is_read_right_or_not_at_all(change in change(), with_log in any::<bool>()) {
        let folder = TempDir::new().unwrap();
        let path = change.apply(&SAMPLE.put(folder.path(), with_log));
        let read = open_and_read(&path);
        let checked = Store::open(&path, Access::Read).and_then(|store| store.check(&mut |_| Ok(())));
        if checked.is_ok_and(|checked| checked.problems.is_empty()) {
            prop_assert!(read.is_ok(), "it is not sound: {:?}", read.err());
        }
        if change.is_harmless() {
            prop_assert_eq!(read.as_ref().ok(), Some(&SAMPLE.states[1]), "{:?}", read.as_ref().err());
        }
        match read {
            Ok(rows) => prop_assert!(SAMPLE.states.contains(&rows), "{} rows", rows.len()),
            Err(error) => {
                let whole = TempDir::new().unwrap();
                let expected = by_sqlite(&SAMPLE.put(whole.path(), with_log)).unwrap();
                let is_needless = names_a_store(&path) && by_sqlite(&path).as_ref() == Ok(&expected);
                prop_assert!(!is_needless, "refused without need: {}", error);
            }
        }
    }

    /// A log that is damaged ends early, at a load that is whole.
    #[test]
    fn a_damaged_log_gives_a_state_that_was(
        flips in proptest::collection::vec((any::<Index>(), any::<u8>()), 0..4),
        end in any::<Index>(),
    ) {
        let folder = TempDir::new().unwrap();
        let path = SAMPLE.put(folder.path(), true);
        let mut log = SAMPLE.log.clone();
        for (place, bit) in flips {
            let place = place.index(log.len());
            log[place] ^= 1 << (bit % 8);
        }
        log.truncate(end.index(2 * log.len()));
        fs::write(folder.path().join("s.db-wal"), log).unwrap();
        if let Ok(rows) = open_and_read(&path) {
            prop_assert!(SAMPLE.states.contains(&rows), "{} rows", rows.len());
        }
    }
}

/// A store of 1,000 users with three pageviews each, in one file.
fn plain(folder: &Path) -> PathBuf {
    let path = folder.join("s.db");
    let mut table = "user_id,page_view_at,page\n".to_owned();
    for i in 0..3_000 {
        table += &format!("u{:04},{},/{}\n", i % 1_000, 1_700_000_000 + i, i % 10);
    }
    let mut store = Store::open_or_draft(&path).unwrap();
    support::load(&mut store, &table);
    drop(store.keep().unwrap());
    path
}

/// What is said of a store after an edit.
#[track_caller]
fn refusal(edit: &str) -> String {
    let folder = TempDir::new().unwrap();
    let path = plain(folder.path());
    careless(&path).execute_batch(edit).unwrap();
    said(&path)
}

#[track_caller]
fn said(path: &Path) -> String {
    let said = open_and_read(path).unwrap_err().to_string();
    let (_, problem) = said.split_once("the file is damaged (").expect(&said);
    let (problem, rest) = problem.rsplit_once("): ").expect(&said);
    assert_eq!(rest, "load its sources into a new store");
    problem.to_owned()
}

#[test]
fn pageviews_out_of_order_are_damage() {
    let folder = TempDir::new().unwrap();
    let path = plain(folder.path());
    let connection = Connection::open(&path).unwrap();
    let leaves: Vec<i64> = connection
        .prepare("SELECT pageno FROM dbstat WHERE name = 'pageview' AND pagetype = 'leaf'")
        .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect())
        .unwrap();
    drop(connection);
    let mut bytes = fs::read(&path).unwrap();
    let place = |leaf: usize| (leaves[leaf] as usize - 1) * 4096;
    let (a, b) = (place(1), place(2));
    let (first, second) = bytes.split_at_mut(b);
    first[a..a + 4096].swap_with_slice(&mut second[..4096]);
    fs::write(&path, bytes).unwrap();
    let said = said(&path);
    assert!(said.ends_with("is out of order"), "{said}");
}

#[test]
fn more_pageviews_than_the_ledger_says_are_damage() {
    let edit = "INSERT INTO pageview VALUES (1, 5, 9999, 1)";
    assert_eq!(
        refusal(edit),
        "it holds more pageviews than the 3000 in its ledger"
    );
}

#[test]
fn fewer_pageviews_than_the_ledger_says_are_damage() {
    let edit = "DELETE FROM pageview WHERE user = 7";
    assert_eq!(
        refusal(edit),
        "it holds fewer pageviews than the 3000 in its ledger"
    );
}

#[test]
fn a_pageview_that_stays_in_order_but_is_another_is_damage() {
    let edit = "UPDATE pageview SET at = at ^ 1 WHERE user = 7";
    let edit = edit.replace("at ^ 1", "at + 1");
    let expected = "the checksum of its pageviews differs";
    assert_eq!(refusal(&edit), expected);
    assert_eq!(
        refusal("UPDATE pageview SET page = 1 WHERE user = 7"),
        expected
    );
}

#[test]
fn a_ledger_that_says_more_than_the_file_has_room_for_is_damage() {
    let said = refusal("UPDATE loads SET pageviews = 4000000000");
    assert!(
        said.starts_with("its ledger says 4000000000 pageviews, for which "),
        "{said}"
    );
    assert_eq!(
        refusal("UPDATE loads SET dropped = 3001"),
        "its ledger says -1 pageviews"
    );
}

#[test]
fn users_that_traded_their_ids_are_damage() {
    let edit = "UPDATE users SET id = -1 WHERE id = 1; UPDATE users SET id = 1 WHERE id = 2;
                UPDATE users SET id = 2 WHERE id = -1";
    assert_eq!(refusal(edit), "the checksum of its user ids differs");
}

#[test]
fn a_gap_that_is_another_is_damage() {
    let folder = TempDir::new().unwrap();
    let path = plain(folder.path());
    let mut store = Store::open(&path, Access::Write).unwrap();
    store
        .rebuild(Gap::from_us(60_000_000).unwrap(), &mut |_| Ok(()))
        .unwrap();
    drop(store);
    let connection = Connection::open(&path).unwrap();
    let edit = "UPDATE settings SET value = value + 1 WHERE name = 'gap_us'";
    connection.execute_batch(edit).unwrap();
    assert_eq!(said(&path), "the checksum of its gap differs");
}

/// What makes a store one of the first version, which has no checksums, to those who only read it.
const UNSUMMED: &str = "DELETE FROM settings WHERE name LIKE 'checksum%'; PRAGMA user_version = 1;";

#[test]
fn a_store_whose_checksum_is_missing_is_damaged() {
    for (part, words) in [
        ("pageviews", "pageviews"),
        ("users", "user ids"),
        ("pages", "pages"),
    ] {
        let folder = Folder::new();
        let path = plain(folder.work.path());
        let edit = format!("DELETE FROM settings WHERE name = 'checksum_{part}'");
        careless(&path).execute_batch(&edit).unwrap();
        let problem = format!("the checksum of its {words} is missing");
        assert_eq!(said(&path), problem);
        let checked = folder.run(&["check", "s.db"]);
        assert_eq!(
            (checked.status, checked.out),
            (1, format!("s.db: {problem}\n"))
        );
        folder.write("more.csv", "user_id,page_view_at,page\nz,1700000001,/z\n");
        let refused = folder.run(&["load", "--store", "s.db", "more.csv"]);
        assert_eq!(refused.status, 1, "{refused:?}");
        assert!(refused.err.contains(&problem), "{refused:?}");
    }
}

#[test]
fn a_gap_without_its_checksum_and_a_checksum_without_its_gap_are_damage() {
    for (name, expected) in [
        ("checksum_gap", "the checksum of its gap is missing"),
        ("gap_us", "its gap is missing"),
    ] {
        let folder = TempDir::new().unwrap();
        let path = plain(folder.path());
        let mut store = Store::open(&path, Access::Write).unwrap();
        store.rebuild(Gap::DEFAULT, &mut |_| Ok(())).unwrap();
        drop(store);
        let edit = format!("DELETE FROM settings WHERE name = '{name}'");
        careless(&path).execute_batch(&edit).unwrap();
        assert_eq!(said(&path), expected);
    }
}

#[test]
fn without_checksums_order_count_and_dictionaries_are_looked_at() {
    let row = "the pageview of user 7 at 1700000006000000 us, arrival 6,";
    for (edit, expected) in [
        (
            "UPDATE pageview SET user = 5000 WHERE arrival = 6",
            "the pageview of user 5000 at 1700000006000000 us, arrival 6, has no user",
        ),
        (
            "UPDATE pageview SET page = 5000 WHERE arrival = 6",
            &format!("{row} has no page"),
        ),
        (
            "UPDATE pageview SET page = page + 4294967296 WHERE arrival = 6",
            &format!("{row} has no page"),
        ),
        (
            "UPDATE pageview SET at = 9223372036854775807 WHERE arrival = 6",
            "the pageview of user 7 at 9223372036854775807 us, arrival 6, has no valid time",
        ),
        (
            "DELETE FROM pageview WHERE arrival = 6",
            "it holds fewer pageviews than the 3000 in its ledger",
        ),
    ] {
        assert_eq!(refusal(&format!("{UNSUMMED} {edit}")), expected, "{edit}");
    }
}

#[test]
fn a_text_that_is_there_twice_is_damage() {
    for (from, to) in [("u0003", "u0002"), ("u0999", "u0001")] {
        let folder = TempDir::new().unwrap();
        let path = plain(folder.path());
        let connection = Connection::open(&path).unwrap();
        let unsummed = format!("{UNSUMMED} PRAGMA wal_checkpoint(TRUNCATE)");
        connection.execute_batch(&unsummed).unwrap();
        drop(connection);
        let mut bytes = fs::read(&path).unwrap();
        let place = |text: &str| bytes.windows(5).position(|at| at == text.as_bytes());
        let place = place(from).unwrap();
        bytes[place..place + 5].copy_from_slice(to.as_bytes());
        fs::write(&path, bytes).unwrap();
        assert_eq!(said(&path), format!("the user id \"{to}\" is there twice"));
    }
}

/// Rebuilding and refreshing read the same rows as the scan, and say the same of them.
#[test]
fn damage_is_refused_by_a_rebuild_and_a_refresh() {
    for edit in [
        "UPDATE pageview SET page = page + 4294967296 WHERE arrival = 6",
        "UPDATE pageview SET at = 9223372036854775807 WHERE arrival = 6",
    ] {
        let folder = TempDir::new().unwrap();
        let path = plain(folder.path());
        careless(&path).execute_batch(edit).unwrap();
        let mut store = Store::open(&path, Access::Write).unwrap();
        let mut observe = |_| Ok(());
        let rebuilt = store
            .rebuild(Gap::DEFAULT, &mut observe)
            .unwrap_err()
            .to_string();
        assert!(rebuilt.contains("arrival 6, has no "), "{rebuilt}");
        let refreshed = store.refresh(Timestamp::MIN, Timestamp::MAX, &mut observe);
        if edit.contains("page + ") {
            assert_eq!(refreshed.unwrap_err().to_string(), rebuilt);
        }
    }
}

#[test]
fn a_rebuild_refuses_what_is_not_what_was_loaded() {
    for edit in [
        "DELETE FROM pageview WHERE arrival = 6",
        "UPDATE pageview SET page = 1 WHERE user = 7",
    ] {
        let folder = TempDir::new().unwrap();
        let path = plain(folder.path());
        careless(&path).execute_batch(edit).unwrap();
        let mut store = Store::open(&path, Access::Write).unwrap();
        let before = support::stored_sessions(&path);
        let refused = store
            .rebuild(Gap::DEFAULT, &mut |_| Ok(()))
            .unwrap_err()
            .to_string();
        assert!(refused.contains("the file is damaged ("), "{refused}");
        assert_eq!(support::stored_sessions(&path), before);
    }
}

#[test]
fn check_says_that_a_store_is_sound_and_what_it_holds() {
    let folder = Folder::new();
    plain(folder.work.path());
    assert_eq!(
        folder.prints(&["check", "s.db"]),
        "s.db: sound: 3,000 pageviews of 1,000 users in 1 load; 1,000 sessions at a gap of 30m\n"
    );
    assert_eq!(folder.names(), ["s.db"]);
}

#[test]
fn check_says_all_that_is_wrong_with_a_store() {
    let folder = Folder::new();
    let path = plain(folder.work.path());
    let edit = "DROP VIEW sessions; DELETE FROM session WHERE user = 1; DELETE FROM activity";
    careless(&path).execute_batch(edit).unwrap();
    let ran = folder.run(&["check", "s.db"]);
    assert_eq!(
        (ran.status, ran.err.as_str()),
        (1, "dwell: cannot trust s.db: 3 problems\n")
    );
    assert_eq!(
        ran.out,
        "s.db: its view sessions is not the one that dwell makes\n\
         s.db: the stored sessions of user \"u0000\" do not match the pageviews; dwell sessionize rebuilds them\n\
         s.db: its lists of active users lack some\n"
    );
    careless(&path)
        .execute_batch("DELETE FROM pageview WHERE user = 7")
        .unwrap();
    let ran = folder.run(&["check", "s.db"]);
    assert!(ran.out.contains("fewer pageviews than the 3000"), "{ran:?}");
}

#[test]
fn what_is_kept_of_columns_is_an_error_where_it_cannot_be_made_out() {
    let folder = Folder::new();
    folder.write("one.csv", "user,ts,url\na,2024-03-05 10:00,/\n");
    folder.write("two.csv", "user,ts,url\nb,2024-03-06 10:00,/\n");
    folder.prints(&["load", "--store", "s.db", "one.csv"]);
    let connection = Connection::open(folder.path("s.db")).unwrap();
    let kept: String = connection
        .query_row(
            "SELECT value FROM settings WHERE name = 'roles'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    let texts = [
        "x".to_owned(),
        "{}".to_owned(),
        "[1]".to_owned(),
        "[".repeat(100_000),
        kept.replace("\"n_rows\":1", "\"n_rows\":18446744073709551615"),
        kept.replace("\"n_pageviews\":1", "\"n_pageviews\":7"),
        kept.replace("[\"user\"]", "[]"),
        kept.replace("[\"url\"]", "[\"url\",\"ts\"]"),
    ];
    let as_texts = texts.iter().map(|text| ("?1", text.as_bytes()));
    let all = as_texts.chain([("?1", &b"\xff"[..]), ("CAST(?1 AS BLOB)", kept.as_bytes())]);
    for (value, text) in all {
        let cast = value.replace("?1", "CAST(?1 AS TEXT)");
        let edit = format!("UPDATE settings SET value = {cast} WHERE name = 'roles'");
        assert_eq!(connection.execute(&edit, [text]).unwrap(), 1);
        let ran = folder.run(&["load", "--store", "s.db", "two.csv"]);
        let (status, refusal) = (ran.status, ran.err);
        let shown = String::from_utf8_lossy(&text[..text.len().min(200)]);
        assert!(
            status == 1
                && refusal.contains("cannot read s.db: the file is damaged")
                && refusal.contains("load its sources into a new store"),
            "{shown}: {refusal}"
        );
        let ran = folder.run(&["check", "s.db"]);
        let said = format!("{}{}", ran.out, ran.err);
        assert!(
            ran.status == 1 && said.contains("how its inputs were read"),
            "{shown}: {said}"
        );
    }
    let edit = "UPDATE settings SET value = CAST(?1 AS TEXT) WHERE name = 'roles'";
    connection.execute(edit, [kept.as_bytes()]).unwrap();
    folder.prints(&["load", "--store", "s.db", "two.csv"]);
    folder.prints(&["check", "s.db"]);
}
