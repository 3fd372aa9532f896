//! Names of tables and columns as a statement writes them. Answers floor.
//!
//! A name is checked when it is read, and quoted as its engine requires. No name can end the quotes or the statement.

use std::fmt;
use std::str::FromStr;

use crate::answers::sql::dialect::SqlDialect;
use crate::words::error::Error;
use crate::words::error::Result;

/// The longest name, in bytes, to which every engine can add an ending: PostgreSQL cuts off what goes
/// beyond 63.
const LONGEST: usize = 52;

/// A table, with its schema and catalog before it if they were given: `views`, `web.views`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlTable(Vec<String>);

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlColumn(String);

/// A cluster of ClickHouse, as the configuration of its servers calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlCluster(String);

impl FromStr for SqlCluster {
    type Err = Error;

    /// Reads a name as it is. Errors when it is empty, too long, or holds a backslash, a brace or a control character.
    fn from_str(text: &str) -> Result<SqlCluster> {
        if !is_name(text) || text.contains(['{', '}']) {
            return Err(Error::Usage(format!(
                "\"{text}\" is not the name of a cluster: expected at most {LONGEST} bytes, without backslashes and \
                braces. Write what a macro of the servers stands for"
            )));
        }
        Ok(SqlCluster(text.to_owned()))
    }
}

impl SqlCluster {
    pub(super) fn name(&self) -> &str {
        &self.0
    }
}

impl FromStr for SqlTable {
    type Err = Error;

    /// Reads up to three names with dots between them. One that begins with a double quote ends with one, and may hold
    /// dots; a double quote in it is doubled. Errors when one is empty, too long, or holds a backslash or a control
    /// character.
    fn from_str(text: &str) -> Result<SqlTable> {
        match parts(text) {
            Some(parts) if parts.len() <= 3 && parts.iter().all(|part| is_name(part)) => {
                Ok(SqlTable(parts))
            }
            _ => Err(Error::Usage(format!(
                "\"{text}\" is not the name of a table: expected at most three names with dots between them, each of \
                at most {LONGEST} bytes, without backslashes. A name with a dot is put in double quotes"
            ))),
        }
    }
}

impl FromStr for SqlColumn {
    type Err = Error;

    /// Reads a name as it is. Errors when it is empty, too long, or holds a backslash or a control character.
    fn from_str(text: &str) -> Result<SqlColumn> {
        if !is_name(text) {
            return Err(Error::Usage(format!(
                "\"{text}\" is not the name of a column: expected at most {LONGEST} bytes, without backslashes"
            )));
        }
        Ok(SqlColumn(text.to_owned()))
    }
}

/// Within quotes a backslash is an escape on Spark and ClickHouse, and a line end would end a comment.
fn is_name(text: &str) -> bool {
    let is_part = |c: char| !c.is_control() && c != '\\';
    !text.is_empty() && text.len() <= LONGEST && text.chars().all(is_part)
}

/// The names between dots; none if a quote is not closed right before a dot or the end.
fn parts(text: &str) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let part = match rest.strip_prefix('"') {
            None => {
                let end = rest.find('.').unwrap_or(rest.len());
                let (part, behind) = rest.split_at(end);
                rest = behind;
                part.to_owned()
            }
            Some(mut inside) => {
                let mut part = String::new();
                loop {
                    let (before, behind) = inside.split_once('"')?;
                    part.push_str(before);
                    match behind.strip_prefix('"') {
                        Some(behind) => inside = behind,
                        None => {
                            rest = behind;
                            break part;
                        }
                    }
                    part.push('"');
                }
            }
        };
        parts.push(part);
        if rest.is_empty() {
            return Some(parts);
        }
        rest = rest.strip_prefix('.')?;
    }
}

impl SqlTable {
    /// A table of our own naming.
    pub(super) fn named(name: &str) -> SqlTable {
        SqlTable(vec![name.to_owned()])
    }

    /// How many names it has: 1 without a schema.
    pub(super) fn n_parts(&self) -> usize {
        self.0.len()
    }

    /// The schema, if there is exactly that before the last name.
    pub(super) fn schema(&self) -> Option<&str> {
        match self.0.as_slice() {
            [schema, _] => Some(schema),
            _ => None,
        }
    }

    /// The last name.
    pub(super) fn name(&self) -> &str {
        self.0.last().map_or("", String::as_str)
    }

    /// The table of the same schema whose last name is this one.
    pub(super) fn beside(&self, name: String) -> SqlTable {
        let mut parts = self.0.clone();
        parts.pop();
        parts.push(name);
        SqlTable(parts)
    }

    /// The same table, in this schema if none was given.
    pub(super) fn or_in_schema(mut self, schema: &str) -> SqlTable {
        if self.0.len() == 1 {
            self.0.insert(0, schema.to_owned());
        }
        self
    }

    pub(super) fn quoted(&self, dialect: SqlDialect) -> String {
        self.quoted_parts(dialect).join(".")
    }

    /// Each of its names, quoted.
    pub(super) fn quoted_parts(&self, dialect: SqlDialect) -> Vec<String> {
        self.0.iter().map(|part| quoted(dialect, part)).collect()
    }
}

impl SqlColumn {
    pub(super) fn name(&self) -> &str {
        &self.0
    }

    pub(super) fn quoted(&self, dialect: SqlDialect) -> String {
        quoted(dialect, &self.0)
    }
}

impl fmt::Display for SqlTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.join("."))
    }
}

/// Names that we chose. They mean the same with and without quotes on every engine, and statements are easier to read
/// without.
const PLAIN: [&str; 18] = [
    "pageviews",
    "pageviews_by_user",
    "pageviews_by_time",
    "pageviews_are_in_utc_on_insert",
    "pageviews_are_in_utc_on_update",
    "sessions",
    "sessions_by_user",
    "sessions_gap",
    "sessions_stored",
    "sessions_rebuilt",
    "sessions_touched",
    "sessions_to_recompute",
    "session_pageviews",
    "user_id",
    "page_view_at",
    "page",
    "arrival",
    "rowid",
];

/// One name, quoted unless it is one of [`PLAIN`].
///
/// On Snowflake a name of small letters is put in capitals, as Snowflake itself does with one that is not quoted.
pub(super) fn quoted(dialect: SqlDialect, name: &str) -> String {
    if PLAIN.contains(&name) {
        return name.to_owned();
    }
    match dialect {
        SqlDialect::Sqlite | SqlDialect::Postgres | SqlDialect::Duckdb => {
            format!("\"{}\"", name.replace('"', "\"\""))
        }
        SqlDialect::Snowflake if is_folded(name) => format!("\"{}\"", name.to_ascii_uppercase()),
        SqlDialect::Snowflake => format!("\"{}\"", name.replace('"', "\"\"")),
        SqlDialect::Spark | SqlDialect::Clickhouse | SqlDialect::Mysql => {
            format!("`{}`", name.replace('`', "``"))
        }
        SqlDialect::Bigquery => format!("`{}`", name.replace('`', "\\`")),
    }
}

/// Whether it is what people write without quotes: small letters of ASCII, digits and underscores.
fn is_folded(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.chars().all(is_part) && !name.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_quoted_as_each_engine_does() {
        for (name, dialect, expected) in [
            ("pageviews", SqlDialect::Postgres, "pageviews"),
            ("web.pageviews", SqlDialect::Postgres, "\"web\".pageviews"),
            ("order", SqlDialect::Duckdb, "\"order\""),
            (
                "lake.Web.views-2",
                SqlDialect::Spark,
                "`lake`.`Web`.`views-2`",
            ),
            ("Sessions", SqlDialect::Clickhouse, "`Sessions`"),
            ("größe", SqlDialect::Sqlite, "\"größe\""),
            (
                r#"web."a.b ""c""".it's"#,
                SqlDialect::Duckdb,
                r#""web"."a.b ""c"""."it's""#,
            ),
            ("back`tick", SqlDialect::Spark, "`back``tick`"),
            ("web.it's `so`", SqlDialect::Mysql, "`web`.`it's ``so```"),
            ("sessions_gap", SqlDialect::Snowflake, "sessions_gap"),
            (
                "web.web_views_2.Views",
                SqlDialect::Snowflake,
                "\"WEB\".\"WEB_VIEWS_2\".\"Views\"",
            ),
            (
                "my-shop.web.views",
                SqlDialect::Bigquery,
                "`my-shop`.`web`.`views`",
            ),
            ("2.a-b", SqlDialect::Snowflake, "\"2\".\"a-b\""),
        ] {
            assert_eq!(name.parse::<SqlTable>().unwrap().quoted(dialect), expected);
        }
    }

    #[test]
    fn what_names_nothing_is_refused() {
        let long = "x".repeat(53);
        for name in [
            "", ".", "a.", "a.b.c.d", "\"a", "\"a\"b", "\"\"", "a\\b", "a\nb", "a\u{1b}", &long,
        ] {
            let message = name.parse::<SqlTable>().unwrap_err().to_string();
            assert!(
                message.contains("is not the name of a table: expected"),
                "{message}"
            );
        }
        for name in ["", "a\\b", "a\nb", &long] {
            assert!(name.parse::<SqlColumn>().is_err(), "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_name_ends_its_quotes(name in "[^\\\\\\pC]{1,13}") {
            let column: SqlColumn = name.parse().unwrap();
            for dialect in SqlDialect::ALL {
                let quoted = column.quoted(dialect);
                let quote = &quoted[..1];
                if quoted != name {
                    prop_assert!(quote == "\"" || quote == "`");
                    let inside = &quoted[1..quoted.len() - 1];
                    let doubled = match dialect {
                        SqlDialect::Bigquery => "\\`".to_owned(),
                        _ => quote.repeat(2),
                    };
                    prop_assert!(!inside.replace(&doubled, "").contains(quote), "{}", quoted);
                    let meant = match dialect == SqlDialect::Snowflake && is_folded(&name) {
                        true => name.to_ascii_uppercase(),
                        false => name.clone(),
                    };
                    prop_assert_eq!(inside.replace(&doubled, quote), meant);
                }
            }
        }

        #[test]
        fn a_table_in_double_quotes_is_read_back(names in proptest::collection::vec("[^\\\\\\pC]{1,13}", 1..=3)) {
            let table = SqlTable(names);
            let typed: Vec<String> = table.0.iter().map(|name| format!("\"{}\"", name.replace('"', "\"\""))).collect();
            prop_assert_eq!(typed.join(".").parse::<SqlTable>().unwrap(), table);
        }
    }
}
