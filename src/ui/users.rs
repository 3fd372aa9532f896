//! The list of users. Ui floor.
//!
//! ```text
//! ┌ Users 499,057 ─ by sessions ▼ ───────┐
//! │  user         sessions  views    last│
//! │> 456                12     88  2 Feb │
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::answers::browse::Column;
use crate::answers::browse::users;
use crate::app::Panel;
use crate::app::list_body;
use crate::app::sort_text;
use crate::ui::Ui;
use crate::ui::grid;
use crate::ui::grid::Cell;
use crate::ui::grid::Grid;
use crate::ui::grid::Spec;
use crate::ui::line;
use crate::ui::panel;
use crate::words::figure::count;

pub(super) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let list = &ui.app.users.list;
    let Some(data) = ui.app.data.as_ref() else {
        panel::frame(ui, Panel::Users, &["Users".to_owned()], area, buf);
        return;
    };
    let cut = &data.cut;
    let mut title = vec![
        panel::counted("Users", list.order.len(), cut.dataset().n_users() as u64),
        format!("by {}", sort_text(list.sort)),
    ];
    if !list.typed.is_empty() {
        title.push(format!("/{}", list.typed));
    }
    panel::frame(ui, Panel::Users, &title, area, buf);
    let body = list_body(area);
    if list.order.is_empty() {
        panel::empty(ui, body, &panel::why_empty(ui, &list.typed, "user"), buf);
        return;
    }
    let grid = Grid::new(
        vec![
            Spec::text("user", 10, 0),
            Spec::figure("sessions", 8, 1),
            Spec::figure("views", 7, 2),
            Spec::figure("last seen", data.calendar.day_width(), 3),
        ],
        body.width,
    );
    if body.y > area.y + 1 {
        let heading = Rect {
            y: body.y - 1,
            height: 1,
            ..body
        };
        grid.headings(ui, heading, Some(list.sort.column.name()), buf);
    }
    let focused = ui.app.panel() == Panel::Users;
    let shown = (list.top, list.cursor, list.order.len());
    grid::rows(ui, body, shown, focused, buf, |position, here, buf| {
        let Some(user) = list.order.at(position) else {
            return;
        };
        let row = users::row(cut, user as usize);
        let cells = [
            (Cell::Id(row.user_id), ui.styles.plain),
            (Cell::Own(count(row.sessions)), ui.styles.plain),
            (Cell::Own(count(row.pageviews)), ui.styles.plain),
            (
                Cell::Own(data.calendar.day_text(row.last_seen)),
                ui.styles.dim,
            ),
        ];
        grid.row(line(here, 0), &cells, buf);
    });
}
