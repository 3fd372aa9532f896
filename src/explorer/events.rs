//! What happens outside: keys, signals. Explorer floor.

use std::sync::mpsc::Sender;
use std::thread;

use crossterm::event;
use signal_hook::consts::SIGCONT;
use signal_hook::consts::SIGHUP;
use signal_hook::consts::SIGINT;
use signal_hook::consts::SIGTERM;
use signal_hook::iterator::Signals;

use crate::app::Action;

/// What the loop waits for.
#[derive(Debug)]
pub(super) enum Event {
    /// Something for the model.
    Action(Action),
    /// A signal asks the process to end.
    Signal(i32),
    /// The process goes on after it was stopped.
    Resumed,
    /// The terminal cannot be read any more.
    TerminalGone,
}

/// Sends keys and signals from threads of their own, for as long as the process lives.
pub(super) fn listen(events: Sender<Event>) {
    let signals = events.clone();
    thread::spawn(move || {
        let Ok(mut caught) = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGCONT]) else {
            return;
        };
        for signal in caught.forever() {
            let event = if signal == SIGCONT {
                Event::Resumed
            } else {
                Event::Signal(signal)
            };
            if signals.send(event).is_err() {
                return;
            }
        }
    });
    thread::spawn(move || {
        loop {
            let event = match event::read() {
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

fn action(event: event::Event) -> Option<Action> {
    Some(match event {
        event::Event::Key(key) => Action::Key(key),
        event::Event::Mouse(mouse) => Action::Mouse(mouse),
        event::Event::Paste(text) => Action::Paste(text),
        event::Event::Resize(columns, rows) => Action::Resize(columns, rows),
        event::Event::FocusGained | event::Event::FocusLost => return None,
    })
}
