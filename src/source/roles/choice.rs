//! Chooses which of several parts has a role, by their names and by the first rows. Source floor.
//!
//! Every comparison is a key, and the candidate with the smallest key is taken. So the evidence of all rows can be
//! judged in the same way as that of the first ones.

use crate::source::roles::evidence::Evidence;
use crate::source::roles::evidence::looks_like_country;
use crate::source::roles::evidence::looks_like_page;
use crate::source::roles::kind;
use crate::source::roles::kind::Word;
use crate::source::roles::names;
use crate::source::roles::sample::Values;
use crate::source::time::looks_like_time;

/// How many values are read as times to tell whether a part holds times.
const MOST_TIMES: usize = 200;

/// The most different values in a column of kinds. A column with more has names or texts.
const MOST_KINDS: usize = 64;

/// A part that may play a role.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// Which of the reader's parts.
    pub(super) part: usize,
    /// Place in the documented order.
    pub(super) rank: usize,
    pub(super) evidence: Evidence,
}

/// The evidence for a user part; the smallest is taken. In order: it is filled, it tells users apart, it is a
/// visitor's id and not a login that is often missing, the documented order.
pub(super) fn user_key(candidate: &Candidate, name: &str) -> (u64, bool, bool, usize) {
    let evidence = &candidate.evidence;
    let n_missing = match evidence.is_mostly_empty() {
        true => 1 + evidence.n_rows - evidence.n_filled,
        false => 0,
    };
    (
        // Among parts that are mostly empty, the fuller one. Any other part comes before them.
        n_missing,
        evidence.tells_nothing(),
        names::is_login(name) && evidence.has_gaps(),
        candidate.rank,
    )
}

/// The kind of a page part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PageKind {
    /// Paths or addresses.
    Addresses,
    /// Titles, names, ids.
    Names,
    /// Names of events.
    Events,
}

/// The evidence for a page part; the smallest is taken.
pub(super) fn page_key(candidate: &Candidate, kind: PageKind) -> (bool, PageKind, usize) {
    (candidate.evidence.is_mostly_empty(), kind, candidate.rank)
}

/// The kind of a part with this name, if it can be a page at all: a country is not a page.
pub(super) fn page_kind<'v>(
    name: &str,
    values: impl Iterator<Item = Option<&'v [u8]>>,
) -> Option<PageKind> {
    let (mut n, mut n_pages, mut n_countries) = (0, 0, 0);
    for value in values.flatten().filter(|value| !value.is_empty()) {
        n += 1;
        n_pages += usize::from(looks_like_page(value));
        n_countries += usize::from(looks_like_country(value));
    }
    match () {
        () if n > 0 && n_countries == n => None,
        () if n > 0 && n_pages * 2 >= n => Some(PageKind::Addresses),
        () if names::is_event(name) => Some(PageKind::Events),
        () => Some(PageKind::Names),
    }
}

/// What kind of times a part holds, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TimeKind {
    /// Written, with a time of day.
    Written,
    /// Days.
    Days,
    /// Numbers since an epoch.
    Numbers,
}

/// What kind of times a part holds, if nine of ten of its values are times.
pub(super) fn time_kind<'v>(values: impl Iterator<Item = Option<&'v [u8]>>) -> Option<TimeKind> {
    let (mut n, mut n_times, mut n_numbers, mut n_clocks) = (0, 0, 0, 0);
    for value in values
        .flatten()
        .filter(|value| !value.is_empty())
        .take(MOST_TIMES)
    {
        let text = String::from_utf8_lossy(value);
        n += 1;
        n_times += usize::from(looks_like_time(&text));
        n_numbers += usize::from(
            text.bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.'),
        );
        n_clocks += usize::from(text.contains(':'));
    }
    match () {
        () if n_times * 10 < n * 9 || n == 0 => None,
        () if n_clocks * 2 >= n => Some(TimeKind::Written),
        () if n_numbers * 2 >= n => Some(TimeKind::Numbers),
        () => Some(TimeKind::Days),
    }
}

/// Whether nine of ten values of a part are times of day, such as `09:00:00` and `9:00 PM`.
pub(super) fn holds_clocks<'v>(values: impl Iterator<Item = Option<&'v [u8]>>) -> bool {
    let is_clock = |value: &[u8]| {
        let is_part = |byte: &u8| {
            byte.is_ascii_digit()
                || matches!(
                    byte.to_ascii_lowercase(),
                    b':' | b'.' | b' ' | b'a' | b'p' | b'm'
                )
        };
        value.len() <= 16 && value.contains(&b':') && value.iter().all(is_part)
    };
    let values = values.flatten().filter(|value| !value.is_empty());
    let (mut n, mut n_clocks) = (0, 0);
    for value in values.take(MOST_TIMES) {
        n += 1;
        n_clocks += usize::from(is_clock(value));
    }
    n > 0 && n_clocks * 10 >= n * 9
}

/// Words in names of columns with addresses of something other than the page.
const ELSEWHERE: &[&str] = &[
    "ref",
    "referrer",
    "referer",
    "referring",
    "prev",
    "previous",
    "next",
    "landing",
    "exit",
    "entry",
    "first",
    "last",
    "image",
    "img",
    "avatar",
    "icon",
    "callback",
    "redirect",
    "target",
    "link",
    "source",
    "src",
    "utm",
    "campaign",
    "ad",
    "download",
    "file",
    "video",
    "api",
    "host",
    "website",
    "origin",
    "agent",
];

/// Whether a part whose name is in no list may be the page because it holds addresses.
pub(super) fn may_be_page(name: &str) -> bool {
    let words = names::words(name);
    let is_page = |word: &String| {
        matches!(
            word.as_str(),
            "path" | "pathname" | "url" | "uri" | "page" | "href" | "seite"
        )
    };
    words.iter().any(is_page) && !words.iter().any(|word| ELSEWHERE.contains(&word.as_str()))
}

/// What a column says about the kinds of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kinds {
    /// Which rows are page views, and whether words count that are page views only beside others.
    Tells { takes_perhaps: bool },
    /// Events without a page view among them. Has some of them.
    OnlyOthers(Vec<String>),
    /// Every row counts; the values, if there is something to say about them.
    AllCount(Vec<String>),
    /// It is not a column of kinds.
    None,
}

/// Judges a column by its values.
pub(super) fn kinds<'v>(name: &str, values: impl Iterator<Item = Option<&'v [u8]>>) -> Kinds {
    let asks = asks(name);
    let mut known: Vec<(&[u8], Word)> = Vec::new();
    for value in values.flatten().filter(|value| !value.is_empty()) {
        if known.iter().any(|(seen, _)| *seen == value) {
            continue;
        }
        let word = word(asks, value);
        if known.len() < MOST_KINDS || word == Word::View {
            known.push((value, word));
        }
    }
    let has = |wanted: Word| known.iter().any(|(_, word)| *word == wanted);
    let texts = || {
        let texts = known
            .iter()
            .map(|(value, _)| String::from_utf8_lossy(value).into_owned());
        texts.collect::<Vec<_>>()
    };
    match () {
        () if asks && has(Word::Unknown) => Kinds::None,
        () if has(Word::View) => Kinds::Tells {
            takes_perhaps: false,
        },
        () if known.len() >= MOST_KINDS => Kinds::None,
        () if has(Word::Perhaps) && has(Word::Other) => Kinds::Tells {
            takes_perhaps: true,
        },
        () if has(Word::Other) => Kinds::OnlyOthers(texts()),
        () if has(Word::Perhaps) && known.len() > 1 => Kinds::AllCount(texts()),
        () => Kinds::AllCount(Vec::new()),
    }
}

/// Whether a column's name asks whether the row is a page view, with yes or no as the answer.
pub(super) fn asks(name: &str) -> bool {
    names::normalised(name).ends_with("ispageview")
}

/// What a value says, in a column of yes and no, or in a column of names.
pub(super) fn word(asks: bool, value: &[u8]) -> Word {
    match asks {
        true => kind::answer(value),
        false => kind::word(value),
    }
}

/// Those of the values whose rows count.
pub(super) fn counting<'v>(
    values: &'v Values,
    counts: &'v [bool],
) -> impl Iterator<Item = Option<&'v [u8]>> {
    values
        .iter()
        .zip(counts)
        .filter(|(_, counts)| **counts)
        .map(|(value, _)| value)
}
