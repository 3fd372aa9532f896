//! Exporting: the dialog's keys, and what is asked for in the end. App floor.

use std::sync::Arc;

use chrono_tz::Tz;
use crossterm::event::KeyCode;
use crossterm::event::KeyEvent;
use tui_input::Input;

use crate::answers::export::ExportRequest;
use crate::answers::export::Selection;
use crate::app::App;
use crate::app::CompletedPath;
use crate::app::Data;
use crate::app::Dialog;
use crate::app::DialogField;
use crate::app::Effect;
use crate::app::ExportChoice;
use crate::app::ExportStage;
use crate::app::JobId;
use crate::app::JobKind;
use crate::app::Origin;
use crate::app::Popup;
use crate::app::Work;
use crate::app::model::dialog::ALL;
use crate::app::model::dialog::ExportKind;
use crate::app::model::dialog::ExportOffer;
use crate::app::model::dialog::FIELDS;
use crate::app::model::dialog::FORMATS;
use crate::app::model::prompt;
use crate::words::figure::counted;

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
        let data = self.data.as_ref().filter(|_| self.has_pauses())?;
        let tables = self.table_offers(data);
        if !self.has_rows() {
            return (!tables.is_empty()).then(|| ExportOffer {
                dataset: Arc::clone(data.cut.dataset()),
                gap: data.summary.gap,
                choices: Vec::new(),
                tables,
            });
        }
        let narrowed = self.panel().behaviour().narrowed(self, data);
        let all = ExportChoice {
            words: ALL.to_owned(),
            selection: Selection::All,
            counts: [
                data.summary.sessions,
                data.summary.pageviews,
                data.summary.users,
            ],
        };
        let marked = self.marked_choice(data);
        let marked = marked.filter(|marked| {
            narrowed
                .as_ref()
                .is_none_or(|one| one.words != marked.words)
        });
        Some(ExportOffer {
            dataset: Arc::clone(data.cut.dataset()),
            gap: data.summary.gap,
            choices: narrowed.into_iter().chain([all]).chain(marked).collect(),
            tables,
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
            (ExportStage::Exists, KeyCode::Char('y')) => effect = self.export(&mut dialog, true),
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
                        effect = self.export(&mut dialog, false);
                    }
                    KeyCode::Enter => dialog.field = DialogField::Path,
                    KeyCode::Tab if dialog.is_path_begun() => {
                        effect = Some(Effect::CompletePath(dialog.path.value().to_owned()));
                    }
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

    /// Goes on with the path in the dialog, if that is still the one that was asked about.
    pub(super) fn take_path(&mut self, completed: CompletedPath) {
        const SHOWN: usize = 6;
        let Some(Popup::Export(dialog)) = &mut self.popup else {
            return;
        };
        let CompletedPath { typed, path, names } = completed;
        if dialog.path.value() != typed {
            return;
        }
        self.message = match &names[..] {
            [] => Some("no file there begins like this: Enter writes a new one".to_owned()),
            [_] if path == typed => Some("a file of this name exists".to_owned()),
            [_] => None,
            several if path == typed => {
                let shown = several[..several.len().min(SHOWN)].join(", ");
                let more = several.len() - several.len().min(SHOWN);
                Some(match more {
                    0 => shown,
                    more => format!("{shown} and {}", counted(more as u64, "other")),
                })
            }
            _ => None,
        };
        dialog.path = Input::new(path);
        dialog.path_is_typed = true;
    }

    /// Begins the export, unless what is on the screen is not what it will be.
    fn export(&mut self, dialog: &mut Dialog, overwrite: bool) -> Option<Effect> {
        let path = dialog.path.value().trim().to_owned();
        let rows = match dialog.kind() {
            ExportKind::Rows(rows) => rows,
            ExportKind::Table(table) => {
                let is_filtered = dialog.choice().0 != ALL;
                let Some(table) = self.table_request(table, is_filtered) else {
                    let problem = "this is still being counted: try again".to_owned();
                    dialog.stage = ExportStage::Failed(problem);
                    return None;
                };
                let job = self.jobs.begin(JobKind::Export, path.clone());
                dialog.stage = ExportStage::Running(job);
                let work = Work::ExportTable {
                    dataset: Arc::clone(&dialog.dataset),
                    table,
                    format: FORMATS[dialog.format],
                    gap: dialog.gap,
                    path,
                    overwrite,
                };
                return Some(Effect::Begin(job, work));
            }
        };
        let job = self.jobs.begin(JobKind::Export, path.clone());
        dialog.stage = ExportStage::Running(job);
        let request = ExportRequest {
            rows,
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
        Some(Effect::Begin(job, work))
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
        let (kind, chosen) = (dialog.kind(), dialog.choice().0.to_owned());
        dialog.take(offer);
        if !dialog.choose(kind, &chosen) {
            let problem = format!("{chosen} is not here any more");
            dialog.stage = ExportStage::Failed(problem);
        }
        dialog.name_path();
    }
}
