//! Makes statements from the templates in `assets/sql`. Answers floor.

use minijinja::Environment;
use minijinja::UndefinedBehavior;
use minijinja::Value;
use minijinja::context;

use crate::answers::quote::sql_text;
use crate::answers::sql::dialect::SqlDialect;
use crate::answers::sql::dialect::Statement;
use crate::answers::sql::names::SqlColumn;
use crate::answers::sql::names::SqlTable;
use crate::answers::sql::names::quoted;
use crate::answers::sql::params::Names;
use crate::answers::sql::params::SqlParams;
use crate::answers::sql::params::SqlTies;
use crate::answers::sql::steps::clock;
use crate::answers::sql::steps::gap_us;
use crate::answers::sql::steps::octaves;
use crate::answers::sql::steps::steps;
use crate::answers::sql::table_format::SqlTableFormat;
use crate::answers::template;
use crate::answers::template::TESTED;
use crate::words::coverage::UserSample;
use crate::words::timestamp::Timestamp;

/// The table `pageviews` as SQLite and PostgreSQL make it. Generated SQL starts with it, too.
#[cfg(feature = "generate")]
pub(in crate::answers) const PAGEVIEWS_TABLE: &str =
    include_str!("../../../assets/sql/pageviews.sql");

/// The files that statements are made of.
macro_rules! asset {
    ($name:literal) => {
        include_str!(concat!("../../../assets/sql/", $name))
    };
}

const fn engine(dialect: SqlDialect) -> &'static str {
    match dialect {
        SqlDialect::Sqlite => asset!("sqlite.sql"),
        SqlDialect::Postgres => asset!("postgres.sql"),
        SqlDialect::Duckdb => asset!("duckdb.sql"),
        SqlDialect::Spark => asset!("spark.sql"),
        SqlDialect::Clickhouse => asset!("clickhouse.sql"),
        SqlDialect::Mysql => asset!("mysql.sql"),
        SqlDialect::Snowflake => asset!("snowflake.sql"),
        SqlDialect::Bigquery => asset!("bigquery.sql"),
    }
}

/// Engines with indexes look up what a refresh touches; the others join. Of those, DuckDB, Snowflake and
/// BigQuery have transactions; Delta and Iceberg have commits of one statement.
fn template(dialect: SqlDialect, statement: Statement, params: &SqlParams) -> &'static str {
    use SqlDialect::Bigquery;
    use SqlDialect::Clickhouse;
    use SqlDialect::Duckdb;
    use SqlDialect::Mysql;
    use SqlDialect::Postgres;
    use SqlDialect::Snowflake;
    use SqlDialect::Spark;
    use SqlDialect::Sqlite;
    let is_merged = params.table_format != SqlTableFormat::Parquet;
    let on_cluster = params.cluster.is_some();
    let in_parts = params.parts > 1;
    match (statement, dialect) {
        (Statement::Schema, Spark) if is_merged => asset!("schema_lake.sql"),
        (Statement::Rebuild, Spark) if is_merged => asset!("rebuild_lake.sql"),
        (Statement::Refresh, Spark) if is_merged => asset!("refresh_lake.sql"),
        (Statement::Schema, Sqlite | Postgres) => asset!("schema.sql"),
        (Statement::Schema, Duckdb) => asset!("schema_duckdb.sql"),
        (Statement::Schema, Spark) => asset!("schema_spark.sql"),
        (Statement::Schema, Clickhouse) if on_cluster => asset!("schema_cluster.sql"),
        (Statement::Schema, Clickhouse) => asset!("schema_clickhouse.sql"),
        (Statement::Schema, Mysql) => asset!("schema_mysql.sql"),
        (Statement::Schema, Snowflake) => asset!("schema_snowflake.sql"),
        (Statement::Schema, Bigquery) => asset!("schema_bigquery.sql"),
        (Statement::Rebuild, Sqlite | Postgres | Duckdb) => asset!("rebuild.sql"),
        (Statement::Rebuild, Spark) => asset!("rebuild_spark.sql"),
        (Statement::Rebuild, Clickhouse) if on_cluster => asset!("rebuild_cluster.sql"),
        (Statement::Rebuild, Clickhouse) => asset!("rebuild_clickhouse.sql"),
        (Statement::Rebuild, Mysql) => asset!("rebuild_mysql.sql"),
        (Statement::Rebuild, Snowflake) => asset!("rebuild_snowflake.sql"),
        (Statement::Rebuild, Bigquery) => asset!("rebuild_bigquery.sql"),
        (Statement::Refresh, Sqlite | Postgres) => asset!("refresh.sql"),
        (Statement::Refresh, Duckdb) => asset!("refresh_duckdb.sql"),
        (Statement::Refresh, Spark) => asset!("refresh_spark.sql"),
        (Statement::Refresh, Clickhouse) => asset!("refresh_clickhouse.sql"),
        (Statement::Refresh, Mysql) => asset!("refresh_mysql.sql"),
        (Statement::Refresh, Snowflake) => asset!("refresh_snowflake.sql"),
        (Statement::Refresh, Bigquery) => asset!("refresh_bigquery.sql"),
        (Statement::Pauses, _) if in_parts => asset!("pauses_by_part.sql"),
        (Statement::Pauses, _) => asset!("pauses.sql"),
        (Statement::Long, _) => asset!("long.sql"),
        (Statement::Sample, Mysql) => asset!("sample_mysql.sql"),
        (Statement::Sample, _) => asset!("sample.sql"),
    }
}

/// The statement, ending in a newline. The parameters must have been checked.
pub(super) fn statement(dialect: SqlDialect, statement: Statement, params: &SqlParams) -> String {
    let [no_from, no_to] = parameters(dialect);
    let bound = |at: Option<Timestamp>, parameter: &str| {
        at.map_or_else(|| parameter.to_owned(), |at| sql_text(&at.to_string()))
    };
    let from = bound(params.from, no_from);
    let to = bound(params.to, no_to);
    let mut templates = templates(dialect, params, &from, &to);
    templates.add_global("windowed", params.from.is_some());
    match params.cluster {
        None => add_tables(&mut templates, dialect, &params.names),
        Some(_) => add_tables_of_cluster(&mut templates, dialect, statement, &params.names),
    }
    add_plain_names(&mut templates, params);
    let ties = match params.names.ties {
        SqlTies::Arrival if matches!(dialect, SqlDialect::Sqlite | SqlDialect::Duckdb) => {
            Some("rowid")
        }
        SqlTies::Arrival => Some("arrival"),
        _ => None,
    };
    add_arrival(&mut templates, dialect, &params.names.ties, ties);
    rendered(&templates, template(dialect, statement, params))
}

/// The parameters for the ends of a window that is not given.
const fn parameters(dialect: SqlDialect) -> [&'static str; 2] {
    match dialect {
        SqlDialect::Sqlite | SqlDialect::Postgres | SqlDialect::Spark => [":from", ":to"],
        SqlDialect::Duckdb => ["getvariable('refresh_from')", "getvariable('refresh_to')"],
        SqlDialect::Clickhouse => ["{from:String}", "{to:String}"],
        SqlDialect::Mysql => ["@refresh_from", "@refresh_to"],
        SqlDialect::Snowflake => ["$refresh_from", "$refresh_to"],
        SqlDialect::Bigquery => ["@refresh_from", "@refresh_to"],
    }
}

/// What a number is cast to that may be as large as 64 bits.
const fn bigint(dialect: SqlDialect) -> &'static str {
    match dialect {
        SqlDialect::Mysql => "SIGNED",
        _ => "BIGINT",
    }
}

pub(super) fn rendered(templates: &Environment<'_>, template: &str) -> String {
    let sql = templates.render_str(template, ()).expect(TESTED);
    sql.trim().to_owned() + "\n"
}

pub(super) fn templates(
    dialect: SqlDialect,
    params: &SqlParams,
    from: &str,
    to: &str,
) -> Environment<'static> {
    let mut templates = template::templates();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.add_filter("text", |text: String| sql_text(&text));
    templates.add_filter("yaml", |text: String| {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    });
    templates.add_filter("clock", |us: Value| match i64::try_from(us.clone()) {
        Ok(us) => clock(us),
        Err(_) => format!("{us} microseconds"),
    });
    for (name, template) in [
        ("standard.sql", asset!("standard.sql")),
        ("engine.sql", engine(dialect)),
        ("rule.sql", asset!("rule.sql")),
        ("paused.sql", asset!("paused.sql")),
        ("touched.sql", asset!("touched.sql")),
        ("tables_clickhouse.sql", asset!("tables_clickhouse.sql")),
        ("shards_clickhouse.sql", asset!("shards_clickhouse.sql")),
        ("days_spark.sql", asset!("days_spark.sql")),
        ("lake.sql", asset!("lake.sql")),
        ("session_pageviews.sql", asset!("session_pageviews.sql")),
        ("dbt_model.sql", asset!("dbt_model.sql")),
    ] {
        templates.add_template(name, template).expect(TESTED);
    }
    let steps: Vec<Value> = steps(params.gap)
        .into_iter()
        .map(|(us, gap)| context! { us, gap })
        .collect();
    let octaves: Vec<Value> = octaves()
        .map(|(us, width)| context! { us, width })
        .collect();
    let or = |column: &Option<SqlColumn>, customary: &str| {
        column.as_ref().map_or_else(
            || quoted(dialect, customary),
            |column| column.quoted(dialect),
        )
    };
    let cluster = params.cluster.as_ref();
    let cluster = cluster.map_or_else(String::new, |cluster| sql_text(cluster.name()));
    let carried = params.carried.iter().map(|column| column.quoted(dialect));
    for (name, value) in [
        ("dialect", Value::from(dialect.name())),
        ("cluster", Value::from(cluster)),
        ("table_format", Value::from(params.table_format.name())),
        ("format_name", Value::from(params.table_format.title())),
        ("gap", Value::from(params.gap.to_string())),
        ("gap_us", Value::from(gap_us(params.gap))),
        ("parts", Value::from(params.parts)),
        ("one_in", Value::from(params.one_in.map(UserSample::one_in))),
        ("from", Value::from(from)),
        ("to", Value::from(to)),
        ("first_is_open", Value::from(params.from.is_none())),
        ("end_is_open", Value::from(params.to.is_none())),
        ("first_us", Value::from(Timestamp::MIN.as_us())),
        ("last_us", Value::from(Timestamp::MAX.as_us())),
        ("steps", Value::from(steps)),
        ("octaves", Value::from(octaves)),
        ("user", Value::from(or(&params.names.user, "user_id"))),
        ("time", Value::from(or(&params.names.time, "page_view_at"))),
        (
            "time_name",
            Value::from(
                params
                    .names
                    .time
                    .as_ref()
                    .map_or("page_view_at", SqlColumn::name),
            ),
        ),
        ("page", Value::from(or(&params.names.page, "page"))),
        ("bigint", Value::from(bigint(dialect))),
        // MySQL's column of arrival counts by itself: nothing more is needed to order pageviews.
        (
            "arrival_is_unique",
            Value::from(dialect == SqlDialect::Mysql && params.names.ties == SqlTies::Arrival),
        ),
        ("carried", Value::from(carried.collect::<Vec<_>>())),
    ] {
        templates.add_global(name, value);
    }
    templates
}

/// The tables by their names, and the same as what is read from, under the plain name that columns are
/// qualified with.
fn add_tables(templates: &mut Environment<'_>, dialect: SqlDialect, names: &Names) {
    let or = |table: &Option<SqlTable>, customary: &str| {
        table.clone().unwrap_or_else(|| SqlTable::named(customary))
    };
    let pageviews = or(&names.pageviews, "pageviews");
    let sessions = or(&names.sessions, "sessions");
    for (name, table, plain) in [
        ("pageviews", &pageviews, "pageviews"),
        ("sessions", &sessions, "sessions"),
    ] {
        let table = table.quoted(dialect);
        templates.add_global(name.to_owned() + "_table", table.clone());
        let read = match table == plain {
            true => table,
            false => format!("{table} AS {plain}"),
        };
        templates.add_global(name, read);
    }
    let singular = sessions.name().strip_suffix('s').unwrap_or(sessions.name());
    let after = |table: &SqlTable, ending: &str| table.beside(format!("{}_{ending}", table.name()));
    for (name, table) in [
        ("sessions_gap", after(&sessions, "gap")),
        ("stored_table", after(&sessions, "stored")),
        ("rebuilt_table", after(&sessions, "rebuilt")),
        ("touched_table", after(&sessions, "touched")),
        ("recompute_table", after(&sessions, "to_recompute")),
        (
            "session_pageviews",
            sessions.beside(format!("{singular}_pageviews")),
        ),
    ] {
        templates.add_global(name, table.quoted(dialect));
    }
    // Indexes and triggers lie in the schema of their table, and are named without it.
    for (name, table, ending) in [
        ("sessions_by_user", &sessions, "by_user"),
        ("pageviews_by_user", &pageviews, "by_user"),
        ("pageviews_by_time", &pageviews, "by_time"),
        ("insert_trigger", &pageviews, "are_in_utc_on_insert"),
        ("update_trigger", &pageviews, "are_in_utc_on_update"),
    ] {
        let index = format!("{}_{ending}", table.name());
        templates.add_global(name, quoted(dialect, &index));
    }
}

/// The tables of a cluster: those of all shards by their names, and those of one shard with an ending. Sessions and pauses
/// are made of what is on one shard, all at once; the other statements read all shards.
fn add_tables_of_cluster(
    templates: &mut Environment<'_>,
    dialect: SqlDialect,
    statement: Statement,
    names: &Names,
) {
    let in_schema = |table: &Option<SqlTable>, customary: &str| {
        let table = table.clone();
        let table = table.unwrap_or_else(|| SqlTable::named(customary));
        Some(table.or_in_schema("default"))
    };
    let names = Names {
        pageviews: in_schema(&names.pageviews, "pageviews"),
        sessions: in_schema(&names.sessions, "sessions"),
        ..names.clone()
    };
    add_tables(templates, dialect, &names);
    let reads_own = matches!(
        statement,
        Statement::Schema | Statement::Rebuild | Statement::Pauses
    );
    let sessions = names.sessions.iter().flat_map(|sessions| {
        let singular = sessions.name().strip_suffix('s').unwrap_or(sessions.name());
        [
            ("sessions", sessions.clone()),
            (
                "stored",
                sessions.beside(format!("{}_stored", sessions.name())),
            ),
            (
                "rebuilt",
                sessions.beside(format!("{}_rebuilt", sessions.name())),
            ),
            (
                "session_pageviews",
                sessions.beside(format!("{singular}_pageviews")),
            ),
        ]
    });
    let pageviews = names
        .pageviews
        .iter()
        .map(|table| ("pageviews", table.clone()));
    for (name, table) in pageviews.chain(sessions) {
        let local = table.beside(format!("{}_local", table.name()));
        templates.add_global(format!("{name}_local"), local.quoted(dialect));
        let parts = local.quoted_parts(dialect).join(", ");
        templates.add_global(format!("{name}_local_in"), parts);
        if reads_own {
            let read = format!("{} AS {name}", local.quoted(dialect));
            match name {
                "pageviews" | "sessions" => templates.add_global(name, read),
                _ => {}
            }
        }
    }
}

/// Names as they are, for engines that look them up in a catalog of their own.
fn add_plain_names(templates: &mut Environment<'_>, params: &SqlParams) {
    let names = &params.names;
    let or = |column: &Option<SqlColumn>, customary: &str| {
        let name = column.as_ref().map_or(customary, SqlColumn::name);
        Value::from(name.to_owned())
    };
    let table = |table: &Option<SqlTable>, customary: &str| {
        table.clone().unwrap_or_else(|| SqlTable::named(customary))
    };
    let pageviews = table(&names.pageviews, "pageviews");
    let index = |ending: &str| Value::from(format!("{}_{ending}", pageviews.name()));
    let carried = params.carried.iter().map(|column| column.name().to_owned());
    for (name, value) in [
        ("user_name", or(&names.user, "user_id")),
        ("page_name", or(&names.page, "page")),
        ("carried_names", Value::from(carried.collect::<Vec<_>>())),
        (
            "pageviews_schema",
            Value::from(pageviews.schema().map(str::to_owned)),
        ),
        ("pageviews_name", Value::from(pageviews.name().to_owned())),
        ("pageviews_by_user_name", index("by_user")),
        ("pageviews_by_time_name", index("by_time")),
        (
            "sessions_gap_name",
            Value::from(format!("{}_gap", table(&names.sessions, "sessions").name())),
        ),
    ] {
        templates.add_global(name, value);
    }
}

/// The column that decides between pageviews in the same instant, quoted and as it is; none for the page.
pub(super) fn add_arrival(
    templates: &mut Environment<'_>,
    dialect: SqlDialect,
    ties: &SqlTies,
    customary: Option<&str>,
) {
    let name = match ties {
        SqlTies::Arrival => customary.unwrap_or_default(),
        SqlTies::Column(column) => column.name(),
        SqlTies::Page => "",
    };
    let column = match name {
        "" => String::new(),
        name => quoted(dialect, name),
    };
    templates.add_global("arrival_name", name.to_owned());
    templates.add_global("arrival", column);
}
