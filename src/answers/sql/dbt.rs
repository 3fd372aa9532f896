//! The same sessions as models of dbt, alone or as a package. Answers floor.

use minijinja::Environment;

use crate::answers::sql::dialect::SqlDialect;
use crate::answers::sql::names::SqlTable;
use crate::answers::sql::params::SqlParams;
use crate::answers::sql::params::SqlTies;
use crate::answers::sql::steps::gap_us;
use crate::answers::sql::templates::add_arrival;
use crate::answers::sql::templates::rendered;
use crate::answers::sql::templates::templates;

/// The model of sessions, ending in a newline. The parameters must have been checked.
pub(super) fn model(dialect: SqlDialect, params: &SqlParams) -> String {
    file(
        &templates_of_models(dialect, params),
        include_str!("../../../assets/sql/dbt.sql"),
    )
}

/// The files of a package by their paths in it. The parameters must have been checked.
pub(super) fn package(dialect: SqlDialect, params: &SqlParams) -> Vec<(String, String)> {
    let mut templates = templates_of_models(dialect, params);
    let source = params.names.pageviews.as_ref().and_then(|pageviews| {
        let schema = pageviews.schema()?;
        Some((schema.to_owned(), pageviews.name().to_owned()))
    });
    if let Some((schema, table)) = &source {
        templates.add_global("source_schema", schema.clone());
        templates.add_global("source_table", table.clone());
    }
    let sources = source.map(|_| {
        (
            "models/sources.yml",
            include_str!("../../../assets/sql/dbt_sources.yml"),
        )
    });
    [
        (
            "dbt_project.yml",
            include_str!("../../../assets/sql/dbt_project.yml"),
        ),
        (
            "models/sessions.sql",
            include_str!("../../../assets/sql/dbt.sql"),
        ),
        (
            "models/session_pageviews.sql",
            include_str!("../../../assets/sql/dbt_pageviews.sql"),
        ),
        (
            "models/schema.yml",
            include_str!("../../../assets/sql/dbt_schema.yml"),
        ),
    ]
    .into_iter()
    .chain(sources)
    .map(|(path, template)| (path.to_owned(), file(&templates, template)))
    .collect()
}

/// A file. Jinja that dbt is to read stands in << >> and <% %> in its template.
fn file(templates: &Environment<'_>, template: &str) -> String {
    let mut text = rendered(templates, template);
    for (ours, jinja) in [("<<", "{{"), (">>", "}}"), ("<%", "{%"), ("%>", "%}")] {
        text = text.replace(ours, jinja);
    }
    text
}

fn templates_of_models(dialect: SqlDialect, params: &SqlParams) -> Environment<'static> {
    let [from, to] = ["from", "to"].map(|end| format!("'<< window.{end} >>'"));
    let mut templates = templates(dialect, params, &from, &to);
    let pageviews = params.names.pageviews.clone();
    let pageviews = pageviews.unwrap_or_else(|| SqlTable::named("pageviews"));
    let relation = match (pageviews.n_parts(), pageviews.schema()) {
        (1, _) => format!("<< ref('{}') >>", pageviews.name()),
        (_, Some(schema)) => format!("<< source('{schema}', '{}') >>", pageviews.name()),
        _ => pageviews.quoted(dialect),
    };
    // dbt gives a relation an alias of its own where it is to be empty.
    templates.add_global(
        "pageviews",
        format!("(SELECT * FROM {relation}) AS pageviews"),
    );
    let carried = params.carried.iter().map(|column| column.name().to_owned());
    templates.add_global("carried_names", carried.collect::<Vec<_>>());
    templates.add_global("default_gap_us", gap_us(params.gap));
    templates.add_global("gap_us", "<< gap_us >>");
    // A model may read a view, which has no rowid.
    let arrival = (params.names.ties == SqlTies::Arrival).then_some("arrival");
    add_arrival(&mut templates, dialect, &params.names.ties, arrival);
    templates
}
