//! What can be typed to get SQL. Command line floor.

use std::path::PathBuf;

use clap::Args;
use clap::ValueEnum;
use clap::ValueHint;

use crate::answers::sql::SqlCluster;
use crate::answers::sql::SqlColumn;
use crate::answers::sql::SqlTable;
use crate::cli::args::instant;
use crate::words::gap::Gap;
use crate::words::timestamp::Timestamp;

/// What can be asked for, below the help.
fn statements() -> String {
    let mut text = "Statements:".to_owned();
    let all = StatementName::value_variants().iter();
    for statement in all.filter_map(ValueEnum::to_possible_value) {
        let words = statement.get_help().map(ToString::to_string);
        text += &format!(
            "\n  {:<7}  {}",
            statement.get_name(),
            words.unwrap_or_default()
        );
    }
    text
}

#[derive(Debug, Args)]
#[command(after_help = statements())]
pub(in crate::cli) struct SqlArgs {
    /// Engine
    #[arg(long, value_enum, value_name = "ENGINE")]
    pub(in crate::cli) dialect: DialectName,
    /// Format of Spark's tables
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = TableFormatName::Parquet)]
    pub(in crate::cli) table_format: TableFormatName,
    /// What the SQL does
    #[arg(long, value_enum, required_unless_present = "form")]
    pub(in crate::cli) statement: Option<StatementName>,
    /// Print an incremental model instead, on postgres, duckdb or spark
    #[arg(long, value_enum, conflicts_with = "statement")]
    pub(in crate::cli) form: Option<SqlForm>,
    /// Write a package of dbt into this folder: models, contracts and tests
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(in crate::cli) output_dir: Option<PathBuf>,
    /// Overwrite its files
    #[arg(long, requires = "output_dir")]
    pub(in crate::cli) force: bool,
    /// Gap to cut at
    #[arg(long, value_name = "GAP", default_value_t = Gap::DEFAULT)]
    pub(in crate::cli) gap: Gap,
    /// Only from this time on [default: a parameter; pauses, sample: all]
    #[arg(long, value_name = "TIME", requires = "to", value_parser = instant)]
    pub(in crate::cli) from: Option<Timestamp>,
    /// Only before this time
    #[arg(long, value_name = "TIME", requires = "from", value_parser = instant)]
    pub(in crate::cli) to: Option<Timestamp>,
    /// Count pauses in so many groups of users, such as 16, to tell chance
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=64))]
    pub(in crate::cli) parts: Option<u32>,
    /// Take the pageviews of one in so many users, such as 1000
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..))]
    pub(in crate::cli) one_in: Option<u32>,
    /// Columns that a session takes from its landing pageview
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',')]
    pub(in crate::cli) carry: Vec<SqlColumn>,
    /// Cluster of ClickHouse to write for
    #[arg(long, value_name = "NAME", conflicts_with = "form")]
    pub(in crate::cli) cluster: Option<SqlCluster>,
    #[command(flatten)]
    pub(in crate::cli) names: SqlNameArgs,
}

/// What the tables and columns of an engine are called.
#[derive(Debug, Args)]
#[command(next_help_heading = "Names")]
pub(in crate::cli) struct SqlNameArgs {
    /// Table of pageviews, with its schema if need be [default: pageviews]
    #[arg(long, value_name = "TABLE")]
    pub(in crate::cli) pageviews_table: Option<SqlTable>,
    /// Table of sessions, which names those beside it [default: sessions]
    #[arg(long, value_name = "TABLE")]
    pub(in crate::cli) sessions_table: Option<SqlTable>,
    /// Column of the user [default: user_id]
    #[arg(long, value_name = "COLUMN")]
    pub(in crate::cli) user_column: Option<SqlColumn>,
    /// Column of the time [default: page_view_at]
    #[arg(long, value_name = "COLUMN")]
    pub(in crate::cli) time_column: Option<SqlColumn>,
    /// Column of the page [default: page]
    #[arg(long, value_name = "COLUMN")]
    pub(in crate::cli) page_column: Option<SqlColumn>,
    /// Column that orders pageviews at the same instant [default: arrival; sqlite, duckdb: rowid]
    #[arg(long, value_name = "COLUMN", conflicts_with = "ties_by_page")]
    pub(in crate::cli) arrival_column: Option<SqlColumn>,
    /// Order such pageviews by page: there is no such column
    #[arg(long)]
    pub(in crate::cli) ties_by_page: bool,
}

/// What can be printed instead of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum SqlForm {
    /// An incremental model for dbt on postgres, duckdb or spark
    Dbt,
}

/// Engines that statements are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum DialectName {
    /// SQLite 3.31 and later, in a database of its own
    Sqlite,
    /// PostgreSQL 12 and later
    Postgres,
    /// DuckDB 1.2 and later
    Duckdb,
    /// Spark 4.0 and later, Databricks
    Spark,
    /// ClickHouse 24.8 and later
    Clickhouse,
    /// MySQL 8.0.17 and later, and MariaDB 10.5 and later
    Mysql,
    /// Snowflake
    Snowflake,
    /// BigQuery
    Bigquery,
}

/// Formats of Spark's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum TableFormatName {
    /// Parquet, of which days are overwritten
    Parquet,
    /// Delta Lake, also on Databricks
    Delta,
    /// Apache Iceberg
    Iceberg,
}

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum StatementName {
    /// Make the tables and views
    Schema,
    /// Derive all sessions again
    Rebuild,
    /// Derive again only the sessions that a window of time touches
    Refresh,
    /// Count the pauses of each length, for `dwell gaps --pauses`
    Pauses,
    /// List the users with sessions longer than a day
    Long,
    /// Take the pageviews of a sample of whole users, for dwell
    Sample,
}
