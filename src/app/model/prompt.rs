//! A line being typed. App floor.

use crossterm::event::Event;
use crossterm::event::KeyEvent;
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler;

/// A line being typed, and what was selected before it.
#[derive(Debug)]
pub(crate) struct Prompt {
    pub(crate) input: Input,
    /// The selected row of the list, by its id.
    pub(in crate::app) selected: Option<u32>,
    /// The selected pageview.
    pub(in crate::app) row: Option<usize>,
}

impl Prompt {
    /// There are other pageviews now: what was selected before is not to be gone back to.
    pub(in crate::app) fn forget(&mut self) {
        (self.selected, self.row) = (None, None);
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
