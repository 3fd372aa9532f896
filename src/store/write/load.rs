//! A load takes in one input, with its sessions and its entry in the ledger, or nothing. Store floor.

use std::borrow::Cow;
use std::path::Path;

use rusqlite::Transaction;
use rusqlite::TransactionBehavior;

use crate::load::LoadedInputs;
use crate::load::Loading;
use crate::load::Observer;
use crate::load::ReadReport;
use crate::load::Spill;
use crate::load::duplicates;
use crate::source::Input;
use crate::store::activity::Activity;
use crate::store::connection::Store;
use crate::store::options::LoadOptions;
use crate::store::read::scan::ROWS_A_REPORT;
use crate::store::write::refresh::Refreshed;
use crate::words::error::Result;
use crate::words::progress::Progress;
use crate::words::progress::Stage;

/// What a load did.
#[derive(Clone, Debug)]
pub struct LoadReport {
    /// The result of reading the input.
    pub read: ReadReport,
    /// Duplicates: pageviews with the user, time and page of one that was there already. They are taken in unless
    /// `dedupe` was asked for.
    pub duplicates: u64,
    /// What happened to the sessions.
    pub refreshed: Refreshed,
}

/// The input of a load, its options, and who watches.
pub(super) struct LoadJob<'a> {
    pub(super) input: &'a mut Input,
    pub(super) options: &'a LoadOptions,
    pub(super) observer: &'a mut dyn Observer,
    /// The entry of the ledger that it adds to, if it does not get one of its own.
    pub(super) extends: Option<i64>,
}

/// Tells an observer how many pageviews are written.
pub(super) struct WriteProgress<'a> {
    observer: &'a mut dyn Observer,
    reported: u64,
    done: u64,
    total: u64,
}

impl<'a> WriteProgress<'a> {
    pub(super) fn new(observer: &'a mut dyn Observer, n_rows: usize) -> WriteProgress<'a> {
        WriteProgress {
            observer,
            reported: 0,
            done: 0,
            total: n_rows as u64,
        }
    }

    pub(super) fn count(&mut self, n_rows: usize) -> Result<()> {
        self.done += n_rows as u64;
        if self.done - self.reported < ROWS_A_REPORT {
            return Ok(());
        }
        self.reported = self.done;
        let progress = Progress::of(Stage::Write, self.done, self.total);
        self.observer.progress(progress)
    }
}

impl Store {
    /// Takes in one input: its pageviews, what they change in the sessions, and its entry in the ledger, all or
    /// nothing. If the content begins with an earlier load, only the new lines are taken in.
    ///
    /// Errors, with the store as it was, when the input cannot be read or has only rejects, when its content is in the
    /// ledger already (unless `again`), and when `observer` does. A store that has not been kept yet cannot be used
    /// after an error.
    pub fn load(
        &mut self,
        input: &mut Input,
        options: &LoadOptions,
        observer: &mut dyn Observer,
    ) -> Result<LoadReport> {
        if let Some(path) = input.path() {
            self.refuse_itself(path)?;
        }
        if self.is_unseen() && self.next_arrival()? == 0 {
            let options = &self.options_as_before(options)?;
            let mut job = LoadJob {
                input,
                options,
                observer,
                extends: None,
            };
            let (read, loaded) = self.read(&mut job)?;
            let ties = duplicates(&loaded.dataset);
            let kept = match job.options.dedupe && !ties.is_empty() {
                true => Cow::Owned(loaded.without(&ties)),
                false => Cow::Borrowed(&loaded),
            };
            let report = LoadReport {
                read,
                duplicates: ties.len() as u64,
                refreshed: self.fill(&kept, job.observer)?,
            };
            self.enter_load(&job, &report)?;
            return Ok(report);
        }
        let transaction = self.begin_write()?;
        let options = &self.options_as_before(options)?;
        let mut job = LoadJob {
            input,
            options,
            observer,
            extends: None,
        };
        let (read, loaded) = self.read(&mut job)?;
        if !job.options.again {
            self.refuse_known(job.input)?;
        }
        let (duplicates, refreshed) = self.add(&loaded, &mut job)?;
        let report = LoadReport {
            read,
            duplicates,
            refreshed,
        };
        self.enter_load(&job, &report)?;
        transaction.commit().map_err(self.failed("write"))?;
        Ok(report)
    }

    /// The same options, extended so that the input is read as those before it.
    pub(super) fn options_as_before(&self, options: &LoadOptions) -> Result<LoadOptions> {
        Ok(LoadOptions {
            read: self.carrying_as_before(self.as_before(&options.read)?)?,
            ..options.clone()
        })
    }

    fn enter_load(&self, job: &LoadJob<'_>, report: &LoadReport) -> Result<()> {
        let dropped = if job.options.dedupe {
            report.duplicates
        } else {
            0
        };
        let content = job.input.fingerprint();
        self.enter(&report.read, content, dropped, job.options.loaded_at)
    }

    /// Reads the input into memory, without what an earlier load took in.
    pub(super) fn read(&self, job: &mut LoadJob<'_>) -> Result<(ReadReport, LoadedInputs)> {
        let options = job.options;
        let table = self.open_new_table(job.input, options)?;
        let passed_bytes = match options.again || table.is_some() {
            true => 0,
            false => self.pass_known(job.input, &options.read)?,
        };
        let folder = self.file().parent().unwrap_or(Path::new("."));
        let spill = Spill {
            rows_a_slab: options.rows_a_slab,
            ..Spill::to(folder)
        };
        let mut loading = Loading::new(spill, job.input.size()).keeping_arrival();
        let mut read = loading.read(
            job.input,
            table,
            &options.read,
            options.strict,
            job.observer,
        )?;
        read.passed_bytes = passed_bytes;
        let loaded = loading.finish_inputs(job.observer)?;
        // The doubts about the dataset are doubts about this input, its only one.
        read.understood
            .warnings
            .clone_from(&loaded.dataset.coverage.warnings);
        Ok((read, loaded))
    }

    pub(in crate::store) fn begin_write(&self) -> Result<Transaction<'_>> {
        Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)
            .map_err(self.failed("write"))
    }

    /// Writes which users were active when, for this entry of the ledger, or for the one that is about to be made.
    pub(super) fn write_activity(&self, activity: Activity, entry: Option<i64>) -> Result<()> {
        let load = match entry {
            Some(entry) => entry,
            None => self.one::<i64>("SELECT coalesce(max(id), 0) + 1 FROM loads")?,
        };
        let written = activity.write(&self.connection, load);
        written.map_err(self.failed("load into"))
    }
}

#[cfg(test)]
mod faults;
#[cfg(test)]
mod tests;
