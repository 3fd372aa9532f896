//! One page: the sessions with it, and the pages before and after it. App floor.

use crate::answers::browse::View;
use crate::answers::browse::neighbours;
use crate::answers::browse::neighbours::Neighbour;
use crate::answers::browse::neighbours::NeighbourColumn;
use crate::answers::browse::neighbours::PageNeighbours;
use crate::app::List;
use crate::app::Panel;
use crate::app::ScreenLayout;
use crate::words::gap::Gap;

/// The sessions with a page, of which some are those that begin or end with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionsOfPage {
    Containing,
    Landing,
    Exiting,
}

impl SessionsOfPage {
    /// In the order in which they are listed.
    pub(crate) const ALL: [SessionsOfPage; 3] = [
        SessionsOfPage::Containing,
        SessionsOfPage::Landing,
        SessionsOfPage::Exiting,
    ];
}

/// A page that was opened from the list of pages, or from one page after another.
#[derive(Debug)]
pub(crate) struct PageScreen {
    pub(crate) focus: Panel,
    /// The pages that led here, by index; the one in view is the last.
    pub(in crate::app) opened: Vec<u32>,
    /// The selected line of [`SessionsOfPage::ALL`].
    pub(crate) cursor: usize,
    pub(crate) before: List<NeighbourColumn>,
    pub(crate) after: List<NeighbourColumn>,
    /// What was counted last: at which gap, and of which page.
    counted: Option<(Gap, u32, PageNeighbours)>,
    /// The neighbours to stay on, before and after, by their places in what was counted.
    anchors: [Option<u32>; 2],
}

impl Default for PageScreen {
    fn default() -> PageScreen {
        PageScreen {
            focus: Panel::SessionsOfPage,
            opened: Vec::new(),
            cursor: 0,
            before: List::sorted_by(NeighbourColumn::Views),
            after: List::sorted_by(NeighbourColumn::Views),
            counted: None,
            anchors: [None, None],
        }
    }
}

impl PageScreen {
    /// The page in view, by its index.
    pub(crate) fn page(&self) -> Option<u32> {
        self.opened.last().copied()
    }

    /// What was counted of the page in view, if anything was.
    pub(crate) fn neighbours(&self) -> Option<&PageNeighbours> {
        let counted = self.counted.as_ref();
        let counted = counted.filter(|(_, page, _)| Some(*page) == self.page());
        counted.map(|(_, _, neighbours)| neighbours)
    }

    /// The gap at which the page in view was counted; `None` if it was not.
    pub(crate) fn counted_at(&self) -> Option<Gap> {
        let counted = self.counted.as_ref();
        let counted = counted.filter(|(_, page, _)| Some(*page) == self.page());
        counted.map(|&(gap, _, _)| gap)
    }

    pub(in crate::app) fn take(&mut self, gap: Gap, page: u32, neighbours: PageNeighbours) {
        let anchor = |place: Option<u32>, before: &[Neighbour], now: &[Neighbour]| {
            let page = before.get(place? as usize)?.page;
            let place = now.iter().position(|neighbour| neighbour.page == page)?;
            Some(place as u32)
        };
        let [before, after] = self.anchors;
        self.anchors = match self.neighbours() {
            Some(was) => [
                anchor(before, &was.before, &neighbours.before),
                anchor(after, &was.after, &neighbours.after),
            ],
            None => [None, None],
        };
        self.counted = Some((gap, page, neighbours));
        self.mark_stale();
    }

    /// Shows a page, from the top of its lists.
    pub(in crate::app) fn open(&mut self, page: u32) {
        self.opened.push(page);
        self.begin();
    }

    /// Goes back to the page before, if there is one.
    pub(in crate::app) fn close(&mut self) {
        self.opened.pop();
        self.begin();
    }

    fn begin(&mut self) {
        (self.cursor, self.anchors) = (0, [None, None]);
        for list in [&mut self.before, &mut self.after] {
            (list.cursor, list.top) = (0, 0);
            list.typed.clear();
            list.forget();
        }
    }

    pub(in crate::app) fn mark_stale(&mut self) {
        self.before.stale = true;
        self.after.stale = true;
    }

    /// Stays on a neighbour before or after, by its place in what was counted, or on none.
    pub(in crate::app) fn follow(&mut self, panel: Panel, place: Option<u32>) {
        self.anchors[usize::from(panel == Panel::After)] = place;
    }

    /// Keeps the pages that other pageviews have, under their numbers there.
    pub(in crate::app) fn rebase(&mut self, renumbered: impl Fn(u32) -> Option<u32>) {
        let opened = self.opened.iter();
        self.opened = opened.filter_map(|&page| renumbered(page)).collect();
        (self.counted, self.anchors) = (None, [None, None]);
        self.before.forget();
        self.after.forget();
    }

    /// Brings the lists in line with the view.
    pub(in crate::app) fn settle(&mut self, view: View<'_>, layout: &ScreenLayout) {
        let page = self.page();
        let counted = self.counted.as_ref();
        if let Some((_, _, found)) = counted.filter(|(_, counted, _)| Some(*counted) == page) {
            let sides = [
                (&mut self.before, &found.before, self.anchors[0]),
                (&mut self.after, &found.after, self.anchors[1]),
            ];
            for (list, side, anchor) in sides {
                if list.stale {
                    let (sort, typed) = (list.sort, list.typed.clone());
                    list.reorder(|buffer| neighbours::order(view, side, sort, &typed, buffer));
                    list.follow(anchor);
                }
            }
        }
        self.before.show(layout.rows(Panel::Before));
        self.after.show(layout.rows(Panel::After));
        self.anchors = [self.before.selected(), self.after.selected()];
    }
}
