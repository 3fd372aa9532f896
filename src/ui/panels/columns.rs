//! The column picker: the columns of a file, and what those that are chosen give. Ui floor.
//!
//! ```text
//! ┌ Columns of views.csv 12 ─ by column ▲ ────────────────────────────────────┐
//! │  column      part   filled  distinct  examples                            │
//! │> visitor     user  100.0 %       812  8f3a, 77b1, 0c2d                    │
//! │  when        time  100.0 %     9,977  2024-03-05 10:00, 2024-03-05 10:01  │
//! └───────────────────────────────────────────────────────────────────────────┘
//!  first 10,000 rows: 9,812 pageviews of 812 users, 150 left out, 38 rejected
//!  rejected: row 17: the user is empty
//!  dwell views.csv --user-column visitor --time-column when --page-column url
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::Panel;
use crate::app::TrialStage;
use crate::app::columns_and_trial;
use crate::load::Trial;
use crate::ui::context::Ui;
use crate::ui::grid::Cell;
use crate::ui::grid::Spec;
use crate::ui::list::ListPanel;
use crate::ui::panel;
use crate::ui::write::line;
use crate::ui::write::put;
use crate::words::figure::UNKNOWN;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::figure::share;
use crate::words::text::ELLIPSIS;
use crate::words::text::cut_end;
use crate::words::text::width;
use crate::words::text::wrap;

pub(in crate::ui) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let (screen, styles) = (&ui.app.columns, ui.styles);
    let (list, trial) = columns_and_trial(area);
    let input = screen.inspection.first.input();
    let name = format!("Columns of {}", input.rsplit('/').next().unwrap_or(input));
    let names = screen.inspection.parts.iter().map(|part| width(&part.name));
    let longest = names.max().unwrap_or(0).min(usize::from(u16::MAX)) as u16;
    let columns = ListPanel {
        panel: Panel::Columns,
        list: &screen.list,
        name: &name,
        noun: "column",
        all: screen.inspection.first.n_parts(),
        filter: panel::sought(&screen.list.typed),
        note: String::new(),
        beginning: "",
        columns: vec![
            Spec::word("column", longest.clamp(6, area.width / 3), 0),
            Spec::word("part", 4, 0),
            Spec::figure("filled", 7, 2),
            Spec::figure("distinct", 8, 3),
            Spec::text("examples", 14, 1),
        ],
    };
    columns.draw(ui, list, buf, |place| {
        let part = screen.inspection.parts.get(place as usize)?;
        let played = screen.part(place as usize);
        let style = if played.is_empty() {
            styles.plain
        } else {
            styles.strong
        };
        let filled = match part.rows {
            0 => UNKNOWN.to_owned(),
            rows => share(part.filled as f64 / rows as f64),
        };
        Some(vec![
            (Cell::Own(part.name.clone()), style),
            (Cell::Own(played.to_owned()), style),
            (Cell::Own(filled), styles.plain),
            (Cell::Own(count(part.distinct)), styles.plain),
            (Cell::Own(part.examples.join(", ")), styles.dim),
        ])
    });
    draw_trial(ui, trial, buf);
}

/// What the columns that are chosen give, and the command. Where room is short, reasons go first, then the command's end.
fn draw_trial(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let (app, styles) = (ui.app, ui.styles);
    let wide = usize::from(area.width.saturating_sub(2));
    let (said, reasons) = match &app.columns.trial {
        TrialStage::Missing => (app.missing_roles(), Vec::from_iter(app.why_columns())),
        TrialStage::Running => ("reading the first rows …".to_owned(), Vec::new()),
        TrialStage::Refused(problem) => (problem.clone(), Vec::new()),
        TrialStage::Done(trial) => {
            let n_rows = app.columns.inspection.first.n_rows();
            (counts(trial, n_rows), reasons(trial))
        }
    };
    let room = usize::from(area.height);
    let said = wrap(&said, wide);
    let reasons = reasons.iter().flat_map(|reason| wrap(reason, wide));
    let command = app
        .command()
        .map_or(Vec::new(), |command| wrap(&command, wide));
    let for_reasons = room.saturating_sub(said.len() + command.len());
    let lines = (said.into_iter().map(|line| (line, styles.strong)))
        .chain(reasons.take(for_reasons).map(|line| (line, styles.plain)))
        .chain(command.into_iter().map(|line| (line, styles.within)));
    let lines: Vec<(String, Style)> = lines.collect();
    for (n, (text, style)) in (0..area.height).zip(&lines) {
        let is_cut = n + 1 == area.height && lines.len() > room;
        let text = match is_cut {
            true => cut_end(&format!("{text} {ELLIPSIS}"), wide),
            false => text.clone(),
        };
        put(buf, line(area, n), 1, &text, *style);
    }
}

fn counts(trial: &Trial, n_rows: u64) -> String {
    let n_left_out = trial.left_out.iter().map(|(_, n)| n).sum();
    format!(
        "first {}: {} of {}, {} left out, {} rejected",
        counted(n_rows, "row"),
        counted(trial.pageviews, "pageview"),
        counted(trial.users, "user"),
        count(n_left_out),
        count(trial.rejects),
    )
}

/// What there is to say of rows that are no pageviews, and what is doubtful.
fn reasons(trial: &Trial) -> Vec<String> {
    let span = trial.span.map(|(first, last)| format!("{first} to {last}"));
    let left_out = trial
        .left_out
        .iter()
        .map(|(reason, n)| format!("{} {reason}", count(*n)));
    let left_out: Vec<String> = left_out.collect();
    let left_out = (!left_out.is_empty()).then(|| format!("left out: {}", left_out.join(", ")));
    let reject = trial.first_reject.as_ref();
    let reject = reject.map(|reject| format!("rejected: {}: {}", reject.place, reject.reason));
    let doubts = trial.doubts.first().cloned();
    let said = doubts.into_iter().chain(reject).chain(left_out).chain(span);
    said.collect()
}
