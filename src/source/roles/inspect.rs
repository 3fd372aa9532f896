//! What the parts of an input hold and which of them play a role, for a person to look at. Source floor.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::source::roles::Roles;
use crate::source::roles::sample::Values;
use crate::words::text::cut_end;

/// Values of a part that are shown.
const MOST_EXAMPLES: usize = 3;

/// Columns of a terminal that an example takes.
const MOST_WIDTH: usize = 40;

/// Looks at the parts of an input while it is read, also of one that is refused then.
#[derive(Clone, Debug, Default)]
pub struct Inspector(Arc<Mutex<Inspection>>);

/// What was seen of an input's parts.
#[derive(Clone, Debug, Default)]
pub struct Inspection {
    /// The layout that it is read by.
    pub layout: Option<String>,
    /// Its parts in order; none of a log whose lines have no names.
    pub parts: Vec<InspectedPart>,
    /// The options that name the parts as they are read, each with its value; empty if it is refused.
    pub options: Vec<(&'static str, String)>,
    /// What is to be said of the choice.
    pub notes: Vec<String>,
}

/// A part of an input by its first rows.
#[derive(Clone, Debug)]
pub struct InspectedPart {
    /// Its name, or `#2` where it has none.
    pub name: String,
    /// What it plays: `user`, `time`, `page`, or `rows` if it says which rows count.
    pub role: Option<&'static str>,
    /// Rows that were looked at.
    pub rows: u64,
    /// Those of them that have a value.
    pub filled: u64,
    /// Different values.
    pub distinct: u64,
    /// The first different values, not made safe.
    pub examples: Vec<String>,
}

impl Inspector {
    /// What was seen.
    pub fn inspection(&self) -> Inspection {
        let inspection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inspection.clone()
    }

    /// Sees the first rows' values of all parts.
    pub(super) fn see_parts(&self, names: &[String], values: &[Values]) {
        let mut inspection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let parts = names.iter().zip(values).enumerate();
        inspection.parts = parts
            .map(|(place, (name, values))| InspectedPart::of(shown(name, place), values))
            .collect();
    }

    /// Sees what was decided.
    pub(super) fn see_roles(&self, names: &[String], roles: &Roles) {
        let mut inspection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A workbook is looked at sheet by sheet, of which one is read in the end.
        inspection.options.clear();
        let page = [roles.page];
        let played: [(&str, &str, &[usize], &str); 3] = [
            ("user", "--user-column", &roles.user, ","),
            ("time", "--time-column", &roles.time, " "),
            ("page", "--page-column", &page, ""),
        ];
        for (role, option, slots, separator) in played {
            let places = slots.iter().map(|&slot| roles.parts[slot]);
            let names: Vec<String> = places
                .clone()
                .map(|place| shown(&names[place], place))
                .collect();
            inspection.options.push((option, names.join(separator)));
            for place in places {
                if let Some(part) = inspection.parts.get_mut(place) {
                    part.role = Some(role);
                }
            }
        }
        for condition in &roles.conditions {
            if let Some(part) = inspection.parts.get_mut(roles.parts[condition.slot]) {
                part.role = part.role.or(Some("rows"));
            }
        }
        inspection.layout = roles.settled.layout.clone();
        inspection.notes.clone_from(&roles.notes);
    }
}

impl InspectedPart {
    fn of(name: String, values: &Values) -> InspectedPart {
        let mut known = HashSet::new();
        let mut examples = Vec::new();
        let mut filled = 0;
        for value in values.iter().flatten().filter(|value| !value.is_empty()) {
            filled += 1;
            if known.insert(value) && examples.len() < MOST_EXAMPLES {
                examples.push(cut_end(&String::from_utf8_lossy(value), MOST_WIDTH));
            }
        }
        InspectedPart {
            name,
            role: None,
            rows: values.len() as u64,
            filled,
            distinct: known.len() as u64,
            examples,
        }
    }
}

/// A part's name, or its number where it has none.
fn shown(name: &str, place: usize) -> String {
    match name {
        "" => format!("#{}", place + 1),
        name => name.to_owned(),
    }
}
