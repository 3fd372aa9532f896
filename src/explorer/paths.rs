//! Paths as a person types them. Explorer floor.

use std::path::MAIN_SEPARATOR_STR;
use std::path::Path;
use std::path::PathBuf;
use std::path::is_separator;

use crate::app::CompletedPath;

/// A path as a person types it: `~` is their home, as in a shell.
pub(super) fn typed_path(typed: &str) -> PathBuf {
    let home = || std::env::home_dir().filter(|home| !home.as_os_str().is_empty());
    let within = match typed.strip_prefix('~') {
        Some("") => Some(""),
        Some(rest) => rest.strip_prefix(is_separator),
        None => None,
    };
    match within.zip(home()) {
        Some((within, home)) => home.join(within),
        None => PathBuf::from(typed),
    }
}

/// The path from the root on, so that it says where the file is.
pub(super) fn whole_path(path: &Path) -> String {
    let whole = std::path::absolute(path).unwrap_or(path.to_path_buf());
    whole.to_string_lossy().into_owned()
}

/// Names of a folder that are looked at; one with more is not for completing.
const MOST_NAMES: usize = 100_000;

/// Goes on with a path as far as the folder leaves no choice.
pub(super) fn complete(typed: &str) -> CompletedPath {
    let (folder, beginning) =
        typed.split_at(typed.rfind(is_separator).map_or(0, |slash| slash + 1));
    let looked_in = match folder {
        "" => PathBuf::from("."),
        folder => typed_path(folder),
    };
    let entries = std::fs::read_dir(looked_in).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .take(MOST_NAMES)
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let is_meant = name.starts_with(beginning)
                && (!name.starts_with('.') || beginning.starts_with('.'));
            // Of a link, what it leads to.
            let is_folder = is_meant && entry.path().is_dir();
            is_meant.then(|| {
                if is_folder {
                    name + MAIN_SEPARATOR_STR
                } else {
                    name
                }
            })
        })
        .collect();
    names.sort_unstable();
    let common = match &names[..] {
        [] => beginning.to_owned(),
        [first, .., last] => common(first, last).to_owned(),
        [only] => only.clone(),
    };
    CompletedPath {
        typed: typed.to_owned(),
        path: format!("{folder}{common}"),
        names,
    }
}

/// What two texts begin with.
fn common<'a>(one: &'a str, other: &str) -> &'a str {
    let same = one.char_indices().zip(other.chars());
    let end = same.take_while(|((_, a), b)| a == b).last();
    &one[..end.map_or(0, |((at, a), _)| at + a.len_utf8())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_goes_on_as_far_as_there_is_no_choice() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["shop-a.csv", "shop-b.csv", "été.csv", "ét.csv", ".hidden"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        std::fs::create_dir(folder.path().join("out")).unwrap();
        let at = folder.path().to_str().unwrap();
        let check = |typed: &str, path: &str, names: &[&str]| {
            let completed = complete(&format!("{at}/{typed}"));
            assert_eq!(completed.path, format!("{at}/{path}"));
            assert_eq!(completed.names, names);
        };
        check("s", "shop-", &["shop-a.csv", "shop-b.csv"]);
        check("shop-b", "shop-b.csv", &["shop-b.csv"]);
        check("o", "out/", &["out/"]);
        check("é", "ét", &["ét.csv", "été.csv"]);
        check(".", ".hidden", &[".hidden"]);
        check("x", "x", &[]);
        check("none/x", "none/x", &[]);
        assert_eq!(complete(at).path, format!("{at}/"));
    }
}
