//! The tables and views of a store, and how to tell a store from other databases. Store floor.
//!
//! The views are an interface: people query them with `sqlite3`. Their columns do not change without a new
//! [`VERSION`].

use std::fs::File;
use std::io::Read;
use std::path::Path;

use rusqlite::Connection;

use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::timestamp::Timestamp;
use crate::words::timestamp::US_PER_S;

/// SQLite's `application_id` of a dwell store: `dwel` in ASCII.
pub(crate) const APPLICATION_ID: i32 = 0x6477_656c;
/// SQLite's `user_version` of the schema below, with checksums.
pub(crate) const VERSION: i64 = 2;
/// The version of a store whose pageviews carry columns. Others keep theirs, so that earlier dwells read them.
pub(crate) const VERSION_THAT_CARRIES: i64 = 3;

/// The statements that make an empty database a store whose pageviews carry these columns.
///
/// `pageview` is clustered by (user, at, arrival), so the ordered scan and one user's timeline need neither a sort nor
/// an index. `activity` leads from a time to its users. `at`, `started_at` and `ended_at` are microseconds since the
/// epoch. In `loads`, `bytes` and `digest` are of the unpacked content, `head` is the digest of its first 64 KiB, and
/// `passed` counts the bytes at its beginning that earlier loads had taken in.
pub(super) fn schema(carried: &[String]) -> String {
    [TEXTS, &pageview_table(carried), TABLES, &views(carried)].concat()
}

/// The statements that make the table of pageviews, with its views, anew.
pub(super) fn pageviews_anew(carried: &[String]) -> String {
    let gone = "DROP VIEW sessions; DROP VIEW pageviews; DROP TABLE pageview;";
    [gone, &pageview_table(carried), &views(carried)].concat()
}

const TEXTS: &str = "
CREATE TABLE users (id INTEGER PRIMARY KEY, user_id TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE pages (id INTEGER PRIMARY KEY, page TEXT NOT NULL UNIQUE) STRICT;
";

const TABLES: &str = "
CREATE TABLE session (
    user INTEGER NOT NULL REFERENCES users,
    started_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    pageviews INTEGER NOT NULL,
    landing_page INTEGER NOT NULL REFERENCES pages,
    exit_page INTEGER NOT NULL REFERENCES pages,
    PRIMARY KEY (user, started_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE loads (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    digest BLOB NOT NULL,
    head BLOB,
    passed INTEGER NOT NULL,
    pageviews INTEGER NOT NULL,
    dropped INTEGER NOT NULL,
    rejects INTEGER NOT NULL,
    left_out INTEGER NOT NULL,
    read_as TEXT NOT NULL,
    first_at INTEGER,
    last_at INTEGER,
    loaded_at INTEGER NOT NULL
) STRICT;

CREATE TABLE activity (
    hour INTEGER NOT NULL,
    load INTEGER NOT NULL REFERENCES loads,
    users BLOB NOT NULL,
    PRIMARY KEY (hour, load)
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
";

/// What `of_column` makes of each carried column, from its number and its name.
fn each(carried: &[String], of_column: impl Fn(usize, &str) -> String) -> String {
    let columns = (1..).zip(carried);
    columns.map(|(n, name)| of_column(n, name)).collect()
}

/// The table of pageviews, and a dictionary for each carried column, in which the empty text stands for nothing.
fn pageview_table(carried: &[String]) -> String {
    let dictionaries = each(carried, |n, _| {
        format!(
            "CREATE TABLE carried_{n} (id INTEGER PRIMARY KEY, value TEXT NOT NULL UNIQUE) STRICT;\n"
        )
    });
    let columns = each(carried, |n, _| {
        format!("    carried_{n} INTEGER NOT NULL REFERENCES carried_{n},\n")
    });
    format!(
        "
{dictionaries}CREATE TABLE pageview (
    user INTEGER NOT NULL REFERENCES users,
    at INTEGER NOT NULL,
    arrival INTEGER NOT NULL,
    page INTEGER NOT NULL REFERENCES pages,
{columns}    PRIMARY KEY (user, at, arrival)
) STRICT, WITHOUT ROWID;
"
    )
}

/// The readable tables. A session's row does not keep what its landing pageview carries, so that is looked up.
fn views(carried: &[String]) -> String {
    let values = each(carried, |n, name| {
        format!(",\n       nullif(c{n}.value, '') AS {}", quoted_name(name))
    });
    let joins = each(carried, |n, _| {
        format!("\nJOIN carried_{n} AS c{n} ON c{n}.id = v.carried_{n}")
    });
    let landed = each(carried, |n, name| {
        format!(
            ",\n       (SELECT nullif(c.value, '') FROM pageview AS v JOIN carried_{n} AS c ON c.id = v.carried_{n}
        WHERE v.user = s.user AND v.at = s.started_at ORDER BY v.arrival LIMIT 1) AS {}",
            quoted_name(name)
        )
    });
    format!(
        "
CREATE VIEW pageviews AS
SELECT u.user_id,
       strftime('%Y-%m-%dT%H:%M:%S', (v.at - (v.at % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
           || rtrim(rtrim(printf('.%06d', (v.at % 1000000 + 1000000) % 1000000), '0'), '.') || 'Z' AS page_view_at,
       p.page{values}
FROM pageview AS v
JOIN users AS u ON u.id = v.user
JOIN pages AS p ON p.id = v.page{joins};

CREATE VIEW sessions AS
SELECT u.user_id || '@' || s.started_at AS session_id,
       u.user_id,
       strftime('%Y-%m-%dT%H:%M:%S', (s.started_at - (s.started_at % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
           || rtrim(rtrim(printf('.%06d', (s.started_at % 1000000 + 1000000) % 1000000), '0'), '.') || 'Z' AS started_at,
       strftime('%Y-%m-%dT%H:%M:%S', (s.ended_at - (s.ended_at % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
           || rtrim(rtrim(printf('.%06d', (s.ended_at % 1000000 + 1000000) % 1000000), '0'), '.') || 'Z' AS ended_at,
       (s.ended_at - s.started_at) / 1000000.0 AS duration_s,
       s.pageviews,
       l.page AS landing_page,
       e.page AS exit_page,
       s.pageviews = 1 AS is_bounce{landed}
FROM session AS s
JOIN users AS u ON u.id = s.user
JOIN pages AS l ON l.id = s.landing_page
JOIN pages AS e ON e.id = s.exit_page;
"
    )
}

/// A name as SQL has it.
fn quoted_name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The time of a load, to the second, as messages say it.
pub(super) fn time_of_load(us: i64) -> Timestamp {
    Timestamp::clamped(us.saturating_sub(us.rem_euclid(US_PER_S)))
}

/// The version of a store as a connection sees it. It may be newer than that in the file's header.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// The first bytes of every SQLite 3 database.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// What the first 100 bytes of a file say about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileHeader {
    /// Not a SQLite database.
    NotSqlite,
    /// A SQLite database with another program's, or no, application id.
    Foreign,
    /// A store, of this version.
    Store(i64),
}

/// Reads a file's header without SQLite, so that a file that is not ours stays as it is, to the byte. Offsets as in
/// <https://www.sqlite.org/fileformat2.html#the_database_header>.
pub(super) fn header(path: &Path) -> Result<FileHeader> {
    let mut head = Vec::with_capacity(100);
    File::open(path)
        .and_then(|file| file.take(100).read_to_end(&mut head))
        .map_err(Error::io("read", path))?;
    if !head.starts_with(MAGIC) {
        return Ok(FileHeader::NotSqlite);
    }
    let number_at = |offset: usize| {
        let bytes = head.get(offset..offset + 4)?;
        Some(i32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    };
    Ok(match (number_at(68), number_at(60)) {
        (Some(APPLICATION_ID), Some(version)) => FileHeader::Store(i64::from(version)),
        _ => FileHeader::Foreign,
    })
}
