//! The line above the panels: how the load is going, or what the sample is. Ui floor.
//!
//! ```text
//!  ██████▌    loading shop.csv  32.1 %  38.5 MB of 120.0 MB  402,118 rows  12 rejects  40.1 MB/s  2s left   Ctrl-C cancels
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::Origin;
use crate::ui::context::Ui;
use crate::ui::loading;
use crate::ui::write::put;
use crate::ui::write::put_right;

pub(super) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let app = ui.app;
    if let Some(job) = app.jobs.foremost().filter(|_| app.data.is_some()) {
        let bar = Rect {
            x: area.x + 1,
            width: area.width.min(12).saturating_sub(2),
            height: area.height.min(1),
            ..area
        };
        loading::gauge(ui, job.share(), bar, buf);
        let line = loading::sentence(job);
        let at = put(buf, area, bar.width + 2, &line, ui.styles.strong);
        put_right(buf, area, at + 2, "Ctrl-C cancels ", ui.styles.dim);
    } else if app.origin == Origin::Pauses {
        let words = "These are counted pauses: they give the numbers of users, pageviews and sessions, and nothing else";
        put(buf, area, 1, words, ui.styles.dim);
    } else if app.origin == Origin::Sample {
        let words = "This is the bundled sample. Your own: dwell views.csv, or dwell load --store shop.db views.csv";
        put(buf, area, 1, words, ui.styles.dim);
    }
}
