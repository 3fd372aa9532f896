//! Panics of a library that reads damaged files, as errors. Source floor.
//!
//! The parquet crate checks much, but not all of what a damaged file says, and then panics. That must not end
//! dwell, nor be told as its own mistake.

use std::cell::Cell;
use std::panic;
use std::panic::AssertUnwindSafe;

thread_local! {
    static IS_CATCHING: Cell<bool> = const { Cell::new(false) };
}

/// Does `work`, and errors with the message if it panics. What `work` held is then not to be used again.
pub(super) fn catching<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    IS_CATCHING.set(true);
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    IS_CATCHING.set(false);
    done.map_err(|payload| {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        text.unwrap_or("the data contradict themselves").to_owned()
    })
}

/// Whether a panic on this thread is about to be caught and told as an error, so that nobody else need tell it.
pub fn is_panic_caught() -> bool {
    IS_CATCHING.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_and_known_to_be_one_while_it_lasts() {
        assert_eq!(catching(|| 7), Ok(7));
        assert!(catching(is_panic_caught).unwrap());
        assert!(!is_panic_caught());
        let damaged: Result<(), String> = catching(|| panic!("page {}", 3));
        assert_eq!(damaged, Err("page 3".to_owned()));
        assert!(!is_panic_caught());
    }
}
