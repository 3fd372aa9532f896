//! The sessions of the selected user. Ui floor.
//!
//! ```text
//! ┌ Sessions of 456  12 ─ by started ▲ ──────┐
//! │  started       duration  views  pages    │
//! │> 2 Feb 12:55     9m 24s      6  /con…→ / │
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::answers::browse::Column;
use crate::answers::browse::sessions::SessionColumn;
use crate::app::Panel;
use crate::app::list_body;
use crate::app::sort_text;
use crate::ui::Ui;
use crate::ui::grid;
use crate::ui::grid::Cell;
use crate::ui::grid::Grid;
use crate::ui::grid::Spec;
use crate::ui::panel;
use crate::words::figure::count;
use crate::words::figure::duration;
use crate::words::text::cut_end;

pub(super) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let screen = &ui.app.users;
    let list = &screen.sessions.list;
    let user = screen.trail.user.filter(|_| !screen.list.order.is_empty());
    let (Some(data), Some(user)) = (&ui.app.data, user) else {
        panel::frame(ui, Panel::UserSessions, &["Sessions".to_owned()], area, buf);
        return;
    };
    let cut = &data.cut;
    let id = cut_end(cut.dataset().users().text(user as u32), 20);
    let mut title = vec![panel::counted(
        &format!("Sessions of {id} "),
        list.order.len(),
        cut.sessions().within(cut.dataset().rows_of(user)).len() as u64,
    )];
    if list.typed.is_empty() {
        title.push(format!("by {}", sort_text(list.sort)));
    } else {
        title.push(list.typed.clone());
    }
    panel::frame(ui, Panel::UserSessions, &title, area, buf);
    let body = list_body(area);
    if list.order.is_empty() {
        panel::empty(ui, body, &panel::why_empty(ui, &list.typed, "session"), buf);
        return;
    }
    let grid = Grid::new(
        vec![
            Spec::figure("started", data.calendar.moment_width(), 0),
            Spec::figure("duration", 8, 1),
            Spec::figure("views", 5, 2),
            Spec::text("landing", 7, 3),
            Spec::text("exit", 7, 4),
        ],
        body.width,
    );
    if body.y > area.y + 1 {
        let heading = Rect {
            y: body.y - 1,
            height: 1,
            ..body
        };
        let sorted = Some(list.sort.column).filter(|&column| column != SessionColumn::User);
        grid.headings(ui, heading, sorted.map(Column::name), buf);
    }
    let focused = ui.app.panel() == Panel::UserSessions;
    let shown = (list.top, list.cursor, list.order.len());
    grid::rows(ui, body, shown, focused, buf, |position, here, buf| {
        let Some(session) = list.order.at(position) else {
            return;
        };
        let facts = cut.session(session as usize);
        let cells = [
            (
                Cell::Own(data.calendar.moment(facts.started_at)),
                ui.styles.plain,
            ),
            (Cell::Own(duration(facts.duration_us())), ui.styles.within),
            (Cell::Own(count(facts.pageviews)), ui.styles.plain),
            (Cell::Page(facts.landing_page), ui.styles.plain),
            (Cell::Page(facts.exit_page), ui.styles.dim),
        ];
        grid.row(here, &cells, buf);
    });
}
