//! The carried values of the row that is taken next. Source floor.

use crate::source::options::CarriedPart;
use crate::source::rows::tally::Tally;
use crate::source::rows::tally::Unit;
use crate::words::pageview::MOST_CARRIED;
use crate::words::text::safe;

/// By carried column, the value of a row. They are kept in one text, since a row's values lie in different places.
pub(in crate::source) struct CarriedCells {
    parts: Vec<String>,
    text: String,
    ends: Vec<usize>,
    /// By column, whether any row had a value.
    is_seen: Vec<bool>,
    not_text: Tally,
}

impl CarriedCells {
    pub(in crate::source) fn new(columns: &[CarriedPart]) -> CarriedCells {
        CarriedCells {
            parts: columns.iter().map(|column| column.part.clone()).collect(),
            text: String::new(),
            ends: Vec::with_capacity(columns.len()),
            is_seen: vec![false; columns.len()],
            not_text: Tally::default(),
        }
    }

    /// Whether nothing is carried.
    #[inline]
    pub(in crate::source) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Begins a row.
    #[inline]
    pub(in crate::source) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Adds the value in the next column, which may be nothing. Bytes that are not UTF-8 become U+FFFD.
    #[inline]
    pub(in crate::source) fn push(&mut self, value: &[u8], line: u64) {
        self.is_seen[self.ends.len()] |= !value.is_empty();
        match std::str::from_utf8(value) {
            Ok(value) => self.text.push_str(value),
            Err(_) => {
                self.not_text.add(line);
                self.text.push_str(&String::from_utf8_lossy(value));
            }
        }
        self.ends.push(self.text.len());
    }

    /// The values of the row, put into `room`. Columns without one have nothing.
    #[inline]
    pub(in crate::source) fn values<'c>(
        &'c self,
        room: &'c mut [&'c str; MOST_CARRIED],
    ) -> &'c [&'c str] {
        let mut start = 0;
        for (value, &end) in room.iter_mut().zip(&self.ends) {
            *value = &self.text[start..end];
            start = end;
        }
        &room[..self.parts.len()]
    }

    /// Notes for the end, after so many pageviews.
    pub(in crate::source) fn notes(&self, unit: Unit, pageviews: u64) -> Vec<String> {
        let parts = self.parts.iter().zip(&self.is_seen);
        let unseen = parts.filter(|(_, is_seen)| !**is_seen && pageviews > 0);
        let mut notes: Vec<String> = unseen
            .map(|(part, _)| format!("no pageview has a value in the carried \"{}\"", safe(part)))
            .collect();
        let what = "with bytes that are not UTF-8 text, which became U+FFFD";
        notes.extend(self.not_text.note(unit, "carried value", what));
        notes
    }
}
