//! What happens outside: keys, signals. Explorer floor.

use std::io;
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

/// Sends signals from a thread of its own, for as long as the process lives. From when this returns none of
/// them ends the process.
pub(super) fn listen_to_signals(events: Sender<Event>) -> io::Result<()> {
    let mut caught = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGCONT])?;
    thread::spawn(move || {
        for signal in caught.forever() {
            let event = if signal == SIGCONT {
                Event::Resumed
            } else {
                Event::Signal(signal)
            };
            if events.send(event).is_err() {
                return;
            }
        }
    });
    Ok(())
}

/// Sends what the terminal says in the same way.
pub(super) fn listen_to_terminal(events: Sender<Event>) {
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
