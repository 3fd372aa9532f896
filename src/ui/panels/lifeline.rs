//! The sessions of the selected user along time. Ui floor.
//!
//! ```text
//! ┌ Lifeline of 456 ─ 2 Jan – 30 Dec 2020 ─ z zooms ─────────────────┐
//! │       ┊     ▼                                                    │
//! │ ▂   ▅ ▂      █▂        ▁  ▃     ▆        ▂▂                      │
//! └──────────────────────────────────────────────────────────────────┘
//! ```
//!
//! One block a session, its height its pageviews; where several share a slot, the largest. `┊` marks where only the
//! gap or only the pinned one cuts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::Panel;
use crate::ui::bars::upright;
use crate::ui::context::Ui;
use crate::ui::panel;
use crate::words::text::cut_end;
use crate::words::timestamp::Timestamp;

pub(in crate::ui) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let trail = &ui.app.users.trail;
    let user = trail.user.filter(|_| !ui.app.users.list.order.is_empty());
    let (Some(data), Some(user)) = (&ui.app.data, user) else {
        panel::frame(ui, Panel::Lifeline, &["Lifeline".to_owned()], area, buf);
        return;
    };
    let lifeline = &trail.lifeline;
    let id = cut_end(data.cut.dataset().users().text(user as u32), 20);
    let calendar = &data.calendar;
    let (from, to) = (
        Timestamp::clamped(lifeline.from_us),
        Timestamp::clamped(lifeline.to_us - 1),
    );
    let (first, last) = if calendar.day(from) == calendar.day(to) {
        (
            format!("{} {}", calendar.date(from), calendar.time(from)),
            calendar.time(to),
        )
    } else {
        (calendar.date(from), calendar.date(to))
    };
    let zoom = match trail.zoom {
        0 => "z zooms in".to_owned(),
        zoom => format!("zoomed {} ×, Z out", 1u64 << zoom),
    };
    let title = [
        format!("Lifeline of {id}"),
        format!("{first} – {last}"),
        zoom,
    ];
    panel::frame(ui, Panel::Lifeline, &title, area, buf);

    let inside = Rect {
        x: area.x + 1,
        y: area.y + 1,
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(2),
    };
    if inside.height < 2 || usize::from(inside.width) != lifeline.slots.len() {
        return;
    }
    let blocks = Rect {
        y: inside.y + 1,
        height: inside.height - 1,
        ..inside
    };
    let most = lifeline.slots.iter().copied().max().unwrap_or(0).max(1);
    let selected = trail.row_in(data.cut.dataset()).and_then(|row| {
        let session = data.cut.sessions().containing(row);
        lifeline.slot_of(data.cut.dataset().at_us()[data.cut.sessions().rows_of(session).start])
    });
    for (column, &pageviews) in (0..inside.width).zip(&lifeline.slots) {
        let is_selected = selected == Some(usize::from(column));
        let style = if is_selected {
            ui.styles.strong
        } else {
            ui.styles.within
        };
        if pageviews > 0 {
            upright(
                buf,
                blocks,
                column,
                f64::from(pageviews) / f64::from(most),
                style,
            );
        }
        if is_selected {
            buf.set_string(inside.x + column, inside.y, "▼", ui.styles.strong);
        } else if lifeline.seams[usize::from(column)] {
            buf.set_string(inside.x + column, inside.y, "┊", ui.styles.between);
        }
    }
}
