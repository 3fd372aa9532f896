//! The gap study: the pauses, the sessions by gap, and the ladder of gaps. Ui floor.
//!
//! ```text
//! ┌ Gap 30m ─────────────────────────────────────────────────────────────────────────────────────┐
//! │ clear: any gap from 20m to 1h10m cuts within 1 % of the same sessions. Keep 30m.   v takes it │
//! │ Pauses 9,500,943                gap   sessions  change  bounce  median 2+ views views         │
//! │ ▁▂▄▆█▇▅▃▂▁┃▁▁▂▃▅▆▅▃▂▁           15m  2,201,117  +3.0 %  22.4 %  3m 58s   5m 10s   4.5         │
//! │ 1s   1m  10m  1h   1d  30d    >  30m  2,137,008       –  21.6 %  4m 12s   5m 31s   4.7  saved  │
//! │ Sessions by gap 2,137,008       45m  2,101,554  −1.7 %  21.1 %  4m 20s   5m 44s   4.8         │
//! │ ██▇▆▅▄▃▃▃▃┃▃▂▂▂▁▁▁▁                                                                           │
//! └───────────────────────────────────────────────────────────────────────────────────────────────┘
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::answers::compare::sentence;
use crate::answers::ribbon::marker;
use crate::answers::valley;
use crate::app::Data;
use crate::app::Panel;
use crate::engine::measure::Summary;
use crate::engine::study::LogAxis;
use crate::ui::bars::upright;
use crate::ui::context::Ui;
use crate::ui::grid;
use crate::ui::grid::Cell;
use crate::ui::grid::Grid;
use crate::ui::grid::Spec;
use crate::ui::panel;
use crate::ui::ribbon;
use crate::ui::write::line;
use crate::ui::write::put;
use crate::words::figure::UNKNOWN;
use crate::words::figure::change;
use crate::words::figure::count;
use crate::words::figure::duration;
use crate::words::figure::share;
use crate::words::gap::Gap;
use crate::words::text::wrap;

/// Columns that the ladder wants beside the plots, and the plots beside the ladder.
const LADDER: u16 = 74;
const PLOTS: u16 = 40;

pub(super) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let title = format!("Gap {}", ui.app.gap);
    panel::frame(ui, Panel::Ladder, &[title], area, buf);
    let inside = Rect {
        x: area.x + 1,
        y: area.y + 1,
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(2),
    };
    let Some(data) = ui.app.data.as_ref().filter(|_| ui.app.has_pauses()) else {
        panel::empty(ui, inside, &panel::why_empty(ui, "", "pause"), buf);
        return;
    };
    let inside = draw_verdict(ui, data, inside, buf);
    let inside = draw_comparison(ui, data, inside, buf);
    if inside.width >= LADDER + PLOTS {
        let plots = Rect {
            x: inside.x + 1,
            width: inside.width - LADDER - 3,
            ..inside
        };
        let ladder = Rect {
            x: inside.x + inside.width - LADDER,
            width: LADDER,
            ..inside
        };
        draw_plots(ui, data, plots, buf);
        draw_ladder(ui, data, ladder, buf);
    } else if inside.height >= 12 {
        let plots = Rect {
            x: inside.x + 1,
            width: inside.width.saturating_sub(2),
            height: inside.height / 2,
            ..inside
        };
        let ladder = Rect {
            y: inside.y + plots.height,
            height: inside.height - plots.height,
            ..inside
        };
        draw_plots(ui, data, plots, buf);
        draw_ladder(ui, data, ladder, buf);
    } else {
        draw_ladder(ui, data, inside, buf);
    }
}

/// What the pauses say of the gap, whole, on as many lines as it takes. What is left of the area.
fn draw_verdict(ui: Ui<'_>, data: &Data, area: Rect, buf: &mut Buffer) -> Rect {
    const INDENT: u16 = 1;
    let (words, is_takeable) = match data.valley() {
        Some(study) => (valley::verdict(study), study.keep.is_some()),
        None => ("the pauses are being studied …".to_owned(), false),
    };
    let width = area.width.saturating_sub(2 * INDENT);
    let mut lines = wrap(&words, usize::from(width));
    lines.truncate(usize::from(area.height.saturating_sub(1)));
    let mut end = 0;
    for (n, words) in (0..).zip(&lines) {
        end = put(buf, line(area, n), INDENT, words, ui.styles.plain);
    }
    let hint = if is_takeable {
        "v takes it"
    } else {
        "v says why"
    };
    let at = area.width.saturating_sub(INDENT + hint.len() as u16);
    if let Some(last) = (lines.len() as u16).checked_sub(1)
        && at > end + 1
    {
        put(buf, line(area, last), at, hint, ui.styles.dim);
    }
    let taken = lines.len() as u16;
    Rect {
        y: area.y + taken,
        height: area.height - taken,
        ..area
    }
}

/// What the pinned gap would change, on the last line. What is left of the area.
fn draw_comparison(ui: Ui<'_>, data: &Data, area: Rect, buf: &mut Buffer) -> Rect {
    let Some((pinned, seams)) = data.pinned().filter(|_| area.height > 4) else {
        return area;
    };
    let words = sentence(&data.summary, pinned, seams);
    let last = line(area, area.height - 1);
    let at = put(buf, last, 1, &words, ui.styles.plain);
    put(buf, last, at + 3, "d lists them", ui.styles.dim);
    Rect {
        height: area.height - 1,
        ..area
    }
}

/// Histogram above, curve below, on one axis with one marker; then what a change of the gap would do.
fn draw_plots(ui: Ui<'_>, data: &Data, area: Rect, buf: &mut Buffer) {
    let n_words = u16::from(area.height >= 8);
    let plot_rows = area.height.saturating_sub(3 + n_words);
    let upper = plot_rows.div_ceil(2);
    let part = |y: u16, height: u16| Rect {
        y: area.y + y.min(area.height),
        height: height.min(area.height.saturating_sub(y)),
        ..area
    };
    let axis = ribbon::axis_of(data, area.width);
    let at = put(buf, line(area, 0), 0, "Pauses ", ui.styles.dim);
    put(
        buf,
        line(area, 0),
        at,
        &count(data.histogram.pauses),
        ui.styles.strong,
    );
    ribbon::draw_pauses(ui, data, &axis, part(1, upper), buf);
    ribbon::draw_labels(ui, &axis, part(1 + upper, 1), buf);
    let at = put(
        buf,
        line(area, 2 + upper),
        0,
        "Sessions by gap ",
        ui.styles.dim,
    );
    let sessions = data.sessions_text(&data.summary);
    put(buf, line(area, 2 + upper), at, &sessions, ui.styles.strong);
    draw_curve(ui, data, &axis, part(3 + upper, plot_rows - upper), buf);
    if n_words > 0 {
        let words = robustness(data, ui.app.gap);
        put(buf, line(area, 3 + plot_rows), 0, &words, ui.styles.plain);
    }
}

fn draw_curve(ui: Ui<'_>, data: &Data, axis: &LogAxis, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let most = data.histogram.sessions_at(Gap::MIN);
    let marker = marker(axis, ui.app.gap);
    for column in 0..area.width {
        if column == marker {
            ribbon::draw_marker(ui, area, column, buf);
            continue;
        }
        let us = axis.us_at(f64::from(column) + 0.5);
        let sessions = data
            .histogram
            .sessions_at(Gap::from_us(us).unwrap_or(Gap::MIN));
        upright(buf, area, column, sessions / most, ui.styles.dim);
    }
}

/// What a tenth more or less would change.
fn robustness(data: &Data, gap: Gap) -> String {
    let at = |us: i64| {
        data.histogram
            .sessions_at(Gap::from_us(us).unwrap_or(Gap::MIN))
    };
    let tenth = gap.as_us() / 10;
    let (now, shorter, longer) = (
        at(gap.as_us()),
        at(gap.as_us() - tenth),
        at(gap.as_us().saturating_add(tenth)),
    );
    let most = ((shorter - now) / now).max((now - longer) / now);
    let verdict = if most < 0.01 { "robust" } else { "sensitive" };
    format!(
        "{verdict}: 10 % less {}, more {}",
        change(now, shorter),
        change(now, longer)
    )
}

fn draw_ladder(ui: Ui<'_>, data: &Data, area: Rect, buf: &mut Buffer) {
    let grid = Grid::new(
        vec![
            Spec::figure("gap", 9, 0),
            Spec::figure("sessions", 11, 0),
            Spec::figure("change", 9, 1),
            Spec::figure("bounce", 7, 2),
            Spec::figure("median", 7, 3),
            Spec::figure("2+ views", 8, 4),
            Spec::figure("views", 5, 5),
            Spec::text("", 9, 6),
        ],
        area.width,
    );
    let heads = u16::from(area.height >= 3);
    if heads > 0 {
        grid.headings(ui, line(area, 0), None, buf);
    }
    let body = Rect {
        y: area.y + heads,
        height: area.height - heads,
        ..area
    };
    let rows = data.ladder();
    let knows_sessions = data.counted.is_none();
    let cursor = rows
        .iter()
        .position(|row| row.gap == ui.app.gap)
        .unwrap_or(0);
    let height = usize::from(body.height.max(1));
    // The gap stays in the middle where the ladder is longer than the panel.
    let top = cursor
        .saturating_sub(height / 2)
        .min(rows.len().saturating_sub(height));
    let shown = (top, cursor, rows.len());
    grid::rows(ui, body, shown, true, buf, |position, here, buf| {
        let row: &Summary = &rows[position];
        let is_saved = row.gap == ui.app.saved_gap;
        let is_suggested = data.valley().and_then(|study| study.keep) == Some(row.gap);
        let notes = [
            (is_saved, "saved"),
            (is_suggested, "keep"),
            (ui.app.pinned == Some(row.gap), "pinned"),
        ];
        let notes = notes.into_iter().filter(|(holds, _)| *holds);
        let note = notes.map(|(_, word)| word).collect::<Vec<_>>().join(", ");
        let moved = if is_saved {
            "–".to_owned()
        } else {
            change(data.saved.sessions as f64, row.sessions as f64)
        };
        let own = |text: String| (Cell::Own(text), ui.styles.plain);
        let known = |text: Option<String>| own(text.unwrap_or(UNKNOWN.to_owned()));
        let cells = [
            own(row.gap.to_string()),
            own(data.sessions_text(row)),
            own(moved),
            known(row.bounce_rate().filter(|_| knows_sessions).map(share)),
            known(row.median_duration_us.map(duration)),
            known(data.median_without_bounces_us(row.gap).map(duration)),
            known(row.pageviews_per_session().map(|n| format!("{n:.1}"))),
            (Cell::Own(note), ui.styles.dim),
        ];
        grid.row(here, &cells, buf);
    });
}
