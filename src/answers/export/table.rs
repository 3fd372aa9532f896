//! A table of figures, as columns. Answers floor.
//!
//! An export has rows of the dataset; a table has figures that a screen shows. Knows nothing about screens or formats.

use crate::answers::export::fields::ExportFields;

/// Columns of the same length, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct FigureTable {
    /// In the order of the header.
    pub columns: Vec<(&'static str, TableColumn)>,
}

/// The values of a column, by row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TableColumn {
    /// Pages, by index; empty where there is none.
    Page(Vec<Option<u32>>),
    /// Words.
    Text(Vec<String>),
    /// Counts.
    Count(Vec<u64>),
    /// Durations in microseconds, written as seconds.
    Seconds(Vec<Option<i64>>),
    /// Shares and means.
    Number(Vec<Option<f64>>),
}

impl FigureTable {
    /// How many rows.
    pub(crate) fn n_rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, column)| match column {
            TableColumn::Page(values) => values.len(),
            TableColumn::Text(values) => values.len(),
            TableColumn::Count(values) => values.len(),
            TableColumn::Seconds(values) => values.len(),
            TableColumn::Number(values) => values.len(),
        })
    }

    /// The names of the columns.
    pub(super) fn names(&self) -> Vec<&'static str> {
        self.columns.iter().map(|&(name, _)| name).collect()
    }

    /// Passes on a row.
    pub(super) fn row(&self, row: usize, fields: &mut impl ExportFields) {
        for (_, column) in &self.columns {
            match column {
                TableColumn::Page(values) => match values[row] {
                    Some(page) => fields.page(page),
                    None => fields.text(""),
                },
                TableColumn::Text(values) => fields.text(&values[row]),
                TableColumn::Count(values) => fields.count(values[row]),
                TableColumn::Seconds(values) => fields.seconds(values[row]),
                TableColumn::Number(values) => fields.number(values[row]),
            };
        }
        fields.end_row();
    }
}
