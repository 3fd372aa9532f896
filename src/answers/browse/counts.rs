//! What screens count over all sessions at a gap, which can take longer than a frame. Answers floor.

use crate::answers::browse::calendar::Calendar;
use crate::answers::browse::neighbours::PageNeighbours;
use crate::answers::browse::neighbours::neighbours;
use crate::answers::browse::pages;
use crate::answers::browse::pages::CountedColumn;
use crate::answers::browse::pages::PageFigures;
use crate::answers::browse::session_calendar::SessionCalendar;
use crate::answers::browse::text_facts::TextFacts;
use crate::engine::cut::Cut;

/// What is to be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CountRequest {
    /// The figures of all pages, or of all values of a carried column.
    Texts(CountedColumn),
    /// What does not depend on the gap of the values of a carried column; that of pages is in the background.
    Facts(CountedColumn),
    /// What comes before and after a page, by its index.
    Neighbours(u32),
    /// The sessions by day, and by weekday and hour.
    Calendar(Calendar),
}

/// What was counted.
#[derive(Debug)]
pub(crate) enum Counts {
    /// By the index of the page or value.
    Texts(CountedColumn, Vec<PageFigures>),
    /// Of the values of a carried column.
    Facts(CountedColumn, TextFacts),
    /// Of the page with this index.
    Neighbours(u32, PageNeighbours),
    /// By day, weekday and hour.
    Calendar(SessionCalendar),
}

impl Counts {
    /// Counts. Asks `keep_going` now and then, and returns `None` as soon as the answer is no, or if the dataset lacks
    /// the column.
    pub(crate) fn of(
        cut: &Cut,
        request: CountRequest,
        keep_going: &(dyn Fn() -> bool + Sync),
    ) -> Option<Counts> {
        Some(match request {
            CountRequest::Texts(column) => {
                Counts::Texts(column, pages::figures(cut, column.values(cut.dataset())?))
            }
            CountRequest::Facts(column) => {
                let values = column.values(cut.dataset())?;
                Counts::Facts(column, TextFacts::of(cut.dataset(), values, keep_going)?)
            }
            CountRequest::Neighbours(page) => {
                Counts::Neighbours(page, neighbours(cut, page, keep_going)?)
            }
            CountRequest::Calendar(calendar) => {
                Counts::Calendar(SessionCalendar::of(cut, &calendar, keep_going)?)
            }
        })
    }
}
