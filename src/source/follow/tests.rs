use super::*;

use std::fs::File;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use proptest::prelude::*;
use tempfile::TempDir;

use crate::source::ReadOptions;
use crate::source::input::content::Content;
use crate::source::read;
use crate::source::rows::test_sink::TestSink;

/// A log that is written, and what a follower got of it.
struct Following {
    folder: TempDir,
    follower: Follower,
    now: Instant,
    options: ReadOptions,
    heard: Vec<String>,
    /// Bytes of lines that were cut.
    pending: Vec<u8>,
}

fn start(folder: &TempDir, beginning: &str) -> Follower {
    let path = folder.path().join("a.log");
    std::fs::write(&path, beginning).unwrap();
    Follower::new(
        &Location::of_file(&path),
        &ReadOptions::default(),
        Interrupt::default(),
    )
    .unwrap()
}

impl Following {
    fn of(beginning: &str) -> Following {
        let folder = tempfile::tempdir().unwrap();
        Following {
            follower: start(&folder, beginning),
            folder,
            now: Instant::now(),
            options: ReadOptions::default(),
            heard: Vec::new(),
            pending: Vec::new(),
        }
    }

    fn path(&self, ending: &str) -> PathBuf {
        self.folder.path().join(format!("a.log{ending}"))
    }

    fn append(&self, text: &[u8]) {
        let mut options = OpenOptions::new();
        let file = options.append(true).create(true).open(self.path(""));
        file.unwrap().write_all(text).unwrap();
    }

    /// Takes one input, if anything is new; returns whether.
    fn step(&mut self) -> bool {
        self.now += TIME_TO_DECIDE;
        let Look::Ready(mut appended) = self.follower.look(self.now, false).unwrap() else {
            return false;
        };
        let mut sink = TestSink::default();
        let options = appended.options(&self.options);
        let understood = read(&mut appended.input, &options, &mut sink).unwrap();
        let is_unfinished = appended.input.unfinished_line().is_some();
        assert!(is_unfinished || !self.follower.may_come_right(&appended, self.now));
        if let Some(settled) = understood.settled.clone() {
            self.options.settle(settled);
        }
        self.heard.append(&mut sink.0);
        self.follower.took(&appended, &understood).unwrap();
        true
    }

    /// Looks until nothing is new any more.
    fn settle(&mut self) {
        let mut n_quiet = 0;
        while n_quiet < 3 {
            n_quiet = if self.step() { 0 } else { n_quiet + 1 };
        }
    }

    /// The pages of what was heard, in order.
    fn pages(&self) -> Vec<&str> {
        let pages = self.heard.iter().map(|row| row.rsplit(' ').next().unwrap());
        pages.collect()
    }
}

const HEADER: &str = "user,time,page\n";

fn rows(numbers: std::ops::Range<usize>) -> String {
    numbers
        .map(|n| format!("u{},{},/{n}\n", n % 3, 1_700_000_000 + n))
        .collect()
}

fn numbered(numbers: std::ops::Range<usize>) -> Vec<String> {
    numbers.map(|n| format!("/{n}")).collect()
}

#[test]
fn a_line_without_an_end_waits_for_it() {
    let mut following = Following::of(&(HEADER.to_owned() + &rows(0..30)));
    following.settle();
    following.append(b"u1,17000000");
    following.settle();
    assert_eq!(following.heard.len(), 30);
    following.append(b"40,/30\n");
    following.settle();
    assert_eq!(following.heard[30], "u1 2023-11-14T22:14:00Z /30");
}

#[test]
fn a_record_with_an_open_quote_waits_for_its_end() {
    let mut following = Following::of(&(HEADER.to_owned() + &rows(0..30)));
    following.settle();
    following.append(b"u1,1700000040,\"/a\n");
    following.settle();
    assert_eq!(following.heard.len(), 30);
    following.append("\u{e9}\"\n".as_bytes());
    following.settle();
    assert_eq!(following.heard[30], "u1 2023-11-14T22:14:00Z /a\n\u{e9}");
}

#[test]
fn a_record_that_is_open_at_the_beginning_waits_for_its_end() {
    for open in ["u1,1700000040,\"/a\n", "u1,1700000040,\"/a\n\n,x\r\n"] {
        let mut following = Following::of(&(HEADER.to_owned() + &rows(0..30) + open));
        following.settle();
        assert_eq!(following.heard.len(), 30);
        following.append("\u{e9}\"\n".as_bytes());
        following.append(rows(31..33).as_bytes());
        following.settle();
        assert_eq!(following.heard.len(), 33);
        let page = open.rsplit_once('"').unwrap().1.to_owned() + "\u{e9}";
        assert_eq!(
            following.heard[30],
            format!("u1 2023-11-14T22:14:00Z {page}")
        );
    }
}

#[test]
fn what_is_open_in_a_file_that_is_known_otherwise_is_told_of() {
    let open = "u1,1700000040,\"/a\n\n";
    let mut following = Following::of(&(HEADER.to_owned() + &rows(0..30) + open));
    following.now += TIME_TO_DECIDE;
    following.follower.look(following.now, false).unwrap();
    following.now += TIME_TO_DECIDE;
    let Look::Ready(mut appended) = following.follower.look(following.now, false).unwrap() else {
        panic!("nothing is ready");
    };
    read(
        &mut appended.input,
        &following.options,
        &mut TestSink::default(),
    )
    .unwrap();
    following.follower.knew(&appended);
    (0..9).for_each(|_| assert!(!following.step()));
    let said = following.follower.said();
    assert_eq!(
        said,
        ["2 lines wait for the end of a quote that line 32 opens"]
    );
}

#[test]
fn an_object_over_several_lines_waits_for_its_end() {
    let first: String = (0..30).map(json_line).collect();
    let object =
        "{\"user\": \"u1\", \"more\": {\"a\": 1}\n, \"time\": 1700000030,\n\"page\": \"/30\"\n}\n";
    for cut in [0, 34, 35, 55, object.len() - 2] {
        for is_first in [true, false] {
            let (before, after) = object.split_at(cut);
            let beginning = if is_first {
                first.clone() + before
            } else {
                first.clone()
            };
            let mut following = Following::of(&beginning);
            following.settle();
            if !is_first {
                following.append(before.as_bytes());
                following.settle();
            }
            assert_eq!(following.pages(), numbered(0..30), "{cut}");
            following.append((after.to_owned() + &json_line(31)).as_bytes());
            following.settle();
            assert_eq!(following.pages(), numbered(0..32), "{cut}");
        }
    }
}

#[test]
fn lines_that_wait_long_for_the_end_of_a_quote_are_told_of_once() {
    let mut following = Following::of(&(HEADER.to_owned() + &rows(0..30)));
    following.settle();
    let said = |following: &mut Following, n: usize| -> Vec<String> {
        (0..n).for_each(|_| assert!(!following.step()));
        following.follower.said()
    };
    following.append(b"u1,1700000030,\"/30\n");
    following.append(rows(31..35).as_bytes());
    assert_eq!(said(&mut following, 3), [""; 0]);
    let words = "5 lines wait for the end of a quote that line 32 opens";
    assert_eq!(said(&mut following, 9), [words]);
    following.append(b"end\"\n");
    following.settle();
    assert_eq!(following.follower.said(), [""; 0]);
    assert_eq!(following.heard.len(), 31);
}

#[test]
fn few_lines_wait_unless_they_are_asked_for() {
    let mut following = Following::of(&(HEADER.to_owned() + &rows(0..5)));
    following.settle();
    assert!(following.heard.is_empty());
    let look = following.follower.look(following.now, true).unwrap();
    assert!(matches!(look, Look::Ready(appended) if appended.is_provisional));
    following.append(rows(5..30).as_bytes());
    following.settle();
    assert_eq!(following.pages(), numbered(0..30));
}

#[test]
fn content_of_the_same_length_is_other_content() {
    let mut following = Following::of(&(HEADER.to_owned() + &rows(10..40)));
    following.settle();
    std::fs::write(following.path(""), HEADER.to_owned() + &rows(50..80)).unwrap();
    following.settle();
    assert_eq!(
        following.pages(),
        [numbered(10..40), numbered(50..80)].concat()
    );
}

#[test]
fn a_file_that_was_emptied_and_has_outgrown_itself_is_read_from_its_start() {
    let mut following = Following::of(&(HEADER.to_owned() + &rows(0..30)));
    following.settle();
    std::fs::write(following.path(""), HEADER.to_owned() + &rows(30..90)).unwrap();
    following.settle();
    assert_eq!(following.pages(), numbered(0..90));
}

#[test]
fn lines_that_only_the_copy_has_are_taken_from_it() {
    let mut following = Following::of(&(HEADER.to_owned() + &rows(0..30)));
    following.settle();
    following.append(rows(30..33).as_bytes());
    std::fs::copy(following.path(""), following.path(".1")).unwrap();
    File::create(following.path("")).unwrap();
    following.append((HEADER.to_owned() + &rows(33..36)).as_bytes());
    following.settle();
    assert_eq!(following.pages(), numbered(0..36));
}

#[test]
fn a_file_that_is_missing_is_waited_for() {
    let mut following = Following::of(&(HEADER.to_owned() + &rows(0..30)));
    following.settle();
    std::fs::remove_file(following.path("")).unwrap();
    following.settle();
    std::fs::create_dir(following.path("")).unwrap();
    following.settle();
    std::fs::remove_dir(following.path("")).unwrap();
    following.append((HEADER.to_owned() + &rows(30..32)).as_bytes());
    following.settle();
    assert_eq!(following.pages(), numbered(0..32));
    let said = following.follower.said();
    assert_eq!(
        said,
        [
            "it is not there: waiting for it",
            "something else is in its place: waiting for it",
            "it is there again"
        ]
    );
}

#[test]
fn the_last_line_of_a_file_that_was_rotated_needs_no_end() {
    let mut following = Following::of(&(HEADER.to_owned() + &rows(0..30)));
    following.settle();
    following.append(b"u1,1700000040,/30");
    std::fs::rename(following.path(""), following.path(".1")).unwrap();
    following.append((HEADER.to_owned() + &rows(31..33)).as_bytes());
    following.settle();
    assert_eq!(following.pages(), numbered(0..33));
}

#[test]
fn a_follower_that_begins_anew_goes_on_in_the_file_that_was_rotated_meanwhile() {
    let mut following = Following::of(&(HEADER.to_owned() + &rows(0..30)));
    let mut content = Content::default();
    content.take((HEADER.to_owned() + &rows(0..20)).as_bytes());
    std::fs::rename(following.path(""), following.path(".1")).unwrap();
    following.follower = start(&following.folder, &(HEADER.to_owned() + &rows(30..33)));
    following.follower.resume(content.fingerprint()).unwrap();
    following.settle();
    // Whoever knows what was taken before leaves it out.
    assert_eq!(following.pages(), numbered(0..33));
}

#[test]
fn files_that_are_renamed_again_before_their_turn_are_read() {
    let table = |numbers| HEADER.to_owned() + &rows(numbers);
    let mut following = Following::of(&table(0..30));
    let mut content = Content::default();
    content.take(table(0..20).as_bytes());
    let rotate = |following: &Following, n_before: usize, next: &str| {
        for n in (0..=n_before).rev() {
            let ending = |n: usize| {
                if n == 0 {
                    String::new()
                } else {
                    format!(".{n}")
                }
            };
            std::fs::rename(following.path(&ending(n)), following.path(&ending(n + 1))).unwrap();
        }
        std::fs::write(following.path(""), next).unwrap();
    };
    rotate(&following, 0, &table(30..33));
    rotate(&following, 1, &table(33..36));
    following.follower = Follower::new(
        &Location::of_file(&following.path("")),
        &following.options,
        Interrupt::default(),
    )
    .unwrap();
    following.follower.resume(content.fingerprint()).unwrap();
    assert!(following.step());
    rotate(&following, 2, &table(36..39));
    following.settle();
    assert_eq!(following.pages(), numbered(0..39));
}

#[test]
fn directives_in_the_middle_of_a_log_hold_for_all_that_follows() {
    let line = |n: usize, clients: &str| {
        format!("2024-03-05 10:00:{:02} {clients} GET /{n} 200\n", n % 60)
    };
    let lines = |numbers: std::ops::Range<usize>, clients: &str| -> String {
        numbers.map(|n| line(n, clients)).collect()
    };
    let before = "#Version: 1.0\n#Fields: date time c-ip cs-method cs-uri-stem sc-status\n";
    let after = "#Fields: date time s-ip c-ip cs-method cs-uri-stem sc-status\n";
    for n_before in [30, 3_000] {
        let mut following = Following::of(&(before.to_owned() + &lines(0..n_before, "192.0.2.1")));
        following.settle();
        following.append(after.as_bytes());
        let mut end = n_before;
        for _ in 0..3 {
            following.append(lines(end..end + 5, "10.0.0.1 192.0.2.2").as_bytes());
            end += 5;
            following.settle();
        }
        assert_eq!(following.pages(), numbered(0..end));
        let of = |client: &str| {
            following
                .heard
                .iter()
                .filter(|row| row.starts_with(client))
                .count()
        };
        assert_eq!([of("192.0.2.1"), of("192.0.2.2")], [n_before, 15]);
    }
}

#[test]
fn a_reject_has_its_line_in_the_file() {
    let mut following = Following::of(&(HEADER.to_owned() + &rows(0..30)));
    following.settle();
    following.append(&[rows(30..34).as_bytes(), b"u1,never,/x\n"].concat());
    let Look::Ready(mut appended) = following.follower.look(following.now, false).unwrap() else {
        panic!("nothing is new");
    };
    struct FirstReject(Option<crate::words::pageview::Reject>);
    impl crate::source::Sink for FirstReject {
        fn pageview(&mut self, _: crate::words::pageview::Pageview<'_>) -> Result<()> {
            Ok(())
        }
        fn reject(&mut self, reject: crate::words::pageview::Reject) -> Result<()> {
            self.0.get_or_insert(reject);
            Ok(())
        }
    }
    let mut sink = FirstReject(None);
    let options = appended.options(&following.options);
    read(&mut appended.input, &options, &mut sink).unwrap();
    let mut reject = sink.0.unwrap();
    appended.place(&mut reject);
    assert_eq!(reject.place, crate::words::pageview::RejectPlace::Line(36));
}

/// What can happen to a log.
#[derive(Clone, Debug)]
enum Happening {
    /// So many lines are written, the last of them without its end.
    Write(usize),
    /// It gets another name, and a new one is begun.
    Rename,
    /// It is copied and emptied, once its content is known.
    CopyTruncate,
    Look,
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let one = prop_oneof![
        4 => (1usize..30).prop_map(Happening::Write),
        1 => Just(Happening::Rename),
        1 => Just(Happening::CopyTruncate),
        3 => Just(Happening::Look),
    ];
    proptest::collection::vec(one, 1..40)
}

fn log_line(n: usize) -> String {
    let (minute, second) = (n / 60 % 60, n % 60);
    format!(
        "192.0.2.{} - - [05/Mar/2024:10:{minute:02}:{second:02} +0000] \"GET /{n} HTTP/1.1\" 200 12 \"-\" \"Mozilla/5.0\"\n",
        n % 7
    )
}

fn json_line(n: usize) -> String {
    let at = 1_700_000_000 + n;
    format!(
        "{{\"user\": \"u{}\", \"time\": {at}, \"page\": \"/{n}\"}}\n",
        n % 3
    )
}

/// An object, now and then over several lines.
fn json_lines(n: usize) -> String {
    match n % 4 {
        1 => json_line(n).replace(", ", "\n, "),
        _ => json_line(n),
    }
}

/// A row, now and then over several lines.
fn csv_lines(n: usize) -> String {
    match n % 4 {
        1 => rows(n..n + 1).replace("u1,", "\"u\"\"1\r\n\n\","),
        _ => rows(n..n + 1),
    }
}

fn check(header: &str, line: fn(usize) -> String, happenings: Vec<Happening>) {
    let first: String = (0..26).map(line).collect();
    let (first, cut) = first.split_at(first.len() - 1 - happenings.len());
    let mut following = Following::of(&(header.to_owned() + first));
    following.pending = cut.as_bytes().to_vec();
    following.settle();
    let (mut n, mut n_rotated, mut is_known) = (26, 0, true);
    for happening in happenings {
        match happening {
            Happening::Write(more) => {
                let text: String = (n..n + more).map(line).collect();
                n += more;
                let mut bytes = mem::take(&mut following.pending);
                bytes.extend(text.as_bytes());
                let cut = bytes.len() - 1 - n % 9;
                following.pending = bytes.split_off(cut);
                following.append(&bytes);
            }
            Happening::Rename | Happening::CopyTruncate => {
                let is_rename = matches!(happening, Happening::Rename);
                if !is_rename && !is_known {
                    continue;
                }
                let pending = mem::take(&mut following.pending);
                following.append(&pending);
                n_rotated += 1;
                for older in (1..n_rotated).rev() {
                    let [from, to] = [older, older + 1].map(|n| following.path(&format!(".{n}")));
                    std::fs::rename(from, to).unwrap();
                }
                let (log, rotated) = (following.path(""), following.path(".1"));
                if is_rename {
                    std::fs::rename(log, rotated).unwrap();
                    is_known = false;
                } else {
                    std::fs::copy(&log, rotated).unwrap();
                    File::create(log).unwrap();
                    is_known = false;
                }
                following.append(header.as_bytes());
            }
            Happening::Look => {
                following.settle();
                is_known = following
                    .follower
                    .files
                    .reading
                    .as_ref()
                    .is_some_and(|reading| {
                        reading.taken() > header.len() as u64
                            && reading.id == {
                                let metadata = fs::metadata(following.path("")).unwrap();
                                crate::system::files::FileId::of(&metadata)
                            }
                    });
            }
        }
    }
    let pending = mem::take(&mut following.pending);
    following.append(&pending);
    following.settle();
    assert_eq!(following.pages(), numbered(0..n));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.div_ceil(8), ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_to_a_table_each_row_comes_once(happenings in happenings()) {
        check(HEADER, csv_lines, happenings);
    }

    #[test]
    fn whatever_happens_to_a_log_each_line_comes_once(happenings in happenings()) {
        check("", log_line, happenings);
    }

    #[test]
    fn whatever_happens_to_json_lines_each_comes_once(happenings in happenings()) {
        check("", json_lines, happenings);
    }
}

#[test]
fn new_lines_need_not_have_what_is_carried() {
    let row = |n: usize| {
        let referrer = if n == 4_000 { ",\"ref\":\"x\"" } else { "" };
        let second = 1_700_000_000 + n;
        format!("{{\"user\":\"u\",\"time\":{second},\"page\":\"/{n}\"{referrer}}}\n")
    };
    let rows = |numbers: std::ops::Range<usize>| numbers.map(row).collect::<String>();
    let mut following = Following::of(&rows(0..5_000));
    following.options.carried = vec![crate::source::CarriedPart {
        name: "ref".to_owned(),
        part: "ref".to_owned(),
    }];
    following.settle();
    following.append(rows(5_000..5_005).as_bytes());
    following.settle();
    assert_eq!(following.heard.len(), 5_005);
}
