//! The list of users. Ui floor.
//!
//! ```text
//! ┌ Users 499,057 ─ by sessions ▼ ───────┐
//! │  user         sessions  views    last│
//! │> 456                12     88  2 Feb │
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::answers::browse::users;
use crate::answers::browse::users::UserColumn;
use crate::app::Panel;
use crate::ui::context::Ui;
use crate::ui::grid::Cell;
use crate::ui::grid::Spec;
use crate::ui::list::ListPanel;
use crate::ui::panel;
use crate::words::figure::count;

pub(in crate::ui) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let list = &ui.app.users.list;
    let Some(data) = ui.app.data.as_ref() else {
        panel::frame(ui, Panel::Users, &["Users".to_owned()], area, buf);
        return;
    };
    let (cut, styles) = (&data.cut, ui.styles);
    let users = ListPanel {
        panel: Panel::Users,
        list,
        name: "Users",
        noun: "user",
        all: cut.dataset().n_users() as u64,
        filter: panel::sought(&list.typed),
        note: panel::sorting(ui, list),
        beginning: "",
        columns: list
            .rooms(&data.extents)
            .into_iter()
            .map(Spec::of)
            .collect(),
    };
    users.draw(ui, area, buf, |user| {
        let row = users::row(cut, user as usize);
        let shown = list.shown.iter().map(|column| match column {
            UserColumn::User => (Cell::Id(row.user_id, &data.extents.user), styles.plain),
            UserColumn::Sessions => (Cell::Own(count(row.sessions)), styles.plain),
            UserColumn::Pageviews => (Cell::Own(count(row.pageviews)), styles.plain),
            UserColumn::LastSeen => {
                let last_seen = data.calendar.day_text(row.last_seen);
                (Cell::Own(last_seen), styles.dim)
            }
        });
        Some(shown.collect())
    });
}
