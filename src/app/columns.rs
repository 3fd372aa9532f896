//! The column picker: which columns of a file are the user, the time and the page. App floor.
//!
//! It opens instead of an error where that cannot be told, and when a person asks for it. What the columns that are
//! chosen give is read of the file's first rows, outside.

use std::sync::Arc;

use crate::app::App;
use crate::app::Command;
use crate::app::Effect;
use crate::app::JobKind;
use crate::app::Origin;
use crate::app::Popup;
use crate::app::Screen;
use crate::app::TrialStage;
use crate::app::Work;
use crate::app::model::columns::ColumnsScreen;
use crate::app::model::columns::PickerColumn;
use crate::app::model::columns::ROLES;
use crate::source::Inspection;
use crate::source::NamedColumns;
use crate::words::error::Error;
use crate::words::error::Missing;
use crate::words::shell;

impl App {
    /// Begins to look at the columns of the file that is open.
    pub(super) fn inspect(&mut self) -> Option<Effect> {
        let problem = match self.origin {
            _ if self.screen() == Screen::Columns => "these are the columns",
            Origin::Store => "a store's columns are known; inspect shows those of a file",
            Origin::Sample => "the sample's columns are known; inspect shows those of a file",
            Origin::Pauses => "a file of pauses has no such columns",
            Origin::Files if self.jobs.of(JobKind::Load).is_some() => {
                "the columns can be shown when loading is done"
            }
            Origin::Files if self.jobs.of(JobKind::Inspect).is_some() => {
                "the columns are being read"
            }
            Origin::Files => {
                let job = self.jobs.begin(JobKind::Inspect, self.name.clone());
                let columns = self.chosen.clone();
                return Some(Effect::Begin(job, Work::Inspect { columns }));
            }
        };
        self.message = Some(problem.to_owned());
        None
    }

    /// Shows the columns of a file, and begins to try those that play a role.
    pub(super) fn show_columns(&mut self, inspection: Inspection) -> Option<Effect> {
        self.columns = ColumnsScreen::of(inspection);
        // What is typed or picked for another list is not for this one.
        if let Some(Popup::Filter(_) | Popup::Find(_) | Popup::Sort { .. }) = self.popup {
            self.popup = None;
        }
        if self.screen() != Screen::Columns {
            self.screens.push(Screen::Columns);
        }
        self.try_columns()
    }

    /// Puts a role on the selected column alone; takes it off if it is there.
    pub(super) fn put_role(&mut self, role: usize) -> Option<Effect> {
        let place = self.columns.list.selected()? as usize;
        let was_there = self.columns.put[role] == [place];
        self.free(place);
        self.columns.put[role] = match was_there {
            true => Vec::new(),
            false => vec![place],
        };
        self.try_columns()
    }

    /// Puts a role on the selected column, too, behind those that have it; takes it off if it is there.
    pub(super) fn add_role(&mut self, role: usize) -> Option<Effect> {
        let place = self.columns.list.selected()? as usize;
        let was_there = self.columns.put[role].contains(&place);
        self.free(place);
        if !was_there {
            self.columns.put[role].push(place);
        }
        // A date and a time of day; of users there may be any number.
        if ROLES[role] == "time" && self.columns.put[role].len() > 2 {
            self.columns.put[role].remove(1);
        }
        self.try_columns()
    }

    fn free(&mut self, place: usize) {
        self.columns.is_changed = true;
        for places in &mut self.columns.put {
            places.retain(|other| *other != place);
        }
    }

    fn try_columns(&mut self) -> Option<Effect> {
        self.columns.list.stale |= self.columns.list.sort.column == PickerColumn::Part;
        if let Some(needless) = self.jobs.of(JobKind::Try).map(|job| job.id) {
            self.jobs.end(needless);
        }
        let Some(columns) = self.columns.named() else {
            self.columns.trial = TrialStage::Missing;
            return None;
        };
        self.columns.trial = TrialStage::Running;
        let first = Arc::clone(&self.columns.inspection.first);
        let job = self.jobs.begin(JobKind::Try, self.name.clone());
        Some(Effect::Begin(job, Work::Try { first, columns }))
    }

    /// Loads with the columns that are chosen.
    pub(super) fn take_columns(&mut self) -> Option<Effect> {
        let Some(columns) = self.columns.named() else {
            self.message = Some(self.missing_roles());
            return None;
        };
        if self.jobs.foremost().is_some() {
            return self.reload();
        }
        self.chosen = Some(columns);
        self.screens.pop();
        Some(self.begin_load())
    }

    /// Which roles have no column, and the keys that give them one.
    pub(crate) fn missing_roles(&self) -> String {
        let put = ROLES.iter().zip(&self.columns.put);
        let missing: Vec<&str> = put
            .filter(|(_, places)| places.is_empty())
            .map(|(role, _)| *role)
            .collect();
        let commands = [Command::PutUser, Command::PutTime, Command::PutPage];
        let keys = commands.into_iter().zip(&self.columns.put);
        let keys = keys.filter(|(_, places)| places.is_empty());
        let keys: Vec<String> = keys.map(|(command, _)| self.key_of(command)).collect();
        format!(
            "Which column is the {}? Press {} on it.",
            missing.join(", which the "),
            keys.join(", ")
        )
    }

    /// Why it is left open which columns are what, where that says more than which are missing.
    pub(crate) fn why_columns(&self) -> Option<String> {
        let is_named = |missing: &Missing| missing.wanted.is_some();
        match self.failure.as_ref()? {
            Error::Undecided { problem, .. } => Some(problem.clone()),
            Error::Columns { missing, .. } if missing.iter().any(is_named) => {
                let named = missing
                    .iter()
                    .filter_map(|missing| missing.wanted.as_deref());
                let named = named.collect::<Vec<_>>().join("\", \"");
                Some(format!("There is no column \"{named}\"."))
            }
            _ => None,
        }
    }

    /// Goes back, or leaves if there is nothing to go back to.
    pub(super) fn leave_columns(&mut self) -> Option<Effect> {
        if self.data.is_none() {
            return Some(Effect::Quit);
        }
        self.screens.pop();
        None
    }

    /// The command that reads the file with the columns that are chosen; `None` while a role has no column.
    pub(crate) fn command(&self) -> Option<String> {
        self.columns
            .named()
            .map(|columns| self.command_with(&columns))
    }

    fn command_with(&self, columns: &NamedColumns) -> String {
        let mut command = self.command.clone();
        for (option, value) in columns.options() {
            command += &format!(" {option} {}", shell::quoted(value));
        }
        command
    }

    /// The command that reads the file as a person chose, if one did.
    pub(crate) fn chosen_command(&self) -> Option<String> {
        let is_open = self.screen() == Screen::Columns && self.columns.is_changed;
        let chosen = || {
            self.chosen
                .as_ref()
                .map(|columns| self.command_with(columns))
        };
        let open = is_open.then(|| self.command()).flatten();
        open.or_else(chosen)
    }

    pub(super) fn copy_command(&mut self) -> Option<Effect> {
        let Some(command) = self.command() else {
            self.message = Some(self.missing_roles());
            return None;
        };
        self.message = Some("the command was sent to the terminal to be copied".to_owned());
        Some(Effect::Copy(command))
    }
}
