//! Pageviews as CSV, JSON lines, an access log or SQL. Answers floor.
//!
//! Every page is converted to the format once. After that, writing a row only copies bytes.

use std::io;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

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

/// Rows between two reports of progress. As many are gathered before they are written.
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
        GenerateFormat::Jsonl | GenerateFormat::AccessLog => {}
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
                GenerateFormat::AccessLog => write_log(&mut text, row, page),
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
    // The seed system's form is RFC 3339 without the T and the Z.
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

/// `198.18.3.233 - - [02/Feb/2020:12:55:16 +0000] "GET /home HTTP/1.1" 200 5120 "-" "Mozilla/5.0 ..."`
fn write_log(text: &mut Vec<u8>, row: &GeneratedRow, page: &[u8]) {
    const MONTHS: [&[u8]; 12] = [
        b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov",
        b"Dec",
    ];
    text.extend_from_slice(address_of(row.user).to_string().as_bytes());
    text.extend_from_slice(b" - - [");
    let mut time = Vec::with_capacity(32);
    write_time(&mut time, row);
    // `2020-02-02T12:55:16Z`, put together anew.
    let month = usize::from(time[5] - b'0') * 10 + usize::from(time[6] - b'0');
    for part in [
        &time[8..10],
        b"/",
        MONTHS[(month + 11) % 12],
        b"/",
        &time[..4],
        b":",
        &time[11..19],
    ] {
        text.extend_from_slice(part);
    }
    text.extend_from_slice(b" +0000] \"GET ");
    text.extend_from_slice(page);
    text.extend_from_slice(b" HTTP/1.1\" 200 5120 \"-\" \"");
    text.extend_from_slice(AGENTS[row.user as usize % AGENTS.len()]);
    text.extend_from_slice(b"\"\n");
}

/// Browsers that a generated log's users have.
const AGENTS: [&[u8]; 3] = [
    b"Mozilla/5.0 (X11; Linux x86_64; rv:123.0) Gecko/20100101 Firefox/123.0",
    b"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36",
    b"Mozilla/5.0 (iPhone; CPU iPhone OS 17_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.3 Mobile/15E148 Safari/604.1",
];

/// A different address for each user: from the network for benchmarks (RFC 2544) as far as it goes, then from the one
/// for documentation (RFC 3849).
fn address_of(user: u32) -> IpAddr {
    const BENCHMARKS: u32 = u32::from_be_bytes([198, 18, 0, 0]);
    const N_BENCHMARKS: u32 = 1 << 17;
    match user < N_BENCHMARKS {
        true => Ipv4Addr::from(BENCHMARKS + user).into(),
        false => {
            let [high, low] = [(user >> 16) as u16, user as u16];
            Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, high, low).into()
        }
    }
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
    // Digits and a time need no quotes.
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
        GenerateFormat::Csv | GenerateFormat::AccessLog => page.to_owned(),
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
