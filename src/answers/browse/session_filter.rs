//! Conditions on sessions that combine. Answers floor.
//!
//! A person types `landing:/product views>=2 time:2020-02-02`; each part is a chip, and a session is
//! kept if all of them hold.

use std::fmt;
use std::ops::Range;

use crate::answers::browse::calendar::Calendar;
use crate::answers::browse::needle::Needle;
use crate::engine::dataset::Dataset;
use crate::engine::dictionary::Dictionary;
use crate::words::gap::Gap;

/// What a chip looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionField {
    /// The user, the landing page or the exit page.
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
    /// How many pageviews.
    Pageviews,
    /// When the session started.
    Time,
    /// Whether another gap joins the session with others or splits it.
    Differs,
}

/// The words of the fields, as they are typed.
const FIELDS: [(&str, SessionField); 9] = [
    ("user", SessionField::User),
    ("landing", SessionField::Landing),
    ("exit", SessionField::Exit),
    ("page", SessionField::Page),
    ("duration", SessionField::Duration),
    ("pageviews", SessionField::Pageviews),
    ("views", SessionField::Pageviews),
    ("time", SessionField::Time),
    ("differs", SessionField::Differs),
];

/// What a chip asks of its field.
#[derive(Clone, Debug, PartialEq, Eq)]
enum ChipTest {
    Contains(String),
    Is(String),
    /// At least `start`, less than `end`; microseconds or a count.
    Within(Range<i64>),
}

/// One condition, as it was typed and as it is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chip {
    field: SessionField,
    test: ChipTest,
    typed: String,
}

impl Chip {
    /// Sessions whose text of this field is exactly this.
    pub(crate) fn text_is(field: SessionField, name: &str, text: &str) -> Chip {
        Chip {
            field,
            test: ChipTest::Is(text.to_owned()),
            typed: format!("{name}={text}"),
        }
    }

    /// Sessions with a pageview of exactly this page.
    pub(crate) fn page_is(page: &str) -> Chip {
        Chip::text_is(SessionField::Page, "page", page)
    }

    /// Sessions that this gap joins with others or splits.
    pub(crate) fn differs(gap: Gap) -> Chip {
        Chip {
            field: SessionField::Differs,
            test: ChipTest::Within(gap.as_us()..i64::MAX),
            typed: format!("differs:{gap}"),
        }
    }
}

impl fmt::Display for Chip {
    /// As typed, which [`parse`] reads back; not made safe.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.typed)
    }
}

/// What the error for chips that cannot be read proposes.
pub(crate) const ACCEPTED_FORMS: &str = "user: landing: exit: page: with a text (= for exactly), duration>5m, views>=2, time:2020-02-02, differs:1h";

/// Reads chips. Words that begin no chip belong to the one before them, so that texts may hold blanks;
/// at the beginning they are searched for in users, landing and exit pages. Gives the chips that can be
/// read, and a sentence about the first that cannot.
pub(crate) fn parse(text: &str, calendar: &Calendar) -> (Vec<Chip>, Option<String>) {
    let mut parts: Vec<(SessionField, String, String)> = Vec::new();
    for word in text.split(' ') {
        let begun = FIELDS.iter().find_map(|&(name, field)| {
            let rest = word.strip_prefix(name)?;
            rest.starts_with([':', '=', '<', '>'])
                .then(|| (field, rest.to_owned(), word.to_owned()))
        });
        match (begun, parts.last_mut()) {
            (Some(part), _) => parts.push(part),
            (None, Some((_, rest, typed))) => {
                rest.push(' ');
                rest.push_str(word);
                typed.push(' ');
                typed.push_str(word);
            }
            (None, None) => parts.push((SessionField::Any, format!(":{word}"), word.to_owned())),
        }
    }
    let (mut chips, mut problem) = (Vec::new(), None);
    for (field, rest, typed) in parts {
        let (operator, value) = split_operator(rest.trim_end());
        match read_test(field, operator, value, calendar) {
            Ok(ChipTest::Contains(text)) if text.is_empty() => {}
            Ok(test) => chips.push(Chip {
                field,
                test,
                typed: typed.trim_end().to_owned(),
            }),
            Err(sentence) => problem = problem.or(Some(sentence)),
        }
    }
    (chips, problem)
}

fn read_test(
    field: SessionField,
    operator: &str,
    value: &str,
    calendar: &Calendar,
) -> Result<ChipTest, String> {
    Ok(match field {
        SessionField::Duration => ChipTest::Within(bounds(operator, value, duration_us)?),
        SessionField::Pageviews => ChipTest::Within(bounds(operator, value, whole_number)?),
        SessionField::Time => {
            ChipTest::Within(bounds(operator, value, |text| calendar.read(text))?)
        }
        SessionField::Differs => {
            let gap = value.parse::<Gap>().map_err(|error| error.to_string())?;
            ChipTest::Within(gap.as_us()..i64::MAX)
        }
        _ if operator == ":" => ChipTest::Contains(value.to_owned()),
        _ if operator == "=" => ChipTest::Is(value.to_owned()),
        _ => return Err(format!("a text can be : or =, not {operator}")),
    })
}

fn split_operator(rest: &str) -> (&str, &str) {
    let length = match rest.as_bytes() {
        [b'<' | b'>', b'=', ..] => 2,
        _ => 1,
    };
    rest.split_at(length)
}

/// The half-open range that an operator and a value mean; a value reads as the half-open range of
/// everything that it can stand for, so that `time:2020-02-02` is the whole day.
fn bounds(
    operator: &str,
    value: &str,
    read: impl Fn(&str) -> Result<Range<i64>, String>,
) -> Result<Range<i64>, String> {
    if let (":" | "=", Some((from, to))) = (operator, value.split_once("..")) {
        let from = if from.is_empty() {
            i64::MIN
        } else {
            read(from)?.start
        };
        let to = if to.is_empty() {
            i64::MAX
        } else {
            read(to)?.end
        };
        return Ok(from..to);
    }
    let Range { start, end } = read(value)?;
    Ok(match operator {
        ">" => end..i64::MAX,
        ">=" => start..i64::MAX,
        "<" => i64::MIN..start,
        "<=" => i64::MIN..end,
        _ => start..end,
    })
}

fn duration_us(text: &str) -> Result<Range<i64>, String> {
    if text == "0" || text == "0s" {
        return Ok(0..1);
    }
    let us = text
        .parse::<Gap>()
        .map_err(|_| format!("\"{text}\" is no duration such as 5m or 90s"))?
        .as_us();
    Ok(us..us.saturating_add(1))
}

fn whole_number(text: &str) -> Result<Range<i64>, String> {
    let n: u32 = text
        .replace(',', "")
        .parse()
        .map_err(|_| format!("\"{text}\" is no whole number"))?;
    Ok(i64::from(n)..i64::from(n) + 1)
}

/// Chips made ready for a dataset: each text has been looked for in the dictionaries once. Does not
/// depend on the gap.
#[derive(Clone, Debug, Default)]
pub(crate) struct SessionFilter {
    conditions: Vec<SessionCondition>,
}

#[derive(Clone, Debug)]
enum SessionCondition {
    Any {
        users: Vec<bool>,
        pages: Vec<bool>,
    },
    User(Vec<bool>),
    Landing(Vec<bool>),
    Exit(Vec<bool>),
    Page(Vec<bool>),
    Duration(Range<i64>),
    Pageviews(Range<i64>),
    Time(Range<i64>),
    /// Pauses that are cut at the other gap, microseconds.
    Differs(Range<i64>),
}

impl SessionFilter {
    /// The filter that keeps what all chips hold for.
    pub(crate) fn new(dataset: &Dataset, chips: &[Chip]) -> SessionFilter {
        let users = |test: &ChipTest| matches_of(dataset.users(), test);
        let pages = |test: &ChipTest| matches_of(dataset.pages(), test);
        let range = |test: &ChipTest| match test {
            ChipTest::Within(range) => range.clone(),
            _ => i64::MIN..i64::MAX,
        };
        let conditions = chips.iter().map(|Chip { field, test, .. }| match field {
            SessionField::Any => SessionCondition::Any {
                users: users(test),
                pages: pages(test),
            },
            SessionField::User => SessionCondition::User(users(test)),
            SessionField::Landing => SessionCondition::Landing(pages(test)),
            SessionField::Exit => SessionCondition::Exit(pages(test)),
            SessionField::Page => SessionCondition::Page(pages(test)),
            SessionField::Duration => SessionCondition::Duration(range(test)),
            SessionField::Pageviews => SessionCondition::Pageviews(range(test)),
            SessionField::Time => SessionCondition::Time(range(test)),
            SessionField::Differs => SessionCondition::Differs(range(test)),
        });
        SessionFilter {
            conditions: conditions.collect(),
        }
    }

    /// Whether everything is kept.
    pub(crate) fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }

    /// Whether any session of the user can be kept.
    pub(crate) fn keeps_user(&self, user: usize) -> bool {
        self.conditions.iter().all(|condition| match condition {
            SessionCondition::User(users) => users[user],
            _ => true,
        })
    }

    /// Whether the session of `user` that covers `rows` is kept, given that the user is.
    pub(crate) fn keeps_session(&self, dataset: &Dataset, user: usize, rows: Range<usize>) -> bool {
        let (at, page) = (dataset.at_us(), dataset.page());
        let (first, last) = (rows.start, rows.end - 1);
        let seen = |pages: &[bool], row: usize| pages[page[row] as usize];
        self.conditions.iter().all(|condition| match condition {
            SessionCondition::Any { users, pages } => {
                users[user] || seen(pages, first) || seen(pages, last)
            }
            SessionCondition::User(_) => true,
            SessionCondition::Landing(pages) => seen(pages, first),
            SessionCondition::Exit(pages) => seen(pages, last),
            SessionCondition::Page(pages) => rows.clone().any(|row| seen(pages, row)),
            SessionCondition::Duration(range) => range.contains(&(at[last] - at[first])),
            SessionCondition::Pageviews(range) => range.contains(&(rows.len() as i64)),
            SessionCondition::Time(range) => range.contains(&at[first]),
            SessionCondition::Differs(cut) => {
                let of_user = dataset.rows_of(user);
                let is_cut = |row: usize| cut.contains(&(at[row] - at[row - 1]));
                (first + 1..rows.end).any(is_cut)
                    || (first > of_user.start && !is_cut(first))
                    || (rows.end < of_user.end && !is_cut(rows.end))
            }
        })
    }
}

fn matches_of(texts: &Dictionary, test: &ChipTest) -> Vec<bool> {
    match test {
        ChipTest::Contains(part) => {
            let needle = Needle::new(part);
            texts.iter().map(|text| needle.is_in(text)).collect()
        }
        ChipTest::Is(whole) => texts.iter().map(|text| text == whole).collect(),
        ChipTest::Within(_) => vec![true; texts.len()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Vec<Chip>, String> {
        let (chips, problem) = parse(text, &Calendar::utc());
        problem.map_or(Ok(chips), Err)
    }

    fn range(text: &str) -> Range<i64> {
        let chips = parsed(text).unwrap();
        match &chips[..] {
            [chip] => match &chip.test {
                ChipTest::Within(range) => range.clone(),
                other => panic!("{other:?}"),
            },
            _ => panic!("{chips:?}"),
        }
    }

    #[test]
    fn chips_combine_and_their_texts_may_hold_blanks() {
        let chips = parsed("user:45 landing:My first page views>=2").unwrap();
        let typed: Vec<String> = chips.iter().map(Chip::to_string).collect();
        assert_eq!(typed, ["user:45", "landing:My first page", "views>=2"]);
        assert_eq!(chips[1].test, ChipTest::Contains("My first page".into()));
    }

    #[test]
    fn a_bare_text_is_looked_for_anywhere() {
        let chips = parsed("50% off").unwrap();
        assert_eq!((chips.len(), chips[0].field), (1, SessionField::Any));
        assert_eq!(chips[0].test, ChipTest::Contains("50% off".into()));
        assert_eq!(parsed("").unwrap(), []);
        assert_eq!(parsed("user:").unwrap(), []);
    }

    #[test]
    fn bounds_are_inclusive_where_they_say_so() {
        assert_eq!(range("views>2"), 3..i64::MAX);
        assert_eq!(range("views<=2"), i64::MIN..3);
        assert_eq!(range("views:2..4"), 2..5);
        assert_eq!(range("views=2"), 2..3);
        assert_eq!(range("duration>=5m"), 300_000_000..i64::MAX);
        assert_eq!(range("duration:0"), 0..1);
    }

    #[test]
    fn a_day_means_all_of_it() {
        let day = 86_400_000_000;
        let start = 1_580_601_600_000_000;
        assert_eq!(range("time:2020-02-02"), start..start + day);
        assert_eq!(range("time:2020-02-02..2020-02-03"), start..start + 2 * day);
        assert_eq!(range("time>2020-02-02"), start + day..i64::MAX);
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        assert_eq!(
            parsed("views>many").unwrap_err(),
            "\"many\" is no whole number"
        );
        assert!(parsed("duration>5").is_err());
        assert!(parsed("user>5").is_err());
        assert!(parsed("time:soon").is_err());
    }

    #[test]
    fn chips_beside_one_that_cannot_be_read_still_hold() {
        let (chips, problem) = parse("views>many user:4", &Calendar::utc());
        assert_eq!((chips.len(), problem.is_some()), (1, true));
    }

    #[test]
    fn a_chip_prints_as_it_reads() {
        let chip = Chip::page_is("/a page");
        assert_eq!(parsed(&chip.to_string()).unwrap(), [chip]);
    }
}
