//! Taking in what the jobs say. App floor.

use std::sync::Arc;

use crate::answers::browse::background::Background;
use crate::answers::browse::calendar::Calendar;
use crate::answers::browse::ladder;
use crate::answers::browse::pages::CountedColumn;
use crate::app::Answer;
use crate::app::App;
use crate::app::Command;
use crate::app::Data;
use crate::app::Effect;
use crate::app::ExportStage;
use crate::app::JobId;
use crate::app::JobKind;
use crate::app::Listed;
use crate::app::Loaded;
use crate::app::Origin;
use crate::app::Panel;
use crate::app::Popup;
use crate::app::Screen;
use crate::app::Trail;
use crate::app::TrialStage;
use crate::app::Work;
use crate::engine::dataset::Dataset;
use crate::words::coverage::Extent;
use crate::words::error::Error;
use crate::words::figure::counted;
use crate::words::gap::Gap;
use crate::words::progress::OverallProgress;
use crate::words::timestamp::Timestamp;

/// A pageview by what it is rather than by its row, which another dataset numbers differently.
struct SelectedPageview {
    user_id: String,
    at: Timestamp,
}

impl SelectedPageview {
    fn of(dataset: &Dataset, trail: &Trail) -> Option<SelectedPageview> {
        trail.row_in(dataset).map(|row| SelectedPageview {
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
    /// Loads everything, from the beginning.
    pub(super) fn begin_load(&mut self) -> Effect {
        self.failure = None;
        self.follow = None;
        if let Some(needless) = self.jobs.of(JobKind::Follow).map(|job| job.id) {
            self.jobs.end(needless);
        }
        self.store_changed = false;
        let job = self.jobs.begin(JobKind::Load, self.name.clone());
        if self.origin == Origin::Store {
            self.jobs.along(job, OverallProgress::SCAN);
        }
        // A part is worth seeing before there is anything, and never in place of a whole.
        let shows_parts = self.data.is_none();
        let columns = self.chosen.clone();
        let work = Work::Load {
            shows_parts,
            columns,
        };
        Effect::Begin(job, work)
    }

    pub(super) fn reload(&mut self) -> Option<Effect> {
        if self.jobs.of(JobKind::Follow).is_some() {
            let words = "this is followed: what is new comes in by itself";
            self.message = Some(words.to_owned());
            return None;
        }
        let problem = match self.jobs.foremost().map(|job| job.kind) {
            Some(JobKind::Load) => "this is being loaded already; Ctrl-C cancels".to_owned(),
            Some(kind) => {
                let problem = match kind {
                    JobKind::Keep => "the store is being written",
                    JobKind::Rejects => "rejects are being written",
                    _ => "the gap is being saved",
                };
                format!(
                    "{problem}; {} loads again after that",
                    self.key_of(Command::Reload)
                )
            }
            None => return Some(self.begin_load()),
        };
        self.message = Some(problem);
        None
    }

    /// Loads a store again that has changed, if that is to happen by itself.
    pub(super) fn reload_changed(&mut self) -> Option<Effect> {
        let is_due = self.autoreload && self.store_changed && self.jobs.foremost().is_none();
        is_due.then(|| self.begin_load())
    }

    /// Computes in the background what lists gain by, for the pageviews in view.
    fn begin_study(&mut self) -> Option<Effect> {
        let data = self.data.as_ref().filter(|_| self.has_rows())?;
        let instead_of = self.jobs.of(JobKind::Study).map(|job| job.id);
        let dataset = Arc::clone(data.cut.dataset());
        if let Some(needless) = instead_of {
            self.jobs.end(needless);
        }
        let job = self.jobs.begin(JobKind::Study, self.name.clone());
        let work = Work::Study {
            dataset,
            gaps: ladder::table().collect(),
            in_use: self.saved_gap,
            instead_of,
        };
        Some(Effect::Begin(job, work))
    }

    /// Takes in what a job says, if it is still waited for.
    pub(super) fn hear(&mut self, id: JobId, answer: Answer) -> Option<Effect> {
        let job = self.jobs.get_mut(id)?;
        let kind = job.kind;
        match answer {
            Answer::Progress(progress) => {
                job.advance(progress);
                return None;
            }
            Answer::Data(loaded) if !loaded.coverage().extent.is_whole() => {
                self.take_data(*loaded);
                return None;
            }
            Answer::Measured(dataset, every_gap) => {
                if let Some(data) = self.data_of(&dataset) {
                    data.know(every_gap);
                }
                return None;
            }
            Answer::Newer(loaded) => {
                self.take_newer(loaded);
                return None;
            }
            Answer::Said(sentence) => {
                self.hear_of_follow(sentence);
                return None;
            }
            _ => self.jobs.end(id),
        }
        match answer {
            Answer::Progress(_) | Answer::Measured(..) | Answer::Newer(_) | Answer::Said(_) => {}
            Answer::Data(loaded) => {
                let goes_on = loaded.goes_on;
                self.take_data(*loaded);
                return match goes_on {
                    true => Some(self.begin_follow()),
                    false => self.begin_study(),
                };
            }
            Answer::Ended(why) => {
                self.end_follow(why);
                let is_studied = self
                    .data
                    .as_ref()
                    .is_some_and(|data| data.background.is_some());
                return if is_studied { None } else { self.begin_study() };
            }
            Answer::Undecided(error, inspection) => {
                self.failure = Some(error);
                let trial = self.show_columns(*inspection);
                return trial.or_else(|| self.study_part(kind));
            }
            Answer::Inspected(inspection) => {
                self.message = None;
                return self.show_columns(*inspection);
            }
            Answer::Tried(trial) => {
                self.columns.trial = TrialStage::Done(trial);
                return self.study_part_late();
            }
            Answer::Found(found) if kind == JobKind::Order => self.take_order(*found),
            Answer::Found(found) => self.take_found(id, *found),
            Answer::Studied(dataset, background) => self.take_background(&dataset, background),
            Answer::Counted(dataset, gap, counts) => self.take_counts(&dataset, gap, *counts),
            Answer::Saved(gap) => self.saved(gap),
            Answer::Kept { path, pageviews } => {
                let pageviews = counted(pageviews, "pageview");
                self.message = Some(format!(
                    "{pageviews} are kept in {path}; dwell {path} opens it"
                ));
            }
            Answer::Exported { path, rows, .. } if kind == JobKind::Rejects => {
                let rows = counted(rows, "reject");
                self.message = Some(format!("{rows} in {path}: file, line, reason"));
            }
            Answer::Exported { path, rows, bytes } => {
                self.export_stage(id, ExportStage::Done { path, rows, bytes });
            }
            Answer::Failed(error) => return self.failed(id, kind, error),
            Answer::Cancelled => return self.cancelled(id, kind),
        }
        None
    }

    /// Takes pageviews in. What was selected stays selected, except that nobody chose the first user.
    pub(super) fn take_data(&mut self, loaded: Loaded) {
        let dataset = Arc::clone(loaded.cut.dataset());
        let untouched = self.users.list.cursor == 0 && self.users.focus == Panel::Users;
        let (mut place, mut all_place, mut page) = (None, None, None);
        if let Some(before) = &self.data {
            place = SelectedPageview::of(before.cut.dataset(), &self.users.trail)
                .filter(|_| !untouched);
            all_place = SelectedPageview::of(before.cut.dataset(), &self.all.trail)
                .filter(|_| self.all.sessions.list.cursor > 0);
            let before = before.cut.dataset();
            let values = self.pages.by.values(before);
            page = (self.pages.anchor.zip(values))
                .map(|(page, values)| values.texts.text(page).to_owned());
            if before.carried_names() != dataset.carried_names() {
                page = page.filter(|_| self.pages.by == CountedColumn::Page);
                let typed = self.pages.forget_carried();
                let calendar = Calendar::new(self.zone, dataset.span());
                let names = dataset.carried_names();
                self.pages.filter.read(&typed, names, &calendar);
                self.pages.list.retype(&typed);
            }
        }
        let calendar = Calendar::new(self.zone, dataset.span());
        let mut data = Data::new(loaded, self.gap, self.saved_gap, calendar);
        data.pin(self.pinned);

        let row = place.and_then(|place| place.row_in(&dataset));
        self.users.anchor = row.map(|row| dataset.user_of(row) as u32);
        self.users.trail.rebase(row);
        self.users.sessions.list.carry(dataset.carried_names());
        self.all.sessions.list.carry(dataset.carried_names());
        self.users.sessions.rebase(&dataset);
        self.all
            .trail
            .rebase(all_place.and_then(|place| place.row_in(&dataset)));
        self.all.sessions.rebase(&dataset);
        let values = self.pages.by.values(&dataset);
        self.pages.anchor = (page.zip(values))
            .and_then(|(page, values)| values.texts.iter().position(|text| text == page))
            .map(|page| page as u32);
        self.users.filter.make_ready(&dataset);
        self.pages.filter.make_ready(&dataset);
        self.pages.forget();
        let renumbered = |page: u32| {
            let before = self.data.as_ref()?.cut.dataset();
            let text = before.pages().text(page);
            let place = dataset.pages().iter().position(|page| page == text)?;
            Some(place as u32)
        };
        self.page.rebase(renumbered);
        if self.page.opened.is_empty() {
            self.screens.retain(|&screen| screen != Screen::Page);
        }
        self.sessions_calendar.forget();
        self.marks.rebase(&dataset);
        self.users.list.forget();
        if let Some(Popup::Filter(prompt) | Popup::Find(prompt)) = &mut self.popup {
            prompt.forget();
        }
        self.data = Some(data);
    }

    /// Takes in what was computed in the background, unless it is about other pageviews.
    fn take_background(&mut self, dataset: &Arc<Dataset>, background: Arc<Background>) {
        if let Some(data) = self.data_of(dataset) {
            data.take_background(background);
            self.mark_stale();
            self.propose_anew();
        }
    }

    /// The data, if these are the pageviews in view.
    fn data_of(&mut self, dataset: &Arc<Dataset>) -> Option<&mut Data> {
        let in_view = |data: &&mut Data| Arc::ptr_eq(data.cut.dataset(), dataset);
        self.data.as_mut().filter(in_view)
    }

    /// The gap, or what follows from it, has changed: every list is to be ordered anew when it is seen.
    pub(super) fn mark_stale(&mut self) {
        self.users.list.stale = true;
        self.users.sessions.list.stale = true;
        self.all.sessions.list.stale = true;
        self.pages.list.stale = true;
        self.page.mark_stale();
    }

    fn saved(&mut self, gap: Gap) {
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

    fn cancelled(&mut self, id: JobId, kind: JobKind) -> Option<Effect> {
        let words = match kind {
            JobKind::Load => {
                let again = format!("{} loads again", self.key_of(Command::Reload));
                match self.data.as_ref().map(|data| data.coverage().extent) {
                    None => {
                        let quit = self.key_of(Command::Quit);
                        format!("loading was cancelled: {again}, {quit} quits")
                    }
                    Some(Extent::Partial { .. }) => {
                        format!("loading was cancelled: only a part is here; {again}")
                    }
                    Some(Extent::Whole) => {
                        format!("loading was cancelled: this is as loaded before; {again}")
                    }
                }
            }
            JobKind::Export => {
                self.export_stage(id, ExportStage::Editing);
                "the export was cancelled: no file was written".to_owned()
            }
            JobKind::Keep => "keeping was cancelled: no store was written".to_owned(),
            JobKind::Rejects => "writing the rejects was cancelled: no file was written".to_owned(),
            JobKind::Save => "saving was cancelled: the store is as it was".to_owned(),
            JobKind::Follow
            | JobKind::Study
            | JobKind::Count
            | JobKind::Inspect
            | JobKind::Try
            | JobKind::Search
            | JobKind::Order => {
                return None;
            }
        };
        self.message = Some(words);
        self.study_part(kind)
    }

    fn failed(&mut self, id: JobId, kind: JobKind, error: Error) -> Option<Effect> {
        match (kind, error) {
            (JobKind::Export, Error::Exists { .. }) => self.export_stage(id, ExportStage::Exists),
            (JobKind::Export, error) => {
                self.export_stage(id, ExportStage::Failed(error.to_string()))
            }
            (JobKind::Count, error) => {
                self.uncountable = self.uncounted();
                self.message = Some(error.to_string());
            }
            (JobKind::Try, error) => self.columns.trial = TrialStage::Refused(error.to_string()),
            (_, error) => {
                self.give_up_search(id);
                // What is being typed or exported is not to be lost over what happens elsewhere.
                if matches!(self.popup, None | Some(Popup::Error(_))) {
                    self.popup = Some(Popup::Error(error.to_string()));
                } else {
                    self.message = Some(error.to_string());
                }
                if kind == JobKind::Follow
                    && let Some(follow) = &mut self.follow
                {
                    follow.ended = Some(error.to_string());
                    follow.say(error.to_string());
                }
                if kind == JobKind::Load {
                    // What was chosen cannot be read: something else may be.
                    if self.chosen.is_some() && self.data.is_none() {
                        self.screens.push(Screen::Columns);
                    }
                    self.failure = Some(error);
                }
            }
        }
        self.study_part(kind)
    }

    /// A load that has ended early leaves a part: there will be no more to study.
    fn study_part(&mut self, ended: JobKind) -> Option<Effect> {
        let extent = self.data.as_ref()?.coverage().extent;
        if ended == JobKind::Load && !extent.is_whole() {
            self.begin_study()
        } else {
            None
        }
    }

    /// The same where something else was more urgent when the load ended.
    fn study_part_late(&mut self) -> Option<Effect> {
        let is_studied = self.data.as_ref()?.background.is_some();
        let is_waited_for =
            [JobKind::Load, JobKind::Study].map(|kind| self.jobs.of(kind).is_some());
        match is_studied || is_waited_for.contains(&true) {
            true => None,
            false => self.study_part(JobKind::Load),
        }
    }
}
