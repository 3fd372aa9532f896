//! Which layout the lines of a log are in. Source floor.
//!
//! Judged by the first lines: a layout is known by the lines that it can read.

use crate::source::access_log::aws;
use crate::source::access_log::common;
use crate::source::access_log::w3c;
use crate::source::time::quoted_at_length;

/// Layouts that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum Layout {
    /// Common, Combined and their relatives.
    Common,
    W3c,
    Alb,
    Elb,
    S3,
}

/// What the beginning of an input has to do with access logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source) enum Recognised {
    As(Layout),
    /// It looks like a log, but in no layout that is read; the reason in a sentence.
    Unknown(String),
    /// It may be anything else.
    No,
}

/// How many lines are looked at.
pub(in crate::source) const LINES_SAMPLED: usize = 32;

/// What the lines of `head`, of which the last may be cut off, have to do with access logs.
pub(in crate::source) fn recognise(head: &[u8], terminator: u8, is_whole: bool) -> Recognised {
    let mut lines: Vec<&[u8]> = head
        .split(|&byte| byte == terminator)
        .take(LINES_SAMPLED + 1)
        .collect();
    if lines.len() > 1 && (!is_whole || lines.len() > LINES_SAMPLED) {
        lines.pop();
    }
    let lines: Vec<(usize, &[u8])> = lines
        .into_iter()
        .enumerate()
        .map(|(i, line)| (i + 1, line.trim_ascii()))
        .filter(|(_, line)| !line.is_empty())
        .collect();
    if lines.iter().any(|(_, line)| w3c::names_columns(line)) {
        return Recognised::As(Layout::W3c);
    }
    let n_read = |reads: fn(&[u8]) -> bool| lines.iter().filter(|(_, line)| reads(line)).count();
    let (n_lines, layout) = [
        (
            n_read(|line| common::read(line, false).is_ok()),
            Layout::Common,
        ),
        (n_read(|line| aws::read_alb(line).is_ok()), Layout::Alb),
        (n_read(|line| aws::read_elb(line).is_ok()), Layout::Elb),
        (n_read(|line| aws::read_s3(line).is_ok()), Layout::S3),
    ]
    .into_iter()
    .max_by_key(|&(n_lines, layout)| (n_lines, layout == Layout::Common))
    .expect("there are layouts");
    if n_lines > 0 {
        return Recognised::As(layout);
    }
    let alike: Vec<_> = lines
        .iter()
        .filter(|(_, line)| looks_like_log(line))
        .collect();
    match alike.first() {
        Some((number, line)) if alike.len() * 3 >= lines.len() => {
            Recognised::Unknown(unknown(*number, line))
        }
        _ => Recognised::No,
    }
}

/// Why a file that is to be a log is not read, by the first of its lines.
pub(in crate::source) fn unknown_by_first_line(head: &[u8], terminator: u8) -> String {
    let (i, line) = head
        .split(|&byte| byte == terminator)
        .enumerate()
        .find(|(_, line)| !line.trim_ascii().is_empty())
        .unwrap_or_default();
    unknown(i + 1, line)
}

fn unknown(number: usize, line: &[u8]) -> String {
    format!(
        "it looks like an access log, but in none of the formats that are read, which are Common, Combined, \
         vhost_combined, W3C extended (IIS, CloudFront), AWS ALB, ELB and S3, and JSON; line {number} is {}",
        quoted_at_length(line, 100)
    )
}

/// Whether a line has a time in brackets as logs have it, or a request in quotes, at its beginning or after a blank.
fn looks_like_log(line: &[u8]) -> bool {
    const METHODS: [&[u8]; 5] = [b"GET /", b"POST /", b"HEAD /", b"PUT /", b"OPTIONS "];
    if line.starts_with(b"{") {
        return false;
    }
    memchr::memchr2_iter(b'[', b'"', line)
        .filter(|&at| at == 0 || line[at - 1] == b' ')
        .any(|at| match &line[at..] {
            [b'[', _, _, b'/', _, _, _, b'/', _, _, _, _, b':', ..] => true,
            [b'"', rest @ ..] => METHODS.iter().any(|method| rest.starts_with(method)),
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(head: &str, expected: Layout) {
        let found = recognise(head.as_bytes(), b'\n', true);
        assert_eq!(found, Recognised::As(expected), "{head}");
    }

    const COMMON: &str = "192.0.2.1 - - [01/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 612";

    #[test]
    fn a_layout_is_known_by_the_lines_that_it_reads() {
        check(COMMON, Layout::Common);
        check(&format!("garbage\n\n{COMMON}\n192.0.2"), Layout::Common);
        check("#Software: IIS\n\n#Fields: date time c-ip\n", Layout::W3c);
        check(
            "tls 2.0 x\nhttp 2024-03-01T10:00:00.1Z app/x 192.0.2.1:5 10.0.0.1:80 0 0 0 200 200 1 2 \"GET http://h/ HTTP/1.1\" \"A\"",
            Layout::Alb,
        );
        check(
            "2024-03-01T10:00:00.1Z my-lb 192.0.2.1:2817 10.0.0.1:80 0 0 0 200 200 0 29 \"GET http://h:80/ HTTP/1.1\"",
            Layout::Elb,
        );
        check(
            "79a5 mybucket [06/Feb/2014:00:00:38 +0000] 192.0.2.3 79a5 3E57 REST.GET.OBJECT k \"GET /k HTTP/1.1\" 200 - 113",
            Layout::S3,
        );
    }

    #[test]
    fn tables_and_json_are_no_logs() {
        for head in [
            "",
            "user,time,page\na,01/Mar/2024:10:00:00 +0000,/\nb,[01/Mar/2024:10:00:00 +0000],/",
            "#Fields: user, time, page\nuser,time,page",
            "{\"request\": \"GET / HTTP/1.1\", \"time\": \"x\"}",
            "[{\"a\": 1}]",
            "user time page\na 2024-03-01T10:00:00Z /",
        ] {
            assert_eq!(
                recognise(head.as_bytes(), b'\n', true),
                Recognised::No,
                "{head}"
            );
        }
    }

    #[test]
    fn a_log_in_no_known_layout_is_told_by_its_line() {
        let line = "[23/Aug/2026:08:24:27 -0600] - 304 304 - GET https x.test \"/i.svg\" [Client 192.0.2.1]\u{1b}[31m";
        let Recognised::Unknown(sentence) = recognise(line.as_bytes(), b'\n', true) else {
            panic!("it is unknown");
        };
        assert!(
            sentence.contains("line 1 is \"[23/Aug/2026:08:24:27 -0600] - 304"),
            "{sentence}"
        );
        assert!(sentence.contains("<U+001B>"), "{sentence}");
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged_and_never_panic(
            bytes in proptest::collection::vec(
                prop_oneof![any::<u8>(), proptest::sample::select(b"\n\" []/:".to_vec())], 0..200),
            is_whole: bool,
        ) {
            let _ = (recognise(&bytes, b'\n', is_whole), unknown_by_first_line(&bytes, b'\n'));
        }
    }
}
