//! Finding in timelines and filtered lists, pasting, and the sort picker. App floor.

use crossterm::event::KeyCode;
use crossterm::event::KeyEvent;

use crate::answers::filter::chip::Chip;
use crate::answers::filter::chip::SoughtText;
use crate::answers::filter::field::FilterField;
use crate::app::App;
use crate::app::Command;
use crate::app::Effect;
use crate::app::Listed;
use crate::app::Panel;
use crate::app::Popup;
use crate::app::Prompt;
use crate::app::model::prompt::edit;
use crate::app::model::prompt::insert;
use crate::app::model::trail::PageMatch;
use crate::words::figure::count;

impl App {
    /// The list of the panel that has the keys; `None` where it is none.
    pub(crate) fn list(&self) -> Option<&dyn Listed> {
        self.panel().behaviour().list(self)
    }

    /// A prompt for this text, which knows what is selected now.
    pub(super) fn prompt(&self, text: &str) -> Prompt {
        let selected = self.list().and_then(|list| list.at(list.cursor()));
        Prompt::of(text, selected, self.trail().row)
    }

    pub(super) fn begin_find(&mut self) {
        self.popup = Some(Popup::Find(self.prompt(&self.trail().sought)));
    }

    pub(super) fn find_key(&mut self, mut prompt: Prompt, event: KeyEvent) {
        match event.code {
            KeyCode::Enter => {
                self.texts_sought.add(prompt.input.value());
                return;
            }
            KeyCode::Esc => {
                self.seek("");
                self.go_to_row(|_, rows| prompt.row.unwrap_or(rows.start));
                return;
            }
            _ => {}
        }
        let is_changed = match event.code {
            KeyCode::Up => prompt.earlier(&self.texts_sought),
            KeyCode::Down => prompt.later(&self.texts_sought),
            _ => edit(&mut prompt.input, event),
        };
        if is_changed {
            self.seek(prompt.input.value());
            self.find_from(prompt.row, true);
        }
        self.popup = Some(Popup::Find(prompt));
    }

    fn seek(&mut self, text: &str) {
        self.trail_mut().0.sought = text.to_owned();
    }

    fn find_from(&mut self, row: Option<usize>, forward: bool) {
        let Some(data) = &self.data else { return };
        let trail = self.trail();
        let sought = self.sought();
        let found = trail.find(&data.cut, row.unwrap_or(0), forward, &sought);
        match found {
            Some(PageMatch { row, nth, of }) => {
                self.jump_to_row(|_, _| row);
                let (nth, of) = (count(nth as u64), count(of as u64));
                self.message = Some(format!("{nth} of {of}"));
            }
            None if sought.is_empty() => {
                self.message = Some("/ finds a page in the timeline".to_owned());
            }
            None => self.message = Some("no page of this user contains that".to_owned()),
        }
    }

    /// The pages that a person looks for in a timeline: those of the text, else those of the filter that led here.
    pub(crate) fn sought(&self) -> Vec<SoughtText> {
        let typed = &self.trail().sought;
        if !typed.is_empty() {
            return vec![SoughtText::containing(typed)];
        }
        let filter = self.filtered_panel();
        let filter = filter.and_then(|panel| panel.behaviour().filter(self));
        let chips = filter.map_or(&[][..], |filter| &filter.chips);
        let of_pages = chips
            .iter()
            .filter(|chip| !matches!(chip.field, FilterField::User | FilterField::Carried(_)));
        of_pages.filter_map(Chip::sought).collect()
    }

    /// To the next page found, or where nothing is sought to the next seam; in a list to the next row of the filter.
    pub(super) fn find_on(&mut self, forward: bool) {
        if !matches!(self.panel(), Panel::Timeline | Panel::Lifeline) {
            self.step_in_filter(forward);
            return;
        }
        let from = self.trail().row.map(|row| row + usize::from(forward));
        let is_sought = !self.sought().is_empty();
        let pinned = self.pinned.filter(|_| !is_sought);
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

    /// Every row of a filtered list is a match.
    fn step_in_filter(&mut self, forward: bool) {
        let (position, len) = self.position();
        if self.typed().is_none_or(str::is_empty) || len == 0 {
            let key = self.key_of(Command::Filter);
            self.message = Some(format!(
                "there is nothing to go through: {key} filters, finds"
            ));
            return;
        }
        let next = match forward {
            true => (position + 1) % len,
            false => (position + len - 1) % len,
        };
        self.go_to(next);
        let (nth, of) = (count(next as u64 + 1), count(len as u64));
        self.message = Some(format!("{nth} of {of}"));
    }

    pub(super) fn paste(&mut self, text: &str) -> Option<Effect> {
        self.message = None;
        match self.popup.take() {
            Some(Popup::Filter(mut prompt)) => {
                insert(&mut prompt.input, text);
                prompt.candidate = None;
                return self.filter_as_typed(prompt, true);
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
        None
    }

    /// The columns that the panel with the keys sorts by, and which of them it does; `None` where
    /// nothing sorts.
    pub(crate) fn sort_choices(&self) -> Option<(Vec<String>, usize)> {
        self.list().map(Listed::columns)
    }

    pub(super) fn begin_sort(&mut self) {
        match self.sort_choices() {
            Some((_, cursor)) => self.popup = Some(Popup::Sort { cursor }),
            None => self.say_what_sorts(),
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

    fn say_what_sorts(&mut self) {
        let key = self.key_of(Command::Sort);
        self.message = Some(format!(
            "a timeline is always in time order; {key} sorts lists"
        ));
    }

    pub(super) fn reverse_sort(&mut self) {
        match self.sort_choices() {
            Some((_, column)) => self.sort_by(column),
            None => self.say_what_sorts(),
        }
    }
}
