//! What is known of a file or pipe that is followed. App floor.

use std::collections::VecDeque;

use crate::app::Loaded;

/// Sentences about it that are kept.
const MOST_SAID: usize = 20;

/// The state of what is followed.
#[derive(Debug, Default)]
pub(crate) struct FollowState {
    /// Why nothing newer will come, if that is so.
    pub(crate) ended: Option<String>,
    /// Whether a person wants the pageviews in view to stay as they are.
    pub(crate) is_paused: bool,
    /// All pageviews, with newer ones that wait until the view goes on.
    pub(in crate::app) waiting: Option<Box<Loaded>>,
    /// What happened to it of late, a sentence each.
    pub(crate) said: VecDeque<String>,
}

impl FollowState {
    /// Keeps a sentence.
    pub(in crate::app) fn say(&mut self, sentence: String) {
        if self.said.len() == MOST_SAID {
            self.said.pop_front();
        }
        self.said.push_back(sentence);
    }

    /// How many of the pageviews that wait are not in view, where `in_view` are.
    pub(crate) fn n_waiting(&self, in_view: usize) -> u64 {
        let waiting = self.waiting.as_ref();
        let n_rows = waiting.map_or(0, |waiting| waiting.cut.dataset().n_rows());
        n_rows.saturating_sub(in_view) as u64
    }
}
