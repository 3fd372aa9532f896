//! The real terminal: taken, drawn on, given back on every way out. Explorer floor.

use std::io;
use std::io::Stdout;
use std::io::Write;
use std::panic;
use std::sync::Once;
use std::thread;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use crossterm::cursor;
use crossterm::event::DisableBracketedPaste;
use crossterm::event::DisableMouseCapture;
use crossterm::event::EnableBracketedPaste;
use crossterm::event::EnableMouseCapture;
use crossterm::execute;
use crossterm::terminal;
use crossterm::terminal::EnterAlternateScreen;
use crossterm::terminal::LeaveAlternateScreen;
use ratatui::Frame;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;

use crate::app::Action;
use crate::system::signals;

/// The terminal while the explorer has it; dropped, it is as it was before.
#[derive(Debug)]
pub(super) struct TerminalScreen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
    mouse: bool,
}

impl TerminalScreen {
    /// Takes the terminal: raw mode, alternate screen, bracketed paste.
    pub(super) fn enter(mouse: bool) -> io::Result<TerminalScreen> {
        restore_on_panic();
        take(mouse)?;
        let terminal =
            Terminal::new(CrosstermBackend::new(io::stdout())).inspect_err(|_| give_back())?;
        Ok(TerminalScreen { terminal, mouse })
    }

    /// The size, as the model hears of it.
    pub(super) fn size(&self) -> Action {
        let (columns, rows) = terminal::size().unwrap_or((80, 24));
        Action::Resize(columns, rows)
    }

    pub(super) fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(draw).map(drop)
    }

    /// Turns the mouse on or off. Off by default: it takes the terminal's own selection away.
    pub(super) fn mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse = on;
        if on {
            execute!(io::stdout(), EnableMouseCapture)
        } else {
            execute!(io::stdout(), DisableMouseCapture)
        }
    }

    /// Puts a text on the terminal's clipboard (OSC 52), which works over ssh too.
    pub(super) fn copy(&mut self, text: &str) -> io::Result<()> {
        let mut out = io::stdout();
        write!(out, "\x1b]52;c;{}\x07", BASE64_STANDARD.encode(text))?;
        out.flush()
    }

    /// Gives the terminal back while the process is stopped; returns when it goes on.
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        give_back();
        signals::stop()?;
        self.resume()
    }

    /// Takes the terminal again and paints all of it.
    pub(super) fn resume(&mut self) -> io::Result<()> {
        // A shell may have taken raw mode away meanwhile, which nobody here was told of.
        let _ = terminal::disable_raw_mode();
        take(self.mouse)?;
        self.redraw()
    }

    /// Paints all of it, whatever the terminal shows.
    pub(super) fn redraw(&mut self) -> io::Result<()> {
        // `Terminal::clear` would ask the terminal for its cursor and can wait in vain for the answer.
        let (columns, rows) = terminal::size()?;
        self.terminal.resize(Rect::new(0, 0, columns, rows))
    }
}

impl Drop for TerminalScreen {
    fn drop(&mut self) {
        give_back();
    }
}

fn take(mouse: bool) -> io::Result<()> {
    terminal::enable_raw_mode()?;
    let taken = execute!(
        io::stdout(),
        EnterAlternateScreen,
        EnableBracketedPaste,
        cursor::Hide
    )
    .and_then(|()| {
        if mouse {
            execute!(io::stdout(), EnableMouseCapture)
        } else {
            Ok(())
        }
    });
    taken.inspect_err(|_| give_back())
}

/// Undoes everything [`take`] can have done. What fails here cannot be mended.
fn give_back() {
    let _ = execute!(
        io::stdout(),
        DisableMouseCapture,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        cursor::Show
    );
    let _ = terminal::disable_raw_mode();
}

/// A panic's message must not be written onto the alternate screen, where it would be lost. Panics of the
/// worker are told on the screen instead, see `job`.
fn restore_on_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let drawing = thread::current().id();
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if thread::current().id() == drawing {
                give_back();
                previous(info);
            }
        }));
    });
}
