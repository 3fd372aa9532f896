//! Signals on Unix. System floor.

use std::fs;
use std::fs::File;
use std::io;
use std::io::IsTerminal;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::thread;

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
use signal_hook::consts::SIGXFSZ;
use signal_hook::flag;
use signal_hook::iterator::Signals;
use signal_hook::low_level;

use crate::system::signals::Notice;

/// What a process gets whose terminal is gone.
pub(crate) const HANG_UP: i32 = SIGHUP;

/// The signals that ask a process to end. One that is ignored stays so: a shell and `nohup` see to that for what is to
/// go on without them.
pub(super) fn ending() -> impl Iterator<Item = i32> {
    let signals = [SIGINT, SIGTERM, SIGHUP].into_iter();
    signals.filter(|&signal| !is_ignored(signal))
}

/// Whether the process was started with this signal ignored, where the system tells.
fn is_ignored(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

/// A file that grows beyond the limit set for the process is to fail as on a full disk, not to end it.
pub(super) fn survive_size_limit() {
    let _ = flag::register(SIGXFSZ, Arc::default());
}

/// Tells of signals from a thread of its own until `tell` says that nobody listens. From when this returns none of them
/// ends or stops the process.
pub(crate) fn listen(mut tell: impl FnMut(Notice) -> bool + Send + 'static) -> io::Result<()> {
    let mut caught = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT])?;
    thread::spawn(move || {
        for signal in caught.forever() {
            let notice = match signal {
                SIGCONT => Notice::GoOn,
                SIGTSTP => Notice::Stop,
                signal => Notice::End(signal),
            };
            if !tell(notice) {
                return;
            }
        }
    });
    Ok(())
}

/// Says, from a thread of its own, when the terminal hangs up. Whoever reads it then reads nothing, over and over, and
/// is not told.
pub(crate) fn watch_terminal(is_gone: impl FnOnce() + Send + 'static) {
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
                    return is_gone();
                }
                // Some systems cannot wait for such a device.
                _ => return,
            }
        }
    });
}

/// The device that keys come from.
fn terminal_device() -> io::Result<File> {
    let stdin = io::stdin();
    match stdin.is_terminal() {
        true => stdin.as_fd().try_clone_to_owned().map(File::from),
        false => File::open("/dev/tty"),
    }
}

/// Stops the process as Ctrl-Z does where the terminal is not raw; returns when it goes on.
pub(crate) fn stop() -> io::Result<()> {
    low_level::emulate_default_handler(SIGTSTP)
}
