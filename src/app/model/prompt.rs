//! A line being typed. App floor.

use crossterm::event::Event;
use crossterm::event::KeyEvent;
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler;

use crate::answers::filter::complete::Completion;

/// A line being typed, and what was selected before it.
#[derive(Debug)]
pub(crate) struct Prompt {
    pub(crate) input: Input,
    /// The text that it began with.
    pub(in crate::app) before: String,
    /// What could be typed next.
    pub(crate) completion: Completion,
    /// The candidate that stands in the line.
    pub(crate) candidate: Option<usize>,
    /// How far back in the history, and what was typed before going there.
    back: Option<(usize, String)>,
    /// The selected row of the list, by its id.
    pub(in crate::app) selected: Option<u32>,
    /// The selected pageview.
    pub(in crate::app) row: Option<usize>,
}

impl Prompt {
    pub(in crate::app) fn of(text: &str, selected: Option<u32>, row: Option<usize>) -> Prompt {
        Prompt {
            input: Input::new(text.to_owned()),
            before: text.to_owned(),
            completion: Completion::default(),
            candidate: None,
            back: None,
            selected,
            row,
        }
    }

    /// There are other pageviews now: what was selected before is not to be gone back to.
    pub(in crate::app) fn forget(&mut self) {
        (self.selected, self.row) = (None, None);
    }

    /// Where the cursor stands, in bytes.
    fn cursor(&self) -> usize {
        let mut places = self.input.value().char_indices();
        let place = places.nth(self.input.cursor());
        place.map_or(self.input.value().len(), |(at, _)| at)
    }

    /// What stands before the cursor.
    pub(crate) fn before_cursor(&self) -> &str {
        &self.input.value()[..self.cursor()]
    }

    /// Puts the next candidate, or the one before, in the place of what it completes; returns false if there is none.
    pub(in crate::app) fn take_candidate(&mut self, forward: bool) -> bool {
        let n = self.completion.candidates.len();
        let step = if forward { 1 } else { n.saturating_sub(1) };
        let next = match self.candidate {
            Some(now) => (now + step) % n.max(1),
            None if forward => 0,
            None => n.saturating_sub(1),
        };
        let Some(candidate) = self.completion.candidates.get(next) else {
            return false;
        };
        let (head, tail) = (
            &self.input.value()[..self.completion.start],
            &self.input.value()[self.cursor()..],
        );
        let before = format!("{head}{}", candidate.text);
        let at = before.chars().count();
        self.input = Input::new(before + tail).with_cursor(at);
        // The only one is settled for, so that the next key completes what follows it.
        self.candidate = (n > 1).then_some(next);
        true
    }

    /// Goes back in a history; returns false at its beginning.
    pub(in crate::app) fn earlier(&mut self, history: &History) -> bool {
        let (steps, typed) = match &self.back {
            Some((steps, typed)) => (steps + 1, typed.clone()),
            None => (0, self.input.value().to_owned()),
        };
        let Some(text) = history.back(steps) else {
            return false;
        };
        self.input = Input::new(text.to_owned());
        (self.back, self.candidate) = (Some((steps, typed)), None);
        true
    }

    /// Goes forward again, at last to what was typed; returns false if that is where it is.
    pub(in crate::app) fn later(&mut self, history: &History) -> bool {
        let Some((steps, typed)) = self.back.take() else {
            return false;
        };
        let next = steps.checked_sub(1);
        let text = next.and_then(|steps| history.back(steps));
        self.input = Input::new(text.unwrap_or(&typed).to_owned());
        self.back = next.map(|steps| (steps, typed));
        self.candidate = None;
        true
    }
}

/// What was typed before, each text once.
#[derive(Debug, Default)]
pub(crate) struct History(Vec<String>);

impl History {
    const MOST: usize = 100;

    /// Adds a text as the last one typed.
    pub(in crate::app) fn add(&mut self, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        self.0.retain(|other| other != text);
        self.0.push(text.to_owned());
        if self.0.len() > History::MOST {
            self.0.remove(0);
        }
    }

    /// The text that was typed so many texts before the last.
    fn back(&self, steps: usize) -> Option<&str> {
        let place = self.0.len().checked_sub(steps + 1)?;
        self.0.get(place).map(String::as_str)
    }
}

/// Feeds a key to a line of text; returns false if it edits nothing.
pub(in crate::app) fn edit(input: &mut Input, event: KeyEvent) -> bool {
    input.handle_event(&Event::Key(event)).is_some()
}

/// Pastes into a line of text; line ends and tabs become blanks.
pub(in crate::app) fn insert(input: &mut Input, text: &str) {
    let is_kept = |&c: &char| !c.is_control() || c == '\n' || c == '\t';
    let chars = text.chars().filter(is_kept);
    let pasted: String = chars
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    // All at once: one by one, each would move all that stands behind it.
    let at = input.cursor();
    let before = input.value().chars().take(at);
    let after = input.value().chars().skip(at);
    let value: String = before.chain(pasted.chars()).chain(after).collect();
    *input = Input::new(value).with_cursor(at + pasted.chars().count());
}
