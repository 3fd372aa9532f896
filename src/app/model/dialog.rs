//! The export dialog: what, of which, in which format, where to. App floor.

use std::sync::Arc;

use tui_input::Input;

use crate::answers::export::ExportRows;
use crate::answers::export::Format;
use crate::answers::export::Selection;
use crate::app::Data;
use crate::app::JobId;
use crate::app::model::prompt;
use crate::engine::dataset::Dataset;
use crate::words::gap::Gap;

/// What can be exported, in the order it is offered.
pub(crate) const ROWS: [ExportRows; 3] = [
    ExportRows::Sessions,
    ExportRows::Pageviews,
    ExportRows::Users,
];
/// How, in the order it is offered.
pub(crate) const FORMATS: [Format; 4] =
    [Format::Csv, Format::Jsonl, Format::Parquet, Format::CsvSafe];

/// A line of the dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DialogField {
    Rows,
    Which,
    Format,
    Path,
}

pub(in crate::app) const FIELDS: [DialogField; 4] = [
    DialogField::Rows,
    DialogField::Which,
    DialogField::Format,
    DialogField::Path,
];

/// How far an export has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ExportStage {
    Editing,
    /// The file is there already; may it be replaced?
    Exists,
    Running(JobId),
    Done {
        path: String,
        rows: u64,
        bytes: u64,
    },
    Failed(String),
}

/// Of what an export can be, and how many rows of each kind that makes.
#[derive(Debug)]
pub(crate) struct ExportChoice {
    /// `all`, `as filtered`, `user 456`: the same words mean the same rows, or their like in newer pageviews.
    pub(crate) words: String,
    pub(in crate::app) selection: Selection,
    /// By the order of [`ROWS`].
    pub(crate) counts: [u64; 3],
}

impl ExportChoice {
    /// Some users, by index.
    pub(in crate::app) fn of_users(words: String, users: Vec<u32>, data: &Data) -> ExportChoice {
        let mut counts = [0, 0, users.len() as u64];
        for &user in &users {
            let rows = data.cut.dataset().rows_of(user as usize);
            counts[0] += data.cut.sessions().within(rows.clone()).len() as u64;
            counts[1] += rows.len() as u64;
        }
        ExportChoice {
            words,
            selection: Selection::Users(users),
            counts,
        }
    }

    /// One user, if there is one.
    pub(in crate::app) fn of_user(user: Option<usize>, data: &Data) -> Option<ExportChoice> {
        let user = user? as u32;
        let words = format!("user {}", data.cut.dataset().users().text(user));
        Some(ExportChoice::of_users(words, vec![user], data))
    }

    /// The sessions that a filter keeps, ascending.
    pub(in crate::app) fn of_sessions(sessions: Vec<u32>, data: &Data) -> ExportChoice {
        let dataset = data.cut.dataset();
        let mut counts = [sessions.len() as u64, 0, 0];
        let mut user_end = 0;
        for &session in &sessions {
            let rows = data.cut.sessions().rows_of(session as usize);
            counts[1] += rows.len() as u64;
            if rows.start >= user_end {
                counts[2] += 1;
                user_end = dataset.rows_of(dataset.user_of(rows.start)).end;
            }
        }
        ExportChoice {
            words: "as filtered".to_owned(),
            selection: Selection::Sessions(sessions),
            counts,
        }
    }
}

/// The dialog. What it offers are users and sessions of `dataset` at `gap`, and of nothing else.
#[derive(Debug)]
pub(crate) struct Dialog {
    pub(crate) dataset: Arc<Dataset>,
    pub(crate) gap: Gap,
    pub(crate) field: DialogField,
    pub(crate) rows: usize,
    pub(crate) choices: Vec<ExportChoice>,
    pub(crate) which: usize,
    pub(crate) format: usize,
    pub(crate) path: Input,
    /// The path was typed, and does not follow rows and format any more.
    pub(in crate::app) path_is_typed: bool,
    stem: String,
    /// Mean bytes of a user's id and of a page.
    text_bytes: (f64, f64),
    pub(crate) stage: ExportStage,
}

/// What there is to export: users and sessions of `dataset` at `gap`.
pub(in crate::app) struct ExportOffer {
    pub(in crate::app) dataset: Arc<Dataset>,
    pub(in crate::app) gap: Gap,
    pub(in crate::app) choices: Vec<ExportChoice>,
}

impl Dialog {
    pub(in crate::app) fn new(offer: ExportOffer, name: &str, rows: usize) -> Dialog {
        let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let stem = file.split('.').find(|part| !part.is_empty());
        let stem: String = stem
            .unwrap_or("dwell")
            .chars()
            .map(|c| {
                if c.is_alphanumeric() || "-_".contains(c) {
                    c
                } else {
                    '-'
                }
            })
            .take(60)
            .collect();
        let ExportOffer {
            dataset,
            gap,
            choices,
        } = offer;
        let text_bytes = (
            mean_bytes((0..dataset.n_users()).map(|user| dataset.users().text(user as u32))),
            mean_bytes((0..dataset.n_rows()).map(|row| dataset.page_text(row))),
        );
        let mut dialog = Dialog {
            dataset,
            gap,
            field: DialogField::Rows,
            rows,
            choices,
            which: 0,
            format: 0,
            path: Input::default(),
            path_is_typed: false,
            stem,
            text_bytes,
            stage: ExportStage::Editing,
        };
        dialog.name_path();
        dialog
    }

    pub(in crate::app) fn name_path(&mut self) {
        if !self.path_is_typed {
            let (rows, format) = (ROWS[self.rows].name(), FORMATS[self.format].name());
            let is_whole = self.dataset.coverage.extent.is_whole();
            let part = if is_whole { "" } else { "-part" };
            self.path = Input::new(format!("{}{part}-{rows}.{format}", self.stem));
        }
    }

    pub(in crate::app) fn paste(&mut self, text: &str) {
        if self.field == DialogField::Path && self.stage == ExportStage::Editing {
            prompt::insert(&mut self.path, text);
            self.path_is_typed = true;
        }
    }

    /// How many rows the export will have.
    pub(crate) fn count(&self) -> u64 {
        self.choices[self.which].counts[self.rows]
    }

    /// About how many bytes it will have.
    pub(crate) fn bytes(&self) -> u64 {
        let (user, page) = self.text_bytes;
        let row = match (ROWS[self.rows], FORMATS[self.format]) {
            // Compressed: about a third of the CSV, as measured on generated pageviews.
            (ExportRows::Sessions, Format::Parquet) => (2.0 * user + 2.0 * page + 95.0) / 3.0,
            (ExportRows::Pageviews, Format::Parquet) => (2.0 * user + page + 52.0) / 3.0,
            (ExportRows::Users, Format::Parquet) => (user + 62.0) / 3.0,
            (ExportRows::Sessions, Format::Csv | Format::CsvSafe) => 2.0 * user + 2.0 * page + 95.0,
            (ExportRows::Sessions, Format::Jsonl) => 2.0 * user + 2.0 * page + 260.0,
            (ExportRows::Pageviews, Format::Csv | Format::CsvSafe) => 2.0 * user + page + 52.0,
            (ExportRows::Pageviews, Format::Jsonl) => 2.0 * user + page + 160.0,
            (ExportRows::Users, Format::Csv | Format::CsvSafe) => user + 62.0,
            (ExportRows::Users, Format::Jsonl) => user + 165.0,
        };
        (self.count() as f64 * row) as u64
    }

    pub(in crate::app) fn step_field(&mut self, by: usize) {
        let at = FIELDS.iter().position(|&field| field == self.field);
        self.field = FIELDS[(at.unwrap_or(0) + by) % FIELDS.len()];
    }

    pub(in crate::app) fn step_value(&mut self, by: usize) {
        let step = |value: usize, n: usize| (value + if by == 0 { n - 1 } else { 1 }) % n;
        match self.field {
            DialogField::Rows => self.rows = step(self.rows, ROWS.len()),
            DialogField::Which => self.which = step(self.which, self.choices.len()),
            DialogField::Format => self.format = step(self.format, FORMATS.len()),
            DialogField::Path => {}
        }
        self.name_path();
    }
}

/// The mean length of some of the texts, evenly spread.
fn mean_bytes<'a>(texts: impl ExactSizeIterator<Item = &'a str>) -> f64 {
    let step = (texts.len() / 1_000).max(1);
    let lengths: Vec<usize> = texts.step_by(step).map(str::len).collect();
    lengths.iter().sum::<usize>() as f64 / lengths.len().max(1) as f64
}
