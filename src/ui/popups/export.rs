//! The export dialog. Ui floor.
//!
//! ```text
//! ┌ Export ──────────────────────────────────────────────┐
//! │> What     ‹ sessions ›                               │
//! │  Which    ‹ as filtered ›  3,412                     │
//! │  Format   ‹ csv ›                                    │
//! │  Path     shop-sessions.csv                          │
//! │                                                      │
//! │ 3,412 rows at 30m, about 480.0 kB                    │
//! │ Tab next  ←→ change  Enter export  Esc leave         │
//! └──────────────────────────────────────────────────────┘
//! ```

use crossterm::event::KeyCode;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use ratatui::layout::Rect;
use ratatui::widgets::Paragraph;
use ratatui::widgets::Widget;
use ratatui::widgets::Wrap;

use crate::app::Dialog;
use crate::app::DialogField;
use crate::app::EXPORT_FORMATS;
use crate::app::ExportStage;
use crate::app::Target;
use crate::ui::context::Ui;
use crate::ui::grid::mark;
use crate::ui::loading;
use crate::ui::popups::popup;
use crate::ui::write::line;
use crate::ui::write::put;
use crate::ui::write::put_input;
use crate::words::figure::bytes;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::text::cut_middle;
use crate::words::text::safe;

/// Columns for the names of the fields.
const NAMES: u16 = 11;

pub(in crate::ui) fn draw(
    ui: Ui<'_>,
    dialog: &Dialog,
    area: Rect,
    buf: &mut Buffer,
) -> Option<Position> {
    let inside = popup::frame(ui, "Export", (64, 8), area, buf);
    let values = [
        (DialogField::Rows, "What", dialog.kind_name().to_owned()),
        (DialogField::Which, "Which", dialog.choice().0.to_owned()),
        (
            DialogField::Format,
            "Format",
            EXPORT_FORMATS[dialog.format].words().to_owned(),
        ),
    ];
    let editing = dialog.stage == ExportStage::Editing;
    for (n, (field, name, value)) in (0..).zip(&values) {
        let here = line(inside, n);
        put(buf, here, 2, name, ui.styles.dim);
        ui.target(here, Target::Field(*field));
        let at = put(buf, here, NAMES, &format!("‹ {value} ›"), ui.styles.plain);
        ui.target_within(here, NAMES, NAMES + 2, Target::Step(*field, 0));
        ui.target_within(here, NAMES + 2, at, Target::Step(*field, 1));
        if *field == DialogField::Which {
            put(buf, here, at + 2, &count(dialog.count()), ui.styles.dim);
        }
        if editing && dialog.field == *field {
            mark(ui, here, true, buf);
        }
    }
    let path = line(inside, 3);
    put(buf, path, 2, "Path", ui.styles.dim);
    ui.target(path, Target::Field(DialogField::Path));
    let cursor = put_input(buf, path, NAMES, &dialog.path, ui.styles.plain);
    let typing = editing && dialog.field == DialogField::Path;
    if typing {
        put(buf, path, 0, ">", ui.styles.strong);
    }
    draw_stage(ui, dialog, inside, buf);
    cursor.filter(|_| typing)
}

fn draw_stage(ui: Ui<'_>, dialog: &Dialog, inside: Rect, buf: &mut Buffer) {
    let rest = Rect {
        y: inside.y + inside.height.min(5),
        height: inside.height.saturating_sub(5),
        ..inside
    };
    let wrapped = |words: String, buf: &mut Buffer| {
        Paragraph::new(words)
            .wrap(Wrap { trim: true })
            .render(rest, buf);
    };
    match &dialog.stage {
        ExportStage::Editing => {
            let words = format!(
                "{} at {}, about {}",
                counted(dialog.count(), "row"),
                dialog.gap,
                bytes(dialog.bytes())
            );
            put(buf, line(rest, 0), 0, &words, ui.styles.plain);
            if let Some(part) = dialog.dataset.coverage.extent.mark() {
                let words = format!("{part}: only what is loaded so far");
                put(buf, line(rest, 1), 0, &words, ui.styles.strong);
            }
            let keys = [
                match dialog.is_path_begun() {
                    true => ("Tab completes", KeyCode::Tab),
                    false => ("Tab next", KeyCode::Tab),
                },
                ("←→ change", KeyCode::Right),
                ("Enter exports", KeyCode::Enter),
                ("Esc leaves", KeyCode::Esc),
            ];
            buttons(ui, &keys, line(rest, 2), buf);
        }
        ExportStage::Exists => {
            let path = safe(dialog.path.value());
            let words = format!("{path} is there already. y replaces it, n keeps it.");
            wrapped(words, buf);
            let keys = [
                ("y replaces", KeyCode::Char('y')),
                ("n keeps", KeyCode::Char('n')),
            ];
            buttons(ui, &keys, line(rest, 2), buf);
        }
        ExportStage::Running(job) => {
            if let Some(job) = ui.app.jobs.get(*job) {
                loading::gauge(ui, job.share(), line(rest, 0), buf);
                let mut words = loading::amounts(&job.progress);
                words.extend(loading::speed(job));
                put(buf, line(rest, 1), 0, &words.join("  "), ui.styles.plain);
            }
            let keys = [("Esc cancels", KeyCode::Esc)];
            buttons(ui, &keys, line(rest, 2), buf);
        }
        ExportStage::Done {
            path,
            rows,
            bytes: size,
        } => {
            let part = dialog.dataset.coverage.extent.mark();
            let part = part.map_or(String::new(), |part| format!(" {part}: not all there is."));
            // Two lines have room for it, with its name and the folder it begins in.
            let path = cut_middle(path, usize::from(rest.width) * 3 / 2);
            let rows = counted(*rows, "row");
            wrapped(format!("{rows} in {path} ({}).{part}", bytes(*size)), buf);
            let keys = [("Enter closes", KeyCode::Enter)];
            buttons(ui, &keys, line(rest, 2), buf);
        }
        ExportStage::Failed(problem) => {
            wrapped(format!("{}. Change the path, or Esc.", safe(problem)), buf);
        }
    }
}

/// Keys in words, which can be clicked.
fn buttons(ui: Ui<'_>, keys: &[(&str, KeyCode)], area: Rect, buf: &mut Buffer) {
    let mut at = 0;
    for &(words, code) in keys {
        let from = at;
        at = put(buf, area, at, words, ui.styles.dim);
        ui.target_within(area, from, at, Target::Key(code));
        at += 2;
    }
}
