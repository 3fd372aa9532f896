//! The line ends of a text. Source floor.

/// The byte that ends records: `\r` if there is one and no `\n`, else `\n`. `None` if it may depend on the bytes after
/// `head`.
pub(in crate::source) fn terminator(head: &[u8], is_at_end: bool) -> Option<u8> {
    let has_feed = memchr::memchr(b'\n', head).is_some();
    let first_return = memchr::memchr(b'\r', head);
    match first_return {
        _ if has_feed => Some(b'\n'),
        Some(at) if is_at_end || at + 1 < head.len() => Some(b'\r'),
        _ if is_at_end => Some(b'\n'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_without_line_feeds_has_records_ended_by_carriage_returns() {
        assert_eq!(terminator(b"a\rb\r", true), Some(b'\r'));
        assert_eq!(terminator(b"a\r\nb\r\n", true), Some(b'\n'));
        assert_eq!(terminator(b"a\rb\n", true), Some(b'\n'));
        assert_eq!(terminator(b"a", true), Some(b'\n'));
        assert_eq!(terminator(b"a\r", false), None);
        assert_eq!(terminator(b"a", false), None);
    }
}
