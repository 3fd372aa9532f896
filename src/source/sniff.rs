//! What an input is, by its first bytes. Source floor.

/// Beginnings of formats that are no text, and what to say of them.
const MAGICS: [(&[u8], &str); 13] = [
    (b"SQLite format 3\0", "it is a SQLite database"),
    (
        b"PK\x03\x04",
        "it is a zip archive (perhaps an .xlsx workbook): save the sheet as CSV",
    ),
    (
        b"\x1f\x8b",
        "it is compressed with gzip: decompress it first, such as with gzip -dc",
    ),
    (
        b"\x28\xb5\x2f\xfd",
        "it is compressed with zstd: decompress it first, such as with zstd -dc",
    ),
    (
        b"BZh",
        "it is compressed with bzip2: decompress it first, such as with bzip2 -dc",
    ),
    (
        b"\xfd7zXZ\0",
        "it is compressed with xz: decompress it first, such as with xz -dc",
    ),
    (
        b"PAR1",
        "it is a Parquet file, which this version does not read",
    ),
    (
        b"\x89PNG",
        "it does not look like text: it is a PNG picture",
    ),
    (
        b"\xff\xd8\xff",
        "it does not look like text: it is a JPEG picture",
    ),
    (b"GIF8", "it does not look like text: it is a GIF picture"),
    (b"%PDF", "it does not look like text: it is a PDF document"),
    (b"\xff\xfe", "it is UTF-16 text: convert it to UTF-8 first"),
    (b"\xfe\xff", "it is UTF-16 text: convert it to UTF-8 first"),
];

/// How much of the beginning is looked at.
const SAMPLE_BYTES: usize = 8_192;

/// Why the input cannot be a table of text; `None` if it can.
pub(super) fn problem(head: &[u8]) -> Option<&'static str> {
    if let Some((_, problem)) = MAGICS.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(problem);
    }
    if head
        .iter()
        .all(|byte| matches!(byte, b'\r' | b'\n' | b' ' | b'\t'))
    {
        return Some("the file is empty");
    }
    let sample = &head[..head.len().min(SAMPLE_BYTES)];
    let is_control = |byte: &&u8| matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127);
    let controls = sample.iter().filter(is_control).count();
    (controls * 10 > sample.len()).then_some("it does not look like text")
}

/// The delimiter of a header line: of `,` `;` tab and `|` the most frequent outside quotes, the earlier
/// of equals; `,` if there is none.
pub(super) fn delimiter(header: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [0; 4];
    const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];
    for byte in header {
        quoted ^= *byte == b'"';
        if let (false, Some(candidate)) = (
            quoted,
            CANDIDATES.iter().position(|candidate| candidate == byte),
        ) {
            counts[candidate] += 1;
        }
    }
    let best = (0..4)
        .rev()
        .max_by_key(|&candidate| counts[candidate])
        .unwrap_or(0);
    CANDIDATES[best]
}
