//! Which values of the objects are the user, the time and the page. Source floor.
//!
//! Knows the keys of the first objects; nothing about what a row is.

use crate::source::json::grammar::Kind;
use crate::source::json::pick::Picker;
use crate::source::json::pick::Wanted;
use crate::source::json::sample::Sample;
use crate::source::names;
use crate::source::names::Role;
use crate::source::options::ReadOptions;
use crate::words::error::Error;
use crate::words::error::Result;

/// Finds the paths of user, time and page: one that was asked for, as it is or nearly so, or the end of
/// only one path; else a key of the objects themselves, by its customary names. `bytes` are the sample's.
///
/// Errors with [`Error::Column`] for the first role without a path.
pub(super) fn find(
    sample: &Sample,
    bytes: &[u8],
    options: &ReadOptions,
    input: &str,
) -> Result<[String; 3]> {
    let paths = &sample.keys.paths;
    let anywhere = names::find_each(paths, options);
    // A customary name is no name of this role if it stands within something else: `referrer.url`.
    let outermost: Vec<String> = paths
        .iter()
        .zip(&sample.keys.are_outermost)
        .map(|(path, is_outermost)| match is_outermost {
            true => path.clone(),
            false => String::new(),
        })
        .collect();
    let customary = names::find_each(&outermost, options);
    let find = |role: Role| {
        let found = match role.asked_for(options) {
            None => customary[role as usize].map(|at| paths[at].clone()),
            Some(wanted) => anywhere[role as usize]
                .map(|at| paths[at].clone())
                .or_else(|| ending(paths, wanted))
                .or_else(|| is_there(sample, bytes, wanted).then(|| wanted.to_owned())),
        };
        found.ok_or_else(|| Error::Column {
            input: input.to_owned(),
            role: role.name(),
            wanted: role.asked_for(options).map(str::to_owned),
            header: names::shown(paths),
            option: role.option(),
        })
    };
    Ok([find(Role::User)?, find(Role::Time)?, find(Role::Page)?])
}

/// The one path that ends with these keys.
fn ending(paths: &[String], wanted: &str) -> Option<String> {
    let ending = format!(".{wanted}");
    let mut found = paths.iter().filter(|path| path.ends_with(&ending));
    let only = found.next()?;
    found.next().is_none().then(|| only.clone())
}

/// Whether any object has a value at a path, which is in no list if it leads to an array's second element.
fn is_there(sample: &Sample, bytes: &[u8], path: &str) -> bool {
    let wanted = Wanted::dotted(&[path]);
    let mut picker = Picker::new(&wanted);
    let mut is_there = false;
    sample.each(bytes, &mut picker, &mut |picker| {
        let kind = picker.value(0).map(|value| value.kind);
        is_there |= !matches!(kind, None | Some(Kind::Array | Kind::Object));
    });
    is_there
}
