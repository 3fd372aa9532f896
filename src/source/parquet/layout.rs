//! The footer of a Parquet file: which of its columns are the user, the time and the page. Source floor.

use std::fs::File;
use std::io;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;

use parquet::file::metadata::ParquetMetaData;
use parquet::schema::types::SchemaDescriptor;

use crate::source::input::Facts;
use crate::source::names;
use crate::source::names::Role;
use crate::source::options::ReadOptions;
use crate::source::parquet::kind::Kind;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::text::safe;

/// What a Parquet file begins and ends with.
const MAGIC: &[u8; 4] = b"PAR1";

/// Where the three columns are, by role.
pub(super) struct Layout {
    /// Names that columns can be asked for by, in order.
    pub(super) names: Vec<String>,
    /// Places in `names`.
    pub(super) places: [usize; 3],
    /// The numbers of the file's leaf columns.
    pub(super) leaves: [usize; 3],
    pub(super) kinds: [Kind; 3],
    /// The level at which a value is there and not null.
    pub(super) max_levels: [i16; 3],
    /// By row group and leaf column, where its data begin.
    chunks: Vec<Vec<u64>>,
}

/// Something that a name stands for: a leaf, or a group or list of leaves.
struct Field {
    name: String,
    leaf: Option<usize>,
}

impl Layout {
    /// Finds the columns. Errors if one is not there, is nested, or is of a type that is no text and no time.
    pub(super) fn find(
        metadata: &ParquetMetaData,
        options: &ReadOptions,
        facts: &Facts,
    ) -> Result<Layout> {
        let schema = metadata.file_metadata().schema_descr();
        let leads_inside = |role: Role| {
            role.asked_for(options)
                .is_some_and(|name| name.contains('.'))
        };
        let fields = fields(schema, Role::ALL.into_iter().any(leads_inside));
        let names: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
        let found = names::find(&names, options, facts.name())
            .map_err(|error| with_nested(error, &fields))?;
        let places = [found.user, found.time, found.page];
        let mut leaves = [0; 3];
        for (leaf, place) in leaves.iter_mut().zip(places) {
            *leaf = fields[place].leaf.ok_or_else(|| {
                facts.problem(format!(
                    "column \"{}\" is nested: expected a column of text, numbers or times; fields in it are named with \
                     dots",
                    safe(&fields[place].name)
                ))
            })?;
        }
        let mut kinds = [Kind::Plain; 3];
        for (role, kind) in Role::ALL.into_iter().zip(&mut kinds) {
            let column = schema.column(leaves[role as usize]);
            let is_time =
                |kind: &Kind| matches!(kind, Kind::Days | Kind::Time { .. } | Kind::Int96);
            let of = Kind::of(&column).filter(|kind| role == Role::Time || !is_time(kind));
            *kind = of.ok_or_else(|| {
                facts.problem(format!(
                    "column \"{}\" cannot be the {}: it is of type {}",
                    safe(column.name()),
                    role.name(),
                    column.physical_type()
                ))
            })?;
        }
        let group = |group: usize| {
            let columns = metadata.row_group(group).columns().iter();
            columns
                .map(|column| column.data_page_offset().max(0) as u64)
                .collect()
        };
        Ok(Layout {
            names,
            places,
            max_levels: leaves.map(|leaf| schema.column(leaf).max_def_level()),
            leaves,
            kinds,
            chunks: (0..metadata.num_row_groups()).map(group).collect(),
        })
    }

    /// Where a column's data begin in a row group.
    pub(super) fn chunk(&self, group: usize, leaf: usize) -> Option<u64> {
        self.chunks.get(group)?.get(leaf).copied()
    }
}

/// The columns by name: those at the top first, and then, if they are wanted, the fields in groups by their dotted
/// paths.
fn fields(schema: &SchemaDescriptor, with_inner: bool) -> Vec<Field> {
    let mut top: Vec<Field> = Vec::new();
    let mut inner = Vec::new();
    for leaf in 0..schema.num_columns() {
        let column = schema.column(leaf);
        let parts = column.path().parts();
        let is_single = column.max_rep_level() == 0;
        let first = parts.first().map_or("", String::as_str);
        if parts.len() == 1 {
            top.push(Field {
                name: first.to_owned(),
                leaf: is_single.then_some(leaf),
            });
            continue;
        }
        if top.last().is_none_or(|field| field.name != first) {
            top.push(Field {
                name: first.to_owned(),
                leaf: None,
            });
        }
        if is_single && with_inner {
            inner.push(Field {
                name: parts.join("."),
                leaf: Some(leaf),
            });
        }
    }
    top.extend(inner);
    top
}

/// Marks the names of nested columns in the list of an error.
fn with_nested(error: Error, fields: &[Field]) -> Error {
    match error {
        Error::Column {
            input,
            role,
            wanted,
            option,
            ..
        } => Error::Column {
            input,
            role,
            wanted,
            header: fields
                .iter()
                .map(|field| match field.leaf {
                    Some(_) => field.name.clone(),
                    None => format!("{} (nested)", field.name),
                })
                .collect(),
            option,
        },
        other => other,
    }
}

/// Checks the ends of the file before anything is made of what they say; returns its length.
pub(super) fn check_ends(file: &File, facts: &Facts) -> Result<u64> {
    let failed = |error: io::Error| Error::io("read", facts.name())(error);
    let mut file = file;
    let length = file.seek(SeekFrom::End(0)).map_err(failed)?;
    let mut first = [0; 4];
    let mut last = [0; 8];
    if length >= 12 {
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        file.read_exact(&mut first).map_err(failed)?;
        file.seek(SeekFrom::End(-8)).map_err(failed)?;
        file.read_exact(&mut last).map_err(failed)?;
    }
    let [a, b, c, d, mark @ ..] = last;
    if length >= 12 && first != *MAGIC {
        return Err(facts.problem("it is not a Parquet file: it does not begin with PAR1"));
    }
    if mark == *b"PARE" {
        return Err(facts.problem("its Parquet footer is encrypted, which is not read"));
    }
    if mark != *MAGIC {
        return Err(facts.problem(format!(
            "it is not a complete Parquet file: it does not end in PAR1 at byte {length}"
        )));
    }
    let footer = u64::from(u32::from_le_bytes([a, b, c, d]));
    if footer + 12 > length {
        return Err(facts.problem(format!(
            "it is not a complete Parquet file: its footer (at byte {}) says that it has {footer} bytes, and the file \
             has {length}",
            length - 8
        )));
    }
    Ok(length)
}
