//! A dataset cut at the gap: its sessions and figures. App floor.

use std::sync::Arc;

use crate::answers::browse::View;
use crate::answers::browse::background::Background;
use crate::answers::browse::calendar::Calendar;
use crate::answers::browse::extent::Extents;
use crate::answers::browse::ladder;
use crate::answers::valley;
use crate::app::Loaded;
use crate::engine::compare::Seams;
use crate::engine::compare::SeamsOfPage;
use crate::engine::compare::busiest_at_seams;
use crate::engine::cut::Cut;
use crate::engine::every_gap::EveryGap;
use crate::engine::measure::Summary;
use crate::engine::pause_counts::PauseCounts;
use crate::engine::study::PauseHistogram;
use crate::engine::study::ValleyStudy;
use crate::load::LoadedInputs;
use crate::words::coverage::Coverage;
use crate::words::figure::change;
use crate::words::figure::count;
use crate::words::gap::Gap;

/// The pageviews and all that follows from them and the gap.
#[derive(Debug)]
pub(crate) struct Data {
    /// Shared with searches; moving the gap copies it while one is at work.
    pub(crate) cut: Arc<Cut>,
    pub(crate) histogram: PauseHistogram,
    /// What they were read from, if a store can be written of it.
    pub(crate) inputs: Option<Arc<LoadedInputs>>,
    /// Pauses that were counted elsewhere, instead of pageviews.
    pub(crate) counted: Option<Arc<PauseCounts>>,
    /// What counted pauses say of the gap; that of pageviews comes with the background.
    counted_valley: Option<ValleyStudy>,
    pub(crate) calendar: Calendar,
    /// How much room lists take; does not depend on the gap.
    pub(crate) extents: Extents,
    /// The ends of the pause axis, microseconds; do not depend on the gap.
    pub(crate) axis_us: (i64, i64),
    pub(crate) background: Option<Arc<Background>>,
    /// The figures at the gap: those of the cut, or of the counted pauses.
    pub(crate) summary: Summary,
    /// The figures at the saved gap.
    pub(crate) saved: Summary,
    /// The gap in view is compared with the gap of this cut.
    pinned: Option<Pinned>,
}

/// Pages that are listed beside a comparison: more than a terminal shows.
const MOST_PAGES: usize = 50;

/// A cut at a pinned gap, and what lies between it and the cut in view.
#[derive(Debug)]
struct Pinned {
    cut: Cut,
    seams: Seams,
    /// The pages around the seams, and the gap in view when they were counted.
    pages: Option<(Gap, Vec<SeamsOfPage>)>,
}

impl Data {
    pub(in crate::app) fn new(
        loaded: Loaded,
        gap: Gap,
        saved_gap: Gap,
        calendar: Calendar,
    ) -> Data {
        let summary = *loaded.cut.summary();
        let mut data = Data {
            counted_valley: loaded.valley,
            axis_us: loaded.histogram.axis_us(),
            histogram: loaded.histogram,
            inputs: loaded.inputs,
            counted: loaded.counted,
            calendar,
            extents: Extents {
                moment: calendar.moment_width(),
                day: calendar.day_width(),
                ..loaded.extents
            },
            background: None,
            summary,
            saved: summary,
            pinned: None,
            cut: Arc::new(loaded.cut),
        };
        if let Some(background) = loaded.background {
            data.take_background(background);
        }
        data.recut(saved_gap);
        data.saved = data.summary;
        if gap != saved_gap {
            data.recut(gap);
        }
        data
    }

    /// Takes in what was computed of these pageviews in the background.
    pub(in crate::app) fn take_background(&mut self, background: Arc<Background>) {
        let most = background.page_views.iter().max();
        self.extents.views_of_page = most.map_or(0, |&most| u64::from(most));
        self.background = Some(background);
    }

    /// Takes in the figures of these pageviews at every gap.
    pub(in crate::app) fn know(&mut self, every_gap: Arc<EveryGap>) {
        Arc::make_mut(&mut self.cut).know(every_gap);
    }

    /// Cuts the sessions anew and takes their figures.
    pub(crate) fn recut(&mut self, gap: Gap) {
        self.summary = match &self.counted {
            Some(counted) => of_pauses(counted, gap),
            None => {
                Arc::make_mut(&mut self.cut).recut(gap);
                if let Some(pinned) = &mut self.pinned {
                    pinned.seams = Seams::between(&pinned.cut, &self.cut);
                }
                *self.cut.summary()
            }
        };
    }

    /// Compares with this gap from now on, or with none.
    pub(in crate::app) fn pin(&mut self, gap: Option<Gap>) {
        self.pinned = gap.map(|gap| {
            let mut cut = Cut::clone(&self.cut);
            cut.recut(gap);
            let seams = Seams::between(&cut, &self.cut);
            Pinned {
                cut,
                seams,
                pages: None,
            }
        });
    }

    /// Counts the seams of pages, unless that is done.
    pub(in crate::app) fn count_pages_at_seams(&mut self) {
        let gap = self.cut.gap();
        if let Some(pinned) = &mut self.pinned
            && pinned.pages.as_ref().is_none_or(|pages| pages.0 != gap)
        {
            let pages = busiest_at_seams(&pinned.cut, &self.cut, MOST_PAGES);
            pinned.pages = Some((gap, pages));
        }
    }

    /// The pages with the most seams around them, as last counted.
    pub(crate) fn pages_at_seams(&self) -> &[SeamsOfPage] {
        let pages = self
            .pinned
            .as_ref()
            .and_then(|pinned| pinned.pages.as_ref());
        pages.map_or(&[], |pages| &pages.1)
    }

    /// The figures at the pinned gap, and the pauses that only one of the gaps cuts.
    pub(crate) fn pinned(&self) -> Option<(&Summary, Seams)> {
        let pinned = self.pinned.as_ref()?;
        Some((pinned.cut.summary(), pinned.seams))
    }

    /// How much of the input the pageviews are, and what is not among them.
    pub(crate) fn coverage(&self) -> &Coverage {
        &self.cut.dataset().coverage
    }

    /// The sessions of a gap as a figure: `~2,137,008` where counted pauses leave it open.
    pub(crate) fn sessions_text(&self, row: &Summary) -> String {
        let is_exact = self
            .counted
            .as_ref()
            .is_none_or(|counted| counted.sessions_at(row.gap).is_exact);
        format!("{}{}", if is_exact { "" } else { "~" }, count(row.sessions))
    }

    /// The view of the sessions as they are cut.
    pub(crate) fn view(&self) -> View<'_> {
        View {
            cut: &self.cut,
            background: self.background.as_deref(),
            pinned: self.pinned.as_ref().map(|pinned| pinned.cut.gap()),
        }
    }

    /// What stands behind what the pauses say, a line each.
    pub(crate) fn study_details(&self) -> Vec<String> {
        let machines = self.background.as_ref();
        let machines = machines.and_then(|background| background.machines.sentence());
        let details = self.valley().map(valley::details).unwrap_or_default();
        details.into_iter().chain(machines).collect()
    }

    /// What a gap that is a tenth longer or shorter would change.
    pub(crate) fn robustness(&self) -> String {
        let sessions_at = |us: i64| {
            let gap = Gap::from_us(us).unwrap_or(Gap::MIN);
            self.histogram.sessions_at(gap)
        };
        let us = self.summary.gap.as_us();
        let tenth = us / 10;
        let (now, shorter, longer) = (
            sessions_at(us),
            sessions_at(us - tenth),
            sessions_at(us.saturating_add(tenth)),
        );
        let most = ((shorter - now) / now).max((now - longer) / now);
        let verdict = if most < 0.01 { "robust" } else { "sensitive" };
        format!(
            "{verdict}: 10 % shorter {}, 10 % longer {}",
            change(now, shorter),
            change(now, longer)
        )
    }

    /// How often a page was seen, by its index, once that is known.
    pub(crate) fn page_views(&self, page: u32) -> Option<u32> {
        let background = self.background.as_ref()?;
        background.page_views.get(page as usize).copied()
    }

    /// What the pauses say of the gap to choose, once it is known.
    pub(crate) fn valley(&self) -> Option<&ValleyStudy> {
        let background = self.background.as_ref();
        self.counted_valley
            .as_ref()
            .or(background.map(|background| &background.valley))
    }

    /// The median duration of the sessions of two pageviews or more at a gap of the ladder, microseconds; `None` at
    /// others, since it costs more than moving the gap may.
    pub(crate) fn median_without_bounces_us(&self, gap: Gap) -> Option<i64> {
        let mut ladder = self.background.as_ref()?.ladder.iter();
        let figures = ladder.find(|figures| figures.summary.gap == gap)?;
        figures.median_without_bounces_us
    }

    /// The rows of the ladder table, ascending: the ladder, the gap, the saved and the pinned one.
    pub(crate) fn ladder(&self) -> Vec<Summary> {
        let mut rows = vec![self.summary, self.saved];
        if let Some(pauses) = &self.counted {
            let kept = self.counted_valley.as_ref().and_then(|valley| valley.keep);
            let gaps = ladder::table().chain(kept);
            rows.extend(gaps.map(|gap| of_pauses(pauses, gap)));
        }
        rows.extend(self.pinned().map(|(summary, _)| *summary));
        if let Some(background) = &self.background {
            rows.extend(background.ladder.iter().map(|figures| figures.summary));
        }
        rows.sort_by_key(|row| row.gap);
        rows.dedup_by_key(|row| row.gap);
        rows
    }
}

/// The figures that follow from pauses alone: the others are none, and are not to be shown.
fn of_pauses(pauses: &PauseCounts, gap: Gap) -> Summary {
    Summary {
        gap,
        users: pauses.users(),
        pageviews: pauses.pageviews(),
        sessions: pauses.sessions_at(gap).sessions,
        bounces: 0,
        total_duration_us: 0,
        median_duration_us: None,
    }
}
