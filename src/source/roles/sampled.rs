//! The column that says which part of all users the rows are of. Source floor.
//!
//! `dwell sql --statement sample` gives it to every row, so that no file or table loses it.

use crate::source::roles::names::normalised;
use crate::source::roles::offer::Offer;
use crate::source::time::quoted;
use crate::words::coverage::UserSample;

/// What the column has said so far.
#[derive(Clone, Debug)]
pub(super) struct SampledUsers {
    pub(super) slot: usize,
    said: SaidSample,
}

#[derive(Clone, Debug)]
enum SaidSample {
    Nothing,
    /// The same in every row, and as it is written.
    OneIn(u32, Vec<u8>),
    /// Something else, in the first row already: the column is about other things.
    OfNoSample,
    /// This, and in a later row something else, which is in quotes.
    Mixed(u32, String),
}

impl SampledUsers {
    /// The place of the column, if there is one.
    pub(super) fn place(offer: &Offer<'_>) -> Option<usize> {
        let is_it = |name: &String| normalised(name) == normalised(UserSample::COLUMN);
        let place = offer.names.iter().position(is_it)?;
        offer.is_outer[place].then_some(place)
    }

    pub(super) fn new(slot: usize) -> SampledUsers {
        SampledUsers {
            slot,
            said: SaidSample::Nothing,
        }
    }

    /// Sees the value of a row that counts.
    pub(super) fn see(&mut self, value: Option<&[u8]>) {
        let value = value.unwrap_or_default();
        match &self.said {
            SaidSample::Nothing => {
                self.said = match number(value) {
                    Some(one_in) => SaidSample::OneIn(one_in, value.to_vec()),
                    None => SaidSample::OfNoSample,
                }
            }
            SaidSample::OneIn(one_in, written)
                if written != value && number(value) != Some(*one_in) =>
            {
                self.said = SaidSample::Mixed(*one_in, quoted(value).to_string());
            }
            SaidSample::OneIn(..) | SaidSample::OfNoSample | SaidSample::Mixed(..) => {}
        }
    }

    /// The sample that all rows are of.
    pub(super) fn sample(&self) -> Option<UserSample> {
        match self.said {
            SaidSample::OneIn(one_in, _) => UserSample::of(one_in),
            _ => None,
        }
    }

    /// How a later row contradicts the first.
    pub(super) fn contradiction(&self) -> Option<String> {
        let SaidSample::Mixed(one_in, other) = &self.said else {
            return None;
        };
        let name = UserSample::COLUMN;
        Some(format!(
            "its rows are of different samples: column \"{name}\" has \"{one_in}\", and further down {other}; \
            --where {name}={one_in} takes only the first"
        ))
    }
}

/// A positive number, also as Parquet's floating point writes it.
fn number(value: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(value).ok()?.trim_ascii();
    let text = text.strip_suffix(".0").unwrap_or(text);
    text.parse().ok().filter(|&one_in| one_in > 0)
}
