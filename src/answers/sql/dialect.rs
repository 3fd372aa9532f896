//! The names of the engines that statements are made for, and of the statements. Answers floor.

use std::str::FromStr;

use crate::words::error::Error;
use crate::words::error::Result;

/// An engine that statements can be made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqlDialect {
    /// SQLite 3.31 and later, in a separate database: not in a store, which has other tables.
    Sqlite,
    /// PostgreSQL 12 and later.
    Postgres,
    /// DuckDB 1.2 and later.
    Duckdb,
    /// Spark 4.0 and later, which has variables of a session.
    Spark,
    /// ClickHouse 24.8 and later.
    Clickhouse,
    /// MySQL 8.0.17 and later, and MariaDB 10.5 and later.
    Mysql,
    /// Snowflake.
    Snowflake,
    /// BigQuery.
    Bigquery,
}

/// What a statement does. Each is a script of one or more statements, each ended by a semicolon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statement {
    /// Makes the tables `pageviews` and `sessions`, their indexes and the view `session_pageviews`.
    Schema,
    /// Fills `sessions` anew from all pageviews.
    Rebuild,
    /// Recomputes the sessions that a time window touches.
    Refresh,
    /// Counts the pauses of each length, and the sessions that each gap would give.
    Pauses,
    /// Asks which users have sessions longer than a day.
    Long,
    /// Takes the pageviews of one in so many users.
    Sample,
}

impl SqlDialect {
    /// Every dialect, in the order of the command line's help.
    pub const ALL: [SqlDialect; 8] = [
        SqlDialect::Sqlite,
        SqlDialect::Postgres,
        SqlDialect::Duckdb,
        SqlDialect::Spark,
        SqlDialect::Clickhouse,
        SqlDialect::Mysql,
        SqlDialect::Snowflake,
        SqlDialect::Bigquery,
    ];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            SqlDialect::Sqlite => "sqlite",
            SqlDialect::Postgres => "postgres",
            SqlDialect::Duckdb => "duckdb",
            SqlDialect::Spark => "spark",
            SqlDialect::Clickhouse => "clickhouse",
            SqlDialect::Mysql => "mysql",
            SqlDialect::Snowflake => "snowflake",
            SqlDialect::Bigquery => "bigquery",
        }
    }
}

impl Statement {
    /// Every statement, in the order in which they are used.
    pub const ALL: [Statement; 6] = [
        Statement::Schema,
        Statement::Rebuild,
        Statement::Refresh,
        Statement::Pauses,
        Statement::Long,
        Statement::Sample,
    ];

    /// Whether it can be about the pageviews of a time window only.
    pub(crate) const fn has_window(self) -> bool {
        matches!(
            self,
            Statement::Refresh | Statement::Pauses | Statement::Sample
        )
    }

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Statement::Schema => "schema",
            Statement::Rebuild => "rebuild",
            Statement::Refresh => "refresh",
            Statement::Pauses => "pauses",
            Statement::Long => "long",
            Statement::Sample => "sample",
        }
    }
}

impl FromStr for SqlDialect {
    type Err = Error;

    /// Reads a name; errors with the known ones.
    fn from_str(name: &str) -> Result<SqlDialect> {
        by_name(name, "dialect", SqlDialect::ALL, SqlDialect::name)
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
            Error::Usage(format!(
                "\"{name}\" is not a {what}: expected one of {known}"
            ))
        })
}
