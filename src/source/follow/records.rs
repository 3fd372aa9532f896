//! Where the last whole record ends in lines that were appended. Source floor.
//!
//! A line end within quotes ends no record. What follows the last record waits for the rest of it.

use crate::source::delimited::needs_more;
use crate::source::delimited::split::Dialect;
use crate::source::delimited::split::NextRecord;
use crate::source::delimited::split::Splitter;
use crate::source::json::whole_objects;
use crate::source::rows::understood::RecordForm;
use crate::source::rows::understood::TableForm;

/// How many of these bytes, which begin with a record and end in a line feed, are whole records.
pub(super) fn whole_records(bytes: &[u8], form: RecordForm) -> usize {
    match form {
        RecordForm::Table(form) => whole_rows(bytes, form),
        RecordForm::Objects { of_rows } => whole_objects(bytes, of_rows),
    }
}

fn whole_rows(bytes: &[u8], form: TableForm) -> usize {
    let dialect = Dialect {
        delimiter: form.delimiter,
        terminator: form.terminator,
    };
    let mut splitter = Splitter::new(bytes, dialect, true);
    while let NextRecord::Record(_) = splitter.step(&mut []) {}
    let whole = splitter.consumed();
    match needs_more(&bytes[whole..], dialect) {
        true => whole,
        // The reader will say what is wrong.
        false => bytes.len(),
    }
}

/// How many of these bytes, of the same kind, are lines that others can go on from: as many as `most` has room for.
pub(super) fn context(bytes: &[u8], form: Option<RecordForm>, most: usize) -> usize {
    let bytes = &bytes[..bytes.len().min(most)];
    let lines = memchr::memrchr(b'\n', bytes).map_or(0, |last| last + 1);
    match form {
        None => lines,
        Some(form) => whole_records(&bytes[..lines], form),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: RecordForm = RecordForm::Table(TableForm {
        delimiter: b',',
        terminator: b'\n',
        header_lines: 1,
    });

    fn check(text: &str, expected: &str) {
        let n = whole_records(text.as_bytes(), FORM);
        assert_eq!(&text[..n], expected);
    }

    #[test]
    fn a_line_end_within_quotes_ends_no_record() {
        check("a,b\nc,d\n", "a,b\nc,d\n");
        check("a,b\nc,\"d\n", "a,b\n");
        check("a,b\nc,\"d\ne\"\n", "a,b\nc,\"d\ne\"\n");
        check("\"\n", "");
    }

    #[test]
    fn the_context_is_of_whole_lines_and_records() {
        let of = |text: &str, form, most| context(text.as_bytes(), form, most);
        assert_eq!(of("ab\ncd\nef", None, 7), 6);
        assert_eq!(of("ab\ncd\nef", None, 2), 0);
        assert_eq!(of("a,b\nc,\"d\ne\"\n", Some(FORM), 9), 4);
    }
}
