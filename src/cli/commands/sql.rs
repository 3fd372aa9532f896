//! `dwell sql`: the sessionization as a statement for another engine. Command line floor.

use std::io::Write;
use std::path::Path;

use crate::answers::sql::Names;
use crate::answers::sql::SqlDialect;
use crate::answers::sql::SqlParams;
use crate::answers::sql::SqlTableFormat;
use crate::answers::sql::SqlTies;
use crate::answers::sql::Statement;
use crate::answers::sql::dbt_model;
use crate::answers::sql::dbt_package;
use crate::answers::sql::render;
use crate::cli::args::DialectName;
use crate::cli::args::SqlArgs;
use crate::cli::args::SqlNameArgs;
use crate::cli::args::StatementName;
use crate::cli::args::TableFormatName;
use crate::cli::files;
use crate::cli::files::FileInFolder;
use crate::cli::report::say;
use crate::output::Output;
use crate::words::coverage::UserSample;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::counted;

pub(in crate::cli) fn run(args: SqlArgs) -> Result<()> {
    let dialect = match args.dialect {
        DialectName::Sqlite => SqlDialect::Sqlite,
        DialectName::Postgres => SqlDialect::Postgres,
        DialectName::Duckdb => SqlDialect::Duckdb,
        DialectName::Spark => SqlDialect::Spark,
        DialectName::Clickhouse => SqlDialect::Clickhouse,
        DialectName::Mysql => SqlDialect::Mysql,
        DialectName::Snowflake => SqlDialect::Snowflake,
        DialectName::Bigquery => SqlDialect::Bigquery,
    };
    let params = SqlParams {
        gap: args.gap,
        from: args.from,
        to: args.to,
        parts: args.parts.unwrap_or(1),
        table_format: match args.table_format {
            TableFormatName::Parquet => SqlTableFormat::Parquet,
            TableFormatName::Delta => SqlTableFormat::Delta,
            TableFormatName::Iceberg => SqlTableFormat::Iceberg,
        },
        one_in: args.one_in.and_then(UserSample::of),
        names: names(args.names),
        carried: args.carry,
        cluster: args.cluster,
    };
    if args.parts.is_some() && args.statement != Some(StatementName::Pauses) {
        return Err(Error::Usage("--parts belongs to --statement pauses".into()));
    }
    if let Some(folder) = &args.output_dir {
        if args.form.is_none() {
            return Err(Error::Usage("--output-dir belongs to --form dbt".into()));
        }
        return write_package(folder, dbt_package(dialect, &params)?, args.force);
    }
    // Without a statement, the only other form is the model.
    let sql = match args.statement.map(statement) {
        None => dbt_model(dialect, &params)?,
        Some(statement) => render(dialect, statement, &params)?,
    };
    let mut output = Output::stdout();
    output
        .write_all(sql.as_bytes())
        .map_err(Error::io("write", output.path()))?;
    output.finish().map(drop)
}

fn write_package(folder: &Path, package: Vec<(String, String)>, overwrites: bool) -> Result<()> {
    let package = package.into_iter().map(|(path, text)| FileInFolder {
        name: path.into(),
        text: text.into_bytes(),
    });
    let package: Vec<FileInFolder> = package.collect();
    files::write(folder, &package, overwrites)?;
    let n_files = counted(package.len() as u64, "file");
    say(&format!("wrote {n_files} to {}", folder.display()));
    Ok(())
}

fn statement(name: StatementName) -> Statement {
    match name {
        StatementName::Schema => Statement::Schema,
        StatementName::Rebuild => Statement::Rebuild,
        StatementName::Refresh => Statement::Refresh,
        StatementName::Pauses => Statement::Pauses,
        StatementName::Long => Statement::Long,
        StatementName::Sample => Statement::Sample,
    }
}

fn names(args: SqlNameArgs) -> Names {
    Names {
        pageviews: args.pageviews_table,
        sessions: args.sessions_table,
        user: args.user_column,
        time: args.time_column,
        page: args.page_column,
        ties: match args.arrival_column {
            Some(column) => SqlTies::Column(column),
            None if args.ties_by_page => SqlTies::Page,
            None => SqlTies::Arrival,
        },
    }
}
