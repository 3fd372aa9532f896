//! Which rows count: tests the value of one part, and counts what it leaves out. Source floor.
//!
//! Knows values as text; nothing about where they come from.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use serde::Deserialize;
use serde::Serialize;

use crate::source::roles::kind;
use crate::source::roles::kind::Word;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::text;

/// How many values are remembered and counted one by one.
const MOST_VALUES: usize = 256;

/// Values that are said.
const MOST_SAID: usize = 6;

/// Columns of a terminal that a value takes when it is said.
const MOST_WIDTH: usize = 40;

/// The test that a value must pass for its row to count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum ConditionTest {
    /// One of the given values, or none of them.
    Filter { values: Vec<String>, is: bool },
    /// One of those that a layout counts as page views.
    Among(Vec<String>),
    /// A word for a page view, or also a word that is one only beside others.
    View { takes_perhaps: bool },
    /// Yes.
    Answer,
}

impl ConditionTest {
    fn passes(&self, value: &[u8]) -> bool {
        match self {
            ConditionTest::Filter { values, is } => {
                values.iter().any(|wanted| wanted.as_bytes() == value) == *is
            }
            ConditionTest::Among(values) => values.iter().any(|wanted| wanted.as_bytes() == value),
            ConditionTest::View { takes_perhaps } => match kind::word(value) {
                Word::View => true,
                Word::Perhaps => *takes_perhaps,
                Word::Other | Word::Unknown => false,
            },
            ConditionTest::Answer => kind::answer(value) == Word::View,
        }
    }
}

/// A test on a part, and what it left out.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    /// Which of the parts that are read.
    pub(super) slot: usize,
    /// The part's name in quotes.
    name: String,
    test: ConditionTest,
    /// For each value, whether it passes and how often it came.
    seen: HashMap<Box<[u8]>, (bool, u64), FixedState>,
    /// Rows left out for values that are not remembered.
    n_others: u64,
}

impl Condition {
    pub(super) fn new(slot: usize, name: String, test: ConditionTest) -> Condition {
        Condition {
            slot,
            name,
            test,
            seen: HashMap::default(),
            n_others: 0,
        }
    }

    /// Whether a row counts. A missing value is judged as the empty text.
    #[inline]
    pub(super) fn passes(&mut self, value: Option<&[u8]>) -> bool {
        let value = value.unwrap_or_default();
        match self.seen.get_mut(value) {
            Some((passes, n)) => {
                *n += 1;
                *passes
            }
            None => self.see(value),
        }
    }

    #[cold]
    fn see(&mut self, value: &[u8]) -> bool {
        let passes = self.test.passes(value);
        if self.seen.len() < MOST_VALUES {
            self.seen.insert(value.into(), (passes, 1));
        } else if !passes {
            self.n_others += 1;
        }
        passes
    }

    /// How many rows were left out, by value, the most frequent first.
    pub(super) fn left_out(&self) -> Vec<(String, u64)> {
        let mut left_out: Vec<(String, u64)> = self
            .seen
            .iter()
            .filter(|(_, (passes, _))| !passes)
            .map(|(value, (_, n))| {
                let shown = text::cut_end(&String::from_utf8_lossy(value), MOST_WIDTH);
                let shown = if shown.is_empty() {
                    "(nothing)".to_owned()
                } else {
                    shown
                };
                (shown, *n)
            })
            .collect();
        left_out.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        if self.n_others > 0 {
            left_out.push(("other values".to_owned(), self.n_others));
        }
        left_out
    }

    /// `2 rows are left out as other events, by "event": user_engagement 2; --all-rows takes them`, if some are.
    pub(super) fn note(&self) -> Option<String> {
        let left_out = self.left_out();
        let total: u64 = left_out.iter().map(|(_, n)| n).sum();
        let mut said: Vec<String> = left_out
            .iter()
            .take(MOST_SAID)
            .map(|(value, n)| format!("{value} {}", count(*n)))
            .collect();
        if left_out.len() > MOST_SAID {
            let n_more = (left_out.len() - MOST_SAID) as u64;
            said.push(counted(n_more, "more value"));
        }
        let (why, hint) = match self.test {
            ConditionTest::Filter { .. } => ("", ""),
            ConditionTest::Among(_) | ConditionTest::View { .. } | ConditionTest::Answer => {
                (" as no page views", "; --all-rows takes them")
            }
        };
        let are = if total == 1 { "is" } else { "are" };
        (total > 0).then(|| {
            format!(
                "{} {are} left out{why}, by {}: {}{hint}",
                counted(total, "row"),
                self.name,
                said.join(", ")
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(test: ConditionTest, passing: &[&str], failing: &[&str]) -> Condition {
        let mut condition = Condition::new(0, "\"event\"".to_owned(), test);
        for value in passing {
            assert!(condition.passes(Some(value.as_bytes())), "{value}");
        }
        for value in failing {
            assert!(!condition.passes(Some(value.as_bytes())), "{value}");
        }
        condition
    }

    #[test]
    fn a_row_counts_if_its_value_is_one_of_those_asked_for() {
        let values = || vec!["a".to_owned(), "b".to_owned()];
        check(
            ConditionTest::Filter {
                values: values(),
                is: true,
            },
            &["a", "b", "a"],
            &["", "A", "ab"],
        );
        check(
            ConditionTest::Filter {
                values: values(),
                is: false,
            },
            &["", "A"],
            &["a", "b"],
        );
    }

    #[test]
    fn what_is_left_out_is_counted_by_value() {
        let test = ConditionTest::View {
            takes_perhaps: false,
        };
        let mut condition = check(test, &["page_view"], &["click", "scroll", "click", "view"]);
        assert!(!condition.passes(None));
        assert_eq!(
            condition.note().unwrap(),
            "5 rows are left out as no page views, by \"event\": click 2, (nothing) 1, scroll 1, view 1; \
             --all-rows takes them"
        );
    }

    #[test]
    fn values_without_end_are_counted_together() {
        let test = ConditionTest::Filter {
            values: Vec::new(),
            is: true,
        };
        let mut condition = Condition::new(0, "\"id\"".to_owned(), test);
        for n in 0..1000 {
            assert!(!condition.passes(Some(n.to_string().as_bytes())));
        }
        let left_out = condition.left_out();
        assert_eq!(left_out.iter().map(|(_, n)| n).sum::<u64>(), 1000);
        assert_eq!(left_out.last().unwrap(), &("other values".to_owned(), 744));
    }
}
