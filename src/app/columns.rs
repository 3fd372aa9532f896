//! The column picker: which columns of a file are the user, the time and the page. App floor.
//!
//! It opens instead of an error where that cannot be told, and when a person asks for it. What the columns that are
//! chosen give is read of the file's first rows, outside.

use std::sync::Arc;

use crate::answers::browse::ListColumn;
use crate::answers::browse::needle::Needle;
use crate::answers::browse::order::ListOrder;
use crate::app::App;
use crate::app::Effect;
use crate::app::JobKind;
use crate::app::List;
use crate::app::Origin;
use crate::app::Popup;
use crate::app::Screen;
use crate::app::Work;
use crate::load::Trial;
use crate::source::Inspection;
use crate::source::NamedColumns;
use crate::words::error::Error;
use crate::words::error::Missing;
use crate::words::shell;

/// The roles, in the order in which their columns are kept.
const ROLES: [&str; 3] = ["user", "time", "page"];

/// What columns can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PickerColumn {
    /// The order of the file.
    Place,
    Part,
    Filled,
    Distinct,
}

impl ListColumn for PickerColumn {
    const ALL: &'static [PickerColumn] = &[
        PickerColumn::Place,
        PickerColumn::Part,
        PickerColumn::Filled,
        PickerColumn::Distinct,
    ];

    fn name(self) -> &'static str {
        match self {
            PickerColumn::Place => "column",
            PickerColumn::Part => "part",
            PickerColumn::Filled => "filled",
            PickerColumn::Distinct => "distinct",
        }
    }

    fn largest_first(self) -> bool {
        matches!(self, PickerColumn::Filled | PickerColumn::Distinct)
    }
}

/// What the columns that are chosen give.
#[derive(Debug)]
pub(crate) enum TrialStage {
    /// One of the roles has no column.
    Missing,
    Running,
    Done(Box<Trial>),
    /// The file would be refused, for this reason.
    Refused(String),
}

/// The columns of a file, and what a person makes of them.
#[derive(Debug)]
pub(crate) struct ColumnsScreen {
    pub(crate) inspection: Inspection,
    /// By role, the places of its columns.
    pub(crate) put: [Vec<usize>; 3],
    pub(crate) list: List<PickerColumn>,
    /// The column to stay on when the order changes.
    pub(super) anchor: Option<u32>,
    pub(crate) trial: TrialStage,
    /// Whether a person has put a role on a column.
    is_changed: bool,
}

impl Default for ColumnsScreen {
    fn default() -> ColumnsScreen {
        ColumnsScreen::of(Inspection::default())
    }
}

impl ColumnsScreen {
    fn of(inspection: Inspection) -> ColumnsScreen {
        ColumnsScreen {
            put: inspection.found.clone(),
            inspection,
            list: List::sorted_by(PickerColumn::Place),
            anchor: None,
            trial: TrialStage::Missing,
            is_changed: false,
        }
    }

    /// The columns that are chosen, if there is one for each role.
    fn named(&self) -> Option<NamedColumns> {
        self.inspection.named(&self.put)
    }

    /// What a column plays: a role, or `rows` if it says which rows count.
    pub(crate) fn part(&self, place: usize) -> &'static str {
        let put = ROLES.iter().zip(&self.put);
        let mut played = put.filter(|(_, places)| places.contains(&place));
        let says_rows = || self.inspection.parts[place].role == Some("rows");
        match played.next() {
            Some((role, _)) => role,
            None if says_rows() => "rows",
            None => "",
        }
    }

    /// Brings the list in line with what is chosen.
    pub(super) fn settle(&mut self, height: usize) {
        if self.list.stale {
            let order = self.order();
            self.list.order = order;
            self.list.stale = false;
            self.list.follow(self.anchor);
        }
        self.list.show(height);
        self.anchor = self.list.selected().or(self.anchor);
    }

    fn order(&mut self) -> ListOrder {
        let (sort, needle) = (self.list.sort, Needle::new(&self.list.typed));
        let buffer = std::mem::take(&mut self.list.order).into_buffer();
        let parts = &self.inspection.parts;
        let key = |place: usize| match sort.column {
            PickerColumn::Place => place as u64,
            // Those without a part are the last.
            PickerColumn::Part => ["user", "time", "page", "rows"]
                .iter()
                .position(|part| *part == self.part(place))
                .map_or(u64::MAX >> 1, |rank| rank as u64),
            PickerColumn::Filled => parts[place].filled,
            PickerColumn::Distinct => parts[place].distinct,
        };
        ListOrder::sorted(buffer, parts.len(), parts.len().max(1), |places, rows| {
            let is_sought = |place: &usize| {
                let part = &parts[*place];
                let mut examples = part.examples.iter();
                needle.is_in(&part.name) || examples.any(|example| needle.is_in(example))
            };
            places
                .filter(is_sought)
                .for_each(|place| rows.push(sort.key(key(place)), place as u32));
        })
    }
}

impl App {
    /// Begins to look at the columns of the file that is open.
    pub(super) fn inspect(&mut self) -> Option<Effect> {
        let problem = match self.origin {
            _ if self.screen() == Screen::Columns => "these are the columns",
            Origin::Store => "a store's columns are known; inspect shows those of a file",
            Origin::Sample => "the sample's columns are known; inspect shows those of a file",
            Origin::Pauses => "pauses have no such columns",
            Origin::Files if self.jobs.of(JobKind::Load).is_some() => {
                "the columns can be seen when loading is done"
            }
            Origin::Files if self.jobs.of(JobKind::Inspect).is_some() => {
                "the columns are being looked at"
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
        let keys: Vec<&str> = missing.iter().map(|role| &role[..1]).collect();
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
