//! The export dialog: what, of which, in which format, where to. App floor.

use std::sync::Arc;

use chrono_tz::Tz;
use crossterm::event::KeyCode;
use crossterm::event::KeyEvent;
use tui_input::Input;

use crate::answers::export::ExportRequest;
use crate::answers::export::ExportRows;
use crate::answers::export::Format;
use crate::answers::export::Selection;
use crate::app::App;
use crate::app::Data;
use crate::app::Effect;
use crate::app::JobId;
use crate::app::JobKind;
use crate::app::Origin;
use crate::app::Popup;
use crate::app::Work;
use crate::app::prompt;
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

const FIELDS: [DialogField; 4] = [
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
    selection: Selection,
    /// By the order of [`ROWS`].
    pub(crate) counts: [u64; 3],
}

impl ExportChoice {
    /// Some users, by index.
    pub(super) fn of_users(words: String, users: Vec<u32>, data: &Data) -> ExportChoice {
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
    pub(super) fn of_user(user: Option<usize>, data: &Data) -> Option<ExportChoice> {
        let user = user? as u32;
        let words = format!("user {}", data.cut.dataset().users().text(user));
        Some(ExportChoice::of_users(words, vec![user], data))
    }

    /// The sessions that a filter keeps, ascending.
    pub(super) fn of_sessions(sessions: Vec<u32>, data: &Data) -> ExportChoice {
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
    path_is_typed: bool,
    stem: String,
    /// Mean bytes of a user's id and of a page.
    text_bytes: (f64, f64),
    pub(crate) stage: ExportStage,
}

/// What there is to export: users and sessions of `dataset` at `gap`.
struct ExportOffer {
    dataset: Arc<Dataset>,
    gap: Gap,
    choices: Vec<ExportChoice>,
}

impl Dialog {
    fn new(offer: ExportOffer, name: &str, rows: usize) -> Dialog {
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

    fn name_path(&mut self) {
        if !self.path_is_typed {
            let (rows, format) = (ROWS[self.rows].name(), FORMATS[self.format].name());
            let is_whole = self.dataset.coverage.extent.is_whole();
            let part = if is_whole { "" } else { "-part" };
            self.path = Input::new(format!("{}{part}-{rows}.{format}", self.stem));
        }
    }

    pub(super) fn paste(&mut self, text: &str) {
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

    fn step_field(&mut self, by: usize) {
        let at = FIELDS.iter().position(|&field| field == self.field);
        self.field = FIELDS[(at.unwrap_or(0) + by) % FIELDS.len()];
    }

    fn step_value(&mut self, by: usize) {
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

impl App {
    pub(super) fn begin_export(&mut self) {
        let rows = self.panel().behaviour().export_rows();
        if let Some(offer) = self.offer() {
            let dialog = Dialog::new(offer, &self.name, rows);
            self.popup = Some(Popup::Export(Box::new(dialog)));
        } else {
            self.message = Some(match self.origin {
                Origin::Pauses => {
                    "these are pauses only: export where the pageviews are".to_owned()
                }
                _ => "there is nothing to export yet".to_owned(),
            });
        }
    }

    /// The same, with this path typed already.
    pub(super) fn begin_export_to(&mut self, path: &str) {
        self.begin_export();
        if let Some(Popup::Export(dialog)) = &mut self.popup {
            dialog.path = Input::new(path.to_owned());
            dialog.path_is_typed = true;
        }
    }

    /// What can be exported of what is in view; `None` if there is nothing.
    fn offer(&self) -> Option<ExportOffer> {
        let data = self.data.as_ref().filter(|_| self.has_rows())?;
        let narrowed = self.panel().behaviour().narrowed(self, data);
        let all = ExportChoice {
            words: "all".to_owned(),
            selection: Selection::All,
            counts: [
                data.summary.sessions,
                data.summary.pageviews,
                data.summary.users,
            ],
        };
        Some(ExportOffer {
            dataset: Arc::clone(data.cut.dataset()),
            gap: data.summary.gap,
            choices: narrowed.into_iter().chain([all]).collect(),
        })
    }

    pub(super) fn export_key(
        &mut self,
        mut dialog: Box<Dialog>,
        event: KeyEvent,
    ) -> Option<Effect> {
        let mut effect = None;
        match (&dialog.stage, event.code) {
            (&ExportStage::Running(job), KeyCode::Esc) => effect = Some(Effect::Cancel(job)),
            (ExportStage::Running(_), _) => {}
            (ExportStage::Done { .. }, KeyCode::Esc | KeyCode::Enter | KeyCode::Char('q')) => {
                return None;
            }
            (ExportStage::Done { .. }, _) => {}
            (ExportStage::Exists, KeyCode::Char('y')) => {
                effect = Some(self.export(&mut dialog, true))
            }
            (ExportStage::Exists, KeyCode::Esc | KeyCode::Char('n')) => {
                dialog.stage = ExportStage::Editing
            }
            (ExportStage::Exists, _) => {}
            (ExportStage::Failed(_), KeyCode::Esc) => dialog.stage = ExportStage::Editing,
            (ExportStage::Failed(_) | ExportStage::Editing, _) => {
                dialog.stage = ExportStage::Editing;
                match event.code {
                    KeyCode::Esc => return None,
                    KeyCode::Enter if !dialog.path.value().trim().is_empty() => {
                        effect = Some(self.export(&mut dialog, false));
                    }
                    KeyCode::Enter => dialog.field = DialogField::Path,
                    KeyCode::Tab | KeyCode::Down => dialog.step_field(1),
                    KeyCode::BackTab | KeyCode::Up => dialog.step_field(FIELDS.len() - 1),
                    _ if dialog.field == DialogField::Path => {
                        dialog.path_is_typed |= prompt::edit(&mut dialog.path, event);
                    }
                    KeyCode::Left => dialog.step_value(0),
                    KeyCode::Right | KeyCode::Char(' ') => dialog.step_value(1),
                    _ => {}
                }
            }
        }
        self.popup = Some(Popup::Export(dialog));
        effect
    }

    fn export(&mut self, dialog: &mut Dialog, overwrite: bool) -> Effect {
        let path = dialog.path.value().trim().to_owned();
        let job = self.jobs.begin(JobKind::Export, path.clone());
        dialog.stage = ExportStage::Running(job);
        let request = ExportRequest {
            rows: ROWS[dialog.rows],
            format: FORMATS[dialog.format],
            selection: dialog.choices[dialog.which].selection.clone(),
            zone: Tz::UTC,
        };
        let work = Work::Export {
            dataset: Arc::clone(&dialog.dataset),
            request,
            gap: dialog.gap,
            path,
            overwrite,
        };
        Effect::Begin(job, work)
    }

    /// The export that the dialog waits for.
    pub(super) fn export_job(&self) -> Option<JobId> {
        match &self.popup {
            Some(Popup::Export(dialog)) => match dialog.stage {
                ExportStage::Running(job) => Some(job),
                _ => None,
            },
            _ => None,
        }
    }

    /// An export has come to an end.
    pub(super) fn export_stage(&mut self, job: JobId, stage: ExportStage) {
        if let Some(Popup::Export(dialog)) = &mut self.popup
            && dialog.stage == ExportStage::Running(job)
        {
            dialog.stage = stage;
        }
    }

    /// Offers what is in view now, if the dialog is still about other pageviews.
    pub(super) fn renew_export(&mut self) {
        let is_old = |dialog: &Dialog, data: &Data| {
            !Arc::ptr_eq(&dialog.dataset, data.cut.dataset()) || dialog.gap != data.summary.gap
        };
        match (&self.popup, &self.data) {
            (Some(Popup::Export(dialog)), Some(data)) if is_old(dialog, data) => {}
            _ => return,
        }
        let offer = self.offer();
        let Some(Popup::Export(dialog)) = &mut self.popup else {
            return;
        };
        if matches!(
            dialog.stage,
            ExportStage::Running(_) | ExportStage::Done { .. }
        ) {
            // What was asked for is on its way.
            return;
        }
        let Some(offer) = offer else {
            self.popup = None;
            self.message = Some("there is nothing to export any more".to_owned());
            return;
        };
        let chosen = &dialog.choices[dialog.which].words;
        let which = offer
            .choices
            .iter()
            .position(|choice| choice.words == *chosen);
        if which.is_none() {
            let problem = format!("{chosen} is not here any more");
            dialog.stage = ExportStage::Failed(problem);
        }
        dialog.which = which.unwrap_or(0);
        (dialog.dataset, dialog.gap, dialog.choices) = (offer.dataset, offer.gap, offer.choices);
        dialog.name_path();
    }
}
