//! Reads the values of fields. Source floor.

/// A value; empty if it is a `-` or empty quotes, which stand for nothing.
#[inline]
pub(in crate::source::access_log) fn said(value: &[u8]) -> &[u8] {
    match value {
        b"-" | b"\"\"" | b"\"-\"" => b"",
        value => value,
    }
}

/// Method and target of a request, each empty if it is missing. The target is everything between the method and
/// the protocol, if there is one.
#[inline]
pub(in crate::source::access_log) fn method_and_target(request: &[u8]) -> (&[u8], &[u8]) {
    let request = request.trim_ascii();
    let Some(blank) = memchr::memchr(b' ', request) else {
        return (said(request), b"");
    };
    let (method, mut target) = (&request[..blank], request[blank..].trim_ascii());
    // As nearly all are.
    if let [
        target @ ..,
        b' ',
        b'H',
        b'T',
        b'T',
        b'P',
        b'/',
        b'0'..=b'9',
        b'.',
        b'0'..=b'9',
    ] = target
    {
        return (said(method), said(target.trim_ascii_end()));
    }
    match memchr::memrchr(b' ', target) {
        Some(last) if target[last + 1..].starts_with(b"HTTP/") => {
            target = target[..last].trim_ascii_end();
        }
        None if target.starts_with(b"HTTP/") => target = b"",
        _ => {}
    }
    (said(method), said(target))
}

/// A status of three digits.
#[inline]
pub(in crate::source::access_log) fn status_of(text: &[u8]) -> Option<u16> {
    match text {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9'] => {
            Some(u16::from(a - b'0') * 100 + u16::from(b - b'0') * 10 + u16::from(c - b'0'))
        }
        _ => None,
    }
}
