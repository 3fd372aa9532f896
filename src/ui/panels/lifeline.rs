//! The sessions of the selected user along time. Ui floor.
//!
//! ```text
//! ┌ Lifeline of 456 ─ 2 Jan – 30 Dec 2020 ─ z zooms ─────────────────┐
//! │       ┊     ▼                                                    │
//! │ ▂   ▅ ▂      █▂        ▁  ▃     ▆        ▂▂                      │
//! └ 7 Jan ──── 1 Mar ──── 1 May ──── 1 Jul ──── 1 Sep ──── 1 Nov ────┘
//! ```
//!
//! A session is a block, its height its pageviews, and a span of blocks once it is longer than a slot; where several
//! share a slot, the largest. `┊` marks where only the gap or only the pinned one cuts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::answers::browse::calendar::Calendar;
use crate::answers::browse::lifeline::Lifeline;
use crate::answers::browse::ticks::ticks;
use crate::app::Command;
use crate::app::Panel;
use crate::ui::bars::upright;
use crate::ui::context::Ui;
use crate::ui::panel;
use crate::ui::write::put;
use crate::words::figure::count;
use crate::words::text::cut_end;
use crate::words::text::width;
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
    let stretch = if calendar.day(from) == calendar.day(to) {
        let date = calendar.date(from);
        format!("{date} {} – {}", calendar.time(from), calendar.time(to))
    } else {
        calendar.days(from, to)
    };
    let zoom = match trail.zoom {
        0 => format!("{} zooms in", ui.app.key_of(Command::ZoomIn)),
        zoom => {
            let (times, key) = (count(1u64 << zoom.min(63)), ui.app.key_of(Command::ZoomOut));
            format!("zoomed {times} ×, {key} out")
        }
    };
    let title = [format!("Lifeline of {id}"), stretch, zoom];
    panel::frame(ui, Panel::Lifeline, &title, area, buf);
    draw_ticks(ui, calendar, lifeline, area, buf);

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
    let row = trail.row_in(data.cut.dataset());
    let selected = row.map_or(0..0, |row| {
        let session = data.cut.sessions().containing(row);
        let rows = data.cut.sessions().rows_of(session);
        let at = data.cut.dataset().at_us();
        lifeline.slots_of(at[rows.start], at[rows.end - 1])
    });
    for (column, &pageviews) in (0..inside.width).zip(&lifeline.slots) {
        let is_selected = selected.contains(&usize::from(column));
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
        if selected.start == usize::from(column) && is_selected {
            buf.set_string(inside.x + column, inside.y, "▼", ui.styles.strong);
        } else if lifeline.seams[usize::from(column)] {
            buf.set_string(inside.x + column, inside.y, "┊", ui.styles.between);
        }
    }
}

/// Dates, or times of a short stretch, in the lower border where they stand.
fn draw_ticks(ui: Ui<'_>, calendar: &Calendar, lifeline: &Lifeline, area: Rect, buf: &mut Buffer) {
    let inside = area.width.saturating_sub(2);
    if area.height < 3 || usize::from(inside) != lifeline.slots.len() {
        return;
    }
    let border = Rect {
        x: area.x + 1,
        y: area.bottom() - 1,
        width: inside,
        height: 1,
    };
    let mut free_from = 0;
    for (at_us, label) in ticks(calendar, lifeline.from_us, lifeline.to_us, inside) {
        let Some(slot) = lifeline.slot_of(at_us) else {
            continue;
        };
        let label = format!("{label} ");
        let wide = width(&label) as u16;
        let at = slot as u16;
        if at >= free_from && at + wide <= inside {
            put(buf, border, at, &label, ui.styles.dim);
            free_from = at + wide + 1;
        }
    }
}
