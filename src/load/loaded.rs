//! What is left of inputs that were read. Load floor.

use std::ops::Range;
use std::sync::Arc;

use crate::engine::dataset::Dataset;
use crate::source::CarriedPart;
use crate::source::Fingerprint;
use crate::source::Input;
use crate::source::Understood;
use crate::words::error::Error;
use crate::words::pageview::Reject;
use crate::words::timestamp::Timestamp;

/// The result of reading an input.
#[derive(Clone, Debug)]
pub struct ReadReport {
    /// The input's name.
    pub input: String,
    /// How the input was understood.
    pub understood: Understood,
    /// Bytes read.
    pub bytes: u64,
    /// Bytes at the beginning that were taken in before. Their rows were left out.
    pub passed_bytes: u64,
    /// Pageviews read.
    pub pageviews: u64,
    /// Rows that should be pageviews but cannot be read as such.
    pub rejects: u64,
    /// The first few of them.
    pub first_rejects: Vec<Reject>,
    /// Earliest and latest pageview; `None` without any.
    pub span: Option<(Timestamp, Timestamp)>,
}

/// The pageviews of inputs in memory, and what a store keeps of the inputs beside them.
#[derive(Clone, Debug)]
pub struct LoadedInputs {
    /// The pageviews.
    pub dataset: Arc<Dataset>,
    /// Numbers of arrival by row, from 0, if they are kept.
    pub(crate) arrival: Vec<u32>,
    /// The inputs, in the order in which they were read.
    pub(crate) inputs: Vec<TakenInput>,
    /// What the pageviews carry.
    pub(crate) carried: Vec<CarriedPart>,
}

/// An input that has been read to its end.
#[derive(Clone, Debug)]
pub(crate) struct TakenInput {
    pub(crate) report: ReadReport,
    pub(crate) content: Fingerprint,
    /// Its pageviews, by number of arrival.
    pub(super) rows: Range<u64>,
}

impl TakenInput {
    /// The error for an input that brings nothing that this one did not bring.
    pub(super) fn has(&self, input: &Input, is_beginning: bool) -> Error {
        Error::ReadAlready {
            input: input.name().to_owned(),
            earlier: self.report.input.clone(),
            is_beginning,
        }
    }
}
