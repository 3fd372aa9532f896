//! What the parquet crate says, or dies of, in our words. Source floor.
//!
//! The crate checks much of what it reads, but not all: some damaged files make it panic. Here a panic becomes a
//! sentence like any other failure, and nothing of it is printed.

use std::cell::Cell;
use std::panic;
use std::panic::AssertUnwindSafe;
use std::sync::Once;

use parquet::errors::ParquetError;

thread_local! {
    /// Whether this thread is within [`guarded`].
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Does `work` of the crate's; what came of it, or what was wrong with the file. Whatever `work` was working on is not
/// to be used any more after a failure.
pub(super) fn guarded<T>(
    work: impl FnOnce() -> parquet::errors::Result<T>,
) -> std::result::Result<T, String> {
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
    match done {
        Ok(done) => done.map_err(|error| plain(&error)),
        Err(_) => Err("it does not hold together".to_owned()),
    }
}

/// The crate's words without its name before them.
fn plain(error: &ParquetError) -> String {
    match error {
        ParquetError::General(words) | ParquetError::NYI(words) | ParquetError::EOF(words) => {
            words.clone()
        }
        ParquetError::External(error) => error.to_string(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_and_panics_become_sentences() {
        let failed = || -> parquet::errors::Result<()> { Err(ParquetError::EOF("no page".into())) };
        assert_eq!(guarded(failed), Err("no page".to_owned()));
        let panicked = || -> parquet::errors::Result<()> { panic!("at the disco") };
        assert_eq!(
            guarded(panicked),
            Err("it does not hold together".to_owned())
        );
        assert_eq!(guarded(|| Ok(3)), Ok(3));
        assert!(!IS_GUARDED.get());
    }
}
