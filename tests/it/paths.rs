//! Values deep within JSON: names of elements, arrays, texts that are JSON, rows within objects.

use crate::folder::Folder;
use crate::folder::Ran;

fn run(content: &str, options: &[&str]) -> Ran {
    let folder = Folder::new();
    folder.write("in.json", content);
    folder.run(&[&["export", "in.json", "--rows", "pageviews"], options].concat())
}

/// Checks the pageviews, each as `user time page`.
fn check(content: &str, options: &[&str], expected: &[&str]) -> String {
    let ran = run(content, options);
    let rows = ran.out.lines().skip(1).map(|row| {
        let cells: Vec<&str> = row.split(',').collect();
        format!("{} {} {}", cells[1], cells[4], cells[5])
    });
    assert_eq!(rows.collect::<Vec<_>>(), expected, "{}", ran.err);
    ran.err
}

fn refusal(content: &str, options: &[&str]) -> String {
    let ran = run(content, options);
    assert_eq!((ran.status, ran.out.as_str()), (1, ""), "{}", ran.err);
    ran.err
}

const HITS: &str = r#"{"uid":"a","ts":"2024-03-05T09:00:00Z","hits":[{"page":"/1"}]}
{"uid":"a","ts":"2024-03-05T09:05:00Z","hits":[{"page":"/2"},{"page":"/3","ts":"2024-03-05T09:06:00Z"}]}
"#;

#[test]
fn an_array_of_several_is_refused_with_the_way_on() {
    let refusal = refusal(HITS, &["--page-column", "hits.page"]);
    assert!(
        refusal.contains("line 2: \"hits.page\" is in an array of several"),
        "{refusal}"
    );
    assert!(refusal.contains("--rows-at hits"), "{refusal}");
}

#[test]
fn an_index_takes_one_element() {
    let expected = ["a 2024-03-05T09:00:00Z /1", "a 2024-03-05T09:05:00Z /2"];
    check(HITS, &["--page-column", "hits.0.page"], &expected);
}

#[test]
fn each_element_is_a_row_that_finds_what_it_lacks_around_it() {
    let expected = [
        "a 2024-03-05T09:00:00Z /1",
        "a 2024-03-05T09:05:00Z /2",
        "a 2024-03-05T09:06:00Z /3",
    ];
    check(HITS, &["--rows-at", "hits"], &expected);
}

#[test]
fn the_one_array_of_objects_in_a_text_is_where_the_rows_are() {
    let row = r#"{"uid":"a","ts":"2024-03-05T09:00:00Z","page":"/1"}"#;
    let wrapped = format!(r#"{{"ok":true,"result":{{"data":[{row},{row}],"n":2}}}}"#);
    let said = check(&wrapped, &[], &["a 2024-03-05T09:00:00Z /1"; 2]);
    assert!(said.contains("rows at \"result.data\""), "{said}");
    let two = format!(r#"{{"data":[{row}],"errors":[{{"id":1}}]}}"#);
    assert!(refusal(&two, &[]).contains("no user column"));
    check(&two, &["--rows-at", "data"], &["a 2024-03-05T09:00:00Z /1"]);
}

#[test]
fn a_text_that_holds_the_record_is_read_as_it() {
    let row = r#"{"id":7,"at":"2024-01-01","data":"{\"uid\":\"a\",\"ts\":\"2024-03-05T09:00:00Z\",\"page\":\"/1\"}"}"#;
    check(row, &[], &["a 2024-03-05T09:00:00Z /1"]);
    check(
        row,
        &["--page-column", "data.page"],
        &["a 2024-03-05T09:00:00Z /1"],
    );
}

#[test]
fn an_element_is_taken_by_its_name() {
    let row = |params: &str| {
        format!("{{\"uid\":\"a\",\"ts\":\"2024-03-05T09:00:00Z\",\"params\":[{params}]}}\n")
    };
    let location = r#"{"key":"page_location","value":{"string_value":"/1"}}"#;
    let other = r#"{"key":"id","value":{"int_value":7}}"#;
    let flat = r#"{"name":"page_location","string_value":"/1"}"#;
    let content = [
        format!("{location},{other}"),
        format!("{other},{location}"),
        flat.to_owned(),
    ]
    .map(|row_of| row(&row_of));
    let expected = ["a 2024-03-05T09:00:00Z /1"; 3];
    check(
        &content.concat(),
        &["--page-column", "params[page_location]"],
        &expected,
    );
}

#[test]
fn rows_may_be_arrays_with_names_and_types_or_without() {
    let expected = ["a 2024-03-05T09:00:00Z /1", "b 2024-03-05T09:05:00Z /2"];
    let rows =
        "[\"a\", \"2024-03-05 09:00:00\", \"/1\"]\n[\"b\", \"2024-03-05 09:05:00\", \"/2\"]\n";
    let names = "[\"user_id\", \"event_time\", \"url\"]\n";
    let types = "[\"String\", \"DateTime\", \"LowCardinality(String)\"]\n";
    check(rows, &[], &expected);
    check(&format!("{names}{rows}"), &[], &expected);
    check(&format!("{names}{types}{rows}"), &[], &expected);
    let lines: Vec<&str> = names.lines().chain(rows.lines()).collect();
    check(&format!("[{}]", lines.join(",")), &[], &expected);
}

#[test]
fn cells_that_are_json_texts_are_looked_into() {
    let expected = ["a 2024-03-05T09:00:00Z /1", "b 2024-03-05T09:05:00Z /2"];
    let record = |user: &str, at: &str, page: &str| {
        format!(
            r#"7,"{{""user_id"": ""{user}"", ""ts"": ""2024-03-05T{at}Z"", ""page"": ""{page}""}}""#
        )
    };
    let rows = [record("a", "09:00:00", "/1"), record("b", "09:05:00", "/2")].join("\n");
    let table = format!("id,payload\n{rows}\n");
    check(&table, &[], &expected);
    check(&table, &["--page-column", "payload.page"], &expected);
    let around =
        "user_id,ts,properties\na,2024-03-05 09:00:00,\"{\"\"$pathname\"\":\"\"/1\"\"}\"\n";
    check(
        around,
        &["--page-column", "properties.$pathname"],
        &expected[..1],
    );
    let hits = "user_id,ts,hits\na,2024-03-05 09:00:00,\"[{\"\"page\"\":\"\"/1\"\"},{\"\"page\"\":\"\"/2\"\"}]\"\n";
    let refusal = refusal(hits, &["--page-column", "hits.page"]);
    assert!(
        refusal.contains("in an array of several elements"),
        "{refusal}"
    );
    check(
        hits,
        &["--page-column", "hits.1.page"],
        &["a 2024-03-05T09:00:00Z /2"],
    );
}

#[test]
fn the_only_array_of_many_objects_has_the_rows_if_its_elements_have_every_role() {
    let row = |user: &str| {
        format!("{{\"user\":\"{user}\",\"ts\":\"2024-03-05T10:00:00Z\",\"url\":\"/\"}}")
    };
    let (a, b) = (row("a"), row("b"));
    let pages = format!("{{\"page\":1,\"data\":[{a},{b}]}}\n{{\"page\":2,\"data\":[{b}]}}\n");
    let expected = [
        "a 2024-03-05T10:00:00Z /",
        "b 2024-03-05T10:00:00Z /",
        "b 2024-03-05T10:00:00Z /",
    ];
    check(&pages, &[], &expected);
}

#[test]
fn cells_of_json_are_looked_into_although_one_is_broken() {
    let folder = Folder::new();
    let cell = |page: &str| {
        format!(
            "\"{{\"\"user_id\"\":\"\"u\"\",\"\"ts\"\":\"\"2024-03-01T10:00:00Z\"\",\"\"url\"\":\"\"{page}\"\"}}\""
        )
    };
    let rows = [
        &cell("/a"),
        "\"{broken\"",
        "",
        &cell("/b"),
        "null",
        &cell("/c"),
    ];
    let rows = rows.map(|cell| format!("1,{cell}\n")).concat();
    folder.write("in.csv", &format!("id,payload\n{rows}"));
    let ran = folder.does(&["summary", "in.csv", "--format", "csv"]);
    assert!(ran.out.contains("\n30m,1,3,"), "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("3 of 6 rows left out"), "{}", ran.err);
}

#[test]
fn the_way_out_of_an_array_of_several_elements_is_one_that_works() {
    let hits = "\"hits\":[{\"page\":\"/1\"},{\"page\":\"/2\"}]";
    let row = format!("{{\"u\":\"a\",\"t\":\"2024-03-05T09:00:00Z\",\"event\":{{{hits}}}}}\n");
    let folder = Folder::new();
    folder.write("deep.jsonl", &row.repeat(2));
    folder.write(
        "cell.csv",
        &format!(
            "u,t,event\na,2024-03-05T09:00:00Z,\"{{{}}}\"\n",
            hits.replace('"', "\"\"")
        ),
    );
    let read = |file: &str, more: &[&str]| {
        let names = [
            "summary",
            file,
            "--user-column",
            "u",
            "--time-column",
            "t",
            "--page-column",
        ];
        folder.run(&[&names[..], more].concat())
    };
    let refusal = read("deep.jsonl", &["event.hits.page"]).err;
    let ways =
        "--rows-at event.hits makes each of them a row, and event.hits.0.page takes the first";
    assert!(
        refusal.contains("deep.jsonl: line 1: ") && refusal.contains(ways),
        "{refusal}"
    );
    assert_eq!(
        read("deep.jsonl", &["page", "--rows-at", "event.hits"]).status,
        0
    );
    let refusal = read("cell.csv", &["event.hits.page"]).err;
    let ways = "--rows-at event.hits, once the file is written as JSON, makes each of them a row, and \
                event.hits.0.page takes the first";
    assert!(
        refusal.contains("cell.csv: line 2: ") && refusal.contains(ways),
        "{refusal}"
    );
    for file in ["deep.jsonl", "cell.csv"] {
        assert_eq!(read(file, &["event.hits.0.page"]).status, 0, "{file}");
    }
}
