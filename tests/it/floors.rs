//! Imports go down only.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// The floors from the ground up, as in `src/lib.rs`.
fn floors() -> Vec<String> {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    lib.lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .map(str::to_owned)
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Every `crate::floor` that a file names, tests included.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split("crate::").skip(1).map(|rest| {
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        &rest[..end]
    })
}

#[test]
fn imports_go_down_only() {
    let floors = floors();
    assert!(floors.len() > 5, "src/lib.rs lists the floors");
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut wrong = Vec::new();
    for file in files {
        let place = file.strip_prefix(&src).unwrap();
        let first = place.iter().next().unwrap().to_string_lossy();
        let floor = floors
            .iter()
            .position(|name| *name == first.trim_end_matches(".rs"));
        let text = fs::read_to_string(&file).unwrap();
        for name in named(&text) {
            let imported = floors.iter().position(|floor| floor == name);
            if let (Some(floor), Some(imported)) = (floor, imported)
                && imported > floor
            {
                wrong.push(format!("{} names crate::{name}", place.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_store_names_rusqlite() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let names: Vec<PathBuf> = files
        .into_iter()
        .filter(|file| !file.starts_with(src.join("store")))
        // Tests may ask SQLite for a second opinion.
        .filter(|file| file.file_name().is_some_and(|name| name != "tests.rs"))
        .filter(|file| {
            let text = fs::read_to_string(file).unwrap();
            text.split("#[cfg(test)]")
                .next()
                .unwrap()
                .contains("rusqlite::")
        })
        .collect();
    assert!(names.is_empty(), "{names:?}");
}
