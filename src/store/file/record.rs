//! Encodes and decodes rows as SQLite writes them in a file. Store floor.
//!
//! A record is a header, with its own size and the type of each value, and then the values:
//! <https://www.sqlite.org/fileformat2.html#record_format>.

/// Room for a cell of six integers, each written with eight bytes whatever it needs.
const CELL_BYTES: usize = 64;

/// Type of an integer by the bytes that it takes. The integers 0 and 1 take no bytes and have types of their own.
const TYPE_OF_BYTES: [u8; 9] = [8, 1, 2, 3, 4, 5, 5, 6, 6];

/// How many bytes each type of integer takes.
const BYTES_OF_TYPE: [u8; 10] = [0, 1, 2, 3, 4, 6, 8, 0, 0, 0];

/// A cell of a leaf whose row is `N` integers, at most six, and its length.
pub(super) fn cell_of_integers<const N: usize>(row: [i64; N]) -> ([u8; CELL_BYTES], usize) {
    const { assert!(N <= 6, "a cell has room for six integers") };
    let mut cell = [0; CELL_BYTES];
    let mut len = 2 + N;
    for (column, value) in row.into_iter().enumerate() {
        let kind = integer_type(value);
        let bytes = usize::from(BYTES_OF_TYPE[usize::from(kind)]);
        cell[2 + column] = kind;
        // Only the low bytes matter; move them to the front.
        let value = (value as u64).rotate_right(8 * bytes as u32);
        cell[len..len + 8].copy_from_slice(&value.to_be_bytes());
        len += bytes;
    }
    // Both are below 128, so one byte is enough for each.
    cell[0] = (len - 1) as u8;
    cell[1] = (N + 1) as u8;
    (cell, len)
}

/// Puts a cell of a leaf into `cell` whose row is these integers, at most a hundred.
pub(super) fn put_integers(row: &[i64], cell: &mut Vec<u8>) {
    let kinds = || row.iter().map(|&value| integer_type(value));
    let bytes_of = |kind: u8| usize::from(BYTES_OF_TYPE[usize::from(kind)]);
    let n_bytes = 1 + row.len() + kinds().map(bytes_of).sum::<usize>();
    cell.clear();
    put_varint(n_bytes as u64, cell);
    cell.push((row.len() + 1) as u8);
    cell.extend(kinds());
    for (value, kind) in row.iter().zip(kinds()) {
        cell.extend_from_slice(&value.to_be_bytes()[8 - bytes_of(kind)..]);
    }
}

/// Reads the row of the cell at `place` of a page, if it is as many integers as `row` has places for. After the page
/// there must be eight more bytes, whatever they hold.
#[inline(always)]
pub(super) fn read_integers(
    page: &[u8],
    place: usize,
    page_bytes: usize,
    row: &mut [i64],
) -> Option<()> {
    let n = row.len();
    let head = page.get(place..place + 2 + n)?;
    if usize::from(head[1]) != n + 1 || head[0] >= 0x80 {
        return None;
    }
    let end = place + 1 + usize::from(head[0]);
    let mut at = place + 2 + n;
    for (value, &kind) in row.iter_mut().zip(&head[2..]) {
        let bytes = match kind {
            1..=6 => usize::from(BYTES_OF_TYPE[usize::from(kind)]),
            8 | 9 => {
                *value = i64::from(kind - 8);
                continue;
            }
            _ => return None,
        };
        // Shifts out the bytes that follow, and extends the sign.
        let eight = page.get(at..)?.first_chunk()?;
        *value = i64::from_be_bytes(*eight) >> (64 - 8 * bytes);
        at += bytes;
    }
    (at == end && end <= page_bytes).then_some(())
}

/// The record of an index entry: a text and the id of its row.
pub(super) fn text_and_id(text: &str, id: i64) -> Vec<u8> {
    let mut record = Vec::with_capacity(text.len() + 20);
    let kind = integer_type(id);
    record.push(0);
    put_varint(text_type(text), &mut record);
    record.push(kind);
    record[0] = record.len() as u8;
    record.extend_from_slice(text.as_bytes());
    let bytes = usize::from(BYTES_OF_TYPE[usize::from(kind)]);
    record.extend_from_slice(&id.to_be_bytes()[8 - bytes..]);
    record
}

/// The record of a row with a row id, which the record leaves out, and a text.
pub(super) fn null_and_text(text: &str) -> Vec<u8> {
    let mut record = Vec::with_capacity(text.len() + 11);
    record.extend_from_slice(&[0, 0]);
    put_varint(text_type(text), &mut record);
    record[0] = record.len() as u8;
    record.extend_from_slice(text.as_bytes());
    record
}

/// Reads the cell at `place` of a page if it is a row id and a text, none of it on other pages. Ids are positive.
pub(super) fn read_id_and_text(page: &[u8], place: usize) -> Option<(i64, &str)> {
    let mut rest = page.get(place..)?;
    let n_bytes = take_varint(&mut rest)?;
    let id = take_varint(&mut rest)?;
    let mut record = rest.get(..usize::try_from(n_bytes).ok()?)?;
    let header_bytes = usize::from(*record.first()?);
    let mut header = record.get(2..header_bytes)?;
    let kind = take_varint(&mut header)?;
    // The row id is null in the record.
    if record[1] != 0 || !header.is_empty() || kind < 13 || kind.is_multiple_of(2) {
        return None;
    }
    record = &record[header_bytes..];
    if record.len() as u64 != (kind - 13) / 2 {
        return None;
    }
    Some((i64::try_from(id).ok()?, std::str::from_utf8(record).ok()?))
}

/// Reads the row id at `place` of a page.
pub(super) fn read_id(page: &[u8], place: usize) -> Option<u64> {
    take_varint(&mut page.get(place..)?)
}

/// Takes a number of at most 56 bits from the front.
fn take_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for place in 0..8 {
        let byte = *bytes.get(place)?;
        number = number << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            *bytes = &bytes[place + 1..];
            return Some(number);
        }
    }
    None
}

/// Appends a number, which must be below 2^56: seven bits a byte, high bits first, the high bit set on all
/// but the last byte.
pub(super) fn put_varint(number: u64, into: &mut Vec<u8>) {
    let n_bytes = (64 - (number | 1).leading_zeros()).div_ceil(7);
    for byte in (1..n_bytes).rev() {
        into.push((number >> (7 * byte)) as u8 | 0x80);
    }
    into.push(number as u8 & 0x7f);
}

fn text_type(text: &str) -> u64 {
    text.len() as u64 * 2 + 13
}

fn integer_type(value: i64) -> u8 {
    if value & !1 == 0 {
        return 8 + value as u8;
    }
    // The bits that differ from the sign, plus one for the sign.
    let bits = 65 - (value ^ (value >> 63)).leading_zeros();
    TYPE_OF_BYTES[bits.div_ceil(8) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn varint(number: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_varint(number, &mut bytes);
        bytes
    }

    #[test]
    fn numbers_take_seven_bits_a_byte() {
        assert_eq!(varint(0), [0]);
        assert_eq!(varint(0x7f), [0x7f]);
        assert_eq!(varint(0x80), [0x81, 0]);
        assert_eq!(varint(0x3fff), [0xff, 0x7f]);
        assert_eq!(varint(0x4000), [0x81, 0x80, 0]);
        let most = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
        assert_eq!(varint((1 << 56) - 1), most);
    }

    #[test]
    fn only_a_cell_of_as_many_integers_as_asked_for_is_read() {
        let (cell, len) = cell_of_integers([1, -2, 0x01_02_03]);
        let read = |change: &dyn Fn(&mut [u8; CELL_BYTES]), page_bytes: usize| {
            let mut page = cell;
            change(&mut page);
            let mut row = [0; 3];
            read_integers(&page, 0, page_bytes, &mut row).map(|()| row)
        };
        assert_eq!(read(&|_| (), len), Some([1, -2, 0x01_02_03]));
        assert_eq!(read(&|_| (), len - 1), None, "it ends beyond the page");
        assert_eq!(read(&|page| page[1] = 3, len), None, "it has other columns");
        assert_eq!(
            read(&|page| page[0] |= 0x80, CELL_BYTES),
            None,
            "it is longer than 127 bytes"
        );
        assert_eq!(
            read(&|page| page[0] += 1, CELL_BYTES),
            None,
            "something is left of it"
        );
        assert_eq!(
            read(&|page| page[2] = 13, CELL_BYTES),
            None,
            "it has a text"
        );
        assert_eq!(read_integers(&cell, 0, len, &mut [0; 2]), None);
    }

    #[test]
    fn a_row_of_any_length_is_written_alike() {
        let row = [0, -1, i64::MAX, 300, i64::MIN, 1];
        let mut written = Vec::new();
        put_integers(&row, &mut written);
        let (cell, len) = cell_of_integers(row);
        assert_eq!(written, cell[..len]);
        let long = [i64::MAX; 20];
        put_integers(&long, &mut written);
        assert_eq!(written[..3], [0x81, (1 + 20 + 160 - 128) as u8, 21]);
        assert_eq!(written.len(), 2 + 1 + 20 + 160);
    }

    #[test]
    fn integers_take_as_few_bytes_as_they_need() {
        for (value, kind) in [
            (0, 8),
            (1, 9),
            (2, 1),
            (-1, 1),
            (127, 1),
            (-128, 1),
            (128, 2),
            (32_767, 2),
            (32_768, 3),
            (-8_388_608, 3),
            (8_388_608, 4),
            (i64::from(i32::MAX), 4),
            (i64::from(i32::MAX) + 1, 5),
            ((1 << 47) - 1, 5),
            (1 << 47, 6),
            (i64::MIN, 6),
            (i64::MAX, 6),
        ] {
            assert_eq!(integer_type(value), kind, "{value}");
        }
        let (cell, len) = cell_of_integers([1, -2, 0x01_02_03]);
        assert_eq!(cell[..len], [8, 4, 9, 1, 3, 0xfe, 1, 2, 3]);
    }
}
