//! Writing into the configuration file what was chosen in the explorer. Command line floor.
//!
//! It goes there, and not into a file of its own, so that one place says what the explorer shows, and a person can
//! change it again. Comments, order and everything else in the file stay as they are.

use std::fs;
use std::io;
use std::io::Write;

use toml_edit::Array;
use toml_edit::DocumentMut;
use toml_edit::Item;
use toml_edit::Table;
use toml_edit::value;

use crate::cli::config::file::path;
use crate::output::Output;
use crate::words::error::Error;
use crate::words::error::Result;

/// Keeps the columns of a list. Returns the path of the file; errors if it cannot be written, or has become unreadable.
pub(in crate::cli) fn keep_columns(list: &str, columns: &[String]) -> Result<String> {
    let path = path()?;
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Error::io("read", &path)(error)),
    };
    let kept = with_columns(&text, list, columns).ok_or_else(|| {
        let problem = format!("{} is not as it was: mend it first", path.display());
        Error::Usage(problem)
    })?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Error::io("make", folder))?;
    }
    let mut output = Output::file(&path, true, &[])?;
    output
        .write_all(kept.as_bytes())
        .map_err(Error::io("write", &path))?;
    output.finish()?;
    Ok(path.display().to_string())
}

/// The text with the columns of a list; `None` if it is no configuration.
fn with_columns(text: &str, list: &str, columns: &[impl AsRef<str>]) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let table = document.entry("columns");
    let table = table.or_insert_with(|| Item::Table(Table::new()));
    let table = table.as_table_like_mut()?;
    let columns: Array = columns.iter().map(AsRef::as_ref).collect();
    // What is written behind the old value stays behind the new one.
    match table.get_mut(list).and_then(Item::as_value_mut) {
        Some(old) => {
            let decor = old.decor().clone();
            *old = columns.into();
            *old.decor_mut() = decor;
        }
        None => drop(table.insert(list, value(columns))),
    }
    Some(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn comments_order_and_everything_else_stay() {
        let text = "# mine\ntheme = \"dark\" # at night\n\n[columns]\nusers = [\"user\"] # only\n\n[keys]\nup = \"p\"\n";
        let expected = text.replace("[\"user\"]", "[\"user\", \"last seen\"]");
        assert_eq!(
            with_columns(text, "users", &["user", "last seen"]).unwrap(),
            expected
        );
        let added = with_columns(text, "pages", &["page"]).unwrap();
        assert_eq!(
            added,
            text.replace("# only\n", "# only\npages = [\"page\"]\n")
        );
        assert_eq!(
            with_columns("", "pages", &["page"]).unwrap(),
            "[columns]\npages = [\"page\"]\n"
        );
    }

    #[test]
    fn a_file_that_is_no_configuration_any_more_is_left_alone() {
        assert_eq!(with_columns("columns = 3", "pages", &["page"]), None);
        assert_eq!(with_columns("[columns", "pages", &["page"]), None);
    }

    proptest! {
        #[test]
        fn any_text_is_left_alone_or_says_what_it_said(text in "(\\[columns\\]\n|a|=|\"|#|\n|\\[|\\]|1|users = \\[\"user\"\\]\n|\\.){0,12}") {
            let kept = with_columns(&text, "users", &["user"]);
            prop_assert!(kept.is_none_or(|kept| kept.parse::<DocumentMut>().is_ok()));
        }
    }
}
