//! What has been loaded, and its sessions at the gap. App floor.

use std::sync::Arc;

use crate::answers::browse::View;
use crate::answers::browse::background::Background;
use crate::answers::browse::calendar::Calendar;
use crate::answers::browse::ladder;
use crate::answers::gaps::of_counts;
use crate::app::Action;
use crate::app::App;
use crate::app::Effect;
use crate::app::Job;
use crate::app::Loaded;
use crate::app::Panel;
use crate::app::Popup;
use crate::app::Trail;
use crate::engine::cut::Cut;
use crate::engine::dataset::Dataset;
use crate::engine::measure::Summary;
use crate::engine::pause_counts::PauseCounts;
use crate::engine::study::PauseHistogram;
use crate::engine::study::ValleyStudy;
use crate::words::coverage::Coverage;
use crate::words::figure::count;
use crate::words::gap::Gap;
use crate::words::timestamp::Timestamp;

/// The pageviews and all that follows from them and the gap.
#[derive(Debug)]
pub(crate) struct Data {
    pub(crate) cut: Cut,
    pub(crate) histogram: PauseHistogram,
    /// Pauses that were counted elsewhere, instead of pageviews.
    pub(crate) counted: Option<Arc<PauseCounts>>,
    /// What counted pauses say of the gap; that of pageviews comes with the background.
    counted_valley: Option<ValleyStudy>,
    pub(crate) calendar: Calendar,
    /// The ends of the pause axis, microseconds; do not depend on the gap.
    pub(crate) axis_us: (i64, i64),
    pub(crate) background: Option<Arc<Background>>,
    /// The figures at the gap: those of the cut, or of the counted pauses.
    pub(crate) summary: Summary,
    /// The figures at the saved gap.
    pub(crate) saved: Summary,
}

impl Data {
    fn new(loaded: Loaded, gap: Gap, saved_gap: Gap, calendar: Calendar) -> Data {
        let summary = *loaded.cut.summary();
        let mut data = Data {
            counted_valley: loaded
                .counted
                .as_ref()
                .map(|counted| of_counts(counted, saved_gap)),
            axis_us: loaded.histogram.axis_us(),
            histogram: loaded.histogram,
            counted: loaded.counted,
            calendar,
            background: None,
            summary,
            saved: summary,
            cut: loaded.cut,
        };
        data.recut(saved_gap);
        data.saved = data.summary;
        if gap != saved_gap {
            data.recut(gap);
        }
        data
    }

    /// Cuts the sessions anew and takes their figures.
    pub(crate) fn recut(&mut self, gap: Gap) {
        self.summary = match &self.counted {
            Some(counted) => of_pauses(counted, gap),
            None => {
                self.cut.recut(gap);
                *self.cut.summary()
            }
        };
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
        }
    }

    /// What the pauses say of the gap to choose, once it is known.
    pub(crate) fn valley(&self) -> Option<&ValleyStudy> {
        let background = self.background.as_ref();
        self.counted_valley
            .as_ref()
            .or(background.map(|background| &background.valley))
    }

    /// The rows of the ladder table, ascending: the ladder, the gap and the saved gap.
    pub(crate) fn ladder(&self) -> Vec<Summary> {
        let mut rows = vec![self.summary, self.saved];
        if let Some(pauses) = &self.counted {
            let kept = self.counted_valley.as_ref().and_then(|valley| valley.keep);
            let gaps = ladder::table().chain(kept);
            rows.extend(gaps.map(|gap| of_pauses(pauses, gap)));
        }
        if let Some(background) = &self.background {
            rows.extend_from_slice(&background.ladder);
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

/// A pageview by what it is rather than by its row, which another dataset numbers differently.
struct Place {
    user_id: String,
    at: Timestamp,
}

impl Place {
    fn of(dataset: &Dataset, trail: &Trail) -> Option<Place> {
        trail.row_in(dataset).map(|row| Place {
            user_id: dataset.users().text(dataset.user_of(row) as u32).to_owned(),
            at: dataset.at(row),
        })
    }

    fn row_in(&self, dataset: &Dataset) -> Option<usize> {
        let user = dataset.users().iter().position(|id| id == self.user_id)?;
        let rows = dataset.rows_of(user);
        let before = dataset.at_us()[rows.clone()].partition_point(|&at| at < self.at.as_us());
        Some((rows.start + before).min(rows.end - 1))
    }
}

impl App {
    /// Takes pageviews in. What was selected stays selected, except that nobody chose the first user.
    pub(super) fn take_data(&mut self, loaded: Loaded) -> Option<Effect> {
        let dataset = Arc::clone(loaded.cut.dataset());
        let untouched = self.users.list.cursor == 0 && self.users.focus == Panel::Users;
        let (mut place, mut all_place, mut page) = (None, None, None);
        if let Some(before) = &self.data {
            place = Place::of(before.cut.dataset(), &self.users.trail).filter(|_| !untouched);
            all_place = Place::of(before.cut.dataset(), &self.all.trail)
                .filter(|_| self.all.sessions.list.cursor > 0);
            page = self
                .pages
                .anchor
                .map(|page| before.cut.dataset().pages().text(page).to_owned());
        }
        let calendar = Calendar::new(self.zone, dataset.span());
        let data = Data::new(loaded, self.gap, self.saved_gap, calendar);

        let row = place.and_then(|place| place.row_in(&dataset));
        self.users.anchor = row.map(|row| dataset.user_of(row) as u32);
        self.users.trail.rebase(row);
        self.users.sessions.rebase(&dataset);
        self.all
            .trail
            .rebase(all_place.and_then(|place| place.row_in(&dataset)));
        self.all.sessions.rebase(&dataset);
        self.pages.anchor = page
            .and_then(|page| dataset.pages().iter().position(|text| text == page))
            .map(|page| page as u32);
        self.pages.figures_stale = true;
        self.pages.figures.clear();
        self.pages.list.forget();
        self.users.list.forget();
        self.drop_export();
        if let Some(Popup::Filter(prompt) | Popup::Find(prompt)) = &mut self.popup {
            prompt.forget();
        }

        let effect = data.coverage().extent.is_whole().then(|| Effect::Study {
            dataset: Arc::clone(&dataset),
            gaps: ladder::table().collect(),
            in_use: self.saved_gap,
        });
        if data.coverage().extent.is_whole()
            && self.job.as_ref().is_some_and(|job| job.job == Job::Load)
        {
            self.job = None;
        }
        self.data = Some(data);
        self.users.kept = self.matching_users();
        self.pages.kept = self.matching_pages();
        effect.filter(|_| dataset.n_rows() > 0)
    }

    /// Takes in what was computed in the background, unless it is about another dataset.
    pub(super) fn take_background(&mut self, background: Arc<Background>) {
        let Some(data) = &mut self.data else { return };
        let fits = background.user_rank.len() == data.cut.dataset().n_users()
            && background.page_rank.len() == data.cut.dataset().pages().len();
        if fits {
            data.background = Some(background);
            self.mark_stale();
        }
    }

    /// The gap, or what follows from it, has changed: every list is to be ordered anew when it is seen.
    pub(super) fn mark_stale(&mut self) {
        self.users.list.stale = true;
        self.users.sessions.list.stale = true;
        self.all.sessions.list.stale = true;
        self.pages.list.stale = true;
        self.pages.figures_stale = true;
    }

    /// What a worker reported.
    pub(super) fn hear(&mut self, action: Action) -> Option<Effect> {
        match action {
            Action::Progress(progress) => self.job = Some(progress),
            Action::Data(loaded) => return self.take_data(*loaded),
            Action::Studied(background) => self.take_background(background),
            Action::Saved(gap) => self.saved(gap),
            Action::Exported { path, rows, bytes } => self.exported(path, rows, bytes),
            Action::ExportExists(path) => self.export_exists(&path),
            Action::Failed(problem) => self.failed(problem),
            Action::Cancelled(job) => self.cancelled(job),
            Action::Took(took) => self.took = self.moved.then_some(took),
            Action::StoreChanged => {
                self.message = Some("the store has changed: R loads it again".to_owned());
            }
            _ => {}
        }
        None
    }

    fn saved(&mut self, gap: Gap) {
        self.job = None;
        self.saved_gap = gap;
        if let Some(data) = &mut self.data {
            // Measured at the saved gap, then cut back to the gap in view if that has moved on.
            data.recut(gap);
            data.saved = data.summary;
            if gap != self.gap {
                data.recut(self.gap);
            }
        }
        self.message = Some(format!("the gap of the store is {gap} now"));
    }

    fn cancelled(&mut self, job: Job) {
        self.job = None;
        self.export_stopped();
        self.message = Some(match job {
            Job::Load => "loading was cancelled: R loads again, q quits".to_owned(),
            Job::Export => "the export was cancelled: no file was written".to_owned(),
            Job::Save => "saving was cancelled: the store is as it was".to_owned(),
        });
    }

    fn failed(&mut self, problem: String) {
        self.job = None;
        if !self.export_failed(&problem) {
            self.popup = Some(Popup::Error(problem));
        }
    }
}
