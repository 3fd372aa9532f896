//! The error for an input whose roles are unclear. Source floor.

use crate::source::roles::names;
use crate::source::roles::names::Role;
use crate::source::roles::search::Search;
use crate::words::error::Error;
use crate::words::error::Missing;

impl Search<'_> {
    /// The error that these roles have no part.
    pub(super) fn missing(&self, roles: Vec<(Role, Option<String>)>) -> Error {
        self.tell_found(&self.found);
        let missing = roles.into_iter().map(|(role, wanted)| Missing {
            role: role.name(),
            option: role.option(),
            wanted,
        });
        Error::Columns {
            input: self.offer.input.to_owned(),
            missing: missing.collect(),
            columns: self.examples(),
            n_columns: self.offer.names.len(),
        }
    }

    pub(super) fn no_filter(&self, wanted: &str) -> Error {
        self.lacks("filter", "--where", wanted)
    }

    pub(super) fn no_carried(&self, wanted: &str) -> Error {
        self.lacks("carried", "--carry", wanted)
    }

    fn lacks(&self, role: &'static str, option: &'static str, wanted: &str) -> Error {
        let missing = Missing {
            role,
            option,
            wanted: Some(wanted.to_owned()),
        };
        Error::Columns {
            input: self.offer.input.to_owned(),
            missing: vec![missing],
            columns: self.examples(),
            n_columns: self.offer.names.len(),
        }
    }

    /// The error for two parts that could both have a role.
    pub(super) fn undecided_between(&self, role: Role, parts: [usize; 2]) -> Error {
        let [a, b] = parts.map(|place| names::spelled(self.offer.names, place));
        let (word, option) = (role.name(), role.option());
        let mut found = self.found.clone();
        found[role as usize].clear();
        self.tell_found(&found);
        Error::Undecided {
            input: self.offer.input.to_owned(),
            problem: format!(
                "{a} and {b} could both be the {word}: choose with {option} '{a}' or {option} '{b}'"
            ),
        }
    }

    /// Tells the inspector which parts were found, by role.
    fn tell_found(&self, found: &[Vec<usize>; 3]) {
        if let Some(inspector) = &self.options.inspector {
            inspector.see_found(found);
        }
    }

    pub(super) fn refused(&self, problem: String) -> Error {
        Error::Input {
            input: self.offer.input.to_owned(),
            problem,
        }
    }

    /// Some parts, each with one value; parts that have a value come first.
    fn examples(&self) -> Vec<(String, String)> {
        let mut examples: Vec<(String, String)> = (0..self.offer.names.len())
            .map(|place| {
                let name = &self.offer.names[place];
                let value = self.values_of(place).and_then(|values| {
                    let mut values = values.iter().flatten();
                    values.find(|value| !self.nothing.is_no_user(value))
                });
                let value = value.map(|value| String::from_utf8_lossy(value).into_owned());
                let name = match name.is_empty() {
                    true => format!("#{}", place + 1),
                    false => name.clone(),
                };
                (name, value.unwrap_or_default())
            })
            .collect();
        examples.sort_by_key(|(_, value)| value.is_empty());
        examples
    }
}
