//! A panel that is a list: its frame, headings, rows and cursor, or why it is empty. Ui floor.
//!
//! ```text
//! ┌ Users 1,204 of 499,057 ─ /shop ─ by sessions ▼ ─┐
//! │  user                     sessions  views  last │
//! │> 456                            12     88 2 Feb │
//! └─────────────────────────────────────────────────┘
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::Listed;
use crate::app::Panel;
use crate::app::Target;
use crate::app::list_body;
use crate::ui::context::Ui;
use crate::ui::grid;
use crate::ui::grid::Cell;
use crate::ui::grid::Grid;
use crate::ui::grid::Spec;
use crate::ui::panel;
use crate::ui::write::put;

/// Before a row that a person marked, behind the mark of the selected one.
const MARKED: &str = "*";

/// What is peculiar to one list.
pub(super) struct ListPanel<'a> {
    pub(super) panel: Panel,
    pub(super) list: &'a dyn Listed,
    /// `Users`; the count is put behind it.
    pub(super) name: &'a str,
    /// What a row is.
    pub(super) noun: &'static str,
    /// How many rows there are without a filter.
    pub(super) all: u64,
    /// The filter, as the title shows it; empty for none.
    pub(super) filter: String,
    /// What is to be said of its figures; empty for nothing.
    pub(super) note: String,
    /// What its pages begin with, which is left off the rows; empty for nothing.
    pub(super) beginning: &'a str,
    pub(super) columns: Vec<Spec>,
}

impl ListPanel<'_> {
    /// Draws the panel; `cells` makes the row of an id, or nothing if it is gone.
    pub(super) fn draw<'c>(
        self,
        ui: Ui<'_>,
        area: Rect,
        buf: &mut Buffer,
        cells: impl Fn(u32) -> Option<Vec<(Cell<'c>, Style)>>,
    ) {
        let list = self.list;
        let mut title = vec![panel::counted(self.name, list.len(), self.all)];
        // The chips have a line of their own, where there is room for one.
        let is_chips = ui.app.filtered_panel() == Some(self.panel) && ui.has_chips;
        title.extend(Some(self.filter).filter(|filter| !filter.is_empty() && !is_chips));
        title.push(format!("by {}", list.sort_text()));
        title.extend(Some(self.note).filter(|note| !note.is_empty()));
        title.extend(Some(self.beginning.to_owned()).filter(|text| !text.is_empty()));
        panel::frame(ui, self.panel, &title, area, buf);
        let body = list_body(area);
        if list.len() == 0 {
            let why = panel::why_empty(ui, list.typed(), self.noun);
            panel::empty(ui, body, &why, buf);
            return;
        }
        let grid = Grid::new(self.columns, body.width)
            .marking(ui.app.sought_in(self.panel), ui.styles.found);
        if body.y > area.y + 1 {
            let heading = Rect {
                y: body.y - 1,
                height: 1,
                ..body
            };
            let (names, sorted) = list.columns();
            grid.headings(ui, heading, names.get(sorted).map(String::as_str), buf);
            for (title, from, to) in grid.heads() {
                if let Some(n) = names.iter().position(|name| *name == title) {
                    ui.target_within(heading, from, to, Target::Column(self.panel, n));
                }
            }
        }
        let focused = ui.app.panel() == self.panel;
        let shown = (list.top(), list.cursor(), list.len());
        grid::rows(ui, body, shown, focused, buf, |position, here, buf| {
            if let Some(cells) = list.at(position).and_then(&cells) {
                grid.row(ui, here, &cells, buf);
                if list
                    .at(position)
                    .is_some_and(|id| ui.app.is_marked(self.panel, id))
                {
                    put(buf, here, 1, MARKED, ui.styles.strong);
                }
            }
        });
    }
}
