//! The pageview that a screen is about, and the timeline around it. App floor.

use std::ops::Range;

use crate::answers::browse::View;
use crate::answers::browse::calendar::Calendar;
use crate::answers::browse::lifeline;
use crate::answers::browse::lifeline::Lifeline;
use crate::answers::browse::timeline;
use crate::answers::browse::timeline::Break;
use crate::answers::filter::chip::SoughtText;
use crate::app::Panel;
use crate::app::ScreenLayout;
use crate::engine::cut::Cut;
use crate::engine::dataset::Dataset;
use crate::words::gap::Gap;

/// A pageview of a user, which stays selected when sessions around it join and split.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trail {
    /// Whose timeline is shown; `None` before there is any.
    pub(crate) user: Option<usize>,
    /// The pageview; `None` before there is any.
    pub(crate) row: Option<usize>,
    /// The first pageview in view.
    pub(crate) top: usize,
    /// What the dwell bars are drawn against, microseconds.
    pub(crate) longest_dwell_us: i64,
    /// The longest pause within the session of the pageview, microseconds.
    pub(crate) longest_of_session_us: i64,
    pub(crate) lifeline: Lifeline,
    pub(crate) zoom: u32,
    /// The text looked for in pages.
    pub(crate) sought: String,
    /// What `longest_dwell_us` and `lifeline` were computed for.
    /// The row was jumped to: if it is out of view it is to be in the middle.
    pub(in crate::app) is_jump: bool,
    dwell_of: Option<(usize, Gap)>,
    session_of: Option<Range<usize>>,
    lifeline_of: Option<LifelineKey>,
}

/// What a lifeline was computed for.
#[derive(Clone, Copy, Debug, PartialEq)]
struct LifelineKey {
    user: usize,
    /// The gap, and the pinned one.
    gaps: (Gap, Option<Gap>),
    zoom: u32,
    slots: usize,
    around: usize,
}

/// A line of a timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TrailLine {
    /// A pause or a day before the pageview at this row.
    Break(Break, usize),
    /// The pageview at this row.
    Pageview(usize),
}

impl Trail {
    /// Forgets what was computed from a dataset that is gone, and takes up a row of a new one.
    pub(crate) fn rebase(&mut self, row: Option<usize>) {
        self.user = None;
        self.row = row;
        (self.dwell_of, self.session_of, self.lifeline_of) = (None, None, None);
    }

    /// Goes to a pageview; one that begins something new is shown at the top.
    pub(crate) fn begin_at(&mut self, row: Option<usize>) {
        if let Some(row) = row.filter(|&row| self.row != Some(row)) {
            (self.row, self.top) = (Some(row), row);
        }
    }

    /// The pageview, if this dataset has it.
    pub(crate) fn row_in(&self, dataset: &Dataset) -> Option<usize> {
        self.row.filter(|&row| row < dataset.n_rows())
    }

    /// Brings scroll position, bars and lifeline in line with the view. `user` is set.
    pub(crate) fn settle(&mut self, view: View<'_>, calendar: &Calendar, layout: &ScreenLayout) {
        let Some(user) = self.user else { return };
        let cut = view.cut;
        let rows = cut.dataset().rows_of(user);
        let row = self
            .row
            .unwrap_or(rows.start)
            .clamp(rows.start, rows.end - 1);
        self.row = Some(row);
        if self.dwell_of != Some((user, cut.gap())) {
            self.longest_dwell_us = timeline::longest_dwell_us(cut, rows.clone());
            self.dwell_of = Some((user, cut.gap()));
        }
        let own = cut.sessions().rows_of(cut.sessions().containing(row));
        if self.session_of.as_ref() != Some(&own) {
            self.longest_of_session_us = timeline::longest_dwell_us(cut, own.clone());
            self.session_of = Some(own);
        }
        self.scroll(view, calendar, row, layout.rows(Panel::Timeline));

        let slots = layout.lifeline_slots();
        self.zoom = self.zoom.min(lifeline::deepest_zoom(cut, user, slots));
        // Without zoom the stretch does not depend on the row.
        let around = if self.zoom == 0 { 0 } else { row };
        let wanted = LifelineKey {
            user,
            gaps: (cut.gap(), view.pinned),
            zoom: self.zoom,
            slots,
            around,
        };
        if slots > 0 && self.lifeline_of != Some(wanted) {
            self.lifeline = Lifeline::of(view, user, row, self.zoom, slots);
            self.lifeline_of = Some(wanted);
        }
    }

    fn scroll(&mut self, view: View<'_>, calendar: &Calendar, row: usize, height: usize) {
        let Some(user) = self.user else { return };
        let rows = view.cut.dataset().rows_of(user);
        let lines =
            |row| 1 + usize::from(timeline::break_before(view, calendar, &rows, row).is_some());
        let mut used = lines(row);
        let mut topmost = row;
        while topmost > rows.start && used + lines(topmost - 1) <= height {
            topmost -= 1;
            used += lines(topmost);
        }
        if std::mem::take(&mut self.is_jump) && !(topmost..=row).contains(&self.top) {
            let mut above = lines(row);
            self.top = row;
            while self.top > rows.start && above + lines(self.top - 1) <= height / 2 {
                self.top -= 1;
                above += lines(self.top);
            }
        }
        self.top = self.top.clamp(topmost, row);
    }

    /// The lines in view, at most `height`.
    pub(crate) fn lines(
        &self,
        view: View<'_>,
        calendar: &Calendar,
        height: usize,
    ) -> Vec<TrailLine> {
        let Some(user) = self.user else {
            return Vec::new();
        };
        let rows = view.cut.dataset().rows_of(user);
        let mut lines = Vec::with_capacity(height + 1);
        for row in self.top.max(rows.start)..rows.end {
            if lines.len() >= height {
                break;
            }
            if height > 1
                && let Some(pause) = timeline::break_before(view, calendar, &rows, row)
            {
                lines.push(TrailLine::Break(pause, row));
            }
            lines.push(TrailLine::Pageview(row));
        }
        lines.truncate(height);
        lines
    }

    /// The next pageview of the user after a seam, from `from` on and around the end.
    pub(crate) fn find_seam(&self, view: View<'_>, from: usize, forward: bool) -> Option<usize> {
        let rows = view.cut.dataset().rows_of(self.user?);
        let from = from.clamp(rows.start, rows.end);
        timeline::find_seam(view, rows, from, forward)
    }

    /// The next pageview of the user, from `from` on and around the end, whose page is one of those sought. Each page is
    /// looked at once.
    pub(crate) fn find(
        &self,
        cut: &Cut,
        from: usize,
        forward: bool,
        sought: &[SoughtText],
    ) -> Option<PageMatch> {
        let dataset = cut.dataset();
        let rows = dataset.rows_of(self.user?);
        let mut is_sought: Vec<Option<bool>> = vec![None; dataset.pages().len()];
        let found = rows.filter(|&row| {
            let page = dataset.page()[row] as usize;
            let is_match = || sought.iter().any(|text| text.is(dataset.page_text(row)));
            *is_sought[page].get_or_insert_with(is_match)
        });
        let found: Vec<usize> = found.collect();
        let before = found.partition_point(|&row| row < from);
        let place = match forward {
            true => before % found.len().max(1),
            false => before
                .checked_sub(1)
                .unwrap_or(found.len().saturating_sub(1)),
        };
        Some(PageMatch {
            row: *found.get(place)?,
            nth: place + 1,
            of: found.len(),
        })
    }
}

/// A pageview that was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageMatch {
    pub(crate) row: usize,
    /// Its number among all of the user that were, from 1.
    pub(crate) nth: usize,
    pub(crate) of: usize,
}
