//! Lines in formats of servers, well-formed and malformed.

use proptest::prelude::*;

use super::*;

const AGENT: &str = "\"-\" \"Mozilla/5.0 (X11; Linux x86_64) Firefox/115.0\"";

fn in_words(format: &LineFormat, line: &str) -> String {
    let mut room = Room::default();
    match format.read(line.as_bytes(), &mut room) {
        Ok(ReadLine {
            request, ending, ..
        }) => {
            let text = |bytes: &[u8]| match bytes {
                b"" => "-".to_owned(),
                bytes => String::from_utf8(bytes.to_vec()).unwrap(),
            };
            let status = request.status.map(|status| status.to_string());
            let ending = if ending == Ending::Short {
                " (short)"
            } else {
                ""
            };
            [
                text(request.address),
                text(request.remote_user),
                text(request.method),
                text(request.target),
                status.unwrap_or("-".to_owned()),
                text(request.agent) + ending,
            ]
            .join("|")
        }
        Err(misfit) => format!(
            "byte {}, {}",
            misfit.byte + 1,
            format.fields()[misfit.field].name
        ),
    }
}

/// A line in a named format as `address user method target status agent`, with a dash for what is missing.
fn check(name: &str, line: &str, expected: &str) {
    let format = presets::named(name).unwrap().format(None).unwrap();
    assert_eq!(in_words(&format, line), expected, "{line}");
}

/// The same for a Common line with this text before the time.
fn check_head(name: &str, head: &str, expected: &str) {
    check(
        name,
        &format!("{head} [01/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 612"),
        &format!("{expected}|GET|/|200|-"),
    );
}

/// The same of a line with that as its request.
fn check_request(request: &str, expected: &str) {
    check(
        "common",
        &format!("192.0.2.1 - - [01/Mar/2024:10:00:00 +0000] \"{request}\" 200 612"),
        &format!("192.0.2.1|-|{expected}|200|-"),
    );
}

/// The same for a Combined line with this end.
fn check_end(end: &str, expected: &str) {
    check(
        "combined",
        &format!("192.0.2.1 - - [01/Mar/2024:10:00:00 +0000] \"GET /a HTTP/1.1\"{end}"),
        expected,
    );
}

#[test]
fn the_head_names_client_and_user_and_may_name_a_virtual_host() {
    check_head("common", "192.0.2.1 - -", "192.0.2.1|-");
    check_head("common", "192.0.2.1 - frank", "192.0.2.1|frank");
    check_head("common", "192.0.2.1 - john smith", "192.0.2.1|john smith");
    check_head(
        "common",
        "192.0.2.1 - DOMAIN\\\\jdoe",
        "192.0.2.1|DOMAIN\\\\jdoe",
    );
    check_head("common", "192.0.2.1 - a [b] c", "192.0.2.1|a [b] c");
    check_head("common", "host.example - -", "host.example|-");
    check_head("common", "[2001:db8::2]:443 - -", "[2001:db8::2]:443|-");
    check_head("common", "192.0.2.1, 10.0.0.1 - -", "192.0.2.1, 10.0.0.1|-");
    check_head("common", "192.0.2.1  -   -", "192.0.2.1|-");
    check_head("common", "- - -", "-|-");
    check_head(
        "vhost-common",
        "www.example.com:80 192.0.2.1 - -",
        "192.0.2.1|-",
    );
    check_head(
        "vhost-common",
        "www.example.com 192.0.2.1 - jo",
        "192.0.2.1|jo",
    );
    check_head(
        "vhost-common",
        "www.example.com [2001:db8::2]:443 - -",
        "[2001:db8::2]:443|-",
    );
    check_head(
        "vhost-common",
        "localhost:443 178.20.184.42 1j0v jsmith",
        "178.20.184.42|jsmith",
    );
}

#[test]
fn a_field_more_is_no_part_of_a_user() {
    let line =
        "www.example.com:80 192.0.2.1 - - [01/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 612";
    check("common", line, "byte 30, remote_user");
}

#[test]
fn the_target_is_what_is_between_method_and_protocol() {
    check_request("GET /a?b HTTP/1.1", "GET|/a?b");
    check_request("GET /a b c HTTP/1.1", "GET|/a b c");
    check_request("GET /a b c", "GET|/a b c");
    check_request("GET / ", "GET|/");
    check_request("GET /?q=\\\"hi\\\" HTTP/1.1", "GET|/?q=\\\"hi\\\"");
    check_request("GET /?q=\"hi\" HTTP/1.1", "GET|/?q=\"hi\"");
    check_request("GET /?q=\\\\", "GET|/?q=\\\\");
    check_request("GET http://h/a HTTP/1.1", "GET|http://h/a");
    check_request("PUT a/b HTTP/2", "PUT|a/b");
}

#[test]
fn what_is_no_request_has_no_method_or_no_target() {
    check_request("-", "-|-");
    check_request("", "-|-");
    check_request("- - HTTP/1.0", "-|-");
    check_request("GET HTTP/1.0", "GET|-");
    check_request("\\x16\\x03\\x01", "\\x16\\x03\\x01|-");
}

#[test]
fn the_agent_is_in_the_second_quotes_after_the_status() {
    let client = "192.0.2.1|-|GET|/a";
    check_end(" - - \"-\" \"A\"", &format!("{client}|-|A"));
    check_end(" 200 2 \"-\" \"-\"", &format!("{client}|200|-"));
    check_end(" 200 2 \"-\" \"A\"", &format!("{client}|200|A"));
    check_end(" 200 2 \"-\" \"A\" \"-\"", &format!("{client}|200|A"));
    check_end(" 200 2 0.005 \"-\" \"A\"", &format!("{client}|200|A"));
    check_end(" 200 2 \"-\" \"A\" 116075", &format!("{client}|200|A"));
    check_end(
        " 200 2 \"-\" \"A\" rt=1 u=\"b c\"",
        &format!("{client}|200|A"),
    );
    check_end(
        " 200 2 \"-\" \"A 10\\\" B\"",
        &format!("{client}|200|A 10\\\" B"),
    );
    check_end(
        " 200 2 \"-\" \"My Quoted \" Agent\"",
        &format!("{client}|200|My Quoted \" Agent"),
    );
    check_end(
        " 200 2 \"-\" \"My \"Own\" Agent\" 7",
        &format!("{client}|200|My \"Own\" Agent"),
    );
    check_end(" 200 2 \"-\" \"A\\\"", &format!("{client}|200|A\\"));
    check_end(" 200 2 \"/?a=\"b\" c\" \"A\"", &format!("{client}|200|A"));
}

#[test]
fn a_line_that_is_cut_off_is_a_request_once_its_status_is_there() {
    let client = "192.0.2.1|-|GET|/a";
    check_end(" 200", &format!("{client}|200|- (short)"));
    check_end(" 200 -", &format!("{client}|200|- (short)"));
    check_end(" 200 2 \"x", &format!("{client}|200|- (short)"));
    check_end(" 200 2 \"-\" \"Moz", &format!("{client}|200|Moz (short)"));
    check_end("", "byte 45, request");
    check_end(" 20", "byte 62, status");
    check_end(" 2000 1", "byte 62, status");
    check(
        "combined",
        "200 612 \"-\" \"Mozilla\"",
        "byte 9, remote_user",
    );
    check("combined", "", "byte 1, remote_addr");
}

#[test]
fn addresses_behind_the_agent_are_forwarding_ones() {
    let text = format!(
        "{} \"$http_x_forwarded_for\"",
        presets::named("combined").unwrap().text
    );
    let format = text::parse(&text, None).unwrap();
    for (end, expected) in [
        ("", ""),
        (" \"-\"", ""),
        (" \"192.0.2.1, 10.0.0.9\"", "192.0.2.1, 10.0.0.9"),
    ] {
        let line = format!(
            "10.0.0.1 - - [01/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1 {AGENT}{end}"
        );
        let mut room = Room::default();
        let read = format.read(line.as_bytes(), &mut room).unwrap();
        assert_eq!(
            String::from_utf8_lossy(read.request.forwarded),
            expected,
            "{end}"
        );
    }
}

#[test]
fn a_time_may_be_in_several_fields_and_a_field_may_name_the_user() {
    let format = text::parse(
        "$date $time|$cookie_sid|$request_method|$request_uri|$args|$status",
        Some("cookie_sid"),
    )
    .unwrap();
    let mut room = Room::default();
    let read = format
        .read(b"2024-03-01 10:00:00|s1|GET|/a|x=1|200", &mut room)
        .unwrap();
    assert_eq!(read.time, b"2024-03-01 10:00:00");
    assert_eq!(
        (read.request.key, read.request.target),
        (&b"s1"[..], &b"/a?x=1"[..])
    );
    assert_eq!(
        text::parse("$remote_addr $msec $uri", Some("sid")).unwrap_err(),
        "it has no field $sid"
    );
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_and_never_panic(
        bytes in proptest::collection::vec(
            prop_oneof![any::<u8>(), proptest::sample::select(b"\" []-\\20,:|\t".to_vec())], 0..120),
        head in proptest::sample::select(vec!["", "a - - [01/Mar/2024:10:00:00 +0000] \"", "a - - [t] \"GET / H\" 200 1 \""]),
        preset in proptest::sample::select((0..presets::PRESETS.len()).collect::<Vec<_>>()),
    ) {
        let line = [head.as_bytes(), &bytes].concat();
        let format = presets::PRESETS[preset].format(None).unwrap();
        let mut room = Room::default();
        let _ = format.read(&line, &mut room);
        let _ = format.numeric().read(&line, &mut room).is_ok();
    }
}
