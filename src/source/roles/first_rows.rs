//! Keeps the first rows of an input with all their parts, so that a person can try roles on them. Source floor.

use crate::source::roles::layout::LayoutChoice;
use crate::source::roles::named_columns::NamedColumns;
use crate::source::roles::names;
use crate::source::roles::names::Role;
use crate::source::roles::offer::MOST_PARTS;
use crate::source::roles::offer::Offer;
use crate::source::roles::sample::Values;
use crate::source::rows::cell::Value;
use crate::words::error::Result;

/// What a reader offered, and the values of its parts in the first rows.
#[derive(Debug, Default)]
pub struct FirstRows {
    input: String,
    names: Vec<String>,
    is_outer: Vec<bool>,
    names_are_all: bool,
    aliases: Vec<(String, usize)>,
    folders: Vec<(String, String)>,
    layout: LayoutChoice,
    /// By part, of those that are looked at.
    values: Vec<Values>,
}

impl FirstRows {
    /// Reads the first rows of all parts that are looked at.
    pub(super) fn of(offer: &mut Offer<'_>, layout: &LayoutChoice) -> Result<FirstRows> {
        let all: Vec<usize> = (0..offer.names.len().min(MOST_PARTS)).collect();
        Ok(FirstRows {
            input: offer.input.to_owned(),
            names: offer.names.to_vec(),
            is_outer: offer.is_outer.to_vec(),
            names_are_all: offer.names_are_all,
            aliases: offer.aliases.to_vec(),
            folders: offer.folders.to_vec(),
            layout: layout.clone(),
            values: (offer.sample)(&all)?,
        })
    }

    /// The input's name, not made safe for a terminal.
    pub fn input(&self) -> &str {
        &self.input
    }

    /// How many rows there are.
    pub fn n_rows(&self) -> u64 {
        self.values.first().map_or(0, Values::len) as u64
    }

    /// How many parts there are, including those that are not looked at.
    pub fn n_parts(&self) -> u64 {
        self.names.len() as u64
    }

    /// For each part, how a person names it, and its values.
    pub(super) fn parts(&self) -> impl Iterator<Item = (String, &Values)> {
        let values = self.values.iter().enumerate();
        values.map(|(place, values)| (self.spelled(place), values))
    }

    /// How a person names a part. A value inside a cell has a short name only as long as no role is named.
    fn spelled(&self, place: usize) -> String {
        let alias = self.aliases.iter().find(|(_, at)| *at == place);
        match alias {
            Some((alias, _)) => alias.clone(),
            None => names::spelled(&self.names, place),
        }
    }

    /// The parts of user, time and page, in this order, as a person names them; `None` if one of the three has none.
    pub fn named(&self, parts: &[Vec<usize>; 3]) -> Option<NamedColumns> {
        let name = |role: Role| -> Option<String> {
            let (places, separator) = (&parts[role as usize], names::separator(role));
            let names = places.iter().map(|&place| {
                let name = self.spelled(place);
                // Next to another name, a name with the separator in it would be read as two.
                match places.len() > 1 && name.contains(separator) {
                    true => format!("#{}", place + 1),
                    false => name,
                }
            });
            let names: Vec<String> = names.collect();
            (!names.is_empty()).then(|| names.join(&separator.to_string()))
        };
        Some(NamedColumns {
            user: name(Role::User)?,
            time: name(Role::Time)?,
            page: name(Role::Page)?,
            rows_at: None,
        })
    }

    /// How its layout was chosen. If rows lie inside something, the layout is known by what is around them.
    pub(super) fn layout(&self) -> &LayoutChoice {
        &self.layout
    }

    /// Offers the parts again; [`sample`](Self::sample) reads their values.
    pub(super) fn offer<'a>(
        &'a self,
        sample: &'a mut dyn FnMut(&[usize]) -> Result<Vec<Values>>,
    ) -> Offer<'a> {
        Offer {
            input: &self.input,
            names: &self.names,
            is_outer: &self.is_outer,
            names_are_all: self.names_are_all,
            aliases: &self.aliases,
            folders: &self.folders,
            sample,
        }
    }

    /// The first rows' values in these parts.
    pub(super) fn sample(&self, parts: &[usize]) -> Result<Vec<Values>> {
        let values = parts.iter().map(|part| self.values.get(*part).cloned());
        Ok(values.map(Option::unwrap_or_default).collect())
    }

    /// Passes each row's values in some parts to `take`, with the row's number from 1.
    pub(in crate::source) fn each(
        &self,
        parts: &[usize],
        take: &mut dyn FnMut(&[Value<'_>], u64) -> Result<()>,
    ) -> Result<()> {
        let values = parts.iter().map(|part| self.values.get(*part));
        let mut columns: Vec<_> = values.map(|values| values.map(Values::iter)).collect();
        for row in 1..=self.n_rows() {
            let values = columns.iter_mut().map(|column| {
                let value = column.as_mut().and_then(|column| column.next().flatten());
                value.map_or(Value::Null, Value::Text)
            });
            take(&values.collect::<Vec<_>>(), row)?;
        }
        Ok(())
    }
}
