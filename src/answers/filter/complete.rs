//! Proposes what to type next: names of fields, and values from the data. Answers floor.

use std::cmp::Reverse;

use crate::answers::browse::calendar::Calendar;
use crate::answers::browse::needle::Needle;
use crate::answers::browse::pages::CountedColumn;
use crate::answers::filter::chip::quoted;
use crate::answers::filter::field::FIELDS;
use crate::answers::filter::field::FieldName;
use crate::answers::filter::field::FilterField;
use crate::answers::filter::parse::carried_field;
use crate::answers::filter::parse::words;
use crate::answers::filter::session_filter::Chosen;
use crate::engine::dataset::Dataset;
use crate::engine::dictionary::Dictionary;
use crate::words::figure::counted;
use crate::words::timestamp::Timestamp;

/// Proposals that can replace a part of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Completion {
    /// Where that part begins, in bytes; it ends at the cursor.
    pub start: usize,
    /// The likeliest first.
    pub candidates: Vec<CompletionCandidate>,
}

/// A proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CompletionCandidate {
    /// What is inserted.
    pub text: String,
    /// What it is, in a few words.
    pub words: String,
}

/// What values can be taken from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CompletionSource<'a> {
    pub dataset: &'a Dataset,
    pub calendar: &'a Calendar,
    /// What is to be chosen.
    pub chosen: Chosen,
    /// How often each page was seen, once that is known.
    pub page_views: Option<&'a [u32]>,
}

/// The most candidates: more cannot be shown.
const MOST: usize = 50;

/// How many texts are searched while a person types. That takes a few milliseconds.
const TEXTS_LOOKED_AT: usize = 1 << 19;

/// What could be typed at the end of `before`, the text before the cursor.
pub(crate) fn complete(before: &str, known: CompletionSource<'_>) -> Completion {
    let word = words(before).last().unwrap_or_default();
    let bare = word.strip_prefix(['-', '!']).unwrap_or(word);
    let carried = carried_field(bare, known.dataset.carried_names());
    let carried = carried.map(|(column, _, value)| (FilterField::Carried(column), value));
    let field = bare.find([':', '=', '<', '>']).and_then(|at| {
        let field = FieldName::of(bare[..at].trim_end_matches('!'))?;
        let value = bare[at + 1..].strip_prefix('=').unwrap_or(&bare[at + 1..]);
        Some((field.field, value))
    });
    let (typed, candidates) = match carried.or(field) {
        Some((field, value)) => (value, values(field, value, known)),
        None => {
            let names_carried = known.dataset.carried_names();
            let carried = match known.chosen {
                // Pages carry nothing that all their pageviews share.
                Chosen::Texts(CountedColumn::Page) => &[],
                Chosen::Texts(CountedColumn::Carried(n)) => {
                    names_carried.get(n..n + 1).unwrap_or(&[])
                }
                Chosen::Sessions | Chosen::Users => names_carried,
            };
            (bare, names(bare, known.chosen, carried))
        }
    };
    Completion {
        start: before.len() - typed.len(),
        candidates,
    }
}

fn names(typed: &str, chosen: Chosen, carried: &[String]) -> Vec<CompletionCandidate> {
    let typed = typed.to_ascii_lowercase();
    // A name with a blank cannot be typed as a field.
    let carried = carried.iter().filter(|name| {
        FieldName::of(name).is_none()
            && !name.contains(' ')
            && name.to_ascii_lowercase().starts_with(&typed)
    });
    let carried = carried.map(|name| CompletionCandidate {
        text: format!("{name}:"),
        words: match chosen {
            Chosen::Texts(_) => String::new(),
            Chosen::Sessions | Chosen::Users => "carried by the first pageview".to_owned(),
        },
    });
    let begun = FIELDS
        .iter()
        .filter(|field| match chosen {
            Chosen::Texts(column) => field.field.chooses_texts(column),
            Chosen::Sessions | Chosen::Users => true,
        })
        .filter(|field| field.typed.starts_with(&typed));
    let mut fields: Vec<&FieldName> = begun.collect();
    // A second name of a field is proposed only if nothing else is.
    if !fields.iter().all(|field| field.is_second()) {
        fields.retain(|field| !field.is_second());
    }
    let candidate = |field: &&FieldName| CompletionCandidate {
        text: field.typed.to_owned(),
        words: match chosen {
            // Those of a page are what they are called.
            Chosen::Texts(_) => String::new(),
            Chosen::Sessions | Chosen::Users => field.words.to_owned(),
        },
    };
    fields.iter().map(candidate).chain(carried).collect()
}

fn values(
    field: FilterField,
    typed: &str,
    known: CompletionSource<'_>,
) -> Vec<CompletionCandidate> {
    let of = |examples: &[&str]| {
        let begun = examples.iter().filter(|example| example.starts_with(typed));
        let candidate = |example: &&str| CompletionCandidate {
            text: (*example).to_owned(),
            words: String::new(),
        };
        begun.map(candidate).collect()
    };
    match field {
        FilterField::User => texts(known.dataset.users(), typed, |_| None),
        FilterField::Landing | FilterField::Exit | FilterField::Page => {
            let views = |page: u32| known.page_views?.get(page as usize).copied();
            texts(known.dataset.pages(), typed, views)
        }
        FilterField::Carried(column) => match known.dataset.carried().nth(column) {
            Some(column) => texts(column.texts, typed, |_| None),
            None => Vec::new(),
        },
        FilterField::Duration => of(&["10s", "1m", "5m", "10m", "30m", "1h", "2h"]),
        FilterField::Differs => of(&["10m", "15m", "20m", "45m", "1h", "2h", "4h"]),
        FilterField::Pageviews | FilterField::Sessions => {
            of(&["2", "3", "5", "10", "20", "50", "100"])
        }
        FilterField::Weekday => of(&[
            "mon", "tue", "wed", "thu", "fri", "sat", "sun", "mon-fri", "sat-sun",
        ]),
        FilterField::Hour => of(&["9-17", "18-23", "0-5", "6-11", "12-17"]),
        FilterField::Time => days(typed, known),
        FilterField::Any | FilterField::Bounce | FilterField::Open | FilterField::Edge => {
            Vec::new()
        }
    }
}

/// Texts that contain what was typed. Those that begin with it come first, the most frequent ones before others.
fn texts(
    texts: &Dictionary,
    typed: &str,
    views: impl Fn(u32) -> Option<u32>,
) -> Vec<CompletionCandidate> {
    let typed = typed.trim_start_matches('"');
    let needle = Needle::new(typed);
    let looked_at = texts.iter().zip(0u32..).take(TEXTS_LOOKED_AT);
    let mut found: Vec<_> = looked_at
        .filter(|(text, _)| needle.is_in(text))
        .map(|(text, index)| {
            let is_begun = text.starts_with(typed);
            (Reverse(is_begun), Reverse(views(index)), index)
        })
        .collect();
    if found.len() > MOST {
        found.select_nth_unstable(MOST);
        found.truncate(MOST);
    }
    found.sort_unstable();
    let candidate =
        |(_, Reverse(views), index): (_, Reverse<Option<u32>>, u32)| CompletionCandidate {
            text: quoted(texts.text(index)),
            words: views.map_or_else(String::new, |views| counted(u64::from(views), "view")),
        };
    found.into_iter().map(candidate).collect()
}

/// Days of the data, the first that begin so, and the last.
fn days(typed: &str, known: CompletionSource<'_>) -> Vec<CompletionCandidate> {
    const MOST_DAYS: usize = 7;
    let Some((first, last)) = known.dataset.span() else {
        return Vec::new();
    };
    let day_us = 86_400_000_000;
    let step = |n: usize| Timestamp::clamped(first.as_us() + n as i64 * day_us);
    let days = (0..).map(step).take_while(|&day| day < last);
    let days = days.chain([last]);
    let mut found: Vec<CompletionCandidate> = days
        .take(TEXTS_LOOKED_AT)
        .map(|day| CompletionCandidate {
            text: known.calendar.typed_day(day),
            words: known.calendar.weekday(day),
        })
        .filter(|day| day.text.starts_with(typed))
        .take(MOST_DAYS)
        .collect();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(before: &str) -> Vec<String> {
        let at = |s: i64| Timestamp::clamped(1_580_648_116_000_000 + s * 1_000_000);
        let dataset = Dataset::of_rows([
            ("ann", at(0), "/cart"),
            ("bob", at(1), "/product/1"),
            ("bob", at(2), "/product/2"),
            ("bob", at(3), "/product/2"),
            ("bob", at(90_000), "/my page"),
        ]);
        let calendar = Calendar::utc();
        let known = CompletionSource {
            dataset: &dataset,
            calendar: &calendar,
            chosen: Chosen::Sessions,
            page_views: Some(&[1, 1, 2, 1]),
        };
        let found = complete(before, known);
        let head = &before[..found.start];
        let texts = found.candidates.iter();
        texts.map(|found| format!("{head}{}", found.text)).collect()
    }

    #[test]
    fn fields_are_proposed_by_their_beginning() {
        assert_eq!(candidates("la"), ["landing:"]);
        assert_eq!(candidates("views>2 -bo"), ["views>2 -bounce"]);
        assert_eq!(candidates("").len(), FIELDS.len() - 1);
        assert_eq!(candidates("pa"), ["page:"]);
        assert_eq!(candidates("pagev"), ["pageviews>="]);
        assert_eq!(candidates("zzz"), [""; 0]);
    }

    #[test]
    fn pages_are_proposed_by_what_they_contain_the_most_viewed_first() {
        assert_eq!(
            candidates("page:/prod"),
            ["page:/product/2", "page:/product/1"]
        );
        assert_eq!(
            candidates("bounce landing=t"),
            [
                "bounce landing=/product/2",
                "bounce landing=/cart",
                "bounce landing=/product/1"
            ]
        );
        assert_eq!(candidates("page:/my"), ["page:\"/my page\""]);
        assert_eq!(candidates("page:\"/my p"), ["page:\"/my page\""]);
        assert_eq!(candidates("user!=b"), ["user!=bob"]);
    }

    #[test]
    fn days_are_those_of_the_data() {
        assert_eq!(
            candidates("time>=2020"),
            ["time>=2020-02-02", "time>=2020-02-03"]
        );
        assert_eq!(candidates("time:2021"), [""; 0]);
    }

    #[test]
    fn days_of_the_week_are_proposed_by_their_beginning() {
        assert_eq!(
            candidates("weekday:s"),
            ["weekday:sat", "weekday:sun", "weekday:sat-sun"]
        );
    }
}
