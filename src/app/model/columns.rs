//! The column picker: which columns of a file are the user, the time and the page. App floor.

use crate::answers::browse::ListColumn;
use crate::answers::browse::extent::ColumnRoom;
use crate::answers::browse::extent::Extents;
use crate::answers::browse::needle::Needle;
use crate::answers::browse::order::ListOrder;
use crate::app::List;
use crate::load::Trial;
use crate::source::Inspection;
use crate::source::NamedColumns;

/// The roles, in the order in which their columns are kept.
pub(in crate::app) const ROLES: [&str; 3] = ["user", "time", "page"];

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

    fn room(self, _extents: &Extents) -> ColumnRoom {
        let name = self.name();
        match self {
            PickerColumn::Place => ColumnRoom::text(6, 40, name, 0),
            PickerColumn::Part => ColumnRoom::text(4, 4, name, 0),
            PickerColumn::Filled => ColumnRoom::figure(7, name, 2),
            PickerColumn::Distinct => ColumnRoom::figure(8, name, 3),
        }
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
    pub(in crate::app) anchor: Option<u32>,
    pub(crate) trial: TrialStage,
    /// Whether a person has put a role on a column.
    pub(in crate::app) is_changed: bool,
}

impl Default for ColumnsScreen {
    fn default() -> ColumnsScreen {
        ColumnsScreen::of(Inspection::default())
    }
}

impl ColumnsScreen {
    pub(in crate::app) fn of(inspection: Inspection) -> ColumnsScreen {
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
    pub(in crate::app) fn named(&self) -> Option<NamedColumns> {
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
    pub(in crate::app) fn settle(&mut self, height: usize) {
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
