//! Lines of Common and its relatives: as servers write them, and as they should not.

use proptest::prelude::*;

use super::*;

const AGENT: &str = "\"-\" \"Mozilla/5.0 (X11; Linux x86_64) Firefox/115.0\"";

/// A line as `address user method target status agent`, with what is not said as a dash.
fn check(line: &str, expected: &str) {
    let said = match read(line.as_bytes(), true) {
        Ok(line) => {
            let request = line.request;
            let text = |bytes: &[u8]| match bytes {
                b"" => "-".to_owned(),
                bytes => String::from_utf8(bytes.to_vec()).unwrap(),
            };
            let status = request.status.map(|status| status.to_string());
            [
                text(request.address),
                text(request.remote_user),
                text(request.method),
                text(request.target),
                status.unwrap_or("-".to_owned()),
                text(request.agent),
            ]
            .join("|")
        }
        Err(reason) => reason.to_owned(),
    };
    assert_eq!(said, expected, "{line}");
}

/// The same of a line with that before the time.
fn check_head(head: &str, expected: &str) {
    check(
        &format!("{head} [01/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 612"),
        &format!("{expected}|GET|/|200|-"),
    );
}

/// The same of a line with that as its request.
fn check_request(request: &str, expected: &str) {
    check(
        &format!("192.0.2.1 - - [01/Mar/2024:10:00:00 +0000] \"{request}\" 200 612"),
        &format!("192.0.2.1|-|{expected}|200|-"),
    );
}

/// The same of a line that ends like that.
fn check_end(end: &str, expected: &str) {
    check(
        &format!("192.0.2.1 - - [01/Mar/2024:10:00:00 +0000] \"GET /a HTTP/1.1\"{end}"),
        expected,
    );
}

#[test]
fn the_head_names_client_and_user_and_may_name_a_virtual_host() {
    check_head("192.0.2.1 - -", "192.0.2.1|-");
    check_head("192.0.2.1 - frank", "192.0.2.1|frank");
    check_head("192.0.2.1 - john smith", "192.0.2.1|john smith");
    check_head("192.0.2.1 - DOMAIN\\\\jdoe", "192.0.2.1|DOMAIN\\\\jdoe");
    check_head("192.0.2.1 - a [b] c", "192.0.2.1|a [b] c");
    check_head("host.example - -", "host.example|-");
    check_head("host.example ident user", "host.example|user");
    check_head("[2001:db8::2]:443 - -", "[2001:db8::2]:443|-");
    check_head("www.example.com:80 192.0.2.1 - -", "192.0.2.1|-");
    check_head("www.example.com 192.0.2.1 - jo", "192.0.2.1|jo");
    check_head(
        "www.example.com [2001:db8::2]:443 - -",
        "[2001:db8::2]:443|-",
    );
    check_head("10.0.0.1:80 192.0.2.1 - -", "192.0.2.1|-");
    check_head("www.example.com:80 host.example - -", "host.example|-");
    check_head(
        "localhost:443 178.20.184.42 1j0v jsmith",
        "178.20.184.42|jsmith",
    );
    check_head("192.0.2.1, 10.0.0.1 - -", "192.0.2.1|-");
    check_head("192.0.2.1  -   -", "192.0.2.1|-");
    check_head("- - -", "-|-");
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
    check_end(" 200 -", &format!("{client}|200|-"));
    check_end(" - -", &format!("{client}|-|-"));
    check_end(" 200", &format!("{client}|200|-"));
    check_end(" 200 2 \"-\" \"-\"", &format!("{client}|200|-"));
    check_end(" 200 2 \"-\" \"A\"", &format!("{client}|200|A"));
    check_end(" 200 2 \"x\"", &format!("{client}|200|-"));
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
fn forwarding_addresses_are_found_behind_the_agent() {
    let line = |end: &str| {
        format!("10.0.0.1 - - [01/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1 {AGENT}{end}")
    };
    for (end, expected) in [
        ("", ""),
        (" \"-\"", ""),
        (" \"192.0.2.1, 10.0.0.9\"", "192.0.2.1, 10.0.0.9"),
        (" 0.1 \"a.example\" \"2001:db8::1\"", "2001:db8::1"),
    ] {
        let text = line(end);
        let found = read(text.as_bytes(), true).unwrap().request.forwarded;
        assert_eq!(String::from_utf8_lossy(found), expected, "{end}");
    }
}

#[test]
fn a_line_that_is_cut_off_is_none() {
    const NO_STATUS: &str = "no status after a quoted request: is the line cut off?";
    check_end("", NO_STATUS);
    check_end(" ", NO_STATUS);
    check_end(" 20", NO_STATUS);
    check_end(" 2000 1", NO_STATUS);
    check_end(
        " 200 1 \"-",
        "the quote of the referer is never closed: is the line cut off?",
    );
    check_end(
        " 200 1 \"-\" \"Moz",
        "the quote of the user agent is never closed: is the line cut off?",
    );
    check(
        "200 612 \"-\" \"Mozilla\"",
        "no time in brackets before a quoted request",
    );
    check("", "no time in brackets before a quoted request");
    check(
        "192.0.2.1 [01/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1",
        "no address, identity and user before the time",
    );
    check(
        "[01/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1",
        "no time in brackets before a quoted request",
    );
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_and_never_panic(
        bytes in proptest::collection::vec(
            prop_oneof![any::<u8>(), proptest::sample::select(b"\" []-\\20,:".to_vec())], 0..120),
        head in proptest::sample::select(vec!["", "a - - [01/Mar/2024:10:00:00 +0000] \"", "a - - [t] \"GET / H\" 200 1 \""]),
    ) {
        let line = [head.as_bytes(), &bytes].concat();
        let _ = read(&line, true);
    }
}
