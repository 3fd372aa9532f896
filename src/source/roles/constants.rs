//! Parts that are the same in every row of an input: the `key=value` folders in its path. Source floor.
//!
//! For the search they are parts like any other. Readers do not know them; rows get their values at the end.

use crate::source::options::ReadOptions;
use crate::source::roles::assign::assign as assign_parts;
use crate::source::roles::decided::Roles;
use crate::source::roles::names::normalised;
use crate::source::roles::offer::Offer;
use crate::source::roles::sample::Values;
use crate::words::error::Result;

/// Assigns the roles among a reader's parts and those that are the same for all rows. A reader's part comes before a
/// folder with the same name.
///
/// Errors as the search does.
pub(in crate::source) fn assign<'a>(offer: Offer<'a>, options: &'a ReadOptions) -> Result<Roles> {
    let Offer {
        input,
        names: own,
        is_outer,
        aliases,
        folders,
        names_are_all,
        sample,
    } = offer;
    let is_new = |(key, _): &&(String, String)| {
        let key = normalised(key);
        !own.iter().any(|name| normalised(name) == key)
    };
    let folders: Vec<(String, String)> = folders.iter().filter(is_new).cloned().collect();
    if folders.is_empty() {
        let offer = Offer {
            input,
            names: own,
            is_outer,
            aliases,
            folders: &[],
            names_are_all,
            sample,
        };
        return assign_parts(offer, options);
    }
    let n_own = own.len();
    let keys = folders.iter().map(|(key, _)| key.clone());
    let names: Vec<String> = own.iter().cloned().chain(keys).collect();
    let is_outer: Vec<bool> = (is_outer.iter().copied())
        .chain(folders.iter().map(|_| true))
        .collect();
    let mut sample = |places: &[usize]| {
        let mut of_reader: Vec<usize> = places
            .iter()
            .copied()
            .filter(|place| *place < n_own)
            .collect();
        // At least one part is needed to tell how many rows there are.
        if of_reader.is_empty() && n_own > 0 {
            of_reader.push(0);
        }
        let values = sample(&of_reader)?;
        let n_rows = values.first().map_or(0, Values::len);
        let value_of = |place: &usize| match place.checked_sub(n_own) {
            None => {
                let at = of_reader.iter().position(|read| read == place);
                at.map(|at| values[at].clone()).unwrap_or_default()
            }
            Some(folder) => {
                let value = value_of(&folders[folder]);
                let mut same = Values::default();
                (0..n_rows).for_each(|_| same.push(value));
                same
            }
        };
        Ok(places.iter().map(value_of).collect())
    };
    let offer = Offer {
        input,
        names: &names,
        is_outer: &is_outer,
        aliases,
        folders: &folders,
        names_are_all,
        sample: &mut sample,
    };
    let mut roles = assign_parts(offer, options)?;
    // The reader's parts come first, so that it reads only those.
    let (of_reader, of_folders): (Vec<usize>, Vec<usize>) =
        roles.parts.iter().partition(|part| **part < n_own);
    let order: Vec<usize> = of_reader.iter().chain(&of_folders).copied().collect();
    let parts = std::mem::replace(&mut roles.parts, of_reader);
    roles.renumber(&|slot| {
        order
            .iter()
            .position(|part| *part == parts[slot])
            .unwrap_or(slot)
    });
    roles.constants = (of_folders.iter())
        .map(|part| value_of(&folders[part - n_own]).map(Box::from))
        .collect();
    Ok(roles)
}

/// The value of a folder; `None` if it stands for rows without a value.
fn value_of((_, value): &(String, String)) -> Option<&[u8]> {
    Some(value.as_bytes()).filter(|value| !value.is_empty())
}
