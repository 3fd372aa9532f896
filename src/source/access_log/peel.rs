//! Takes off what a collector put in front of each line of a log. Source floor.
//!
//! Knows syslog, containers, process managers and `grep`; nothing about requests.

use crate::source::access_log::address;

/// A wrapper: text in front of a line, or around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum Wrapper {
    /// The escapes by which terminals are told colours.
    Colours,
    /// `web-1  | `, as docker compose and swarm write it.
    Compose,
    /// `[pod/web-7c9/nginx] `.
    Kubectl,
    /// `0|shop  | `.
    Pm2,
    /// `access.log:`, as `grep -H` writes it.
    Grep,
    /// `2024-03-01T10:00:00Z stdout F `.
    Cri,
    /// `<34>1 2024-03-01T10:00:00Z host app 12 - - ` (RFC 5424).
    Syslog5424,
    /// `Mar  1 10:00:00 host app[12]: ` (RFC 3164), or with a time of ISO 8601.
    Syslog,
    /// `2024-03-01T10:00:00Z app[web.1]: `, as Heroku writes it.
    Drain,
    /// `2024-03-01T10:00:00Z web/nginx/7c9b `, as `aws logs tail` writes it.
    Stream,
    /// `2024-03-01T10:00:00+00:00<tab>nginx.access<tab>`, as fluentd writes it.
    Fluentd,
    /// `2024-03-01T10:00:00Z `, as `docker logs -t` writes it.
    Time,
    /// Quotes around the whole line.
    Quotes,
}

/// In the order in which they are looked for.
const WRAPPERS: [Wrapper; 13] = [
    Wrapper::Colours,
    Wrapper::Compose,
    Wrapper::Kubectl,
    Wrapper::Pm2,
    Wrapper::Grep,
    Wrapper::Cri,
    Wrapper::Syslog5424,
    Wrapper::Syslog,
    Wrapper::Drain,
    Wrapper::Stream,
    Wrapper::Fluentd,
    Wrapper::Time,
    Wrapper::Quotes,
];

/// Wrappers within wrappers that are taken off.
const MOST_WRAPPERS: usize = 4;

impl Wrapper {
    /// As it is said to a person.
    pub(in crate::source) fn words(self) -> &'static str {
        match self {
            Wrapper::Colours => "colour codes",
            Wrapper::Compose => "docker compose's service names",
            Wrapper::Kubectl => "kubectl's pod names",
            Wrapper::Pm2 => "pm2's process names",
            Wrapper::Grep => "grep's file names",
            Wrapper::Cri => "the container runtime's times",
            Wrapper::Syslog5424 | Wrapper::Syslog => "syslog's times and hosts",
            Wrapper::Drain => "the platform's times and processes",
            Wrapper::Stream => "the collector's times and streams",
            Wrapper::Fluentd => "fluentd's times and tags",
            Wrapper::Time => "the collector's times",
            Wrapper::Quotes => "quotes around lines",
        }
    }

    /// The rest of a line; `None` if it does not have this wrapper. Colours must be taken off before.
    pub(in crate::source) fn peel(self, line: &[u8]) -> Option<&[u8]> {
        match self {
            Wrapper::Colours => memchr::memchr(0x1b, line).map(|_| line),
            Wrapper::Compose => compose(line),
            Wrapper::Kubectl => {
                let inner = line.strip_prefix(b"[pod/")?;
                let end = memchr::memchr(b']', inner)?;
                inner[end + 1..].strip_prefix(b" ")
            }
            Wrapper::Pm2 => {
                let rest = line.trim_ascii_start();
                let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
                let rest = rest[digits..].strip_prefix(b"|")?;
                (digits > 0).then(|| compose(rest)).flatten()
            }
            Wrapper::Grep => grep(line),
            Wrapper::Cri => {
                let rest = after_iso_time(line)?;
                let rest = rest
                    .strip_prefix(b"stdout ")
                    .or_else(|| rest.strip_prefix(b"stderr "))?;
                rest.strip_prefix(b"F ")
                    .or_else(|| rest.strip_prefix(b"P "))
            }
            Wrapper::Syslog5424 => {
                let rest = without_priority(line)?;
                let rest = rest.strip_prefix(b"1 ")?;
                let rest = after_iso_time(rest)?;
                // Host, application, process and kind of message.
                let mut rest = rest;
                for _ in 0..4 {
                    rest = after_word(rest)?;
                }
                match rest.strip_prefix(b"- ") {
                    Some(rest) => Some(rest),
                    None => {
                        let end = memchr::memmem::find(rest.strip_prefix(b"[")?, b"] ")?;
                        Some(&rest[end + 3..])
                    }
                }
                .map(|rest| rest.strip_prefix(b"\xef\xbb\xbf").unwrap_or(rest))
            }
            Wrapper::Syslog => {
                let rest = without_priority(line).unwrap_or(line);
                let rest = after_iso_time(rest).or_else(|| after_month_time(rest))?;
                after_tag(after_word(rest)?)
            }
            Wrapper::Drain => after_tag(after_iso_time(line)?),
            Wrapper::Stream => {
                let rest = after_iso_time(line)?;
                let inner = after_word(rest)?;
                let stream = &rest[..rest.len() - inner.len() - 1];
                // If the rest has a time of its own, somebody put another one in front of it.
                let is_line = inner.starts_with(b"{")
                    || after_iso_time(inner).is_some()
                    || has_log_time(inner);
                (is_line && !address::is_list(stream)).then_some(inner)
            }
            Wrapper::Fluentd => {
                let tab = memchr::memchr(b'\t', line)?;
                let rest = &line[tab + 1..];
                let end = memchr::memchr(b'\t', rest)?;
                let is_tag = end > 0 && !rest[..end].contains(&b' ');
                (is_iso_time(&line[..tab]) && is_tag && rest[end + 1..].starts_with(b"{"))
                    .then(|| &rest[end + 1..])
            }
            Wrapper::Time => after_iso_time(line),
            Wrapper::Quotes => {
                let inner = line.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
                let first = &inner[..memchr::memchr(b' ', inner)?];
                let is_address =
                    address::is_ip(first) || address::is_name(first) || first.starts_with(b"[");
                is_address.then_some(inner)
            }
        }
    }
}

/// The wrappers that most lines have, the outermost first.
pub(in crate::source) fn wrappers(lines: &[&[u8]]) -> Vec<Wrapper> {
    let mut found = Vec::new();
    let mut lines: Vec<&[u8]> = lines.to_vec();
    while found.len() < MOST_WRAPPERS {
        let most = WRAPPERS.iter().copied().find(|wrapper| {
            let n = lines
                .iter()
                .filter(|line| wrapper.peel(line).is_some())
                .count();
            !found.contains(wrapper) && n > 0 && n * 10 >= lines.len() * 6
        });
        let Some(wrapper) = most else {
            break;
        };
        lines = lines
            .into_iter()
            .map(|line| wrapper.peel(line).unwrap_or(line))
            .collect();
        found.push(wrapper);
    }
    found
}

/// A line without these wrappers. If it lacks one of them, the rest stays as it is.
#[inline]
pub(in crate::source) fn peel<'l>(wrappers: &[Wrapper], line: &'l [u8]) -> &'l [u8] {
    let mut rest = line;
    for wrapper in wrappers {
        match wrapper.peel(rest) {
            Some(inner) => rest = inner,
            None => continue,
        }
    }
    rest
}

/// Whether a text has only what a collector puts in front of a line.
pub(in crate::source) fn is_wrapping(text: &[u8]) -> bool {
    const INNER: &[u8] = b"{";
    let whole = [text, INNER].concat();
    let mut rest: &[u8] = &whole;
    for _ in 0..MOST_WRAPPERS {
        match WRAPPERS.iter().find_map(|wrapper| wrapper.peel(rest)) {
            Some(inner) if inner == INNER => return true,
            Some(inner) if inner.len() < rest.len() => rest = inner,
            _ => return false,
        }
    }
    false
}

/// Takes the escapes of a terminal (`ESC [ ... letter`) out of a line.
pub(in crate::source) fn without_colours(line: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let mut rest = line;
    while let Some(at) = memchr::memchr(0x1b, rest) {
        out.extend(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(inner) = rest.strip_prefix(b"[") {
            let end = inner.iter().position(|byte| (0x40..=0x7e).contains(byte));
            rest = end.map_or(&b""[..], |end| &inner[end + 1..]);
        }
    }
    out.extend(rest);
}

/// What comes after `web-1  | `.
fn compose(line: &[u8]) -> Option<&[u8]> {
    const MOST_BYTES: usize = 256;
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_-.@/".contains(byte);
    let blanks = |text: &[u8]| text.iter().take_while(|&&byte| byte == b' ').count();
    let name = line.iter().take(MOST_BYTES).take_while(is_name).count();
    let bar = name + blanks(&line[name..]);
    let rest = line[bar..].strip_prefix(b"|")?;
    let n_blanks = blanks(rest);
    (name > 0 && bar > name && n_blanks > 0 && rest.len() > n_blanks).then(|| &rest[n_blanks..])
}

/// What comes after `logs/access.log:` or `logs/access.log:12:`. The name of a virtual host with its port does not
/// count.
fn grep(line: &[u8]) -> Option<&[u8]> {
    let colon = memchr::memchr(b':', line)?;
    let (name, rest) = (&line[..colon], &line[colon + 1..]);
    let is_file = !name.contains(&b' ')
        && name.iter().all(u8::is_ascii_graphic)
        && !name.contains(&b'"')
        && !name.starts_with(b"[")
        && !name.starts_with(b"{")
        && (name.contains(&b'/') || memchr::memmem::find(name, b"log").is_some());
    if !is_file || rest.starts_with(b"//") {
        return None;
    }
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match rest.get(digits) {
        Some(b':') if digits > 0 => Some(&rest[digits + 1..]),
        Some(b' ') | None if digits > 0 => None,
        _ => Some(rest),
    }
}

/// What comes after `<34>`.
fn without_priority(line: &[u8]) -> Option<&[u8]> {
    let inner = line.strip_prefix(b"<")?;
    let digits = inner
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    inner[digits..]
        .strip_prefix(b">")
        .filter(|_| (1..=3).contains(&digits))
}

/// What comes after `2024-03-01T10:00:00.123Z ` or `... +00:00 `.
fn after_iso_time(line: &[u8]) -> Option<&[u8]> {
    let end = memchr::memchr(b' ', line.get(..line.len().min(48))?)?;
    is_iso_time(&line[..end]).then(|| &line[end + 1..])
}

fn is_iso_time(time: &[u8]) -> bool {
    (19..48).contains(&time.len())
        && time[4] == b'-'
        && time[7] == b'-'
        && time[10] == b'T'
        && time[13] == b':'
        && time
            .iter()
            .all(|byte| byte.is_ascii_digit() || b"-:T.Z+".contains(byte))
}

/// Whether there is `[01/Mar/2024:10:00:00` in a line.
fn has_log_time(line: &[u8]) -> bool {
    memchr::memchr_iter(b'[', line).any(|at| {
        matches!(
            &line[at..],
            [b'[', _, _, b'/', _, _, _, b'/', _, _, _, _, b':', ..]
        )
    })
}

/// What comes after `Mar  1 10:00:00 `.
fn after_month_time(line: &[u8]) -> Option<&[u8]> {
    const MONTHS: &[&[u8]] = &[
        b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov",
        b"Dec",
    ];
    let is_time = line.len() > 16
        && MONTHS.contains(&&line[..3])
        && line[3] == b' '
        && matches!(line[4], b' ' | b'0'..=b'3')
        && line[5].is_ascii_digit()
        && line[6] == b' '
        && line[9] == b':'
        && line[12] == b':';
    let rest = line.get(15..).filter(|_| is_time)?;
    // Some have a year or a fraction after it.
    let end = memchr::memchr(b' ', rest)?;
    rest[..end]
        .iter()
        .all(|byte| byte.is_ascii_digit() || *byte == b'.')
        .then(|| &rest[end + 1..])
}

fn after_word(text: &[u8]) -> Option<&[u8]> {
    let end = memchr::memchr(b' ', text)?;
    (end > 0).then(|| &text[end + 1..])
}

/// What comes after `nginx: ` or `apache[12]: `.
fn after_tag(text: &[u8]) -> Option<&[u8]> {
    let end = memchr::memchr(b' ', text)?;
    let tag = text[..end].strip_suffix(b":")?;
    let is_tag = !tag.is_empty()
        && tag
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-./[]()@:".contains(byte));
    is_tag.then(|| text[end + 1..].trim_ascii_start())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LINE: &str =
        "192.0.2.1 - - [01/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"A\"";

    #[test]
    fn what_a_collector_puts_in_front_is_taken_off() {
        for before in [
            "web-1  | ",
            "web.1.abc@node    | ",
            "[pod/web-7c9/nginx] ",
            "0|shop     | ",
            "logs/access.log:",
            "access.log.1:12:",
            "2024-03-01T10:00:00.1Z stdout F ",
            "<34>1 2024-03-01T10:00:00Z web1 nginx 12 - - ",
            "<34>1 2024-03-01T10:00:00Z web1 nginx 12 ID [a b=\"c\"] ",
            "Mar  1 10:00:00 web1 nginx: ",
            "<190>Mar 01 10:00:00 web1 nginx[4]: ",
            "2024-03-01T10:00:00.1+00:00 web1 nginx[4]: ",
            "2024-03-01T10:00:00.1+00:00 app[web.1]: ",
            "2024-03-01T10:00:00.123456789Z ",
            "2024-03-01T10:00:00.123000+00:00 web/nginx/7c9b ",
            "web-1  | Mar  1 10:00:00 web1 nginx: ",
        ] {
            let line = format!("{before}{LINE}");
            let found = wrappers(&[line.as_bytes()]);
            let left = peel(&found, line.as_bytes());
            assert_eq!(String::from_utf8_lossy(left), LINE, "{before}");
        }
        let quoted = format!("\"{LINE}\"");
        assert_eq!(peel(&[Wrapper::Quotes], quoted.as_bytes()), LINE.as_bytes());
        let mut plain = Vec::new();
        without_colours(
            format!("\u{1b}[36mweb |\u{1b}[0m {LINE}").as_bytes(),
            &mut plain,
        );
        assert_eq!(plain, format!("web | {LINE}").as_bytes());
    }

    #[test]
    fn what_a_server_wrote_stays() {
        for line in [
            LINE,
            "www.example.com:443 192.0.2.1 - - [01/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5",
            "\"192.0.2.1\" - - [01/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"A\"",
            "2001:db8::5 - - [01/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5",
            "https://log.example/ - - \"GET /\"",
        ] {
            assert_eq!(wrappers(&[line.as_bytes()]), [], "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_peeled_and_never_panic(
            bytes in proptest::collection::vec(
                prop_oneof![any::<u8>(), proptest::sample::select(b"\" []|:<>2T-Z".to_vec())], 0..80),
            before in proptest::sample::select(vec!["", "2024-03-01T10:00:00Z ", "Mar  1 10:00:00 ", "<1>1 ", "a | "]),
        ) {
            let line = [before.as_bytes(), &bytes].concat();
            let found = wrappers(&[&line]);
            prop_assert!(peel(&found, &line).len() <= line.len());
            without_colours(&line, &mut Vec::new());
        }
    }
}
