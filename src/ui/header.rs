//! The first line. Ui floor.
//!
//! ```text
//!  dwell  shop.db  10,000,000 pageviews  499,057 users  1 Jan 2020 – 31 Dec 2022  UTC       ? help  q quit
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::Ui;
use crate::ui::put;
use crate::ui::put_right;
use crate::words::figure::counted;
use crate::words::text::cut_end;

pub(super) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let styles = ui.styles;
    let keys = if area.width >= 100 {
        "? help  q quit "
    } else {
        "? help "
    };
    let room = area.width.saturating_sub(keys.len() as u16);
    let mut at = put(buf, area, 1, "dwell", styles.strong);
    let name = cut_end(&ui.app.name, usize::from(area.width / 3));
    at = put(buf, area, at + 2, &name, styles.plain);
    if let Some(data) = &ui.app.data {
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
        let rejects = data.coverage().rejects;
        if rejects > 0 {
            facts.push(counted(rejects, "reject"));
        }
        for fact in facts {
            // Half a figure would be a wrong one.
            if usize::from(room.saturating_sub(at + 2)) >= fact.chars().count() {
                at = put(buf, area, at + 2, &fact, styles.plain);
            }
        }
    }
    put_right(buf, area, at + 1, keys, styles.dim);
}
