//! What happens outside: keys, signals. Explorer floor.

use std::io;
use std::sync::mpsc::Sender;
use std::thread;

use crossterm::event;
use crossterm::event::KeyEventKind;

use crate::app::Action;
use crate::explorer::background::LateAnswer;
use crate::system::signals;
use crate::system::signals::Notice;

/// What the loop waits for.
#[derive(Debug)]
pub(super) enum Event {
    /// Something for the model.
    Action(Action),
    /// A signal asks something of the process.
    Notice(Notice),
    /// The terminal cannot be read any more.
    TerminalGone,
}

/// Sends signals, for as long as the process lives. From when this returns none of them ends the process.
pub(super) fn listen_to_signals(events: Sender<Event>) -> io::Result<()> {
    signals::listen(move |notice| events.send(Event::Notice(notice)).is_ok())
}

/// Sends what the terminal says in the same way, from a thread of its own.
pub(super) fn listen_to_terminal(events: Sender<Event>, mut late: LateAnswer) {
    thread::spawn(move || {
        loop {
            let event = match event::read() {
                Ok(event) if late.takes(&event) => continue,
                Ok(event) => match action(event) {
                    Some(action) => Event::Action(action),
                    None => continue,
                },
                // Trying again on a terminal that is gone would spin.
                Err(_) => Event::TerminalGone,
            };
            let is_end = matches!(event, Event::TerminalGone);
            if events.send(event).is_err() || is_end {
                return;
            }
        }
    });
}

/// Says when the terminal hangs up.
pub(super) fn watch_terminal(events: Sender<Event>) {
    signals::watch_terminal(move || {
        let _ = events.send(Event::TerminalGone);
    });
}

fn action(event: event::Event) -> Option<Action> {
    Some(match event {
        // Windows tells of a key that is let go, too.
        event::Event::Key(key) if key.kind == KeyEventKind::Release => return None,
        event::Event::Key(key) => Action::Key(key),
        event::Event::Mouse(mouse) => Action::Mouse(mouse),
        event::Event::Paste(text) => Action::Paste(text),
        event::Event::Resize(columns, rows) => Action::Resize(columns, rows),
        event::Event::FocusGained | event::Event::FocusLost => return None,
    })
}

#[cfg(test)]
mod tests {
    use crossterm::event::KeyCode;
    use crossterm::event::KeyEvent;
    use crossterm::event::KeyModifiers;

    use super::*;

    #[test]
    fn a_key_acts_when_it_is_pressed_or_held_not_when_it_is_let_go() {
        for (kind, acts) in [
            (KeyEventKind::Press, true),
            (KeyEventKind::Repeat, true),
            (KeyEventKind::Release, false),
        ] {
            let key = KeyEvent::new_with_kind(KeyCode::Down, KeyModifiers::NONE, kind);
            let action = action(event::Event::Key(key));
            assert_eq!(action.is_some(), acts, "{kind:?}");
        }
    }
}
