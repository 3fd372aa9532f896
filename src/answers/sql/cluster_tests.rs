//! The statements for a cluster of ClickHouse beside those for one server.

use super::*;

/// The lines of a script that are about sessions, alike on one server and on a cluster.
fn lines_on_one_server(sql: &str) -> Vec<String> {
    let of_cluster = [" ON CLUSTER 'c'", "Replicated", "`default`.", "GLOBAL "];
    let lines = sql.lines().map(|line| {
        let mut line = line.trim().to_owned();
        for part in of_cluster {
            line = line.replace(part, "");
        }
        let line = line.replace("_local`", "").replace('`', "");
        line.replace(" AS pageviews", "")
            .replace(" AS sessions", "")
    });
    let is_statement = |line: &String| !line.is_empty() && !line.starts_with("--");
    lines.filter(is_statement).collect()
}

#[test]
fn on_a_cluster_sessions_are_cut_by_the_statements_of_one_server() {
    let on_cluster = SqlParams {
        cluster: "c".parse().ok(),
        ..SqlParams::default()
    };
    let both = |statement| {
        [&SqlParams::default(), &on_cluster].map(|params| {
            let sql = render(SqlDialect::Clickhouse, statement, params).unwrap();
            lines_on_one_server(&sql)
        })
    };
    for (statement, first, last) in [
        (Statement::Rebuild, "viewed AS (", "FROM cut"),
        (Statement::Refresh, "neighbours AS (", "UNION ALL"),
        (Statement::Pauses, "paused AS (", "FROM paused"),
    ] {
        let [one, cluster] = both(statement).map(|lines| {
            let first = lines.iter().position(|line| line == first).unwrap();
            let rest = &lines[first..];
            let last = rest.iter().position(|line| line.starts_with(last)).unwrap();
            let part = &rest[..=last];
            part.iter()
                .map(|line| line.trim_end_matches(';').to_owned())
                .collect::<Vec<_>>()
        });
        assert!(one.len() > 5);
        assert_eq!(one, cluster, "{}", statement.name());
    }
    let [one, cluster] = both(Statement::Schema);
    for line in one {
        let line = line.trim_end_matches(';');
        let is_there = |other: &String| other.contains(line);
        assert!(cluster.iter().any(is_there), "{line}: {cluster:#?}");
    }
    for statement in [Statement::Long, Statement::Schema] {
        let sql = render(SqlDialect::Clickhouse, statement, &on_cluster).unwrap();
        assert!(sql.contains("`default`.sessions"), "{sql}");
    }
}

#[test]
fn a_cluster_is_for_clickhouse_alone() {
    for dialect in SqlDialect::ALL {
        let on_cluster = SqlParams {
            cluster: "it's a cluster".parse().ok(),
            ..SqlParams::default()
        };
        for statement in [Statement::Schema, Statement::Rebuild, Statement::Refresh] {
            match render(dialect, statement, &on_cluster) {
                Ok(sql) => {
                    assert_eq!(dialect, SqlDialect::Clickhouse);
                    assert!(sql.contains("ON CLUSTER 'it''s a cluster'"), "{sql}");
                }
                Err(error) => {
                    assert_ne!(dialect, SqlDialect::Clickhouse);
                    assert!(error.to_string().starts_with("--cluster is for ClickHouse"));
                }
            }
        }
    }
    for name in ["", "{cluster}", "a\\b", "a\nb"] {
        let refused = name.parse::<SqlCluster>().unwrap_err().to_string();
        assert!(
            refused.contains("is not the name of a cluster"),
            "{refused}"
        );
    }
}
