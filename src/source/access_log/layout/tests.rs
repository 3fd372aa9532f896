//! Which layout is found for the lines of a log.

use proptest::prelude::*;

use super::*;

fn found(head: &str) -> String {
    let lines = lines_of(head.as_bytes(), b'\n', true);
    match recognise(&lines, &ReadOptions::default()) {
        Recognised::As(LogLayout::Lines(lines)) => lines.title.clone(),
        Recognised::As(layout) => format!("{layout:?}"),
        Recognised::Unknown(sentence) => sentence,
        Recognised::ErrorLog => "an error log".to_owned(),
        Recognised::No => "no".to_owned(),
    }
}

fn check(head: &str, expected: &str) {
    assert_eq!(found(head), expected, "{head}");
}

const COMMON: &str = "192.0.2.1 - - [01/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 612";

#[test]
fn a_layout_is_known_by_the_lines_that_it_reads() {
    check(COMMON, "Common");
    check(&format!("garbage\n\n{COMMON}\n192.0.2"), "Common");
    check(&format!("{COMMON} \"-\" \"Mozilla/5.0 (X11)\""), "Combined");
    check(
        &format!("www.example.com:80 {COMMON} \"-\" \"Mozilla/5.0 (X11)\" 17"),
        "Combined with virtual hosts",
    );
    check("#Software: IIS\n\n#Fields: date time c-ip\n", "W3c([])");
    check(
        "tls 2.0 x\nhttp 2024-03-01T10:00:00.1Z app/x 192.0.2.1:5 10.0.0.1:80 0 0 0 200 200 1 2 \"GET http://h/ HTTP/1.1\" \"A\"",
        "Alb",
    );
    check(
        "2024-03-01T10:00:00.1Z my-lb 192.0.2.1:2817 10.0.0.1:80 0 0 0 200 200 0 29 \"GET http://h:80/ HTTP/1.1\"",
        "Elb",
    );
    check(
        "79a5 mybucket [06/Feb/2014:00:00:38 +0000] 192.0.2.3 79a5 3E57 REST.GET.OBJECT k \"GET /k HTTP/1.1\" 200 - 113",
        "S3",
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
        "time,ip,method,path,status,agent\n2024-03-01 10:00:00,192.0.2.1,GET,/,200,Mozilla/5.0 (X11)\n\
         2024-03-01 10:00:00,192.0.2.1,GET,/,200,Mozilla/5.0 (X11)",
    ] {
        check(head, "no");
    }
}

#[test]
fn a_log_in_no_known_layout_is_told_by_its_line() {
    let sentence = found(
        "[23/Aug/2026:08:24:27 -0600] - 304 304 - GET https x.test \"/i.svg\" nobody\u{1b}[31m",
    );
    assert!(
        sentence.contains("a line is \"[23/Aug/2026:08:24:27 -0600] - 304"),
        "{sentence}"
    );
    assert!(sentence.contains("--log-format"), "{sentence}");
    assert!(!sentence.contains('\u{1b}'), "{sentence}");
}

#[test]
fn an_error_log_is_not_taken_for_one_of_requests() {
    let nginx = "2024/03/01 10:00:00 [error] 416#416: *399 denied, client: 192.0.2.1, request: \"GET / HTTP/1.1\"";
    let apache = "[Fri Mar 01 10:00:00.123456 2024] [core:error] [pid 12] [client 192.0.2.1:4711] AH00126: GET / HTTP/1.1";
    for line in [nginx, apache] {
        check(line, "an error log");
    }
}

#[test]
fn a_format_that_does_not_fit_says_where() {
    let options = |format: &str| {
        let mut options = ReadOptions::default();
        options.log.format = Some(format.to_owned());
        options
    };
    let lines = lines_of(COMMON.as_bytes(), b'\n', true);
    let said = |format: &str| match recognise(&lines, &options(format)) {
        Recognised::Unknown(sentence) => sentence,
        other => format!("{other:?}"),
    };
    assert_eq!(
        said("$remote_addr [$time_local] $request"),
        "no line is in the format of --log-format: it fails at byte 1, where $remote_addr and then \" [\" should be, of \
         the line \"192.0.2.1 - - [01/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 612\""
    );
    assert!(
        said("nonsense").contains("expected the text of a log_format"),
        "{}",
        said("nonsense")
    );
    assert_eq!(
        said("%h %t"),
        "--log-format: it has no request, such as $request or %r"
    );
}

proptest! {
    #[test]
    fn any_bytes_are_judged_and_never_panic(
        bytes in proptest::collection::vec(
            prop_oneof![any::<u8>(), proptest::sample::select(b"\n\" []/:".to_vec())], 0..200),
        is_whole: bool,
    ) {
        let lines = lines_of(&bytes, b'\n', is_whole);
        let _ = (recognise(&lines, &ReadOptions::default()), unknown(&lines));
    }
}
