//! The sessions of the selected user. Ui floor.
//!
//! ```text
//! ┌ Sessions of 456  12 ─ by started ▲ ──────┐
//! │  started       duration  views  pages    │
//! │> 2 Feb 12:55     9m 24s      6  /con…→ / │
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::Panel;
use crate::ui::context::Ui;
use crate::ui::grid::Cell;
use crate::ui::grid::Spec;
use crate::ui::list::ListPanel;
use crate::ui::panel;
use crate::words::figure::count;
use crate::words::figure::duration;
use crate::words::text::cut_end;

pub(in crate::ui) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let screen = &ui.app.users;
    let list = &screen.sessions.list;
    let user = screen.trail.user.filter(|_| !screen.list.order.is_empty());
    let (Some(data), Some(user)) = (&ui.app.data, user) else {
        panel::frame(ui, Panel::UserSessions, &["Sessions".to_owned()], area, buf);
        return;
    };
    let (cut, styles) = (&data.cut, ui.styles);
    let id = cut_end(cut.dataset().users().text(user as u32), 20);
    let sessions = ListPanel {
        panel: Panel::UserSessions,
        list,
        name: &format!("Sessions of {id} "),
        noun: "session",
        all: cut.sessions().within(cut.dataset().rows_of(user)).len() as u64,
        filter: list.typed.clone(),
        note: String::new(),
        columns: vec![
            Spec::figure("started", data.calendar.moment_width(), 0),
            Spec::figure("duration", 8, 1),
            Spec::figure("views", 5, 2),
            Spec::text("landing", 7, 3),
            Spec::text("exit", 7, 4),
        ],
    };
    sessions.draw(ui, area, buf, |session| {
        let facts = cut.session(session as usize);
        let started = data.calendar.moment(facts.started_at);
        Some(vec![
            (Cell::Own(started), styles.plain),
            (Cell::Own(duration(facts.duration_us())), styles.within),
            (Cell::Own(count(facts.pageviews)), styles.plain),
            (Cell::Page(facts.landing_page), styles.plain),
            (Cell::Page(facts.exit_page), styles.dim),
        ])
    });
}
