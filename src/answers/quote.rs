//! The one way a value gets into a SQL statement as text. Answers floor.

/// The text as a SQL string literal: in single quotes, with every single quote in it doubled.
///
/// This is standard SQL, and right for SQLite and PostgreSQL (with `standard_conforming_strings`, its default). A text
/// with U+0000 has no literal in either engine, but no value that reaches this function can have one.
pub(super) fn sql_text(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('\'');
    for c in text.chars() {
        if c == '\'' {
            literal.push('\'');
        }
        literal.push(c);
    }
    literal.push('\'');
    literal
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rusqlite::Connection;

    #[test]
    fn quotes_are_doubled_and_nothing_else_is_touched() {
        assert_eq!(sql_text("/home"), "'/home'");
        assert_eq!(sql_text(""), "''");
        assert_eq!(sql_text("O'Hara"), "'O''Hara'");
        assert_eq!(sql_text("'; DROP TABLE x; --"), "'''; DROP TABLE x; --'");
        assert_eq!(sql_text("back\\slash\n\"é\""), "'back\\slash\n\"é\"'");
    }

    proptest! {
        #[test]
        fn an_engine_reads_back_what_was_quoted(text in "[^\\x00]{0,40}") {
            let engine = Connection::open_in_memory().unwrap();
            let read: String = engine
                .query_row(&format!("SELECT {}", sql_text(&text)), [], |row| row.get(0))
                .unwrap();
            prop_assert_eq!(read, text);
        }
    }
}
