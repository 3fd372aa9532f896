//! The interface of formats in which each row is encoded on its own. Answers floor.

use std::sync::Arc;

use crate::answers::export::fields::ExportFields;
use crate::answers::export::times::TimeTexts;
use crate::engine::dictionary::Dictionary;

/// A format in which each row is encoded on its own, whatever comes before and after it.
pub(super) trait Encoder<'a>: ExportFields + Send + Sized {
    /// An encoder of rows with these columns. It is told for each page whether it is plain.
    fn new(pages: &'a Dictionary, is_plain: Arc<[bool]>, times: TimeTexts, names: &[&str]) -> Self;

    /// What comes before the first row.
    fn header(names: &[&str]) -> String;

    /// Whether a text needs no quotes or escapes.
    fn is_plain(text: &str) -> bool;

    /// What has been encoded. The writer clears it after writing.
    fn bytes(&mut self) -> &mut Vec<u8>;
}
