//! The `key=value` folders of a path. Hive and similar programs write these values only there, not into the files.
//! Source floor.

use std::path::Component;
use std::path::Path;

/// Hive's name for the folder of rows without a value.
const NOTHING: &str = "__HIVE_DEFAULT_PARTITION__";

/// The keys and values of the folders of a file, or of a member in an archive, from the outermost. If a key is there
/// twice, the innermost counts. Relative paths start at the current folder, so that a file is the same from wherever
/// it is named.
pub(super) fn of(path: &Path, member: &str) -> Vec<(String, String)> {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut names: Vec<String> = absolute
        .components()
        .filter_map(|component| match component {
            Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
            _ => None,
        })
        .collect();
    if member.is_empty() {
        names.pop();
    } else {
        let mut within: Vec<&str> = member.split(['/', '\\']).collect();
        within.pop();
        names.extend(within.into_iter().map(str::to_owned));
    }
    let mut keys: Vec<(String, String)> = Vec::new();
    for (key, value) in names.iter().filter_map(|name| key_value(name)) {
        keys.retain(|(known, _)| *known != key);
        keys.push((key, value));
    }
    keys
}

fn key_value(name: &str) -> Option<(String, String)> {
    let (key, value) = name.split_once('=')?;
    let is_key = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '%');
    if key.is_empty() || !key.chars().all(is_key) {
        return None;
    }
    let value = match value {
        NOTHING => String::new(),
        value => unescaped(value),
    };
    Some((unescaped(key), value))
}

/// A name with its percent signs decoded. Hive and Spark use them for characters that a folder's name may not have.
fn unescaped(name: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = name.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|digits| {
            let digits = std::str::from_utf8(digits).ok()?;
            let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_hex.then(|| u8::from_str_radix(digits, 16).ok())?
        });
        match (first, code) {
            (b'%', Some(code)) => {
                bytes.push(code);
                rest = &after[2..];
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, member: &str, expected: &[(&str, &str)]) {
        let found = of(Path::new(path), member);
        let found: Vec<(&str, &str)> = (found.iter())
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        assert_eq!(found, expected, "{path} {member}");
    }

    #[test]
    fn folders_of_a_key_and_a_value_are_columns() {
        check(
            "/d/dt=2024-03-05/site=a/part-0.csv",
            "",
            &[("dt", "2024-03-05"), ("site", "a")],
        );
        check(
            "/d/x.zip",
            "dt=2024-03-05/part-0.csv",
            &[("dt", "2024-03-05")],
        );
        check("/d/dt=1/x=y.csv", "", &[("dt", "1")]);
        check("/d/=1/a b=2/x.csv", "", &[]);
    }

    #[test]
    fn the_innermost_of_a_key_counts() {
        check("/a=1/b=2/a=3/x", "", &[("b", "2"), ("a", "3")]);
    }

    #[test]
    fn values_are_what_they_were_before_hive_wrote_them() {
        check("/t=09%3A30/x", "", &[("t", "09:30")]);
        check("/t=100%/u=%zz%4/x", "", &[("t", "100%"), ("u", "%zz%4")]);
        check("/t=__HIVE_DEFAULT_PARTITION__/x", "", &[("t", "")]);
        check("/t=a=b/x", "", &[("t", "a=b")]);
    }
}
