//! The gap ribbon: the pauses on a logarithmic axis, and the gap as a marker. Ui floor.
//!
//! ```text
//!       1s        10s        1m         10m    30m  1h        6h        1d         7d        30d
//!  ▁▁▂▂▃▄▅▆▇██▇▇▆▅▄▄▃▃▂▂▂▁▁▁▁▁▁┃▁▁▁▁▁▁▁▁▁▂▂▂▃▃▄▅▆▆▅▄▃▂▂▁▁▁▁
//! ```
//!
//! `╏` stands at the pinned gap. Left of the marker pauses lie within sessions, right of it between them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::answers::ribbon;
use crate::app::Data;
use crate::engine::study::LogAxis;
use crate::ui::bars::upright;
use crate::ui::context::Ui;
use crate::ui::write::put;
use crate::words::text::width;

pub(super) fn draw(ui: Ui<'_>, labels: Rect, bars: Rect, buf: &mut Buffer) {
    let Some(data) = &ui.app.data else { return };
    let axis = axis_of(data, bars.width);
    draw_labels(ui, &axis, labels, buf);
    draw_pauses(ui, data, &axis, bars, buf);
    if labels.is_empty() && !bars.is_empty() {
        // Without an axis the marker says what it stands for.
        let at = ribbon::marker(&axis, ui.app.gap) + 1;
        let gap = format!("{} ", ui.app.gap);
        let at = at.min(bars.width.saturating_sub(width(&gap) as u16));
        put(buf, bars, at, &gap, ui.styles.strong);
    }
}

/// The axis of pauses over a width.
pub(super) fn axis_of(data: &Data, width: u16) -> LogAxis {
    LogAxis {
        from_us: data.axis_us.0,
        to_us: data.axis_us.1,
        length: f64::from(width),
    }
}

/// The pauses in each column of an axis.
pub(super) fn columns(data: &Data, axis: &LogAxis) -> Vec<f64> {
    let n_columns = axis.length as usize;
    data.histogram
        .resampled(axis.from_us, axis.to_us, n_columns)
}

/// Durations where there is room for them, each beginning where it stands on the axis.
pub(super) fn draw_labels(ui: Ui<'_>, axis: &LogAxis, area: Rect, buf: &mut Buffer) {
    for (at, label) in ribbon::labels(axis) {
        put(buf, area, at, &label, ui.styles.dim);
    }
}

/// The histogram with the marker through it.
pub(super) fn draw_pauses(ui: Ui<'_>, data: &Data, axis: &LogAxis, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let pauses = columns(data, axis);
    let most = pauses.iter().copied().fold(0.0, f64::max);
    let marker = ribbon::marker(axis, ui.app.gap);
    let pinned = ui.app.pinned.map(|gap| ribbon::marker(axis, gap));
    for (column, &n) in (0..area.width).zip(&pauses) {
        let style = if column < marker {
            ui.styles.within
        } else {
            ui.styles.between
        };
        if column == marker {
            draw_marker(ui, area, column, buf);
        } else if Some(column) == pinned {
            for y in area.y..area.bottom() {
                buf.set_string(area.x + column, y, "╏", ui.styles.strong);
            }
        } else {
            upright(buf, area, column, ui.app.scale.height(n, most), style);
        }
    }
}

/// The marker through all rows of an area.
pub(super) fn draw_marker(ui: Ui<'_>, area: Rect, column: u16, buf: &mut Buffer) {
    for row in 0..area.height {
        buf.set_string(area.x + column, area.y + row, "┃", ui.styles.strong);
    }
}
