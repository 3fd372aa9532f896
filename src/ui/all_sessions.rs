//! The list of all sessions. Ui floor.
//!
//! ```text
//! ┌ Sessions 3,412 of 2,137,008 ─ by duration ▼ ─ landing:/product, views>=2 ───────────────┐
//! │  user      started            duration  views  landing          exit                    │
//! │> 456       2 Feb 2020 12:55     9m 24s      6  /contact         /checkout          open │
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::answers::browse::Column;
use crate::answers::browse::chips::Chip;
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

pub(super) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let sessions = &ui.app.all.sessions;
    let list = &sessions.list;
    let Some(data) = &ui.app.data else {
        panel::frame(ui, Panel::AllSessions, &["Sessions".to_owned()], area, buf);
        return;
    };
    let cut = &data.cut;
    let mut title = vec![
        panel::counted("Sessions", list.order.len(), cut.sessions().len() as u64),
        format!("by {}", sort_text(list.sort)),
    ];
    if !sessions.chips.is_empty() {
        let chips: Vec<String> = sessions.chips.iter().map(Chip::to_string).collect();
        title.push(chips.join(", "));
    }
    panel::frame(ui, Panel::AllSessions, &title, area, buf);
    let body = list_body(area);
    if list.order.is_empty() {
        panel::empty(ui, body, &panel::why_empty(ui, &list.typed, "session"), buf);
        return;
    }
    let grid = Grid::new(
        vec![
            Spec::text("user", 12, 0),
            Spec::figure("started", data.calendar.moment_width(), 0),
            Spec::figure("duration", 9, 1),
            Spec::figure("views", 7, 2),
            Spec::text("landing", 10, 3),
            Spec::text("exit", 10, 4),
            Spec::figure("", 9, 5),
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
    let focused = ui.app.panel() == Panel::AllSessions;
    let shown = (list.top, list.cursor, list.order.len());
    grid::rows(ui, body, shown, focused, buf, |position, here, buf| {
        // After a gap move that found another screen in view, the order may name sessions that are no more.
        let known = |id: &u32| (*id as usize) < cut.sessions().len();
        let Some(id) = list.order.at(position).filter(known) else {
            return;
        };
        let facts = cut.session(id as usize);
        let marks = match (facts.starts_at_edge, facts.is_open) {
            (true, true) => "edge open",
            (true, false) => "edge",
            (false, true) => "open",
            (false, false) => "",
        };
        let cells = [
            (Cell::Id(facts.user_id), ui.styles.plain),
            (
                Cell::Own(data.calendar.moment(facts.started_at)),
                ui.styles.plain,
            ),
            (Cell::Own(duration(facts.duration_us())), ui.styles.within),
            (Cell::Own(count(facts.pageviews)), ui.styles.plain),
            (Cell::Page(facts.landing_page), ui.styles.plain),
            (Cell::Page(facts.exit_page), ui.styles.plain),
            (Cell::Own(marks.to_owned()), ui.styles.dim),
        ];
        grid.row(here, &cells, buf);
    });
}
