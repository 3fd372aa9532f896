//! Tables that are more than their files: Delta, Iceberg and Hudi. Source floor.
//!
//! Their files also hold deleted rows, and only the table's log says which. So they are refused, whichever way they
//! are named.

use std::fs;
use std::path::Path;
use std::path::is_separator;

/// The reason for refusing a folder, if it is such a table.
pub(super) fn of_folder(folder: &Path) -> Option<String> {
    let path = folder.to_string_lossy();
    if folder.join("_delta_log").is_dir() {
        return Some(said("Delta", "delta_scan", &path));
    }
    if folder.join(".hoodie").is_dir() {
        return Some(HUDI.to_owned());
    }
    let metadata = fs::read_dir(folder.join("metadata")).ok()?;
    let is_iceberg = metadata.flatten().any(|entry| {
        let name = entry.file_name();
        name.to_string_lossy().ends_with(".metadata.json")
    });
    is_iceberg.then(|| said("Iceberg", "iceberg_scan", &path))
}

/// The reason for refusing a file, if it belongs to such a table: the one in its folder, or in the folder above its
/// `key=value` folders.
pub(super) fn of_file(path: &Path) -> Option<String> {
    let mut folder = path.parent()?;
    loop {
        let looked_at = match folder.as_os_str().is_empty() {
            true => Path::new("."),
            false => folder,
        };
        if let Some(problem) = of_folder(looked_at) {
            return Some(format!("it is a file of a table: {problem}"));
        }
        let name = folder.file_name()?.to_string_lossy();
        // Iceberg keeps its files in a folder of their own.
        if !name.contains('=') && name != "data" {
            return None;
        }
        folder = folder.parent()?;
    }
}

/// The reason for refusing an archive, if this name of a member belongs to such a table's log.
pub(super) fn of_member(name: &str) -> Option<String> {
    let mut folders = name.split(['/', '\\']);
    let what = match () {
        () if folders.clone().any(|folder| folder == "_delta_log") => "a Delta table",
        () if folders.clone().any(|folder| folder == ".hoodie") => "a Hudi table",
        () if folders.any(|folder| folder == "metadata") && name.ends_with(".metadata.json") => {
            "an Iceberg table"
        }
        () => return None,
    };
    Some(format!(
        "it holds {what}, whose files also hold deleted rows: unpack it, and name the table's folder to dwell for the \
         command that exports it"
    ))
}

const HUDI: &str = "it is a Hudi table, whose files also hold deleted rows: export it first, such as with Spark's \
                    spark.read.format(\"hudi\").load(PATH).write.parquet(TARGET)";

fn said(format: &str, scan: &str, path: &str) -> String {
    let path = path.trim_end_matches(is_separator).replace('\'', "''");
    let target = path.rsplit(is_separator).next().unwrap_or_default();
    format!(
        "it is a {format} table, whose files also hold deleted rows: export it first, such as with \
         duckdb -c \"COPY (FROM {scan}('{path}')) TO '{target}.parquet'\""
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(folders: &[&str], files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for folder in folders {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        for file in files {
            fs::write(root.path().join(file), "").unwrap();
        }
        root
    }

    #[test]
    fn a_table_with_a_log_is_refused_with_the_query_that_exports_it() {
        let delta = made(&["_delta_log"], &[]);
        let said = of_folder(delta.path()).unwrap();
        assert!(said.contains("COPY (FROM delta_scan('"), "{said}");
        let iceberg = made(&["metadata", "data"], &["metadata/v1.metadata.json"]);
        let said = of_folder(iceberg.path()).unwrap();
        assert!(said.contains("iceberg_scan('"), "{said}");
        assert!(of_file(&iceberg.path().join("data/a.parquet")).is_some());
        assert!(of_folder(made(&[".hoodie"], &[]).path()).is_some());
    }

    #[test]
    fn a_file_of_a_partition_belongs_to_the_table() {
        let delta = made(&["_delta_log", "dt=1/site=a", "other/dt=1"], &[]);
        assert!(of_file(&delta.path().join("dt=1/site=a/x.parquet")).is_some());
        assert!(of_file(&delta.path().join("other/dt=1/x.parquet")).is_none());
    }

    #[test]
    fn a_folder_called_metadata_is_no_table() {
        let folder = made(&["metadata"], &["metadata/a.json"]);
        assert_eq!(of_folder(folder.path()), None);
        assert_eq!(of_member("x/metadata/a.json"), None);
        assert!(of_member("t/_delta_log/0.json").is_some());
    }
}
