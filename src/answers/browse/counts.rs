//! What screens count over all sessions at a gap, which can take longer than a frame. Answers floor.

use crate::answers::browse::calendar::Calendar;
use crate::answers::browse::neighbours::PageNeighbours;
use crate::answers::browse::neighbours::neighbours;
use crate::answers::browse::pages;
use crate::answers::browse::pages::PageFigures;
use crate::answers::browse::session_calendar::SessionCalendar;
use crate::engine::cut::Cut;

/// What is to be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CountRequest {
    /// The figures of all pages.
    Pages,
    /// What comes before and after a page, by its index.
    Neighbours(u32),
    /// The sessions by day, and by weekday and hour.
    Calendar(Calendar),
}

/// What was counted.
#[derive(Debug)]
pub(crate) enum Counts {
    /// By page index.
    Pages(Vec<PageFigures>),
    /// Of the page with this index.
    Neighbours(u32, PageNeighbours),
    /// By day, weekday and hour.
    Calendar(SessionCalendar),
}

impl Counts {
    /// Counts. Asks `keep_going` now and then, and returns `None` as soon as the answer is no.
    pub(crate) fn of(
        cut: &Cut,
        request: CountRequest,
        keep_going: &(dyn Fn() -> bool + Sync),
    ) -> Option<Counts> {
        Some(match request {
            CountRequest::Pages => Counts::Pages(pages::figures(cut)),
            CountRequest::Neighbours(page) => {
                Counts::Neighbours(page, neighbours(cut, page, keep_going)?)
            }
            CountRequest::Calendar(calendar) => {
                Counts::Calendar(SessionCalendar::of(cut, &calendar, keep_going)?)
            }
        })
    }
}
