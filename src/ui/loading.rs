//! How the load is going, before anything of it can be seen. Ui floor.
//!
//! ```text
//! ┌ Loading shop.csv ────────────────────────────┐
//! │ ███████████████▌                             │
//! │ 38.5 MB of 120.0 MB  402,118 rows  12 rejects│
//! │ 40.1 MB/s  2s left                           │
//! │ Esc cancels                                  │
//! └──────────────────────────────────────────────┘
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::Command;
use crate::app::Job;
use crate::app::JobKind;
use crate::app::JobProgress;
use crate::ui::bars::lying;
use crate::ui::context::Ui;
use crate::ui::popups::popup;
use crate::ui::write::line;
use crate::ui::write::put;
use crate::words::figure::bytes;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::figure::duration;
use crate::words::progress::Stage;
use crate::words::text::cut_end;

pub(super) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let Some(job) = ui.app.jobs.foremost() else {
        let inside = popup::frame(ui, "Nothing is loaded", (44, 1), area, buf);
        let [reload, quit] = [Command::Reload, Command::Quit].map(|command| ui.app.key_of(command));
        let words = format!("{reload} loads again, {quit} quits");
        put(buf, inside, 0, &words, ui.styles.plain);
        return;
    };
    let progress = &job.progress;
    let title = format!("Loading {}", cut_end(&progress.what, 40));
    let inside = popup::frame(ui, &title, (56, 4), area, buf);
    gauge(ui, job.share(), line(inside, 0), buf);
    put(
        buf,
        line(inside, 1),
        0,
        &amounts(progress).join("  "),
        ui.styles.plain,
    );
    put(
        buf,
        line(inside, 2),
        0,
        &speed(job).join("  "),
        ui.styles.plain,
    );
    put(buf, line(inside, 3), 0, "Esc cancels", ui.styles.dim);
}

/// A bar over the whole line; a line of dots while the total is not known.
pub(super) fn gauge(ui: Ui<'_>, share: Option<f64>, area: Rect, buf: &mut Buffer) {
    match share {
        Some(share) => put(buf, area, 0, &lying(share, area.width), ui.styles.within),
        None => {
            let dots = "·".repeat(usize::from(area.width));
            put(buf, area, 0, &dots, ui.styles.dim)
        }
    };
}

/// All of it in one line.
pub(super) fn sentence(job: &Job) -> String {
    let progress = &job.progress;
    let verb = match job.kind {
        JobKind::Load => "loading",
        JobKind::Export => "exporting",
        JobKind::Keep => "keeping",
        JobKind::Save => "saving",
        JobKind::Rejects => "writing",
        JobKind::Search => "searching",
        JobKind::Follow => "following",
        JobKind::Order => "sorting",
        JobKind::Inspect | JobKind::Try | JobKind::Study | JobKind::Count => "studying",
    };
    let mut parts = vec![format!("{verb} {}", cut_end(&progress.what, 30))];
    if let Some(share) = job.share() {
        parts.push(crate::words::figure::share(share));
    }
    parts.extend(amounts(progress));
    parts.extend(speed(job));
    parts.join("  ")
}

/// Done of total, rows, rejects.
pub(super) fn amounts(progress: &JobProgress) -> Vec<String> {
    let amount = |n: u64| match progress.stage {
        Stage::Read => bytes(n),
        _ => count(n),
    };
    let mut parts = Vec::new();
    match progress.total {
        Some(total) => parts.push(format!("{} of {}", amount(progress.done), amount(total))),
        None if progress.done > 0 => parts.push(amount(progress.done)),
        None => {}
    }
    if progress.stage == Stage::Read || progress.rows != progress.done {
        parts.push(counted(progress.rows, "row"));
    }
    if progress.rejects > 0 {
        parts.push(counted(progress.rejects, "reject"));
    }
    parts
}

/// Rate and time left, as far as they are known.
pub(super) fn speed(job: &Job) -> Vec<String> {
    let rate = job
        .progress
        .per_second
        .map(|rate| match job.progress.stage {
            Stage::Read => format!("{}/s", bytes(rate as u64)),
            _ => format!("{} rows/s", count(rate as u64)),
        });
    let left = job.time_left().map(|left| match left.as_secs() {
        0 => "less than a second left".to_owned(),
        s => format!("{} left", duration(s as i64 * 1_000_000)),
    });
    rate.into_iter().chain(left).collect()
}
