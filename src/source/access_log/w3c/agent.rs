//! A user agent in a W3C log -> as the browser sent it. Source floor.
//!
//! IIS writes a plus for a blank. CloudFront escapes with percent signs, and for years it did so twice.

/// The agent's text; in `room` if decoding changes it. `has_percents` tells CloudFront from IIS.
pub(super) fn decoded<'a>(agent: &'a [u8], has_percents: bool, room: &'a mut Vec<u8>) -> &'a [u8] {
    room.clear();
    match has_percents {
        true if memchr::memchr(b'%', agent).is_some() => {
            let once = unescaped(agent);
            room.extend(unescaped(&once));
            room
        }
        // If a server writes blanks as blanks, its pluses are pluses.
        false if memchr::memchr(b'+', agent).is_some() && memchr::memchr(b' ', agent).is_none() => {
            room.extend(agent.iter().map(|&byte| match byte {
                b'+' => b' ',
                byte => byte,
            }));
            room
        }
        _ => agent,
    }
}

/// The bytes that percent signs with two digits stand for; other percent signs stay.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let digit = |at: usize| {
        let byte = char::from(*text.get(at)?);
        byte.to_digit(16).and_then(|digit| u8::try_from(digit).ok())
    };
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push(high * 16 + low);
                at += 3;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(agent: &str, has_percents: bool, expected: &str) {
        let mut room = Vec::new();
        let found = decoded(agent.as_bytes(), has_percents, &mut room);
        assert_eq!(String::from_utf8_lossy(found), expected);
    }

    #[test]
    fn an_agent_is_what_the_browser_sent() {
        check(
            "Mozilla/4.0+(compatible;+MSIE)",
            false,
            "Mozilla/4.0 (compatible; MSIE)",
        );
        check("Mozilla/5.0 (a+b)", false, "Mozilla/5.0 (a+b)");
        check("Mozilla/5.0%2520(Windows)", true, "Mozilla/5.0 (Windows)");
        check("Mozilla/5.0%20(+http://x)", true, "Mozilla/5.0 (+http://x)");
        check("100%", true, "100%");
        check("", true, "");
    }
}
