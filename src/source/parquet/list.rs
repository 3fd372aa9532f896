//! Turns a list of a Parquet file into one JSON text for each row, so that names and indices lead into it as in JSON.
//! Source floor.
//!
//! Knows lists of values and of structures, and maps; not lists in lists.

use std::sync::Arc;

use parquet::basic::Repetition;
use parquet::errors::Result;
use parquet::file::metadata::RowGroupMetaData;
use parquet::schema::types::SchemaDescriptor;

use crate::source::parquet::column::ColumnType;
use crate::source::parquet::column::OpenColumn;
use crate::source::parquet::pages::Chunks;
use crate::source::rows::cell::Value;
use crate::source::rows::tally::Tally;

/// The names that Parquet writers put between a list's name and the names in its elements.
const WRAPPERS: &[&str] = &[
    "list",
    "element",
    "item",
    "bag",
    "array",
    "array_element",
    "key_value",
];

/// Where a list's values are.
#[derive(Clone, Debug)]
pub(super) struct ListShape {
    /// Its name, with dots if it is in a structure.
    pub(super) name: String,
    pub(super) leaves: Vec<Leaf>,
}

/// One of the values of its elements.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    /// Which of the file's columns.
    pub(super) place: usize,
    kind: ColumnType,
    /// Its names inside the element; empty if the element is the value.
    names: Vec<String>,
    /// The definition level from which on there is an element.
    level: i16,
}

/// The lists whose values are read.
pub(super) fn lists(schema: &SchemaDescriptor) -> Vec<ListShape> {
    let mut lists: Vec<ListShape> = Vec::new();
    for place in 0..schema.num_columns() {
        let column = schema.column(place);
        let Some(kind) = (column.max_rep_level() == 1)
            .then(|| ColumnType::of(&column).ok())
            .flatten()
        else {
            continue;
        };
        let parts = column.path().parts();
        // Where the repetition is, and how many levels lead there.
        let (mut node, mut level, mut at) = (schema.root_schema_ptr(), 0, None);
        for (depth, part) in parts.iter().enumerate() {
            let fields = node.get_fields();
            let Some(next) = fields.iter().find(|field| field.name() == part).cloned() else {
                break;
            };
            let info = next.get_basic_info();
            let repetition = info.has_repetition().then(|| info.repetition());
            level += i16::from(repetition.is_some_and(|it| it != Repetition::REQUIRED));
            if repetition == Some(Repetition::REPEATED) {
                at = Some((depth, level));
                break;
            }
            node = next;
        }
        let Some((depth, level)) = at else { continue };
        let is_wrapper = |part: &&String| WRAPPERS.contains(&part.as_str());
        // A repeated group that is not a wrapper is the list itself.
        let n_outer = match depth > 0 && is_wrapper(&&parts[depth]) {
            true => depth,
            false => depth + 1,
        };
        let name = parts[..n_outer].join(".");
        let mut inner = &parts[n_outer..];
        for _ in 0..2 {
            if let [first, rest @ ..] = inner
                && is_wrapper(&first)
                && (first != "key_value" || n_outer == depth)
            {
                inner = rest;
            }
        }
        let leaf = Leaf {
            place,
            kind,
            names: inner.to_vec(),
            level,
        };
        match lists.iter_mut().find(|list| list.name == name) {
            Some(list) => list.leaves.push(leaf),
            None => lists.push(ListShape {
                name,
                leaves: vec![leaf],
            }),
        }
    }
    lists
}

/// A list in one row group.
pub(super) struct OpenList {
    leaves: Vec<(Leaf, OpenColumn)>,
    json: Vec<u8>,
}

impl OpenList {
    /// The list in a row group, before its first row.
    pub(super) fn open(
        chunks: &Arc<Chunks>,
        group: &RowGroupMetaData,
        shape: &ListShape,
    ) -> Result<OpenList> {
        let leaves = shape.leaves.iter().map(|leaf| {
            let column = OpenColumn::open(chunks, group, leaf.place, leaf.kind)?;
            Ok((leaf.clone(), column))
        });
        Ok(OpenList {
            leaves: leaves.collect::<Result<_>>()?,
            json: Vec::new(),
        })
    }

    /// Reads the next `rows` rows, or as many as are left; returns how many all leaves have.
    pub(super) fn read(&mut self, rows: usize) -> Result<usize> {
        let mut least = rows;
        for (_, column) in &mut self.leaves {
            least = least.min(column.read(rows)?);
        }
        Ok(least)
    }

    /// The next row's list as JSON; null if there is none.
    pub(super) fn next(&mut self, row: u64, finer: &mut Tally) -> Value<'_> {
        let mut n_elements = None;
        for (leaf, column) in &mut self.leaves {
            n_elements = n_elements.max(column.begin_row(leaf.level));
        }
        let Some(n_elements) = n_elements else {
            return Value::Null;
        };
        self.json.clear();
        self.json.push(b'[');
        for element in 0..n_elements {
            if element > 0 {
                self.json.push(b',');
            }
            self.element(row, finer);
        }
        self.json.push(b']');
        Value::Text(&self.json)
    }

    /// Writes an element. Leaves of a structure follow one another.
    fn element(&mut self, row: u64, finer: &mut Tally) {
        let json = &mut self.json;
        let is_value = self.leaves.iter().all(|(leaf, _)| leaf.names.is_empty());
        let mut open: &[String] = &[];
        let mut is_first = true;
        if !is_value {
            json.push(b'{');
        }
        for (leaf, column) in &mut self.leaves {
            let value = column.next(row, finer);
            if is_value {
                write_value(json, value);
                break;
            }
            let Some((name, outer)) = leaf.names.split_last() else {
                continue;
            };
            if value == Value::Null {
                continue;
            }
            let n_shared = open.iter().zip(outer).take_while(|(a, b)| a == b).count();
            json.extend(std::iter::repeat_n(b'}', open.len() - n_shared));
            for group in &outer[n_shared..] {
                write_name(json, group, &mut is_first);
                json.push(b'{');
                is_first = true;
            }
            open = outer;
            write_name(json, name, &mut is_first);
            write_value(json, value);
        }
        json.extend(std::iter::repeat_n(b'}', open.len()));
        if !is_value {
            json.push(b'}');
        }
    }
}

fn write_name(json: &mut Vec<u8>, name: &str, is_first: &mut bool) {
    if !std::mem::replace(is_first, false) {
        json.push(b',');
    }
    write_text(json, name);
    json.push(b':');
}

fn write_text(json: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(json, text).expect("a text is written to memory");
}

/// Writes a value: numbers and booleans as they are, else a text.
fn write_value(json: &mut Vec<u8>, value: Value<'_>) {
    let mut digits = Vec::new();
    if let Some(written) = value.written() {
        return write_text(json, &written);
    }
    match (value, value.text(&mut digits)) {
        (_, None) => json.extend_from_slice(b"null"),
        (Value::Integer(_) | Value::Unsigned(_) | Value::Boolean(_), Some(text)) => {
            json.extend_from_slice(text);
        }
        (_, Some(text)) => write_text(json, &String::from_utf8_lossy(text)),
    }
}

#[cfg(test)]
mod tests;
