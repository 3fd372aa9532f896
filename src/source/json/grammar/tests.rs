//! The grammar, with serde_json as its second opinion.

use super::*;
use proptest::prelude::*;

/// Writes down what it hears.
#[derive(Default)]
struct Heard(String);

impl Visit for Heard {
    fn begin(&mut self) {
        self.0.clear();
    }
    fn key(&mut self, raw: &[u8], _: bool) {
        self.0 += &format!("{}:", String::from_utf8_lossy(raw));
    }
    fn element(&mut self) {
        self.0.push('.');
    }
    fn open(&mut self, kind: ValueKind, _: usize) {
        self.0
            .push(if kind == ValueKind::Array { '[' } else { '{' });
    }
    fn close(&mut self, _: usize) {
        self.0.push(')');
    }
    fn scalar(&mut self, _: &[u8], scalar: Scalar) {
        self.0 += &format!("{:?} ", scalar.kind);
    }
}

fn scanned(bytes: &[u8], is_end: bool) -> (Scanned, String) {
    let text = JsonText {
        bytes,
        is_end,
        terminator: b'\n',
    };
    let mut heard = Heard::default();
    (scan(text, 0, &mut heard), heard.0)
}

/// What is reported for a text that is one value.
fn check(text: &str, expected: &str) {
    let (scanned, heard) = scanned(text.as_bytes(), true);
    assert_eq!(scanned.end, Ok(text.len()), "{text}");
    assert_eq!(heard, expected);
}

fn check_fault(text: &str, at: usize, expected: &'static str) {
    let fault = Fault::Broken { at, expected };
    assert_eq!(scanned(text.as_bytes(), true).0.end, Err(fault), "{text}");
}

#[test]
fn a_value_is_told_in_order() {
    check("\"a\"", "Plain ");
    check("\"a\\n\"", "Escaped ");
    check("-0.5e+3", "Number ");
    check(
        "{ \"a\" : [ 1 , {} ] , \"b\":[]\n}",
        "{a:[.Number .{))b:[))",
    );
    check("[true,false,null]", "[.Boolean .Boolean .Null )");
}

#[test]
fn what_a_filled_template_lacks_is_null() {
    check("{\"a\":-,\"b\":,\"c\":- }", "{a:Null b:Null c:Null )");
    check("{\"a\":}", "{a:Null )");
    check("\"\\xC3\\xA9\"", "Escaped ");
}

#[test]
fn what_is_no_json_is_told_with_its_place() {
    check_fault("not", 0, "a value");
    check_fault("{a:1}", 1, "a key in quotes");
    check_fault("{\"a\" 1}", 5, "a colon");
    check_fault("{\"a\":1,}", 7, "a key in quotes");
    check_fault("[1,]", 3, "a value");
    check_fault("[1 2]", 3, "a comma or ]");
    check_fault("{\"a\":01}", 6, "a comma or }");
    check_fault("-x", 1, "a digit");
    check_fault("\"a\tb\"", 2, "an escape for a control character");
    check_fault("{\"a\n", 3, "the end of the string");
    check_fault("\"\\y\"", 2, "an escape such as \\n");
    check_fault("\"\\xg\"", 3, "two hexadecimal digits");
    check_fault("{\"a\"}", 4, "a colon");
    check_fault("\"\\u12g4\"", 5, "four hexadecimal digits");
}

#[test]
fn nesting_is_limited_and_takes_no_stack() {
    let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    assert_eq!(scanned(deep(127).as_bytes(), true).0.end, Ok(254));
    check_fault(&deep(1_000_000), 127, "at most 127 levels of nesting");
}

#[test]
fn bytes_that_may_go_on_are_cut() {
    for text in ["12", "nul", "\"a", "[1", "{\"a\"", "-", "1e", "\"\\u12"] {
        assert_eq!(
            scanned(text.as_bytes(), false).0.end,
            Err(Fault::Cut),
            "{text}"
        );
    }
    assert_eq!(scanned(b"12", true).0.end, Ok(2));
    assert_eq!(scanned(b"null", false).0.end, Ok(4));
}

proptest! {
    /// The oracle is `serde_json`, which reads a number of any size only if it is not made into one.
    #[test]
    fn the_same_texts_are_json_as_for_serde_json(
        text in "([\\[\\]{},: \n]|\"(a|\\\\[nu\"\\\\x/]|00e9|[\u{0}-\u{20}é])*\"|-?[01]{1,2}(\\.[0-9]?)?([eE][-+]?[0-9]?)?|true|null|fals){0,12}",
    ) {
        let theirs = serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok();
        let start = text.len() - text.trim_ascii_start().len();
        let shifted = JsonText { bytes: text.as_bytes(), is_end: true, terminator: b'\n' };
        let ours = scan(shifted, start, &mut Heard::default()).end
            .is_ok_and(|end| text[end..].trim_matches([' ', '\n', '\r', '\t']).is_empty());
        // A form feed is white space for `trim_ascii_start` and not for JSON.
        let close: String = text.split([' ', '\n']).collect();
        let is_filled = ["\\x", ":,", ":}", "-,", "-}", "-]"].iter().any(|lack| close.contains(lack));
        prop_assert!(theirs || !ours || text[..start].contains('\u{c}') || is_filled, "{:?}", text);
        prop_assert!(ours || !theirs, "{:?}", text);
    }

    #[test]
    fn marks_are_found_wherever_they_are(
        text in proptest::collection::vec(any::<u8>(), 0..60), at in 0usize..60,
    ) {
        let is_mark = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
        let rest = text.get(at..).unwrap_or_default();
        let expected = at + rest.iter().position(is_mark).unwrap_or(rest.len());
        prop_assert_eq!(next_mark(&text, at), expected);
    }
}
