//! Addresses of clients and of pages, as requests have them. Source floor.
//!
//! Cuts text and changes nothing: what is returned stands in what was given.

use std::net::IpAddr;

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
        // No colon, or the several of an IPv6 address.
        _ => address,
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

/// The first of the addresses of an `X-Forwarded-For`, which stand behind one another with commas; `None` if it
/// is no IP address (`unknown`, `_hidden`).
pub(super) fn first_of(forwarded: &[u8]) -> Option<&[u8]> {
    let end = memchr::memchr(b',', forwarded).unwrap_or(forwarded.len());
    let first = forwarded[..end].trim_ascii();
    is_ip(first).then(|| host(first))
}

/// Whether a text is such a list, of at least one address.
pub(super) fn is_list(text: &[u8]) -> bool {
    text.split(|&byte| byte == b',')
        .all(|item| matches!(item.trim_ascii(), b"unknown") || is_ip(item.trim_ascii()))
}

/// The path of a request's target, and the path with all that follows it. The path ends at the first `?` or `#`;
/// of a whole address it is what follows the host, `/` if nothing does.
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
