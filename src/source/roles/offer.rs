//! What a reader offers: its parts, and their first values. Source floor.

use crate::source::roles::names;
use crate::source::roles::names::Role;
use crate::source::roles::sample::Values;
use crate::words::error::Result;

/// Parts that are looked at where names do not tell.
pub(super) const MOST_PARTS: usize = 512;

/// What a reader offers.
pub(in crate::source) struct Offer<'a> {
    /// The input's name.
    pub(in crate::source) input: &'a str,
    /// The names of its parts; empty where there is no header.
    pub(in crate::source) names: &'a [String],
    /// By part, whether its name may speak for it: that of a value deep within something else may not.
    pub(in crate::source) is_outer: &'a [bool],
    /// Whether every row has these parts and no others.
    pub(in crate::source) names_are_all: bool,
    /// Other names under which a person may mean a part.
    pub(in crate::source) aliases: &'a [(String, usize)],
    /// What is the same for every row: the keys and values of the folders that the input lies in. The keys are the
    /// last of the names during the search.
    pub(in crate::source) folders: &'a [(String, String)],
    /// Reads the first rows' values in these parts.
    pub(in crate::source) sample: &'a mut dyn FnMut(&[usize]) -> Result<Vec<Values>>,
}

impl Offer<'_> {
    /// The names of the parts that the reader has, without those of folders.
    pub(super) fn own(&self) -> &[String] {
        &self.names[..self.names.len() - self.folders.len()]
    }

    /// The part that a person means.
    pub(in crate::source) fn position(&self, wanted: &str) -> Option<usize> {
        let alias = self.aliases.iter().find(|(alias, _)| alias == wanted);
        names::position(self.names, wanted).or(alias.map(|(_, place)| *place))
    }

    /// The parts that a person means for a role; `None` if they are not there.
    pub(in crate::source) fn places(&self, role: Role, wanted: &str) -> Option<Vec<usize>> {
        match self.position(wanted) {
            Some(place) => Some(vec![place]),
            None => names::several(role, wanted)
                .map(|name| self.position(name))
                .collect(),
        }
    }
}
