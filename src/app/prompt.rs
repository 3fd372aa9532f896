//! Filtering, finding and sorting: what is typed under a list, and the sort picker. App floor.

use crossterm::event::KeyCode;
use crossterm::event::KeyEvent;
use tui_input::Input;

use crate::answers::browse::needle::Needle;
use crate::answers::filter::parse::ACCEPTED_FORMS;
use crate::app::App;
use crate::app::Listed;
use crate::app::Panel;
use crate::app::Popup;
use crate::app::Prompt;
use crate::app::model::list_filter::ListFilter;
use crate::app::model::prompt::edit;
use crate::app::model::prompt::insert;

impl App {
    /// The list of the panel that has the keys; `None` where it is none.
    pub(crate) fn list(&self) -> Option<&dyn Listed> {
        self.panel().behaviour().list(self)
    }

    /// The filter of the panel that has the keys, as typed; `None` where nothing can be filtered.
    pub(crate) fn typed(&self) -> Option<&str> {
        self.list().map(Listed::typed)
    }

    /// A prompt for this text, which knows what is selected now.
    pub(super) fn prompt(&self, text: &str) -> Prompt {
        let selected = self.list().and_then(|list| list.at(list.cursor()));
        Prompt {
            input: Input::new(text.to_owned()),
            selected,
            row: self.trail().row,
        }
    }

    pub(super) fn begin_filter(&mut self) {
        if self.has_rows() || self.panel() == Panel::Columns {
            self.panel().behaviour().begin_filter(self);
        } else {
            self.message = Some("there is nothing to filter yet".to_owned());
        }
    }

    pub(super) fn begin_find(&mut self) {
        self.popup = Some(Popup::Find(self.prompt(&self.trail().sought)));
    }

    /// Filters the list of the panel that has the keys; an empty text shows all of it. What is selected
    /// stays so if it is still there.
    pub(super) fn set_filter(&mut self, typed: &str) {
        self.panel().behaviour().set_filter(self, typed);
    }

    /// What is to be said of the filter that is being typed.
    pub(crate) fn filter_words(&self) -> Option<String> {
        self.panel().behaviour().filter_words(self)
    }

    /// Why a part of a filter cannot be read, or what one can be.
    pub(super) fn filter_words_of(&self, filter: &ListFilter) -> Option<String> {
        let is_empty = self.typed().is_some_and(str::is_empty);
        let forms = || ACCEPTED_FORMS.to_owned();
        filter.problem.clone().or_else(|| is_empty.then(forms))
    }

    pub(super) fn matching_pages(&self) -> Option<Vec<u32>> {
        let data = self.data.as_ref()?;
        let typed = Some(&self.pages.list.typed).filter(|typed| !typed.is_empty())?;
        let needle = Needle::new(typed);
        let pages = data.cut.dataset().pages().iter().zip(0..);
        Some(
            pages
                .filter(|(page, _)| needle.is_in(page))
                .map(|(_, page)| page)
                .collect(),
        )
    }

    pub(super) fn filter_key(&mut self, mut prompt: Prompt, event: KeyEvent) {
        match event.code {
            KeyCode::Enter => {}
            KeyCode::Esc => {
                self.set_filter("");
                self.panel().behaviour().go_back_to(self, &prompt);
            }
            _ => {
                if edit(&mut prompt.input, event) {
                    self.set_filter(prompt.input.value());
                }
                self.popup = Some(Popup::Filter(prompt));
            }
        }
    }

    pub(super) fn find_key(&mut self, mut prompt: Prompt, event: KeyEvent) {
        match event.code {
            KeyCode::Enter => {}
            KeyCode::Esc => {
                self.seek("");
                self.go_to_row(|_, rows| prompt.row.unwrap_or(rows.start));
            }
            _ => {
                if edit(&mut prompt.input, event) {
                    self.seek(prompt.input.value());
                    self.find_from(prompt.row, true);
                }
                self.popup = Some(Popup::Find(prompt));
            }
        }
    }

    fn seek(&mut self, text: &str) {
        self.trail_mut().0.sought = text.to_owned();
    }

    fn find_from(&mut self, row: Option<usize>, forward: bool) {
        let Some(data) = &self.data else { return };
        match self.trail().find(&data.cut, row.unwrap_or(0), forward) {
            Some(found) => self.jump_to_row(|_, _| found),
            None if self.trail().sought.is_empty() => {
                self.message = Some("/ finds a page in the timeline".to_owned());
            }
            None => self.message = Some("no page of this user contains that".to_owned()),
        }
    }

    /// To the next page found, or where nothing is sought to the next seam.
    pub(super) fn find_on(&mut self, forward: bool) {
        let from = self.trail().row.map(|row| row + usize::from(forward));
        let pinned = self.pinned.filter(|_| self.trail().sought.is_empty());
        match (&self.data, pinned) {
            (Some(data), Some(pinned)) => {
                let trail = self.trail();
                match trail.find_seam(data.view(), from.unwrap_or(0), forward) {
                    Some(found) => self.jump_to_row(|_, _| found),
                    None => {
                        let gap = self.gap;
                        self.message = Some(format!("{gap} and {pinned} cut this user alike"));
                    }
                }
            }
            _ => self.find_from(from, forward),
        }
    }

    pub(super) fn paste(&mut self, text: &str) {
        self.message = None;
        match self.popup.take() {
            Some(Popup::Filter(mut prompt)) => {
                insert(&mut prompt.input, text);
                self.set_filter(prompt.input.value());
                self.popup = Some(Popup::Filter(prompt));
            }
            Some(Popup::Find(mut prompt)) => {
                insert(&mut prompt.input, text);
                self.seek(prompt.input.value());
                self.find_from(prompt.row, true);
                self.popup = Some(Popup::Find(prompt));
            }
            Some(Popup::Palette(mut palette)) => {
                palette.paste(text);
                self.popup = Some(Popup::Palette(palette));
            }
            Some(Popup::Export(mut dialog)) => {
                dialog.paste(text);
                self.popup = Some(Popup::Export(dialog));
            }
            other => self.popup = other,
        }
    }

    /// The columns that the panel with the keys sorts by, and which of them it does; `None` where
    /// nothing sorts.
    pub(crate) fn sort_choices(&self) -> Option<(Vec<&'static str>, usize)> {
        self.list().map(Listed::columns)
    }

    pub(super) fn begin_sort(&mut self) {
        match self.sort_choices() {
            Some((_, cursor)) => self.popup = Some(Popup::Sort { cursor }),
            None => {
                self.message = Some("a timeline is always in time order; s sorts lists".to_owned())
            }
        }
    }

    pub(super) fn sort_key(&mut self, cursor: usize, event: KeyEvent) {
        let n = self.sort_choices().map_or(0, |(names, _)| names.len());
        let cursor = match event.code {
            KeyCode::Esc | KeyCode::Char('q' | 's') => return,
            KeyCode::Enter => {
                self.sort_by(cursor);
                return;
            }
            KeyCode::Char('S') => {
                self.reverse_sort();
                return;
            }
            KeyCode::Up | KeyCode::Char('k') => cursor.saturating_sub(1),
            KeyCode::Down | KeyCode::Char('j') => (cursor + 1).min(n.saturating_sub(1)),
            KeyCode::Home | KeyCode::Char('g') => 0,
            KeyCode::End | KeyCode::Char('G') => n.saturating_sub(1),
            _ => cursor,
        };
        self.popup = Some(Popup::Sort { cursor });
    }

    /// Sorts the list of the panel with the keys by its `n`-th column; by the same again, the other way.
    /// The new order is seen from its top.
    pub(super) fn sort_by(&mut self, n: usize) {
        let behaviour = self.panel().behaviour();
        behaviour.let_go(self);
        if let Some(list) = behaviour.list_mut(self) {
            list.sort_by(n);
        }
    }

    pub(super) fn reverse_sort(&mut self) {
        match self.sort_choices() {
            Some((_, column)) => self.sort_by(column),
            None => {
                self.message = Some("a timeline is always in time order; s sorts lists".to_owned())
            }
        }
    }
}
