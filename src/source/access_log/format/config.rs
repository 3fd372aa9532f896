//! The configuration of a server -> the log formats in it. Source floor.
//!
//! Reads nginx's `log_format`, Apache's `LogFormat` and `CustomLog`, and the `format transform` of Caddy. Does not
//! follow includes.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::source::access_log::format::text::quoted_parts;

/// A format as a configuration has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source::access_log) struct Configured {
    /// Its name there, or the directive with it.
    pub(in crate::source::access_log) name: String,
    pub(in crate::source::access_log) text: String,
}

/// Bytes of a configuration that are read.
const MOST_BYTES: u64 = 4 << 20;

/// The formats in the file at `path`, in its order. The error says why there are none.
pub(in crate::source::access_log) fn read(path: &Path) -> Result<Vec<Configured>, String> {
    let mut bytes = Vec::new();
    let file = File::open(path).and_then(|file| file.take(MOST_BYTES).read_to_end(&mut bytes));
    file.map_err(|error| format!("cannot read it: {error}"))?;
    let formats = formats(&String::from_utf8_lossy(&bytes));
    match formats.is_empty() {
        true => Err(
            "there is no log_format, LogFormat or format transform in it; files that it includes are not followed, and \
             logs in JSON need no format"
                .to_owned(),
        ),
        false => Ok(formats),
    }
}

/// The formats in the text of a configuration.
fn formats(text: &str) -> Vec<Configured> {
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    let lines: Vec<&str> = lines.collect();
    let mut formats = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let line = line.trim_start();
        let mut words = line.split_whitespace();
        let found = match words.next().map(str::to_ascii_lowercase).as_deref() {
            Some("log_format") => {
                let name = words.next().unwrap_or_default();
                // A statement goes on to its semicolon.
                let text = statement(&lines[number..]);
                Some((name.to_owned(), quoted_parts(&text).concat()))
            }
            Some(directive @ ("logformat" | "customlog" | "accesslogformat")) => {
                let text = joined(&lines[number..]);
                let parts = quoted_parts(&text);
                let format = parts.into_iter().find(|part| part.contains('%'));
                let last = text.rsplit(['"', '\'']).next().unwrap_or_default().trim();
                let name = match directive {
                    "logformat" if !last.is_empty() => last,
                    _ => directive,
                };
                format.map(|format| (name.to_owned(), format))
            }
            Some("format") if words.next() == Some("transform") => {
                let parts = quoted_parts(line);
                let template = parts.into_iter().next().unwrap_or_default();
                Some(("transform".to_owned(), of_caddy(&template)))
            }
            _ => None,
        };
        if let Some((name, text)) = found.filter(|(_, text)| !text.is_empty()) {
            formats.push(Configured { name, text });
        }
    }
    formats
}

/// A statement of nginx, up to the semicolon outside quotes.
fn statement(lines: &[&str]) -> String {
    let text = lines.join("\n");
    let mut quote = None;
    let mut is_escaped = false;
    let end = text.char_indices().find(|&(_, c)| {
        let ends = c == ';' && quote.is_none();
        match (quote, c) {
            _ if is_escaped => is_escaped = false,
            (_, '\\') => is_escaped = true,
            (None, '\'' | '"') => quote = Some(c),
            (Some(mark), c) if mark == c => quote = None,
            _ => {}
        }
        ends
    });
    text[..end.map_or(text.len(), |(at, _)| at)].to_owned()
}

/// A line, joined with the lines on which it goes on after a backslash.
fn joined(lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        match line.trim_end().strip_suffix('\\') {
            Some(line) => text.push_str(line),
            None => {
                text.push_str(line);
                break;
            }
        }
    }
    text
}

/// Caddy's template with nginx's names: `{request>remote_ip}` is `$remote_addr`.
fn of_caddy(template: &str) -> String {
    const NAMES: &[(&str, &str)] = &[
        (
            "common_log",
            "$remote_addr - $remote_user [$time_local] \"$request\" $status $bytes_sent",
        ),
        ("request>remote_ip", "$remote_addr"),
        ("request>client_ip", "$remote_addr"),
        ("request>remote_host", "$remote_addr"),
        ("request>remote_addr", "$remote_addr"),
        ("request>method", "$request_method"),
        ("request>uri", "$request_uri"),
        ("request>proto", "$server_protocol"),
        ("request>host", "$host"),
        ("request>headers>User-Agent>[0]", "$http_user_agent"),
        ("request>headers>User-Agent", "$http_user_agent"),
        (
            "request>headers>X-Forwarded-For>[0]",
            "$http_x_forwarded_for",
        ),
        ("user_id", "$remote_user"),
        ("status", "$status"),
        ("ts", "$timestamp"),
    ];
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        text.push_str(&rest[..at]);
        let Some(length) = rest[at..].find('}') else {
            break;
        };
        let name = &rest[at + 1..at + length];
        match NAMES.iter().find(|(known, _)| *known == name) {
            Some((_, variable)) => text.push_str(variable),
            None => {
                let letters = name
                    .chars()
                    .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' });
                text.push_str(&format!("$caddy_{}", letters.collect::<String>()));
            }
        }
        rest = &rest[at + length + 1..];
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let found = formats(text);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|format| (format.name.as_str(), format.text.as_str()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn formats_are_found_among_other_directives() {
        check(
            "http {\n  # log_format old '$host';\n  log_format main escape=json '$remote_addr; [$time_local] '\n    \
             '\"$request\"';\n  access_log /var/log/a.log main;\n  log_format bare \"$host\";\n}\n",
            &[
                ("main", "$remote_addr; [$time_local] \"$request\""),
                ("bare", "$host"),
            ],
        );
        check(
            "LogFormat \"%h %l %u %t \\\"%r\\\" %>s %b\" common\nCustomLog logs/x.log \"%h %t \\\n%m %U\"\nCustomLog a common\n",
            &[
                ("common", "%h %l %u %t \"%r\" %>s %b"),
                ("customlog", "%h %t %m %U"),
            ],
        );
        check(
            "log {\n  format transform `x` \n format transform \"{request>remote_ip} [{ts}] {request>method} {size}\"\n}",
            &[(
                "transform",
                "$remote_addr [$timestamp] $request_method $caddy_size",
            )],
        );
        check("server { }", &[]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_and_never_panics(text in "(log_format |LogFormat |format transform |['\"\\\\;{}\n% $a-c]){0,30}") {
            let _ = formats(&text);
        }
    }
}
