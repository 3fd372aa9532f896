//! Bytes in, records with their lines and fields out.

use super::*;
use proptest::prelude::*;

const COMMA: Dialect = Dialect {
    delimiter: b',',
    terminator: b'\n',
};

/// A record's line and its raw fields.
type Fields<'a> = (u64, Vec<&'a [u8]>);

/// Splits the way the reader does, `more` bytes at a time: the raw fields of each record with the
/// line it starts on.
fn split(bytes: &[u8], dialect: Dialect, more: usize) -> Result<Vec<Fields<'_>>, u64> {
    let (mut from, mut to, mut line) = (0, 0, 1);
    let mut records = Vec::new();
    let mut ends = vec![0; bytes.len() + 1];
    loop {
        let mut splitter = Splitter::new(&bytes[from..to], dialect, to == bytes.len());
        loop {
            match splitter.step(&mut ends) {
                NextRecord::Record(record) => {
                    let mut start = from + record.start;
                    let fields = ends[..record.fields].iter().map(|end| {
                        let end = *end as usize;
                        let field = &bytes[start..from + end];
                        start = from + end + 1;
                        field
                    });
                    records.push((line, fields.collect()));
                    line += record.lines;
                }
                NextRecord::NeedsMore => break,
                NextRecord::Unclosed { lines } => return Err(line + lines),
            }
        }
        from += splitter.consumed();
        if to == bytes.len() {
            assert_eq!(from, to, "bytes are left over at the end");
            return Ok(records);
        }
        to = (to + more).min(bytes.len());
    }
}

/// The records as `line:field|field`.
fn check(text: &str, expected: &[&str]) {
    for more in [1, 2, 3, 7, 64, 1000] {
        let found: Vec<String> = split(text.as_bytes(), COMMA, more)
            .unwrap()
            .iter()
            .map(|(line, fields)| {
                format!("{line}:{}", String::from_utf8_lossy(&fields.join(&b'|')))
            })
            .collect();
        assert_eq!(found, expected, "{more} bytes at a time");
    }
}

#[test]
fn a_record_ends_with_its_line_or_with_the_input() {
    check("a,b\nc,d\n", &["1:a|b", "2:c|d"]);
    check("a,b\r\nc,d", &["1:a|b", "2:c|d"]);
    check("a,\r\n\n,b", &["1:a|", "2:", "3:|b"]);
    check("a\rb,c\r", &["1:a\rb|c"]);
    check("", &[]);
}

#[test]
fn delimiters_and_line_ends_within_quotes_are_text() {
    check("\"a,b\",\"c\nd\"\ne\n", &["1:\"a,b\"|\"c\nd\"", "3:e"]);
    check("\"a\"\"b\",c\r\n\"d\"\r\n", &["1:\"a\"\"b\"|c", "2:\"d\""]);
    check("\"\",\"\"\n", &["1:\"\"|\"\""]);
}

#[test]
fn a_stray_quote_never_merges_rows() {
    check("a,say\"hi\"\nb,c\n", &["1:a|say\"hi\"", "2:b|c"]);
    check("\"a\"b,c\nd\n", &["1:\"a\"b|c", "2:d"]);
    check("\"a\\\"b\",c\nd,\"e\"\n", &["1:\"a\\\"b\"|c", "2:d|\"e\""]);
    check("\"a\\\"b\nd,e\n", &["1:\"a\\\"b", "2:d|e"]);
    check("\"a\\\"\"\nd,e\n", &["1:\"a\\\"\"", "2:d|e"]);
    check("\"C:\\\",b\n", &["1:\"C:\\\"|b"]);
    check("\"C:\\\"\",b\",c\n", &["1:\"C:\\\"\",b\"|c"]);
}

#[test]
fn a_quote_that_is_never_closed_is_told_with_its_line() {
    for more in [1, 5, 100] {
        assert_eq!(split(b"a\nb,\"c\nd\n", COMMA, more), Err(2));
        assert_eq!(
            split(b"\"a\nb\",\"c\nd,\"e\"\n", COMMA, more),
            Err(2),
            "closed by the quote that opens another field"
        );
    }
}

#[test]
fn a_carriage_return_can_be_the_terminator() {
    let dialect = Dialect {
        delimiter: b';',
        terminator: b'\r',
    };
    let found = split(b"a;b\r\"c\rd\";e\rf", dialect, 3).unwrap();
    let lines: Vec<u64> = found.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [1, 2, 4]);
    assert_eq!(found[1].1, [&b"\"c\rd\""[..], b"e"]);
}

#[test]
fn a_mask_has_a_bit_for_each_byte_that_matters_and_no_other() {
    for at in 0..BLOCK {
        for mark in [b',', b'\n', QUOTE] {
            for other in (0..=255).filter(|byte| !b",\n\"".contains(byte)) {
                let mut block = [other; BLOCK];
                block[at] = mark;
                assert_eq!(marks(&block, COMMA), 1 << at);
            }
        }
    }
}

proptest! {
    #[test]
    fn well_formed_text_is_split_as_the_csv_crate_does(
        rows in proptest::collection::vec(
            proptest::collection::vec("[a-z,\"\n\r \u{e9}]{0,9}", 2..5), 0..20),
        more in 1usize..200,
    ) {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let text = writer.into_inner().unwrap();
        let found = split(&text, COMMA, more).unwrap();
        let mut scratch = Vec::new();
        let said: Vec<Vec<String>> = found.iter().map(|(_, fields)| {
            fields.iter().map(|field| {
                let said = crate::source::delimited::quoted::read(field, &mut scratch);
                String::from_utf8_lossy(said.bytes).into_owned()
            }).collect()
        }).collect();
        prop_assert_eq!(said, rows);
    }

    #[test]
    fn any_bytes_are_split_alike_however_they_come(
        bytes in proptest::collection::vec(
            proptest::sample::select(b"ab,\"\\\n\r".to_vec()), 0..120),
        more in 1usize..100,
    ) {
        prop_assert_eq!(split(&bytes, COMMA, more), split(&bytes, COMMA, bytes.len().max(1)));
    }
}
