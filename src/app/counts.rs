//! What the screen in view shows of all sessions, and takes longer to count than a frame: asked for, and taken in. App
//! floor.
//!
//! A screen shows what was counted last until the next is there, and says at which gap that was.

use std::sync::Arc;

use crate::answers::browse::counts::CountRequest;
use crate::answers::browse::counts::Counts;
use crate::answers::browse::pages::CountedColumn;
use crate::app::App;
use crate::app::Effect;
use crate::app::JobKind;
use crate::app::Screen;
use crate::app::Work;
use crate::engine::dataset::Dataset;
use crate::words::gap::Gap;

impl App {
    /// What the screen in view lacks of the pageviews at the gap in view.
    pub(super) fn uncounted(&self) -> Option<(Gap, CountRequest)> {
        let data = self.data.as_ref().filter(|_| self.has_rows())?;
        let counted_at = match self.screen() {
            Screen::Pages => {
                let (pages, by) = (&self.pages, self.pages.by);
                let is_counted = pages.counted_at == Some(self.gap);
                if is_counted && by != CountedColumn::Page && pages.facts.is_none() {
                    return Some((self.gap, CountRequest::Facts(by)));
                }
                (pages.counted_at, CountRequest::Texts(by))
            }
            Screen::Page => {
                let page = self.page.page()?;
                (self.page.counted_at(), CountRequest::Neighbours(page))
            }
            Screen::Calendar => {
                let counted_at = self.sessions_calendar.counted_at;
                (counted_at, CountRequest::Calendar(data.calendar))
            }
            _ => return None,
        };
        let (counted_at, request) = counted_at;
        (counted_at != Some(self.gap)).then_some((self.gap, request))
    }

    /// Counts what the screen in view lacks, where that takes no longer than a frame has.
    pub(super) fn count_at_once(&mut self) {
        // Figures first, and what else belongs to them.
        for _ in 0..2 {
            let Some((gap, request)) = self.uncounted() else {
                return;
            };
            let Some(data) = &self.data else { return };
            let dataset = Arc::clone(data.cut.dataset());
            if dataset.n_rows() > self.counted_at_once {
                return;
            }
            let Some(counts) = Counts::of(&data.cut, request, &|| true) else {
                return;
            };
            self.take_counts(&dataset, gap, counts);
            self.settle();
        }
    }

    /// Begins to count what the screen in view lacks. One at a time: while the gap moves, what is counted next is what is
    /// in view by then.
    pub(super) fn count(&mut self) -> Option<Effect> {
        let wanted = self.uncounted()?;
        if self.jobs.of(JobKind::Count).is_some() || self.uncountable == Some(wanted) {
            return None;
        }
        let dataset = Arc::clone(self.data.as_ref()?.cut.dataset());
        let job = self.jobs.begin(JobKind::Count, self.name.clone());
        let (gap, request) = wanted;
        let work = Work::Count {
            dataset,
            gap,
            request,
        };
        Some(Effect::Begin(job, work))
    }

    /// Takes in what was counted, unless other pageviews or another gap are in view by now.
    pub(super) fn take_counts(&mut self, dataset: &Arc<Dataset>, gap: Gap, counts: Counts) {
        let data = self.data.as_ref();
        let is_in_view = data.is_some_and(|data| Arc::ptr_eq(data.cut.dataset(), dataset));
        let depends_on_gap = !matches!(counts, Counts::Facts(..));
        if !is_in_view || depends_on_gap && self.gap != gap {
            return;
        }
        match counts {
            Counts::Texts(by, figures) => self.pages.take(gap, by, figures),
            Counts::Facts(by, facts) => self.pages.take_facts(by, facts),
            Counts::Neighbours(page, neighbours) => self.page.take(gap, page, neighbours),
            Counts::Calendar(calendar) => self.sessions_calendar.take(gap, calendar),
        }
    }
}
