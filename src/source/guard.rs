//! Turns panics of crates that read files into errors in our words. Source floor.
//!
//! Such crates check much of what they read, but not everything, and some damaged files make them panic. Here a panic
//! becomes an error like any other, and is not printed.

use std::cell::Cell;
use std::panic;
use std::panic::AssertUnwindSafe;
use std::sync::Once;

thread_local! {
    /// Whether this thread is within [`guarded`].
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`, which calls a crate. Returns its result, or what was wrong with the file. After a failure, nothing
/// that `work` used may be used again.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !IS_GUARDED.get() {
                hook(info);
            }
        }));
    });
    IS_GUARDED.set(true);
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    IS_GUARDED.set(false);
    done.unwrap_or_else(|_| Err("it is damaged in a way that the reader did not expect".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_and_panics_become_sentences() {
        let failed = || -> Result<(), String> { Err("no page".into()) };
        assert_eq!(guarded(failed), Err("no page".to_owned()));
        let panicked = || -> Result<(), String> { panic!("at the disco") };
        assert_eq!(
            guarded(panicked),
            Err("it is damaged in a way that the reader did not expect".to_owned())
        );
        assert_eq!(guarded(|| Ok(3)), Ok(3));
        assert!(!IS_GUARDED.get());
    }
}
