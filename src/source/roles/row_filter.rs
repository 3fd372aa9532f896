//! A condition on rows, as a person writes it. Source floor.

use std::str::FromStr;

/// A condition on the value of one column: `event=view,screen`, `country!=NO`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFilter {
    /// The column's name, as in [`ReadOptions::user_column`](crate::source::ReadOptions::user_column).
    pub column: String,
    /// Whether the value must be one of `values`, or none of them.
    pub is: bool,
    /// The values, as text.
    pub values: Vec<String>,
}

impl FromStr for RowFilter {
    type Err = String;

    fn from_str(text: &str) -> Result<RowFilter, String> {
        let expected = || {
            format!(
                "\"{text}\" is not a condition: expected COLUMN=VALUE[,VALUE...] or COLUMN!=VALUE[,VALUE...]"
            )
        };
        let (column, values) = text.split_once('=').ok_or_else(expected)?;
        let (column, is) = match column.strip_suffix('!') {
            Some(column) => (column, false),
            None => (column, true),
        };
        match column.trim() {
            "" => Err(expected()),
            column => Ok(RowFilter {
                column: column.to_owned(),
                is,
                values: comma_separated(values),
            }),
        }
    }
}

/// Values separated by commas. A value in quotes may have commas, and doubled quotes.
fn comma_separated(text: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut rest = Some(text);
    while let Some(text) = rest {
        let (value, after) = quoted_value(text).unwrap_or_else(|| match text.split_once(',') {
            Some((value, after)) => (value.to_owned(), Some(after)),
            None => (text.to_owned(), None),
        });
        values.push(value);
        rest = after;
    }
    values
}

/// The quoted value at the beginning of a text, and the text after its comma; `None` if neither a comma nor the end
/// follows.
fn quoted_value(text: &str) -> Option<(String, Option<&str>)> {
    let mut value = String::new();
    let mut rest = text.strip_prefix('"')?;
    loop {
        let (piece, after) = rest.split_once('"')?;
        value.push_str(piece);
        rest = match after.strip_prefix('"') {
            Some(after) => {
                value.push('"');
                after
            }
            None if after.is_empty() => return Some((value, None)),
            None => return Some((value, Some(after.strip_prefix(',')?))),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_names_a_column_and_its_values() {
        let filter = |column: &str, is, values: &[&str]| RowFilter {
            column: column.to_owned(),
            is,
            values: values.iter().map(|&value| value.to_owned()).collect(),
        };
        for (text, expected) in [
            ("event=view", filter("event", true, &["view"])),
            ("a.b!=x,y", filter("a.b", false, &["x", "y"])),
            ("url=/?a=b", filter("url", true, &["/?a=b"])),
            ("agent=", filter("agent", true, &[""])),
            ("a=x,,y", filter("a", true, &["x", "", "y"])),
            ("a=\"x,y\",z", filter("a", true, &["x,y", "z"])),
            (
                "a=z,\"x, \"\"y\"\"\"",
                filter("a", true, &["z", "x, \"y\""]),
            ),
            ("a=\"\"", filter("a", true, &[""])),
            ("a=\"x\"y,z", filter("a", true, &["\"x\"y", "z"])),
            ("a=\"x,y", filter("a", true, &["\"x", "y"])),
            ("a=say \"x\"", filter("a", true, &["say \"x\""])),
        ] {
            assert_eq!(text.parse(), Ok(expected));
        }
        for text in ["event", "=view", "!=view", ""] {
            assert!(text.parse::<RowFilter>().is_err(), "{text}");
        }
    }
}
