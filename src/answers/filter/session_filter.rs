//! Prepares chips for a dataset and applies them to sessions and users. Answers floor.

use std::ops::Range;

use chrono::DateTime;
use chrono::Offset;
use chrono::TimeZone;
use chrono_tz::Tz;

use crate::answers::browse::needle::Needle;
use crate::answers::browse::pages::CountedColumn;
use crate::answers::browse::pages::PageFigures;
use crate::answers::filter::chip::Chip;
use crate::answers::filter::chip::ChipTest;
use crate::answers::filter::field::FilterField;
use crate::engine::cut::Cut;
use crate::engine::dataset::Dataset;
use crate::engine::dictionary::Dictionary;
use crate::engine::parallel;

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// Sessions for which all chips hold.
    Sessions,
    /// Users with a session for which all chips hold. A bare text is their id, and `pageviews` counts all of theirs.
    /// None of their sessions may match a negated chip.
    Users,
    /// Pages, or values of a carried column, for which all chips hold. A bare text is the page or value, and `views`
    /// and `sessions` count those that have it. No other field chooses them.
    Texts(CountedColumn),
}

/// A filter prepared for a dataset: each text was looked for in the dictionaries once. Does not depend on the gap.
#[derive(Clone, Debug, Default)]
pub(crate) struct SessionFilter {
    of_user: Conditions<UserCondition>,
    of_session: Conditions<SessionCondition>,
    of_page: Conditions<PageCondition>,
}

/// What must hold, and what must not.
#[derive(Clone, Debug)]
struct Conditions<C> {
    with: Vec<C>,
    without: Vec<C>,
}

impl<C> Default for Conditions<C> {
    fn default() -> Conditions<C> {
        Conditions {
            with: Vec::new(),
            without: Vec::new(),
        }
    }
}

impl<C> Conditions<C> {
    fn push(&mut self, condition: C, is_negated: bool) {
        match is_negated {
            true => self.without.push(condition),
            false => self.with.push(condition),
        }
    }

    fn is_empty(&self) -> bool {
        self.with.is_empty() && self.without.is_empty()
    }

    /// Whether all conditions hold that must, and none that must not.
    fn hold(&self, holds: impl Fn(&C) -> bool) -> bool {
        self.with.iter().all(&holds) && !self.without.iter().any(&holds)
    }
}

/// What is the same for all sessions of a user.
#[derive(Clone, Debug)]
enum UserCondition {
    /// For each user, whether the id matches.
    Id(Vec<bool>),
    Pageviews(Range<i64>),
    Sessions(Range<i64>),
}

/// What is asked of a page, or of a carried value, in the list of them.
#[derive(Clone, Debug)]
enum PageCondition {
    /// For each of them, whether the text matches.
    Text(Vec<bool>),
    Views(Range<i64>),
    Sessions(Range<i64>),
}

#[derive(Clone, Debug)]
enum SessionCondition {
    /// For each user and for each page, whether the text matches.
    Any {
        users: Vec<bool>,
        pages: Vec<bool>,
    },
    Landing(Vec<bool>),
    Exit(Vec<bool>),
    Page(Vec<bool>),
    Duration(Range<i64>),
    Pageviews(Range<i64>),
    Time(Range<i64>),
    Weekday(u32, Tz),
    Hour(u32, Tz),
    Bounce,
    Open,
    Edge,
    /// Pauses of at least this are cut at the other gap, microseconds.
    Differs(Range<i64>),
    /// A carried column, and for each of its texts whether it matches.
    Carried(usize, Vec<bool>),
}

impl SessionFilter {
    /// The filter that keeps what matches all chips.
    pub(crate) fn new(dataset: &Dataset, chips: &[Chip], chosen: Chosen) -> SessionFilter {
        let mut filter = SessionFilter::default();
        for chip in chips {
            if let Chosen::Texts(column) = chosen {
                let condition = page_condition(dataset, column, chip);
                filter.of_page.push(condition, chip.is_negated);
                continue;
            }
            match user_condition(dataset, chip, chosen) {
                Some(condition) => filter.of_user.push(condition, chip.is_negated),
                None => {
                    let condition = session_condition(dataset, chip);
                    filter.of_session.push(condition, chip.is_negated);
                }
            }
        }
        filter
    }

    /// The same, limited to sessions that start in this half-open range, microseconds since the epoch.
    pub(crate) fn starting_within(mut self, us: Range<i64>) -> SessionFilter {
        self.of_session.push(SessionCondition::Time(us), false);
        self
    }

    /// Whether everything is kept.
    pub(crate) fn is_empty(&self) -> bool {
        self.of_user.is_empty() && self.of_session.is_empty() && self.of_page.is_empty()
    }

    /// Whether any session of the user can be kept.
    pub(crate) fn keeps_user(&self, cut: &Cut, user: usize) -> bool {
        self.of_user.hold(|condition| condition.holds(cut, user))
    }

    /// Whether the session of `user` that covers `rows` is kept, if the user is.
    #[inline]
    pub(crate) fn keeps_session(&self, cut: &Cut, user: usize, rows: &Range<usize>) -> bool {
        let holds = |condition: &SessionCondition| condition.holds(cut, user, rows);
        self.of_session.hold(holds)
    }

    /// Whether a user is chosen: see [`Chosen::Users`].
    pub(crate) fn chooses_user(&self, cut: &Cut, user: usize) -> bool {
        let Conditions { with, without } = &self.of_session;
        if !self.keeps_user(cut, user) || self.of_session.is_empty() {
            return self.keeps_user(cut, user);
        }
        let mut is_found = with.is_empty();
        for rows in cut.sessions().spans(cut.dataset().rows_of(user)) {
            let holds = |condition: &SessionCondition| condition.holds(cut, user, &rows);
            if without.iter().any(holds) {
                return false;
            }
            is_found = is_found || with.iter().all(holds);
            if is_found && without.is_empty() {
                return true;
            }
        }
        is_found
    }

    /// Passes on the sessions of these users that are kept, by index and rows, in order.
    pub(crate) fn for_each_kept(
        &self,
        cut: &Cut,
        users: Range<usize>,
        mut with: impl FnMut(usize, u32, Range<usize>),
    ) {
        let dataset = cut.dataset();
        let Some(last) = users.clone().last() else {
            return;
        };
        let mut user = users.start;
        let all_rows = dataset.rows_of(user).start..dataset.rows_of(last).end;
        let mut user_end = dataset.rows_of(user).end;
        let mut keeps_user = self.keeps_user(cut, user);
        let mut next = cut.sessions().within(all_rows.clone()).start as u32;
        cut.sessions().spans(all_rows).for_each(|rows| {
            let session = next;
            next += 1;
            if rows.start == user_end {
                user += 1;
                user_end = dataset.rows_of(user).end;
                keeps_user = self.keeps_user(cut, user);
            }
            if keeps_user && self.keeps_session(cut, user, &rows) {
                with(user, session, rows);
            }
        });
    }

    /// The pages or values that are kept, by index, ascending: for chips that choose these.
    pub(crate) fn kept_pages(&self, figures: &[PageFigures]) -> Vec<u32> {
        let pages = figures.iter().zip(0..).filter(|&(figures, page)| {
            let holds = |condition: &PageCondition| condition.holds(figures, page);
            self.of_page.hold(holds)
        });
        pages.map(|(_, page)| page).collect()
    }

    /// The sessions that are kept, by index, ascending. One pass, on every core.
    pub(crate) fn kept(&self, cut: &Cut) -> Vec<u32> {
        let parts = parallel::ranges(cut.dataset().n_users(), USERS_A_PART);
        let kept = parallel::each(parts, |users| {
            let mut kept = Vec::new();
            self.for_each_kept(cut, users, |_, session, _| kept.push(session));
            kept
        });
        kept.concat()
    }
}

/// Users whose sessions a thread handles at a time.
pub(crate) const USERS_A_PART: usize = 1 << 14;

/// The chip as a condition on users; `None` if it is one on sessions.
fn user_condition(dataset: &Dataset, chip: &Chip, chosen: Chosen) -> Option<UserCondition> {
    let is_of_users = chosen == Chosen::Users;
    Some(match chip.field {
        FilterField::User => UserCondition::Id(matches_of(dataset.users(), chip)),
        FilterField::Any if is_of_users => UserCondition::Id(matches_of(dataset.users(), chip)),
        FilterField::Pageviews if is_of_users => UserCondition::Pageviews(range(chip)),
        FilterField::Sessions => UserCondition::Sessions(range(chip)),
        _ => return None,
    })
}

fn session_condition(dataset: &Dataset, chip: &Chip) -> SessionCondition {
    let pages = || matches_of(dataset.pages(), chip);
    match chip.field {
        FilterField::Any | FilterField::User | FilterField::Sessions => SessionCondition::Any {
            users: matches_of(dataset.users(), chip),
            pages: pages(),
        },
        FilterField::Landing => SessionCondition::Landing(pages()),
        FilterField::Exit => SessionCondition::Exit(pages()),
        FilterField::Page => SessionCondition::Page(pages()),
        FilterField::Duration => SessionCondition::Duration(range(chip)),
        FilterField::Pageviews => SessionCondition::Pageviews(range(chip)),
        FilterField::Time => SessionCondition::Time(range(chip)),
        FilterField::Weekday => {
            let (days, zone) = one_of(chip);
            SessionCondition::Weekday(days, zone)
        }
        FilterField::Hour => {
            let (hours, zone) = one_of(chip);
            SessionCondition::Hour(hours, zone)
        }
        FilterField::Bounce => SessionCondition::Bounce,
        FilterField::Open => SessionCondition::Open,
        FilterField::Edge => SessionCondition::Edge,
        FilterField::Differs => SessionCondition::Differs(range(chip)),
        FilterField::Carried(column) => {
            let texts = dataset.carried().nth(column);
            let texts = texts.map(|column| matches_of(column.texts, chip));
            SessionCondition::Carried(column, texts.unwrap_or_default())
        }
    }
}

fn page_condition(dataset: &Dataset, column: CountedColumn, chip: &Chip) -> PageCondition {
    match chip.field {
        FilterField::Pageviews => PageCondition::Views(range(chip)),
        FilterField::Sessions => PageCondition::Sessions(range(chip)),
        _ => {
            let values = column.values(dataset);
            PageCondition::Text(values.map_or(Vec::new(), |values| matches_of(values.texts, chip)))
        }
    }
}

fn range(chip: &Chip) -> Range<i64> {
    match &chip.test {
        ChipTest::Within(range) => range.clone(),
        _ => i64::MIN..i64::MAX,
    }
}

fn one_of(chip: &Chip) -> (u32, Tz) {
    match chip.test {
        ChipTest::OneOf(members, zone) => (members, zone),
        _ => (u32::MAX, Tz::UTC),
    }
}

/// For each text, by index, whether the chip looks for it. Each text is tested once, on every core.
fn matches_of(texts: &Dictionary, chip: &Chip) -> Vec<bool> {
    const TEXTS_A_PART: usize = 1 << 15;
    let needle = match &chip.test {
        ChipTest::Contains(part) => Needle::new(part),
        _ => Needle::new(""),
    };
    let is_sought = |text: &str| match &chip.test {
        ChipTest::Is(whole) => text == whole,
        _ => needle.is_in(text),
    };
    let parts = parallel::ranges(texts.len(), TEXTS_A_PART);
    let matches = parallel::each(parts, |part| {
        let texts = part.map(|index| texts.text(index as u32));
        texts.map(is_sought).collect::<Vec<bool>>()
    });
    matches.concat()
}

impl UserCondition {
    fn holds(&self, cut: &Cut, user: usize) -> bool {
        let rows = || cut.dataset().rows_of(user);
        match self {
            UserCondition::Id(users) => users[user],
            UserCondition::Pageviews(range) => range.contains(&(rows().len() as i64)),
            UserCondition::Sessions(range) => {
                range.contains(&(cut.sessions().within(rows()).len() as i64))
            }
        }
    }
}

impl PageCondition {
    fn holds(&self, figures: &PageFigures, page: u32) -> bool {
        match self {
            PageCondition::Text(pages) => pages[page as usize],
            PageCondition::Views(range) => range.contains(&i64::from(figures.views)),
            PageCondition::Sessions(range) => range.contains(&i64::from(figures.sessions)),
        }
    }
}

impl SessionCondition {
    fn holds(&self, cut: &Cut, user: usize, rows: &Range<usize>) -> bool {
        let dataset = cut.dataset();
        let (at, page) = (dataset.at_us(), dataset.page());
        let (first, last) = (rows.start, rows.end - 1);
        let seen = |pages: &[bool], row: usize| pages[page[row] as usize];
        let any_seen = |pages: &[bool]| page[rows.clone()].iter().any(|&page| pages[page as usize]);
        match self {
            SessionCondition::Any { users, pages } => users[user] || any_seen(pages),
            SessionCondition::Landing(pages) => seen(pages, first),
            SessionCondition::Exit(pages) => seen(pages, last),
            SessionCondition::Page(pages) => any_seen(pages),
            SessionCondition::Duration(range) => range.contains(&(at[last] - at[first])),
            SessionCondition::Pageviews(range) => range.contains(&(rows.len() as i64)),
            SessionCondition::Time(range) => range.contains(&at[first]),
            SessionCondition::Weekday(days, zone) => {
                // The first of January 1970 was a Thursday.
                let day = local_s(at[first], *zone).div_euclid(DAY_S) + 3;
                days >> day.rem_euclid(7) & 1 == 1
            }
            SessionCondition::Hour(hours, zone) => {
                let hour = local_s(at[first], *zone).rem_euclid(DAY_S) / HOUR_S;
                hours >> hour & 1 == 1
            }
            SessionCondition::Bounce => rows.len() == 1,
            SessionCondition::Open => cut.is_open(at[last]),
            SessionCondition::Edge => cut.starts_at_edge(at[first]),
            SessionCondition::Carried(column, texts) => {
                let column = dataset.carried().nth(*column);
                column.is_some_and(|column| texts[column.by_row[first] as usize])
            }
            SessionCondition::Differs(pauses) => {
                let of_user = dataset.rows_of(user);
                let is_cut = |row: usize| pauses.contains(&(at[row] - at[row - 1]));
                (first + 1..rows.end).any(is_cut)
                    || (first > of_user.start && !is_cut(first))
                    || (rows.end < of_user.end && !is_cut(rows.end))
            }
        }
    }
}

const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 24 * HOUR_S;

/// Seconds since 1970 by a local clock of the zone.
fn local_s(us: i64, zone: Tz) -> i64 {
    let second = us.div_euclid(1_000_000);
    if zone == Tz::UTC {
        return second;
    }
    let utc = DateTime::from_timestamp(second, 0).unwrap_or_default();
    let offset = zone.offset_from_utc_datetime(&utc.naive_utc());
    second + i64::from(offset.fix().local_minus_utc())
}
