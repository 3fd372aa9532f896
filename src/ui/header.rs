//! The first line. Ui floor.
//!
//! ```text
//!  dwell  shop.db  10,000,000 pageviews  499,057 users  1 Jan 2020 – 31 Dec 2022  UTC    33 rejects  ? help  q quit
//! ```
//!
//! What the figures rest on stands on the right: `PARTIAL 12 %`, `7,766 left out`.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::Command;
use crate::app::Origin;
use crate::app::Target;
use crate::ui::context::Ui;
use crate::ui::write::put;
use crate::ui::write::put_right;
use crate::words::figure::counted;
use crate::words::text::cut_end;
use crate::words::text::width;

pub(super) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let styles = ui.styles;
    let mut at = put(buf, area, 1, "dwell", styles.strong);
    let keys = if area.width >= 100 {
        "? help  q quit "
    } else {
        "? help "
    };
    let marks = ui.app.marks().join("  ");
    // What the figures rest on goes before everything but the figures.
    let keys_fit = usize::from(area.width.saturating_sub(at + 4)) >= width(&marks) + keys.len();
    let mut room = area.width;
    if keys_fit {
        put_right(buf, area, at + 1, keys, styles.dim);
        let from = area.width.saturating_sub(keys.len() as u16);
        ui.target_within(area, from, from + 6, Target::Run(Command::Help));
        ui.target_within(area, from + 8, from + 14, Target::Run(Command::Quit));
        room -= keys.len() as u16 + 1;
    }
    if !marks.is_empty() {
        let wide = (width(&marks) as u16).min(room.saturating_sub(at + 2));
        let start = room - wide - 1;
        put(
            buf,
            Rect {
                width: room,
                ..area
            },
            start,
            &marks,
            styles.strong,
        );
        room = start.saturating_sub(1);
    }
    let rest = Rect {
        width: room,
        ..area
    };
    let name = cut_end(&ui.app.name, usize::from(area.width / 3));
    at = put(buf, rest, at + 2, &name, styles.plain);
    let Some(data) = &ui.app.data else { return };
    let mut facts = vec![
        counted(data.summary.pageviews, "pageview"),
        counted(data.summary.users, "user"),
    ];
    if let Some((first, last)) = data.cut.dataset().span() {
        let (first, last) = (data.calendar.date(first), data.calendar.date(last));
        facts.push(if first == last {
            first
        } else {
            format!("{first} – {last}")
        });
    }
    if data.counted.is_none() {
        facts.push(data.calendar.zone_name().to_owned());
    }
    if ui.app.origin == Origin::Files {
        facts.push("not kept".to_owned());
    }
    for fact in facts {
        // Half a figure would be a wrong one.
        if usize::from(room.saturating_sub(at + 2)) >= width(&fact) {
            at = put(buf, rest, at + 2, &fact, styles.plain);
        }
    }
}
