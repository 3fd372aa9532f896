//! The ledger of loads: what has been taken in, so that it is not taken in twice. Store floor.

use std::ops::Range;

use rusqlite::OptionalExtension;
use rusqlite::Row;
use rusqlite::params;

use crate::load::ReadReport;
use crate::source::Fingerprint;
use crate::source::HEAD_BYTES;
use crate::source::Input;
use crate::store::connection::Store;
use crate::store::schema;
use crate::store::schema::time_of_load;
use crate::words::coverage::Coverage;
use crate::words::coverage::UserSample;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::timestamp::Timestamp;

/// A row of `pageview` takes at least this many bytes of a page: a pointer, and a cell whose values are all 0 or 1.
const MIN_ROW_BYTES: i64 = 8;

/// What a load took in.
#[derive(Clone, Debug)]
pub(super) struct LedgerEntry {
    pub(super) source: String,
    pub(super) loaded_at: Timestamp,
    pub(super) content: Fingerprint,
    /// Bytes at its beginning that earlier loads had taken in.
    pub(super) passed_bytes: u64,
    /// Whether it had anything besides a header.
    pub(super) has_rows: bool,
    /// The numbers of arrival of its pageviews.
    pub(super) arrivals: Range<i64>,
}

impl Store {
    /// How many loads there have been.
    pub fn n_loads(&self) -> Result<u64> {
        self.one::<i64>("SELECT count(*) FROM loads")
            .map(|n| n.max(0) as u64)
    }

    /// How many pageviews the store holds, by the ledger. Errors if its file has no room for as many.
    pub fn n_pageviews(&self) -> Result<u64> {
        let n: i64 = self.one("SELECT coalesce(sum(pageviews - dropped), 0) FROM loads")?;
        let says = || format!("its ledger says {n} pageviews");
        let bytes = self.one::<i64>("PRAGMA page_count")? * self.one::<i64>("PRAGMA page_size")?;
        if n > bytes / MIN_ROW_BYTES {
            let problem = format!("{}, for which {bytes} bytes have no room", says());
            return Err(self.damaged(&problem));
        }
        u64::try_from(n).map_err(|_| self.damaged(&says()))
    }

    /// What the loads covered: how many rows did not become pageviews, and a note on each of the latest loads.
    pub fn coverage(&self) -> Result<Coverage> {
        const LATEST: usize = 50;
        // A store of the first version that is only read does not know what was left out.
        let known = match schema::version(&self.connection).map_err(self.failed("read"))? {
            ..2 => "0, ''",
            _ => "left_out, read_as",
        };
        let mut statement = self.prepare(&format!(
            "SELECT source, pageviews - dropped, rejects, loaded_at, {known} FROM loads ORDER BY id DESC"
        ))?;
        let mut coverage = Coverage {
            sample: self.sample()?,
            ..Coverage::default()
        };
        coverage
            .notes
            .extend(coverage.sample.map(UserSample::sentence));
        let (mut n_loads, mut n_left_out) = (0, 0u64);
        let mut rows = statement.query([]).map_err(self.failed("read"))?;
        while let Some(row) = rows.next().map_err(self.failed("read"))? {
            let row: (String, i64, i64, i64, i64, String) =
                row.try_into().map_err(self.failed("read"))?;
            let (source, pageviews, rejects, loaded_at, left_out, read_as) = row;
            let [pageviews, rejects, left_out] =
                [pageviews, rejects, left_out].map(|n| n.max(0) as u64);
            coverage.rejects = coverage.rejects.saturating_add(rejects);
            n_left_out = n_left_out.saturating_add(left_out);
            n_loads += 1;
            if n_loads > LATEST {
                continue;
            }
            let left_out = match left_out {
                0 => String::new(),
                n => format!(", {} left out", count(n)),
            };
            coverage.notes.push(format!(
                "{source}: {}, {}{left_out}, loaded {}",
                counted(pageviews, "pageview"),
                counted(rejects, "reject"),
                time_of_load(loaded_at)
            ));
            if !read_as.is_empty() {
                coverage.notes.push(format!("{source}: {read_as}"));
            }
        }
        if n_left_out > 0 {
            coverage.left_out = vec![("by all loads; each load said why".to_owned(), n_left_out)];
        }
        if n_loads > LATEST {
            let earlier = counted((n_loads - LATEST) as u64, "earlier load");
            coverage.notes.push(format!("and {earlier}"));
        }
        Ok(coverage)
    }

    /// The number of arrival of the next pageview: higher than all there are.
    pub(in crate::store) fn next_arrival(&self) -> Result<i64> {
        self.one("SELECT coalesce(sum(pageviews), 0) FROM loads")
    }

    /// All loads, in their order.
    pub(super) fn ledger(&self) -> Result<Vec<LedgerEntry>> {
        let mut first_arrival = 0;
        let entry = |row: &Row<'_>| {
            let number = |name| row.get::<_, i64>(name);
            let pageviews = number("pageviews")?;
            let entry = LedgerEntry {
                source: row.get("source")?,
                loaded_at: time_of_load(number("loaded_at")?),
                content: Fingerprint {
                    length: number("bytes")?.max(0) as u64,
                    digest: row.get("digest")?,
                    head: row.get("head")?,
                },
                passed_bytes: number("passed")?.max(0) as u64,
                has_rows: pageviews + number("rejects")? + number("left_out")? > 0,
                arrivals: first_arrival..first_arrival + pageviews,
            };
            first_arrival += pageviews;
            Ok(entry)
        };
        let mut statement = self.prepare("SELECT * FROM loads ORDER BY id")?;
        let entries = statement.query_map([], entry);
        entries
            .and_then(Iterator::collect)
            .map_err(self.failed("read"))
    }

    /// Errors if a load of the same content, now that it has been read, is in the ledger.
    pub(in crate::store) fn refuse_known(&self, input: &Input) -> Result<()> {
        let Fingerprint { length, digest, .. } = input.fingerprint();
        let known: Option<(String, i64)> = self
            .connection
            .query_row(
                "SELECT source, loaded_at FROM loads WHERE digest = ?1 AND bytes = ?2 ORDER BY id LIMIT 1",
                params![digest, length as i64],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()
            .map_err(self.failed("read"))?;
        match known {
            None => Ok(()),
            Some((earlier, loaded_at)) => Err(Error::LoadedAlready {
                input: input.name().to_owned(),
                earlier,
                loaded_at: time_of_load(loaded_at).to_string(),
                is_beginning: false,
            }),
        }
    }

    /// The entry that ends where an input goes on, if it is the last one and can be added to. Also returns how many
    /// bytes are not new.
    ///
    /// Errors if there is none, or if others have taken in what follows.
    pub(super) fn entry_before(&self, input: &Input) -> Result<Option<i64>> {
        let Fingerprint {
            length,
            digest,
            head,
        } = input.fingerprint();
        let ends_there = "SELECT max(id) FROM loads WHERE bytes = ?1 AND digest = ?2";
        // The head of a shorter file grows with it, so its entry is told by where it goes on alone.
        let goes_on = "SELECT EXISTS (SELECT 1 FROM loads
             WHERE id > ?3 AND passed = ?1 AND bytes > ?1 AND (head = ?2 OR ?1 < ?4))";
        let found = || -> rusqlite::Result<(Option<i64>, bool, Option<i64>)> {
            let connection = &self.connection;
            let (length, last) = (length as i64, "SELECT max(id) FROM loads");
            let entry: Option<i64> =
                connection.query_row(ends_there, params![length, digest], |row| row.get(0))?;
            let later = params![length, head, entry, HEAD_BYTES as i64];
            Ok((
                entry,
                connection.query_row(goes_on, later, |row| row.get(0))?,
                connection.query_row(last, [], |row| row.get(0))?,
            ))
        };
        match found().map_err(self.failed("read"))? {
            (Some(entry), false, last) => Ok(Some(entry).filter(|_| last == Some(entry))),
            _ => Err(Error::Store {
                action: "load into",
                path: self.path().to_owned(),
                problem: format!(
                    "it has other rows of {} by now: does another dwell follow that file? Start this one again when it \
                    is the only one",
                    input.name()
                ),
            }),
        }
    }

    /// What the last load of a source took in.
    pub(crate) fn last_of(&self, source: &str) -> Result<Option<Fingerprint>> {
        let mut entries = self.ledger()?;
        entries.retain(|entry| entry.source == source && entry.has_rows);
        Ok(entries.pop().map(|entry| entry.content))
    }

    /// Adds what was appended to an input to its entry in the ledger.
    pub(super) fn extend_entry(
        &self,
        entry: i64,
        read: &ReadReport,
        content: Fingerprint,
        dropped: u64,
        loaded_at: Timestamp,
    ) -> Result<()> {
        self.keep_roles(read.understood.settled.clone())?;
        self.connection
            .execute(
                "UPDATE loads SET bytes = ?2, digest = ?3, head = ?4,
                     pageviews = pageviews + ?5, dropped = dropped + ?6,
                     rejects = rejects + ?7, left_out = left_out + ?8,
                     first_at = min(coalesce(first_at, ?9), coalesce(?9, first_at)),
                     last_at = max(coalesce(last_at, ?10), coalesce(?10, last_at)), loaded_at = ?11
                 WHERE id = ?1",
                params![
                    entry,
                    content.length as i64,
                    content.digest,
                    content.head,
                    read.pageviews as i64,
                    dropped as i64,
                    read.rejects as i64,
                    read.understood.n_left_out() as i64,
                    read.span.map(|(first, _)| first.as_us()),
                    read.span.map(|(_, last)| last.as_us()),
                    loaded_at.as_us()
                ],
            )
            .map(drop)
            .map_err(self.failed("write"))
    }

    /// Writes the ledger's entry for an input. `dropped` of its pageviews were not taken in.
    pub(super) fn enter(
        &self,
        read: &ReadReport,
        content: Fingerprint,
        dropped: u64,
        loaded_at: Timestamp,
    ) -> Result<()> {
        self.keep_sample(read)?;
        self.keep_roles(read.understood.settled.clone())?;
        self.connection
            .execute(
                "INSERT INTO loads (source, bytes, digest, head, passed, pageviews, dropped, rejects, left_out,
                                    read_as, first_at, last_at, loaded_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
                params![
                    read.input,
                    content.length as i64,
                    content.digest,
                    content.head,
                    read.passed_bytes as i64,
                    read.pageviews as i64,
                    dropped as i64,
                    read.rejects as i64,
                    read.understood.n_left_out() as i64,
                    read.understood.to_string(),
                    read.span.map(|(first, _)| first.as_us()),
                    read.span.map(|(_, last)| last.as_us()),
                    loaded_at.as_us()
                ],
            )
            .map(drop)
            .map_err(self.failed("write"))
    }
}
