//! Filtering lists: what is typed after `/`, its chips, and the way back. App floor.

use std::sync::Arc;

use crossterm::event::KeyCode;
use crossterm::event::KeyEvent;
use ratatui::layout::Rect;

use crate::answers::browse::order::Buffer;
use crate::answers::browse::pages::PageColumn;
use crate::answers::browse::search::ListFound;
use crate::answers::browse::search::ListSearch;
use crate::answers::browse::sessions::SessionColumn;
use crate::answers::filter::chip::Chip;
use crate::answers::filter::chip::SoughtText;
use crate::answers::filter::chip::joined;
use crate::answers::filter::complete::CompletionSource;
use crate::answers::filter::complete::complete;
use crate::answers::filter::field::FilterField;
use crate::app::App;
use crate::app::Command;
use crate::app::Effect;
use crate::app::JobId;
use crate::app::JobKind;
use crate::app::Listed;
use crate::app::Panel;
use crate::app::Popup;
use crate::app::Prompt;
use crate::app::Work;
use crate::app::model::prompt::edit;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::figure::share;
use crate::words::text::cut_end;
use crate::words::text::width;

/// Pageviews that are searched at a key, within some milliseconds; of more, the rows are looked for elsewhere.
pub(crate) const SEARCHED_AT_ONCE: usize = 1 << 18;

/// Columns that a chip takes at most.
pub(crate) const MOST_CHIP_WIDTH: usize = 40;

impl App {
    /// The filter of the panel that has the keys, as typed; `None` where nothing can be filtered.
    pub(crate) fn typed(&self) -> Option<&str> {
        self.list().map(Listed::typed)
    }

    pub(super) fn begin_filter(&mut self) {
        if self.has_rows() || self.panel() == Panel::Columns {
            self.panel().behaviour().begin_filter(self);
        } else {
            self.message = Some("there is nothing to filter yet".to_owned());
        }
    }

    /// Filters the list of a panel; an empty text shows all of it. What is selected stays so if it is still there. Where
    /// there are many pageviews, the rows are those before until the search for them has ended.
    pub(super) fn filter_by(&mut self, panel: Panel, typed: &str) -> Option<Effect> {
        let behaviour = panel.behaviour();
        let instead_of = self.jobs.of(JobKind::Search).map(|job| job.id);
        if let Some(needless) = instead_of {
            self.jobs.end(needless);
        }
        let (carried, calendar) = (self.carried_names().to_vec(), self.calendar());
        if let Some(filter) = behaviour.filter_mut(self) {
            filter.read(typed, &carried, &calendar);
            filter.search = None;
        }
        let Some(search) = self.search_of(panel) else {
            behaviour.set_filter(self, typed);
            return instead_of.map(Effect::Cancel);
        };
        if let Some(list) = behaviour.list_mut(self) {
            list.type_ahead(typed);
        }
        let job = self.jobs.begin(JobKind::Search, self.name.clone());
        if let Some(filter) = behaviour.filter_mut(self) {
            filter.search = Some(job);
        }
        Some(Effect::Begin(job, Work::Search { search, instead_of }))
    }

    /// The search for the rows of a panel's chips, if that takes long.
    fn search_of(&self, panel: Panel) -> Option<ListSearch> {
        let data = self.data.as_ref()?;
        let behaviour = panel.behaviour();
        let chips = &behaviour.filter(self)?.chips;
        if chips.is_empty() || data.cut.dataset().n_rows() <= SEARCHED_AT_ONCE {
            return None;
        }
        Some(ListSearch {
            cut: Arc::clone(&data.cut),
            background: data.background.clone(),
            chips: chips.clone(),
            list: behaviour.searched(self, data)?,
            near: None,
            buffer: Buffer::default(),
        })
    }

    /// Takes in the rows of a filter, unless they are of other pageviews.
    pub(super) fn take_found(&mut self, job: JobId, found: ListFound) {
        let Some(data) = self.data.as_ref() else {
            return;
        };
        let panel = self.panel_of_search(job);
        let Some(panel) = panel.filter(|_| Arc::ptr_eq(data.cut.dataset(), &found.dataset)) else {
            return;
        };
        let behaviour = panel.behaviour();
        // Elsewhere it would be of another gap or order by the time it is seen.
        let is_in_view = self.panels().contains(&panel)
            && data.cut.gap() == found.gap
            && behaviour.searched(self, data).as_ref() == Some(&found.list);
        if let Some(filter) = behaviour.filter_mut(self) {
            filter.ready = found.filter;
            filter.search = None;
        }
        if let Some(list) = behaviour.list_mut(self) {
            let typed = list.typed().to_owned();
            list.retype(&typed);
            if is_in_view {
                list.prepare(found.order);
            }
        }
    }

    /// A search has failed: the list shows all, since no rows are those of its chips.
    pub(super) fn give_up_search(&mut self, job: JobId) {
        if let Some(panel) = self.panel_of_search(job) {
            panel.behaviour().set_filter(self, "");
        }
    }

    /// The panel whose filter waits for a search.
    fn panel_of_search(&self, job: JobId) -> Option<Panel> {
        let is_waiting = |panel: &Panel| {
            let filter = panel.behaviour().filter(self);
            filter.is_some_and(|filter| filter.search == Some(job))
        };
        let panels = [Panel::Users, Panel::UserSessions, Panel::AllSessions];
        panels.into_iter().find(is_waiting)
    }

    /// What is to be said of the filter that is being typed.
    pub(crate) fn filter_words(&self) -> String {
        let (_, shown) = self.position();
        let (shown, all) = (count(shown as u64), count(self.unfiltered()));
        let is_empty = self.typed().is_some_and(str::is_empty);
        if let Some(problem) = self.filter_problem() {
            return problem.to_owned();
        }
        match self.panel().behaviour().filter(self) {
            Some(_) if self.search_words().is_some() => self.search_words().unwrap_or_default(),
            Some(filter) if is_empty => filter.accepted_forms().to_owned(),
            _ => format!("{shown} of {all}  Enter keeps  Esc undoes"),
        }
    }

    /// Why a part of the filter that is being typed cannot be read.
    pub(crate) fn filter_problem(&self) -> Option<&str> {
        let filter = self.panel().behaviour().filter(self)?;
        filter.problem.as_deref()
    }

    /// How far the search for the rows of a filter has come.
    pub(crate) fn search_words(&self) -> Option<String> {
        let job = self.jobs.of(JobKind::Search)?;
        let progress = &job.progress;
        let looked_at = progress.done as f64 / progress.total.unwrap_or(0).max(1) as f64;
        Some(format!(
            "{} so far, {} looked at",
            count(job.progress.rows),
            share(looked_at)
        ))
    }

    pub(super) fn filter_key(&mut self, mut prompt: Prompt, event: KeyEvent) -> Option<Effect> {
        let panel = self.panel();
        let is_changed = match event.code {
            KeyCode::Enter => return self.keep_filter(prompt),
            KeyCode::Esc => {
                let effect = self.filter_by(panel, &prompt.before);
                panel.behaviour().go_back_to(self, &prompt);
                return effect;
            }
            KeyCode::Tab => prompt.take_candidate(true),
            KeyCode::BackTab => prompt.take_candidate(false),
            KeyCode::Up => prompt.earlier(&self.filters_typed),
            KeyCode::Down => prompt.later(&self.filters_typed),
            _ => {
                prompt.candidate = None;
                edit(&mut prompt.input, event)
            }
        };
        self.filter_as_typed(prompt, is_changed)
    }

    /// Filters by what stands in the prompt, and goes on typing.
    pub(super) fn filter_as_typed(
        &mut self,
        mut prompt: Prompt,
        is_changed: bool,
    ) -> Option<Effect> {
        let mut effect = None;
        if is_changed {
            effect = self.filter_by(self.panel(), prompt.input.value());
            if prompt.candidate.is_none() {
                self.propose(&mut prompt);
            }
        }
        self.popup = Some(Popup::Filter(prompt));
        effect
    }

    /// Settles for what was typed, if all of it can be read.
    fn keep_filter(&mut self, prompt: Prompt) -> Option<Effect> {
        let behaviour = self.panel().behaviour();
        if behaviour
            .filter(self)
            .is_some_and(|filter| filter.problem.is_some())
        {
            self.popup = Some(Popup::Filter(prompt));
            return None;
        }
        self.filters_typed.add(prompt.input.value());
        if let Some(list) = behaviour.list_mut(self) {
            list.keep_filter(&prompt.before);
        }
        None
    }

    /// Looks up what could be typed next.
    pub(super) fn propose(&self, prompt: &mut Prompt) {
        let filter = self.panel().behaviour().filter(self);
        let known = self
            .data
            .as_ref()
            .zip(filter)
            .map(|(data, filter)| CompletionSource {
                dataset: data.cut.dataset(),
                calendar: &data.calendar,
                chosen: filter.chosen,
                page_views: data
                    .background
                    .as_deref()
                    .map(|background| &*background.page_views),
            });
        prompt.completion = known
            .map(|known| complete(prompt.before_cursor(), known))
            .unwrap_or_default();
        prompt.candidate = None;
    }

    /// Looks it up again, since more is known now.
    pub(super) fn propose_anew(&mut self) {
        match self.popup.take() {
            Some(Popup::Filter(mut prompt)) => {
                if prompt.candidate.is_none() {
                    self.propose(&mut prompt);
                }
                self.popup = Some(Popup::Filter(prompt));
            }
            other => self.popup = other,
        }
    }

    /// The panel whose filter narrows what is in view: the one with the keys, or the one that it was opened from.
    pub(crate) fn filtered_panel(&self) -> Option<Panel> {
        let mut panel = Some(self.panel());
        while let Some(here) = panel {
            let list = here.behaviour().list(self);
            if list.is_some_and(|list| !list.typed().is_empty()) {
                return Some(here);
            }
            panel = here.behaviour().outer(self);
        }
        None
    }

    /// The chips of that panel, as they were typed; not made safe.
    pub(crate) fn chips(&self) -> Vec<String> {
        let Some(panel) = self.filtered_panel() else {
            return Vec::new();
        };
        let typed = panel.behaviour().list(self).map(Listed::typed);
        match panel.behaviour().filter(self) {
            Some(filter) => filter.chips.iter().map(Chip::to_string).collect(),
            None => typed.map(str::to_owned).into_iter().collect(),
        }
    }

    /// How much the filter leaves: `12,318 of 2,137,008 sessions`.
    pub(crate) fn filtered_words(&self) -> String {
        let Some(panel) = self.filtered_panel() else {
            return String::new();
        };
        let behaviour = panel.behaviour();
        let is_searched = behaviour
            .filter(self)
            .is_some_and(|filter| filter.search.is_some());
        match self.search_words().filter(|_| is_searched) {
            Some(words) => words,
            None if self.is_behind(panel) => "counting …".to_owned(),
            None => {
                let shown = behaviour.list(self).map_or(0, Listed::len);
                let all = behaviour.unfiltered(self);
                let (shown, all) = (count(shown as u64), counted(all, behaviour.noun(self)));
                format!("{shown} of {all}")
            }
        }
    }

    /// What a filter looks for in the rows of its list, by the titles of the columns.
    pub(crate) fn sought_in(&self, panel: Panel) -> Vec<(Vec<String>, SoughtText)> {
        let these = |titles: &[&str]| titles.iter().map(|&title| title.to_owned()).collect();
        let behaviour = panel.behaviour();
        let Some(filter) = behaviour.filter(self) else {
            let typed = behaviour.list(self).map_or("", Listed::typed);
            return vec![(these(&["page", "column"]), SoughtText::containing(typed))];
        };
        let titles = |field: FilterField| -> Vec<String> {
            match field {
                _ if panel == Panel::Pages => vec![self.pages.list.heading(PageColumn::Page)],
                FilterField::User => these(&["user"]),
                FilterField::Landing => these(&["landing"]),
                FilterField::Exit => these(&["exit"]),
                FilterField::Page => these(&["landing", "exit", "page"]),
                FilterField::Carried(place) => {
                    let column = SessionColumn::Carried(place);
                    vec![self.all.sessions.list.heading(column)]
                }
                _ => these(&["user", "landing", "exit", "page"]),
            }
        };
        let chips = filter.chips.iter();
        chips
            .filter_map(|chip| Some((titles(chip.field), chip.sought()?)))
            .collect()
    }

    /// Where the chips lie on a line, as far as they fit; behind each stands what removes it.
    pub(crate) fn chip_places(&self, line: Rect) -> Vec<Rect> {
        const BETWEEN: u16 = 3;
        let mut x = line.x + 1;
        let mut places = Vec::new();
        for chip in self.chips() {
            let wide = width(&cut_end(&chip, MOST_CHIP_WIDTH)) as u16 + 2;
            if x + wide >= line.right() {
                break;
            }
            places.push(Rect {
                x,
                width: wide,
                ..line
            });
            x += wide + BETWEEN;
        }
        places
    }

    /// Takes a chip away: the only one at once, else the one that is picked.
    pub(super) fn begin_remove_chip(&mut self) -> Option<Effect> {
        match self.chips().len() {
            0 => {
                let key = self.key_of(Command::Filter);
                self.message = Some(format!("there is no filter here; {key} filters"));
                None
            }
            1 => self.remove_chip(0),
            n => {
                self.popup = Some(Popup::Chips { cursor: n - 1 });
                None
            }
        }
    }

    pub(super) fn chips_key(&mut self, cursor: usize, event: KeyEvent) -> Option<Effect> {
        let last = self.chips().len().saturating_sub(1);
        let cursor = match event.code {
            KeyCode::Esc | KeyCode::Char('q') => return None,
            KeyCode::Enter | KeyCode::Char('x') | KeyCode::Delete => {
                return self.remove_chip(cursor.min(last));
            }
            KeyCode::Up | KeyCode::Char('k') => cursor.saturating_sub(1),
            KeyCode::Down | KeyCode::Char('j') => (cursor + 1).min(last),
            KeyCode::Home | KeyCode::Char('g') => 0,
            KeyCode::End | KeyCode::Char('G') => last,
            _ => cursor,
        };
        self.popup = Some(Popup::Chips { cursor });
        None
    }

    /// Takes the `n`-th chip away. Esc brings it back.
    pub(super) fn remove_chip(&mut self, n: usize) -> Option<Effect> {
        let panel = self.filtered_panel()?;
        let behaviour = panel.behaviour();
        let before = behaviour.list(self)?.typed().to_owned();
        let others = behaviour.filter(self).map(|filter| {
            let others = filter.chips.iter().enumerate().filter(|&(i, _)| i != n);
            joined(others.map(|(_, chip)| chip))
        });
        let effect = self.filter_by(panel, &others.unwrap_or_default());
        behaviour.list_mut(self)?.keep_filter(&before);
        effect
    }

    /// Goes back to the filter before the one typed last; `None` if there is none to undo here.
    pub(super) fn undo_filter(&mut self) -> Option<Option<Effect>> {
        let panel = self.panel();
        let before = panel.behaviour().list_mut(self)?.filter_before()?;
        Some(self.filter_by(panel, &before))
    }
}
