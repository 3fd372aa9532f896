//! The timeline of a user, from the selected session on. Ui floor.
//!
//! ```text
//! ┌ Session 7 of 12 ─────────────────────┐
//! │ Sun 2 Feb 2020  12:55:16 – 13:04:40  │
//! │ 9m 24s  6 pageviews  longest 24m     │
//! │                                      │
//! │> 12:55:18 /home          ██▌   1m 10s│
//! │  13:04:40 /checkout              exit│
//! │  ┄┄ 4h 12m pause ┄┄ Mon 3 Feb 2020   │
//! ```

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::answers::browse::extent::TextExtent;
use crate::answers::browse::timeline;
use crate::answers::browse::timeline::Break;
use crate::answers::filter::chip::SoughtText;
use crate::app::Data;
use crate::app::Panel;
use crate::app::Screen;
use crate::app::Trail;
use crate::app::TrailLine;
use crate::app::timeline_body;
use crate::ui::bars::lying;
use crate::ui::context::Ui;
use crate::ui::found::mark_found;
use crate::ui::grid::mark;
use crate::ui::grid::page_text;
use crate::ui::panel;
use crate::ui::write::line;
use crate::ui::write::put;
use crate::ui::write::put_right;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::figure::duration;
use crate::words::text::cut_end;
use crate::words::text::width;

pub(in crate::ui) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let trail = ui.app.trail();
    let list_is_empty = match ui.app.screen() {
        Screen::Sessions => ui.app.all.sessions.list.order.is_empty(),
        _ => ui.app.users.list.order.is_empty(),
    };
    let user = trail.user.filter(|_| !list_is_empty);
    let (Some(data), Some(user)) = (&ui.app.data, user) else {
        panel::frame(ui, Panel::Timeline, &["Timeline".to_owned()], area, buf);
        return;
    };
    let cut = &data.cut;
    let rows = cut.dataset().rows_of(user);
    let row = trail
        .row
        .unwrap_or(rows.start)
        .clamp(rows.start, rows.end - 1);
    let session = cut.sessions().containing(row);
    let facts = cut.session(session);
    let all = cut.sessions().within(rows.clone()).len();
    let mut title = vec![format!(
        "Session {} of {}",
        count(facts.session_number),
        count(all as u64)
    )];
    if ui.app.screen() == Screen::Sessions || ui.app.size.0 < 60 {
        title.push(format!("user {}", cut_end(facts.user_id, 20)));
    }
    if !trail.sought.is_empty() {
        title.push(format!("/{}", trail.sought));
    }
    let beginning = &data.extents.page.prefix;
    title.extend(Some(beginning.clone()).filter(|text| !text.is_empty()));
    panel::frame(ui, Panel::Timeline, &title, area, buf);

    let body = timeline_body(area);
    if body.y > area.y + 1 {
        let top = Rect {
            x: body.x + 1,
            y: area.y + 1,
            width: body.width.saturating_sub(1),
            height: 2,
        };
        draw_facts(ui, data, &facts, top, buf);
    }
    let timeline = Timeline {
        data,
        trail,
        own: cut.sessions().rows_of(session),
        rows,
        sought: ui.app.sought(),
    };
    let lines = trail.lines(data.view(), &data.calendar, usize::from(body.height));
    for (n, &entry) in (0..body.height).zip(&lines) {
        let here = line(body, n);
        match entry {
            TrailLine::Break(pause, row) => draw_break(ui, data, pause, row, here, buf),
            TrailLine::Pageview(row) => {
                timeline.draw_pageview(ui, row, here, buf);
                if Some(row) == trail.row {
                    mark(ui, here, ui.app.panel() == Panel::Timeline, buf);
                }
            }
        }
    }
}

fn draw_facts(
    ui: Ui<'_>,
    data: &Data,
    facts: &crate::words::session::Session<'_>,
    area: Rect,
    buf: &mut Buffer,
) {
    put(
        buf,
        line(area, 0),
        0,
        &times(data, facts, area.width),
        ui.styles.strong,
    );

    let second = line(area, 1);
    let at = put(
        buf,
        second,
        0,
        &duration(facts.duration_us()),
        ui.styles.within,
    );
    let mut words = counted(facts.pageviews, "pageview");
    if facts.is_bounce() {
        words.push_str("  bounce");
    }
    if facts.is_open {
        words.push_str("  may go on");
    }
    if facts.starts_at_edge {
        words.push_str("  may have begun before");
    }
    let near = ui.app.trail().longest_of_session_us;
    if near > ui.app.gap.as_us() / 2 {
        words.push_str(&format!("  longest pause {}", duration(near)));
    }
    put(buf, second, at + 2, &words, ui.styles.plain);
}

/// When a session began and ended, with both dates where they differ, in the longest form that fits.
fn times(data: &Data, facts: &crate::words::session::Session<'_>, room: u16) -> String {
    let calendar = &data.calendar;
    let (from, to) = (facts.started_at, facts.ended_at);
    let day = calendar.weekday(from);
    let (first, last) = (calendar.time(from), calendar.time(to));
    let forms = match () {
        _ if first == last && calendar.day(from) == calendar.day(to) => {
            vec![format!("{day}  {first}")]
        }
        _ if calendar.day(from) == calendar.day(to) => vec![
            format!("{day}  {first} – {last}"),
            format!("{}  {first} – {last}", calendar.day_text(from)),
        ],
        _ => vec![
            format!("{day} {first} – {} {last}", calendar.weekday(to)),
            format!(
                "{} {first} – {} {last}",
                calendar.day_text(from),
                calendar.day_text(to)
            ),
            format!("{} – {}", calendar.moment(from), calendar.moment(to)),
        ],
    };
    let fitting = forms.iter().find(|form| width(form) <= usize::from(room));
    fitting.or(forms.last()).cloned().unwrap_or_default()
}

fn draw_break(ui: Ui<'_>, data: &Data, pause: Break, row: usize, area: Rect, buf: &mut Buffer) {
    let gap_us = ui.app.gap.as_us();
    let (mut words, mut style, new_day) = match pause {
        Break::Between { pause_us, new_day } => {
            let over_us = pause_us - gap_us;
            let over = if over_us < gap_us {
                format!(", {} over the gap", duration(over_us))
            } else {
                String::new()
            };
            (
                format!("┄┄ {} pause{over} ┄┄", duration(pause_us)),
                ui.styles.between,
                new_day,
            )
        }
        Break::Within { pause_us, new_day } => (
            format!("··· {} pause ···", duration(pause_us)),
            ui.styles.within,
            new_day,
        ),
        Break::NewDay => ("──".to_owned(), ui.styles.dim, true),
    };
    let seam = |us: &i64| data.view().is_seam(*us);
    if let (Some(pinned), Some(pause_us)) = (ui.app.pinned, pause.pause_us().filter(seam)) {
        let change = if pause_us >= gap_us { "not cut" } else { "cut" };
        words.push_str(&format!(" {change} at {pinned}"));
        style = style.patch(ui.styles.strong);
    }
    if new_day {
        words.push(' ');
        words.push_str(&data.calendar.weekday(data.cut.dataset().at(row)));
    }
    put(buf, area, 2, &words, style);
}

/// What the lines of pageviews have in common.
struct Timeline<'a> {
    data: &'a Data,
    trail: &'a Trail,
    /// The rows of the user.
    rows: Range<usize>,
    /// The rows of the selected session.
    own: Range<usize>,
    /// The pages that a person looks for.
    sought: Vec<SoughtText>,
}

impl Timeline<'_> {
    /// Whether a pause before or after the pageview is a seam.
    fn is_at_seam(&self, row: usize) -> bool {
        let (view, at) = (self.data.view(), self.data.cut.dataset().at_us());
        let pauses = [row, row + 1].into_iter();
        let mut pauses = pauses.filter(|&row| row > self.rows.start && row < self.rows.end);
        pauses.any(|row| view.is_seam(at[row] - at[row - 1]))
    }

    fn draw_pageview(&self, ui: Ui<'_>, row: usize, area: Rect, buf: &mut Buffer) {
        /// Columns for the dwell time.
        const DWELL: u16 = 7;
        let Timeline { data, trail, .. } = self;
        let style: Style = match row {
            _ if self.is_at_seam(row) => ui.styles.strong,
            _ if self.own.contains(&row) => ui.styles.plain,
            _ => ui.styles.dim,
        };
        let time = data.calendar.time(data.cut.dataset().at(row));
        let at = put(buf, area, 2, &time, style);
        let dwell_us = timeline::dwell_us(&data.cut, &self.rows, row);
        let bar = match area.width {
            0..=37 => 0,
            38..=51 => 6,
            _ => 10,
        };
        let bar_room = bar + u16::from(bar > 0);
        let page_room = area.width.saturating_sub(at + 1 + bar_room + DWELL + 1);
        let (page_room, carried) = carried_columns(data, page_room);
        let page = data.cut.dataset().page_text(row);
        let page = page_text(ui, page, &data.extents.page, usize::from(page_room));
        put(buf, area, at + 1, &page, style);
        let here = Rect {
            x: area.x + at + 1,
            width: page_room,
            ..area
        };
        let whole = data.cut.dataset().page_text(row);
        for sought in &self.sought {
            mark_found(whole, &page, sought, here, ui.styles.found, buf);
        }
        let mut after = at + 1 + page_room;
        let columns = data.cut.dataset().carried().zip(carried);
        for (values, room) in columns.filter(|(_, room)| *room > 0) {
            let extent = TextExtent::default();
            let text = page_text(
                ui,
                values.text(row).unwrap_or(""),
                &extent,
                usize::from(room),
            );
            put(buf, area, after + 1, &text, style);
            after += 1 + room;
        }
        if let (true, Some(us)) = (bar > 0 && trail.longest_dwell_us > 0, dwell_us) {
            let bar = lying(us as f64 / trail.longest_dwell_us as f64, bar);
            put(buf, area, after + 1, &bar, ui.styles.within);
        }
        let dwell = dwell_us.map_or("exit".to_owned(), duration);
        let style = if dwell_us.is_some() {
            style
        } else {
            ui.styles.dim
        };
        put_right(buf, area, at + 1, &dwell, style);
    }
}

/// The room of a page, and behind it of each carried column: none where too little would be left of the page.
fn carried_columns(data: &Data, page_room: u16) -> (u16, Vec<u16>) {
    const LEAST_OF_PAGE: u16 = 40;
    const MOST: u16 = 20;
    let extents = &data.extents;
    let least = extents.page.wide.min(LEAST_OF_PAGE);
    let (mut left, mut rooms) = (page_room, Vec::new());
    for extent in &extents.carried {
        let room = extent.wide.clamp(1, MOST);
        let fits = left > least + room;
        left -= if fits { 1 + room } else { 0 };
        rooms.push(if fits { room } else { 0 });
    }
    (left, rooms)
}
