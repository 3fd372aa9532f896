//! The errors of the parquet crate, in our words. Source floor.

use parquet::errors::ParquetError;

use crate::source::guard;

/// Does `work` of the crate's; what came of it, or what was wrong with the file. Whatever `work` was working on is not
/// to be used any more after a failure.
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
