//! What the parts of an input mean: which is the user, the time, the page, and which rows are page views. Source floor.
//!
//! Knows names and values, whatever the format; nothing about how they are written. Evidence decides: the names that
//! are customary, and what the first rows hold. What was decided is said, with the runner-up; what all rows say
//! against it at the end refuses the input.
//!
//! ```text
//! names, kind, nothing (words) -> sample, evidence (values) -> choice (which is best)
//!     -> search -> hold (what was settled before), rows, three (what is taken) -> assign -> condition, watch (all rows)
//! ```

mod assign;
mod choice;
mod condition;
mod constants;
mod evidence;
mod first_rows;
mod forms;
mod hold;
mod inspect;
mod kind;
mod layout;
mod names;
mod nothing;
mod refusal;
mod rows;
mod sample;
mod search;
mod settled;
mod three;
mod watch;

use crate::source::options::ReadOptions;
use crate::source::roles::condition::Condition;
use crate::source::roles::condition::ConditionTest;
pub(super) use crate::source::roles::constants::assign;
pub(crate) use crate::source::roles::first_rows::FirstRows;
pub(super) use crate::source::roles::forms::Forms;
pub(crate) use crate::source::roles::inspect::Inspection;
pub(crate) use crate::source::roles::inspect::Inspector;
pub(super) use crate::source::roles::layout::Beside;
pub(crate) use crate::source::roles::layout::Layout;
pub(crate) use crate::source::roles::layout::layouts;
pub(super) use crate::source::roles::layout::recognise;
pub use crate::source::roles::names::PAGE_NAMES;
pub(super) use crate::source::roles::names::Role;
pub use crate::source::roles::names::TIME_NAMES;
pub use crate::source::roles::names::USER_NAMES;
pub(super) use crate::source::roles::names::count_found;
pub(super) use crate::source::roles::names::is_event;
pub(super) use crate::source::roles::names::is_there;
pub(super) use crate::source::roles::names::position;
pub(super) use crate::source::roles::names::quoted_name;
pub(super) use crate::source::roles::names::shown;
pub(super) use crate::source::roles::names::wanted;
pub(super) use crate::source::roles::names::without_type;
pub(super) use crate::source::roles::nothing::Nothing;
pub(super) use crate::source::roles::sample::MOST_BYTES;
pub(super) use crate::source::roles::sample::MOST_BYTES_OF_PIPE;
pub(super) use crate::source::roles::sample::MOST_ROWS;
pub(super) use crate::source::roles::sample::Values;
pub(super) use crate::source::roles::search::Offer;
pub(crate) use crate::source::roles::settled::Settled;
use crate::source::roles::watch::Watch;
use crate::source::rows::cell::Value;

/// Which parts are read of each row, and what they are.
#[derive(Clone, Debug)]
pub(super) struct Roles {
    /// The parts that are read, as places among the reader's. A row's values are given in this order, and all else
    /// counts places in it.
    pub(super) parts: Vec<usize>,
    /// The user: the first of these that is there, row by row.
    pub(super) user: Vec<usize>,
    /// The time; or the day and the time of day.
    pub(super) time: Vec<usize>,
    pub(super) page: usize,
    pub(super) nothing: Nothing,
    pub(super) forms: Forms,
    /// Where user, time and page are from, in words.
    pub(super) words: [String; 3],
    /// What is to be said of the choice.
    notes: Vec<String>,
    conditions: Vec<Condition>,
    watch: Watch,
    settled: Settled,
    digits: Vec<u8>,
    /// Values that follow those of the parts, the same in every row.
    pub(super) constants: Vec<Option<Box<[u8]>>>,
}

/// What the roles made of all rows.
pub(super) struct Outcome {
    pub(super) notes: Vec<String>,
    /// Rows that were left out on purpose, by reason, the most frequent first.
    pub(super) left_out: Vec<(String, u64)>,
    /// What the end says against the beginning.
    pub(super) contradiction: Option<String>,
    /// What the next inputs of this layout or header are to be read by.
    pub(super) settled: Settled,
}

impl Roles {
    /// The roles of a table that is a log of requests: the parts that are read of each row, and by slot and name those
    /// that a person has a condition on, in the order of the conditions. What a request is, is for the log.
    pub(super) fn of_log(
        parts: Vec<usize>,
        filtered: Vec<(usize, String)>,
        options: &ReadOptions,
    ) -> Roles {
        let conditions = filtered.into_iter().zip(&options.filters);
        Roles {
            parts,
            user: Vec::new(),
            time: Vec::new(),
            page: 0,
            forms: Forms::default(),
            nothing: Nothing::new(options.null_texts.as_deref()),
            words: Default::default(),
            notes: Vec::new(),
            conditions: conditions
                .map(|((slot, name), filter)| {
                    Condition::new(slot, name, ConditionTest::from(filter))
                })
                .collect(),
            watch: Watch::new(Vec::new(), Vec::new()),
            settled: Settled::default(),
            digits: Vec::new(),
            constants: Vec::new(),
        }
    }

    /// Whether a row is its user, its time and its page and nothing else.
    pub(super) fn is_plain(&self) -> bool {
        self.constants.is_empty()
            && self.user.len() == 1
            && self.time.len() == 1
            && self.forms.counted.is_none()
            && !self.forms.ids_are_whole
            && self.conditions.is_empty()
            && self.watch.is_idle()
    }

    /// Gives values other places in the rows.
    fn renumber(&mut self, place: &dyn Fn(usize) -> usize) {
        let slots = self.user.iter_mut().chain(&mut self.time);
        let conditions = self
            .conditions
            .iter_mut()
            .map(|condition| &mut condition.slot);
        let all = slots.chain([&mut self.page]).chain(conditions);
        for slot in all.chain(self.watch.slots()) {
            *slot = place(*slot);
        }
    }

    /// Whether a row counts: what says no counts it as left out.
    pub(super) fn count(&mut self, values: &[Value<'_>]) -> bool {
        let mut counts = true;
        for condition in &mut self.conditions {
            counts = counts && condition.passes(values[condition.slot].text(&mut self.digits));
        }
        if !self.watch.is_idle() {
            self.watch.see(values, counts, &self.nothing);
        }
        counts
    }

    /// Ends the reading.
    pub(super) fn finish(&mut self) -> Outcome {
        let mut notes = std::mem::take(&mut self.notes);
        notes.extend(self.conditions.iter().filter_map(Condition::note));
        let contradiction = self.watch.contradiction();
        let mut settled = std::mem::take(&mut self.settled);
        self.watch.tell(&mut settled);
        let left_out = self.conditions.iter().flat_map(Condition::left_out);
        Outcome {
            notes,
            left_out: left_out.collect(),
            contradiction,
            settled,
        }
    }
}

#[cfg(test)]
mod tests;
