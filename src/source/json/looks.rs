//! Whether a text is JSON, by its beginning. Source floor.
//!
//! Knows what else begins like JSON: logs with addresses or times in brackets, text with a word in front.

use crate::source::json::grammar::JsonText;
use crate::source::json::grammar::Scalar;
use crate::source::json::grammar::ValueKind;
use crate::source::json::grammar::Visit;
use crate::source::json::grammar::scan;
use crate::source::json::prefix::LinePrefix;
use crate::source::json::prefix::prefix;

/// How many of the first lines may be something other than objects.
const LINES_SAMPLED: usize = 16;

/// What the beginning of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum Looks {
    /// It is JSON with objects.
    Objects,
    /// A JSON array, not of objects but of these.
    ArrayOf(&'static str),
    /// It is something else.
    Other,
}

/// The kind of a text that begins with `head`.
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
    let lines = lines.filter(|line| !line.is_empty()).take(LINES_SAMPLED);
    if lines.clone().any(is_object) || are_rows(lines) {
        return Looks::Objects;
    }
    match head.strip_prefix(b"[").map(<[u8]>::trim_ascii_start) {
        Some(rows @ [b'[', ..]) if are_alike(rows) => Looks::Objects,
        Some([b'[', ..]) => Looks::ArrayOf("arrays"),
        Some(rest) => array_of_scalars(rest),
        None => Looks::Other,
    }
}

/// Whether a line is an object with at least one key, perhaps with a prefix.
fn is_object(line: &[u8]) -> bool {
    let start = match (line.first(), prefix(line, true)) {
        (Some(b'{'), _) => 0,
        (_, LinePrefix::Of(length)) => length,
        _ => return false,
    };
    let text = JsonText {
        bytes: line,
        is_end: true,
        terminator: b'\n',
    };
    let mut keys = HasKeys(false);
    scan(text, start, &mut keys).end == Ok(line.len()) && keys.0
}

/// Whether a text begins with rows, one on each line.
pub(super) fn are_rows_of(head: &[u8]) -> bool {
    let lines = head.split(|byte| matches!(byte, b'\n' | b'\r'));
    let lines = lines.map(<[u8]>::trim_ascii);
    let is_mixed = lines.clone().take(LINES_SAMPLED).any(is_object);
    !is_mixed && are_rows(lines.filter(|line| !line.is_empty()))
}

/// Whether the first two lines are arrays of as many values, at least two: rows of a table.
fn are_rows<'l>(mut lines: impl Iterator<Item = &'l [u8]>) -> bool {
    let mut width = || {
        let line = lines.next()?;
        let (width, end) = width(line)?;
        (end == line.len()).then_some(width)
    };
    matches!((width(), width()), (Some(one @ 2..), Some(other)) if one == other)
}

/// Whether the rest of an array begins with two such arrays.
pub(super) fn are_alike(rows: &[u8]) -> bool {
    let Some((one @ 2.., end)) = width(rows) else {
        return false;
    };
    let next = rows[end..].trim_ascii_start().strip_prefix(b",");
    let other = next.and_then(|next| width(next.trim_ascii_start()));
    other.is_some_and(|(other, _)| other == one)
}

/// How many values the array at the beginning of a text has, and where it ends.
fn width(text: &[u8]) -> Option<(usize, usize)> {
    if text.first() != Some(&b'[') {
        return None;
    }
    let text = JsonText {
        bytes: text,
        is_end: true,
        terminator: b'\n',
    };
    let mut width = Width::default();
    let end = scan(text, 0, &mut width).end.ok()?;
    Some((width.n, end))
}

/// The kind of an array's first element, if a comma or the end of the array follows. In a log, neither does.
fn array_of_scalars(rest: &[u8]) -> Looks {
    let text = JsonText {
        bytes: rest,
        is_end: false,
        terminator: b'\n',
    };
    let mut first = FirstValue(ValueKind::Null);
    let Ok(end) = scan(text, 0, &mut first).end else {
        return Looks::Other;
    };
    match (rest[end..].trim_ascii_start(), first.0) {
        ([b',' | b']', ..], ValueKind::Plain | ValueKind::Escaped) => Looks::ArrayOf("strings"),
        ([b',' | b']', ..], ValueKind::Number) => Looks::ArrayOf("numbers"),
        ([b',' | b']', ..], ValueKind::Boolean | ValueKind::Null) => {
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
    fn open(&mut self, _: ValueKind, _: usize) {}
    fn close(&mut self, _: usize) {}
    fn scalar(&mut self, _: &[u8], _: Scalar) {}
}

/// Counts the elements of the outermost array.
#[derive(Default)]
struct Width {
    n: usize,
    depth: usize,
}

impl Visit for Width {
    fn begin(&mut self) {}
    fn key(&mut self, _: &[u8], _: bool) {}
    fn element(&mut self) {
        self.n += usize::from(self.depth == 1);
    }
    fn open(&mut self, _: ValueKind, _: usize) {
        self.depth += 1;
    }
    fn close(&mut self, _: usize) {
        self.depth -= 1;
    }
    fn scalar(&mut self, _: &[u8], _: Scalar) {}
}

struct FirstValue(ValueKind);

impl Visit for FirstValue {
    fn begin(&mut self) {}
    fn key(&mut self, _: &[u8], _: bool) {}
    fn element(&mut self) {}
    fn open(&mut self, kind: ValueKind, _: usize) {
        self.0 = kind;
    }
    fn close(&mut self, _: usize) {}
    fn scalar(&mut self, _: &[u8], scalar: Scalar) {
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
            "[\"user\",\"ts\"]\n[1,2]\n",
            "[[\"user\",\"ts\"],\n[1,2]]\n",
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
