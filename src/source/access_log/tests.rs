//! Whole logs: text in, pageviews, rejects and what was left out.

use std::io::Cursor;

use proptest::prelude::*;

use super::*;
use crate::source::Input;
use crate::source::LogOptions;
use crate::source::input::window::Capacity;
use crate::source::options::InputFormat;
use crate::source::options::LogUser;
use crate::words::pageview::Pageview;
use crate::words::pageview::Reject;

/// The rows that a sink took, in words.
#[derive(Debug, Default)]
struct Taken {
    pageviews: Vec<String>,
    rejects: Vec<String>,
}

impl Sink for Taken {
    fn pageview(&mut self, pageview: Pageview<'_>) -> Result<()> {
        let Pageview {
            user_id,
            page_view_at,
            page,
            ..
        } = pageview;
        self.pageviews
            .push(format!("{user_id} {page_view_at} {page}"));
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        self.rejects
            .push(format!("{}: {}", reject.place.number(), reject.reason));
        Ok(())
    }
}

fn read_all(content: &[u8], options: &ReadOptions, initial: usize) -> Result<(Understood, Taken)> {
    let mut input = Input::from_reader("in.log", None, Box::new(Cursor::new(content.to_vec())));
    let mut taken = Taken::default();
    let capacity = Capacity {
        initial,
        limit: 1 << 17,
    };
    let understood =
        crate::source::reading::read_within(&mut input, options, &mut taken, capacity)?;
    Ok((understood, taken))
}

/// Every request, of users that are addresses.
fn all() -> ReadOptions {
    ReadOptions {
        log: LogOptions {
            user: LogUser::Address,
            takes_all: true,
            ..LogOptions::default()
        },
        ..ReadOptions::default()
    }
}

/// The pageviews, then the rejects; whatever the size of the buffer.
fn check(content: &str, expected: &[&str]) -> Understood {
    let (_, small) = read_all(content.as_bytes(), &all(), 7).unwrap();
    let (understood, taken) = read_all(content.as_bytes(), &all(), 1 << 12).unwrap();
    assert_eq!(small.pageviews, taken.pageviews);
    assert_eq!(small.rejects, taken.rejects);
    assert_eq!([taken.pageviews, taken.rejects].concat(), expected);
    understood
}

/// The sentence with which `content` is refused.
fn refusal(content: &str, options: &ReadOptions) -> String {
    read_all(content.as_bytes(), options, 1 << 12)
        .unwrap_err()
        .to_string()
}

const LINE: &str =
    "192.0.2.1 - - [01/Mar/2024:10:00:00 +0000] \"GET /a?b HTTP/1.1\" 200 612 \"-\" \"Firefox\"";
const SEEN: &str = "192.0.2.1 2024-03-01T10:00:00Z /a";

#[test]
fn a_log_is_known_by_its_lines_and_said_in_one() {
    let understood = check(&format!("{LINE}\n{LINE}\r\n\n   \n{LINE}"), &[SEEN; 3]);
    assert_eq!(
        understood.to_string(),
        "access log (Combined): user from client address, time from the line's own time (date and time with the \
         month's name), page from path"
    );
    let lone_returns = format!("{LINE}\r{LINE}\r");
    check(&lone_returns, &[SEEN; 2]);
}

#[test]
fn a_line_that_is_none_is_a_reject_with_its_number() {
    check(
        &format!(
            "{LINE}\nmiriwo\n\n192.0.2.1 - - [31/Feb/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1\n\
             192.0.2.1 - - [01/Mar/2024:10:00:00 +0000] \"-\" 408 -\n\
             - - - [01/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1\n"
        ),
        &[
            SEEN,
            "4: timestamp \"31/Feb/2024:10:00:00 +0000\" is not a date",
            "5: not a request",
            "6: the user is empty",
        ],
    );
}

#[test]
fn what_is_left_out_is_counted_and_no_reject() {
    let content = [
        LINE.to_owned(),
        LINE.replace("/a?b", "/a.css?b"),
        LINE.replace("/a?b", "/a.js"),
        LINE.replace("Firefox", "Googlebot/2.1"),
        LINE.replace("GET", "POST"),
        LINE.replace("GET", "PUT"),
        LINE.replace("GET", "HEAD"),
        LINE.replace(" 200 ", " 404 "),
    ]
    .join("\n");
    let (understood, taken) =
        read_all(content.as_bytes(), &ReadOptions::default(), 1 << 12).unwrap();
    assert_eq!(
        taken.pageviews,
        ["192.0.2.1#9363baaa 2024-03-01T10:00:00Z /a"]
    );
    let left_out: Vec<(&str, u64)> = understood
        .left_out
        .iter()
        .map(|(why, count)| (why.as_str(), *count))
        .collect();
    assert_eq!(
        left_out,
        [
            ("not GET", 3),
            ("static assets", 2),
            ("bots", 1),
            ("client errors (4xx)", 1)
        ]
    );
    assert_eq!(understood.rejects, 0);
    let only_bots = LINE.replace("Firefox", "curl/8");
    let (understood, _) = read_all(only_bots.as_bytes(), &ReadOptions::default(), 64).unwrap();
    assert_eq!(understood.pageviews, 0);
}

#[test]
fn columns_of_a_w3c_log_change_where_it_says_so() {
    let understood = check(
        "#Version: 1.0\n\
         #Fields: date time c-ip cs-method cs-uri-stem sc-status\n\
         2024-03-01 10:00:00 192.0.2.1 GET /a 200\n\
         #Fields: date time cs-uri-stem c-ip cs(User-Agent)\n\
         2024-03-01\t10:00:05\t/b\t192.0.2.1\t-\n\
         2024-03-01 10:00:05 /b\n",
        &[
            SEEN,
            "192.0.2.1 2024-03-01T10:00:05Z /b",
            "6: 3 fields where #Fields has 5",
        ],
    );
    assert_eq!(
        understood.notes,
        ["the log does not tell methods (cs-method): every request is taken as GET"]
    );
}

#[test]
fn a_log_that_cannot_be_read_is_refused_with_its_line_made_safe() {
    let line = "[23/Aug/2026:08:24:27 -0600] - 304 304 - GET https x.test \"/i.svg\" \u{7}";
    let sentence = refusal(line, &ReadOptions::default());
    assert!(sentence.starts_with("in.log: it looks like an access log, but "));
    assert!(sentence.contains("--log-format"));
    assert!(sentence.ends_with("a line is \"[23/Aug/2026:08:24:27 -0600] - 304 304 - GET https x.test \"/i.svg\" <U+0007>\""));
}

#[test]
fn the_format_can_be_forced_and_forbidden() {
    let forced = ReadOptions {
        format: InputFormat::AccessLog,
        ..all()
    };
    assert!(refusal("\nuser,time,page\n", &forced).ends_with("a line is \"user,time,page\""));
    assert_eq!(refusal("\n \n", &forced), "in.log: the file is empty");
    let csv = ReadOptions {
        format: InputFormat::Csv,
        ..all()
    };
    assert!(refusal(LINE, &csv).contains("no user column"));
}

#[test]
fn a_line_longer_than_the_limit_is_refused_and_a_long_one_is_read() {
    let long = |n: usize| format!("{LINE}\n{}\n{LINE}\n", LINE.replace("/a", &"x".repeat(n)));
    let (understood, _) = read_all(long(100_000).as_bytes(), &all(), 64).unwrap();
    assert_eq!(understood.pageviews, 3);
    assert_eq!(
        refusal(&long(1 << 18), &all()),
        "in.log: line 2 is longer than 131.1 kB"
    );
}

/// What is read of a file whose first part was read before, up to a full line.
fn check_grown(before: &str, after: &str, expected: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.log");
    std::fs::write(&path, format!("{before}{after}")).unwrap();
    let mut loaded = Input::from_reader("in.log", None, Box::new(Cursor::new(before.to_owned())));
    loaded.take_as_it_is().unwrap();
    let known = loaded.fingerprint();
    let mut input = Input::open(&path).unwrap();
    let (_, prefix) = input.compare(&[known]).unwrap().begins.unwrap();
    input.pass(prefix);
    let mut taken = Taken::default();
    crate::source::read(&mut input, &all(), &mut taken).unwrap();
    assert_eq!([taken.pageviews, taken.rejects].concat(), expected);
}

#[test]
fn of_a_log_that_has_grown_only_the_new_lines_are_taken() {
    check_grown(
        &format!("{LINE}\nmiriwo\n\n{LINE}\n"),
        &format!("miriwo\n{LINE}\n"),
        &[SEEN],
    );
}

#[test]
fn directives_hold_that_were_read_before() {
    check_grown(
        "#Fields: date time c-ip cs-method cs-uri-stem sc-status\n2024-03-01 10:00:00 192.0.2.1 GET /old 200\n",
        "2024-03-01 10:00:00 192.0.2.1 GET /a 200\n",
        &[SEEN],
    );
    check_grown(
        "#Date: 2024-02-28 23:00:00\n#Fields: time c-ip cs-method cs-uri-stem\n\
         23:30:00 192.0.2.1 GET /a\n00:10:00 192.0.2.1 GET /a\n23:30:00 192.0.2.1 GET /a\n00:00:01 192.0.2.1 GET /a\n",
        "10:00:00 192.0.2.1 GET /a\n",
        &[SEEN],
    );
}

proptest! {
    #[test]
    fn every_line_of_any_bytes_is_a_pageview_a_reject_or_blank(
        lines in proptest::collection::vec(prop_oneof![
            Just(LINE.as_bytes().to_vec()),
            proptest::collection::vec(any::<u8>().prop_filter("one line", |byte| *byte != b'\n'), 0..80),
            "[0-9. \"\\[\\]/GET-]{0,80}".prop_map(String::into_bytes),
        ], 0..40),
        initial in 1usize..100,
    ) {
        // Enough of it is text.
        let content = std::iter::once(LINE.as_bytes())
            .chain(lines.iter().map(|line| &line[..]))
            .collect::<Vec<_>>()
            .join(&b'\n');
        if let Ok((understood, taken)) = read_all(&content, &all(), initial) {
            let n_blank = lines.iter().filter(|line| layout::clean(line).is_empty()).count();
            let n_left_out: u64 = understood.left_out.iter().map(|(_, n)| n).sum();
            let n_blank = n_blank + usize::try_from(n_left_out).unwrap();
            prop_assert_eq!(taken.pageviews.len() + taken.rejects.len() + n_blank, lines.len() + 1);
            prop_assert_eq!(understood.pageviews, taken.pageviews.len() as u64);
        }
    }

    #[test]
    fn any_bytes_after_any_beginning_are_read_or_refused(
        head in proptest::sample::select(vec![
            LINE, "#Fields: date time c-ip cs-uri-stem", "#Fields: time c-ip cs-uri-stem\n#Date: 2024-03-01",
            "https 2024-03-01T10:00:00.1Z a 192.0.2.1:1 - 0 0 0 200 200 1 2 \"GET http://h/ HTTP/1.1\" \"A\"",
            "o b [06/Feb/2014:00:00:38 +0000] 192.0.2.3 r i REST.GET.OBJECT k \"GET /k HTTP/1.1\" 200",
        ]),
        bytes in proptest::collection::vec(
            prop_oneof![any::<u8>(), proptest::sample::select(b"\n\" []/:-20\t#".to_vec())], 0..300),
        initial in 1usize..100,
    ) {
        let content = [head.as_bytes(), b"\n", &bytes].concat();
        let _ = read_all(&content, &ReadOptions::default(), initial);
        let _ = read_all(&content, &all(), initial);
    }
}

#[test]
fn names_of_columns_are_said_to_be_of_no_use() {
    let line = b"192.0.2.1 - - [01/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 612\n";
    for (user_column, is_said) in [(None, false), (Some("host".to_owned()), true)] {
        let options = ReadOptions {
            user_column,
            ..ReadOptions::default()
        };
        let (understood, _) = read_all(line, &options, 1 << 10).unwrap();
        let has_note = understood
            .notes
            .iter()
            .any(|note| note.contains("--log-user"));
        assert_eq!(has_note, is_said);
    }
}

/// Lines, and then nothing for ever.
struct Silent(Cursor<Vec<u8>>);

impl std::io::Read for Silent {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(std::io::ErrorKind::Interrupted.into()),
            n => Ok(n),
        }
    }
}

/// A sink that takes no reject.
struct Strict;

impl Sink for Strict {
    fn pageview(&mut self, _: Pageview<'_>) -> Result<()> {
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        Err(crate::words::error::Error::Rejected(reject))
    }
}

#[test]
fn an_error_does_not_wait_for_the_next_line() {
    let line = |day: u32| {
        format!(
            "192.0.2.1 - - [{day:02}/Jan/2020:00:00:00 +0000] \"GET /home HTTP/1.1\" 200 5120 \"-\" \"Mozilla/5.0 (X11)\"\n"
        )
    };
    let log = line(1).repeat(2_000) + &line(99);
    let silent = Silent(Cursor::new(log.into_bytes()));
    let mut input = Input::from_reader("in.log", None, Box::new(silent));
    let read = crate::source::read(&mut input, &ReadOptions::default(), &mut Strict);
    let refused = read.unwrap_err().to_string();
    assert!(refused.contains("in.log:2001: timestamp"), "{refused}");
}
