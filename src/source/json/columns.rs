//! Which values of the objects are the user, the time and the page. Source floor.
//!
//! Knows the keys of the first objects; nothing about what a row is.

use crate::source::access_log;
use crate::source::access_log::Meaning;
use crate::source::input::Facts;
use crate::source::json::by_columns;
use crate::source::json::events;
use crate::source::json::grammar::Kind;
use crate::source::json::pick::Picker;
use crate::source::json::pick::Wanted;
use crate::source::json::sample::Sample;
use crate::source::options::ReadOptions;
use crate::source::roles;
use crate::source::roles::Offer;
use crate::source::roles::Role;
use crate::source::roles::Values;
use crate::words::error::Error;
use crate::words::error::Result;

/// The paths of the objects, and the roles of their values. A path that was asked for may also be the end of only one
/// path. `bytes` are the sample's.
///
/// Errors as [`access_log::meaning`] does.
pub(super) fn assign(
    sample: &Sample,
    bytes: &[u8],
    options: &ReadOptions,
    facts: &Facts,
) -> Result<(Vec<String>, Meaning)> {
    let mut paths = sample.keys.paths.clone();
    // A customary name is no name of a role if it stands within something else: `referrer.url`.
    let mut is_outer: Vec<bool> = (paths.iter().zip(&sample.keys.are_outermost))
        .map(|(path, is_outermost)| {
            let key = roles::without_type(path);
            *is_outermost || key.len() < path.len() && !key.contains('.')
        })
        .collect();
    let mut aliases = Vec::new();
    // Where there is no object nothing is wanted: an empty array has no rows, and of anything else each row is told
    // why it is none.
    if sample.n_objects == 0 {
        for name in roles::wanted(options)
            .into_iter()
            .chain(Role::ALL.map(Role::name))
        {
            paths.push(name.to_owned());
            is_outer.push(true);
        }
    }
    for wanted in roles::wanted(options) {
        if roles::position(&paths, wanted).is_some() {
            continue;
        }
        if let Some(place) = ending(&sample.keys.paths, wanted) {
            aliases.push((wanted.to_owned(), place));
        } else if is_there(sample, bytes, wanted) {
            paths.push(wanted.to_owned());
            is_outer.push(false);
        }
    }
    let offer = Offer {
        input: facts.name(),
        names: &paths,
        is_outer: &is_outer,
        names_are_all: false,
        aliases: &aliases,
        folders: facts.folders(),
        sample: &mut |places| Ok(values(sample, bytes, &paths, places)),
    };
    let meaning = access_log::meaning(offer, options).map_err(|error| {
        let said = by_columns::said(&sample.keys.paths);
        match (error, said) {
            (Error::Columns { .. }, Some(said)) => facts.problem(said),
            (error, _) => error,
        }
    })?;
    Ok((paths, meaning))
}

/// The sample's values at some of the paths.
fn values(sample: &Sample, bytes: &[u8], paths: &[String], places: &[usize]) -> Vec<Values> {
    let read: Vec<&str> = places.iter().map(|&place| paths[place].as_str()).collect();
    let wanted = Wanted::dotted(&read);
    let mut values = vec![Values::default(); places.len()];
    let mut scratch = Vec::new();
    sample.each(bytes, &mut Picker::new(&wanted), &mut |picker| {
        for (path, values) in values.iter_mut().enumerate() {
            let said = events::said(bytes, picker.value(path), &mut scratch);
            values.push(said.ok().map(|()| scratch.as_slice()));
        }
    });
    values
}

/// The place of the one path that ends with these keys.
fn ending(paths: &[String], wanted: &str) -> Option<usize> {
    let ending = format!(".{wanted}");
    let mut found = (0..paths.len()).filter(|&place| paths[place].ends_with(&ending));
    let only = found.next()?;
    found.next().is_none().then_some(only)
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
