//! Whole inputs of JSON: text in, pageviews and rejects out.

use std::io::Cursor;

use proptest::prelude::*;
use serde_json::Value;

use crate::source::Input;
use crate::source::InputFormat;
use crate::source::LogOptions;
use crate::source::LogUser;
use crate::source::ReadOptions;
use crate::source::Understood;
use crate::source::input::window::Capacity;
use crate::source::reading::read_within;
use crate::source::rows::test_sink::TestSink;
use crate::words::error::Result;

/// Reads `content` with a buffer that starts with `initial` bytes.
fn read_from(
    content: &[u8],
    options: &ReadOptions,
    initial: usize,
) -> Result<(Understood, Vec<String>), String> {
    let mut input = Input::from_reader("in.json", None, Box::new(Cursor::new(content.to_vec())));
    let mut taken = TestSink::default();
    let capacity = Capacity {
        initial,
        limit: 1 << 20,
    };
    let understood = read_within(&mut input, options, &mut taken, capacity);
    understood
        .map(|understood| (understood, taken.0))
        .map_err(|error| error.to_string())
}

/// What is read with given options, whatever the buffer starts with.
fn check_with(content: &str, options: &ReadOptions, expected: &[&str]) -> Understood {
    let read = |initial| read_from(content.as_bytes(), options, initial).unwrap();
    let (understood, taken) = read(1 << 16);
    assert_eq!(taken, expected);
    for initial in [1, 2, 3, 5, 8, 13, 64, 1000] {
        assert_eq!(
            read(initial),
            (understood.clone(), taken.clone()),
            "{initial}"
        );
    }
    understood
}

fn check(content: &str, expected: &[&str]) -> Understood {
    check_with(content, &ReadOptions::default(), expected)
}

/// The sentence with which `content` is refused, whatever the buffer starts with.
fn refusal_with(content: &str, options: &ReadOptions) -> String {
    let read = |initial| read_from(content.as_bytes(), options, initial).unwrap_err();
    let sentence = read(1 << 16);
    for initial in [1, 7, 100] {
        assert_eq!(read(initial), sentence, "{initial}");
    }
    sentence
}

fn refusal(content: &str) -> String {
    refusal_with(content, &ReadOptions::default())
}

fn page_column(path: &str) -> ReadOptions {
    ReadOptions {
        page_column: Some(path.to_owned()),
        ..ReadOptions::default()
    }
}

/// Every line of a log, by the client's address.
fn every_request() -> ReadOptions {
    ReadOptions {
        log: LogOptions {
            user: LogUser::Address,
            keeps_query: true,
            takes_all: true,
            ..LogOptions::default()
        },
        ..ReadOptions::default()
    }
}

#[test]
fn json_lines_are_read_and_said_in_one_line() {
    let understood = check(
        "{\"user_id\":\"a\",\"ts\":1709287200,\"page\":\"/\"}\n\n\
         { \"page\" : \"/b\" , \"x\" : [1, {}], \"ts\" : 1709287201.5, \"user_id\" : \"b\" }\r\n",
        &["a 2024-03-01T10:00:00Z /", "b 2024-03-01T10:00:01.5Z /b"],
    );
    assert_eq!(
        understood.to_string(),
        "JSON Lines: user from \"user_id\", time from \"ts\" (epoch seconds), page from \"page\""
    );
}

#[test]
fn objects_may_be_in_an_array_on_one_line_or_over_lines() {
    let expected = &["a 2024-03-01T00:00:00Z /", "b 2024-03-01T00:00:00Z /"];
    let a = "{\"user\":\"a\",\"time\":\"2024-03-01\",\"page\":\"/\"}";
    let b = "{\n  \"user\": \"b\",\n  \"time\": \"2024-03-01\",\n  \"page\": \"/\"\n}";
    for content in [
        format!("{a}{b}"),
        format!("{b}\n{a}\n")
            .replace("\"a\"", "\"c\"")
            .replace("\"b\"", "\"a\"")
            .replace("\"c\"", "\"b\""),
        format!("\u{feff}{a}\r{b}\r").replace('\n', "\r"),
    ] {
        assert_eq!(check(&content, expected).format, "JSON Lines");
    }
    for content in [
        format!("[{a},{b}]"),
        format!(" [\n  {a},\n  {b}\n]\n"),
        format!("[{a}]\n[{b}]\n"),
    ] {
        assert_eq!(check(&content, expected).format, "JSON array");
    }
    assert_eq!(check("[]", &[]).format, "JSON array");
}

#[test]
fn values_of_any_kind_become_text_or_rejects() {
    let row = |user: &str, time: &str, page: &str| {
        format!("{{\"user\":{user},\"time\":{time},\"page\":{page}}}\n")
    };
    let content = [
        row("12345678901234567890", "1709287200", "7"),
        row("1.0", "1709287200000", "\"\""),
        row("true", "\"1709287200\"", "false"),
        row("null", "1", "\"/\""),
        row("\"a\"", "1709287200", "null"),
        row("\"a\"", "{\"$date\":1}", "\"/\""),
        row("\"a\"", "1709287200", "[\"/\"]"),
        row("\"\"", "1709287200", "\"/\""),
        row(
            "\"a\\u0000b\"",
            "\"2024\\u002d03-01T10:00:00Z\"",
            "\"/\\u001b[2J\\ud83d\\ude00\"",
        ),
        row("\"a\\ud800\"", "1709287200", "\"/\""),
        "{\"time\":1,\"page\":\"/\"}\n".to_owned(),
        "{\"user\":\"a\",\"user\":\"b\",\"time\":1709287200,\"page\":\"/\"}\n".to_owned(),
        "{}\n".to_owned(),
    ];
    check(
        &content.concat(),
        &[
            "12345678901234567890 2024-03-01T10:00:00Z 7",
            "1.0 2024-03-01T10:00:00Z ",
            "true 2024-03-01T10:00:00Z false",
            "4: the user is null",
            "5: the page is null",
            "6: the time is an object",
            "a 2024-03-01T10:00:00Z /",
            "8: the user is empty",
            "a\0b 2024-03-01T10:00:00Z /\u{1b}[2J😀",
            "10: the user has half a character: \\ud800 without its other surrogate",
            "11: there is no \"user\"",
            "b 2024-03-01T10:00:00Z /",
            "13: there is no \"user\"",
        ],
    );
}

#[test]
fn a_path_leads_to_values_within() {
    let content = "{\"userId\":\"a\",\"timestamp\":1709287200,\"context\":{\"page\":{\"path\":\"/n\"}},\"items\":[{\"id\":1},{\"id\":2}]}\n\
                   {\"userId\":\"b\",\"timestamp\":1709287200,\"context.page.path\":\"/lit\",\"context\":{\"page\":{\"path\":\"/n\"}}}\n";
    let expected = &["a 2024-03-01T10:00:00Z /n", "b 2024-03-01T10:00:00Z /lit"];
    for path in ["context.page.path", "page.path", "Context_Page_Path"] {
        let understood = check_with(content, &page_column(path), expected);
        assert_eq!(understood.page, "\"context.page.path\"");
    }
    check_with(
        content,
        &page_column("items.1.id"),
        &["a 2024-03-01T10:00:00Z 2", "2: there is no \"items.1.id\""],
    );
    assert_eq!(
        refusal(content),
        "in.json: no page column; the columns are: userId (a), timestamp (1709287200), context.page.path (/n), \
         items.0.id (1); name it with --page-column NAME"
    );
    assert!(refusal_with(content, &page_column("items")).contains("no page column \"items\""));
}

#[test]
fn a_customary_name_within_an_object_is_no_column() {
    assert!(
        refusal("{\"user\":{\"id\":1},\"ts\":1,\"page\":\"/\"}")
            .contains("no user column; the columns are: user.id (1)")
    );
    check(
        "{\"user.id\":1,\"ts\":\"2024-03-01T10:00:00Z\",\"page\":\"/\"}",
        &["1 2024-03-01T10:00:00Z /"],
    );
}

#[test]
fn what_is_no_object_is_a_reject_and_reading_goes_on() {
    let good = "{\"user\":\"a\",\"time\":\"2024-03-01\",\"page\":\"/\"}";
    check(
        &format!(
            "1\n\"x\"\nnull\n[]\n{good}\nnot json\n{good}TRAILER\n{good}{good}\n{{\"user\":\"b"
        ),
        &[
            "1: a number where an object was expected",
            "2: a string where an object was expected",
            "3: null where an object was expected",
            "4: an array where an object was expected",
            "a 2024-03-01T00:00:00Z /",
            "6: not JSON: expected a value, found \"not json\"",
            "7: text after the object: \"TRAILER\"",
            "a 2024-03-01T00:00:00Z /",
            "a 2024-03-01T00:00:00Z /",
            "9: the input ends within it: is the file complete?",
        ],
    );
}

#[test]
fn bytes_that_are_no_text_stay_out_of_users_and_are_marked_in_pages() {
    let content = b"{\"user\":\"a\",\"time\":\"2024-03-01\",\"page\":\"/caf\xe9\"}\n\
                    {\"user\":\"\xe9\",\"time\":\"2024-03-01\",\"page\":\"/\"}\n";
    let (understood, taken) = read_from(content, &ReadOptions::default(), 7).unwrap();
    assert_eq!(taken[0], "a 2024-03-01T00:00:00Z /caf\u{fffd}");
    assert!(taken[1].contains("is not UTF-8 text"));
    assert!(understood.notes.iter().any(|note| note.contains("U+FFFD")));
}

#[test]
fn what_cannot_be_taken_for_events_is_refused_in_a_sentence() {
    assert_eq!(
        refusal("[[1,2],[3]]"),
        "in.json: it is a JSON array of arrays: expected objects, one a pageview"
    );
    assert_eq!(
        refusal("[\"2024-03-01\", \"/\"]"),
        "in.json: it is a JSON array of strings: expected objects, one a pageview"
    );
    assert_eq!(
        refusal("{\"version\":6,\"connections\":{\"accepted\":1},\"timestamp\":1446249499322}\n"),
        "in.json: no user column, no page column; the columns are: version (6), connections.accepted (1), timestamp \
         (1446249499322); name them with --user-column NAME --page-column NAME"
    );
    let jsonl = ReadOptions {
        format: InputFormat::Jsonl,
        ..ReadOptions::default()
    };
    assert_eq!(
        refusal_with("a,b\nc,d\n", &jsonl),
        "in.json: none of 2 rows is a pageview; the first: in.json:1: not JSON: expected a value, found \"a,b\""
    );
    assert!(
        refusal_with(&"[".repeat(100_000), &jsonl)
            .contains("expected at most 127 levels of nesting")
    );
    let log = ReadOptions {
        format: InputFormat::AccessLog,
        ..ReadOptions::default()
    };
    assert!(refusal_with("{\"user\":1}", &log).contains("no requests were found"));
}

#[test]
fn an_object_longer_than_the_limit_is_refused_and_a_long_one_is_read() {
    let row = |n: usize| {
        format!(
            "{{\"user\":\"a\",\"time\":\"2024-03-01\",\"page\":\"/{}\"}}\n",
            "x".repeat(n)
        )
    };
    let (_, taken) = read_from(row(900_000).as_bytes(), &ReadOptions::default(), 64).unwrap();
    assert_eq!(taken[0].len(), "a 2024-03-01T00:00:00Z /".len() + 900_000);
    assert_eq!(
        refusal(&format!("{}{}", row(1), row(1 << 20))),
        "in.json: the object on line 2 is longer than 1.0 MB: is it never closed?"
    );
    assert_eq!(
        refusal(&row(1 << 20)),
        "in.json: there is no whole JSON object in the first 1.0 MB of it"
    );
}

#[test]
fn a_servers_log_is_known_by_its_keys() {
    let caddy = |request: &str, ts: &str| {
        format!(
            "caddy  | {{\"level\":\"info\",\"ts\":{ts},\"msg\":\"handled request\",\"request\":{{{request},\"method\":\"GET\",\"uri\":\"/a?b\"}},\"status\":200}}\n"
        )
    };
    let content = [
        "caddy  | {\"level\":\"info\",\"ts\":1,\"msg\":\"serving\"}\n".to_owned(),
        caddy("\"remote_addr\":\"198.51.100.1:60422\"", "1709287200.25"),
        caddy(
            "\"remote_ip\":\"198.51.100.1\"",
            "\"2024-03-01T10:00:00.000Z\"",
        ),
        caddy(
            "\"remote_ip\":\"10.0.0.1\",\"client_ip\":\"198.51.100.1\"",
            "1709287200000",
        ),
    ];
    let understood = check_with(
        &content.concat(),
        &every_request(),
        &[
            "198.51.100.1 2024-03-01T10:00:00.25Z /a?b",
            "198.51.100.1 2024-03-01T10:00:00Z /a?b",
            "198.51.100.1 2024-03-01T10:00:00Z /a?b",
        ],
    );
    assert_eq!(understood.format, "access log (Caddy JSON)");
    assert_eq!(understood.time, "\"ts\"");
    assert_eq!(understood.left_out, [("about no request".to_owned(), 1)]);

    for (format, content, expected) in [
        (
            "access log (Traefik JSON)",
            "{\"ClientAddr\":\"192.0.2.1:443\",\"ClientHost\":\"192.0.2.1\",\"ClientUsername\":\"-\",\"DownstreamStatus\":200,\"RequestMethod\":\"GET\",\"RequestPath\":\"/t\",\"StartUTC\":\"2024-03-01T10:00:00.123456789Z\",\"time\":\"2024-03-01T10:00:01Z\"}",
            "192.0.2.1 2024-03-01T10:00:00.123456Z /t",
        ),
        (
            "access log (nginx JSON)",
            "{\"time_local\":\"01/Mar/2024:11:00:00 +0100\",\"remote_addr\":\"192.0.2.1\",\"remote_user\":\"\",\"request\":\"GET /n?q=1 HTTP/1.1\",\"status\":\"200\"}",
            "192.0.2.1 2024-03-01T10:00:00Z /n?q=1",
        ),
        (
            "access log (nginx JSON)",
            "{\"msec\":\"1709287200.5\",\"remote_addr\":\"192.0.2.1\",\"request_method\":\"GET\",\"uri\":\"/index.html\",\"request_uri\":\"/\",\"status\":200}",
            "192.0.2.1 2024-03-01T10:00:00.5Z /",
        ),
        (
            "access log (Cloudflare JSON)",
            "{\"ClientIP\":\"192.0.2.1\",\"ClientRequestMethod\":\"GET\",\"ClientRequestURI\":\"/c\",\"EdgeResponseStatus\":200,\"EdgeStartTimestamp\":1709287200000000999}",
            "192.0.2.1 2024-03-01T10:00:00Z /c",
        ),
    ] {
        let understood = check_with(content, &every_request(), &[expected]);
        assert_eq!(understood.format, format);
    }
}

#[test]
fn a_log_stays_a_log_if_a_column_is_named() {
    let content = "{\"ts\":1709287200,\"user_id\":\"u\",\"request\":{\"remote_ip\":\"192.0.2.1\",\"method\":\"GET\",\"uri\":\"/a\"}}";
    let understood = check_with(
        content,
        &page_column("request.uri"),
        &["u 2024-03-01T10:00:00Z /a"],
    );
    assert_eq!(understood.format, "access log (Caddy JSON)");
}

/// The text of a value as a row has it.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        // An array of one element is that element.
        Value::Array(values) if values.len() == 1 => text_of(&values[0]),
        _ => None,
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::hash_map("user|page|time|[a-z.\"\\\\]{0,3}", inner, 0..4)
                .prop_map(|map| Value::from(map.into_iter().collect::<serde_json::Map<_, _>>())),
        ]
    })
}

proptest! {
    #[test]
    fn what_serde_json_writes_is_read_as_it_was(
        rows in proptest::collection::vec((any_json(), any_json(), any_json()), 1..8),
        is_pretty in any::<bool>(),
        initial in 1usize..300,
    ) {
        let mut content = "{\"user\":\"first\",\"time\":\"2024-03-01\",\"page\":\"/\"}\n".to_owned();
        let mut expected = vec!["first 2024-03-01T00:00:00Z /".to_owned()];
        for (user, page, more) in &rows {
            let row = serde_json::json!({"more": more, "user": user, "time": "2024-03-01T00:00:00Z", "page": page});
            content += &match is_pretty {
                true => serde_json::to_string_pretty(&row).unwrap(),
                false => row.to_string(),
            };
            content.push('\n');
            if let (Some(user), Some(page)) = (text_of(user), text_of(page)) && !user.is_empty() {
                expected.push(format!("{user} 2024-03-01T00:00:00Z {page}"));
            }
        }
        let (understood, taken) = read_from(content.as_bytes(), &ReadOptions::default(), initial).unwrap();
        prop_assert_eq!(understood.pageviews + understood.rejects, rows.len() as u64 + 1);
        let n_taken = expected.len();
        let is_reject = |row: &String| !expected.contains(row);
        prop_assert_eq!(taken.iter().filter(|row| is_reject(row)).count() as u64, understood.rejects);
        prop_assert_eq!(taken.into_iter().filter(|row| expected.contains(row)).count(), n_taken);
    }

    /// A line with something put in or taken out: `serde_json` says whether it still is JSON.
    #[test]
    fn a_line_is_a_row_if_it_is_json_for_serde_json(
        at in 0usize..60,
        n_gone in 0usize..3,
        put in "[]\\[{}\",:\\\\ 0-9a-f.u\u{1}\u{e9}-]{0,3}",
        initial in 1usize..200,
    ) {
        let line = "{\"user\":\"a\\u00e9\",\"time\":1709287200.5,\"page\":[\"/\",{}],\"p\":true}";
        let mut chars: Vec<char> = line.chars().collect();
        let at = at.min(chars.len());
        let end = (at + n_gone).min(chars.len());
        chars.splice(at..end, put.chars());
        let line: String = chars.into_iter().collect();
        let content = format!("{{\"user\":\"x\",\"time\":1709287200,\"p\":\"/\"}}\n{line}\n");
        let read = read_from(content.as_bytes(), &page_column("p"), initial);
        let (_, taken) = read.unwrap();
        let theirs: Option<Vec<Value>> = serde_json::Deserializer::from_str(&line)
            .into_iter::<Value>()
            .collect::<std::result::Result<_, _>>()
            .ok();
        let is_json = !taken.iter().any(|row| {
            row.starts_with("2: ") && (row.contains("not JSON") || row.contains("text after")
                || row.contains("ends within") || row.contains("object was expected"))
        });
        // A number too large, or half a character, is JSON in a value that nobody asks for.
        let expected = theirs.as_ref().is_some_and(|values| values.iter().all(Value::is_object));
        if is_json != expected {
            let is_lenient = line.contains("\\u") || line.contains('e') || line.contains('E');
            prop_assert!(is_json && is_lenient, "{line:?} {taken:?}");
        }
        if let (true, Some([value])) = (is_json, theirs.as_deref())
            && let (Some(user), Some(page)) = (text_of(&value["user"]), text_of(&value["p"]))
            && !user.is_empty() && value["time"].as_f64() == Some(1_709_287_200.5)
        {
            prop_assert_eq!(&taken[1], &format!("{user} 2024-03-01T10:00:00.5Z {page}"));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused_alike_however_they_come(
        head in proptest::sample::select(vec![
            "{\"user\":\"a\",\"time\":1709287200,\"page\":\"/\"}\n", "[{\"user\":\"a\",\"time\":1709287200,\"page\":\"/\"},", "{", "[{", "a | {",
        ]),
        bytes in proptest::collection::vec(
            prop_oneof![proptest::sample::select(b"{}[]\",:\\\n u".to_vec()), any::<u8>()], 0..200),
        initial in 1usize..100,
    ) {
        let content = [head.as_bytes(), &bytes].concat();
        let jsonl = ReadOptions { format: InputFormat::Jsonl, ..ReadOptions::default() };
        for options in [ReadOptions::default(), jsonl] {
            prop_assert_eq!(
                read_from(&content, &options, initial),
                read_from(&content, &options, 1 << 16)
            );
        }
    }
}
