//! The pauses and the sessions by gap, on one axis with one marker. Ui floor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::style::Style;

use crate::answers::ribbon::CountScale;
use crate::answers::ribbon::marker;
use crate::app::Command;
use crate::app::Data;
use crate::engine::study::LogAxis;
use crate::engine::study::PausesByKind;
use crate::engine::study::kinds_in_columns;
use crate::ui::bars::upright;
use crate::ui::context::Ui;
use crate::ui::ribbon;
use crate::ui::write::put;
use crate::ui::write::put_right;
use crate::ui::write::split;
use crate::words::figure::count;
use crate::words::gap::Gap;
use crate::words::text::width;

/// Pauses within sessions and between them where most are of the other kind, and the gaps that are as good.
const WITHIN: &str = "•";
const BETWEEN: &str = "◦";
const GOOD: &str = "░";

/// Histogram above, curve below where there is room for it; at least four rows.
pub(super) fn draw(ui: Ui<'_>, data: &Data, area: Rect, buf: &mut Buffer) {
    let bars = area.height.saturating_sub(3);
    let curve = if bars >= 6 { bars / 3 } else { 0 };
    let (title, area) = split(area, 1);
    let (pauses, area) = split(area, bars - curve);
    let (labels, area) = split(area, 1);
    let (sessions_title, curve) = split(area, 1);
    let axis = ribbon::axis_of(data, pauses.width);
    draw_title(ui, data, title, buf);
    ribbon::draw_pauses(ui, data, &axis, pauses, buf);
    if let Some(kinds) = data.valley().and_then(|study| study.kinds()) {
        draw_kinds(ui, data, kinds, &axis, pauses, buf);
    }
    if let Some(good_us) = data.valley().and_then(|study| study.good_us()) {
        shade(ui, good_us, &axis, pauses, buf);
    }
    ribbon::draw_labels(ui, &axis, labels, buf);
    draw_sessions_title(ui, data, sessions_title, buf);
    draw_curve(ui, data, &axis, curve, buf);
}

fn draw_title(ui: Ui<'_>, data: &Data, area: Rect, buf: &mut Buffer) {
    let mut at = put(buf, area, 0, "Pauses ", ui.styles.dim);
    let pauses = count(data.histogram.pauses);
    at = put(buf, area, at, &pauses, ui.styles.strong);
    if data.valley().is_some_and(|study| study.kinds().is_some()) {
        at = put(buf, area, at + 3, WITHIN, ui.styles.within);
        at = put(buf, area, at, " within sessions", ui.styles.dim);
        at = put(buf, area, at + 2, BETWEEN, ui.styles.between);
        at = put(buf, area, at, " between them", ui.styles.dim);
    }
    if data.valley().is_some_and(|study| study.good_us().is_some()) {
        at = put(buf, area, at + 2, GOOD, ui.styles.dim);
        at = put(buf, area, at, " as good", ui.styles.dim);
    }
    let key = ui.app.key_of(Command::CountScale);
    let scale = match ui.app.scale {
        CountScale::Linear => format!("{key} log scale"),
        CountScale::Logarithmic => format!("log scale, {key} linear"),
    };
    put_right(buf, area, at + 2, &scale, ui.styles.dim);
}

/// Colours the bars by the kind that most of their pauses are of, and marks in them how many are of the other.
fn draw_kinds(
    ui: Ui<'_>,
    data: &Data,
    kinds: &[PausesByKind],
    axis: &LogAxis,
    area: Rect,
    buf: &mut Buffer,
) {
    let most = ribbon::columns(data, axis).into_iter().fold(0.0, f64::max);
    let kinds = kinds_in_columns(kinds, axis);
    let marker = marker(axis, ui.app.gap);
    for (column, (within, between)) in (0..area.width).zip(kinds) {
        if column == marker {
            continue;
        }
        let within_is_more = within >= between;
        let (bar, other, symbol, style) = match within_is_more {
            true => (ui.styles.within, between, BETWEEN, ui.styles.between),
            false => (ui.styles.between, within, WITHIN, ui.styles.within),
        };
        let x = area.x + column;
        buf.set_style(
            Rect {
                x,
                width: 1,
                ..area
            },
            bar,
        );
        let rows = ui.app.scale.height(other, most) * f64::from(area.height);
        // Less than half an eighth of a row would not show as a bar either.
        if rows * 16.0 >= 1.0 {
            let y = area.y + area.height - (rows.ceil() as u16).clamp(1, area.height);
            let is_full = buf[(x, y)].symbol() == "█";
            let style = if is_full { on_bar(style) } else { style };
            buf.set_string(x, y, symbol, style);
        }
    }
}

/// A style that shows on a full block.
fn on_bar(style: Style) -> Style {
    style.add_modifier(Modifier::REVERSED)
}

/// Fills what the bars leave free above the good gaps.
fn shade(ui: Ui<'_>, (from_us, to_us): (i64, i64), axis: &LogAxis, area: Rect, buf: &mut Buffer) {
    let at = |us: i64| axis.position(us).clamp(0.0, f64::from(area.width)) as u16;
    for column in at(from_us)..(at(to_us) + 1).min(area.width) {
        for y in area.y..area.y + area.height {
            if buf[(area.x + column, y)].symbol() == " " {
                buf.set_string(area.x + column, y, GOOD, ui.styles.dim);
            }
        }
    }
}

fn draw_sessions_title(ui: Ui<'_>, data: &Data, area: Rect, buf: &mut Buffer) {
    let at = put(buf, area, 0, "Sessions by gap ", ui.styles.dim);
    let sessions = data.sessions_text(&data.summary);
    let at = put(buf, area, at, &sessions, ui.styles.strong);
    let words = data.robustness();
    let (verdict, _) = words.split_once(':').unwrap_or((&words, ""));
    let room = usize::from(area.width.saturating_sub(at + 3));
    let words = if width(&words) <= room {
        &words
    } else {
        verdict
    };
    put(buf, area, at + 3, words, ui.styles.plain);
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
