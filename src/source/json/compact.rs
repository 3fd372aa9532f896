//! Rows that are arrays, and their names, if the first row has them. Source floor.
//!
//! ClickHouse calls it JSONCompactEachRow, with or without names, and types after them
//! (<https://clickhouse.com/docs/interfaces/formats/JSONCompactEachRowWithNamesAndTypes>).

use crate::source::access_log;
use crate::source::input::InputFacts;
use crate::source::json::columns::PickedColumns;
use crate::source::json::grammar::Scalar;
use crate::source::json::grammar::ValueKind;
use crate::source::json::grammar::Visit;
use crate::source::json::pick::Picker;
use crate::source::json::said::said;
use crate::source::json::sample::Sample;
use crate::source::json::unescape::unescape;
use crate::source::json::wanted::Wanted;
use crate::source::options::ReadOptions;
use crate::source::roles::Offer;
use crate::source::roles::Values;
use crate::source::time::looks_like_time;
use crate::words::error::Result;

/// The paths of the rows' values, which are places, and their roles. Rows of names are counted in the sample, and no
/// longer count as its rows. Errors as [`access_log::meaning`] does.
pub(super) fn assign(
    sample: &mut Sample,
    bytes: &[u8],
    options: &ReadOptions,
    facts: &InputFacts,
) -> Result<PickedColumns> {
    let mut first = Vec::new();
    sample.each(bytes, &mut CompactRow::default(), &mut |row| {
        if first.len() < 2 {
            first.push(std::mem::take(&mut row.values));
        }
    });
    let width = first.first().map_or(0, Vec::len);
    let mut names = vec![String::new(); width];
    if let Some(said) = first
        .first()
        .filter(|_| !options.no_header)
        .and_then(|row| names_of(row))
    {
        names = said;
        let has_types = first.get(1).is_some_and(|row| are_types(row));
        sample.n_names = 1 + usize::from(has_types);
    }
    let paths: Vec<String> = (0..width).map(|place| place.to_string()).collect();
    let offer = Offer {
        input: facts.name(),
        names: &names,
        is_outer: &vec![true; width],
        names_are_all: true,
        aliases: &[],
        folders: facts.folders(),
        sample: &mut |places| Ok(values(sample, bytes, &paths, places)),
    };
    let meaning = access_log::meaning(offer, options)?;
    Ok(PickedColumns {
        paths,
        meaning,
        rows_at: None,
    })
}

/// The texts of a row, if it has only texts, and none is a time.
fn names_of(row: &[Option<String>]) -> Option<Vec<String>> {
    let names: Option<Vec<String>> = row.iter().cloned().collect();
    names.filter(|names| !names.iter().any(|name| looks_like_time(name)))
}

/// Whether a row has the types of ClickHouse.
fn are_types(row: &[Option<String>]) -> bool {
    const TYPES: &[&str] = &[
        "Int",
        "UInt",
        "Float",
        "Decimal",
        "Bool",
        "String",
        "FixedString",
        "UUID",
        "Date",
        "DateTime",
        "Enum",
        "Array(",
        "Map(",
        "Tuple(",
        "Nested(",
        "Nullable(",
        "LowCardinality(",
        "IPv4",
        "IPv6",
        "JSON",
        "Object(",
    ];
    let is_type = |text: &Option<String>| {
        let text = text.as_deref().unwrap_or_default();
        TYPES.iter().any(|name| text.starts_with(name))
    };
    row.iter().all(is_type)
}

/// The sample's values at some of the places.
fn values(sample: &Sample, bytes: &[u8], paths: &[String], places: &[usize]) -> Vec<Values> {
    let read: Vec<&str> = places.iter().map(|&place| paths[place].as_str()).collect();
    let wanted = Wanted::dotted(&read);
    let mut values = vec![Values::default(); places.len()];
    let mut scratch = Vec::new();
    sample.each(bytes, &mut Picker::new(&wanted), &mut |picker| {
        for (path, values) in values.iter_mut().enumerate() {
            let said = said(picker.value(bytes, path), &mut scratch);
            values.push(said.ok().map(|()| scratch.as_slice()));
        }
    });
    values
}

/// Collects the values of a row: its texts, and `None` for others.
#[derive(Default)]
struct CompactRow {
    values: Vec<Option<String>>,
    depth: usize,
}

impl Visit for CompactRow {
    fn begin(&mut self) {
        self.values.clear();
        self.depth = 0;
    }
    fn key(&mut self, _: &[u8], _: bool) {}
    fn element(&mut self) {
        if self.depth == 1 {
            self.values.push(None);
        }
    }
    fn open(&mut self, _: ValueKind, _: usize) {
        self.depth += 1;
    }
    fn close(&mut self, _: usize) {
        self.depth -= 1;
    }
    fn scalar(&mut self, bytes: &[u8], scalar: Scalar) {
        let is_text = matches!(scalar.kind, ValueKind::Plain | ValueKind::Escaped);
        let mut said = Vec::new();
        if self.depth == 1
            && is_text
            && unescape(&bytes[scalar.start..scalar.end], &mut said).is_ok()
            && let Some(value) = self.values.last_mut()
        {
            *value = Some(String::from_utf8_lossy(&said).into_owned());
        }
    }
}
