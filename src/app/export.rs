//! The export dialog: what, of which, in which format, where to. App floor.

use crossterm::event::KeyCode;
use crossterm::event::KeyEvent;
use tui_input::Input;

use crate::answers::export::Format;
use crate::answers::export::Request;
use crate::answers::export::Rows;
use crate::answers::export::Selection;
use crate::app::App;
use crate::app::Data;
use crate::app::Effect;
use crate::app::Job;
use crate::app::Origin;
use crate::app::Panel;
use crate::app::Popup;
use crate::app::prompt;

/// What can be exported, in the order it is offered.
pub(crate) const ROWS: [Rows; 3] = [Rows::Sessions, Rows::Pageviews, Rows::Users];
/// How, in the order it is offered.
pub(crate) const FORMATS: [Format; 4] =
    [Format::Csv, Format::Jsonl, Format::Parquet, Format::CsvSafe];

/// A line of the dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Rows,
    Which,
    Format,
    Path,
}

const FIELDS: [Field; 4] = [Field::Rows, Field::Which, Field::Format, Field::Path];

/// How far an export has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Editing,
    /// The file is there already; may it be replaced?
    Exists,
    Running,
    Done {
        path: String,
        rows: u64,
        bytes: u64,
    },
    Failed(String),
}

/// Of what an export can be, and how many rows of each kind that makes.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) words: &'static str,
    selection: Selection,
    /// By the order of [`ROWS`].
    pub(crate) counts: [u64; 3],
}

/// The dialog.
#[derive(Debug)]
pub(crate) struct Dialog {
    pub(crate) field: Field,
    pub(crate) rows: usize,
    pub(crate) choices: Vec<Choice>,
    pub(crate) which: usize,
    pub(crate) format: usize,
    pub(crate) path: Input,
    /// The path was typed, and does not follow rows and format any more.
    path_is_typed: bool,
    stem: String,
    /// Mean bytes of a user's id and of a page.
    text_bytes: (f64, f64),
    pub(crate) stage: Stage,
}

impl Dialog {
    fn new(data: &Data, name: &str, filtered: Option<Choice>, rows: usize) -> Dialog {
        let dataset = data.cut.dataset();
        let all = Choice {
            words: "all",
            selection: Selection::All,
            counts: [
                data.summary.sessions,
                data.summary.pageviews,
                data.summary.users,
            ],
        };
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
        let mut dialog = Dialog {
            field: Field::Rows,
            rows,
            choices: filtered.into_iter().chain([all]).collect(),
            which: 0,
            format: 0,
            path: Input::default(),
            path_is_typed: false,
            stem,
            text_bytes: (
                mean_bytes((0..dataset.n_users()).map(|user| dataset.users().text(user as u32))),
                mean_bytes((0..dataset.n_rows()).map(|row| dataset.page_text(row))),
            ),
            stage: Stage::Editing,
        };
        dialog.name_path();
        dialog
    }

    fn name_path(&mut self) {
        if !self.path_is_typed {
            let (rows, format) = (ROWS[self.rows].name(), FORMATS[self.format].name());
            self.path = Input::new(format!("{}-{rows}.{format}", self.stem));
        }
    }

    pub(super) fn paste(&mut self, text: &str) {
        if self.field == Field::Path && self.stage == Stage::Editing {
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
            (Rows::Sessions, Format::Parquet) => (2.0 * user + 2.0 * page + 95.0) / 3.0,
            (Rows::Pageviews, Format::Parquet) => (2.0 * user + page + 52.0) / 3.0,
            (Rows::Users, Format::Parquet) => (user + 62.0) / 3.0,
            (Rows::Sessions, Format::Csv | Format::CsvSafe) => 2.0 * user + 2.0 * page + 95.0,
            (Rows::Sessions, Format::Jsonl) => 2.0 * user + 2.0 * page + 260.0,
            (Rows::Pageviews, Format::Csv | Format::CsvSafe) => 2.0 * user + page + 52.0,
            (Rows::Pageviews, Format::Jsonl) => 2.0 * user + page + 160.0,
            (Rows::Users, Format::Csv | Format::CsvSafe) => user + 62.0,
            (Rows::Users, Format::Jsonl) => user + 165.0,
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
            Field::Rows => self.rows = step(self.rows, ROWS.len()),
            Field::Which => self.which = step(self.which, self.choices.len()),
            Field::Format => self.format = step(self.format, FORMATS.len()),
            Field::Path => {}
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
        let Some(data) = self.data.as_ref().filter(|_| self.has_rows()) else {
            self.message = Some(match self.origin {
                Origin::Pauses => {
                    "these are pauses only: export where the pageviews are".to_owned()
                }
                _ => "there is nothing to export yet".to_owned(),
            });
            return;
        };
        if self.job.is_some() {
            self.message = Some("one job at a time: Ctrl-C cancels the one that runs".to_owned());
            return;
        }
        let rows = match self.panel() {
            Panel::Users => 2,
            Panel::Timeline => 1,
            _ => 0,
        };
        let dialog = Dialog::new(data, &self.name, self.filtered(data), rows);
        self.popup = Some(Popup::Export(Box::new(dialog)));
    }

    /// What the panel with the keys shows, if that is not everything: the filtered list, or one user.
    fn filtered(&self, data: &Data) -> Option<Choice> {
        let view = data.view();
        let of_users = |words, users: Vec<u32>| {
            let mut counts = [0, 0, users.len() as u64];
            for &user in &users {
                let rows = view.cut.dataset().rows_of(user as usize);
                counts[0] += view.cut.sessions().within(rows.clone()).len() as u64;
                counts[1] += rows.len() as u64;
            }
            Choice {
                words,
                selection: Selection::Users(users),
                counts,
            }
        };
        let of_sessions = |sessions: Vec<u32>| {
            let mut counts = [sessions.len() as u64, 0, 0];
            let mut user_end = 0;
            for &session in &sessions {
                let rows = view.cut.sessions().rows_of(session as usize);
                counts[1] += rows.len() as u64;
                if rows.start >= user_end {
                    counts[2] += 1;
                    let user = view.cut.dataset().user_of(rows.start);
                    user_end = view.cut.dataset().rows_of(user).end;
                }
            }
            Choice {
                words: "as filtered",
                selection: Selection::Sessions(sessions),
                counts,
            }
        };
        match self.panel() {
            Panel::Users => {
                let kept = self.users.kept.as_ref()?;
                Some(of_users("as filtered", kept.clone()))
            }
            Panel::UserSessions if !self.users.sessions.chips.is_empty() => {
                Some(of_sessions(self.users.sessions.list.order.ids()))
            }
            Panel::AllSessions if !self.all.sessions.chips.is_empty() => {
                Some(of_sessions(self.all.sessions.list.order.ids()))
            }
            Panel::UserSessions | Panel::Timeline | Panel::Lifeline => {
                Some(of_users("this user", vec![self.trail().user? as u32]))
            }
            _ => None,
        }
    }

    pub(super) fn export_key(
        &mut self,
        mut dialog: Box<Dialog>,
        event: KeyEvent,
    ) -> Option<Effect> {
        let mut effect = None;
        match (&dialog.stage, event.code) {
            (Stage::Running, KeyCode::Esc) => effect = Some(Effect::Cancel),
            (Stage::Running, _) => {}
            (Stage::Done { .. }, KeyCode::Esc | KeyCode::Enter | KeyCode::Char('q')) => {
                return None;
            }
            (Stage::Done { .. }, _) => {}
            (Stage::Exists, KeyCode::Char('y')) => effect = Some(self.export(&mut dialog, true)),
            (Stage::Exists, KeyCode::Esc | KeyCode::Char('n')) => dialog.stage = Stage::Editing,
            (Stage::Exists, _) => {}
            (Stage::Failed(_), KeyCode::Esc) => dialog.stage = Stage::Editing,
            (Stage::Failed(_) | Stage::Editing, _) => {
                dialog.stage = Stage::Editing;
                match event.code {
                    KeyCode::Esc => return None,
                    KeyCode::Enter if !dialog.path.value().trim().is_empty() => {
                        effect = Some(self.export(&mut dialog, false));
                    }
                    KeyCode::Enter => dialog.field = Field::Path,
                    KeyCode::Tab | KeyCode::Down => dialog.step_field(1),
                    KeyCode::BackTab | KeyCode::Up => dialog.step_field(FIELDS.len() - 1),
                    _ if dialog.field == Field::Path => {
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

    fn export(&self, dialog: &mut Dialog, overwrite: bool) -> Effect {
        dialog.stage = Stage::Running;
        Effect::Export {
            request: Request {
                rows: ROWS[dialog.rows],
                format: FORMATS[dialog.format],
                selection: dialog.choices[dialog.which].selection.clone(),
            },
            gap: self.gap,
            path: dialog.path.value().trim().to_owned(),
            overwrite,
        }
    }

    fn export_stage(&mut self, stage: Stage) -> bool {
        match &mut self.popup {
            Some(Popup::Export(dialog)) if dialog.stage == Stage::Running => {
                dialog.stage = stage;
                true
            }
            _ => false,
        }
    }

    pub(super) fn exported(&mut self, path: String, rows: u64, bytes: u64) {
        self.job = None;
        self.export_stage(Stage::Done { path, rows, bytes });
    }

    pub(super) fn export_exists(&mut self, path: &str) {
        self.job = None;
        if !self.export_stage(Stage::Exists) {
            self.message = Some(format!("{} exists already", crate::words::text::safe(path)));
        }
    }

    pub(super) fn export_stopped(&mut self) {
        self.export_stage(Stage::Editing);
    }

    /// Closes a dialog whose users and sessions are no more; one whose export runs has passed them on.
    pub(super) fn drop_export(&mut self) {
        let is_open = |dialog: &Dialog| {
            matches!(
                dialog.stage,
                Stage::Editing | Stage::Exists | Stage::Failed(_)
            )
        };
        if matches!(&self.popup, Some(Popup::Export(dialog)) if is_open(dialog)) {
            self.popup = None;
        }
    }

    /// Shows a failure in the dialog, if it is an export that failed.
    pub(super) fn export_failed(&mut self, problem: &str) -> bool {
        self.export_stage(Stage::Failed(problem.to_owned()))
    }

    /// The export that is being shown to run.
    pub(crate) fn is_exporting(&self) -> bool {
        self.job.as_ref().is_some_and(|job| job.job == Job::Export)
    }
}
