//! Whether a workbook may be unpacked at all. Source floor.
//!
//! Knows only how much a workbook holds, so that a small file cannot fill the memory.

use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::path::Path;

use crate::source::input::archive::Zip;
use crate::words::figure::bytes;

/// Bytes of a part that is read row by row.
const MOST_SHEET_BYTES: u64 = 2 << 30;

/// Bytes of a part that is held in memory.
const MOST_HELD_BYTES: u64 = 256 << 20;

/// The most cells of an ods workbook, which are all held in memory.
const MOST_CELLS: u64 = 20_000_000;

/// Bytes between two tags.
const MOST_TAG_BYTES: u64 = 16 << 20;

/// Which kind a workbook is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WorkbookKind {
    Xlsx,
    Ods,
}

/// Checks how large a workbook is when unpacked. The error says why it is not read.
pub(super) fn check(path: &Path) -> Result<WorkbookKind, String> {
    let (zip, members) = Zip::open(path)?;
    let kind = match members.iter().any(|member| member.name == "content.xml") {
        true => WorkbookKind::Ods,
        false => WorkbookKind::Xlsx,
    };
    for member in &members {
        let is_sheet = member.name.starts_with("xl/worksheets/") || kind == WorkbookKind::Ods;
        let is_read = member.name.ends_with(".xml") || member.name.ends_with(".rels");
        if !is_read {
            continue;
        }
        let most = if is_sheet {
            MOST_SHEET_BYTES
        } else {
            MOST_HELD_BYTES
        };
        if member.size > most {
            return Err(format!(
                "\"{}\" in it takes {}, more than the {} that are read of a workbook: save the sheet as CSV",
                member.name,
                bytes(member.size),
                bytes(most)
            ));
        }
        let part = zip.member(member.at, path)?;
        match (kind, member.name.as_str()) {
            (WorkbookKind::Ods, "content.xml") => check_cells(part)?,
            // Reads to the end, because a part that is longer than the list of parts says is an error.
            _ => check_texts(part)?,
        }
    }
    Ok(kind)
}

/// Errors if a text in a part is endless, or if the part is damaged.
fn check_texts(part: Box<dyn Read + Send>) -> Result<(), String> {
    each_tag(part, &mut |_| Ok(()))
}

/// Errors if an ods workbook, with cells repeated as it says, has more cells than memory allows.
fn check_cells(part: Box<dyn Read + Send>) -> Result<(), String> {
    let (mut n_cells, mut rows, mut cells, mut last_filled) = (0u64, 1u64, 0u64, 0u64);
    let (mut width, mut empty_rows) = (0u64, 0u64);
    each_tag(part, &mut |tag| {
        let is = |name: &str| {
            let rest = tag.strip_prefix(name.as_bytes());
            rest.is_some_and(|rest| {
                !rest
                    .first()
                    .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
            })
        };
        if is("table:table-row") {
            (rows, cells, last_filled) = (repeated(tag, "table:number-rows-repeated="), 0, 0);
        } else if is("table:table-cell") || is("table:covered-table-cell") {
            cells = cells.saturating_add(repeated(tag, "table:number-columns-repeated="));
            if memchr::memmem::find(tag, b"office:value").is_some()
                || memchr::memmem::find(tag, b"table:formula").is_some()
                || !tag.ends_with(b"/>")
            {
                last_filled = cells;
            }
        } else if is("/table:table-row") {
            if last_filled == 0 {
                empty_rows = empty_rows.saturating_add(rows);
                return Ok(());
            }
            width = width.max(last_filled);
            let more = rows.saturating_add(std::mem::take(&mut empty_rows));
            n_cells = n_cells.saturating_add(more.saturating_mul(width));
            if n_cells > MOST_CELLS {
                return Err(format!(
                    "it has more than {MOST_CELLS} cells, which are all held in memory: save the sheet as CSV"
                ));
            }
        } else if is("/table:table") {
            (width, empty_rows) = (0, 0);
        }
        Ok(())
    })
}

/// How often a tag says that it is repeated.
fn repeated(tag: &[u8], attribute: &str) -> u64 {
    let Some(at) = memchr::memmem::find(tag, attribute.as_bytes()) else {
        return 1;
    };
    let value = &tag[at + attribute.len()..];
    let digits: String = (value.iter().skip(1))
        .take_while(|byte| byte.is_ascii_digit())
        .map(|byte| char::from(*byte))
        .collect();
    digits.parse().unwrap_or(u64::MAX)
}

/// Passes each tag, without its first `<` and with its `>`, to `take`.
fn each_tag(
    part: Box<dyn Read + Send>,
    take: &mut dyn FnMut(&[u8]) -> Result<(), String>,
) -> Result<(), String> {
    let mut part = BufReader::with_capacity(1 << 16, part);
    let mut piece = Vec::new();
    loop {
        piece.clear();
        let n = (&mut part)
            .take(MOST_TAG_BYTES)
            .read_until(b'<', &mut piece)
            .map_err(|error| error.to_string())?;
        if n == 0 {
            return Ok(());
        }
        if n as u64 == MOST_TAG_BYTES {
            return Err("a text in it is longer than 16 MiB: save the sheet as CSV".to_owned());
        }
        let end = memchr::memchr(b'>', &piece).map_or(0, |end| end + 1);
        take(&piece[..end])?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(rows: &str) -> Result<(), String> {
        let content = format!("<x><table:table>{rows}</table:table></x>");
        check_cells(Box::new(std::io::Cursor::new(content.into_bytes())))
    }

    #[test]
    fn a_row_that_is_repeated_without_end_is_refused() {
        let cell =
            "<table:table-cell office:value-type=\"float\" table:number-columns-repeated=\"100\"/>";
        let row = |n: u64| {
            format!("<table:table-row table:number-rows-repeated=\"{n}\">{cell}</table:table-row>")
        };
        assert!(checked(&row(1_000)).is_ok());
        assert!(checked(&row(1_000_000)).is_err());
        assert!(checked(&row(u64::MAX)).is_err());
    }

    #[test]
    fn empty_rows_at_the_end_cost_nothing() {
        let empty = "<table:table-row table:number-rows-repeated=\"1048576\">\
                     <table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";
        let filled = "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>a</text:p>\
                      </table:table-cell></table:table-row>";
        assert!(checked(&[filled, empty].concat()).is_ok());
        let far = "<table:table-row><table:table-cell table:number-columns-repeated=\"16000\"/>\
                   <table:table-cell office:value-type=\"float\"/></table:table-row>";
        assert!(checked(&[far, empty, far].concat()).is_err());
    }
}
