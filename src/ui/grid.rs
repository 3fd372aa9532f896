//! The columns of a list: which fit, where they lie, their cells. Ui floor.
//!
//! Widths depend on the panel and never on the rows in view, so that columns stand still while a
//! person scrolls.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::ui::context::Ui;
use crate::ui::write::line;
use crate::words::text::cut_end;
use crate::words::text::cut_middle;
use crate::words::text::width;

/// Columns for the mark of the selected row.
const MARK: u16 = 2;

/// A column of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spec {
    title: &'static str,
    width: u16,
    /// Takes what is left over, at least `width`.
    flexible: bool,
    right: bool,
    /// The larger, the sooner it is left out; 0 never is.
    rank: u8,
}

impl Spec {
    /// Text on the left, as wide as there is room for.
    pub(super) const fn text(title: &'static str, at_least: u16, rank: u8) -> Spec {
        Spec {
            title,
            width: at_least,
            flexible: true,
            right: false,
            rank,
        }
    }

    /// A word on the left, this wide.
    pub(super) const fn word(title: &'static str, width: u16, rank: u8) -> Spec {
        Spec {
            right: false,
            ..Spec::figure(title, width, rank)
        }
    }

    /// A figure on the right, this wide.
    pub(super) const fn figure(title: &'static str, width: u16, rank: u8) -> Spec {
        Spec {
            title,
            width,
            flexible: false,
            right: true,
            rank,
        }
    }
}

/// The content of a cell.
pub(super) enum Cell<'a> {
    /// An id from outside; cut at its end.
    Id(&'a str),
    /// A page from outside; cut in its middle.
    Page(&'a str),
    /// A figure or word of ours.
    Own(String),
}

/// Where the columns of a list lie.
pub(super) struct Grid {
    specs: Vec<Spec>,
    /// Indent and width of each column that fits.
    places: Vec<Option<(u16, u16)>>,
}

impl Grid {
    /// Fits columns into a width, leaving out those of the highest rank first.
    pub(super) fn new(specs: Vec<Spec>, total: u16) -> Grid {
        let room = total.saturating_sub(MARK);
        let mut kept: Vec<bool> = vec![true; specs.len()];
        let needed = |kept: &[bool]| -> u16 {
            let widths = specs.iter().zip(kept).filter(|(_, kept)| **kept);
            widths.map(|(spec, _)| spec.width + 1).sum()
        };
        while needed(&kept) > room {
            let droppable = specs
                .iter()
                .enumerate()
                .filter(|&(i, spec)| kept[i] && spec.rank > 0);
            let Some((worst, _)) = droppable.max_by_key(|&(i, spec)| (spec.rank, i)) else {
                break;
            };
            kept[worst] = false;
        }
        let left_over = room.saturating_sub(needed(&kept));
        let flexible = specs
            .iter()
            .zip(&kept)
            .filter(|(spec, kept)| spec.flexible && **kept);
        let n_flexible = flexible.count() as u16;
        let mut indent = MARK;
        let mut met = 0;
        let places = specs.iter().zip(kept).map(|(spec, kept)| {
            if !kept {
                return None;
            }
            let mut wide = spec.width;
            if spec.flexible {
                wide += left_over / n_flexible + u16::from(met < left_over % n_flexible);
                met += 1;
            }
            let place = (indent, wide.min(total.saturating_sub(indent)));
            indent += wide + 1;
            Some(place)
        });
        Grid {
            places: places.collect(),
            specs,
        }
    }

    /// The headings, the one sorted by in bold.
    pub(super) fn headings(&self, ui: Ui<'_>, area: Rect, sorted: Option<&str>, buf: &mut Buffer) {
        for (spec, place) in self.specs.iter().zip(&self.places) {
            let style = if sorted == Some(spec.title) {
                ui.styles.strong
            } else {
                ui.styles.dim
            };
            if let Some(place) = place {
                write(buf, area, *place, spec.right, spec.title, style);
            }
        }
    }

    /// The headings in view, and the columns of the terminal from and to which each lies.
    pub(super) fn heads(&self) -> impl Iterator<Item = (&'static str, u16, u16)> {
        let places = self.specs.iter().zip(&self.places);
        places.filter_map(|(spec, place)| {
            let (indent, wide) = (*place)?;
            Some((spec.title, indent, indent + wide))
        })
    }

    /// A row of cells, one for each column, fitting or not.
    pub(super) fn row(&self, area: Rect, cells: &[(Cell<'_>, Style)], buf: &mut Buffer) {
        for ((spec, place), (cell, style)) in self.specs.iter().zip(&self.places).zip(cells) {
            let Some(place) = *place else { continue };
            let max = usize::from(place.1);
            let text = match cell {
                Cell::Id(text) => cut_end(text, max),
                Cell::Page(text) => cut_middle(text, max),
                Cell::Own(text) => cut_end(text, max),
            };
            write(buf, area, place, spec.right, &text, *style);
        }
    }
}

fn write(buf: &mut Buffer, area: Rect, place: (u16, u16), right: bool, text: &str, style: Style) {
    let (indent, room) = place;
    if area.height == 0 || room == 0 || indent + room > area.width {
        return;
    }
    let shown = cut_end(text, usize::from(room));
    let pad = if right {
        room - width(&shown) as u16
    } else {
        0
    };
    buf.set_string(area.x + indent + pad, area.y, &shown, style);
}

/// MarkList a row as selected, in a panel that has the keys or in another.
pub(super) fn mark(ui: Ui<'_>, area: Rect, focused: bool, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    buf.set_string(area.x, area.y, ">", ui.styles.plain);
    let style = if focused {
        ui.styles.selected
    } else {
        ui.styles.selected_elsewhere
    };
    buf.set_style(area, style);
}

/// The rows of a list in view: `with` writes the row at a position into its line.
pub(super) fn rows(
    ui: Ui<'_>,
    area: Rect,
    list: (usize, usize, usize),
    focused: bool,
    buf: &mut Buffer,
    mut with: impl FnMut(usize, Rect, &mut Buffer),
) {
    let (top, cursor, len) = list;
    for n in 0..area.height {
        let position = top + usize::from(n);
        if position >= len {
            break;
        }
        let here = line(area, n);
        with(position, here, buf);
        if position == cursor {
            mark(ui, here, focused, buf);
        }
    }
}
