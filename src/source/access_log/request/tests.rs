//! Requests: who the user is, and what counts.

use super::*;
use crate::source::options::ReadOptions;
use crate::source::rows::tally::Unit;
use crate::words::pageview::Pageview;
use crate::words::pageview::Reject;

/// What happened to a request, in words.
#[derive(Default)]
struct Taken(Vec<String>);

impl Sink for Taken {
    fn pageview(&mut self, pageview: Pageview<'_>) -> Result<()> {
        self.0
            .push(format!("{} {}", pageview.user_id, pageview.page));
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        self.0.push(format!("reject: {}", reject.reason));
        Ok(())
    }
}

const FIREFOX: &[u8] = b"Mozilla/5.0 (X11; Linux x86_64) Firefox/115.0";

/// A request that is a page view.
const PAGE: Request<'static> = Request {
    address: b"192.0.2.1:4711",
    forwarded: b"198.51.100.7, 10.0.0.1",
    remote_user: b"jo",
    agent: FIREFOX,
    method: b"GET",
    target: b"/a?x=1",
    status: Some(200),
    host: b"www.example.com:443",
    referrer: b"",
    key: b"s1",
};

fn check(options: LogOptions, request: Request<'_>, expected: &str) {
    let mut taken = Taken::default();
    let mut intake = Intake::new("in.log", Unit::Line, &ReadOptions::default(), &mut taken);
    let mut requests = Requests::new(options);
    let time = RequestTime::Text(b"2024-03-01T10:00:00Z");
    requests.take(&mut intake, &request, time, 1).unwrap();
    let left_out = requests.left_out.counted();
    let left_out = left_out
        .into_iter()
        .map(|(why, count)| format!("{count} left out: {why}"));
    assert_eq!(
        taken.0.into_iter().chain(left_out).collect::<Vec<_>>(),
        [expected]
    );
}

fn with_user(user: LogUser) -> LogOptions {
    LogOptions {
        user,
        ..LogOptions::default()
    }
}

#[test]
fn the_user_is_who_it_is_said_to_be() {
    check(
        with_user(LogUser::AddressAndAgent),
        PAGE,
        "192.0.2.1#0e0eacfd /a",
    );
    check(with_user(LogUser::Address), PAGE, "192.0.2.1 /a");
    check(with_user(LogUser::RemoteUser), PAGE, "jo /a");
    check(with_user(LogUser::Forwarded), PAGE, "198.51.100.7 /a");
}

#[test]
fn what_a_line_does_not_say_is_not_made_up() {
    let agentless = Request { agent: b"", ..PAGE };
    check(LogOptions::default(), agentless, "192.0.2.1 /a");
    let hidden = Request {
        forwarded: b"unknown",
        ..PAGE
    };
    check(with_user(LogUser::Forwarded), hidden, "192.0.2.1 /a");
    let nobody = Request {
        address: b"",
        remote_user: b"",
        ..PAGE
    };
    check(LogOptions::default(), nobody, "reject: the user is empty");
    check(
        with_user(LogUser::RemoteUser),
        nobody,
        "1 left out: no remote user",
    );
}

#[test]
fn the_query_is_kept_if_that_is_asked_for() {
    let options = LogOptions {
        user: LogUser::Address,
        keeps_query: true,
        ..LogOptions::default()
    };
    check(options, PAGE, "192.0.2.1 /a?x=1");
}

#[test]
fn an_address_has_one_spelling() {
    for (address, expected) in [
        (&b"::ffff:192.0.2.1"[..], "192.0.2.1 /a"),
        (b"2001:DB8:0:0:0:0:0:5", "2001:db8::5 /a"),
        (b"[2001:db8::5]:443", "2001:db8::5 /a"),
        (b"fe80::1%eth0", "fe80::1%eth0 /a"),
        (b"10.0.0.1, 192.0.2.1", "192.0.2.1 /a"),
        (b"host.example:80", "host.example /a"),
    ] {
        check(
            with_user(LogUser::Address),
            Request { address, ..PAGE },
            expected,
        );
    }
    let forwarded = Request {
        forwarded: b"unknown, 10.1.1.1, ::ffff:198.51.100.7",
        ..PAGE
    };
    check(with_user(LogUser::Forwarded), forwarded, "198.51.100.7 /a");
    check(with_user(LogUser::Field("sid".to_owned())), PAGE, "s1 /a");
}

#[test]
fn the_page_may_have_its_host_and_has_no_session_in_it() {
    let with_host = LogOptions {
        keeps_host: true,
        ..with_user(LogUser::Address)
    };
    check(with_host.clone(), PAGE, "192.0.2.1 www.example.com/a");
    let whole = Request {
        target: b"http://a.example:80/b?c",
        ..PAGE
    };
    check(with_host, whole, "192.0.2.1 a.example/b");
    for (target, expected) in [
        (&b"/shop;jsessionid=0A1B?x"[..], "192.0.2.1 /shop"),
        (b"/shop;JSESSIONID=0A1B/cart", "192.0.2.1 /shop/cart"),
        (b"/a;b=1", "192.0.2.1 /a;b=1"),
    ] {
        check(
            with_user(LogUser::Address),
            Request { target, ..PAGE },
            expected,
        );
    }
    let kept = LogOptions {
        keeps_query: true,
        ..with_user(LogUser::Address)
    };
    check(
        kept,
        Request {
            target: b"/s;jsessionid=1?x",
            ..PAGE
        },
        "192.0.2.1 /s?x",
    );
}

#[test]
fn what_nobody_would_call_a_page_view_is_left_out_unless_all_is_taken() {
    for (request, why, page) in [
        (
            Request {
                method: b"POST",
                ..PAGE
            },
            "not GET",
            "/a",
        ),
        (
            Request {
                method: b"HEAD",
                ..PAGE
            },
            "not GET",
            "/a",
        ),
        (
            Request {
                status: Some(206),
                ..PAGE
            },
            "parts of downloads (206)",
            "/a",
        ),
        (
            Request {
                target: b"/a.png?v=2",
                ..PAGE
            },
            "static assets",
            "/a.png",
        ),
        (
            Request {
                agent: b"Googlebot/2.1",
                ..PAGE
            },
            "bots",
            "/a",
        ),
        (
            Request {
                status: Some(302),
                ..PAGE
            },
            "redirects (3xx)",
            "/a",
        ),
        (
            Request {
                status: Some(404),
                ..PAGE
            },
            "client errors (4xx)",
            "/a",
        ),
        (
            Request {
                status: Some(0),
                ..PAGE
            },
            "no response (status 000)",
            "/a",
        ),
    ] {
        check(
            with_user(LogUser::Address),
            request,
            &format!("1 left out: {why}"),
        );
        let all = LogOptions {
            takes_all: true,
            ..with_user(LogUser::Address)
        };
        check(all, request, &format!("192.0.2.1 {page}"));
    }
    check(
        with_user(LogUser::Address),
        Request {
            status: None,
            ..PAGE
        },
        "192.0.2.1 /a",
    );
}

#[test]
fn a_line_without_method_or_target_is_not_a_request() {
    for (method, target) in [
        (&b""[..], &b"/a"[..]),
        (b"GET", b""),
        (b"\\x16\\x03", b"\\x01"),
        (b"[2]USER", b"anonymous"),
    ] {
        let request = Request {
            method,
            target,
            ..PAGE
        };
        check(LogOptions::default(), request, "reject: not a request");
    }
}

#[test]
fn the_digest_is_what_the_tool_prints() {
    // `printf '' | xxhsum -H3`
    assert_eq!(&short_digest(xxh3_64(b"")), b"2d068005");
}
