//! The name of a service in front of a line of its log. Source floor.

/// Whether a line begins as docker compose has it, with the name of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prefix {
    Of(usize),
    Missing,
    NeedsMore,
}

/// Whether a line begins with `caddy  | {`, as `docker compose logs` puts a service's name in front.
pub(super) fn prefix(line: &[u8], is_end: bool) -> Prefix {
    const MOST_BYTES: usize = 256;
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let blanks = |at: usize| {
        let rest = line.get(at..).unwrap_or_default();
        rest.iter().take_while(|byte| **byte == b' ').count()
    };
    let name = line.iter().take(MOST_BYTES).take_while(is_name).count();
    let bar = name + blanks(name);
    let start = bar + 1 + blanks(bar + 1);
    let is_open = |at: usize| at >= line.len() && !is_end;
    if name == 0 || name == MOST_BYTES || start > 2 * MOST_BYTES {
        return Prefix::Missing;
    }
    match (line.get(bar), line.get(start)) {
        (None, _) if is_open(bar) => Prefix::NeedsMore,
        (Some(b'|'), None) if is_open(start) => Prefix::NeedsMore,
        (Some(b'|'), Some(b'{')) if bar > name && start > bar + 1 => Prefix::Of(start),
        _ => Prefix::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_a_name_and_a_bar() {
        assert_eq!(prefix(b"caddy  | {\"a\"", true), Prefix::Of(9));
        assert_eq!(prefix(b"caddy  |", false), Prefix::NeedsMore);
        assert_eq!(prefix(b"cad", false), Prefix::NeedsMore);
        for line in [
            &b"caddy  | x"[..],
            b"caddy  |",
            b"a|{",
            b"| {",
            b"not json | {",
            b"",
            &[b'a'; 1000],
        ] {
            assert_eq!(prefix(line, true), Prefix::Missing);
        }
    }
}
