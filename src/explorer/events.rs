//! What happens outside: keys, signals. Explorer floor.

use std::fs::File;
use std::io;
use std::io::IsTerminal;
use std::os::fd::AsFd;
use std::sync::mpsc::Sender;
use std::thread;

use crossterm::event;
use rustix::event::PollFd;
use rustix::event::PollFlags;
use rustix::event::poll;
use rustix::io::Errno;
use signal_hook::consts::SIGCONT;
use signal_hook::consts::SIGHUP;
use signal_hook::consts::SIGINT;
use signal_hook::consts::SIGQUIT;
use signal_hook::consts::SIGTERM;
use signal_hook::consts::SIGTSTP;
use signal_hook::iterator::Signals;

use crate::app::Action;
use crate::explorer::background::LateAnswer;

/// What the loop waits for.
#[derive(Debug)]
pub(super) enum Event {
    /// Something for the model.
    Action(Action),
    /// A signal asks the process to end.
    Signal(i32),
    /// A signal asks the process to stop, as a shell's `kill -TSTP` does.
    Suspended,
    /// The process goes on after it was stopped.
    Resumed,
    /// The terminal cannot be read any more.
    TerminalGone,
}

const CAUGHT: [i32; 6] = [SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT];

/// Sends signals from a thread of its own, for as long as the process lives. From when this returns none of
/// them ends the process.
pub(super) fn listen_to_signals(events: Sender<Event>) -> io::Result<()> {
    let mut caught = Signals::new(CAUGHT)?;
    thread::spawn(move || {
        for signal in caught.forever() {
            let event = match signal {
                SIGCONT => Event::Resumed,
                SIGTSTP => Event::Suspended,
                signal => Event::Signal(signal),
            };
            if events.send(event).is_err() {
                return;
            }
        }
    });
    Ok(())
}

/// Sends what the terminal says in the same way.
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

/// Says when the terminal hangs up. Whoever reads it then reads nothing, over and over, and is not told.
#[cfg(unix)]
pub(super) fn watch_terminal(events: Sender<Event>) {
    thread::spawn(move || {
        let Ok(terminal) = terminal_device() else {
            return;
        };
        loop {
            // Nothing is asked for but what is always told: that it is gone.
            let mut looked_at = [PollFd::new(&terminal, PollFlags::empty())];
            match poll(&mut looked_at, None) {
                Err(Errno::INTR) => {}
                Ok(_)
                    if looked_at[0]
                        .revents()
                        .intersects(PollFlags::HUP | PollFlags::ERR) =>
                {
                    let _ = events.send(Event::TerminalGone);
                    return;
                }
                // Some systems cannot wait for such a device.
                _ => return,
            }
        }
    });
}

/// The device that keys come from.
#[cfg(unix)]
fn terminal_device() -> io::Result<File> {
    let stdin = io::stdin();
    match stdin.is_terminal() {
        true => stdin.as_fd().try_clone_to_owned().map(File::from),
        false => File::open("/dev/tty"),
    }
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
