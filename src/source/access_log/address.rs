//! Addresses of clients and of pages, as they are in requests. Source floor.
//!
//! Only cuts text: every result is a part of the text that was given.

use std::net::IpAddr;
use std::net::Ipv6Addr;

/// A client's address without port and brackets, the zone of an IPv6 address included: `192.0.2.1` of
/// `192.0.2.1:4711`, `fe80::1%eth0` of `[fe80::1%eth0]:443`, `a.example` of `a.example:80`.
#[inline]
pub(super) fn host(address: &[u8]) -> &[u8] {
    if let [b'[', inner @ ..] = address {
        return match memchr::memchr(b']', inner) {
            Some(end) => &inner[..end],
            None => address,
        };
    }
    match memchr::memchr(b':', address) {
        Some(colon) if address[colon + 1..].iter().all(u8::is_ascii_digit) => &address[..colon],
        Some(_) => before_port(address),
        None => address,
    }
}

/// An IPv6 address without the port that stands behind it as one more group, as HAProxy and uvicorn write it. A group of
/// five digits, or a ninth one, is no part of an address. Fewer digits after a `::` may be one, and stay.
fn before_port(address: &[u8]) -> &[u8] {
    let Some(colon) = memchr::memrchr(b':', address) else {
        return address;
    };
    let (number, port) = (&address[..colon], &address[colon + 1..]);
    let is_port = port.iter().all(u8::is_ascii_digit)
        && (port.len() == 5 || memchr::memchr_iter(b':', address).count() == 8);
    let is_address = |number: &[u8]| {
        std::str::from_utf8(number).is_ok_and(|number| number.parse::<Ipv6Addr>().is_ok())
    };
    match is_port && is_address(number) {
        true => number,
        false => address,
    }
}

/// Whether a text is an IP address, with or without port, brackets and zone.
pub(super) fn is_ip(text: &[u8]) -> bool {
    let host = host(text);
    let number = match memchr::memchr(b'%', host) {
        Some(zone) => &host[..zone],
        None => host,
    };
    // The longest is an IPv6 address that ends as an IPv4 address.
    number.len() <= 45
        && std::str::from_utf8(number).is_ok_and(|number| number.parse::<IpAddr>().is_ok())
}

/// The client's address in a list with commas, as in `X-Forwarded-For`: the first public one, or else the first;
/// `None` if there is no IP address (`unknown`, `_hidden`).
pub(super) fn first_of(forwarded: &[u8]) -> Option<&[u8]> {
    let items = || {
        forwarded
            .split(|&byte| byte == b',')
            .map(<[u8]>::trim_ascii)
    };
    let is_client = |item: &&[u8]| is_ip(item) && is_public(host(item));
    // If the client does not say who it is, a private address after it is the proxy's.
    let first = || items().next().filter(|first| is_ip(first));
    items().find(is_client).or_else(first).map(host)
}

/// Whether a request came from a machine of the own network that names a client on the internet.
pub(super) fn is_proxied(from: &[u8], forwarded: &[u8]) -> bool {
    is_ip(from) && !is_public(host(from)) && first_of(forwarded).is_some_and(is_public)
}

/// Whether an address is public, and not of a private network or the machine itself. The ranges for documentation
/// count as public.
fn is_public(ip: &[u8]) -> bool {
    let number = ip.split(|&byte| byte == b'%').next().unwrap_or(ip);
    let parsed = std::str::from_utf8(number)
        .ok()
        .and_then(|ip| ip.parse::<IpAddr>().ok());
    match parsed.map(|ip| ip.to_canonical()) {
        None => false,
        Some(IpAddr::V4(ip)) => {
            let [a, b, ..] = ip.octets();
            let is_shared = a == 100 && (64..128).contains(&b);
            !(ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_unspecified()
                || is_shared)
        }
        Some(IpAddr::V6(ip)) => {
            let first = ip.segments()[0];
            let is_local = first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80;
            !(is_local || ip.is_loopback() || ip.is_unspecified())
        }
    }
}

/// Adds a client's address to `out`, in its one spelling: without port and brackets, of a list only the client's, IPv6
/// in its shortest form, and an IPv4 address that was mapped to IPv6 as IPv4. The zone of an IPv6 address stays, and
/// so does a name.
#[inline]
pub(super) fn add_client(address: &[u8], out: &mut Vec<u8>) {
    if bytes_of(address).0 & OF_IPV4 != 0 {
        return out.extend(address);
    }
    add_spelled(address, out);
}

#[inline(never)]
fn add_spelled(address: &[u8], out: &mut Vec<u8>) {
    let address = match memchr::memchr(b',', address) {
        Some(_) => first_of(address).unwrap_or(address),
        None => address,
    };
    let host = host(address);
    let zone = memchr::memchr(b'%', host).unwrap_or(host.len());
    let number = std::str::from_utf8(&host[..zone])
        .ok()
        .and_then(|number| number.parse::<IpAddr>().ok());
    match number {
        Some(ip) => {
            out.extend(ip.to_canonical().to_string().as_bytes());
            out.extend(&host[zone..]);
        }
        None => out.extend(host),
    }
}

/// A byte that may be in names of machines, addresses, and lists of them.
const OF_LIST: u8 = 1;
/// A byte that may be in addresses and lists of them.
const OF_NUMBER: u8 = 2;
/// A byte that stands between those of a list.
const BETWEEN: u8 = 4;
/// A byte that may be in an IPv4 address.
const OF_IPV4: u8 = 8;

/// For each byte, what it may be part of.
const BYTES: [u8; 256] = {
    let mut bytes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let is_between = matches!(byte as u8, b',' | b' ');
        let is_ipv4 = (byte as u8).is_ascii_digit() || byte as u8 == b'.';
        let is_number = (byte as u8).is_ascii_hexdigit()
            || matches!(byte as u8, b'.' | b':' | b'[' | b']' | b'-')
            || is_between;
        let is_list = (byte as u8).is_ascii_alphanumeric()
            || matches!(byte as u8, b'.' | b':' | b'-' | b'_' | b'%' | b'[' | b']')
            || is_between;
        bytes[byte] = (is_number as u8 * OF_NUMBER)
            | (is_list as u8 * OF_LIST)
            | (is_between as u8 * BETWEEN)
            | (is_ipv4 as u8 * OF_IPV4);
        byte += 1;
    }
    bytes
};

/// What all bytes of a text may be part of, if there are not too many; and what any of them may be part of.
#[inline]
fn bytes_of(text: &[u8]) -> (u8, u8) {
    const LONGEST: usize = 1024;
    match text.len() {
        1..=LONGEST => text.iter().fold((u8::MAX, 0), |(all, any), byte| {
            let may = BYTES[usize::from(*byte)];
            (all & may, any | may)
        }),
        _ => (0, 0),
    }
}

/// Whether there are blanks only after commas, and neither at the end.
fn separates_well(text: &[u8]) -> bool {
    let is_apart = |pair: &[u8]| pair[1] != b' ' || matches!(pair[0], b',' | b' ');
    text[0] != b' ' && text.windows(2).all(is_apart) && !matches!(text[text.len() - 1], b',' | b' ')
}

/// Whether a text may be an address or a list of them: it has only their bytes, and blanks only after commas.
#[inline]
pub(super) fn may_be_list(text: &[u8]) -> bool {
    let (all, any) = bytes_of(text);
    all & OF_LIST != 0 && (any & BETWEEN == 0 || separates_well(text))
}

/// Whether it may be one without names of machines, or is empty.
#[inline]
pub(super) fn may_be_numeric_list(text: &[u8]) -> bool {
    let (all, any) = bytes_of(text);
    all & OF_LIST != 0
        && (any & BETWEEN == 0 || separates_well(text))
        && (all & OF_NUMBER != 0 || has_number(text))
}

/// Whether the zone of an address, or a name in a list, is all that is not of numbers.
#[inline(never)]
fn has_number(text: &[u8]) -> bool {
    let number = &text[..memchr::memchr(b'%', text).unwrap_or(text.len())];
    bytes_of(number).0 & OF_NUMBER != 0 || first_of(text).is_some()
}

/// Whether a text is the name of a machine: `www.example.com`, with a port or without.
pub(super) fn is_name(text: &[u8]) -> bool {
    let name = host(text);
    let mut labels = name.split(|&byte| byte == b'.');
    let is_label = |label: &[u8]| {
        !label.is_empty()
            && label
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    name.len() <= 253
        && name.contains(&b'.')
        && labels.clone().all(is_label)
        && labels
            .next_back()
            // `1.234ms` has none: no top-level domain begins with a digit.
            .is_some_and(|last| last.len() > 1 && last[0].is_ascii_alphabetic())
}

/// Whether a text is certainly the name of a machine: `john.doe` may be a person.
pub(super) fn is_site(text: &[u8]) -> bool {
    const TOP: &[&[u8]] = &[
        b"com",
        b"net",
        b"org",
        b"info",
        b"edu",
        b"gov",
        b"dev",
        b"app",
        b"example",
        b"test",
        b"local",
        b"localdomain",
        b"internal",
        b"lan",
        b"cloud",
        b"online",
        b"shop",
        b"site",
    ];
    let name = host(text);
    let last = name.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    let n_labels = name.split(|&byte| byte == b'.').count();
    is_name(text)
        && (n_labels > 2 || name.len() < text.len() || last.len() == 2 || TOP.contains(&last))
}

/// Whether a text is such a list, of at least one address.
pub(super) fn is_list(text: &[u8]) -> bool {
    let mut items = text.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
    items.clone().any(is_ip) && items.all(|item| item == b"unknown" || is_ip(item))
}

/// The path of a request's target, and the path with all that follows. The path ends at the first `?` or `#`. In a
/// whole address it is what follows the host, or `/`.
#[inline]
pub(super) fn path_and_query(target: &[u8]) -> (&[u8], &[u8]) {
    let target = match target.first() {
        Some(b'/') | None => target,
        _ => without_host(target),
    };
    match memchr::memchr2(b'?', b'#', target) {
        Some(0) => (b"/", target),
        Some(end) => (&target[..end], target),
        None => (target, target),
    }
}

/// The path, and the path with what follows, both without the session id that Java servers add (`;jsessionid=0A1B`).
/// `room` holds the result if the id was in the middle.
pub(super) fn without_session<'a>(
    path: &'a [u8],
    page: &'a [u8],
    room: &'a mut Vec<u8>,
) -> (&'a [u8], &'a [u8]) {
    const NAME: &[u8] = b";jsessionid=";
    let found = memchr::memchr_iter(b';', path).find(|&at| {
        path.get(at..at + NAME.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(NAME))
    });
    let Some(at) = found else {
        return (path, page);
    };
    let id = path[at + 1..]
        .iter()
        .take_while(|&&byte| byte != b'/' && byte != b';')
        .count();
    let end = at + 1 + id;
    if end == page.len() {
        return (&path[..at], &path[..at]);
    }
    room.clear();
    room.extend(&path[..at]);
    room.extend(&path[end..]);
    let length = room.len();
    room.extend(&page[path.len().min(page.len())..]);
    (&room[..length], room)
}

/// The host of a target that is a whole address.
pub(super) fn host_of(target: &[u8]) -> Option<&[u8]> {
    let colon = memchr::memchr(b':', target).filter(|&colon| colon > 0 && target[0] != b'/')?;
    let rest = target[colon..].strip_prefix(b"://")?;
    let end = rest
        .iter()
        .position(|byte| b"/?#".contains(byte))
        .unwrap_or(rest.len());
    Some(&rest[..end])
}

fn without_host(target: &[u8]) -> &[u8] {
    let Some(colon) = memchr::memchr(b':', target) else {
        return target;
    };
    let (scheme, rest) = target.split_at(colon);
    let is_scheme = scheme.first().is_some_and(u8::is_ascii_alphabetic)
        && scheme
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte));
    match rest.strip_prefix(b"://") {
        Some(rest) if is_scheme => {
            let host_end = rest.iter().position(|byte| b"/?#".contains(byte));
            host_end.map_or(b"/", |end| &rest[end..])
        }
        _ => target,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(address: &str, expected: &str) {
        let found = host(address.as_bytes());
        assert_eq!(String::from_utf8_lossy(found), expected);
    }

    #[test]
    fn an_address_is_told_from_its_port() {
        check("192.0.2.1", "192.0.2.1");
        check("192.0.2.1:2817", "192.0.2.1");
        check("[2001:db8::2]:443", "2001:db8::2");
        check("[2001:db8::2]", "2001:db8::2");
        check("2001:db8::2", "2001:db8::2");
        check("::1", "::1");
        check("fe80::1%eth0", "fe80::1%eth0");
        check("[fe80::1%eth0]:80", "fe80::1%eth0");
        check("host.example:80", "host.example");
        check("", "");
        check("[", "[");
        check("2001:db8::2:51234", "2001:db8::2");
        check("::ffff:192.0.2.1:51234", "::ffff:192.0.2.1");
        check("1:2:3:4:5:6:7:8:80", "1:2:3:4:5:6:7:8");
        check("2001:db8::2:5123", "2001:db8::2:5123");
        check("10:00:00:51234", "10:00:00:51234");
    }

    #[test]
    fn a_proxy_is_a_machine_of_ones_own_that_tells_of_a_client() {
        assert!(is_proxied(b"10.0.0.1:80", b"203.0.113.7, 10.0.0.9"));
        for (from, forwarded) in [
            (&b"192.0.2.1"[..], &b"203.0.113.7"[..]),
            (b"10.0.0.1", b"10.0.0.9"),
            (b"10.0.0.1", b"-"),
            (b"proxy.example.com", b"203.0.113.7"),
        ] {
            assert!(!is_proxied(from, forwarded));
        }
    }

    #[test]
    fn a_name_is_told_from_a_number_with_a_unit() {
        for name in ["www.example.com", "web1.internal:8080", "a.xn--p1ai"] {
            assert!(is_name(name.as_bytes()), "{name}");
        }
        for other in ["1.234ms", "12.5s", "web1", "a..com", "192.0.2.1"] {
            assert!(!is_name(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn addresses_are_known_when_they_are_seen() {
        for ip in ["192.0.2.1", "192.0.2.1:80", "[::1]:80", "fe80::1%eth0"] {
            assert!(is_ip(ip.as_bytes()), "{ip}");
        }
        for other in ["", "-", "www.example.com:80", "1.2.3", "256.1.1.1"] {
            assert!(!is_ip(other.as_bytes()), "{other}");
        }
        assert!(is_list(b"192.0.2.1, unknown,2001:db8::1"));
        assert!(!is_list(b"192.0.2.1 192.0.2.2"));
        assert_eq!(
            first_of(b" 192.0.2.9:80 , 10.0.0.1"),
            Some(&b"192.0.2.9"[..])
        );
        assert_eq!(first_of(b"unknown, 10.0.0.1"), None);
    }

    #[test]
    fn a_path_is_what_the_server_was_asked_for() {
        for (target, path, page) in [
            ("/a?x=1", "/a", "/a?x=1"),
            ("/a#b?c", "/a", "/a#b?c"),
            ("/%41%20b", "/%41%20b", "/%41%20b"),
            ("http://h:80/x?y", "/x", "/x?y"),
            ("https://h", "/", "/"),
            ("http://h?y", "/", "?y"),
            ("a/b?c", "a/b", "a/b?c"),
            ("/r?u=http://x/y", "/r", "/r?u=http://x/y"),
            ("a/b://c", "a/b://c", "a/b://c"),
            ("h.example:443", "h.example:443", "h.example:443"),
            ("*", "*", "*"),
            ("", "", ""),
        ] {
            let expected = (path.as_bytes(), page.as_bytes());
            assert_eq!(path_and_query(target.as_bytes()), expected, "{target}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_cut_and_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = (host(&bytes), is_ip(&bytes), first_of(&bytes), is_list(&bytes), path_and_query(&bytes));
        }
    }
}
