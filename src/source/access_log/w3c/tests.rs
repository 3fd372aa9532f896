//! Directives and lines of W3C logs.

use proptest::prelude::*;

use super::*;

const IIS: &str =
    "#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status cs(User-Agent)";

/// Each line of data as `time address method target status agent`, or the reason if it is not one.
fn check_with(options: LogOptions, log: &str, expected: &[&str]) {
    let mut w3c = W3c::new(options);
    let mut said = Vec::new();
    for line in log.lines() {
        if line.starts_with('#') {
            w3c.direct(line.as_bytes());
            continue;
        }
        said.push(match w3c.read(line.as_bytes()) {
            Ok(W3cLine { request, time }) => {
                let text = String::from_utf8_lossy;
                let status = request.status.map(|status| status.to_string());
                [
                    &text(time),
                    &text(request.address),
                    &text(request.method),
                    &text(request.target),
                    &*status.unwrap_or("-".to_owned()),
                    &text(request.agent),
                ]
                .join("|")
            }
            Err(reason) => reason,
        });
    }
    assert_eq!(said, expected, "{log}");
}

fn check(log: &str, expected: &[&str]) {
    check_with(LogOptions::default(), log, expected);
}

#[test]
fn the_fields_line_decides_what_is_where_until_the_next() {
    check(
        &format!(
            "{IIS}\n\
             2024-03-01 10:00:00 192.0.2.1 GET /a x=1 200 Mozilla/5.0+(X11)\n\
             #Software: IIS\n\
             #Fields: cs-uri-stem c-ip\ttime date\n\
             /b 192.0.2.2 10:00:01 2024-03-01\n"
        ),
        &[
            "2024-03-01 10:00:00Z|192.0.2.1|GET|/a|200|Mozilla/5.0 (X11)",
            "2024-03-01 10:00:01Z|192.0.2.2|GET|/b|-|",
        ],
    );
}

#[test]
fn data_may_have_tabs_where_the_fields_line_has_blanks() {
    check(
        &format!(
            "{IIS}\n2024-03-01\t10:00:00\t192.0.2.1\tGET\t/a b\t-\t000\tMozilla/5.0%2520(X11)"
        ),
        &["2024-03-01 10:00:00Z|192.0.2.1|GET|/a b|0|Mozilla/5.0 (X11)"],
    );
}

#[test]
fn fields_may_be_quoted_and_separated_by_more_than_one_blank() {
    check(
        "#Fields:   date-local time-local  c-ip cs-method cs-uri-stem sc-status sc-substatus cs(User-Agent)\n\
         2012-08-15 17:00:00.363 \"192.0.2.1\" GET  /a 404 \" \"\"garbage\"\" w/ blanks \" \"Mozilla/5.0 (a+b)\"",
        &["2012-08-15 17:00:00.363|192.0.2.1|GET|/a|404|Mozilla/5.0 (a+b)"],
    );
    check(
        &format!("{IIS}\n2024-03-01 10:00:00 192.0.2.1 GET /a \"x 200 \"y"),
        &["2024-03-01 10:00:00Z|192.0.2.1|GET|/a|200|\"y"],
    );
}

#[test]
fn directives_may_have_comments() {
    check(
        "#Date: 2002-05-02 17:42:15  // when the first line was written\n\
         #Fields: time c-ip cs-method cs-uri-stem sc-status // and no more\n\
         17:42:15 192.0.2.1 GET /a 200\n\
         00:00:10 192.0.2.1 GET /b 200",
        &[
            "2002-05-02 17:42:15Z|192.0.2.1|GET|/a|200|",
            "2002-05-03 00:00:10Z|192.0.2.1|GET|/b|200|",
        ],
    );
}

#[test]
fn the_query_is_put_behind_the_path_if_it_is_to_be_kept() {
    let options = LogOptions {
        keeps_query: true,
        ..LogOptions::default()
    };
    check_with(
        options,
        &format!(
            "{IIS}\n2024-03-01 10:00:00 192.0.2.1 GET /a x=1 200 -\n2024-03-01 10:00:00 192.0.2.1 GET /a - 200 -"
        ),
        &[
            "2024-03-01 10:00:00Z|192.0.2.1|GET|/a?x=1|200|",
            "2024-03-01 10:00:00Z|192.0.2.1|GET|/a|200|",
        ],
    );
}

#[test]
fn what_is_missing_is_said() {
    check(
        "2024-03-01 10:00:00 192.0.2.1",
        &["no #Fields line before it"],
    );
    check(
        "#Fields: date time cs-uri-stem\na b c",
        &["#Fields names no client address (c-ip)"],
    );
    check(
        "#Fields: date c-ip cs-uri-stem\na b c",
        &["#Fields names no time"],
    );
    check(
        "#Fields: date time c-ip\na b c",
        &["#Fields names no address of a page (cs-uri-stem)"],
    );
    check(
        "#Fields: time c-ip cs-uri-stem\n10:00:00 b c",
        &["a time without a date: no #Date line before it"],
    );
    check(
        &format!("{IIS}\n2024-03-01 10:00:00 192.0.2.1 GET /a"),
        &["5 fields where #Fields has 8"],
    );
    check(
        &format!("{IIS}\n2024-03-01 10:00:00 192.0.2.1 GET /a - OK -"),
        &["the status is not a number of three digits"],
    );
}

#[test]
fn only_a_log_has_such_fields() {
    assert!(names_columns(IIS.as_bytes()));
    assert!(names_columns(b"#fields:\tx-a cs(Host)"));
    assert!(!names_columns(b"#Fields: user, time, page"));
    assert!(!names_columns(b"# Fields"));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_and_never_panic(
        lines in proptest::collection::vec(proptest::collection::vec(
            prop_oneof![any::<u8>(), proptest::sample::select(b"\" \t#:-02/".to_vec())], 0..60), 0..6),
        head in proptest::sample::select(vec![IIS, "#Fields: time c-ip cs-uri", "#Date: 9999-12-31 23:59:59"]),
    ) {
        let mut w3c = W3c::new(LogOptions::default());
        w3c.direct(b"#Fields: time c-ip cs-uri");
        w3c.direct(head.as_bytes());
        for line in lines {
            w3c.direct(&line);
            let _ = w3c.read(&line).is_ok();
        }
    }
}
