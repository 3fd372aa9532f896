//! What is refused, and what every statement has.

use super::*;
use crate::words::coverage::UserSample;
use crate::words::timestamp::Timestamp;

fn at(us: i64) -> Option<Timestamp> {
    Timestamp::from_us(us)
}

fn refused(statement: Statement, from: Option<Timestamp>, to: Option<Timestamp>) -> String {
    let params = SqlParams {
        from,
        to,
        ..SqlParams::default()
    };
    render(SqlDialect::Sqlite, statement, &params)
        .unwrap_err()
        .to_string()
}

const CUTTING: [Statement; 3] = [Statement::Schema, Statement::Rebuild, Statement::Refresh];

fn of_format(table_format: SqlTableFormat) -> SqlParams {
    SqlParams {
        table_format,
        ..SqlParams::default()
    }
}

/// Every statement for a dialect, pauses in parts and in a window, too.
fn scripts(dialect: SqlDialect) -> Vec<String> {
    let merged = [SqlTableFormat::Delta, SqlTableFormat::Iceberg];
    let merged = merged.into_iter().filter(|_| dialect == SqlDialect::Spark);
    let merged = merged
        .flat_map(|table_format| CUTTING.map(|statement| (statement, of_format(table_format))));
    let in_parts = SqlParams {
        parts: 16,
        from: at(0),
        to: at(1),
        ..SqlParams::default()
    };
    let sampled = SqlParams {
        one_in: UserSample::of(1_000),
        ..SqlParams::default()
    };
    let sample = (dialect != SqlDialect::Sqlite).then_some((Statement::Sample, sampled));
    let plain = Statement::ALL
        .into_iter()
        .filter(|&statement| statement != Statement::Sample);
    let plain = plain.map(|statement| (statement, SqlParams::default()));
    let plain = plain.chain([(Statement::Pauses, in_parts)]);
    let all = plain.chain(sample).chain(merged);
    all.map(|(statement, params)| render(dialect, statement, &params).unwrap())
        .collect()
}

#[test]
fn every_statement_is_made_for_every_dialect() {
    for dialect in SqlDialect::ALL {
        for sql in scripts(dialect) {
            assert!(sql.starts_with("-- "), "{sql}");
            assert!(sql.ends_with(";\n"), "{sql}");
            assert!(!sql.contains("{{") && !sql.contains("{%"), "{sql}");
        }
    }
}

#[test]
fn the_rule_is_in_every_statement_that_cuts_and_once() {
    for dialect in SqlDialect::ALL {
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
    for dialect in SqlDialect::ALL {
        let [from, to] = match dialect {
            SqlDialect::Duckdb => ["getvariable('refresh_from')", "getvariable('refresh_to')"],
            SqlDialect::Clickhouse => ["{from:String}", "{to:String}"],
            SqlDialect::Mysql => ["@refresh_from", "@refresh_to"],
            SqlDialect::Snowflake => ["$refresh_from", "$refresh_to"],
            SqlDialect::Bigquery => ["@refresh_from", "@refresh_to"],
            _ => [":from", ":to"],
        };
        let sql = render(dialect, Statement::Refresh, &SqlParams::default()).unwrap();
        assert!(sql.contains(from) && sql.contains(to), "{sql}");
        let given = SqlParams {
            from: at(0),
            to: at(1_500_000),
            ..SqlParams::default()
        };
        let sql = render(dialect, Statement::Refresh, &given).unwrap();
        assert!(!sql.contains(from) && !sql.contains(to), "{sql}");
        assert!(sql.contains("'1970-01-01T00:00:00Z'"), "{sql}");
        assert!(sql.contains("'1970-01-01T00:00:01.5Z'"), "{sql}");
    }
}

#[test]
fn comments_hold_nothing_that_a_client_would_take_for_a_parameter() {
    for dialect in SqlDialect::ALL {
        for sql in scripts(dialect) {
            for comment in sql.lines().filter_map(|line| line.split_once("--")) {
                assert!(!comment.1.contains([';', '$', '?', '%']), "{comment:?}");
                assert!(!comment.1.contains(" :"), "{comment:?}");
            }
        }
    }
}

#[test]
fn tables_of_delta_and_iceberg_are_merged_in_one_statement() {
    for (format, name) in [
        (SqlTableFormat::Delta, "USING DELTA"),
        (SqlTableFormat::Iceberg, "USING ICEBERG"),
    ] {
        let of = |statement| render(SqlDialect::Spark, statement, &of_format(format)).unwrap();
        assert_eq!(of(Statement::Schema).matches(name).count(), 2);
        for statement in [Statement::Rebuild, Statement::Refresh] {
            let sql = of(statement);
            let writes = sql.lines().filter(|line| {
                ["MERGE", "INSERT", "UPDATE", "DELETE"]
                    .iter()
                    .any(|verb| line.starts_with(verb))
            });
            assert_eq!(writes.collect::<Vec<_>>(), ["MERGE INTO sessions"]);
            assert_eq!(sql.matches("page_view_at - previous >= 18").count(), 1);
        }
    }
}

#[test]
fn tables_of_delta_and_iceberg_are_refused_where_they_are_not_made() {
    for dialect in SqlDialect::ALL {
        let params = of_format(SqlTableFormat::Delta);
        let model = dbt_model(dialect, &params).unwrap_err().to_string();
        assert!(!model.is_empty());
        if dialect != SqlDialect::Spark {
            let refused = render(dialect, Statement::Schema, &params).unwrap_err();
            let expected = "tables of Delta Lake are made on Spark only, not on ";
            assert!(refused.to_string().starts_with(expected), "{refused}");
        }
    }
    let params = SqlParams {
        carried: vec!["a`b".parse().unwrap()],
        ..of_format(SqlTableFormat::Iceberg)
    };
    let refused = render(SqlDialect::Spark, Statement::Schema, &params).unwrap_err();
    let expected = "Spark has no name with a backtick for columns of Apache Iceberg: give a`b";
    assert!(refused.to_string().starts_with(expected), "{refused}");
}

fn carrying(names: &[&str]) -> SqlParams {
    SqlParams {
        carried: names.iter().map(|name| name.parse().unwrap()).collect(),
        ..SqlParams::default()
    }
}

#[test]
fn carried_columns_are_in_schema_rebuild_and_refresh_of_every_dialect() {
    for dialect in SqlDialect::ALL {
        let name = names::quoted(dialect, "from");
        for statement in [Statement::Schema, Statement::Rebuild, Statement::Refresh] {
            let sql = render(dialect, statement, &carrying(&["from"])).unwrap();
            assert!(sql.contains(&name), "{sql}");
            assert!(!sql.contains("{{") && !sql.contains("{%"), "{sql}");
        }
    }
}

#[test]
fn carried_columns_that_would_not_be_right_are_refused() {
    let refused = |statement, names: &[&str]| {
        let rendered = render(SqlDialect::Duckdb, statement, &carrying(names));
        rendered.unwrap_err().to_string()
    };
    let twice = refused(Statement::Schema, &["a", "A"]);
    assert!(twice.starts_with("there is another column a:"), "{twice}");
    let ours = refused(Statement::Rebuild, &["Landing_Page"]);
    assert!(
        ours.starts_with("there is another column landing_page:"),
        "{ours}"
    );
    let pauses = refused(Statement::Pauses, &["a"]);
    assert!(pauses.starts_with("pauses carries no columns"), "{pauses}");
    let ours = dbt_model(SqlDialect::Duckdb, &carrying(&["watermark"]));
    assert!(ours.is_err());
    for name in ["{{ a }}", "<<a", "<%a%>", "{#a", "it's", "\"a\""] {
        let named = SqlParams {
            names: Names {
                user: name.parse().ok(),
                ..Names::default()
            },
            ..SqlParams::default()
        };
        for params in [carrying(&[name]), named] {
            let model = dbt_package(SqlDialect::Duckdb, &params).unwrap_err();
            assert!(model.to_string().contains("is no name for a dbt model"));
        }
    }
}

#[test]
fn only_engines_that_dbt_was_run_on_have_a_model() {
    for dialect in SqlDialect::ALL {
        let has_model = matches!(
            dialect,
            SqlDialect::Postgres | SqlDialect::Duckdb | SqlDialect::Spark
        );
        assert_eq!(
            dbt_model(dialect, &SqlParams::default()).is_ok(),
            has_model,
            "{dialect:?}"
        );
    }
}

/// A quote is escaped by a backslash there, which no other engine has.
#[test]
fn texts_hold_no_names_on_bigquery() {
    let named = SqlParams {
        names: Names {
            pageviews: "it's".parse().ok(),
            sessions: "it's mine".parse().ok(),
            user: "it's a user".parse().ok(),
            time: "it's a time".parse().ok(),
            page: "it's a page".parse().ok(),
            ties: SqlTies::Column("it's an arrival".parse().unwrap()),
        },
        one_in: None,
        ..SqlParams::default()
    };
    let statements = Statement::ALL.into_iter();
    for statement in statements.filter(|&statement| statement != Statement::Sample) {
        let sql = render(SqlDialect::Bigquery, statement, &named).unwrap();
        for line in sql.lines().filter(|line| !line.starts_with("--")) {
            let outside: String = line.split('`').step_by(2).collect();
            assert!(!outside.contains("it's"), "{line}");
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
        "rebuild has no time window: only refresh, pauses and sample have one"
    );
}

#[test]
fn no_name_of_ours_is_a_word_that_only_mysql_reserves() {
    const RESERVED: [&str; 20] = [
        "cube",
        "cume_dist",
        "dense_rank",
        "empty",
        "except",
        "first_value",
        "function",
        "generated",
        "groups",
        "lag",
        "last_value",
        "lateral",
        "lead",
        "ntile",
        "of",
        "rank",
        "row",
        "stored",
        "system",
        "virtual",
    ];
    for sql in scripts(SqlDialect::Mysql) {
        for line in sql.lines().filter(|line| !line.starts_with("--")) {
            for after in line.split(" AS ").skip(1) {
                let name = after
                    .split(|c: char| !c.is_alphanumeric() && c != '_')
                    .next();
                assert!(!RESERVED.contains(&name.unwrap_or_default()), "{line}");
            }
        }
    }
}

#[test]
fn on_mysql_no_statement_looks_at_a_temporary_table_twice() {
    let sql = render(SqlDialect::Mysql, Statement::Refresh, &carrying(&["a"])).unwrap();
    let sql: Vec<&str> = sql.lines().filter(|line| !line.starts_with("--")).collect();
    for statement in sql.join("\n").split(';') {
        for table in ["sessions_touched", "sessions_rebuilt"] {
            assert!(statement.matches(table).count() <= 1, "{statement}");
        }
    }
}

#[test]
fn a_sample_says_of_how_many_users_and_there_is_none_on_sqlite() {
    let refused = |dialect, statement, one_in| {
        let params = SqlParams {
            one_in,
            ..SqlParams::default()
        };
        render(dialect, statement, &params).unwrap_err().to_string()
    };
    let of = UserSample::of(10);
    let sqlite = refused(SqlDialect::Sqlite, Statement::Sample, of);
    assert!(sqlite.starts_with("SQLite has no md5"), "{sqlite}");
    assert_eq!(
        refused(SqlDialect::Duckdb, Statement::Sample, None),
        "a sample is of one in how many users? Give it --one-in, such as 1000"
    );
    assert_eq!(
        refused(SqlDialect::Duckdb, Statement::Rebuild, of),
        "--one-in belongs to --statement sample"
    );
}

#[test]
fn dialects_and_statements_are_read_by_name() {
    for dialect in SqlDialect::ALL {
        assert_eq!(dialect.name().parse::<SqlDialect>().unwrap(), dialect);
    }
    for statement in Statement::ALL {
        assert_eq!(statement.name().parse::<Statement>().unwrap(), statement);
    }
    assert_eq!(
        "oracle".parse::<SqlDialect>().unwrap_err().to_string(),
        "\"oracle\" is not a dialect: expected one of sqlite, postgres, duckdb, spark, clickhouse, mysql, \
         snowflake, bigquery"
    );
}
