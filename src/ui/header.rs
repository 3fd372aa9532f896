//! What is open: its name, how much it is, from when to when, in which zone. Ui floor.
//!
//! ```text
//!  shop.db  10,000,000 pageviews  499,057 users  1 Jan 2020 – 31 Dec 2022 UTC             33 rejects  7,766 left out
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::Origin;
use crate::ui::context::Ui;
use crate::ui::tabs::marks;
use crate::ui::write::put;
use crate::words::figure::counted;
use crate::words::text::cut_end;
use crate::words::text::width;

/// Draws the facts; with the marks on the right if the line is its own.
pub(super) fn draw(ui: Ui<'_>, area: Rect, has_marks: bool, buf: &mut Buffer) {
    let styles = ui.styles;
    let mut area = area;
    if has_marks {
        let room = usize::from(area.width.saturating_sub(2));
        let marks = marks(&ui.app.keymap, &ui.app.marks(), room);
        let start = area.width.saturating_sub(width(&marks) as u16 + 1);
        put(buf, area, start, &marks, styles.strong);
        area.width = start.saturating_sub(1);
    }
    let Some(data) = &ui.app.data else {
        put(buf, area, 1, &ui.app.name, styles.strong);
        return;
    };
    let mut facts = vec![
        counted(data.summary.pageviews, "pageview"),
        counted(data.summary.users, "user"),
    ];
    if let Some((first, last)) = data.cut.dataset().span() {
        let days = data.calendar.days(first, last);
        facts.push(format!("{days} {}", data.calendar.zone_name()));
    }
    if ui.app.origin == Origin::Files {
        facts.push("not kept".to_owned());
    }
    // Half a figure would be a wrong one: facts that do not fit beside some of the name are left out.
    let name_at_least = width(&ui.app.name).min(16) + 2;
    let room = usize::from(area.width);
    let wide = |facts: &[String]| facts.iter().map(|fact| width(fact) + 2).sum::<usize>();
    while !facts.is_empty() && wide(&facts) + name_at_least > room {
        facts.pop();
    }
    let for_name = room.saturating_sub(wide(&facts) + 2);
    let name = cut_end(&ui.app.name, for_name);
    let mut at = put(buf, area, 1, &name, styles.strong);
    for fact in facts {
        at = put(buf, area, at + 2, &fact, styles.plain);
    }
}
