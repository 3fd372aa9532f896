//! Columns of a table whose cells are JSON texts: makes the values in them further columns. Source floor.
//!
//! Knows cells as values; nothing about the table's format.

use crate::source::access_log;
use crate::source::access_log::Meaning;
use crate::source::json::grammar::ValueKind;
use crate::source::json::keys::Keys;
use crate::source::json::pick::Picker;
use crate::source::json::said::said;
use crate::source::json::said::several;
use crate::source::json::said::value;
use crate::source::json::wanted::Wanted;
use crate::source::options::ReadOptions;
use crate::source::roles;
use crate::source::roles::LayoutChoice;
use crate::source::roles::Offer;
use crate::source::roles::Role;
use crate::source::roles::Values;
use crate::source::rows::cell::Value;
use crate::words::error::Result;

/// Columns that are looked into.
const MOST_COLUMNS: usize = 512;

/// With this many cells, most must be JSON for dwell to look into the column.
const CELLS_THAT_TELL: usize = 16;

/// How the parts of the roles come from the columns of a row.
#[derive(Debug)]
pub(in crate::source) struct Inside {
    /// The columns that are read of each row, as places in the table.
    pub(in crate::source) columns: Vec<usize>,
    /// By part of the roles, where it is from.
    parts: Vec<PartSource>,
    wanted: Wanted,
    /// The paths that are picked.
    paths: Vec<String>,
    /// The columns that are looked into, as places in `columns`, with their names.
    texts: Vec<(usize, String)>,
}

/// Where a part is from.
#[derive(Clone, Copy, Debug)]
enum PartSource {
    /// A column, as its place among those that are read.
    Column(usize),
    /// A path that is picked.
    Path(usize),
}

/// The meaning of a table's rows, as from [`access_log::meaning`], and how to look into its cells if a part is in
/// them.
pub(in crate::source) fn meaning<'a>(
    offer: Offer<'a>,
    options: &'a ReadOptions,
) -> Result<(Meaning, Option<Inside>)> {
    if !needs_more(&offer, options) {
        return Ok((access_log::meaning(offer, options)?, None));
    }
    let n_columns = offer.names.len();
    let places: Vec<usize> = (0..n_columns.min(MOST_COLUMNS)).collect();
    let values = (offer.sample)(&places)?;
    let is_json = |&place: &usize| !offer.names[place].is_empty() && holds_json(&values[place]);
    let texts: Vec<usize> = places.into_iter().filter(is_json).collect();
    if texts.is_empty() {
        return Ok((access_log::meaning(offer, options)?, None));
    }
    let mut keys = Keys::default();
    for &column in &texts {
        for text in values[column].iter().flatten() {
            keys.look_into(&offer.names[column], text);
        }
    }
    let record = record(&offer, &texts, &keys, options);
    let mut names = offer.names.to_vec();
    let mut is_outer = offer.is_outer.to_vec();
    let (mut paths, mut aliases) = (Vec::new(), offer.aliases.to_vec());
    let asked = roles::wanted(options).into_iter().map(str::to_owned);
    let asked = asked.filter(|name| roles::position(&names, name).is_none());
    let of_layout =
        |layout: &roles::Layout| -> Vec<String> { layout.names().map(str::to_owned).collect() };
    let mut all: Vec<String> = keys.paths;
    let known = match &options.layout {
        LayoutChoice::Given(layout) => Some(&**layout),
        LayoutChoice::Recognised => roles::recognise(&[&names[..], &all].concat()),
        LayoutChoice::None => None,
    };
    let more: Vec<String> = asked.chain(known.into_iter().flat_map(of_layout)).collect();
    all.extend(more);
    for path in all {
        let is_within = texts.iter().any(|&column| {
            let rest = path.strip_prefix(offer.names[column].as_str());
            rest.is_some_and(|rest| rest.starts_with(['.', '[']))
        });
        if !is_within || paths.contains(&path) {
            continue;
        }
        // The keys of the one record are the names of the row.
        let own = record.and_then(|record| path.strip_prefix(record)?.strip_prefix('.'));
        let own = own.filter(|key| roles::position(&names, key).is_none());
        names.push(own.unwrap_or(&path).to_owned());
        is_outer.push(own.is_some_and(|key| !key.contains('.')));
        if own.is_some() {
            aliases.push((path.clone(), names.len() - 1));
        }
        paths.push(path);
    }
    let first = FirstCells {
        names: offer.names,
        values: &values,
        texts: &texts,
        paths: &paths,
    };
    let meaning = access_log::meaning(
        Offer {
            input: offer.input,
            names: &names,
            is_outer: &is_outer,
            names_are_all: false,
            aliases: &aliases,
            folders: offer.folders,
            sample: &mut |places| Ok(first.values(places)),
        },
        options,
    )?;
    let inside = Inside::new(offer.names, &texts, &paths, &meaning.roles.parts);
    Ok((meaning, Some(inside)))
}

/// Whether names alone are not enough: something that was asked for is not a column, or a role has only the column of
/// events.
fn needs_more(offer: &Offer<'_>, options: &ReadOptions) -> bool {
    if offer.names.iter().all(String::is_empty) {
        return false;
    }
    let is_there = |name: &str| roles::position(offer.names, name).is_some();
    let is_outer = |name: &&str| !is_there(name) && name.contains(['.', '[']);
    let lacks = |role: Role| {
        let names = offer.names.iter().filter(|name| role.rank(name).is_some());
        role.asked_for(options).is_none()
            && names.filter(|name| !roles::is_event(name)).count() == 0
    };
    roles::wanted(options).iter().any(is_outer)
        || Role::ALL.into_iter().any(lacks)
        || matches!(&options.layout, LayoutChoice::Given(layout) if layout.names().any(|name| is_outer(&name)))
}

/// Whether most of the first cells with a value are JSON. A broken one is that row's fault.
fn holds_json(values: &Values) -> bool {
    let cells = (values.iter().flatten())
        .map(<[u8]>::trim_ascii)
        .filter(|cell| !matches!(*cell, b"" | b"null" | b"NULL" | b"\\N"))
        .take(CELLS_THAT_TELL);
    let is_json = |cell: &[u8]| match cell {
        [b'{', rest @ ..] => matches!(rest.trim_ascii_start(), [b'"' | b'}', ..]),
        [b'[', rest @ ..] => matches!(rest.trim_ascii_start(), [b'{' | b']', ..]),
        _ => false,
    };
    let (mut n, mut n_json) = (0, 0);
    for cell in cells {
        n += 1;
        n_json += usize::from(is_json(cell));
    }
    n_json * 2 > n
}

/// The one column whose texts have a key for every role that no column has.
fn record<'o>(
    offer: &Offer<'o>,
    texts: &[usize],
    keys: &Keys,
    options: &ReadOptions,
) -> Option<&'o str> {
    let speaks_for_all = |record: &&str| {
        Role::ALL.into_iter().all(|role| {
            let mut within = keys
                .paths
                .iter()
                .filter_map(|path| path.strip_prefix(record)?.strip_prefix('.'));
            role.asked_for(options).is_some() || within.any(|key| role.rank(key).is_some())
        })
    };
    let names = texts.iter().map(|&column| offer.names[column].as_str());
    let records: Vec<&str> = names.filter(speaks_for_all).collect();
    match records[..] {
        [record] => Some(record),
        _ => None,
    }
}

/// The sampled cells of a table.
struct FirstCells<'c> {
    names: &'c [String],
    values: &'c [Values],
    texts: &'c [usize],
    paths: &'c [String],
}

impl FirstCells<'_> {
    /// The values of some parts: columns, and paths after them.
    fn values(&self, places: &[usize]) -> Vec<Values> {
        let n_columns = self.names.len();
        let within = places
            .iter()
            .filter_map(|place| place.checked_sub(n_columns));
        let read: Vec<&str> = within.map(|path| self.paths[path].as_str()).collect();
        let picked = self.picked(&read);
        let mut picked = picked.into_iter();
        places
            .iter()
            .map(|&place| match place < n_columns {
                true => self.values.get(place).cloned().unwrap_or_default(),
                false => picked.next().unwrap_or_default(),
            })
            .collect()
    }

    fn picked(&self, paths: &[&str]) -> Vec<Values> {
        let wanted = Wanted::dotted(paths);
        let mut picker = Picker::new(&wanted);
        let mut cells: Vec<_> = self
            .texts
            .iter()
            .map(|&column| (column, self.values[column].iter()))
            .collect();
        let mut picked = vec![Values::default(); paths.len()];
        let mut scratch = Vec::new();
        let n_rows = self
            .texts
            .first()
            .map_or(0, |&column| self.values[column].len());
        for _ in 0..n_rows {
            picker.clear();
            for (column, cells) in &mut cells {
                if let Some(text) = cells.next().flatten() {
                    picker.look_into(self.names[*column].as_bytes(), text);
                }
            }
            for (path, values) in picked.iter_mut().enumerate() {
                let said = said(picker.value(b"", path), &mut scratch);
                values.push(said.ok().map(|()| scratch.as_slice()));
            }
        }
        picked
    }
}

/// Takes the values of a row's parts, or the reason why one cannot be chosen.
type TakeParts<'t> = dyn FnMut(Result<&[Value<'_>], String>) -> Result<()> + 't;

impl Inside {
    fn new(names: &[String], texts: &[usize], paths: &[String], parts: &[usize]) -> Inside {
        let mut columns: Vec<usize> = Vec::new();
        let mut slot = |column: usize| {
            let known = columns.iter().position(|known| *known == column);
            known.unwrap_or_else(|| {
                columns.push(column);
                columns.len() - 1
            })
        };
        let mut read = Vec::new();
        let parts = parts
            .iter()
            .map(|&place| match place.checked_sub(names.len()) {
                None => PartSource::Column(slot(place)),
                Some(path) => {
                    read.push(paths[path].as_str());
                    PartSource::Path(read.len() - 1)
                }
            });
        let parts: Vec<PartSource> = parts.collect();
        let is_read = |column: &&usize| {
            let name = names[**column].as_str();
            read.iter().any(|path| {
                path.strip_prefix(name)
                    .is_some_and(|rest| rest.starts_with(['.', '[']))
            })
        };
        let texts = texts
            .iter()
            .filter(is_read)
            .map(|&column| (slot(column), names[column].clone()));
        Inside {
            texts: texts.collect(),
            wanted: Wanted::dotted(&read),
            paths: read.into_iter().map(str::to_owned).collect(),
            parts,
            columns,
        }
    }

    /// Passes the values of the parts of a row to `take`, or the reason why one cannot be chosen.
    pub(in crate::source) fn look(
        &self,
        columns: &[Value<'_>],
        take: &mut TakeParts<'_>,
    ) -> Result<()> {
        let mut picker = Picker::new(&self.wanted);
        let mut digits = Vec::new();
        for (slot, name) in &self.texts {
            if let Some(text) = columns[*slot].text(&mut digits) {
                picker.look_into(name.as_bytes(), text);
            }
        }
        let is_several =
            |path: &usize| matches!(picker.value(b"", *path), Some((ValueKind::Several, _)));
        if picker.has_several()
            && let Some(path) = (0..self.paths.len()).find(is_several)
        {
            let array = picker.array_of_several();
            let option = format!("--rows-at {array}, once the file is written as JSON,");
            return take(Err(several(&self.paths[path], &array, Some(&option))));
        }
        let mut scratch = vec![Vec::new(); self.parts.len()];
        let parts = self.parts.iter().zip(&mut scratch);
        let values = parts.map(|(part, scratch)| match part {
            PartSource::Column(slot) => columns[*slot],
            PartSource::Path(path) => value(picker.value(b"", *path), scratch),
        });
        take(Ok(&values.collect::<Vec<_>>()))
    }
}
