//! The ladder of gaps with their figures. Ui floor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::Data;
use crate::engine::measure::Summary;
use crate::ui::context::Ui;
use crate::ui::grid;
use crate::ui::grid::Cell;
use crate::ui::grid::Grid;
use crate::ui::grid::Spec;
use crate::ui::write::line;
use crate::words::figure::UNKNOWN;
use crate::words::figure::change;
use crate::words::figure::duration;
use crate::words::figure::share;
use crate::words::text::width;

/// The columns, without the notes behind them: heading, and when it is left out.
const COLUMNS: [(&str, u8); 7] = [
    ("gap", 0),
    ("sessions", 0),
    ("change", 1),
    ("bounce", 2),
    ("median", 3),
    ("of 2+ views", 4),
    ("views", 5),
];

/// Columns that the notes want at least; the longest are cut in a narrow panel.
const NOTES: u16 = 5;

/// A gap, ready to be drawn.
struct Rung {
    figures: [String; COLUMNS.len()],
    /// What else the gap is.
    notes: String,
}

/// The gaps, ascending.
pub(super) struct Ladder {
    rungs: Vec<Rung>,
    /// The row of the gap in view.
    here: usize,
}

impl Ladder {
    pub(super) fn of(ui: Ui<'_>, data: &Data) -> Ladder {
        let rows = data.ladder();
        let here = rows.iter().position(|row| row.gap == ui.app.gap);
        Ladder {
            rungs: rows.iter().map(|row| Rung::of(ui, data, row)).collect(),
            here: here.unwrap_or(0),
        }
    }

    /// Rows that it takes whole.
    pub(super) fn height(&self) -> u16 {
        self.rungs.len() as u16 + 1
    }

    /// Columns that it takes whole.
    pub(super) fn width(&self) -> u16 {
        const MARK: u16 = 2;
        let widths = self.widths();
        MARK + widths.0.iter().map(|wide| wide + 1).sum::<u16>() + widths.1 + 1
    }

    /// The widest of each column, and of the notes.
    fn widths(&self) -> ([u16; COLUMNS.len()], u16) {
        let widest = |of: &dyn Fn(&Rung) -> &str| {
            let widths = self.rungs.iter().map(|rung| width(of(rung)) as u16);
            widths.max().unwrap_or(0)
        };
        let columns = std::array::from_fn(|column| {
            let heading = width(COLUMNS[column].0) as u16;
            widest(&|rung| &rung.figures[column]).max(heading)
        });
        (columns, widest(&|rung| &rung.notes))
    }

    pub(super) fn draw(&self, ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
        let (widths, notes) = self.widths();
        let columns = COLUMNS.iter().zip(widths);
        let columns = columns.map(|(&(title, rank), wide)| Spec::figure(title, wide, rank));
        let specs = columns.chain([Spec::text("", notes.min(NOTES), 6)]);
        let grid = Grid::new(specs.collect(), area.width);
        let heads = u16::from(area.height >= 3);
        if heads > 0 {
            grid.headings(ui, line(area, 0), None, buf);
        }
        let body = Rect {
            y: area.y + heads,
            height: area.height - heads,
            ..area
        };
        let height = usize::from(body.height.max(1));
        // The gap stays in the middle where the ladder is longer than the panel.
        let top = self
            .here
            .saturating_sub(height / 2)
            .min(self.rungs.len().saturating_sub(height));
        let shown = (top, self.here, self.rungs.len());
        grid::rows(ui, body, shown, true, buf, |position, here, buf| {
            let rung = &self.rungs[position];
            let figures = rung.figures.iter();
            let figures = figures.map(|figure| (Cell::Own(figure.clone()), ui.styles.plain));
            let notes = (Cell::Own(rung.notes.clone()), ui.styles.dim);
            let cells: Vec<_> = figures.chain([notes]).collect();
            grid.row(ui, here, &cells, buf);
        });
    }
}

impl Rung {
    fn of(ui: Ui<'_>, data: &Data, row: &Summary) -> Rung {
        let known = |text: Option<String>| text.unwrap_or(UNKNOWN.to_owned());
        let knows_sessions = data.counted.is_none();
        let is_saved = row.gap == ui.app.saved_gap;
        let notes = [
            (is_saved, "saved"),
            (
                data.valley().and_then(|study| study.keep) == Some(row.gap),
                "keep",
            ),
            (ui.app.pinned == Some(row.gap), "pinned"),
        ];
        let notes = notes.iter().filter(|(holds, _)| *holds);
        Rung {
            figures: [
                row.gap.to_string(),
                data.sessions_text(row),
                match is_saved {
                    true => "–".to_owned(),
                    false => change(data.saved.sessions as f64, row.sessions as f64),
                },
                known(row.bounce_rate().filter(|_| knows_sessions).map(share)),
                known(row.median_duration_us.map(duration)),
                known(data.median_without_bounces_us(row.gap).map(duration)),
                known(row.pageviews_per_session().map(|n| format!("{n:.1}"))),
            ],
            notes: notes.map(|(_, word)| *word).collect::<Vec<_>>().join(", "),
        }
    }
}
