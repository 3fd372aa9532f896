//! The sessionization as SQL, for engines that hold more than a store. Answers floor.
//!
//! Templates in `assets/sql`: a statement a file, `rule.sql` with the rule that they share, and what
//! engines write differently in one file each, imported by the statements as `engine.sql`. Runs
//! nothing and knows no database; `docs/postgres.md` and the integration tests run what it gives.

use std::collections::BTreeSet;
use std::str::FromStr;

use minijinja::Environment;
use minijinja::UndefinedBehavior;
use minijinja::context;
use minijinja::syntax::SyntaxConfig;

use crate::answers::quote::sql_text;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::gap::Gap;
use crate::words::timestamp::Timestamp;
use crate::words::timestamp::US_PER_S;

/// An engine that statements can be made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite 3.30 and later, in a database of its own: not in a store, whose tables are others.
    Sqlite,
    /// PostgreSQL 12 and later.
    Postgres,
}

/// What a statement does. Each is a script of one or more statements, each ended by a semicolon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statement {
    /// Makes the tables `pageviews` and `sessions`, their indexes and the view `session_pageviews`.
    Schema,
    /// Fills `sessions` anew from all pageviews, in one transaction.
    Rebuild,
    /// Recomputes the sessions that a time window touches, in one transaction.
    Refresh,
    /// Asks how many pauses there are of each length, and how many sessions each gap would give.
    Pauses,
}

/// The values in a statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SqlParams {
    /// The inactivity gap. Without meaning for [`Statement::Schema`].
    pub gap: Gap,
    /// First instant of the window to refresh; `None` leaves the named parameter `:from` in its
    /// place, to be bound or replaced by a quoted time by whatever runs the statement.
    pub from: Option<Timestamp>,
    /// The instant at which the window ends, not part of it; `None` leaves `:to`.
    pub to: Option<Timestamp>,
}

impl Dialect {
    /// Every dialect, in the order of the command line's help.
    pub const ALL: [Dialect; 2] = [Dialect::Sqlite, Dialect::Postgres];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Dialect::Sqlite => "sqlite",
            Dialect::Postgres => "postgres",
        }
    }

    const fn engine(self) -> &'static str {
        match self {
            Dialect::Sqlite => include_str!("../../assets/sql/sqlite.sql"),
            Dialect::Postgres => include_str!("../../assets/sql/postgres.sql"),
        }
    }
}

impl Statement {
    /// Every statement, in the order in which they are used.
    pub const ALL: [Statement; 4] = [
        Statement::Schema,
        Statement::Rebuild,
        Statement::Refresh,
        Statement::Pauses,
    ];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Statement::Schema => "schema",
            Statement::Rebuild => "rebuild",
            Statement::Refresh => "refresh",
            Statement::Pauses => "pauses",
        }
    }

    const fn template(self) -> &'static str {
        match self {
            Statement::Schema => include_str!("../../assets/sql/schema.sql"),
            Statement::Rebuild => include_str!("../../assets/sql/rebuild.sql"),
            Statement::Refresh => include_str!("../../assets/sql/refresh.sql"),
            Statement::Pauses => include_str!("../../assets/sql/pauses.sql"),
        }
    }
}

impl FromStr for Dialect {
    type Err = Error;

    /// Reads a name; errors with the known ones.
    fn from_str(name: &str) -> Result<Dialect> {
        by_name(name, "dialect", Dialect::ALL, Dialect::name)
    }
}

impl FromStr for Statement {
    type Err = Error;

    /// Reads a name; errors with the known ones.
    fn from_str(name: &str) -> Result<Statement> {
        by_name(name, "statement", Statement::ALL, Statement::name)
    }
}

fn by_name<T: Copy, const N: usize>(
    name: &str,
    what: &str,
    all: [T; N],
    name_of: fn(T) -> &'static str,
) -> Result<T> {
    all.into_iter()
        .find(|&one| name_of(one) == name)
        .ok_or_else(|| {
            let known = all.map(name_of).join(", ");
            Error::Usage(format!("\"{name}\" is no {what}: expected one of {known}"))
        })
}

/// The table `pageviews` as every engine makes it: what generated SQL starts with, too.
pub(super) const PAGEVIEWS_TABLE: &str = include_str!("../../assets/sql/pageviews.sql");

/// A pause cannot be longer than the years 1 to 9999: a gap above means the same as this one, and
/// keeps every sum of an instant and a gap within the range of every engine.
const NO_PAUSE_IS_SO_LONG_US: i64 = Timestamp::MAX.as_us() - Timestamp::MIN.as_us() + 1;

/// Steps of the pause histogram, in microseconds: customary gaps, and the scales around them.
const STEPS_US: [i64; 28] = {
    const S: i64 = US_PER_S;
    const M: i64 = 60 * S;
    const H: i64 = 60 * M;
    const D: i64 = 24 * H;
    [
        0,
        S,
        2 * S,
        5 * S,
        10 * S,
        20 * S,
        30 * S,
        M,
        2 * M,
        3 * M,
        5 * M,
        10 * M,
        15 * M,
        20 * M,
        30 * M,
        45 * M,
        H,
        90 * M,
        2 * H,
        4 * H,
        8 * H,
        12 * H,
        D,
        2 * D,
        4 * D,
        7 * D,
        14 * D,
        30 * D,
    ]
};

/// The statement for an engine, with a header that says what it does, ending in a newline.
///
/// Errors when the window is empty (`from` not before `to`), or is given to a statement other than
/// [`Statement::Refresh`], which is the only one with a window.
pub fn render(dialect: Dialect, statement: Statement, params: &SqlParams) -> Result<String> {
    let SqlParams { gap, from, to } = *params;
    if statement != Statement::Refresh && (from.is_some() || to.is_some()) {
        return Err(Error::Usage(format!(
            "{} has no time window: only refresh has one",
            statement.name()
        )));
    }
    if let (Some(from), Some(to)) = (from, to)
        && from >= to
    {
        return Err(Error::Usage(format!(
            "the window from {from} to {to} is empty: expected an end later than the start"
        )));
    }
    let gap_us = gap.as_us().min(NO_PAUSE_IS_SO_LONG_US);
    let bound = |at: Option<Timestamp>, parameter: &str| match at {
        Some(at) => sql_text(&at.to_string()),
        None => parameter.to_owned(),
    };
    let steps: Vec<_> = STEPS_US
        .into_iter()
        .chain([gap_us])
        .collect::<BTreeSet<i64>>()
        .into_iter()
        .map(|us| context! { us, gap => step_in_words(us) })
        .collect();
    let values = context! {
        gap => gap.to_string(),
        gap_us,
        from => bound(from, ":from"),
        to => bound(to, ":to"),
        steps,
    };
    let sql = templates(dialect)
        .render_str(statement.template(), values)
        .expect("the templates are part of the program, and a test renders each");
    Ok(sql.trim().to_owned() + "\n")
}

fn templates(dialect: Dialect) -> Environment<'static> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    let lines_of_tags_leave_no_line = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()
        .expect("the delimiters are the customary ones");
    templates.set_syntax(lines_of_tags_leave_no_line);
    templates.add_filter("text", |text: String| sql_text(&text));
    templates.add_filter("clock", clock);
    for (name, template) in [
        ("engine.sql", dialect.engine()),
        ("rule.sql", include_str!("../../assets/sql/rule.sql")),
        ("pageviews.sql", PAGEVIEWS_TABLE),
    ] {
        templates
            .add_template(name, template)
            .expect("the templates are part of the program, and a test renders each");
    }
    templates
}

fn step_in_words(us: i64) -> String {
    Gap::from_us(us).map_or("0s".to_owned(), |gap| gap.to_string())
}

/// A span as `hours:minutes:seconds` with the fraction only when there is one, exact: `0:30:00`.
fn clock(us: i64) -> String {
    let (s, us) = (us / US_PER_S, us % US_PER_S);
    let clock = format!("{}:{:02}:{:02}", s / 3_600, s / 60 % 60, s % 60);
    match us {
        0 => clock,
        us => format!("{clock}.{us:06}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(us: i64) -> Option<Timestamp> {
        Timestamp::from_us(us)
    }

    fn refused(statement: Statement, from: Option<Timestamp>, to: Option<Timestamp>) -> String {
        let params = SqlParams {
            from,
            to,
            ..SqlParams::default()
        };
        render(Dialect::Sqlite, statement, &params)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn every_statement_is_made_for_every_dialect() {
        for dialect in Dialect::ALL {
            for statement in Statement::ALL {
                let sql = render(dialect, statement, &SqlParams::default()).unwrap();
                assert!(sql.starts_with("-- "), "{sql}");
                assert!(sql.ends_with(";\n"), "{sql}");
                assert!(!sql.contains("{{") && !sql.contains("{%"), "{sql}");
            }
        }
    }

    #[test]
    fn the_rule_is_in_every_statement_that_cuts_and_once() {
        for dialect in Dialect::ALL {
            for statement in [Statement::Rebuild, Statement::Refresh] {
                let sql = render(dialect, statement, &SqlParams::default()).unwrap();
                let rules = sql
                    .lines()
                    .filter(|line| !line.starts_with("--"))
                    .filter(|line| line.contains("page_view_at - previous >= "));
                assert_eq!(rules.count(), 1, "{sql}");
            }
        }
    }

    #[test]
    fn a_window_that_is_not_given_stands_as_two_named_parameters() {
        for dialect in Dialect::ALL {
            let sql = render(dialect, Statement::Refresh, &SqlParams::default()).unwrap();
            assert!(sql.contains(":from") && sql.contains(":to"), "{sql}");
            let given = SqlParams {
                from: at(0),
                to: at(1_500_000),
                ..SqlParams::default()
            };
            let sql = render(dialect, Statement::Refresh, &given).unwrap();
            assert!(!sql.contains(":from") && !sql.contains(":to"), "{sql}");
            assert!(sql.contains("'1970-01-01T00:00:00Z'"), "{sql}");
            assert!(sql.contains("'1970-01-01T00:00:01.5Z'"), "{sql}");
        }
    }

    #[test]
    fn comments_hold_nothing_that_a_client_would_take_for_a_parameter() {
        for dialect in Dialect::ALL {
            for statement in Statement::ALL {
                let sql = render(dialect, statement, &SqlParams::default()).unwrap();
                for comment in sql.lines().filter_map(|line| line.split_once("--")) {
                    assert!(!comment.1.contains([';', '$', '?', '%']), "{comment:?}");
                    assert!(!comment.1.contains(" :"), "{comment:?}");
                }
            }
        }
    }

    #[test]
    fn windows_that_make_no_sense_are_refused() {
        assert_eq!(
            refused(Statement::Refresh, at(1), at(1)),
            "the window from 1970-01-01T00:00:00.000001Z to 1970-01-01T00:00:00.000001Z is empty: \
             expected an end later than the start"
        );
        assert_eq!(
            refused(Statement::Rebuild, at(1), None),
            "rebuild has no time window: only refresh has one"
        );
    }

    #[test]
    fn dialects_and_statements_are_read_by_name() {
        for dialect in Dialect::ALL {
            assert_eq!(dialect.name().parse::<Dialect>().unwrap(), dialect);
        }
        for statement in Statement::ALL {
            assert_eq!(statement.name().parse::<Statement>().unwrap(), statement);
        }
        assert_eq!(
            "oracle".parse::<Dialect>().unwrap_err().to_string(),
            "\"oracle\" is no dialect: expected one of sqlite, postgres"
        );
    }

    #[test]
    fn spans_are_exact_on_the_clock() {
        assert_eq!(clock(1_800_000_000), "0:30:00");
        assert_eq!(clock(1), "0:00:00.000001");
        assert_eq!(clock(100 * 3_600_000_000 + 59_999_999), "100:00:59.999999");
    }
}
