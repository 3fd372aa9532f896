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

/// Everything there is.
pub(in crate::app) const ALL: &str = "all";

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

/// A table that a screen shows, as an export offers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScreenTable {
    Pages,
    /// The values of a carried column.
    Values,
    Neighbours,
    Gaps,
    Days,
    Hours,
}

impl ScreenTable {
    /// Its name, and that of its file.
    pub(crate) fn name(self) -> &'static str {
        match self {
            ScreenTable::Pages => "pages",
            ScreenTable::Values => "values",
            ScreenTable::Neighbours => "before-and-after",
            ScreenTable::Gaps => "gaps",
            ScreenTable::Days => "days",
            ScreenTable::Hours => "weekdays-and-hours",
        }
    }
}

/// A table, and of what it can be: in words, and how many rows that makes.
#[derive(Debug)]
pub(crate) struct TableOffer {
    pub(crate) table: ScreenTable,
    /// `as filtered` and `all`, or only that.
    pub(crate) choices: Vec<(&'static str, u64)>,
}

/// What is to be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExportKind {
    Table(ScreenTable),
    Rows(ExportRows),
}

/// The dialog. What it offers are users and sessions of `dataset` at `gap`, and of nothing else.
#[derive(Debug)]
pub(crate) struct Dialog {
    pub(crate) dataset: Arc<Dataset>,
    pub(crate) gap: Gap,
    pub(crate) field: DialogField,
    /// The tables of the screen it was opened on; what else can be exported comes behind them.
    pub(crate) tables: Vec<TableOffer>,
    /// What, by place: the tables, then [`ROWS`].
    pub(crate) kind: usize,
    /// Of which users and sessions; none where there are none.
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
    pub(in crate::app) tables: Vec<TableOffer>,
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
            tables,
        } = offer;
        let text_bytes = (
            mean_bytes((0..dataset.n_users()).map(|user| dataset.users().text(user as u32))),
            mean_bytes((0..dataset.n_rows()).map(|row| dataset.page_text(row))),
        );
        let mut dialog = Dialog {
            dataset,
            gap,
            field: DialogField::Rows,
            // What is on the screen first.
            kind: if tables.is_empty() { rows } else { 0 },
            tables,
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
            let (rows, format) = (self.kind_name(), FORMATS[self.format].name());
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

    /// Offers something else.
    pub(in crate::app) fn take(&mut self, offer: ExportOffer) {
        (self.dataset, self.gap) = (offer.dataset, offer.gap);
        (self.choices, self.tables) = (offer.choices, offer.tables);
        (self.kind, self.which) = (0, 0);
    }

    /// Chooses what and of what it is to be again; returns whether that is still offered.
    pub(in crate::app) fn choose(&mut self, kind: ExportKind, words: &str) -> bool {
        for place in 0..self.n_kinds() {
            self.kind = place;
            if self.kind() == kind {
                for which in 0..self.n_choices() {
                    self.which = which;
                    if self.choice().0 == words {
                        return true;
                    }
                }
                self.which = 0;
                return false;
            }
        }
        (self.kind, self.which) = (0, 0);
        false
    }

    /// What is to be exported.
    pub(crate) fn kind(&self) -> ExportKind {
        match self.tables.get(self.kind) {
            Some(offer) => ExportKind::Table(offer.table),
            None => ExportKind::Rows(ROWS[(self.kind - self.tables.len()).min(ROWS.len() - 1)]),
        }
    }

    /// Its name.
    pub(crate) fn kind_name(&self) -> &'static str {
        match self.kind() {
            ExportKind::Table(table) => table.name(),
            ExportKind::Rows(rows) => rows.name(),
        }
    }

    /// Of what, in words, and how many rows that makes.
    pub(crate) fn choice(&self) -> (&str, u64) {
        match self.tables.get(self.kind) {
            Some(offer) => offer.choices[self.which],
            None => {
                let choice = &self.choices[self.which];
                (&choice.words, choice.counts[self.kind - self.tables.len()])
            }
        }
    }

    /// How many things can be exported.
    fn n_kinds(&self) -> usize {
        let n_rows = if self.choices.is_empty() {
            0
        } else {
            ROWS.len()
        };
        self.tables.len() + n_rows
    }

    /// Of how many things what is chosen can be exported.
    pub(in crate::app) fn n_choices(&self) -> usize {
        let offer = self.tables.get(self.kind);
        offer.map_or(self.choices.len(), |offer| offer.choices.len())
    }

    /// How many rows the export will have.
    pub(crate) fn count(&self) -> u64 {
        self.choice().1
    }

    /// About how many bytes it will have.
    pub(crate) fn bytes(&self) -> u64 {
        let (user, page) = self.text_bytes;
        let rows = match self.kind() {
            ExportKind::Rows(rows) => rows,
            ExportKind::Table(_) => return self.table_bytes(),
        };
        let row = match (rows, FORMATS[self.format]) {
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

    /// About how many bytes a table will have.
    fn table_bytes(&self) -> u64 {
        let page = match self.kind() {
            ExportKind::Table(
                ScreenTable::Pages | ScreenTable::Values | ScreenTable::Neighbours,
            ) => self.text_bytes.1,
            _ => 0.0,
        };
        let row = match FORMATS[self.format] {
            Format::Csv | Format::CsvSafe => page + 40.0,
            Format::Jsonl => page + 140.0,
            Format::Parquet => (page + 40.0) / 3.0,
        };
        (self.count() as f64 * row) as u64
    }

    /// Whether a person is typing the path, so that Tab goes on with it.
    pub(crate) fn is_path_begun(&self) -> bool {
        self.field == DialogField::Path && self.path_is_typed
    }

    pub(in crate::app) fn step_field(&mut self, by: usize) {
        let at = FIELDS.iter().position(|&field| field == self.field);
        self.field = FIELDS[(at.unwrap_or(0) + by) % FIELDS.len()];
    }

    pub(in crate::app) fn step_value(&mut self, by: usize) {
        let step = |value: usize, n: usize| (value + if by == 0 { n - 1 } else { 1 }) % n;
        match self.field {
            DialogField::Rows => {
                self.kind = step(self.kind, self.n_kinds());
                self.which = self.which.min(self.n_choices().saturating_sub(1));
            }
            DialogField::Which => self.which = step(self.which, self.n_choices()),
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
