//! Whether a text is JSON, by its beginning. Source floor.
//!
//! Knows what else begins like JSON: logs with addresses or times in brackets, text with a word in front.

use crate::source::json::grammar::Kind;
use crate::source::json::grammar::Scalar;
use crate::source::json::grammar::Text;
use crate::source::json::grammar::Visit;
use crate::source::json::grammar::scan;
use crate::source::json::prefix::Prefix;
use crate::source::json::prefix::prefix;

/// How many of the first lines may be no objects.
const LINES_SAMPLED: usize = 16;

/// What the beginning of a text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum Looks {
    /// It is JSON with objects.
    Objects,
    /// It is a JSON array, but not of objects: of these.
    ArrayOf(&'static str),
    /// It is something else.
    Other,
}

/// What a text is that begins with `head`.
pub(in crate::source) fn looks(head: &[u8]) -> Looks {
    let head = head.trim_ascii_start();
    match head.first() {
        None => return Looks::Other,
        Some(b'{') => return Looks::Objects,
        Some(b'[') if matches!(head[1..].trim_ascii_start(), [b'{' | b']', ..]) => {
            return Looks::Objects;
        }
        Some(_) => {}
    }
    let lines = head.split(|byte| matches!(byte, b'\n' | b'\r'));
    let lines = lines.map(<[u8]>::trim_ascii);
    let mut lines = lines.filter(|line| !line.is_empty()).take(LINES_SAMPLED);
    if lines.any(is_object) {
        return Looks::Objects;
    }
    match head.strip_prefix(b"[").map(<[u8]>::trim_ascii_start) {
        Some([b'[', ..]) => Looks::ArrayOf("arrays"),
        Some(rest) => array_of_scalars(rest),
        None => Looks::Other,
    }
}

/// Whether a line is an object with at least one key, be it with a prefix.
fn is_object(line: &[u8]) -> bool {
    let start = match (line.first(), prefix(line, true)) {
        (Some(b'{'), _) => 0,
        (_, Prefix::Of(length)) => length,
        _ => return false,
    };
    let text = Text {
        bytes: line,
        is_end: true,
        terminator: b'\n',
    };
    let mut keys = HasKeys(false);
    scan(text, start, &mut keys).end == Ok(line.len()) && keys.0
}

/// What an array begins with, if its first element has a comma or its end after it: a log has not.
fn array_of_scalars(rest: &[u8]) -> Looks {
    let text = Text {
        bytes: rest,
        is_end: false,
        terminator: b'\n',
    };
    let mut first = First(Kind::Null);
    let Ok(end) = scan(text, 0, &mut first).end else {
        return Looks::Other;
    };
    match (rest[end..].trim_ascii_start(), first.0) {
        ([b',' | b']', ..], Kind::Plain | Kind::Escaped) => Looks::ArrayOf("strings"),
        ([b',' | b']', ..], Kind::Number) => Looks::ArrayOf("numbers"),
        ([b',' | b']', ..], Kind::Boolean | Kind::Null) => {
            Looks::ArrayOf("values that are no objects")
        }
        _ => Looks::Other,
    }
}

struct HasKeys(bool);

impl Visit for HasKeys {
    fn begin(&mut self) {}
    fn key(&mut self, _: &[u8], _: bool) {
        self.0 = true;
    }
    fn element(&mut self) {}
    fn open(&mut self, _: Kind) {}
    fn close(&mut self) {}
    fn scalar(&mut self, _: Scalar) {}
}

struct First(Kind);

impl Visit for First {
    fn begin(&mut self) {}
    fn key(&mut self, _: &[u8], _: bool) {}
    fn element(&mut self) {}
    fn open(&mut self, kind: Kind) {
        self.0 = kind;
    }
    fn close(&mut self) {}
    fn scalar(&mut self, scalar: Scalar) {
        self.0 = scalar.kind;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &str, expected: Looks) {
        assert_eq!(looks(head.as_bytes()), expected, "{head}");
    }

    #[test]
    fn objects_are_known_by_their_brace_or_by_a_line_of_the_first() {
        for head in [
            "{\"a\":1}",
            "\n {",
            "{broken\n",
            "[{}]",
            " [\n  {",
            "[]",
            "caddy  | {\"a\":1}\n",
            "1\n\"x\"\nnull\n[]\n{\"a\":1}\n",
            "# exported\n{\"a\":1}\n{\"a\":2}",
            "[1]\r\n{\"a\":1}\r\n",
        ] {
            check(head, Looks::Objects);
        }
    }

    #[test]
    fn arrays_of_other_things_are_told() {
        check("[[1,2],[3]]", Looks::ArrayOf("arrays"));
        check(&"[".repeat(1000), Looks::ArrayOf("arrays"));
        check("[ \"a\",\n", Looks::ArrayOf("strings"));
        check("[1.5]", Looks::ArrayOf("numbers"));
        check("[null,{}]", Looks::ArrayOf("values that are no objects"));
    }

    #[test]
    fn logs_and_tables_are_something_else() {
        for head in [
            "[2001:db8::2]:443 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.0\" 200 1",
            "[23/Aug/2026:10:00:00 +0000] 192.0.2.1 GET /",
            "[2026-08-23 10:00:00] {\"a\":1}",
            "user,time,page\na,1,/{x}\n",
            "user,time,page\na,1,\"{\n}\n\"",
            "user|time|page\na|1|{}",
            "null",
            "",
            "1\n2\n",
        ] {
            check(head, Looks::Other);
        }
    }
}
