//! How far a long piece of work has come. Words floor.

use crate::words::error::Result;

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Bytes of an input are read.
    Read,
    /// Pageviews that waited in files are put in order.
    Order,
    /// Pageviews are written to the store.
    Write,
    /// Sessions are derived and written to the store.
    Sessionize,
    /// Pageviews are read from the store.
    Scan,
    /// Rows are written to an output.
    Export,
}

/// How far a stage has come; told about every tenth of a second of work, and more often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// How much is done: bytes of [`Stage::Read`], pageviews or rows of the others.
    pub done: u64,
    /// How much there is, where that is known.
    pub total: Option<u64>,
    /// Pageviews so far.
    pub pageviews: u64,
    /// Rejects so far.
    pub rejects: u64,
}

impl Progress {
    /// Progress of a stage that counts nothing but its own rows.
    pub fn of(stage: Stage, done: u64, total: u64) -> Progress {
        Progress {
            stage,
            done,
            total: Some(total),
            pageviews: done,
            rejects: 0,
        }
    }
}

/// Called with the progress of a long piece of work. An error, such as
/// [`Interrupted`](crate::words::error::Error::Interrupted), stops the work and is returned from it.
pub type Observe<'a> = &'a mut dyn FnMut(Progress) -> Result<()>;
