//! Exactly once: finds what of an input was taken in before. Store floor.

use rusqlite::OptionalExtension;
use rusqlite::Statement;
use rusqlite::params;

use crate::source;
use crate::source::ContentComparison;
use crate::source::Fingerprint;
use crate::source::Input;
use crate::source::ReadOptions;
use crate::source::Sink;
use crate::store::connection::Store;
use crate::store::write::ledger::LedgerEntry;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::interrupt::Interrupt;
use crate::words::pageview::Pageview;
use crate::words::pageview::Reject;

impl Store {
    /// Leaves out the rows at the beginning that earlier loads took in, whatever their names were. Returns the length
    /// of that beginning in bytes.
    ///
    /// Errors with [`Error::LoadedAlready`] if there is nothing else, or if the input is the beginning of an earlier
    /// load. Also errors if the last line of an earlier load goes on in this input.
    pub(super) fn pass_known(&self, input: &mut Input, options: &ReadOptions) -> Result<u64> {
        let mut entries = self.ledger()?;
        // A load of nothing but a header is no reason to skip: every table begins with one.
        entries.retain(|entry| entry.has_rows);
        let known: Vec<Fingerprint> = entries.iter().map(|entry| entry.content).collect();
        let ContentComparison {
            begins,
            is_all,
            longer,
            ends_within_a_line,
        } = input.compare(&known)?;
        let passed_bytes = match begins {
            None => 0,
            Some((place, _)) if is_all => {
                return Err(entries.swap_remove(place).has(input, false));
            }
            Some((_, prefix)) if !prefix.is_whole_lines => {
                let problem = format!(
                    "the last line that was loaded (at byte {}) has grown since, so its pageview is not what it was: \
                    load the file into a new store, or load all of it once more with --again",
                    prefix.length
                );
                return Err(Error::Input {
                    input: input.name().to_owned(),
                    problem,
                });
            }
            Some((_, prefix)) => {
                input.pass(prefix);
                prefix.length
            }
        };
        let goes_on = |place: &usize| {
            let entry = &entries[*place];
            entry.passed_bytes == passed_bytes && !entry.arrivals.is_empty()
        };
        let longer: Vec<&LedgerEntry> = longer
            .iter()
            .filter(|place| goes_on(place))
            .map(|&place| &entries[place])
            .collect();
        match self.beginning_of(input, options, longer, ends_within_a_line)? {
            Some(entry) => Err(entry.has(input, true)),
            None => Ok(passed_bytes),
        }
    }

    /// The first of these loads that begins with everything that is to be read of the input. The content of loads is
    /// not kept, but their pageviews are. So the input is read and compared pageview by pageview.
    ///
    /// The input is at its beginning afterwards.
    fn beginning_of<'e>(
        &self,
        input: &mut Input,
        options: &ReadOptions,
        loads: Vec<&'e LedgerEntry>,
        ends_within_a_line: bool,
    ) -> Result<Option<&'e LedgerEntry>> {
        if loads.is_empty() {
            return Ok(None);
        }
        let mut beginning = Beginning {
            store: self,
            user_id: self.prepare("SELECT id FROM users WHERE user_id = ?1")?,
            page_id: self.prepare("SELECT id FROM pages WHERE page = ?1")?,
            page_of: self.prepare(
                "SELECT page FROM pageview WHERE user = ?1 AND at = ?2 AND arrival = ?3",
            )?,
            loads,
            n_rows: 0,
            differs: false,
            is_other: false,
            interrupt: input.interrupt(),
        };
        let read = source::read(input, options, &mut beginning);
        let Beginning {
            loads,
            n_rows,
            differs,
            is_other,
            ..
        } = beginning;
        let is_beginning = match read {
            Err(Error::Interrupted) if !is_other => return Err(Error::Interrupted),
            // Or it cannot be read, which the load will report.
            Err(_) => false,
            // A last line that was cut short does not count as a difference.
            Ok(_) => n_rows > u64::from(differs) && (!differs || ends_within_a_line),
        };
        input.rewind()?;
        Ok(loads.first().copied().filter(|_| is_beginning))
    }
}

impl LedgerEntry {
    /// The error for an input that this load took in.
    fn has(&self, input: &Input, is_beginning: bool) -> Error {
        Error::LoadedAlready {
            input: input.name().to_owned(),
            earlier: self.source.clone(),
            loaded_at: self.loaded_at.to_string(),
            is_beginning,
        }
    }
}

/// Compares pageviews with those of loads, one by one. Stops the reading when no load agrees any more.
struct Beginning<'s, 'e> {
    store: &'s Store,
    user_id: Statement<'s>,
    page_id: Statement<'s>,
    page_of: Statement<'s>,
    /// The loads that agree so far.
    loads: Vec<&'e LedgerEntry>,
    n_rows: u64,
    /// Whether the last row was in none of them.
    differs: bool,
    /// Whether another row came after that one.
    is_other: bool,
    interrupt: Interrupt,
}

impl Beginning<'_, '_> {
    /// Notes that another row came. Stops the reading if the row before it was in none of the loads.
    fn goes_on(&mut self) -> Result<()> {
        self.is_other = self.differs;
        match self.is_other {
            true => Err(Error::Interrupted),
            false => Ok(()),
        }
    }

    /// The loads whose next pageview is this one.
    fn with(&mut self, pageview: Pageview<'_>) -> rusqlite::Result<Vec<usize>> {
        let id = |statement: &mut Statement<'_>, text: &str| {
            statement
                .query_row([text], |row| row.get::<_, i64>(0))
                .optional()
        };
        let (Some(user), Some(page)) = (
            id(&mut self.user_id, pageview.user_id)?,
            id(&mut self.page_id, pageview.page)?,
        ) else {
            return Ok(Vec::new());
        };
        let mut with = Vec::new();
        for (place, load) in self.loads.iter().enumerate() {
            let arrival = load.arrivals.start + self.n_rows as i64;
            let key = params![user, pageview.page_view_at.as_us(), arrival];
            let found = self.page_of.query_row(key, |row| row.get::<_, i64>(0));
            if load.arrivals.contains(&arrival) && found.optional()? == Some(page) {
                with.push(place);
            }
        }
        Ok(with)
    }
}

impl Sink for Beginning<'_, '_> {
    fn pageview(&mut self, pageview: Pageview<'_>) -> Result<()> {
        self.goes_on()?;
        let with = self.with(pageview).map_err(self.store.failed("read"))?;
        match with.is_empty() {
            true => self.differs = true,
            false => self.loads = with.into_iter().map(|place| self.loads[place]).collect(),
        }
        self.n_rows += 1;
        Ok(())
    }

    fn reject(&mut self, _: Reject) -> Result<()> {
        self.goes_on()
    }

    fn progress(&mut self, _: u64) -> Result<()> {
        self.interrupt.check()
    }
}
