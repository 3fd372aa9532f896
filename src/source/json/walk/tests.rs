//! Text in, the lines of objects and of bad text out.

use super::*;
use crate::source::json::keys::Keys;
use proptest::prelude::*;

/// The steps with `more` bytes at a time: `line` for an object, `line: reason` for bad text.
fn walked(bytes: &[u8], shape: Sequence, more: usize) -> Vec<String> {
    let (mut from, mut to) = (0, 0);
    let mut walk = ObjectWalk::new(shape);
    let mut found = Vec::new();
    let mut keys = Keys::default();
    loop {
        let text = JsonText {
            bytes: &bytes[from..to],
            is_end: to == bytes.len(),
            terminator: b'\n',
        };
        loop {
            match walk.step(text, &mut keys) {
                NextObject::Object { line } => found.push(line.to_string()),
                NextObject::Bad { line, reason } => found.push(format!("{line}: {reason}")),
                NextObject::NeedsMore => break,
                NextObject::Refused { line, problem } => {
                    found.push(format!("{line}! {problem}"));
                    return found;
                }
            }
        }
        from += walk.consumed();
        if text.is_end {
            assert_eq!(from, to, "bytes are left over at the end");
            return found;
        }
        to = (to + more).min(bytes.len());
    }
}

fn check(text: &str, shape: Sequence, expected: &[&str]) {
    for more in [1, 2, 3, 7, 1000] {
        assert_eq!(
            walked(text.as_bytes(), shape, more),
            expected,
            "{more} bytes at a time"
        );
    }
}

#[test]
fn objects_follow_one_another_on_lines_or_over_lines() {
    use Sequence::Stream;
    check("{}\n{\"a\":1}\r\n\n {} \n", Stream, &["1", "2", "4"]);
    check("{\n\"a\":\n[]}\n{}", Stream, &["1", "4"]);
    check("{}{} {}\n", Stream, &["1", "1", "1"]);
    check("", Stream, &[]);
    check("\n \n", Stream, &[]);
    check("a-b_1.c | {}\nx  |  {}", Stream, &["1", "2"]);
}

#[test]
fn what_is_bad_costs_its_line() {
    use Sequence::Stream;
    check(
        "1\n\"x\"\nnull\n[]\n[1,\n2]\n{}",
        Stream,
        &[
            "1: a number where an object was expected",
            "2: a string where an object was expected",
            "3: null where an object was expected",
            "4: an array where an object was expected",
            "5: an array where an object was expected",
            "7",
        ],
    );
    check(
        "not json {\n{}TRAILER{}\n{}\n{\"a\":tru}\n{}{x\n{\"a\": \"b",
        Stream,
        &[
            "1: not JSON: expected a value, found \"not json {\"",
            "2: text after the object: \"TRAILER{}\"",
            "3",
            "4: not JSON: expected a value, found \"tru}\"",
            "5",
            "5: not JSON: expected a key in quotes, found \"x\"",
            "6: the input ends within it: is the file complete?",
        ],
    );
}

#[test]
fn an_object_that_is_never_closed_takes_no_other_with_it() {
    use Sequence::Stream;
    check(
        "{\"a\":1,\n{}\n",
        Stream,
        &[
            "1: not JSON: expected a key in quotes on line 2, found \"{}\"",
            "2",
        ],
    );
    check(
        "{\"a\":[\n{},\n{}\n{}",
        Stream,
        &[
            "1: not JSON: expected a comma or ] on line 4, found \"{}\"",
            "2: text after the object: \",\"",
            "3",
            "4",
        ],
    );
    check(
        "s | {\"a\":1,\ns | {}",
        Stream,
        &[
            "1: not JSON: expected a key in quotes on line 2, found \"s | {}\"",
            "2",
        ],
    );
}

#[test]
fn the_lines_of_a_bad_object_are_no_rows_of_their_own() {
    check(
        "{\n  \"a\": 1x,\n  \"b\": [\n    {},\n    {}\n  ]\n}\n{}\n",
        Sequence::Stream,
        &[
            "1: not JSON: expected a comma or } on line 2, found \"x,\"",
            "8",
        ],
    );
    check(
        "[\n  {\n    \"a\": 1x,\n    \"b\": [\n      {}\n    ]\n  },\n  {}\n]\n",
        Sequence::Array,
        &[
            "2: not JSON: expected a comma or } on line 3, found \"x,\"",
            "8",
        ],
    );
}

#[test]
fn an_array_has_commas_between_its_objects() {
    use Sequence::Array;
    check("[{},{}\n,{}]", Array, &["1", "1", "2"]);
    check(" [ ] [{}]\n[]\n", Array, &["1"]);
    check(
        "[{},1,[{}],\"x\",{}]",
        Array,
        &[
            "1",
            "1: a number where an object was expected",
            "1: an array where an object was expected",
            "1: a string where an object was expected",
            "1",
        ],
    );
    check(
        "[{}\n{},\n]\nmore",
        Array,
        &[
            "1",
            "2: no comma before the object",
            "2",
            "3: a comma after the last object of the array",
            "4: not JSON: expected an array, found \"more\"",
        ],
    );
}

#[test]
fn an_array_that_is_cut_or_damaged_says_so() {
    use Sequence::Array;
    check(
        "[{},\n",
        Array,
        &["1", "2: the array is never closed: is the file complete?"],
    );
    check(
        "[{},\n{\"a\":",
        Array,
        &["1", "2: the input ends within it: is the file complete?"],
    );
    check(
        "[{},\n{x},\n{}\n]",
        Array,
        &[
            "1",
            "2: not JSON: expected a key in quotes, found \"x},\"",
            "3",
        ],
    );
    check(
        "[{},\n{x}\n]\n",
        Array,
        &["1", "2: not JSON: expected a key in quotes, found \"x}\""],
    );
    check(
        "[{},{x},{}]",
        Array,
        &[
            "1",
            "1: not JSON: expected a key in quotes, found \"x},{}]\"",
            "1! the array is damaged there, and the objects after that on the same line cannot be told apart",
        ],
    );
}

proptest! {
    #[test]
    fn any_bytes_are_walked_alike_however_they_come(
        bytes in proptest::collection::vec(
            proptest::sample::select(b"{}[],:\"a1 \n\\|\r-".to_vec()), 0..80),
        shape in proptest::sample::select(vec![Sequence::Stream, Sequence::Array]),
        more in 1usize..40,
    ) {
        prop_assert_eq!(
            walked(&bytes, shape, more),
            walked(&bytes, shape, bytes.len().max(1))
        );
    }
}
