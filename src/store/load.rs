//! A load: one input taken in, with its sessions and its entry in the ledger, or nothing. Store floor.

use rusqlite::Transaction;
use rusqlite::TransactionBehavior;

use crate::source::Input;
use crate::source::Understood;
use crate::store::activity::Activity;
use crate::store::connection::Store;
use crate::store::gather::Gathered;
use crate::store::gather::Intake;
use crate::store::gather::ROWS_A_SLAB;
use crate::store::options::LoadOptions;
use crate::store::options::Observer;
use crate::store::refresh::Refreshed;
use crate::words::error::Result;
use crate::words::pageview::Reject;
use crate::words::timestamp::Timestamp;

/// What a load did.
#[derive(Clone, Debug)]
pub struct LoadReport {
    /// The input's name.
    pub input: String,
    /// How the input was understood.
    pub understood: Understood,
    /// Pageviews read.
    pub pageviews: u64,
    /// Those of them that are equal, in user, time and page, to one that was there already. They are taken
    /// in all the same unless `dedupe` was asked for.
    pub duplicates: u64,
    /// Bytes at the beginning that an earlier load had taken in, whose rows were left out.
    pub passed_bytes: u64,
    /// Rows that are no pageview.
    pub rejects: u64,
    /// The first few of them.
    pub first_rejects: Vec<Reject>,
    /// Earliest and latest pageview taken in; `None` without any.
    pub span: Option<(Timestamp, Timestamp)>,
    /// What became of the sessions.
    pub refreshed: Refreshed,
}

impl Store {
    /// Takes in one input: its pageviews, what they change in the sessions, and its entry in the ledger,
    /// all or nothing. Of content that begins with an earlier load only the new lines are taken in.
    ///
    /// Errors, with the store as it was, when the input cannot be read or holds no pageview but rejects,
    /// when its content is in the ledger already (unless `again`), and when `observer` does. A store that
    /// has not been kept yet is of no use after an error.
    pub fn load(
        &mut self,
        input: &mut Input,
        options: &LoadOptions,
        observer: &mut dyn Observer,
    ) -> Result<LoadReport> {
        self.take_in(Intake {
            input,
            options,
            observer,
            rows_a_slab: ROWS_A_SLAB,
            table: None,
        })
    }

    fn take_in(&mut self, mut intake: Intake<'_>) -> Result<LoadReport> {
        if let Some(path) = intake.input.path() {
            self.refuse_itself(path)?;
        }
        if self.is_unseen() && self.next_arrival()? == 0 {
            intake.table = self.begin_table(intake.input, intake.options)?;
            let report = self.fill(&mut intake)?;
            self.enter(intake.input, &report, intake.options)?;
            return Ok(report);
        }
        let transaction = self.begin_write()?;
        intake.table = self.begin_table(intake.input, intake.options)?;
        let passed_bytes = if intake.options.again || intake.table.is_some() {
            0
        } else {
            self.pass_known(intake.input, &intake.options.read)?
        };
        let report = LoadReport {
            passed_bytes,
            ..self.add(&mut intake)?
        };
        self.enter(intake.input, &report, intake.options)?;
        transaction.commit().map_err(self.failed("write"))?;
        Ok(report)
    }

    pub(super) fn begin_write(&self) -> Result<Transaction<'_>> {
        Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)
            .map_err(self.failed("write"))
    }

    /// Writes which users were active when, for the load that is about to be entered in the ledger.
    pub(super) fn write_activity(&self, activity: Activity) -> Result<()> {
        let load = self.one::<i64>("SELECT coalesce(max(id), 0) + 1 FROM loads")?;
        let written = activity.write(&self.connection, load);
        written.map_err(self.failed("load into"))
    }
}

impl LoadReport {
    pub(super) fn of(
        input: &Input,
        understood: Understood,
        gathered: Gathered,
        duplicates: u64,
        refreshed: Refreshed,
    ) -> LoadReport {
        LoadReport {
            input: input.name().to_owned(),
            understood,
            pageviews: gathered.pageviews,
            duplicates,
            passed_bytes: 0,
            rejects: gathered.rejects,
            first_rejects: gathered.first_rejects,
            span: gathered.span,
            refreshed,
        }
    }
}

#[cfg(test)]
mod faults;
#[cfg(test)]
mod tests;
