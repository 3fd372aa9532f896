//! Whole inputs: text in, pageviews and rejects out.

use std::io::Cursor;

use proptest::prelude::*;

use super::*;
use crate::source::input::window::Capacity;
use crate::source::reading::read_within;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::pageview::Pageview;
use crate::words::pageview::Reject;

/// The rows that a sink took.
#[derive(Debug, Default, PartialEq, Eq)]
struct Taken {
    pageviews: Vec<(String, String, String)>,
    rejects: Vec<(u64, String)>,
}

impl Sink for Taken {
    fn pageview(&mut self, pageview: Pageview<'_>) -> Result<()> {
        self.pageviews.push((
            pageview.user_id.to_owned(),
            pageview.page_view_at.to_string(),
            pageview.page.to_owned(),
        ));
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        self.rejects.push((reject.place.number(), reject.reason));
        Ok(())
    }

    fn progress(&mut self, _: u64) -> Result<()> {
        Ok(())
    }
}

/// Reads `content` with a buffer that starts with `initial` bytes.
fn read_all(content: &[u8], options: &ReadOptions, initial: usize) -> Result<(Understood, Taken)> {
    let mut input = Input::from_reader("in.csv", None, Box::new(Cursor::new(content.to_vec())));
    let mut taken = Taken::default();
    let capacity = Capacity {
        initial,
        limit: 1 << 20,
    };
    let understood = read_within(&mut input, options, &mut taken, capacity)?;
    assert_eq!(
        input.fingerprint().digest,
        xxhash_rust::xxh3::xxh3_128(content).to_be_bytes()
    );
    Ok((understood, taken))
}

/// The pageviews as `user time page`, then the rejects as `line: reason`.
fn check(content: &str, expected: &[&str]) -> Understood {
    let options = ReadOptions::default();
    let (understood, taken) = read_all(content.as_bytes(), &options, 1 << 10).unwrap();
    let pageviews = taken
        .pageviews
        .iter()
        .map(|(user, at, page)| format!("{user} {at} {page}"));
    let rejects = taken
        .rejects
        .iter()
        .map(|(line, reason)| format!("{line}: {reason}"));
    assert_eq!(pageviews.chain(rejects).collect::<Vec<_>>(), expected);
    understood
}

/// The sentence with which `content` is refused.
fn refusal(content: &[u8]) -> String {
    read_all(content, &ReadOptions::default(), 1 << 10)
        .unwrap_err()
        .to_string()
}

#[test]
fn a_plain_file_is_read_and_said_in_one_line() {
    let understood = check(
        "user_id,page_view_at,page\n123,2020-02-02 12:55:16,/contact\n456,2020-02-02 12:55:18,/product/1\n",
        &[
            "123 2020-02-02T12:55:16Z /contact",
            "456 2020-02-02T12:55:18Z /product/1",
        ],
    );
    assert_eq!(
        understood.to_string(),
        "CSV with ',': user from \"user_id\", time from \"page_view_at\" (date and time without an \
         offset, taken as UTC), page from \"page\""
    );
    assert_eq!(understood.notes, Vec::<String>::new());
    assert_eq!((understood.pageviews, understood.rejects), (2, 0));
}

#[test]
fn the_beginning_of_a_file_may_have_a_mark_comments_and_a_separator_line() {
    let row = "a,2024-03-01T10:00:00Z,/\n";
    let expected = &["a 2024-03-01T10:00:00Z /"];
    check(&format!("\u{feff}user,time,page\n{row}"), expected);
    check(&format!("# GA4\n\n#x\nuser,time,page\n{row}"), expected);
    check(&format!("\n\r\nuser,time,page,\n{row}"), expected);
    check(
        "sep=;\nuser;time;page\na;2024-03-01T10:00:00Z;/\n",
        expected,
    );
    check(
        "\"sep=\t\"\r\nuser\ttime\tpage\r\na\t2024-03-01T10:00:00Z\t/",
        expected,
    );
}

#[test]
fn lines_are_counted_through_quotes_and_blanks() {
    check(
        "# c\nuser,time,page\n\na,2024-03-01T10:00:00Z,\"/\n\n\"\n   \nb,never,/\n",
        &[
            "a 2024-03-01T10:00:00Z /\n\n",
            "8: timestamp \"never\" is not a date",
        ],
    );
}

#[test]
fn a_row_that_is_no_pageview_is_a_reject_with_its_reason() {
    check(
        "user,time,page\n\
         a,2024-03-01T10:00:00Z\n\
         a,2024-03-01T10:00:00Z,/?q=1,2\n\
         a,2024-03-01T10:00:00Z,/,,\"\"\n\
         user,time,page\n\
         ,2024-03-01T10:00:00Z,/\n\
         a,,/\n\
         b,2024-03-01 10:00,\n",
        &[
            "a 2024-03-01T10:00:00Z /",
            "b 2024-03-01T10:00:00Z ",
            "2: 2 fields where the header has 3",
            "3: 4 fields where the header has 3",
            "5: the header once more",
            "6: the user is empty",
            "7: the timestamp is empty",
        ],
    );
}

#[test]
fn bytes_that_are_no_text_stay_out_of_users_and_are_marked_in_pages() {
    let content = b"user,time,page\n\
        a,2024-03-01,/caf\xe9\n\
        ren\xe9,2024-03-01,/\n\
        \xc3\xa9,2024-03-01,\"/\xff\"\n\
        b,2024-03-01,/\0\n";
    let (understood, taken) = read_all(content, &ReadOptions::default(), 8).unwrap();
    let pages: Vec<&str> = taken.pageviews.iter().map(|(.., page)| &page[..]).collect();
    assert_eq!(pages, ["/caf\u{fffd}", "/\u{fffd}", "/\0"]);
    assert_eq!(
        taken.rejects,
        [(3, "user \"ren\u{fffd}\" is not UTF-8 text: name its encoding with --encoding LABEL, such as latin1".to_owned())]
    );
    assert_eq!(
        understood.notes,
        [
            "dates without a time of day are taken as midnight (the first on line 2)",
            "2 pages with bytes that are not UTF-8 text, which became U+FFFD (the first on line 2)",
        ]
    );
}

#[test]
fn what_cannot_be_taken_for_pageviews_is_refused_in_a_sentence() {
    assert_eq!(refusal(b""), "in.csv: the file is empty");
    assert_eq!(
        refusal(b"\xef\xbb\xbf \n\n\r\n"),
        "in.csv: the file is empty"
    );
    assert_eq!(refusal(b"# only\n# comments"), "in.csv: the file is empty");
    assert!(refusal(b"\x1f\x8b\x08\0").contains("truncated gzip"));
    assert!(refusal(b"<html></html>").contains("it is a web page (HTML)"));
    assert!(refusal(b"<a></a>").contains("no page column; the columns are: <a></a>;"));
    assert_eq!(
        refusal(b"user,time,page\na,2024-03-01,\"/\nb,2024-03-01,/\n"),
        "in.csv: a quote opened on line 2 is never closed"
    );
    assert_eq!(
        refusal(b"\"user,time,page\n"),
        "in.csv: a quote opened on line 1 is never closed"
    );
}

#[test]
fn a_file_of_rejects_only_is_refused_and_one_of_a_header_only_is_not() {
    assert_eq!(
        refusal(b"user,time,page\na,b,c\nd,e,f\n"),
        "in.csv: none of 2 rows is a pageview; the first: in.csv:2: timestamp \"b\" is not a date"
    );
    assert_eq!(check("user,time,page", &[]).pageviews, 0);
}

#[test]
fn rows_of_another_width_to_the_end_are_another_table() {
    let mut content = "user,time,page\n".to_owned();
    content.push_str(&"a,2024-03-01,/\n".repeat(30));
    content.push_str(&"a,2024-03-01,/,x\n".repeat(10));
    assert_eq!(
        refusal(content.as_bytes()),
        "in.csv: from line 32 to the end all 10 rows have 4 fields where the header has 3: is it two \
         files in one?"
    );
    content.push_str("a,2024-03-01,/\n");
    let (understood, _) = read_all(content.as_bytes(), &ReadOptions::default(), 64).unwrap();
    assert_eq!((understood.pageviews, understood.rejects), (31, 10));
}

#[test]
fn a_record_longer_than_the_limit_is_refused_and_a_long_one_is_read() {
    let row = |n: usize| format!("user,time,page\na,2024-03-01,/{}\n", "x".repeat(n));
    let (_, taken) = read_all(row(900_000).as_bytes(), &ReadOptions::default(), 1 << 10).unwrap();
    assert_eq!(taken.pageviews[0].2.len(), 900_001);
    assert_eq!(
        refusal(row(1 << 20).as_bytes()),
        "in.csv: the row on line 2 is longer than 1.0 MB: is a quote opened there and never closed?"
    );
    assert_eq!(
        refusal("x".repeat(1 << 21).as_bytes()),
        "in.csv: line 1 is longer than 1.0 MB"
    );
}

#[test]
fn a_hundred_thousand_columns_are_fine() {
    let mut names: Vec<String> = (0..100_000).map(|i| format!("c{i}")).collect();
    names[7] = "user".to_owned();
    names[70_000] = "time".to_owned();
    names[99_999] = "page".to_owned();
    let mut cells = vec!["1"; 100_000];
    (cells[7], cells[70_000], cells[99_999]) = ("a", "2024-03-01T00:00:00Z", "/");
    check(
        &format!("{}\n{}\n", names.join(","), cells.join(",")),
        &["a 2024-03-01T00:00:00Z /"],
    );
}

#[test]
fn of_two_columns_with_one_name_the_first_is_taken_and_that_is_said_if_both_say_the_same() {
    let understood = check(
        "user,time,page,page\na,2024-03-01T10:00:00Z,/1,/1\n",
        &["a 2024-03-01T10:00:00Z /1"],
    );
    assert_eq!(
        understood.notes,
        ["more than one column is called \"page\": column 3 is taken"]
    );
    let table = "user,time,page,page\na,2024-03-01T10:00:00Z,/1,/2\n";
    let refused = read_all(table.as_bytes(), &ReadOptions::default(), 1 << 10).unwrap_err();
    let words = "choose with --page-column 'page' or --page-column '#4'";
    assert!(refused.to_string().contains(words), "{refused}");
}

#[test]
fn an_error_of_the_sink_ends_the_reading() {
    struct Full(u64);
    impl Sink for Full {
        fn pageview(&mut self, _: Pageview<'_>) -> Result<()> {
            self.0 += 1;
            Err(Error::Interrupted)
        }
        fn reject(&mut self, _: Reject) -> Result<()> {
            Ok(())
        }
    }
    let content = "user,time,page\na,2024-03-01,/\na,2024-03-01,/\n";
    let mut input = Input::from_reader("in.csv", None, Box::new(Cursor::new(content)));
    let mut sink = Full(0);
    let stopped = read(&mut input, &ReadOptions::default(), &mut sink);
    assert!(matches!(stopped, Err(Error::Interrupted)));
    assert_eq!(sink.0, 1);
}

/// A text many windows long, of lines that `line` makes.
fn long_text(head: &str, line: impl Fn(usize) -> String) -> String {
    let lines = (0..4_000).map(|i| line(i * 7_919 % 4_001));
    lines.fold(head.to_owned(), |text, line| text + &line)
}

#[test]
fn a_long_text_is_read_the_same_whatever_the_window_holds_of_it() {
    let pad = |i: usize| "x".repeat(i % 97);
    let at = |i: usize| format!("2024-03-01T10:{:02}:{:02}Z", i / 60 % 60, i % 60);
    let csv = long_text("user,time,page\n", |i| match i % 5 {
        0 => format!("u{i},{},\"/a \"\"{}\"\",\nb\"\r\n", at(i), pad(i)),
        1 => format!("u{i},never,/{}\n\n", pad(i)),
        _ => format!("u{i},{},/é{}\n", at(i), pad(i)),
    });
    let json = long_text("", |i| match i % 5 {
        0 => format!(
            "{{\"user\":\"\\u00e9{i}\",\"ts\":\n {i},\"page\":\"/{}\"}}",
            pad(i)
        ),
        1 => format!("no object {}\n", pad(i)),
        _ => format!(
            "{{\"user\":{i},\"o\":[{{}},\"}}\"],\"ts\":\"{}\",\"page\":\"/\"}}\n",
            at(i)
        ),
    });
    let log = long_text("", |i| match i % 5 {
        0 => format!(
            "192.0.2.{} - - [01/Mar/2024:10:00:00 +0000] \"{}\n",
            i % 256,
            pad(i)
        ),
        _ => format!(
            "192.0.2.{} - - [01/Mar/2024:10:{:02}:{:02} +0000] \"GET /{} HTTP/1.1\" 200 1 \"-\" \"Firefox\"\n",
            i % 256,
            i / 60 % 60,
            i % 60,
            pad(i)
        ),
    });
    for text in [csv, json, log] {
        let options = ReadOptions::default();
        let (understood, taken) = read_all(text.as_bytes(), &options, 1 << 20).unwrap();
        assert!(taken.pageviews.len() >= 3_000 && taken.rejects.len() >= 500);
        for initial in [1, 100, 70_001, 100_003] {
            let (again, taken_again) = read_all(text.as_bytes(), &options, initial).unwrap();
            assert_eq!(again, understood);
            assert!(taken_again == taken, "{}, {initial}", understood.format);
        }
    }
}

/// Changes a file when its first row is taken.
struct Meddling<F: FnMut()>(F);

impl<F: FnMut()> Sink for Meddling<F> {
    fn pageview(&mut self, _: Pageview<'_>) -> Result<()> {
        (self.0)();
        Ok(())
    }

    fn reject(&mut self, _: Reject) -> Result<()> {
        Ok(())
    }

    fn progress(&mut self, _: u64) -> Result<()> {
        Ok(())
    }
}

#[test]
fn a_file_may_grow_while_it_is_read_but_not_change_otherwise() {
    use std::fs::OpenOptions;
    use std::io::Write;
    let content = "user,time,page\na,2024-03-01,/\n";
    let check = |meddle: &dyn Fn(&std::path::Path), is_taken: bool| {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content.as_bytes()).unwrap();
        let path = file.path().to_path_buf();
        let mut input = Input::open(&path).unwrap();
        let mut sink = Meddling(|| meddle(&path));
        let done = read(&mut input, &ReadOptions::default(), &mut sink);
        assert_eq!(done.is_ok(), is_taken, "{done:?}");
        // Bytes after the end are neither taken nor part of the content's identity.
        assert_eq!(input.bytes_read(), content.len() as u64);
        if let Err(error) = done {
            assert!(
                error.to_string().contains("changed while it was read"),
                "{error}"
            );
        }
    };
    check(&|_| {}, true);
    check(
        &|path| {
            let mut file = OpenOptions::new().append(true).open(path).unwrap();
            file.write_all(b"b,2024-03-01,/\n").unwrap();
        },
        true,
    );
    check(
        &|path| {
            OpenOptions::new()
                .write(true)
                .open(path)
                .unwrap()
                .set_len(3)
                .unwrap()
        },
        false,
    );
    check(&|path| std::fs::remove_file(path).unwrap(), true);
}

/// Gives its blocks one by one. Between two blocks it says that there is nothing yet, like a waiting stream.
struct Pausing(Vec<Vec<u8>>, bool);

impl std::io::Read for Pausing {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(std::io::ErrorKind::Interrupted.into());
        }
        let Some(block) = self.0.last_mut() else {
            return Ok(0);
        };
        let n = block.len().min(buffer.len());
        buffer[..n].copy_from_slice(&block[..n]);
        block.drain(..n);
        if block.is_empty() {
            self.0.pop();
        }
        Ok(n)
    }
}

proptest! {
    #[test]
    fn a_stream_that_pauses_between_any_two_blocks_is_read_as_one_that_does_not(
        n_rows in 1usize..30,
        is_packed in any::<bool>(),
        sizes in proptest::collection::vec(1usize..60, 1..40),
        initial in 1usize..100,
    ) {
        use std::io::Write;
        let rows: String = (0..n_rows).map(|i| format!("u{i},2024-03-01 10:00:00,/{i}\n")).collect();
        let content = format!("user,time,page\n{rows}");
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(content.as_bytes()).unwrap();
        let bytes = if is_packed { encoder.finish().unwrap() } else { content.clone().into_bytes() };
        let mut blocks = Vec::new();
        let mut rest = &bytes[..];
        for size in sizes.into_iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (block, after) = rest.split_at(size.min(rest.len()));
            blocks.push(block.to_vec());
            rest = after;
        }
        blocks.reverse();
        let mut input = Input::from_reader("in.csv", None, Box::new(Pausing(blocks, false)));
        let mut taken = Taken::default();
        let capacity = Capacity { initial, limit: 1 << 20 };
        read_within(&mut input, &ReadOptions::default(), &mut taken, capacity).unwrap();
        let (_, expected) = read_all(content.as_bytes(), &ReadOptions::default(), 1 << 10).unwrap();
        prop_assert_eq!(taken, expected);
        prop_assert_eq!(input.fingerprint().length, content.len() as u64);
    }

    #[test]
    fn any_bytes_are_read_or_refused_and_never_panic(
        head in proptest::sample::select(vec!["", "user,time,page\n", "\u{feff}user;time;page\r\n", "sep="]),
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        initial in 1usize..100,
    ) {
        let content = [head.as_bytes(), &bytes].concat();
        let _ = read_all(&content, &ReadOptions::default(), initial);
    }

    #[test]
    fn a_table_is_read_or_refused_alike_whatever_the_window_holds_of_it(
        rows in proptest::collection::vec(
            prop_oneof![
                4 => "[ab],2024-03-01 10:00:0[0-9],/[a-c]{0,3}",
                2 => "\"[ab]\",2024-03-01T10:00:00Z,\"/[a-c,\n]{0,4}\"",
                1 => "[ab],2024-03-01,\"/[a\"\\\\]{0,4}\"",
                1 => "[ab\",\r\n\u{e9}]{0,6}",
            ],
            0..40,
        ),
        line_end in proptest::sample::select(vec!["\n", "\r\n"]),
        initial in 1usize..200,
    ) {
        let content = format!("user,time,page{line_end}x,2024-03-01,/{line_end}{}", rows.join(line_end));
        let read = |initial| {
            read_all(content.as_bytes(), &ReadOptions::default(), initial).map_err(|error| error.to_string())
        };
        prop_assert_eq!(read(initial), read(1 << 16));
    }

    #[test]
    fn every_line_without_quotes_is_a_pageview_a_reject_or_blank(
        lines in proptest::collection::vec("[a-z0-9,:\u{e9}-]{0,30}|a,2024-03-01 10:00:0[0-9],/[a-z]{0,9}", 0..60),
        initial in 1usize..100,
    ) {
        let content = format!("user,time,page\nx,2024-03-01,/\n{}\nx,2024-03-01,/\n", lines.join("\n"));
        let (understood, taken) = read_all(content.as_bytes(), &ReadOptions::default(), initial).unwrap();
        let n_blank = lines.iter().filter(|line| line.is_empty()).count() + usize::from(lines.is_empty());
        prop_assert_eq!(taken.pageviews.len() + taken.rejects.len() + n_blank, lines.len().max(1) + 2);
        prop_assert_eq!(understood.pageviews, taken.pageviews.len() as u64);
        for (line, _) in &taken.rejects {
            let n_fields = lines[*line as usize - 3].split(',').count();
            prop_assert!(n_fields != 3 || !lines[*line as usize - 3].starts_with("a,2024-03-01 10"));
        }
    }

    #[test]
    fn what_was_written_as_csv_is_read_as_it_was(
        rows in proptest::collection::vec(("u[^\u{0}-\u{1f}]{0,11}", 0i64..4_000_000_000, "\\PC{0,12}|[\n\r\",]{0,5}"), 1..30),
        delimiter in proptest::sample::select(b",;\t|".to_vec()),
        initial in 1usize..100,
    ) {
        let mut writer = ::csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        writer.write_record(["user_id", "page_view_at", "page"]).unwrap();
        for (user, seconds, page) in &rows {
            let at = crate::words::timestamp::Timestamp::from_us(seconds * 1_000_000).unwrap().to_string();
            writer.write_record([user, &at, page]).unwrap();
        }
        let content = writer.into_inner().unwrap();
        let (_, taken) = read_all(&content, &ReadOptions::default(), initial).unwrap();
        prop_assert_eq!(taken.rejects, vec![]);
        let read: Vec<_> = taken.pageviews.into_iter().map(|(user, _, page)| (user, page)).collect();
        let written: Vec<_> = rows.into_iter().map(|(user, _, page)| (user, page)).collect();
        prop_assert_eq!(read, written);
    }
}

#[test]
fn a_time_finer_than_a_microsecond_is_refused_where_it_would_be_a_bound() {
    for (text, is_finer) in [
        ("2020-02-02T12:00:00.000001Z", false),
        ("2020-02-02T12:00:00.0000010Z", false),
        ("2020-02-02T12:00:00.0000001Z", true),
        ("1580648116.000001", false),
        ("1580648116.0000001", true),
        ("1580648116000000001", true),
    ] {
        let refused = timestamp(text, Tz::UTC).is_err_and(|reason| reason.contains("finer"));
        assert_eq!(refused, is_finer, "{text}");
    }
}
