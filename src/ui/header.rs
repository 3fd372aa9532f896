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
