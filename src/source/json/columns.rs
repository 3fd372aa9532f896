//! Finds which values of the objects are the user, the time and the page, and where the rows are. Source floor.
//!
//! Knows the keys of the first objects; nothing about what a row is.

use std::sync::Arc;

use crate::source::access_log;
use crate::source::access_log::Meaning;
use crate::source::input::InputFacts;
use crate::source::json::by_columns;
use crate::source::json::elements;
use crate::source::json::grammar::ValueKind;
use crate::source::json::keys::Keys;
use crate::source::json::pick::Picker;
use crate::source::json::said::said;
use crate::source::json::sample::Sample;
use crate::source::json::wanted::Wanted;
use crate::source::options::ReadOptions;
use crate::source::roles;
use crate::source::roles::LayoutChoice;
use crate::source::roles::Offer;
use crate::source::roles::Role;
use crate::source::roles::Values;
use crate::words::error::Error;
use crate::words::error::Result;

/// The values to pick out of each row.
pub(super) struct PickedColumns {
    /// The paths that may be picked; [`Meaning`] chooses among them.
    pub(super) paths: Vec<String>,
    pub(super) meaning: Meaning,
    /// The path to the rows inside an object, if it is not a row itself.
    pub(super) rows_at: Option<String>,
}

/// The paths of the rows, and the roles of their values. A person may also ask for the end of a path, if only one path
/// ends so. `bytes` are the sample's.
///
/// Errors as [`access_log::meaning`] does.
pub(super) fn assign(
    sample: &Sample,
    bytes: &[u8],
    options: &ReadOptions,
    facts: &InputFacts,
) -> Result<PickedColumns> {
    let known = match &options.layout {
        LayoutChoice::Recognised => roles::recognise(&sample.keys.paths).cloned().map(Arc::new),
        LayoutChoice::Given(layout) => Some(Arc::clone(layout)),
        LayoutChoice::None => None,
    };
    let of_layout = known.as_ref().and_then(|layout| layout.rows_at());
    let rows_at = (options.rows_at.clone())
        .or_else(|| of_layout.map(str::to_owned))
        .or_else(|| only_rows(sample, options))
        .or_else(|| record(&sample.keys, options));
    let first = FirstValues {
        sample,
        bytes,
        rows_at: rows_at.as_deref(),
    };
    if let Some(inspector) = &options.inspector {
        let is_known = of_layout.is_some() || options.rows_at.is_some();
        inspector.see_rows_at(rows_at.as_deref().filter(|_| !is_known));
    }
    // Among the names of elements a layout would not be recognised again.
    let mut options = options.clone();
    if let (Some(layout), Some(_)) = (&known, &rows_at) {
        options.layout = LayoutChoice::Given(Arc::clone(layout));
    }
    let (mut paths, mut is_outer) = first.keys();
    let mut wanted: Vec<String> = roles::wanted(&options)
        .into_iter()
        .map(str::to_owned)
        .collect();
    // Without an object nothing is wanted: an empty array has no rows, and for anything else, each row gets a reason
    // for its rejection.
    if sample.n_objects == 0 {
        for name in wanted
            .iter()
            .cloned()
            .chain(Role::ALL.map(|role| role.name().to_owned()))
        {
            paths.push(name);
            is_outer.push(true);
        }
    }
    wanted.extend(
        known
            .iter()
            .flat_map(|layout| layout.names())
            .map(str::to_owned),
    );
    // What the first rows lack, later ones may have.
    let may_come = |wanted: &str| {
        options.may_lack_carried && options.carried.iter().any(|carried| carried.part == wanted)
    };
    let mut aliases = Vec::new();
    for wanted in wanted {
        if roles::position(&paths, &wanted).is_some() {
            continue;
        }
        let within = rows_at
            .as_deref()
            .and_then(|at| wanted.strip_prefix(at)?.strip_prefix('.'));
        let end = ending(&paths, within.unwrap_or(&wanted));
        match within
            .and_then(|within| roles::position(&paths, within))
            .or(end)
        {
            Some(place) => {
                // In an array, the only element is meant, not the first.
                let only = without_indices(&paths[place]);
                let place = match only == paths[place] {
                    true => place,
                    false => {
                        paths.push(only);
                        is_outer.push(false);
                        paths.len() - 1
                    }
                };
                aliases.push((wanted, place));
            }
            None if first.has(&wanted) || may_come(&wanted) => {
                paths.push(wanted);
                is_outer.push(false);
            }
            None => {}
        }
    }
    let offer = Offer {
        input: facts.name(),
        names: &paths,
        is_outer: &is_outer,
        names_are_all: false,
        aliases: &aliases,
        folders: facts.folders(),
        sample: &mut |places| Ok(first.values(&paths, places)),
    };
    let meaning = access_log::meaning(offer, &options).map_err(|error| {
        let said = by_columns::said(&sample.keys.paths);
        match (error, said) {
            (Error::Columns { .. }, Some(said)) => facts.problem(said),
            (error, _) => error,
        }
    })?;
    Ok(PickedColumns {
        paths,
        meaning,
        rows_at,
    })
}

/// By path, the value of a row.
type ValueOf<'r> = dyn Fn(usize) -> Option<(ValueKind, &'r [u8])> + 'r;

/// The first rows.
struct FirstValues<'s> {
    sample: &'s Sample,
    bytes: &'s [u8],
    rows_at: Option<&'s str>,
}

impl FirstValues<'_> {
    /// The paths of the rows' values, and whether their names count as evidence. A usual name inside something else
    /// does not, such as `referrer.url`.
    fn keys(&self) -> (Vec<String>, Vec<bool>) {
        let own = Keys::default();
        let (rows, around) = match self.rows_at {
            None => (&self.sample.keys, &own),
            Some(at) => (&self.keys_at(at), &self.sample.keys),
        };
        let is_outer = |path: &str, is_outermost: bool| {
            let key = roles::without_type(path);
            is_outermost || key.len() < path.len() && !key.contains('.')
        };
        let is_around = |path: &String| {
            let inner = self.rows_at.and_then(|at| path.strip_prefix(at));
            !inner.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                && !rows.paths.contains(path)
        };
        let listed = rows.paths.iter().zip(&rows.are_outermost);
        let around = around.paths.iter().zip(&around.are_outermost);
        let around = around.filter(|(path, _)| is_around(path));
        let all = listed.chain(around);
        all.map(|(path, outermost)| (path.clone(), is_outer(path, *outermost)))
            .unzip()
    }

    /// The keys of the rows at a path.
    fn keys_at(&self, at: &str) -> Keys {
        let wanted = Wanted::with_whole(&[at]);
        let (mut keys, mut text) = (Keys::default(), Vec::new());
        self.sample
            .each(self.bytes, &mut Picker::new(&wanted), &mut |picker| {
                let rows = picker.value(self.bytes, 0);
                // Without objects there are no keys.
                let _ = elements::each(rows, &mut text, &mut keys, &mut |_, _| Ok(()));
            });
        keys
    }

    /// Passes each row's values at some paths to `take`.
    fn each(&self, paths: &[&str], take: &mut dyn FnMut(&ValueOf<'_>)) {
        let wanted = Wanted::dotted(paths);
        let Some(at) = self.rows_at else {
            self.sample
                .each(self.bytes, &mut Picker::new(&wanted), &mut |picker| {
                    take(&|path| picker.value(self.bytes, path));
                });
            return;
        };
        let around = [paths, &[at]].concat();
        let around = Wanted::with_whole(&around);
        let (mut inner, mut text) = (Picker::new(&wanted), Vec::new());
        let mut n_rows = 0;
        self.sample
            .each(self.bytes, &mut Picker::new(&around), &mut |picker| {
                let rows = picker.value(self.bytes, paths.len());
                let _ = elements::each(rows, &mut text, &mut inner, &mut |inner, bytes| {
                    n_rows += 1;
                    if n_rows <= roles::MOST_ROWS {
                        take(&|path| {
                            let own = inner.value(bytes, path);
                            own.or_else(|| picker.value(self.bytes, path))
                        });
                    }
                    Ok(())
                });
            });
    }

    /// The values at some of the paths. Paths with places in arrays are read separately from those with names of
    /// elements, since an element that is found by its place is not looked for by name.
    fn values(&self, paths: &[String], places: &[usize]) -> Vec<Values> {
        let mut values = vec![Values::default(); places.len()];
        let mut scratch = Vec::new();
        let is_by_place = |at: &usize| without_indices(&paths[places[*at]]) != paths[places[*at]];
        let (by_place, by_name): (Vec<usize>, Vec<usize>) =
            (0..places.len()).partition(is_by_place);
        for group in [by_place, by_name] {
            if group.is_empty() {
                continue;
            }
            let read: Vec<&str> = (group.iter())
                .map(|&at| paths[places[at]].as_str())
                .collect();
            self.each(&read, &mut |row| {
                for (path, &at) in group.iter().enumerate() {
                    let said = said(row(path), &mut scratch);
                    values[at].push(said.ok().map(|()| scratch.as_slice()));
                }
            });
        }
        values
    }

    /// Whether any row has a value at a path. A path to an array's second element is not in the list of keys.
    fn has(&self, path: &str) -> bool {
        let mut has = false;
        self.each(&[path], &mut |row| {
            let kind = row(0).map(|(kind, _)| kind);
            has |= !matches!(kind, None | Some(ValueKind::Array | ValueKind::Object));
        });
        has
    }
}

/// The rows of a text whose objects surround one array of objects. There may be one such object, or any number if the
/// elements have a named key for every role.
fn only_rows(sample: &Sample, options: &ReadOptions) -> Option<String> {
    let [only] = &sample.keys.arrays[..] else {
        return None;
    };
    let is_alone = sample.n_objects == 1 && sample.is_all;
    let element = format!("{only}.0");
    let is_around = || is_alone || speaks_for_all(&sample.keys, Some(&element), options);
    (!speaks_for_all(&sample.keys, None, options) && is_around()).then(|| only.clone())
}

/// The one inner object, or text that is an object, with a named key for every role, if the outermost object lacks
/// them.
fn record(keys: &Keys, options: &ReadOptions) -> Option<String> {
    if speaks_for_all(keys, None, options) {
        return None;
    }
    let mut records: Vec<&str> = Vec::new();
    for path in &keys.paths {
        if let Some((outer, _)) = path.split_once('.')
            && !records.contains(&outer)
        {
            records.push(outer);
        }
    }
    records.retain(|record| speaks_for_all(keys, Some(record), options));
    match records[..] {
        [record] => Some(record.to_owned()),
        _ => None,
    }
}

/// Whether the outermost object, or the object at a key, has a named key for every role. What was asked for may lie
/// deeper in it or around it, but not in an array.
fn speaks_for_all(keys: &Keys, record: Option<&str>, options: &ReadOptions) -> bool {
    let within = |path: &String| -> Option<String> {
        match record {
            None => Some(path.clone()),
            Some(record) => path
                .strip_prefix(record)?
                .strip_prefix('.')
                .map(str::to_owned),
        }
    };
    let paths: Vec<String> = keys.paths.iter().filter_map(within).collect();
    let is_outermost = |(path, is_outermost): (&String, &bool)| match record {
        None => is_outermost.then(|| path.clone()),
        Some(_) => within(path).filter(|key| !key.contains('.')),
    };
    let all = keys.paths.iter().zip(&keys.are_outermost);
    let names: Vec<String> = all.filter_map(is_outermost).collect();
    Role::ALL
        .into_iter()
        .all(|role| match role.asked_for(options) {
            Some(wanted) => {
                roles::is_there(&paths, role, wanted) || roles::is_there(&keys.paths, role, wanted)
            }
            None => names.iter().any(|name| role.rank(name).is_some()),
        })
}

/// The place of the one path that ends with these keys.
fn ending(paths: &[String], wanted: &str) -> Option<usize> {
    let ending = format!(".{wanted}");
    let mut found = (0..paths.len()).filter(|&place| paths[place].ends_with(&ending));
    let only = found.next()?;
    found.next().is_none().then_some(only)
}

/// `items.id` of `items.0.id`.
fn without_indices(path: &str) -> String {
    let is_key = |key: &&str| *key != "0";
    path.split('.').filter(is_key).collect::<Vec<_>>().join(".")
}
