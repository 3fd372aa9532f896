//! Signals on any system. System floor.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use signal_hook::consts::SIGINT;
use signal_hook::consts::SIGTERM;
use signal_hook::flag;

use crate::system::signals::Notice;

/// What a process gets whose terminal is gone.
pub(crate) const HANG_UP: i32 = SIGTERM;

/// How often to look whether a signal came.
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// The signals that ask a process to end.
pub(super) fn ending() -> impl Iterator<Item = i32> {
    [SIGINT, SIGTERM].into_iter()
}

/// There is no such limit.
pub(super) fn survive_size_limit() {}

/// Tells of the first signal that asks the process to end, from a thread of its own. From when this returns none ends
/// the process.
pub(crate) fn listen(mut tell: impl FnMut(Notice) -> bool + Send + 'static) -> io::Result<()> {
    let mut caught: Vec<(i32, Arc<AtomicBool>)> = Vec::new();
    for signal in ending() {
        let came = Arc::default();
        flag::register(signal, Arc::clone(&came))?;
        caught.push((signal, came));
    }
    thread::spawn(move || {
        loop {
            let came = caught.iter().find(|(_, came)| came.load(Ordering::Relaxed));
            if let Some(&(signal, _)) = came {
                tell(Notice::End(signal));
                return;
            }
            thread::sleep(BETWEEN_LOOKS);
        }
    });
    Ok(())
}

/// Nothing tells; reading a terminal that is gone fails.
pub(crate) fn watch_terminal(_: impl FnOnce() + Send + 'static) {}

/// A process cannot stop itself: it goes on at once.
pub(crate) fn stop() -> io::Result<()> {
    Ok(())
}
