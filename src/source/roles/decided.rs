//! The decision about an input's roles, and what it means for the rows. Source floor.

use crate::source::options::ReadOptions;
use crate::source::roles::condition::Condition;
use crate::source::roles::condition::ConditionTest;
use crate::source::roles::forms::Forms;
use crate::source::roles::inspect::Inspector;
use crate::source::roles::inspect::SeenRoles;
use crate::source::roles::nothing::Nothing;
use crate::source::roles::sampled::SampledUsers;
use crate::source::roles::settled::Settled;
use crate::source::roles::watch::Watch;
use crate::source::rows::cell::Value;
use crate::words::coverage::UserSample;

/// Which parts are read of each row, and their roles.
#[derive(Clone, Debug)]
pub(in crate::source) struct Roles {
    /// The parts that are read, as places among the reader's. A row's values come in this order, and all other places
    /// refer to it.
    pub(in crate::source) parts: Vec<usize>,
    /// The user: the first of these that is there, row by row.
    pub(in crate::source) user: Vec<usize>,
    /// The time; or the day and the time of day.
    pub(in crate::source) time: Vec<usize>,
    pub(in crate::source) page: usize,
    /// For each carried column, the parts of which the first that has something counts; none if it is not there.
    pub(in crate::source) carried: Vec<Vec<usize>>,
    /// Their sources, in words.
    pub(in crate::source) carried_words: String,
    pub(in crate::source) nothing: Nothing,
    pub(in crate::source) forms: Forms,
    /// The sources of user, time and page, in words.
    pub(in crate::source) words: [String; 3],
    /// Notes on the choice.
    pub(super) notes: Vec<String>,
    pub(super) conditions: Vec<Condition>,
    pub(super) watch: Watch,
    /// What tells that the rows are of a sample of users.
    pub(super) sampled: Option<SampledUsers>,
    pub(super) settled: Settled,
    pub(super) digits: Vec<u8>,
    /// Values after those of the parts; they are the same in every row.
    pub(in crate::source) constants: Vec<Option<Box<[u8]>>>,
}

/// The result of the roles over all rows.
pub(in crate::source) struct Outcome {
    pub(in crate::source) notes: Vec<String>,
    /// Rows that were left out on purpose, by reason, the most frequent first.
    pub(in crate::source) left_out: Vec<(String, u64)>,
    /// How the end contradicts the beginning.
    pub(in crate::source) contradiction: Option<String>,
    /// The sample of users that the rows are of.
    pub(in crate::source) sample: Option<UserSample>,
    /// How the next inputs with this layout or header are read.
    pub(in crate::source) settled: Settled,
}

impl Roles {
    /// The roles of a table that is a log of requests: the parts that are read of each row; and those with a condition
    /// by a person, by slot and name, in the order of the conditions. The log knows what a request is.
    pub(in crate::source) fn of_log(
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
            carried: Vec::new(),
            carried_words: String::new(),
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
            sampled: None,
            settled: Settled::default(),
            digits: Vec::new(),
            constants: Vec::new(),
        }
    }

    /// Lets the inspector see what was decided.
    pub(super) fn show(&self, inspector: &Inspector) {
        let places = |slots: &[usize]| slots.iter().map(|&slot| self.parts[slot]).collect();
        inspector.see_roles(SeenRoles {
            found: [&self.user[..], &self.time, &[self.page]].map(places),
            conditions: self
                .conditions
                .iter()
                .map(|condition| self.parts[condition.slot])
                .collect(),
            layout: self.settled.layout.clone(),
            notes: self.notes.clone(),
        });
    }

    /// Whether a row is its user, its time and its page and nothing else.
    pub(in crate::source) fn is_plain(&self) -> bool {
        self.constants.is_empty()
            && self.carried.iter().all(|slots| slots.len() == 1)
            && self.user.len() == 1
            && self.time.len() == 1
            && self.forms.counted.is_none()
            && !self.forms.ids_are_whole
            && self.conditions.is_empty()
            && self.sampled.is_none()
            && self.watch.is_idle()
    }

    /// Gives values other places in the rows.
    pub(super) fn renumber(&mut self, place: &dyn Fn(usize) -> usize) {
        let slots = self.user.iter_mut().chain(&mut self.time);
        let conditions = self
            .conditions
            .iter_mut()
            .map(|condition| &mut condition.slot);
        let carried = self.carried.iter_mut().flatten();
        let sampled = self.sampled.iter_mut().map(|sampled| &mut sampled.slot);
        let all = slots
            .chain([&mut self.page])
            .chain(conditions)
            .chain(carried)
            .chain(sampled);
        for slot in all.chain(self.watch.slots()) {
            *slot = place(*slot);
        }
    }

    /// Whether a row counts. The condition that says no counts it as left out.
    pub(in crate::source) fn count(&mut self, values: &[Value<'_>]) -> bool {
        let mut counts = true;
        for condition in &mut self.conditions {
            counts = counts && condition.passes(values[condition.slot].text(&mut self.digits));
        }
        if let (true, Some(sampled)) = (counts, &mut self.sampled) {
            sampled.see(values[sampled.slot].text(&mut self.digits));
        }
        if !self.watch.is_idle() {
            self.watch.see(values, counts, &self.nothing);
        }
        counts
    }

    /// Ends the reading.
    pub(in crate::source) fn finish(&mut self) -> Outcome {
        let mut notes = std::mem::take(&mut self.notes);
        notes.extend(self.conditions.iter().filter_map(Condition::note));
        let sampled = self.sampled.as_ref();
        let is_mixed = sampled.and_then(SampledUsers::contradiction);
        let contradiction = self.watch.contradiction().or(is_mixed);
        let sample = sampled.and_then(SampledUsers::sample);
        notes.extend(sample.map(UserSample::sentence));
        let mut settled = std::mem::take(&mut self.settled);
        self.watch.tell(&mut settled);
        let left_out = self.conditions.iter().flat_map(Condition::left_out);
        Outcome {
            notes,
            left_out: left_out.collect(),
            contradiction,
            sample,
            settled,
        }
    }
}
