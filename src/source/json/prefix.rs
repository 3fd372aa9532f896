//! The text that a collector puts in front of an object on its line. Source floor.

use crate::source::access_log;

/// Whether a line begins with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LinePrefix {
    Of(usize),
    Missing,
    NeedsMore,
}

/// The text that nginx writes in front of each line if `escape=json` is inside the quotes of its `log_format`.
const MISPLACED: &[u8] = b"escape=json";

/// Whether a line begins with the text that a collector puts in front of an object: `caddy  | {`, as docker compose
/// does, or `Mar  1 10:00:00 web1 caddy[812]: {` of syslog.
pub(super) fn prefix(line: &[u8], is_end: bool) -> LinePrefix {
    const MOST_BYTES: usize = 512;
    let head = &line[..line.len().min(MOST_BYTES)];
    match memchr::memchr3(b'{', b'\n', b'\r', head) {
        None if head.len() < MOST_BYTES && !is_end => LinePrefix::NeedsMore,
        Some(at) if at > 0 && head[at] == b'{' => {
            let before = &head[..at];
            match before == MISPLACED || access_log::is_wrapping(before) {
                true => LinePrefix::Of(at),
                false => LinePrefix::Missing,
            }
        }
        _ => LinePrefix::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_what_a_collector_writes() {
        assert_eq!(prefix(b"caddy  | {\"a\"", true), LinePrefix::Of(9));
        assert_eq!(prefix(b"caddy  |", false), LinePrefix::NeedsMore);
        assert_eq!(prefix(b"cad", false), LinePrefix::NeedsMore);
        assert_eq!(prefix(b"escape=json{\"a\"", true), LinePrefix::Of(11));
        let fluentd = b"2024-03-01T10:00:00+00:00\tnginx.access\t{";
        assert_eq!(prefix(fluentd, true), LinePrefix::Of(fluentd.len() - 1));
        let syslog = b"<6>Mar 01 10:00:00 web1 caddy[812]: {";
        assert_eq!(prefix(syslog, true), LinePrefix::Of(syslog.len() - 1));
        for line in [
            &b"caddy  | x"[..],
            b"caddy  |",
            b"a|{",
            b"| {",
            b"not json | {",
            b"",
            &[b'a'; 1000],
        ] {
            assert_eq!(prefix(line, true), LinePrefix::Missing);
        }
    }
}
