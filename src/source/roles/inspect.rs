//! Shows a person what the parts of an input hold and which of them have a role. Source floor.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::source::roles::first_rows::FirstRows;
use crate::source::roles::named_columns::NamedColumns;
use crate::source::roles::names::Role;
use crate::source::roles::sample::Values;
use crate::words::text::cut_end;

/// Values of a part that are shown.
const MOST_EXAMPLES: usize = 3;

/// Columns of a terminal that an example takes.
const MOST_WIDTH: usize = 40;

/// Looks at the parts of an input while it is read, even if it is then refused.
#[derive(Clone, Debug, Default)]
pub struct Inspector(Arc<Mutex<Inspection>>);

/// What was seen in an input's parts.
#[derive(Clone, Debug, Default)]
pub struct Inspection {
    /// The layout that it is read by.
    pub layout: Option<String>,
    /// Its parts in order; empty for a log whose lines have no names.
    pub parts: Vec<InspectedPart>,
    /// The parts of user, time and page, in this order, if they were found.
    pub found: [Vec<usize>; 3],
    /// The parts as they are read, by name; `None` if it is refused.
    pub columns: Option<NamedColumns>,
    /// The path to the rows that was found out.
    pub rows_at: Option<String>,
    /// Its first rows.
    pub first: Arc<FirstRows>,
    /// Notes on the choice.
    pub notes: Vec<String>,
}

/// A part of an input by its first rows.
#[derive(Clone, Debug)]
pub struct InspectedPart {
    /// How a person names it: by its name, or `#2` if it has none or its name leads to another part.
    pub name: String,
    /// Its role: `user`, `time`, `page`, or `rows` if it says which rows count.
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

/// What was decided about an input's parts.
pub(super) struct SeenRoles {
    /// The parts of user, time and page.
    pub(super) found: [Vec<usize>; 3],
    /// The parts that say which rows count.
    pub(super) conditions: Vec<usize>,
    pub(super) layout: Option<String>,
    pub(super) notes: Vec<String>,
}

impl Inspector {
    /// What was seen.
    pub fn inspection(&self) -> Inspection {
        let inspection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inspection.clone()
    }

    /// Sees the first rows, of all parts.
    pub(super) fn see_parts(&self, first: FirstRows) {
        let mut inspection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let parts = first.parts();
        inspection.parts = parts
            .map(|(name, values)| InspectedPart::of(name, values))
            .collect();
        // A workbook is looked at sheet by sheet; one of them is read in the end.
        inspection.columns = None;
        inspection.first = Arc::new(first);
    }

    /// Records where the rows lie, if that was found out.
    pub(in crate::source) fn see_rows_at(&self, path: Option<&str>) {
        let mut inspection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inspection.rows_at = path.map(str::to_owned);
    }

    /// Records the parts of user, time and page that were found.
    pub(super) fn see_found(&self, found: &[Vec<usize>; 3]) {
        let mut inspection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (role, places) in Role::ALL.iter().zip(found) {
            for &place in places {
                if let Some(part) = inspection.parts.get_mut(place) {
                    part.role = Some(role.name());
                }
            }
        }
        inspection.found.clone_from(found);
    }

    /// Records what was decided.
    pub(super) fn see_roles(&self, seen: SeenRoles) {
        self.see_found(&seen.found);
        let mut inspection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for place in seen.conditions {
            if let Some(part) = inspection.parts.get_mut(place) {
                part.role = part.role.or(Some("rows"));
            }
        }
        inspection.columns = inspection.named(&seen.found);
        inspection.layout = seen.layout;
        inspection.notes = seen.notes;
    }
}

impl Inspection {
    /// The parts of user, time and page, in this order, as a person names them; `None` if one of the three has none.
    pub fn named(&self, parts: &[Vec<usize>; 3]) -> Option<NamedColumns> {
        let columns = self.first.named(parts)?;
        Some(NamedColumns {
            rows_at: self.rows_at.clone(),
            ..columns
        })
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
