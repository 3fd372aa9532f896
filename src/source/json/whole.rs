//! Where the last whole object ends in lines of JSON, of which more may come. Source floor.

use crate::source::json::grammar::JsonText;
use crate::source::json::grammar::Scalar;
use crate::source::json::grammar::ValueKind;
use crate::source::json::grammar::Visit;
use crate::source::json::walk::NextObject;
use crate::source::json::walk::ObjectWalk;
use crate::source::json::walk::Sequence;

/// How many of these bytes, which begin with an object's line and end in a line feed, are whole lines with all that
/// began on them. `of_rows` says that rows are arrays.
pub(in crate::source) fn whole_objects(bytes: &[u8], of_rows: bool) -> usize {
    let shape = match of_rows {
        true => Sequence::StreamOfRows,
        false => Sequence::Stream,
    };
    let mut walk = ObjectWalk::new(shape);
    let text = JsonText {
        bytes,
        is_end: false,
        terminator: b'\n',
    };
    loop {
        match walk.step(text, &mut NoListener) {
            NextObject::Object { .. } | NextObject::Bad { .. } => {}
            NextObject::NeedsMore => break,
            // The reader will say what is wrong.
            NextObject::Refused { .. } => return bytes.len(),
        }
    }
    // What was lost is passed. An object that is not whole was not: its line waits for the others.
    let whole = &bytes[..walk.consumed()];
    memchr::memrchr(b'\n', whole).map_or(0, |last| last + 1)
}

struct NoListener;

impl Visit for NoListener {
    fn begin(&mut self) {}
    fn key(&mut self, _: &[u8], _: bool) {}
    fn element(&mut self) {}
    fn open(&mut self, _: ValueKind, _: usize) {}
    fn close(&mut self, _: usize) {}
    fn scalar(&mut self, _: &[u8], _: Scalar) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(&text[..whole_objects(text.as_bytes(), false)], expected);
    }

    #[test]
    fn an_object_over_several_lines_is_whole_when_it_is_closed() {
        check("{\"a\": 1}\n{\"a\": 2}\n", "{\"a\": 1}\n{\"a\": 2}\n");
        check("{\"a\": 1}\n{\"a\":\n", "{\"a\": 1}\n");
        check("{\"a\": 1}\nx | {\"a\":\n", "{\"a\": 1}\n");
        check("{\"a\":\n2}\n", "{\"a\":\n2}\n");
        check("{\"a\": {\"b\": 1}\n", "");
    }

    #[test]
    fn what_is_bad_on_its_line_does_not_wait() {
        check("{\"a\": tru\n{\"a\": 2}\n", "{\"a\": tru\n{\"a\": 2}\n");
        check("{\"a\": 1,\n{\"a\": 2}\n", "{\"a\": 1,\n{\"a\": 2}\n");
        check("starting\n", "starting\n");
        check("{\"a\": 1} more\n", "{\"a\": 1} more\n");
    }
}
