//! The errors of the parquet crate, in our words. Source floor.

use parquet::errors::ParquetError;

use crate::source::guard;

/// Runs `work`, which calls the crate. Returns its result, or what was wrong with the file. After a failure, nothing
/// that `work` used may be used again.
pub(super) fn guarded<T>(
    work: impl FnOnce() -> parquet::errors::Result<T>,
) -> std::result::Result<T, String> {
    guard::guarded(|| work().map_err(|error| plain(&error)))
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
