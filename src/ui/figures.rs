//! The figures at the gap, and how they differ from those at the pinned or else the saved one. Ui floor.
//!
//! ```text
//!  gap 30m (saved 20m)   2,137,008 sessions −2.9 %   bounce 21.6 % +1.2   median 4m 12s +8s   4.7 views a session    moved in 9 ms
//! ```
//!
//! Every change shows beside its figure in the frame of the move; at the next key only that of the
//! sessions stays, dim.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::engine::measure::Summary;
use crate::ui::context::Ui;
use crate::ui::write::put;
use crate::ui::write::put_right;
use crate::words::figure::UNKNOWN;
use crate::words::figure::change;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::figure::duration;
use crate::words::figure::share;
use crate::words::text::width;

/// A figure, the words around it, and its change.
#[derive(Clone)]
struct ShownFigure {
    before: &'static str,
    value: String,
    after: String,
    change: Option<String>,
}

pub(super) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let (app, styles) = (ui.app, ui.styles);
    let mut at = put(buf, area, 1, "gap ", styles.plain);
    at = put(buf, area, at, &app.gap.to_string(), styles.strong);
    let beside = match app.pinned {
        Some(gap) => format!(" (pinned {gap})"),
        None if app.gap != app.saved_gap => format!(" (saved {})", app.saved_gap),
        None => String::new(),
    };
    at = put(buf, area, at, &beside, styles.dim);
    let Some(data) = &app.data else { return };
    let took = app.took.filter(|_| app.moved);
    let took = took.map_or(String::new(), |took| {
        format!("  moved in {} ", took_text(took))
    });
    let room = area.width.saturating_sub(width(&took) as u16);
    let beside = data.pinned().map_or(&data.saved, |(pinned, _)| pinned);
    let beside = (app.gap != beside.gap).then_some(beside);
    let mut figures = figures(&data.summary, beside).to_vec();
    figures[0].value = data.sessions_text(&data.summary);
    if data.counted.is_some() {
        // What pauses alone do not tell.
        figures.drain(1..3);
    }
    for (n, figure) in figures.iter().enumerate() {
        // The change of the sessions is what moving a gap is about.
        let change = figure.change.as_ref().filter(|_| app.moved || n == 0);
        let mut change = change.map_or(String::new(), |change| format!(" {change}"));
        let bare = figure.before.len() + width(&figure.value) + figure.after.len();
        let left = usize::from(room.saturating_sub(at + 3));
        if left < bare {
            continue;
        }
        if left < bare + width(&change) {
            change.clear();
        }
        at = put(buf, area, at + 3, figure.before, styles.plain);
        at = put(buf, area, at, &figure.value, styles.strong);
        at = put(buf, area, at, &figure.after, styles.plain);
        let style = if app.moved { styles.strong } else { styles.dim };
        at = put(buf, area, at, &change, style);
    }
    put_right(buf, area, at, &took, styles.dim);
}

fn took_text(took: std::time::Duration) -> String {
    let ms = took.as_secs_f64() * 1e3;
    if ms < 10.0 {
        format!("{ms:.1} ms")
    } else {
        format!("{ms:.0} ms")
    }
}

fn figures(now: &Summary, beside: Option<&Summary>) -> [ShownFigure; 4] {
    let rate = |summary: &Summary| summary.bounce_rate().unwrap_or(f64::NAN);
    let per_session = |summary: &Summary| summary.pageviews_per_session();
    [
        ShownFigure {
            before: "",
            value: count(now.sessions),
            after: counted(now.sessions, "session")
                .trim_start_matches(|c: char| c != ' ')
                .to_owned(),
            change: beside.map(|beside| change(beside.sessions as f64, now.sessions as f64)),
        },
        ShownFigure {
            before: "bounce ",
            value: share(rate(now)),
            after: String::new(),
            change: beside.map(|beside| points(rate(now) - rate(beside))),
        },
        ShownFigure {
            before: "median ",
            value: now.median_duration_us.map_or(UNKNOWN.to_owned(), duration),
            after: String::new(),
            change: beside.and_then(|beside| {
                Some(longer(now.median_duration_us? - beside.median_duration_us?))
            }),
        },
        ShownFigure {
            before: "",
            value: per_session(now).map_or(UNKNOWN.to_owned(), |n| format!("{n:.1}")),
            after: " views a session".to_owned(),
            change: beside
                .and_then(|beside| Some(signed(per_session(now)? - per_session(beside)?))),
        },
    ]
}

/// A difference of shares in percentage points, `+1.2`.
fn points(difference: f64) -> String {
    signed(difference * 100.0)
}

fn signed(difference: f64) -> String {
    match difference {
        d if !d.is_finite() => UNKNOWN.to_owned(),
        d if d >= 0.05 => format!("+{d:.1}"),
        d if d <= -0.05 => format!("−{:.1}", -d),
        _ => "±0.0".to_owned(),
    }
}

fn longer(difference_us: i64) -> String {
    match difference_us {
        0 => "±0s".to_owned(),
        us if us > 0 => format!("+{}", duration(us)),
        us => format!("−{}", duration(-us)),
    }
}
