//! Explorer floor: the terminal, the workers and the loop between them.
//!
//! `app` decides and `ui` draws; here is what they must not know: threads, clocks, signals, devices.

mod background;
mod clicks;
mod events;
mod follow;
mod inspect;
mod load;
mod paths;
mod rehearsal;
mod rejects;
#[cfg(feature = "generate")]
mod sample;
#[cfg(not(feature = "generate"))]
#[path = "sample/absent.rs"]
mod sample;
mod terminal;
mod tracker;
mod watch;
mod workers;

pub(crate) use background::TerminalBackground;
pub(crate) use background::background;
pub(crate) use load::Opening;
pub use rehearsal::Rehearsal;

use std::collections::VecDeque;
use std::io;
use std::sync::mpsc;
use std::time::Instant;

use crate::app;
use crate::app::Action;
use crate::app::App;
use crate::app::Effect;
use crate::app::Panel;
use crate::app::Start;
use crate::app::Targets;
use crate::system::signals;
use crate::system::signals::Notice;
use crate::ui;
use crate::words::error::Error;
use crate::words::error::Result;

use background::LateAnswer;
use clicks::Clicks;
use events::Event;
use terminal::TerminalScreen;
use workers::Workers;

/// What the explorer asks of whoever runs it.
pub(crate) trait Outside {
    /// Keeps for next time which columns a panel's list shows. Returns where; errors with why that is impossible.
    fn keep_columns(&mut self, panel: Panel, columns: &[String]) -> Result<String, String>;

    /// Says the command that reads files as a person chose on the screen, once the terminal is as it was before.
    fn say_chosen(&mut self, command: &str);
}

/// Runs the explorer until the person leaves. Opens at once; the pageviews come from a worker.
///
/// What concerns more than the explorer is done `outside`.
///
/// Errors when the terminal cannot be used, and when the last load failed. The terminal is as it was on every way out.
pub(crate) fn run(start: Start, opening: Opening, outside: &mut dyn Outside) -> Result<()> {
    let (sender, events) = mpsc::channel();
    let unusable = || Error::io("use", "the terminal");
    // Before there is anything that a signal could leave behind.
    events::listen_to_signals(sender.clone()).map_err(unusable())?;
    let mut screen = TerminalScreen::enter(start.mouse).map_err(unusable())?;
    let mut workers = Workers::new(start.name.clone(), opening, sender.clone());
    events::watch_terminal(sender.clone());
    events::listen_to_terminal(sender, LateAnswer::new(start.terminal.owes_answer));
    let (mut app, load) = App::new(start);
    app::update(&mut app, screen.size());
    let ended = perform(load, &mut screen, &mut workers)
        .and_then(|_| turn(&mut app, &mut screen, &mut workers, (&events, outside)));
    // The terminal first: the workers may need a moment.
    drop(screen);
    drop(workers);
    match ended.map_err(unusable())? {
        Ended::Quit => {
            if let Some(command) = app.chosen_command() {
                outside.say_chosen(&command);
            }
            app.into_result()
        }
        // The exit status tells what ended the process.
        Ended::Signal(signal) => {
            let _ = signals::end_by(signal);
            Err(Error::Interrupted)
        }
    }
}

enum Ended {
    Quit,
    Signal(i32),
}

/// Waits for something to happen, lets the model take it, draws; over and over. Errors when the terminal
/// cannot be used.
fn turn(
    app: &mut App,
    screen: &mut TerminalScreen,
    workers: &mut Workers,
    (events, outside): (&mpsc::Receiver<Event>, &mut dyn Outside),
) -> io::Result<Ended> {
    let mut clicks = Clicks::default();
    loop {
        let mut targets = Targets::default();
        screen.draw(|frame| targets = ui::draw(app, frame))?;
        let Ok(first) = events.recv() else {
            return Ok(Ended::Quit);
        };
        let mut is_drawn = true;
        // What has happened meanwhile is taken before the next frame, so that a key held down never
        // leaves a queue of frames behind.
        for event in std::iter::once(first).chain(events.try_iter()) {
            let action = match event {
                Event::Action(Action::Mouse(event)) => {
                    // A click is meant for what a person sees.
                    if !is_drawn {
                        screen.draw(|frame| targets = ui::draw(app, frame))?;
                    }
                    clicks.read(event, &targets, Instant::now())
                }
                Event::Action(action) => action,
                Event::Notice(Notice::End(signal)) => return Ok(Ended::Signal(signal)),
                Event::TerminalGone => return Ok(Ended::Signal(signals::HANG_UP)),
                Event::Notice(Notice::Stop) => {
                    screen.suspend()?;
                    continue;
                }
                Event::Notice(Notice::GoOn) => {
                    screen.resume()?;
                    continue;
                }
            };
            #[cfg(debug_assertions)]
            panic_if_asked(&action);
            let (gap, before) = (app.gap, Instant::now());
            let effect = app::update(app, action);
            is_drawn = false;
            let has_moved = app.gap != gap;
            let took = has_moved.then(|| app::update(app, Action::Took(before.elapsed())));
            let mut effects: VecDeque<Effect> = effect.into_iter().chain(took.flatten()).collect();
            while let Some(effect) = effects.pop_front() {
                let answer = match &effect {
                    Effect::CompletePath(typed) => Action::PathCompleted(paths::complete(typed)),
                    Effect::KeepColumns(panel, columns) => {
                        Action::ColumnsKept(outside.keep_columns(*panel, columns))
                    }
                    _ => match perform(effect, screen, workers)? {
                        Some(ended) => return Ok(ended),
                        None => continue,
                    },
                };
                effects.extend(app::update(app, answer));
            }
        }
    }
}

/// Does what the model asks for; returns the end if that is it.
fn perform(
    effect: Effect,
    screen: &mut TerminalScreen,
    workers: &mut Workers,
) -> io::Result<Option<Ended>> {
    match effect {
        Effect::Begin(job, work) => workers.begin(job, work),
        Effect::Cancel(job) => workers.cancel(job),
        Effect::Redraw => screen.redraw()?,
        Effect::Suspend => screen.suspend()?,
        Effect::Mouse(on) => screen.mouse(on)?,
        Effect::Copy(text) => screen.copy(&text)?,
        // Answered where the model is.
        Effect::CompletePath(_) | Effect::KeepColumns(..) => {}
        Effect::Quit => return Ok(Some(Ended::Quit)),
    }
    Ok(None)
}

/// A mistake to look at, only in debug builds: with `DWELL_PANIC` set, a key makes one.
#[cfg(debug_assertions)]
fn panic_if_asked(action: &Action) {
    if matches!(action, Action::Key(_)) && std::env::var_os("DWELL_PANIC").is_some() {
        panic!("asked for by DWELL_PANIC");
    }
}

#[cfg(test)]
mod tests;
