//! JSON with a table column by column, as pandas writes it by default. Source floor.
//!
//! It is refused: each row would have to be collected from all over the file.

/// The message for a table whose first value has these paths, if it is one by columns.
pub(super) fn said(paths: &[String]) -> Option<&'static str> {
    let has = |path: &str| paths.iter().any(|known| known == path);
    let is_split = has("columns.0") && has("data.0.0");
    let column = |path: &String| {
        let (name, row) = path.rsplit_once('.')?;
        row.parse::<u64>().ok().map(|_| name.to_owned())
    };
    let mut columns: Vec<String> = paths.iter().map_while(column).collect();
    let are_all = columns.len() == paths.len();
    let n_values = columns.len();
    columns.dedup();
    let is_by_columns = are_all && columns.len() > 1 && n_values > columns.len();
    (is_split || is_by_columns).then_some(
        "it holds a table by columns, as pandas does by default: write it by rows instead, with to_json('views.jsonl', \
         orient='records', lines=True) or to_parquet('views.parquet')",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_by_columns(paths: &str) -> bool {
        let paths: Vec<String> = paths.split(' ').map(str::to_owned).collect();
        said(&paths).is_some()
    }

    #[test]
    fn tables_by_columns_are_told_from_rows() {
        assert!(is_by_columns("user.0 user.1 page.0 page.1"));
        assert!(is_by_columns("columns.0 index.0 data.0.0"));
        assert!(!is_by_columns("user time page"));
        assert!(!is_by_columns("user items.0 items.1 page.0"));
        assert!(!is_by_columns("a.0 b.0"));
    }
}
