//! Takes in what was appended to a file that is followed. Store floor.
//!
//! Its pageviews, what they change in the sessions, and how far the file is known, in one transaction: a process that is
//! killed has taken in all lines of an input or none, and the next one sees in the ledger where to go on.

use rusqlite::ErrorCode;
use rusqlite::Transaction;
use rusqlite::TransactionBehavior;

use crate::load::Observer;
use crate::source::Appended;
use crate::store::connection::Store;
use crate::store::connection::file_id;
use crate::store::options::LoadOptions;
use crate::store::write::load::LoadJob;
use crate::store::write::load::LoadReport;
use crate::words::error::Error;
use crate::words::error::Result;

impl Store {
    /// Whether nothing was kept in it yet.
    pub(crate) fn is_draft(&self) -> bool {
        self.is_unseen()
    }

    /// Whether another process writes to the store, even after a while.
    pub(crate) fn is_held_by_another(&self) -> Result<bool> {
        if self.is_unseen() {
            return Ok(false);
        }
        let begun = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate);
        match begun {
            Ok(_) => Ok(false),
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(true),
            Err(error) => Err(self.failed("write")(error)),
        }
    }

    /// Errors if its file is not the one at its path any more: nobody would find what is written.
    fn refuse_if_replaced(&self) -> Result<()> {
        match file_id(self.path()) {
            Ok(id) if self.id == Some(id) => Ok(()),
            _ => Err(Error::Store {
                action: "load into",
                path: self.path().to_owned(),
                problem: "it was removed or replaced: start again to load into what is there now"
                    .to_owned(),
            }),
        }
    }

    /// Takes in new lines, all or nothing. The entry in the ledger of what precedes them grows by them, unless other
    /// loads came since: then they get one of their own.
    ///
    /// Errors as [`Store::load`] does; also if the store lacks what precedes the lines, or has what follows it.
    pub(crate) fn append(
        &mut self,
        appended: &mut Appended,
        options: &LoadOptions,
        observer: &mut dyn Observer,
    ) -> Result<LoadReport> {
        let options = LoadOptions {
            read: appended.options(&options.read),
            ..options.clone()
        };
        if !self.is_unseen() {
            self.refuse_if_replaced()?;
        }
        if appended.is_from_start && !appended.goes_on {
            return self.load(&mut appended.input, &options, observer);
        }
        let transaction = self.begin_write()?;
        let before = appended.input.fingerprint().length;
        let entry = match appended.is_from_start {
            true => None,
            false => Some(self.entry_before(&appended.input)?),
        };
        let options = LoadOptions {
            // What precedes the lines is known, and so is that they are new.
            again: entry.is_some(),
            ..self.options_as_before(&options)?
        };
        let mut job = LoadJob {
            input: &mut appended.input,
            options: &options,
            observer,
            extends: entry.flatten(),
        };
        let (mut read, loaded) = self.read(&mut job)?;
        match entry {
            None => self.refuse_known(job.input)?,
            Some(_) => read.passed_bytes = before,
        }
        let (duplicates, refreshed) = self.add(&loaded, &mut job)?;
        let dropped = if options.dedupe { duplicates } else { 0 };
        let (extends, content) = (job.extends, job.input.fingerprint());
        match extends {
            Some(entry) => {
                self.extend_entry(entry, &read, content, dropped, options.loaded_at)?;
            }
            None => self.enter(&read, content, dropped, options.loaded_at)?,
        }
        transaction.commit().map_err(self.failed("write"))?;
        read.first_rejects
            .iter_mut()
            .for_each(|reject| appended.place(reject));
        // A few lines say nothing about the whole.
        read.understood.warnings.clear();
        Ok(LoadReport {
            read,
            duplicates,
            refreshed,
        })
    }
}
