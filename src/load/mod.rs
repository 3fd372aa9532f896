//! Load floor: rows of inputs become a dataset in memory.
//!
//! Reading and gathering run on a thread each; a slab of pageviews is ordered in memory, and what is more than a
//! slab waits in sorted runs. Knows no SQL, and no file of ours but those runs, which have no name.

mod batch;
mod gather;
mod order;
mod run;
mod text_order;
mod ties;
mod trial;

pub(crate) use gather::LoadedInputs;
pub use gather::Loading;
pub(crate) use gather::Observer;
pub use gather::ReadReport;
pub use gather::Spill;
pub(crate) use ties::duplicates;
pub(crate) use trial::Trial;
pub(crate) use trial::try_columns;

#[cfg(test)]
mod tests;
