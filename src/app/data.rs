//! What has been loaded, and its sessions at the gap. App floor.

use std::sync::Arc;

use crate::answers::browse::View;
use crate::answers::browse::background::Background;
use crate::answers::browse::calendar::Calendar;
use crate::answers::browse::ladder;
use crate::app::Action;
use crate::app::App;
use crate::app::Dataset;
use crate::app::Effect;
use crate::app::Job;
use crate::app::Panel;
use crate::app::Popup;
use crate::app::Trail;
use crate::engine::columns::Columns;
use crate::engine::measure::Summarizer;
use crate::engine::measure::Summary;
use crate::engine::pause_counts::PauseCounts;
use crate::engine::pauses::Pauses;
use crate::engine::sessionize::Sessions;
use crate::engine::study::PauseHistogram;
use crate::engine::study::Suggestion;
use crate::words::figure::count;
use crate::words::gap::Gap;
use crate::words::pageview::Reject;
use crate::words::timestamp::Timestamp;

/// The pageviews and all that follows from them and the gap.
#[derive(Debug)]
pub(crate) struct Data {
    pub(crate) columns: Arc<Columns>,
    pub(crate) histogram: PauseHistogram,
    /// Pauses that were counted elsewhere, instead of pageviews.
    pub(crate) counted: Option<Arc<PauseCounts>>,
    pub(crate) suggestion: Option<Suggestion>,
    pub(crate) calendar: Calendar,
    pub(crate) complete: bool,
    pub(crate) rejects: u64,
    pub(crate) first_rejects: Vec<Reject>,
    pub(crate) notes: Vec<String>,
    /// The ends of the pause axis, microseconds; do not depend on the gap.
    pub(crate) axis_us: (i64, i64),
    pub(crate) background: Option<Arc<Background>>,
    pub(crate) sessions: Sessions,
    pub(crate) summary: Summary,
    /// The figures at the saved gap.
    pub(crate) saved: Summary,
    pauses: Pauses,
    summarizer: Summarizer,
}

impl Data {
    fn new(dataset: Dataset, gap: Gap, saved_gap: Gap, calendar: Calendar) -> Data {
        let columns = dataset.columns;
        let mut summarizer = Summarizer::default();
        let mut sessions = Sessions::default();
        sessions.recut_by(&columns, &dataset.pauses, saved_gap);
        let saved = match &dataset.counted {
            Some(counted) => of_pauses(counted, saved_gap),
            None => summarizer.summarize(&columns, &sessions, saved_gap),
        };
        let mut data = Data {
            suggestion: dataset.histogram.suggestion(),
            axis_us: dataset.histogram.axis_us(),
            histogram: dataset.histogram,
            counted: dataset.counted,
            calendar,
            complete: dataset.complete,
            rejects: dataset.rejects,
            first_rejects: dataset.first_rejects,
            notes: dataset.notes,
            background: None,
            sessions,
            summary: saved,
            saved,
            pauses: dataset.pauses,
            summarizer,
            columns,
        };
        if gap != saved_gap {
            data.recut(gap);
        }
        data
    }

    /// Cuts the sessions anew and takes their figures.
    pub(crate) fn recut(&mut self, gap: Gap) {
        if let Some(counted) = &self.counted {
            self.summary = of_pauses(counted, gap);
            return;
        }
        self.sessions.recut_by(&self.columns, &self.pauses, gap);
        self.summary = self
            .summarizer
            .summarize(&self.columns, &self.sessions, gap);
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
            columns: &self.columns,
            sessions: &self.sessions,
            gap: self.summary.gap,
            background: self.background.as_deref(),
        }
    }

    /// The gaps of the ladder table: the customary ones and the suggested one, ascending.
    fn ladder_gaps(&self) -> Vec<Gap> {
        let suggested = self.suggestion.map(|suggestion| suggestion.gap);
        let mut gaps: Vec<Gap> = ladder::table().chain(suggested).collect();
        gaps.sort_unstable();
        gaps.dedup();
        gaps
    }

    /// The rows of the ladder table, ascending: the ladder, the gap and the saved gap.
    pub(crate) fn ladder(&self) -> Vec<Summary> {
        let mut rows = vec![self.summary, self.saved];
        if let Some(pauses) = &self.counted {
            rows.extend(
                self.ladder_gaps()
                    .into_iter()
                    .map(|gap| of_pauses(pauses, gap)),
            );
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

/// A pageview by what it is rather than by its row, which other columns number differently.
struct Place {
    user_id: String,
    at: Timestamp,
}

impl Place {
    fn of(columns: &Columns, trail: &Trail) -> Option<Place> {
        trail.row_in(columns).map(|row| Place {
            user_id: columns.users().text(columns.user_of(row) as u32).to_owned(),
            at: columns.at(row),
        })
    }

    fn row_in(&self, columns: &Columns) -> Option<usize> {
        let user = columns.users().iter().position(|id| id == self.user_id)?;
        let rows = columns.rows_of(user);
        let before = columns.at_us()[rows.clone()].partition_point(|&at| at < self.at.as_us());
        Some((rows.start + before).min(rows.end - 1))
    }
}

impl App {
    /// Takes pageviews in. What was selected stays selected, except that nobody chose the first user.
    pub(super) fn take_data(&mut self, dataset: Dataset) -> Option<Effect> {
        let columns = Arc::clone(&dataset.columns);
        let untouched = self.users.list.cursor == 0 && self.users.focus == Panel::Users;
        let (mut place, mut all_place, mut page) = (None, None, None);
        if let Some(before) = &self.data {
            place = Place::of(&before.columns, &self.users.trail).filter(|_| !untouched);
            all_place = Place::of(&before.columns, &self.all.trail)
                .filter(|_| self.all.sessions.list.cursor > 0);
            page = self
                .pages
                .anchor
                .map(|page| before.columns.pages().text(page).to_owned());
        }
        let calendar = Calendar::new(self.zone, columns.span());
        let data = Data::new(dataset, self.gap, self.saved_gap, calendar);

        let row = place.and_then(|place| place.row_in(&columns));
        self.users.anchor = row.map(|row| columns.user_of(row) as u32);
        self.users.trail.rebase(row);
        self.users.sessions.rebase(&columns);
        self.all
            .trail
            .rebase(all_place.and_then(|place| place.row_in(&columns)));
        self.all.sessions.rebase(&columns);
        self.pages.anchor = page
            .and_then(|page| columns.pages().iter().position(|text| text == page))
            .map(|page| page as u32);
        self.pages.figures_stale = true;
        self.pages.figures.clear();
        self.pages.list.forget();
        self.users.list.forget();
        self.drop_export();
        if let Some(Popup::Filter(prompt) | Popup::Find(prompt)) = &mut self.popup {
            prompt.forget();
        }

        let effect = data.complete.then(|| Effect::Study {
            columns: Arc::clone(&columns),
            gaps: data.ladder_gaps(),
        });
        if data.complete && self.job.as_ref().is_some_and(|job| job.job == Job::Load) {
            self.job = None;
        }
        self.data = Some(data);
        self.users.kept = self.matching_users();
        self.pages.kept = self.matching_pages();
        effect.filter(|_| columns.n_rows() > 0)
    }

    /// Takes in what was computed in the background, unless it is about other columns.
    pub(super) fn take_background(&mut self, background: Arc<Background>) {
        let Some(data) = &mut self.data else { return };
        let fits = background.user_rank.len() == data.columns.n_users()
            && background.page_rank.len() == data.columns.pages().len();
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
            Action::Data(dataset) => return self.take_data(dataset),
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
