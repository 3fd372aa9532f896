//! What is picked out of objects.

use super::*;

/// The raw text at a path; `array`, `object` or nothing.
fn picked(json: &str, paths: &[&str]) -> Vec<String> {
    let wanted = Wanted::dotted(paths);
    let mut picker = Picker::new(&wanted);
    let text = JsonText {
        bytes: json.as_bytes(),
        is_end: true,
        terminator: b'\n',
    };
    assert_eq!(scan(text, 0, &mut picker).end, Ok(json.len()));
    let raw = |path| match picker.value(json.as_bytes(), path) {
        Some((ValueKind::Several, _)) => "several".to_owned(),
        Some((ValueKind::Array, _)) => "array".to_owned(),
        Some((ValueKind::Object, _)) => "object".to_owned(),
        Some((_, raw)) => String::from_utf8_lossy(raw).into_owned(),
        None => String::new(),
    };
    (0..paths.len()).map(raw).collect()
}

#[test]
fn paths_lead_into_objects_and_arrays() {
    let json = r#"{"a":{"b":[{"c":1},{"c":"x"}],"d":null},"e":[[7,8]],"f":{"b":2}}"#;
    assert_eq!(
        picked(
            json,
            &["a.b.1.c", "a.d", "e.0.1", "a.b", "f", "b", "a.b.2.c"]
        ),
        ["x", "null", "8", "array", "object", "", ""]
    );
}

#[test]
fn an_array_stands_for_its_only_element() {
    let json = r#"{"a":[{"b":[[1]]}],"c":[1,2],"d":[],"e":[{"f":3},{"g":4}],"h":[{"i":5}]}"#;
    let paths = ["a.b", "c", "d", "e.f", "e.g", "e.1.g", "h.i", "h.0.i"];
    assert_eq!(
        picked(json, &paths),
        ["1", "array", "", "several", "", "4", "", "5"],
        "an empty array says as little as null"
    );
}

#[test]
fn an_element_is_found_by_its_name() {
    let json = r#"{"p":[{"key":"a","value":{"string_value":null,"int_value":"1"}},{"value":"2","name":"b c"},
        {"key":"d","double_value":3.5},{"key":"e","value":[1]},{"key":"f"},{"key":"g","value":1},{"key":"g","value":2}]}"#;
    let paths = ["p[a]", "p[b c]", "p[d]", "p[e]", "p[f]", "p[g]", "p[z]"];
    assert_eq!(
        picked(json, &paths),
        ["1", "2", "3.5", "", "", "several", ""]
    );
    assert_eq!(
        picked(r#"{"p[a]":1,"p":[{"key":"a","value":2}]}"#, &["p[a]"]),
        ["1"]
    );
    assert_eq!(picked(r#"{"o":{"[A] b":1}}"#, &["o.[A] b"]), ["1"]);
    assert_eq!(
        picked(r#"{"p":[{"key":"\u0061","value":2}]}"#, &["p[a]"]),
        ["2"]
    );
}

#[test]
fn texts_that_are_json_are_looked_into() {
    let json = r#"{"p":"{\"a\":{\"b\":\"x\\\"y\"},\"t\":\"{\\\"u\\\":7}\"}","q":"{broken","r":" [{\"s\":1}]"}"#;
    let paths = ["p.a.b", "p.t.u", "q.a", "r.s", "q", "p.z"];
    assert_eq!(
        picked(json, &paths),
        ["x\\\"y", "7", "", "1", "{broken", ""]
    );
}

#[test]
fn an_endless_text_within_texts_is_left_alone() {
    let mut json = "{\"a\":1}".to_owned();
    for _ in 0..8 {
        json = serde_json::json!({ "a": json }).to_string();
    }
    assert_eq!(picked(&json, &["a.a.a.a.a.a.a.a.a"]), [""]);
}

#[test]
fn a_key_with_dots_is_taken_before_an_object() {
    assert_eq!(picked(r#"{"a.b":1,"a":{"b":2}}"#, &["a.b"]), ["1"]);
    assert_eq!(picked(r#"{"a":{"b":2},"a.b":1}"#, &["a.b"]), ["1"]);
    assert_eq!(picked(r#"{"a":{"b":2}}"#, &["a.b"]), ["2"]);
    assert_eq!(picked(r#"{"a":{"b.c":3},"a.b":{}}"#, &["a.b.c"]), ["3"]);
    assert_eq!(picked(r#"{"a.b":{"c":3}}"#, &["a.b.c"]), ["3"]);
    let long = "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z";
    assert_eq!(picked(&format!("{{\"{long}\":1}}"), &[long]), ["1"]);
}

#[test]
fn of_a_key_that_is_there_twice_the_last_counts() {
    assert_eq!(picked(r#"{"a":1,"a":2}"#, &["a"]), ["2"]);
    assert_eq!(picked(r#"{"a":{"b":1},"a":{}}"#, &["a.b"]), [""]);
    assert_eq!(picked(r#"{"a":{"b":1},"a":3}"#, &["a.b"]), [""]);
}

#[test]
fn a_key_is_what_it_says_not_how_it_is_written() {
    assert_eq!(
        picked(r#"{"\u0061\/":1,"b\ud800":2}"#, &["a/", "b"]),
        ["1", ""]
    );
}

#[test]
fn two_paths_may_be_one() {
    assert_eq!(picked(r#"{"a":1}"#, &["a", "a"]), ["1", "1"]);
}
