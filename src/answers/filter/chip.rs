//! One condition of a filter. Answers floor.

use std::fmt;
use std::ops::Range;

use chrono_tz::Tz;

use crate::answers::browse::needle::Needle;
use crate::answers::filter::field::FilterField;
use crate::words::gap::Gap;

/// What a chip asks of its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ChipTest {
    Contains(String),
    Is(String),
    /// At least `start`, less than `end`; microseconds or a count.
    Within(Range<i64>),
    /// One of these days or hours, a bit each, in this zone.
    OneOf(u32, Tz),
    /// That it is so: fields without a value.
    Holds,
}

/// One condition, as it was typed and as it is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chip {
    pub(crate) field: FilterField,
    pub(super) test: ChipTest,
    /// Negated: it chooses what it does not hold for.
    pub(crate) is_negated: bool,
    pub(super) typed: String,
}

impl Chip {
    fn of(field: FilterField, test: ChipTest, typed: String) -> Chip {
        Chip {
            field,
            test,
            is_negated: false,
            typed,
        }
    }

    /// Sessions whose text of this field is exactly this.
    pub(crate) fn text_is(field: FilterField, name: &str, text: &str) -> Chip {
        let typed = format!("{name}={}", quoted(text));
        Chip::of(field, ChipTest::Is(text.to_owned()), typed)
    }

    /// Sessions with a pageview of exactly this page.
    pub(crate) fn page_is(page: &str) -> Chip {
        Chip::text_is(FilterField::Page, "page", page)
    }

    /// Sessions that this gap joins with others or splits.
    pub(crate) fn differs(gap: Gap) -> Chip {
        let cut = ChipTest::Within(gap.as_us()..i64::MAX);
        Chip::of(FilterField::Differs, cut, format!("differs:{gap}"))
    }

    /// The texts that it looks for; `None` if it looks for something else.
    pub(crate) fn sought(&self) -> Option<SoughtText> {
        let is_whole = matches!(self.test, ChipTest::Is(_));
        match &self.test {
            ChipTest::Contains(text) | ChipTest::Is(text) if !self.is_negated => Some(SoughtText {
                needle: Needle::new(text),
                whole: is_whole.then(|| text.clone()),
            }),
            _ => None,
        }
    }
}

/// Texts that a person looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SoughtText {
    /// What they contain.
    pub(crate) needle: Needle,
    /// What they must equal, if it asks for that.
    whole: Option<String>,
}

impl SoughtText {
    /// Those that contain this.
    pub(crate) fn containing(text: &str) -> SoughtText {
        SoughtText {
            needle: Needle::new(text),
            whole: None,
        }
    }

    /// Whether this is one of them.
    pub(crate) fn is(&self, text: &str) -> bool {
        match &self.whole {
            Some(whole) => text == whole,
            None => self.needle.is_in(text),
        }
    }
}

impl fmt::Display for Chip {
    /// The chip as typed. [`parse_carrying`](super::parse::parse_carrying) reads it back. Not made safe for a terminal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.typed)
    }
}

/// A text as a value: in quotes if it could not be read back without them.
pub(super) fn quoted(text: &str) -> String {
    match text.is_empty() || text.contains(|c: char| c.is_whitespace() || c == '"') {
        true => in_quotes(text),
        false => text.to_owned(),
    }
}

/// A text in quotes. Quotes in it are escaped.
pub(super) fn in_quotes(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Chips as one text, which reads back as them.
pub(crate) fn joined<'c>(chips: impl IntoIterator<Item = &'c Chip>) -> String {
    let mut text = String::new();
    let mut is_behind_text = false;
    for chip in chips {
        let separator = if text.is_empty() { "" } else { " " };
        text.push_str(separator);
        match &chip.test {
            // Bare words after a text would become part of it.
            ChipTest::Contains(sought) if chip.field == FilterField::Any && is_behind_text => {
                text.push_str(if chip.is_negated { "-" } else { "" });
                text.push_str(&in_quotes(sought));
            }
            _ => text.push_str(&chip.typed),
        }
        is_behind_text = chip.field.is_text();
    }
    text
}
