//! The sessionization as SQL, for engines that hold more than a store can. Answers floor.
//!
//! The templates are in `assets/sql`: one file for each statement, `rule.sql` with the rule that they share, and one
//! file for each engine with what it writes differently, which statements import as `engine.sql`. Runs nothing and
//! knows no database. The tests run what it gives.

mod dbt;
mod dialect;
mod names;
mod params;
mod steps;
mod table_format;
mod templates;

use crate::answers::export::is_fixed_column;
use crate::words::error::Error;
use crate::words::error::Result;

pub use dialect::SqlDialect;
pub use dialect::Statement;
pub use names::SqlCluster;
pub use names::SqlColumn;
pub use names::SqlTable;
pub use params::Names;
pub use params::SqlParams;
pub use params::SqlTies;
pub use table_format::SqlTableFormat;
#[cfg(feature = "generate")]
pub(super) use templates::PAGEVIEWS_TABLE;

/// The statement for an engine, with a header that says what it does, ending in a newline.
///
/// Errors when the window is empty (`from` not before `to`), when pauses get only one end of a window, when the
/// statement takes no window, and when the engine cannot name a table so. Also errors when a sample does not say of how
/// many users, or another statement does; for a sample on SQLite; for a cluster of another engine than ClickHouse; for
/// another format of tables than Parquet on an engine that is not Spark, and columns that have a backtick in their names
/// there.
pub fn render(dialect: SqlDialect, statement: Statement, params: &SqlParams) -> Result<String> {
    check_window(params)?;
    let has_window = params.from.is_some() || params.to.is_some();
    if has_window && !statement.has_window() {
        return Err(Error::Usage(format!(
            "{} has no time window: only refresh, pauses and sample have one",
            statement.name()
        )));
    }
    if statement != Statement::Refresh && params.from.is_some() != params.to.is_some() {
        return Err(Error::Usage(format!(
            "{} takes both ends of a window or none",
            statement.name()
        )));
    }
    check_sample(dialect, statement, params)?;
    check_cluster(dialect, params)?;
    check_table_format(dialect, params)?;
    check_names(dialect, &params.names)?;
    if !matches!(
        statement,
        Statement::Schema | Statement::Rebuild | Statement::Refresh
    ) && !params.carried.is_empty()
    {
        return Err(Error::Usage(format!(
            "{} carries no columns: only schema, rebuild and refresh do",
            statement.name()
        )));
    }
    check_carried(params)?;
    Ok(templates::statement(dialect, statement, params))
}

/// An incremental model of dbt that gives the same sessions, ending in a newline.
///
/// Errors as [`dbt_package`] does.
pub fn dbt_model(dialect: SqlDialect, params: &SqlParams) -> Result<String> {
    check_model(dialect, params)?;
    Ok(dbt::model(dialect, params))
}

/// A package of dbt with this model, one of the pageviews with their sessions, and their contracts and tests: its files
/// by their paths in it.
///
/// Errors for engines other than PostgreSQL, DuckDB and Spark, and for Delta and Iceberg, which have no model; when a window
/// is given, since a run of dbt finds its own;
/// when a carried column has the name of another one; and when the engine cannot name a table so, or dbt would read a
/// name as Jinja.
pub fn dbt_package(dialect: SqlDialect, params: &SqlParams) -> Result<Vec<(String, String)>> {
    check_model(dialect, params)?;
    Ok(dbt::package(dialect, params))
}

fn check_model(dialect: SqlDialect, params: &SqlParams) -> Result<()> {
    check_cluster(dialect, params)?;
    if !matches!(
        dialect,
        SqlDialect::Postgres | SqlDialect::Duckdb | SqlDialect::Spark
    ) {
        return Err(Error::Usage(format!(
            "there is no dbt model for {}: expected postgres, duckdb or spark",
            dialect.name()
        )));
    }
    check_table_format(dialect, params)?;
    if params.table_format != SqlTableFormat::Parquet {
        return Err(Error::Usage(format!(
            "there is no dbt model for tables of {}: run the statement refresh after each load instead",
            params.table_format.title()
        )));
    }
    if params.from.is_some() || params.to.is_some() {
        return Err(Error::Usage(
            "a dbt model finds its window in each run, or is given it by the variables dwell_from and dwell_to"
                .into(),
        ));
    }
    if params.one_in.is_some() {
        return Err(Error::Usage(
            "--one-in is for the statement sample: a dbt model is of all users".into(),
        ));
    }
    if params.names.sessions.is_some() {
        return Err(Error::Usage(
            "the sessions of a dbt model are named by the model's file".into(),
        ));
    }
    check_names(dialect, &params.names)?;
    check_carried(params)?;
    check_for_jinja(params)
}

/// Errors if dbt would take a part of a name for its own.
fn check_for_jinja(params: &SqlParams) -> Result<()> {
    let columns = params.names.columns().chain(&params.carried);
    let names = columns.map(|column| column.name().to_owned());
    let names = names.chain(params.names.pageviews.iter().map(SqlTable::to_string));
    for name in names {
        if let Some(c) = name.chars().find(|&c| "'\"{}<>%#".contains(c)) {
            return Err(Error::Usage(format!(
                "\"{name}\" is no name for a dbt model, as dbt would read the {c} as its own: give it another name by a \
                view"
            )));
        }
    }
    Ok(())
}

/// Errors if a carried column has the name of another one, whatever the case.
fn check_carried(params: &SqlParams) -> Result<()> {
    const OURS: [&str; 7] = [
        "arrival",
        "rowid",
        "gap_us",
        "version",
        "is_deleted",
        "started_on",
        "watermark",
    ];
    let mut taken: Vec<String> = params
        .names
        .columns()
        .map(|column| column.name().to_ascii_lowercase())
        .collect();
    for column in &params.carried {
        let name = column.name().to_ascii_lowercase();
        if is_fixed_column(&name) || OURS.contains(&name.as_str()) || taken.contains(&name) {
            return Err(Error::Usage(format!(
                "there is another column {name}: give the one to carry a name of its own, by a view if need be"
            )));
        }
        taken.push(name);
    }
    Ok(())
}

fn check_window(params: &SqlParams) -> Result<()> {
    match (params.from, params.to) {
        (Some(from), Some(to)) if from >= to => Err(Error::Usage(format!(
            "the window from {from} to {to} is empty: expected an end later than the start"
        ))),
        _ => Ok(()),
    }
}

fn check_sample(dialect: SqlDialect, statement: Statement, params: &SqlParams) -> Result<()> {
    let problem = match (statement, params.one_in) {
        (Statement::Sample, _) if dialect == SqlDialect::Sqlite => {
            "SQLite has no md5, by which other engines choose the users of a sample: dwell reads its table as it is, \
            with --table pageviews"
        }
        (Statement::Sample, None) => {
            "a sample is of one in how many users? Give it --one-in, such as 1000"
        }
        (Statement::Sample, Some(_)) | (_, None) => return Ok(()),
        (_, Some(_)) => "--one-in belongs to --statement sample",
    };
    Err(Error::Usage(problem.to_owned()))
}

fn check_cluster(dialect: SqlDialect, params: &SqlParams) -> Result<()> {
    if params.cluster.is_some() && dialect != SqlDialect::Clickhouse {
        return Err(Error::Usage(format!(
            "--cluster is for ClickHouse, whose statements name the cluster: leave it out on {}",
            dialect.name()
        )));
    }
    Ok(())
}

fn check_table_format(dialect: SqlDialect, params: &SqlParams) -> Result<()> {
    let format = params.table_format;
    let mut columns = params.names.columns().chain(&params.carried);
    let backtick = columns.find(|column| column.name().contains('`'));
    match (format, backtick) {
        (SqlTableFormat::Parquet, _) => Ok(()),
        (_, None) if dialect == SqlDialect::Spark => Ok(()),
        (_, Some(column)) if dialect == SqlDialect::Spark => Err(Error::Usage(format!(
            "Spark has no name with a backtick for columns of {}: give {} another name by a view",
            format.title(),
            column.name()
        ))),
        _ => Err(Error::Usage(format!(
            "tables of {} are made on Spark only, not on {}: expected --dialect spark",
            format.title(),
            dialect.name()
        ))),
    }
}

fn check_names(dialect: SqlDialect, names: &Names) -> Result<()> {
    let most = match dialect {
        SqlDialect::Sqlite => 1,
        SqlDialect::Clickhouse | SqlDialect::Mysql => 2,
        _ => 3,
    };
    let tables = [&names.pageviews, &names.sessions];
    match tables
        .into_iter()
        .flatten()
        .find(|table| table.n_parts() > most)
    {
        Some(table) => Err(Error::Usage(format!(
            "\"{table}\" has {} names: on {} a table has at most {most}",
            table.n_parts(),
            dialect.name()
        ))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod cluster_tests;

#[cfg(test)]
mod tests;
