//! What asks the process to end, to stop, or to go on. System floor.

#[cfg(all(unix, not(dwell_portable)))]
#[path = "unix.rs"]
mod platform;
#[cfg(not(all(unix, not(dwell_portable))))]
#[path = "portable.rs"]
mod platform;

pub(crate) use platform::*;

use std::io;

use signal_hook::flag;
use signal_hook::low_level;

use crate::words::interrupt::Interrupt;

/// What the process is asked from outside.
#[allow(dead_code, reason = "only Unix stops a process and lets it go on")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// To end, by this signal.
    End(i32),
    /// To stop, as a shell's `kill -TSTP` asks.
    Stop,
    /// It goes on after it was stopped.
    GoOn,
}

/// From now on the signals that ask the process to end are noticed here instead of ending it; a second one ends it.
pub(crate) fn interrupt_on_signals() -> Interrupt {
    let interrupt = Interrupt::default();
    for signal in ending() {
        // Registering fails only for signals that cannot be caught; these can.
        let _ = flag::register_conditional_shutdown(signal, 130, interrupt.flag());
        let _ = flag::register(signal, interrupt.flag());
    }
    survive_size_limit();
    interrupt
}

/// Ends the process as this signal does, so that the exit status tells what ended it. Errors where it cannot.
pub(crate) fn end_by(signal: i32) -> io::Result<()> {
    low_level::emulate_default_handler(signal)
}
