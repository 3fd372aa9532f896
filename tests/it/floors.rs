//! Imports go down only, floor by floor and file by file.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// The floors from the ground up, as in `src/lib.rs`.
fn floors() -> Vec<String> {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    lib.lines()
        .filter_map(|line| {
            line.trim_start_matches("pub ")
                .strip_prefix("mod ")?
                .strip_suffix(';')
        })
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

/// The files of the crate as modules: `source::time::column` and its text without tests and comments.
fn modules() -> BTreeMap<String, String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut modules = BTreeMap::new();
    for file in files {
        let place = file.strip_prefix(&src).unwrap().with_extension("");
        let mut names: Vec<String> = place
            .iter()
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        names.retain(|name| name != "mod");
        if names
            .iter()
            .any(|name| ["lib", "main", "tests"].contains(&name.as_str()))
        {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let text = text.split("#[cfg(test)]\nmod ").next().unwrap();
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        modules.insert(names.join("::"), code.collect::<Vec<_>>().join("\n"));
    }
    modules
}

/// What a module passes on: the path of each `pub use` by the name that it has there.
fn passed_on(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|line| {
        let (visibility, path) = line.trim_start().split_once("use ")?;
        let path = path.strip_suffix(';')?;
        let (path, name) = path.split_once(" as ").unwrap_or((path, path));
        let name = name.rsplit("::").next()?;
        visibility.starts_with("pub").then_some((name, path))
    })
}

/// The module that defines what a path from the root leads to, re-exports seen through.
fn home<'m>(modules: &'m BTreeMap<String, String>, path: &str) -> Option<&'m str> {
    let mut module = path;
    let (module, text) = loop {
        match modules.get_key_value(module) {
            Some(found) => break found,
            None => module = module.rsplit_once("::")?.0,
        }
    };
    let name = path[module.len()..].trim_start_matches("::");
    let name = name.split("::").next().unwrap_or_default();
    match passed_on(text).find(|passed| passed.0 == name) {
        Some((_, path)) => match path.strip_prefix("crate::") {
            Some(path) => home(modules, path),
            None => home(modules, &format!("{module}::{path}")),
        },
        None => Some(module),
    }
}

/// The modules that each module imports from, or names on the way.
fn imports(modules: &BTreeMap<String, String>) -> BTreeMap<&str, BTreeSet<&str>> {
    let is_in_path = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let of = |module: &str, text: &str| {
        let lines = text.lines().filter(|line| {
            let is_passed_on = line.trim_start().starts_with("pub") && line.contains("use ");
            !is_passed_on
        });
        let text = lines
            .collect::<Vec<_>>()
            .join("\n")
            .replace("pub(in crate::", "");
        let rooted = text.split("crate::").skip(1).map(|rest| {
            let end = rest.find(|c| !is_in_path(c)).unwrap_or(rest.len());
            rest[..end].trim_end_matches(':').to_owned()
        });
        // A folder's file names those beside it without the way to them.
        let children = modules.keys().filter(|child| {
            child.strip_prefix(module).is_some_and(|rest| {
                let name = rest.trim_start_matches("::");
                let named = format!("{name}::");
                rest.starts_with("::")
                    && !name.contains("::")
                    && text
                        .match_indices(&named)
                        .any(|(at, _)| !text[..at].ends_with(is_in_path))
            })
        });
        let homes = rooted.filter_map(|path| home(modules, &path));
        let all = homes.chain(children.map(String::as_str));
        all.filter(|home| *home != module).collect()
    };
    modules
        .iter()
        .map(|(module, text)| (module.as_str(), of(module, text)))
        .collect()
}

/// The modules that import from one another, however long the way around.
fn in_circles<'m>(imports: &BTreeMap<&'m str, BTreeSet<&'m str>>) -> Vec<&'m str> {
    let reached_from = |start: &str| {
        let mut reached = BTreeSet::new();
        let mut next: Vec<&str> = imports[start].iter().copied().collect();
        while let Some(module) = next.pop() {
            if reached.insert(module) {
                next.extend(&imports[module]);
            }
        }
        reached
    };
    let modules = imports.keys().copied();
    modules
        .filter(|module| reached_from(module).contains(module))
        .collect()
}

#[test]
fn no_files_import_from_one_another() {
    let modules = modules();
    let imports = imports(&modules);
    assert!(imports["engine::cut"].contains("engine::dataset"));
    assert!(
        imports["explorer::events"].contains("app::model::action"),
        "re-exports are seen through"
    );
    let circles = in_circles(&imports);
    assert!(circles.is_empty(), "{circles:?}");
}

/// The types that a text declares at its outermost level, as `struct`, `enum`, `trait` or `type`.
fn declared(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let line = match line.strip_prefix("pub") {
            Some(line) => line.split_once(' ').map_or("", |(_, line)| line),
            None => line,
        };
        // `pub(in crate::source) struct`
        let line = line.split_once(") ").map_or(line, |(path, line)| {
            if path.starts_with("crate::") {
                line
            } else {
                path
            }
        });
        let (keyword, name) = line.split_once(' ')?;
        let end = name.find(|c: char| !c.is_ascii_alphanumeric());
        ["struct", "enum", "trait", "type"]
            .contains(&keyword)
            .then(|| &name[..end.unwrap_or(name.len())])
    })
}

#[test]
fn one_name_is_one_type() {
    let modules = modules();
    let mut homes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    // What stands in the place of a feature that is off has its names.
    let built = (modules.iter()).filter(|(module, _)| !module.ends_with("::absent"));
    for (module, text) in built {
        for name in declared(text) {
            homes.entry(name).or_default().push(module);
        }
    }
    assert!(homes.len() > 300, "{} types were found", homes.len());
    homes.retain(|_, homes| homes.len() > 1);
    assert!(homes.is_empty(), "{homes:#?}");
}
