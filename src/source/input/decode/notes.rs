//! Notes on decoding, made while it goes on. Source floor.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

/// Sentences about the decoding, collected while it goes on. Clones share them.
#[derive(Clone, Debug, Default)]
pub(in crate::source) struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    pub(super) fn push(&self, note: String) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(note);
    }

    /// Those so far.
    pub(in crate::source) fn so_far(&self) -> Vec<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
