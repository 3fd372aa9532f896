//! Carried parts that the first rows of an input lack, and later ones may have. Source floor.

use crate::source::options::ReadOptions;
use crate::source::rows::cell::Value;
use crate::words::error::Error;
use crate::words::error::Result;

/// Looks in every row for what is to be carried, since the first rows do not have all of it.
pub(super) struct LateParts {
    /// By carried column, its part, and whether any row had it.
    parts: Vec<(String, bool)>,
    /// What is said if one is in no row.
    error: Error,
}

impl LateParts {
    /// Waits for what an input is lacking by its first rows, in which case it is not to be refused yet.
    ///
    /// Errors with that if it is to be.
    pub(super) fn waiting(error: Error, options: &ReadOptions) -> Result<LateParts> {
        if options.carried_by_first_rows || error.carried_part().is_none() {
            return Err(error);
        }
        let parts = options.carried.iter();
        Ok(LateParts {
            parts: parts.map(|carried| (carried.part.clone(), false)).collect(),
            error,
        })
    }

    /// Looks at a row; `slots` are where each carried column may be in it.
    pub(super) fn see(&mut self, slots: &[Vec<usize>], values: &[Value<'_>]) {
        for ((_, is_there), slots) in self.parts.iter_mut().zip(slots) {
            let is_value = |slot: &usize| !matches!(values[*slot], Value::Missing);
            *is_there = *is_there || slots.iter().any(is_value);
        }
    }

    /// Errors if a part was in no row.
    pub(super) fn finish(self) -> Result<()> {
        let mut parts = self.parts.into_iter();
        let Some((part, _)) = parts.find(|(_, is_there)| !is_there) else {
            return Ok(());
        };
        let mut error = self.error;
        if let Error::Columns { missing, .. } = &mut error {
            let carried = missing.iter_mut().filter(|one| one.role == "carried");
            carried.for_each(|one| one.wanted = Some(part.clone()));
        }
        Err(error)
    }
}
