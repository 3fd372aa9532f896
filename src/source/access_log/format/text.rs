//! The text of a format, as server configurations have it -> the format, and back. Source floor.
//!
//! Reads nginx's `log_format`, and the `LogFormat` of Apache, Tomcat and gunicorn. Writes nginx's.

use crate::source::access_log::format::Field;
use crate::source::access_log::format::LineFormat;
use crate::source::access_log::format::Part;
use crate::source::access_log::format::variables::part_of;

/// Text and variables in turn, as they come.
#[derive(Debug, Default)]
struct Pieces {
    start: String,
    fields: Vec<(String, String)>,
}

impl Pieces {
    fn text(&mut self, text: &str) {
        match self.fields.last_mut() {
            Some((_, until)) => until.push_str(text),
            None => self.start.push_str(text),
        }
    }

    fn variable(&mut self, name: &str) {
        self.fields.push((name.to_owned(), String::new()));
    }
}

/// Whether a text has variables, so that it may be a format.
pub(in crate::source::access_log) fn is_format(text: &str) -> bool {
    let has_sign = |sign: u8| {
        text.as_bytes()
            .windows(2)
            .any(|pair| pair[0] == sign && !pair[1].is_ascii_whitespace())
    };
    has_sign(b'$') || has_sign(b'%')
}

/// The format that a text describes. `key` is the field that tells users apart, if there is one. The error says what
/// is wrong.
pub(in crate::source::access_log) fn parse(
    text: &str,
    key: Option<&str>,
) -> Result<LineFormat, String> {
    let text = statement(text);
    let pieces = match has_directives(&text) {
        true => apache(&text)?,
        false => nginx(&text),
    };
    let n = pieces.fields.len();
    if n == 0 {
        return Err("it has no variable, such as $remote_addr or %h".to_owned());
    }
    let mut fields: Vec<Field> = Vec::with_capacity(n);
    for (place, (name, until)) in pieces.fields.into_iter().enumerate() {
        if until.is_empty() && place + 1 < n {
            return Err(format!(
                "nothing separates ${name} from what comes after it"
            ));
        }
        let mut part = part_of(&name);
        // `%v:%p`, `%a:%{remote}p`: the part after the colon is not a separate address.
        if part == Part::Time && fields.iter().any(|field| field.name == name) {
            part = Part::Other;
        }
        fields.push(Field {
            part,
            name,
            until: until.into_bytes(),
        });
    }
    LineFormat::new(pieces.start.into_bytes(), fields, key)
}

/// The format of a whole statement (`log_format main '...' '...';`, `LogFormat "..." combined`), or the text itself.
fn statement(text: &str) -> String {
    let text = text.trim();
    let is_statement = ["log_format ", "LogFormat ", "AccessLogFormat "]
        .iter()
        .any(|start| text.starts_with(start));
    match is_statement {
        true => quoted_parts(text).concat(),
        false => text.to_owned(),
    }
}

/// The texts in quotes, one after the other. A backslash keeps a quote.
pub(in crate::source::access_log) fn quoted_parts(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut open: Option<(char, String)> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (&mut open, c) {
            (None, '"' | '\'') => open = Some((c, String::new())),
            (None, _) => {}
            (Some((mark, _)), c) if *mark == c => {
                parts.extend(open.take().map(|(_, part)| part));
            }
            (Some((_, part)), '\\') => match chars.next() {
                Some('t') => part.push('\t'),
                Some(c @ ('"' | '\'' | '\\')) => part.push(c),
                Some(c) => part.extend(['\\', c]),
                None => part.push('\\'),
            },
            (Some((_, part)), c) => part.push(c),
        }
    }
    parts
}

/// Whether it is written with percent signs and not with dollars.
fn has_directives(text: &str) -> bool {
    let dollar = text.find('$').unwrap_or(usize::MAX);
    let percent = text
        .match_indices('%')
        .map(|(at, _)| at)
        .find(|&at| {
            text[at + 1..].starts_with(|c: char| c.is_ascii_alphanumeric() || "{(<>!".contains(c))
        })
        .unwrap_or(usize::MAX);
    percent < dollar
}

/// `$name` and `${name}`.
fn nginx(text: &str) -> Pieces {
    let mut pieces = Pieces::default();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        pieces.text(&rest[..at]);
        let after = &rest[at + 1..];
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let braced = after
            .strip_prefix('{')
            .and_then(|inner| Some((&inner[..inner.find('}')?], inner.find('}')? + 2)));
        let plain = after.find(|c| !is_name(c)).unwrap_or(after.len());
        let (name, length) = braced.unwrap_or((&after[..plain], plain));
        match name.is_empty() {
            true => pieces.text("$"),
            false => pieces.variable(name),
        }
        rest = &after[length..];
    }
    pieces.text(rest);
    pieces
}

/// `%h`, `%>s`, `%{User-Agent}i`, `%!200{Referer}i`, gunicorn's `%(h)s`.
fn apache(text: &str) -> Result<Pieces, String> {
    let mut pieces = Pieces::default();
    let mut rest = text.replace("\\\"", "\"").replace("\\t", "\t");
    let mut n_times = 0;
    while let Some(at) = rest.find('%') {
        pieces.text(&rest[..at]);
        let after = rest[at + 1..].to_owned();
        if let Some(more) = after.strip_prefix('%') {
            pieces.text("%");
            rest = more.to_owned();
            continue;
        }
        let (directive, more) = match after.strip_prefix('(') {
            Some(inner) => {
                let end = inner
                    .find(")s")
                    .ok_or_else(|| format!("%{after} is never closed"))?;
                (inner[..end].to_owned(), inner[end + 2..].to_owned())
            }
            None => {
                let condition =
                    |c: char| c == '!' || c == ',' || c == '<' || c == '>' || c.is_ascii_digit();
                let trimmed = after.trim_start_matches(condition);
                let braces = match trimmed.strip_prefix('{') {
                    Some(inner) => {
                        inner
                            .find('}')
                            .ok_or_else(|| format!("%{after} is never closed"))?
                            + 2
                    }
                    None => 0,
                };
                let letter = match trimmed[braces..].chars().next() {
                    // `%^FB` and the like.
                    Some('^') => 3,
                    Some(c) => c.len_utf8(),
                    None => return Err("% is followed by nothing".to_owned()),
                };
                let end = (braces + letter).min(trimmed.len());
                let (directive, more) = trimmed
                    .split_at_checked(end)
                    .ok_or_else(|| format!("%{after} is not a directive"))?;
                (directive.to_owned(), more.to_owned())
            }
        };
        name_directive(&directive, &mut pieces, &mut n_times);
        rest = more;
    }
    pieces.text(&rest);
    Ok(pieces)
}

/// Adds a directive such as `h`, `{Referer}i` or `{%Y-%m-%d}t` under the name that nginx has for it.
fn name_directive(directive: &str, pieces: &mut Pieces, n_times: &mut usize) {
    let header = |prefix: &str, name: &str| {
        format!("{prefix}_{}", name.to_ascii_lowercase().replace('-', "_"))
    };
    if let Some((argument, kind)) = directive
        .strip_prefix('{')
        .and_then(|inner| inner.rsplit_once('}'))
    {
        let name = match kind {
            "i" => header("http", argument),
            "o" => header("sent_http", argument),
            "C" | "c" if !matches!(argument, "c") => header("cookie", argument),
            "e" | "n" | "r" | "s" | "x" => header("value", argument),
            "a" => "peer_addr".to_owned(),
            "p" => "server_port".to_owned(),
            "t" => {
                *n_times += 1;
                match argument {
                    "sec" | "msec" | "usec" | "begin:sec" | "begin:msec" | "begin:usec" => {
                        "msec".to_owned()
                    }
                    _ => format!("time_part{n_times}"),
                }
            }
            _ => format!("field{}", pieces.fields.len() + 1),
        };
        pieces.variable(&name);
        return;
    }
    let name = match directive {
        "h" | "a" => "remote_addr",
        "l" => "ident",
        "u" => "remote_user",
        "t" => {
            pieces.text("[");
            pieces.variable("time_local");
            pieces.text("]");
            return;
        }
        "r" => "request",
        "s" => "status",
        "b" | "B" => "body_bytes_sent",
        "O" => "bytes_sent",
        "I" => "request_length",
        "D" | "T" => "request_time",
        "v" | "V" => "server_name",
        "p" => "server_port",
        "m" => "request_method",
        "U" => "uri",
        "q" => "args",
        "H" => "server_protocol",
        "A" => "server_addr",
        // gunicorn's own letters.
        "f" => "http_referer",
        "S" => "session_id",
        other if other.contains('{') => {
            let (argument, kind) = other
                .trim_start_matches('{')
                .split_once('}')
                .unwrap_or((other, "i"));
            let prefix = if kind == "o" { "sent_http" } else { "http" };
            return pieces.variable(&header(prefix, argument));
        }
        _ => return pieces.variable(&format!("field{}", pieces.fields.len() + 1)),
    };
    pieces.variable(name);
}

/// Whether a name means nothing that a request has.
pub(in crate::source::access_log) fn is_other(name: &str) -> bool {
    part_of(name) == Part::Other
}

/// The format as nginx would have it.
pub(in crate::source::access_log) fn written(format: &LineFormat) -> String {
    let mut text = String::from_utf8_lossy(&format.start).into_owned();
    for Field { name, until, .. } in format.fields() {
        let until = String::from_utf8_lossy(until);
        let goes_on = until.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        match goes_on {
            true => text.push_str(&format!("${{{name}}}")),
            false => text.push_str(&format!("${name}")),
        }
        text.push_str(&until);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let found = parse(text, None).map_or_else(|problem| problem, |format| written(&format));
        assert_eq!(found, expected, "{text}");
    }

    const COMBINED: &str = "$remote_addr $ident $remote_user [$time_local] \"$request\" $status $body_bytes_sent \
                            \"$http_referer\" \"$http_user_agent\"";

    #[test]
    fn formats_of_servers_are_one_format() {
        check(COMBINED, COMBINED);
        check(
            r#"%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i""#,
            COMBINED,
        );
        check(
            r#"LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-agent}i\"" combined"#,
            COMBINED,
        );
        check(
            "log_format main '$remote_addr - $remote_user [$time_local] '\n    '\"$request\"';",
            "$remote_addr - $remote_user [$time_local] \"$request\"",
        );
        check(
            r#"%(h)s %(t)s "%(r)s" "%({x-forwarded-for}i)s""#,
            "$remote_addr [$time_local] \"$request\" \"$http_x_forwarded_for\"",
        );
        check(
            "%v:%p %a [%{%Y-%m-%d}t %{%T}t] %m %U%q",
            "nothing separates $uri from what comes after it",
        );
        check(
            r#"%!200,304{X}i %h %{sid}C [%{%d/%b/%Y %T}t.%{msec_frac}t] "%r""#,
            "$http_x $remote_addr $cookie_sid [$time_part1.$time_part2] \"$request\"",
        );
    }

    #[test]
    fn a_format_that_lacks_something_says_what() {
        check("plain", "it has no variable, such as $remote_addr or %h");
        check(
            "$remote_addr [$time_local]",
            "it has no request, such as $request or %r",
        );
        check(
            "[$time_local] \"$request\"",
            "it has no address of the client, such as $remote_addr or %h",
        );
        check(
            "$remote_addr \"$request\"",
            "it has no time, such as $time_local or %t",
        );
        check(
            "$remote_addr$host",
            "nothing separates $remote_addr from what comes after it",
        );
        check("%h %{Referer", "%{Referer is never closed");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_format_or_told_why_not(text in "[ -~\u{e9}]{0,40}", key in proptest::option::of("[a-z]{1,3}")) {
            let _ = parse(&text, key.as_deref());
            let _ = parse(&format!("%h %t \"%r\" {text}"), None).map(|format| written(&format));
        }
    }
}
