//! Load floor: rows of inputs become a dataset in memory.
//!
//! Reading and gathering run on one thread each. A slab of pageviews is ordered in memory; if there are more, they
//! wait in sorted runs, which are files without a name. Knows no SQL, and no other file of ours.

mod batch;
mod gather;
mod loaded;
mod order;
mod run;
mod text_order;
mod ties;
mod trial;

pub use gather::Loading;
pub(crate) use gather::Observer;
pub use gather::Spill;
pub(crate) use loaded::LoadedInputs;
pub use loaded::ReadReport;
pub(crate) use ties::duplicates;
pub(crate) use trial::Trial;
pub(crate) use trial::try_columns;

#[cfg(test)]
mod tests;
