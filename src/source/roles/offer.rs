//! What a reader offers: its parts, and their first values. Source floor.

use crate::source::roles::names;
use crate::source::roles::names::Role;
use crate::source::roles::sample::Values;
use crate::words::error::Result;

/// How many parts are looked at if names do not tell.
pub(super) const MOST_PARTS: usize = 512;

/// What a reader offers.
pub(in crate::source) struct Offer<'a> {
    /// The input's name.
    pub(in crate::source) input: &'a str,
    /// The names of its parts; empty without a header.
    pub(in crate::source) names: &'a [String],
    /// For each part, whether its name counts as evidence. The name of a value deep inside something else does not.
    pub(in crate::source) is_outer: &'a [bool],
    /// Whether every row has these parts and no others.
    pub(in crate::source) names_are_all: bool,
    /// Other names that a person may use for a part.
    pub(in crate::source) aliases: &'a [(String, usize)],
    /// The parts that are the same in every row: the keys and values of the folders of the input. During the search,
    /// the keys are the last of the names.
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
