//! The list of all sessions. Ui floor.
//!
//! ```text
//! ┌ Sessions 3,412 of 2,137,008 ─ landing:/product, views>=2 ─ by duration ▼ ───────────────┐
//! │  user      started            duration  views  landing          exit                    │
//! │> 456       2 Feb 2020 12:55     9m 24s      6  /contact         /checkout          open │
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::answers::filter::chip::Chip;
use crate::app::Panel;
use crate::ui::context::Ui;
use crate::ui::grid::Cell;
use crate::ui::grid::Spec;
use crate::ui::list::ListPanel;
use crate::ui::panel;
use crate::words::figure::count;
use crate::words::figure::duration;

pub(in crate::ui) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let sessions = &ui.app.all.sessions;
    let Some(data) = &ui.app.data else {
        panel::frame(ui, Panel::AllSessions, &["Sessions".to_owned()], area, buf);
        return;
    };
    let (cut, styles) = (&data.cut, ui.styles);
    let chips: Vec<String> = sessions.filter.chips.iter().map(Chip::to_string).collect();
    let all = cut.sessions().len();
    let panel = ListPanel {
        panel: Panel::AllSessions,
        list: &sessions.list,
        name: "Sessions",
        noun: "session",
        all: all as u64,
        filter: chips.join(", "),
        note: String::new(),
        columns: vec![
            Spec::text("user", 12, 0),
            Spec::figure("started", data.calendar.moment_width(), 0),
            Spec::figure("duration", 9, 1),
            Spec::figure("views", 7, 2),
            Spec::text("landing", 10, 3),
            Spec::text("exit", 10, 4),
            Spec::figure("", 9, 5),
        ],
    };
    panel.draw(ui, area, buf, |session| {
        // After a gap move that found another screen in view, the order may name sessions that are no more.
        let session = Some(session as usize).filter(|&session| session < all)?;
        let facts = cut.session(session);
        let marks = match (facts.starts_at_edge, facts.is_open) {
            (true, true) => "edge open",
            (true, false) => "edge",
            (false, true) => "open",
            (false, false) => "",
        };
        let started = data.calendar.moment(facts.started_at);
        Some(vec![
            (Cell::Id(facts.user_id), styles.plain),
            (Cell::Own(started), styles.plain),
            (Cell::Own(duration(facts.duration_us())), styles.within),
            (Cell::Own(count(facts.pageviews)), styles.plain),
            (Cell::Page(facts.landing_page), styles.plain),
            (Cell::Page(facts.exit_page), styles.plain),
            (Cell::Own(marks.to_owned()), styles.dim),
        ])
    });
}
