//! The fields of the filter language. Answers floor.

use crate::answers::browse::pages::CountedColumn;

/// What a chip tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FilterField {
    /// The user's id, or the page of any pageview. For users, the id alone.
    Any,
    /// The user's id.
    User,
    /// The page of the first pageview.
    Landing,
    /// The page of the last pageview.
    Exit,
    /// The page of any pageview.
    Page,
    /// From the first to the last pageview.
    Duration,
    /// How many pageviews the session has. For users, how many in all.
    Pageviews,
    /// How many sessions the user has.
    Sessions,
    /// When the session started.
    Time,
    /// On which day of the week it started.
    Weekday,
    /// In which hour of the day it started.
    Hour,
    /// Whether it is one pageview.
    Bounce,
    /// Whether it may go on.
    Open,
    /// Whether it may have begun before.
    Edge,
    /// Whether another gap joins it with others or splits it.
    Differs,
    /// What its landing pageview carries in this column, by its place among the carried ones.
    Carried(usize),
}

/// A field as it is typed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FieldName {
    pub(crate) name: &'static str,
    pub(crate) field: FilterField,
    /// The name with the operator that people mean most often.
    pub(crate) typed: &'static str,
    /// What it tests, in a few words.
    pub(crate) words: &'static str,
}

const fn named(
    name: &'static str,
    field: FilterField,
    typed: &'static str,
    words: &'static str,
) -> FieldName {
    FieldName {
        name,
        field,
        typed,
        words,
    }
}

/// Every name, in the order in which they are proposed.
#[rustfmt::skip]
pub(crate) static FIELDS: [FieldName; 15] = [
    named("landing", FilterField::Landing, "landing:", "first page; = for exactly"),
    named("exit", FilterField::Exit, "exit:", "last page"),
    named("page", FilterField::Page, "page:", "any page of the session"),
    named("user", FilterField::User, "user:", "the user's id"),
    named("duration", FilterField::Duration, "duration>", "first to last pageview: 5m, 1h30m"),
    named("views", FilterField::Pageviews, "views>=", "pageviews"),
    named("pageviews", FilterField::Pageviews, "pageviews>=", "the same as views"),
    named("sessions", FilterField::Sessions, "sessions>", "sessions of the user"),
    named("bounce", FilterField::Bounce, "bounce", "one pageview; -bounce: two or more"),
    named("time", FilterField::Time, "time:", "start: 2020-02-02, 2020-02-02 12:55"),
    named("weekday", FilterField::Weekday, "weekday:", "day of the start: mon, mon-fri"),
    named("hour", FilterField::Hour, "hour:", "hour of the start: 9, 9-17"),
    named("open", FilterField::Open, "open", "may go on after the end of the data"),
    named("edge", FilterField::Edge, "edge", "may have begun before the data"),
    named("differs", FilterField::Differs, "differs:", "joined or split at another gap: 1h"),
];

impl FilterField {
    /// Whether the name alone is the condition.
    pub(crate) fn is_word(self) -> bool {
        matches!(
            self,
            FilterField::Bounce | FilterField::Open | FilterField::Edge
        )
    }

    /// Whether it can choose texts of a column: see [`Chosen::Texts`](super::session_filter::Chosen::Texts).
    pub(crate) fn chooses_texts(self, column: CountedColumn) -> bool {
        match self {
            FilterField::Any | FilterField::Pageviews | FilterField::Sessions => true,
            FilterField::Page => column == CountedColumn::Page,
            FilterField::Carried(n) => column == CountedColumn::Carried(n),
            _ => false,
        }
    }

    /// Whether its value is a text that something must contain.
    pub(crate) fn is_text(self) -> bool {
        matches!(
            self,
            FilterField::Any
                | FilterField::User
                | FilterField::Landing
                | FilterField::Exit
                | FilterField::Page
                | FilterField::Carried(_)
        )
    }
}

impl FieldName {
    /// The field with this name, whatever its case.
    pub(crate) fn of(name: &str) -> Option<&'static FieldName> {
        FIELDS
            .iter()
            .find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// Whether the field has a preferred name.
    pub(crate) fn is_second(&self) -> bool {
        let first = FIELDS.iter().find(|other| other.field == self.field);
        first.is_some_and(|first| first.name != self.name)
    }

    /// The field whose name was probably meant; `None` if no name is similar.
    pub(crate) fn nearest(name: &str) -> Option<&'static FieldName> {
        let name = name.to_ascii_lowercase();
        let most = (name.len() / 3).max(1);
        let distance = |field: &FieldName| strsim::osa_distance(&name, field.name);
        let nearest = FIELDS.iter().min_by_key(|field| distance(field))?;
        (distance(nearest) <= most).then_some(nearest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_was_mistyped_is_near_to_its_field() {
        for (typed, meant) in [
            ("lading", Some("landing")),
            ("usr", Some("user")),
            ("duratoin", Some("duration")),
            ("weekdays", Some("weekday")),
            ("Hours", Some("hour")),
            ("http", None),
            ("referrer", None),
        ] {
            let nearest = FieldName::nearest(typed).map(|field| field.name);
            assert_eq!(nearest, meant, "{typed}");
        }
    }
}
