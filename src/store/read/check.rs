//! Checks whether a store is sound in all its parts, and says what is wrong. Store floor.
//!
//! Reading stops at the first damage. A check goes on, part by part, and also looks at what reading does not need: the
//! sessions, the lists of active users, the views.

use rusqlite::Connection;

use crate::engine::dataset::Dataset;
use crate::engine::sessionize::sessionize;
use crate::store::checksum::StorePart;
use crate::store::connection::Store;
use crate::store::read::proof::damage_of;
use crate::store::schema::VERSION;
use crate::store::schema::schema;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::gap::Gap;
use crate::words::progress::Observe;

/// How many findings of SQLite are reported. One damaged page can give very many.
const FINDINGS_TOLD: usize = 10;

/// What a check has found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// What is wrong, one sentence each; empty for a sound store.
    pub problems: Vec<String>,
    /// Whether checksums are kept. A store of an earlier dwell that is only read has none.
    pub has_checksums: bool,
    /// Loads in the ledger.
    pub loads: u64,
    /// Users who have a pageview.
    pub users: u64,
    /// Pageviews.
    pub pageviews: u64,
    /// Stored sessions.
    pub sessions: u64,
    /// The gap at which they were cut.
    pub gap: Gap,
}

impl Store {
    /// Looks at everything: SQLite's own check, tables and views, the ledger, dictionaries, order, number and
    /// checksums of the pageviews, every session, the lists of active users.
    ///
    /// Errors when the store cannot be read at all, and when `observe` does.
    pub fn check(&self, observe: Observe<'_>) -> Result<Checked> {
        self.undisturbed(|store| store.check_within(observe))
    }

    fn check_within(&self, observe: Observe<'_>) -> Result<Checked> {
        let _snapshot = self
            .connection
            .unchecked_transaction()
            .map_err(self.failed("read"))?;
        let mut checked = Checked {
            gap: self.gap()?,
            has_checksums: self.checksum(StorePart::Pageviews)?.is_some(),
            ..Checked::default()
        };
        let mut problems = self.findings()?;
        // A store of an earlier version has other tables until it is migrated.
        if self.one::<i64>("PRAGMA user_version")? >= VERSION {
            let found = self.unlike_new();
            note(&mut problems, found)?;
        }
        if let Some(dataset) = note(&mut problems, self.scan_within(observe))? {
            checked.users = dataset.n_users() as u64;
            checked.pageviews = dataset.n_rows() as u64;
            let same = self.compare_span(&dataset);
            note(&mut problems, same)?;
            let same = self.compare_sessions(&dataset, checked.gap);
            checked.sessions = note(&mut problems, same)?.unwrap_or(0);
            let same = self.compare_activity();
            note(&mut problems, same)?;
        }
        note(&mut problems, self.kept_roles())?;
        checked.loads = note(&mut problems, self.n_loads())?.unwrap_or(0);
        checked.problems = problems;
        Ok(checked)
    }

    /// What SQLite finds.
    fn findings(&self) -> Result<Vec<String>> {
        let mut statement = self.prepare(&format!("PRAGMA integrity_check({FINDINGS_TOLD})"))?;
        let mut rows = statement.query([]).map_err(self.failed("read"))?;
        let mut findings = Vec::new();
        loop {
            match rows.next() {
                Ok(None) => return Ok(findings),
                Ok(Some(row)) => {
                    let said: String = row.get(0).map_err(self.failed("read"))?;
                    if said != "ok" {
                        findings.push(format!("SQLite finds: {}", said.trim().replace('\n', "; ")));
                    }
                }
                // Damage can end the check itself.
                Err(error) => match self.failed("read")(error) {
                    Error::Store { problem, .. } => {
                        findings.push(problem);
                        return Ok(findings);
                    }
                    error => return Err(error),
                },
            }
        }
    }

    /// Errors if a table lacks a column, or a view is not the one that a new store has.
    fn unlike_new(&self) -> Result<()> {
        let carried = self.carried_names()?;
        let new = Connection::open_in_memory()
            .and_then(|new| new.execute_batch(&schema(&carried)).map(|()| new))
            .map_err(self.failed("read"))?;
        let mut statement = new
            .prepare("SELECT name, type, sql FROM sqlite_schema WHERE type IN ('table', 'view')")
            .map_err(self.failed("read"))?;
        let mut rows = statement.query([]).map_err(self.failed("read"))?;
        while let Some(row) = rows.next().map_err(self.failed("read"))? {
            let text = |column| row.get::<_, String>(column).map_err(self.failed("read"));
            let (name, kind, sql) = (text(0)?, text(1)?, text(2)?);
            let is_there = match kind.as_str() {
                "view" => {
                    let query = "SELECT sql FROM sqlite_schema WHERE type = 'view' AND name = ?1";
                    self.column_of(&self.connection, query, &name)? == [sql]
                }
                _ => {
                    let query = "SELECT name FROM pragma_table_xinfo(?1)";
                    let has = self.column_of(&self.connection, query, &name)?;
                    let wanted = self.column_of(&new, query, &name)?;
                    wanted.iter().all(|column| has.contains(column))
                }
            };
            if !is_there {
                return Err(self.damaged(&format!(
                    "its {kind} {name} is not the one that dwell makes"
                )));
            }
        }
        Ok(())
    }

    fn column_of(&self, connection: &Connection, query: &str, name: &str) -> Result<Vec<String>> {
        connection
            .prepare(query)
            .and_then(|mut statement| statement.query_map([name], |row| row.get(0))?.collect())
            .map_err(self.failed("read"))
    }

    /// Errors if the ledger's first and last times are not those of the pageviews.
    fn compare_span(&self, dataset: &Dataset) -> Result<()> {
        let span: (Option<i64>, Option<i64>) = self
            .connection
            .query_row("SELECT min(first_at), max(last_at) FROM loads", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .map_err(self.failed("read"))?;
        let expected = dataset
            .span()
            .map(|(first, last)| (first.as_us(), last.as_us()));
        match span.0.zip(span.1) == expected {
            true => Ok(()),
            false => Err(self
                .damaged("the first and last times of its ledger are not those of its pageviews")),
        }
    }

    /// Compares every stored session with what the pageviews say; returns how many there are.
    fn compare_sessions(&self, dataset: &Dataset, gap: Gap) -> Result<u64> {
        let sessions = sessionize(dataset, gap);
        let fresh = (0..dataset.n_users()).flat_map(|user| {
            let spans = sessions.spans(dataset.rows_of(user));
            spans.map(move |rows| (user, rows))
        });
        let mut fresh = fresh.peekable();
        let mut statement = self.prepare(
            "SELECT u.user_id, s.started_at, s.ended_at, s.pageviews, l.page, e.page FROM session AS s
             LEFT JOIN users AS u ON u.id = s.user
             LEFT JOIN pages AS l ON l.id = s.landing_page
             LEFT JOIN pages AS e ON e.id = s.exit_page
             ORDER BY s.user, s.started_at",
        )?;
        let mut stored = statement.raw_query();
        let mut n = 0;
        loop {
            let row = stored.next().map_err(self.failed("read"))?;
            let fresh = fresh.next();
            let (row, (user, rows)) = match (row, fresh) {
                (None, None) => return Ok(n),
                (Some(row), Some(fresh)) => (row, fresh),
                (None, Some((user, _))) => return Err(self.wrong_session(dataset, user)),
                (Some(_), None) => {
                    let last = dataset.n_users().saturating_sub(1);
                    return Err(self.wrong_session(dataset, last));
                }
            };
            let (first, last) = (rows.start, rows.end - 1);
            let is_same = || -> rusqlite::Result<bool> {
                let has = |column, text: &str| -> rusqlite::Result<bool> {
                    Ok(row.get_ref(column)?.as_str_or_null()? == Some(text))
                };
                let is = |column, number| row.get(column).map(|found: i64| found == number);
                Ok(has(0, dataset.users().text(user as u32))?
                    && is(1, dataset.at_us()[first])?
                    && is(2, dataset.at_us()[last])?
                    && is(3, rows.len() as i64)?
                    && has(4, dataset.page_text(first))?
                    && has(5, dataset.page_text(last))?)
            };
            if !is_same().map_err(self.failed("read"))? {
                return Err(self.wrong_session(dataset, user));
            }
            n += 1;
        }
    }

    fn wrong_session(&self, dataset: &Dataset, user: usize) -> Error {
        let of = match dataset.n_users() {
            0 => String::new(),
            _ => format!(" of user \"{}\"", dataset.users().text(user as u32)),
        };
        self.damaged(&format!(
            "the stored sessions{of} do not match the pageviews; dwell sessionize rebuilds them"
        ))
    }

    /// Errors if a user has a pageview in an hour whose lists do not name the user.
    fn compare_activity(&self) -> Result<()> {
        let listed = self.listed_hours()?;
        let mut statement = self.prepare(
            "SELECT DISTINCT (at - (at % 3600000000 + 3600000000) % 3600000000) / 3600000000, user FROM pageview",
        )?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(self.failed("read"))? {
            let pair = (|| Ok((row.get(0)?, row.get(1)?)))().map_err(self.failed("read"))?;
            if listed.binary_search(&pair).is_err() {
                return Err(self.damaged("its lists of active users lack some"));
            }
        }
        Ok(())
    }
}

/// The value, or `None` after noting what is wrong. Errors that are not about the store stay errors.
fn note<T>(problems: &mut Vec<String>, found: Result<T>) -> Result<Option<T>> {
    match found {
        Ok(value) => Ok(Some(value)),
        Err(Error::Store { problem, .. }) => {
            problems.push(damage_of(&problem).to_owned());
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests;
