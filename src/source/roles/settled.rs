//! What was settled about an input, so that all inputs with the same layout or header are read alike. Source floor.
//!
//! Evidence differs from file to file: one has no logins yet, another has only page views. If each were read by its
//! own evidence, the same column could mean different things.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use crate::source::roles::choice;
use crate::source::roles::condition::ConditionTest;
use crate::source::roles::evidence::Evidence;
use crate::source::roles::kind::Word;
use crate::source::roles::names::Role;

/// The roles of the parts of one layout or header.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    pub(super) layout: Option<String>,
    /// Which header it was; `None` if a row may have other parts than the first rows.
    pub(super) header: Option<String>,
    /// By role, the names of its parts.
    pub(super) parts: [Vec<String>; 3],
    /// Whether a person named the user's parts: then no evidence counts against them.
    pub(super) user_is_named: bool,
    /// For each part, the value that a row must have to count, besides the conditions of a person.
    pub(super) rows: Vec<(String, ConditionTest)>,
    /// Whether every row counts because a person said so.
    pub(super) all_rows: bool,
    /// For each part that could have told page views but did not, the words in it.
    pub(super) undecided: BTreeMap<String, Vec<String>>,
    /// What all rows so far say about parts that could be the user, if there were several.
    pub(super) users: BTreeMap<String, Evidence>,
    /// Rows so far, and how many of them were pageviews.
    pub(super) n_rows: u64,
    pub(super) n_pageviews: u64,
}

/// Whether so many rows are possible, so that computing shares cannot overflow.
fn is_count(n: u64) -> bool {
    n < 1 << 48
}

impl Settled {
    /// Whether they are from the same inputs as others.
    pub(in crate::source) fn is_about_the_same(&self, other: &Settled) -> bool {
        let key = |settled: &Settled| (settled.layout.clone(), settled.header.clone());
        key(self) == key(other)
            && (self.layout.is_some() || self.header.is_some() || self.parts == other.parts)
    }

    /// Whether reading can have produced it. The record may have been damaged.
    pub(crate) fn is_sound(&self) -> bool {
        let [user, time, page] = self.parts.each_ref().map(Vec::len);
        user > 0
            && matches!(time, 1 | 2)
            && page == 1
            && is_count(self.n_rows)
            && self.n_pageviews <= self.n_rows
            && self.users.values().all(|user| {
                let (n_rows, n_filled) = user.counts();
                is_count(n_rows) && n_filled <= n_rows
            })
    }

    /// The names of the parts that are read.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let parts = self.parts.iter().flatten();
        let rows = self.rows.iter().map(|(name, _)| name);
        parts.chain(rows).map(String::as_str)
    }

    /// Adds the rows of an input that count.
    pub(in crate::source) fn add_rows(&mut self, pageviews: u64, rejects: u64) {
        self.n_rows += pageviews + rejects;
        self.n_pageviews += pageviews;
    }

    pub(super) fn is_user(&self, name: &str) -> bool {
        let mut users = self.parts[Role::User as usize].iter();
        users.any(|user| user == name)
    }

    /// What all rows so far say about a part that could be the user.
    pub(super) fn evidence(&self, name: &str) -> Evidence {
        let n_filled = if self.is_user(name) {
            self.n_pageviews
        } else {
            0
        };
        let counted = self.users.get(name).cloned();
        counted.unwrap_or_else(|| Evidence::of_user(self.n_rows, n_filled))
    }

    /// Adds the words of a part that could have told page views: every known word, and one of the others.
    pub(super) fn add_undecided(&mut self, name: &str, values: impl Iterator<Item = String>) {
        let asks = choice::asks(name);
        let word = |value: &str| choice::word(asks, value.as_bytes());
        let known = self.undecided.entry(name.to_owned()).or_default();
        for value in values {
            let is_unknown = |known: &String| word(known) == Word::Unknown;
            let says_more = word(&value) != Word::Unknown || !known.iter().any(is_unknown);
            if says_more && !known.contains(&value) {
                known.push(value);
            }
        }
        known.sort_unstable();
    }
}
