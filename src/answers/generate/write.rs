//! Pageviews as CSV, JSON lines or SQL. Answers floor.
//!
//! Every page is brought into the format's form once; after that a row is copied bytes.

use std::io;

use super::GenerateFormat;
use super::GeneratedRow;
use super::START;
use super::shop::Shop;
use crate::answers::quote::sql_text;
use crate::answers::sql::PAGEVIEWS_TABLE;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::timestamp::Timestamp;
use crate::words::timestamp::US_PER_S;

/// Rows of one INSERT: few enough for any engine's limit on a statement, enough to load fast.
const ROWS_PER_INSERT: u64 = 500;

/// Rows between two reports of progress; also what is gathered before it is written.
pub(super) const ROWS_PER_STEP: usize = 8_192;

/// Writes the rows in the order given, reporting after every step how many are written.
pub(super) fn write_rows(
    rows: &[GeneratedRow],
    format: GenerateFormat,
    out: &mut dyn io::Write,
    progress: &mut dyn FnMut(u64) -> Result<()>,
) -> Result<()> {
    let pages: Vec<String> = Shop::pages()
        .iter()
        .map(|page| encoded(page, format))
        .collect();
    let mut text = Vec::with_capacity(ROWS_PER_STEP * 96);
    match format {
        GenerateFormat::Csv => text.extend_from_slice(b"user_id,page_view_at,page\n"),
        GenerateFormat::Jsonl => {}
        GenerateFormat::Sql => {
            text.extend_from_slice(b"BEGIN;\n");
            text.extend_from_slice(PAGEVIEWS_TABLE.as_bytes());
        }
    }
    let mut written = 0;
    for step in rows.chunks(ROWS_PER_STEP) {
        for row in step {
            let page = pages[usize::from(row.page)].as_bytes();
            match format {
                GenerateFormat::Csv => write_csv(&mut text, row, page),
                GenerateFormat::Jsonl => write_jsonl(&mut text, row, page),
                GenerateFormat::Sql => write_sql(&mut text, row, page, written),
            }
            written += 1;
        }
        flush(&mut text, out)?;
        progress(written)?;
    }
    if format == GenerateFormat::Sql {
        text.extend_from_slice(if written > 0 {
            b";\nCOMMIT;\n"
        } else {
            b"COMMIT;\n".as_slice()
        });
    }
    flush(&mut text, out)
}

/// `1001,2020-02-02 12:55:16,/home`
fn write_csv(text: &mut Vec<u8>, row: &GeneratedRow, page: &[u8]) {
    text.extend_from_slice(itoa::Buffer::new().format(row.user).as_bytes());
    text.push(b',');
    let at = text.len();
    write_time(text, row);
    // The seed system's form is RFC 3339 but for the T and the Z.
    text[at + "2020-02-02".len()] = b' ';
    text.pop();
    text.push(b',');
    text.extend_from_slice(page);
    text.push(b'\n');
}

/// `{"user_id":"1001","page_view_at":"2020-02-02T12:55:16Z","page":"/home"}`
fn write_jsonl(text: &mut Vec<u8>, row: &GeneratedRow, page: &[u8]) {
    text.extend_from_slice(b"{\"user_id\":\"");
    text.extend_from_slice(itoa::Buffer::new().format(row.user).as_bytes());
    text.extend_from_slice(b"\",\"page_view_at\":\"");
    write_time(text, row);
    text.extend_from_slice(b"\",\"page\":");
    text.extend_from_slice(page);
    text.extend_from_slice(b"}\n");
}

/// `('1001','2020-02-02T12:55:16Z','/home')`, and what joins it to the `written` rows before it.
fn write_sql(text: &mut Vec<u8>, row: &GeneratedRow, page: &[u8], written: u64) {
    text.extend_from_slice(match written % ROWS_PER_INSERT {
        0 if written == 0 => {
            b"INSERT INTO pageviews (user_id, page_view_at, page) VALUES\n".as_slice()
        }
        0 => b";\nINSERT INTO pageviews (user_id, page_view_at, page) VALUES\n",
        _ => b",\n",
    });
    // Digits and a time hold nothing to quote.
    text.extend_from_slice(b"('");
    text.extend_from_slice(itoa::Buffer::new().format(row.user).as_bytes());
    text.extend_from_slice(b"','");
    write_time(text, row);
    text.extend_from_slice(b"',");
    text.extend_from_slice(page);
    text.push(b')');
}

fn write_time(text: &mut Vec<u8>, row: &GeneratedRow) {
    Timestamp::clamped(START.as_us() + i64::from(row.at_s) * US_PER_S).write_rfc3339(text);
}

/// A page's text as a value of the format, quoted where the format wants it.
fn encoded(page: &str, format: GenerateFormat) -> String {
    match format {
        GenerateFormat::Csv if page.contains(['"', ',', '\n', '\r']) => {
            format!("\"{}\"", page.replace('"', "\"\""))
        }
        GenerateFormat::Csv => page.to_owned(),
        GenerateFormat::Jsonl => serde_json::Value::from(page).to_string(),
        GenerateFormat::Sql => sql_text(page),
    }
}

fn flush(text: &mut Vec<u8>, out: &mut dyn io::Write) -> Result<()> {
    out.write_all(text)
        .map_err(Error::io("write", "the output"))?;
    text.clear();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_as_their_format_wants() {
        for (page, csv, jsonl, sql) in [
            ("/home", "/home", "\"/home\"", "'/home'"),
            ("a,\"b'", "\"a,\"\"b'\"", "\"a,\\\"b'\"", "'a,\"b'''"),
        ] {
            assert_eq!(encoded(page, GenerateFormat::Csv), csv);
            assert_eq!(encoded(page, GenerateFormat::Jsonl), jsonl);
            assert_eq!(encoded(page, GenerateFormat::Sql), sql);
        }
    }
}
