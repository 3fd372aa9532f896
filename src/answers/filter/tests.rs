//! Tests how the filter language is read, and compares what it chooses with a simple look at every session.

use std::ops::Range;
use std::sync::Arc;

use chrono::DateTime;
use chrono::Datelike;
use chrono::Timelike;
use chrono_tz::Tz;
use proptest::prelude::*;

use crate::answers::browse::calendar::Calendar;
use crate::answers::filter::chip::Chip;
use crate::answers::filter::chip::ChipTest;
use crate::answers::filter::chip::joined;
use crate::answers::filter::field::FIELDS;
use crate::answers::filter::field::FilterField;
use crate::answers::filter::parse::parse;
use crate::answers::filter::session_filter::Chosen;
use crate::answers::filter::session_filter::SessionFilter;
use crate::engine::cut::Cut;
use crate::engine::dataset::Dataset;
use crate::words::gap::Gap;
use crate::words::session::Session;
use crate::words::timestamp::Timestamp;

fn parsed(text: &str) -> Result<Vec<Chip>, String> {
    let (chips, problem) = parse(text, &Calendar::utc());
    problem.map_or(Ok(chips), Err)
}

/// Each chip as it was typed.
fn typed(text: &str) -> Vec<String> {
    parsed(text).unwrap().iter().map(Chip::to_string).collect()
}

fn one(text: &str) -> Chip {
    let mut chips = parsed(text).unwrap();
    assert_eq!(chips.len(), 1, "{chips:?}");
    chips.remove(0)
}

fn range(text: &str) -> Range<i64> {
    match one(text).test {
        ChipTest::Within(range) => range,
        other => panic!("{other:?}"),
    }
}

fn problem(text: &str) -> String {
    parsed(text).unwrap_err()
}

#[test]
fn chips_combine_and_their_texts_may_hold_blanks() {
    let chips = parsed("user:45 landing:My first page views>=2").unwrap();
    assert_eq!(joined(&chips), "user:45 landing:My first page views>=2");
    assert_eq!(chips[1].test, ChipTest::Contains("My first page".into()));
}

#[test]
fn a_bare_text_is_looked_for_anywhere() {
    let chip = one("50% off");
    assert_eq!(chip.field, FilterField::Any);
    assert_eq!(chip.test, ChipTest::Contains("50% off".into()));
    assert_eq!(one("/a?b=c&d=e").field, FilterField::Any);
    assert_eq!(one("https://shop.example/cart").field, FilterField::Any);
    assert_eq!(one("utm_source=mail").field, FilterField::Any);
    assert_eq!(parsed("").unwrap(), []);
    assert_eq!(parsed("  ").unwrap(), []);
    assert_eq!(parsed("user:").unwrap(), []);
}

#[test]
fn a_text_behind_what_takes_none_is_looked_for_anywhere() {
    assert_eq!(typed("views>=2 cart"), ["views>=2", "cart"]);
    assert_eq!(typed("bounce my cart open"), ["bounce", "my cart", "open"]);
    assert_eq!(typed("page:\"a b\" c"), ["page:\"a b\"", "c"]);
    assert_eq!(typed("page:a -\"b c\""), ["page:a", "-\"b c\""]);
    assert_eq!(
        typed("time:2020-02-02 12:55 cart"),
        ["time:2020-02-02 12:55", "cart"]
    );
    assert_eq!(typed("duration>1h 30m"), ["duration>1h 30m"]);
}

#[test]
fn quotes_hold_a_text_together() {
    let contains = |text: &str| ChipTest::Contains(text.into());
    assert_eq!(one("page:\"views>2 open\"").test, contains("views>2 open"));
    assert_eq!(one("\"open\"").test, contains("open"));
    assert_eq!(
        one("page:\"say \\\"hi\\\" \\\\ \\n\"").test,
        contains("say \"hi\" \\ \\n")
    );
    assert_eq!(one("page=\"\"").test, ChipTest::Is(String::new()));
    // A quote inside a text is just a quote.
    assert_eq!(one("page:5\"").test, contains("5\""));
    assert_eq!(one("-\"a b\"").test, contains("a b"));
}

#[test]
fn a_quote_without_an_end_goes_to_the_end_and_is_closed_in_the_chip() {
    let chip = one("page:\"a b views>2");
    assert_eq!(chip.test, ChipTest::Contains("a b views>2".into()));
    assert_eq!(chip.to_string(), "page:\"a b views>2\"");
}

#[test]
fn a_sign_asks_for_the_contrary() {
    for text in [
        "-page:/cart",
        "!page:/cart",
        "-bounce",
        "!open",
        "-cart",
        "views!=2",
    ] {
        assert!(one(text).is_negated, "{text}");
    }
    for text in ["page:-cart", "-", "!", "-views!=2", "page:a -b"] {
        assert!(!one(text).is_negated, "{text}");
    }
    assert_eq!(one("user:-7").test, ChipTest::Contains("-7".into()));
}

#[test]
fn bounds_are_inclusive_where_they_say_so() {
    assert_eq!(range("views>2"), 3..i64::MAX);
    assert_eq!(range("views<=2"), i64::MIN..3);
    assert_eq!(range("views:2..4"), 2..5);
    assert_eq!(range("views=2"), 2..3);
    assert_eq!(range("sessions>1,000"), 1_001..i64::MAX);
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
    for (text, sentence) in [
        ("views>many", "\"many\" is not a whole number"),
        ("views>", "views needs a value, such as views>=2"),
        ("duration>5", "\"5\" is not a duration such as 5m or 90s"),
        ("user>5", "user can be : or =, not >"),
        ("time:soon", "\"soon\" is not a date or time"),
        ("weekday:today", "\"today\" is not a day of the week"),
        ("weekday>fri", "weekday can be : or =, not >"),
        ("hour:24", "\"24\" is not an hour from 0 to 23"),
        (
            "bounce:yes",
            "bounce takes no value; -bounce is its opposite",
        ),
        ("differs:x", "\"x\" is not a gap"),
        (
            "lading:/x",
            "did you mean landing? There is no field lading;",
        ),
        ("cart usr=4", "did you mean user? There is no field usr;"),
        (
            "referrer:x",
            "no field referrer; in quotes it is text: \"referrer:x\"; the fields are landing, exit",
        ),
    ] {
        let problem = problem(text);
        assert!(problem.contains(sentence), "{text}: {problem}");
    }
}

#[test]
fn chips_beside_one_that_cannot_be_read_still_hold() {
    let (chips, problem) = parse("views>many user:4", &Calendar::utc());
    assert_eq!((chips.len(), problem.is_some()), (1, true));
}

#[test]
fn every_field_is_documented() {
    let manual = include_str!("../../../docs/filters.md");
    for field in FIELDS {
        let name = format!("`{}", field.name);
        assert!(manual.contains(&name), "docs/filters.md lacks {name}");
    }
}

const MINUTE: i64 = 60_000_000;
const PAGES: [&str; 6] = ["/b", "/a", "/Cart", "/c%", "/a/b", "My \"open\" page"];
const USERS: [&str; 5] = ["u9", "U10", "b", "a", "c"];
/// A Saturday before the clocks of Berlin go forward.
const START: i64 = 1_585_353_600_000_000;
const BERLIN: Tz = Tz::Europe__Berlin;

fn cuts() -> impl Strategy<Value = Cut> {
    let pageviews = proptest::collection::vec((0..USERS.len(), 0i64..4_000, 0..PAGES.len()), 1..80);
    (pageviews, 1i64..90).prop_map(|(pageviews, gap)| {
        let dataset = Dataset::of_rows(pageviews.into_iter().map(|(user, minute, page)| {
            let at = Timestamp::from_us(START + minute * MINUTE).unwrap();
            (USERS[user], at, PAGES[page])
        }));
        Cut::new(Arc::new(dataset), Gap::from_us(gap * MINUTE).unwrap())
    })
}

/// What the simple look knows about a session.
struct Seen<'a> {
    session: Session<'a>,
    pages: Vec<&'a str>,
    /// Of the user: sessions and pageviews.
    of_user: (usize, usize),
    /// Whether the session is also one at seven minutes.
    is_at_7m: bool,
}

impl Seen<'_> {
    fn has(&self, part: &str) -> bool {
        self.pages.iter().any(|page| contains(page, part))
    }

    fn local(&self) -> DateTime<Tz> {
        let at = DateTime::from_timestamp_micros(self.session.started_at.as_us()).unwrap();
        at.with_timezone(&BERLIN)
    }
}

fn contains(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(part)
}

type PlainTest = fn(&Seen<'_>) -> bool;

/// Conditions, and what they mean.
const CONDITIONS: [(&str, PlainTest); 19] = [
    ("\"a\"", |seen| {
        contains(seen.session.user_id, "a") || seen.has("a")
    }),
    ("user:u", |seen| contains(seen.session.user_id, "u")),
    ("user=U10", |seen| seen.session.user_id == "U10"),
    ("landing:/A", |seen| {
        contains(seen.session.landing_page, "/a")
    }),
    ("exit=/a", |seen| seen.session.exit_page == "/a"),
    ("page:cart", |seen| seen.has("cart")),
    ("page=\"My \\\"open\\\" page\"", |seen| {
        seen.pages.contains(&"My \"open\" page")
    }),
    ("views:2..3", |seen| {
        (2..=3).contains(&seen.session.pageviews)
    }),
    ("duration>5m", |seen| {
        seen.session.duration_us() > 5 * MINUTE
    }),
    ("duration:0", |seen| seen.session.duration_us() == 0),
    ("sessions>2", |seen| seen.of_user.0 > 2),
    ("bounce", |seen| seen.session.is_bounce()),
    ("open", |seen| seen.session.is_open),
    ("edge", |seen| seen.session.starts_at_edge),
    ("differs:7m", |seen| !seen.is_at_7m),
    ("time>=2020-03-29", |seen| seen.local().day() >= 29),
    ("weekday:sun", |seen| {
        seen.local().weekday() == chrono::Weekday::Sun
    }),
    ("hour:2-9", |seen| (2..=9).contains(&seen.local().hour())),
    ("hour:22-0", |seen| {
        [22, 23, 0].contains(&seen.local().hour())
    }),
];

fn all_seen(cut: &Cut) -> Vec<Seen<'_>> {
    let dataset = cut.dataset();
    let at_7m = Cut::new(Arc::clone(dataset), "7m".parse().unwrap());
    let of_7m: Vec<_> = at_7m.sessions().spans(0..dataset.n_rows()).collect();
    let sessions = 0..cut.sessions().len();
    let seen = sessions.map(|session| {
        let rows = cut.sessions().rows_of(session);
        let of_user = dataset.rows_of(dataset.user_of(rows.start));
        Seen {
            session: cut.session(session),
            pages: rows.clone().map(|row| dataset.page_text(row)).collect(),
            of_user: (cut.sessions().within(of_user.clone()).len(), of_user.len()),
            is_at_7m: of_7m.contains(&rows),
        }
    });
    seen.collect()
}

fn berlin() -> Calendar {
    Calendar::new(BERLIN, None)
}

proptest! {
    #[test]
    fn sessions_are_kept_as_a_plain_look_keeps_them(
        cut in cuts(),
        asked in proptest::collection::vec((0..CONDITIONS.len(), any::<bool>()), 0..4),
    ) {
        let text: Vec<String> = asked
            .iter()
            .map(|&(n, is_negated)| format!("{}{}", if is_negated { "-" } else { "" }, CONDITIONS[n].0))
            .collect();
        let (chips, problem) = parse(&text.join(" "), &berlin());
        prop_assert_eq!(problem, None);
        let filter = SessionFilter::new(cut.dataset(), &chips, Chosen::Sessions);
        let seen = all_seen(&cut);
        let is_kept = |seen: &Seen<'_>| asked.iter().all(|&(n, is_negated)| CONDITIONS[n].1(seen) != is_negated);
        let expected: Vec<u32> = (0..).zip(&seen).filter(|(_, seen)| is_kept(seen)).map(|(n, _)| n).collect();
        prop_assert_eq!(filter.kept(&cut), &expected[..], "{:?}", text);

        let kept: Vec<&Session<'_>> = expected.iter().map(|&n| &seen[n as usize].session).collect();
        let mut users: Vec<&str> = kept.iter().map(|session| session.user_id).collect();
        users.dedup();
        let mut durations: Vec<i64> = kept.iter().map(|session| session.duration_us()).collect();
        durations.sort_unstable();
        let middle = |n: usize| (durations[(n - 1) / 2] + durations[n / 2]) / 2;
        let summary = filter.summary(&cut);
        prop_assert_eq!(summary.sessions, kept.len() as u64);
        prop_assert_eq!(summary.users, users.len() as u64);
        prop_assert_eq!(summary.pageviews, kept.iter().map(|session| session.pageviews).sum::<u64>());
        prop_assert_eq!(summary.bounces, kept.iter().filter(|session| session.is_bounce()).count() as u64);
        prop_assert_eq!(summary.total_duration_us, i128::from(durations.iter().sum::<i64>()));
        prop_assert_eq!(summary.median_duration_us, (!durations.is_empty()).then(|| middle(durations.len())));
    }

    #[test]
    fn users_are_chosen_who_have_a_session_like_this_and_none_like_that(
        cut in cuts(), with in 1..CONDITIONS.len(), without in 1..CONDITIONS.len(), most in 1usize..9,
    ) {
        let text = format!("{} -{} pageviews<={most}", CONDITIONS[with].0, CONDITIONS[without].0);
        let (chips, problem) = parse(&text, &berlin());
        prop_assert_eq!(problem, None);
        let filter = SessionFilter::new(cut.dataset(), &chips, Chosen::Users);
        let seen = all_seen(&cut);
        for user in 0..cut.dataset().n_users() {
            let id = cut.dataset().users().text(user as u32);
            let of_user: Vec<&Seen<'_>> = seen.iter().filter(|seen| seen.session.user_id == id).collect();
            // The pageviews of a user are those of all sessions, not of one.
            let views = |seen: &&&Seen<'_>, n: usize| CONDITIONS[n].0 == "views:2..3" && (2..=3).contains(&seen.of_user.1);
            let is_so = |seen: &&&Seen<'_>, n: usize| match CONDITIONS[n].0 {
                "views:2..3" => views(seen, n),
                _ => CONDITIONS[n].1(seen),
            };
            let expected = of_user.iter().any(|seen| is_so(&seen, with))
                && !of_user.iter().any(|seen| is_so(&seen, without))
                && of_user[0].of_user.1 <= most;
            prop_assert_eq!(filter.chooses_user(&cut, user), expected, "{} {}", text, id);
        }
    }

    #[test]
    fn a_text_in_a_chip_reads_back_as_it_is(text in "[ab \"\\\\:>=!\u{a0}-]{0,8}", views in 1u8..9) {
        let chip = Chip::page_is(&text);
        let beside = one(&format!("views>={views}"));
        let chips = [chip, beside];
        prop_assert_eq!(parsed(&joined(&chips)).unwrap(), chips);
    }

    #[test]
    fn whatever_is_typed_is_read_and_its_chips_read_back(text in "(-?(page|user|views|time|hour|open|x|:|=|>=|\"| |/|5|2020-02-02|mon|\\\\)){0,12}") {
        let (chips, _) = parse(&text, &Calendar::utc());
        let (again, problem) = parse(&joined(&chips), &Calendar::utc());
        prop_assert_eq!(problem, None);
        let meant = |chips: &[Chip]| -> Vec<Chip> {
            let typed = |chip: &Chip| Chip { typed: String::new(), ..chip.clone() };
            chips.iter().map(typed).collect()
        };
        prop_assert_eq!(meant(&again), meant(&chips));
    }
}

#[test]
fn texts_stay_apart_when_what_stood_between_them_goes() {
    let (chips, _) = parse("a views>2 b", &Calendar::utc());
    let left = joined([&chips[0], &chips[2]]);
    assert_eq!(left, "a \"b\"");
    assert_eq!(parse(&left, &Calendar::utc()).0.len(), 2);
}
