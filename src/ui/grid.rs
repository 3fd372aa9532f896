//! The columns of a list: which fit, where they lie, their cells. Ui floor.
//!
//! Widths depend on the panel and on all that the list may hold, never on the rows in view, so that columns stand still while a
//! person scrolls.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::answers::browse::extent::ColumnRoom;
use crate::answers::browse::extent::TextExtent;
use crate::answers::filter::chip::SoughtText;
use crate::app::share_out;
use crate::ui::context::Ui;
use crate::ui::found::mark_found;
use crate::ui::write::line;
use crate::words::text::cut_end;
use crate::words::text::cut_id;
use crate::words::text::width;
use crate::words::text::window;

/// Columns for the mark of the selected row.
const MARK: u16 = 2;

/// No text gives way to figures further than to these columns.
const NARROWEST: u16 = 8;

/// A column of a list.
#[derive(Clone, Debug)]
pub(super) struct Spec {
    title: Cow<'static, str>,
    room: ColumnRoom,
}

impl Spec {
    /// A column with this heading that takes so much room.
    pub(super) fn of((title, room): (impl Into<Cow<'static, str>>, ColumnRoom)) -> Spec {
        let title = title.into();
        Spec { title, room }
    }

    /// Text on the left, as wide as there is room for.
    pub(super) const fn text(title: &'static str, at_least: u16, rank: u8) -> Spec {
        let room = ColumnRoom {
            least: at_least,
            wanted: u16::MAX,
            gains: true,
            is_right: false,
            rank,
        };
        Spec {
            title: Cow::Borrowed(title),
            room,
        }
    }

    /// A word on the left, this wide.
    pub(super) const fn word(title: &'static str, width: u16, rank: u8) -> Spec {
        let room = ColumnRoom {
            least: width,
            wanted: width,
            gains: false,
            is_right: false,
            rank,
        };
        Spec {
            title: Cow::Borrowed(title),
            room,
        }
    }

    /// A figure on the right, this wide.
    pub(super) const fn figure(title: &'static str, width: u16, rank: u8) -> Spec {
        let mut spec = Spec::word(title, width, rank);
        spec.room.is_right = true;
        spec
    }
}

/// The content of a cell.
pub(super) enum Cell<'a> {
    /// An id from outside; what tells it apart stays.
    Id(&'a str, &'a TextExtent),
    /// A page from outside, without what all begin with; cut in its middle.
    Page(&'a str, &'a TextExtent),
    /// A figure or word of ours.
    Own(String),
}

/// A page as it stands in a list or timeline.
pub(super) fn page_text(ui: Ui<'_>, page: &str, extent: &TextExtent, room: usize) -> String {
    match ui.app.sideways {
        0 => extent.cut_page(page, room),
        skip => window(extent.without_prefix(page), usize::from(skip), room),
    }
}

fn id_text(ui: Ui<'_>, id: &str, extent: &TextExtent, room: usize) -> String {
    match ui.app.sideways {
        0 => cut_id(id, (extent.prefix.len(), usize::from(extent.telling)), room),
        skip => window(id, usize::from(skip), room),
    }
}

/// Where the columns of a list lie.
pub(super) struct Grid {
    specs: Vec<Spec>,
    /// Indent and width of each column that fits.
    places: Vec<Option<(u16, u16)>>,
    /// What was looked for, by the titles of the columns that have it.
    sought: Vec<(Vec<String>, SoughtText)>,
    found: Style,
}

impl Grid {
    /// Fits columns into a width, leaving out those of the highest rank first. What is left over is for those that
    /// want more.
    pub(super) fn new(specs: Vec<Spec>, total: u16) -> Grid {
        let room = total.saturating_sub(MARK);
        let mut kept: Vec<bool> = vec![true; specs.len()];
        let needed = |kept: &[bool]| -> u16 {
            let kept = specs.iter().zip(kept).filter(|(_, kept)| **kept);
            kept.map(|(spec, _)| spec.room.least + 1).sum()
        };
        while needed(&kept) > room {
            let droppable = specs
                .iter()
                .enumerate()
                .filter(|&(i, spec)| kept[i] && spec.room.rank > 0);
            let Some((worst, _)) = droppable.max_by_key(|&(i, spec)| (spec.room.rank, i)) else {
                break;
            };
            kept[worst] = false;
        }
        let mut left_over = room.saturating_sub(needed(&kept));
        let rooms = || specs.iter().zip(&kept).filter(|(_, kept)| **kept);
        let mut widths: Vec<u16> = rooms().map(|(spec, _)| spec.room.least).collect();
        let wanted: Vec<u16> = rooms().map(|(spec, _)| spec.room.wanted).collect();
        share_out(&mut left_over, &mut widths, &wanted);
        // Where even the columns that always stay are too wide, texts give way to figures.
        let mut lacking = needed(&kept).saturating_sub(room);
        for (wide, (spec, _)) in widths.iter_mut().zip(rooms()) {
            if !spec.room.is_right {
                let given = lacking.min(wide.saturating_sub(NARROWEST));
                (*wide, lacking) = (*wide - given, lacking - given);
            }
        }
        // Texts that are longer than most gain by what nobody else wants.
        let texts: Vec<usize> = (0..)
            .zip(rooms())
            .filter(|(_, (spec, _))| spec.room.gains)
            .map(|(n, _)| n)
            .collect();
        for (&n, met) in texts.iter().zip(0..) {
            let n_texts = texts.len() as u16;
            widths[n] += left_over / n_texts + u16::from(met < left_over % n_texts);
        }
        let mut widths = widths.into_iter();
        let mut indent = MARK;
        let places = kept.iter().map(|kept| {
            let wide = if *kept { widths.next()? } else { return None };
            let place = (indent, wide.min(total.saturating_sub(indent)));
            indent += wide + 1;
            Some(place)
        });
        Grid {
            places: places.collect(),
            specs,
            sought: Vec::new(),
            found: Style::default(),
        }
    }

    /// The same, which marks what was looked for.
    pub(super) fn marking(self, sought: Vec<(Vec<String>, SoughtText)>, found: Style) -> Grid {
        Grid {
            sought,
            found,
            ..self
        }
    }

    /// The headings, the one sorted by in bold.
    pub(super) fn headings(&self, ui: Ui<'_>, area: Rect, sorted: Option<&str>, buf: &mut Buffer) {
        for (spec, place) in self.specs.iter().zip(&self.places) {
            let style = if sorted == Some(&*spec.title) {
                ui.styles.strong
            } else {
                ui.styles.dim
            };
            if let Some(place) = place {
                write(buf, area, *place, spec.room.is_right, &spec.title, style);
            }
        }
    }

    /// The headings in view, and the columns of the terminal from and to which each lies.
    pub(super) fn heads(&self) -> impl Iterator<Item = (&str, u16, u16)> {
        let places = self.specs.iter().zip(&self.places);
        places.filter_map(|(spec, place)| {
            let (indent, wide) = (*place)?;
            Some((&*spec.title, indent, indent + wide))
        })
    }

    /// A row of cells, one for each column, fitting or not.
    pub(super) fn row(
        &self,
        ui: Ui<'_>,
        area: Rect,
        cells: &[(Cell<'_>, Style)],
        buf: &mut Buffer,
    ) {
        for ((spec, place), (cell, style)) in self.specs.iter().zip(&self.places).zip(cells) {
            let Some(place) = *place else { continue };
            let max = usize::from(place.1);
            let text = match cell {
                Cell::Id(text, extent) => id_text(ui, text, extent, max),
                Cell::Page(text, extent) => page_text(ui, text, extent, max),
                Cell::Own(text) => cut_end(text, max),
            };
            write(buf, area, place, spec.room.is_right, &text, *style);
            let (Cell::Id(whole, _) | Cell::Page(whole, _)) = cell else {
                continue;
            };
            let here = Rect {
                x: area.x + place.0,
                width: place.1,
                ..area
            };
            let sought = self.sought.iter();
            for (_, sought) in
                sought.filter(|(titles, _)| titles.iter().any(|title| *title == spec.title))
            {
                mark_found(whole, &text, sought, here, self.found, buf);
            }
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

/// Marks a row as selected, in a panel that has the keys or in another.
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
