//! What is open: its name, how much it is, from when to when, in which zone. Ui floor.
//!
//! ```text
//!  shop.db  10,000,000 pageviews  499,057 users  1 Jan 2020 – 31 Dec 2022 UTC
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::Origin;
use crate::ui::context::Ui;
use crate::ui::write::put;
use crate::words::figure::counted;
use crate::words::text::cut_end;
use crate::words::text::width;

pub(super) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let styles = ui.styles;
    let room = area.width;
    let name = cut_end(&ui.app.name, usize::from(area.width / 3));
    let mut at = put(buf, area, 1, &name, styles.strong);
    let Some(data) = &ui.app.data else { return };
    let mut facts = vec![
        counted(data.summary.pageviews, "pageview"),
        counted(data.summary.users, "user"),
    ];
    if let Some((first, last)) = data.cut.dataset().span() {
        let (first, last) = (data.calendar.date(first), data.calendar.date(last));
        let zone = data.calendar.zone_name();
        facts.push(if first == last {
            format!("{first} {zone}")
        } else {
            format!("{first} – {last} {zone}")
        });
    }
    if ui.app.origin == Origin::Files {
        facts.push("not kept".to_owned());
    }
    for fact in facts {
        // Half a figure would be a wrong one.
        if usize::from(room.saturating_sub(at + 2)) >= width(&fact) {
            at = put(buf, area, at + 2, &fact, styles.plain);
        }
    }
}
