//! Goes on counting evidence over all rows, to notice when the end contradicts the beginning. Source floor.

use std::collections::HashSet;

use crate::source::roles::choice;
use crate::source::roles::choice::Candidate;
use crate::source::roles::kind::Word;
use crate::source::roles::nothing::Nothing;
use crate::source::roles::settled::Settled;
use crate::source::rows::cell::Value;

/// Values of a column that are remembered.
const MOST_KNOWN: usize = 256;

/// What is watched.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    /// The parts that could be the user; the chosen one is first. Fewer than two are not watched.
    users: Vec<Contender>,
    /// Columns that may turn out to name kinds of events.
    kinds: Vec<Undecided>,
    digits: Vec<u8>,
}

/// A part that could be the user's.
#[derive(Clone, Debug)]
pub(super) struct Contender {
    pub(super) slot: usize,
    pub(super) name: String,
    /// What all rows say, including those of earlier inputs.
    pub(super) candidate: Candidate,
}

/// A column by which every row counts, so far.
#[derive(Clone, Debug)]
pub(super) struct Undecided {
    pub(super) slot: usize,
    pub(super) name: String,
    known: HashSet<Box<[u8]>>,
    /// A word that means a page view only beside others, and one that does not.
    perhaps: Option<String>,
    other: Option<String>,
    view: Option<String>,
}

impl Undecided {
    pub(super) fn new(slot: usize, name: String) -> Undecided {
        Undecided {
            slot,
            name,
            known: HashSet::new(),
            perhaps: None,
            other: None,
            view: None,
        }
    }

    #[inline]
    fn see(&mut self, value: &[u8]) {
        if !self.known.contains(value) && self.known.len() < MOST_KNOWN {
            self.learn(value);
        }
    }

    #[cold]
    fn learn(&mut self, value: &[u8]) {
        self.known.insert(value.into());
        let place = match choice::word(choice::asks(&self.name), value) {
            Word::View => &mut self.view,
            Word::Perhaps => &mut self.perhaps,
            Word::Other => &mut self.other,
            Word::Unknown => return,
        };
        place.get_or_insert_with(|| String::from_utf8_lossy(value).into_owned());
    }

    /// The value that turned out to mean a page view, if other values do not.
    fn view(&self) -> Option<&str> {
        let perhaps = self.perhaps.as_deref().filter(|_| self.other.is_some());
        self.view.as_deref().or(perhaps)
    }
}

impl Watch {
    pub(super) fn new(users: Vec<Contender>, kinds: Vec<Undecided>) -> Watch {
        Watch {
            users,
            kinds,
            digits: Vec::new(),
        }
    }

    /// The places in a row that are watched.
    pub(super) fn slots(&mut self) -> impl Iterator<Item = &mut usize> {
        let users = self.users.iter_mut().map(|user| &mut user.slot);
        users.chain(self.kinds.iter_mut().map(|kind| &mut kind.slot))
    }

    pub(super) fn is_idle(&self) -> bool {
        self.users.len() < 2 && self.kinds.is_empty()
    }

    /// Sees a row, whether it counts or not.
    pub(super) fn see(&mut self, values: &[Value<'_>], counts: bool, nothing: &Nothing) {
        for kind in &mut self.kinds {
            if let Some(text) = values[kind.slot].text(&mut self.digits) {
                kind.see(text);
            }
        }
        if counts && self.users.len() > 1 {
            for user in &mut self.users {
                let text = values[user.slot].text(&mut self.digits);
                user.candidate.evidence.add(text, nothing);
            }
        }
    }

    /// Reports what all rows said about the watched parts.
    pub(super) fn tell(&mut self, settled: &mut Settled) {
        for user in &mut self.users {
            let evidence = std::mem::take(&mut user.candidate.evidence);
            settled.users.insert(user.name.clone(), evidence);
        }
        for kind in &self.kinds {
            let values = kind.known.iter();
            let texts = values.map(|value| String::from_utf8_lossy(value).into_owned());
            settled.add_undecided(&kind.name, texts);
        }
    }

    /// How all rows together contradict the decision by the first ones, as a sentence.
    pub(super) fn contradiction(&self) -> Option<String> {
        if let Some((kind, view)) = self
            .kinds
            .iter()
            .find_map(|kind| Some((kind, kind.view()?)))
        {
            let name = &kind.name;
            return Some(format!(
                "in the first rows \"{name}\" did not tell page views from other events, but later rows have \
                \"{view}\": say which rows count with --where '{name}={view}' or --all-rows"
            ));
        }
        let taken = self.users.first()?;
        let key = |user: &&Contender| choice::user_key(&user.candidate, &user.name);
        let best = self.users.iter().min_by_key(key)?;
        (best.slot != taken.slot).then(|| {
            let (name, other) = (&taken.name, &best.name);
            format!(
                "the first rows speak for \"{name}\" as the user, but all rows together for \"{other}\" ({} against \
                {}): say which with --user-column {other}, --user-column {name}, or --user-column {name},{other} for \
                the first that is there",
                best.candidate.evidence.fill_words(),
                taken.candidate.evidence.fill_words(),
            )
        })
    }
}
