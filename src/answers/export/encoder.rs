//! What a format is in which a row is some bytes, whatever stands before and after it. Answers floor.

use std::sync::Arc;

use crate::answers::export::fields::ExportFields;
use crate::answers::export::times::TimeTexts;
use crate::engine::dictionary::Dictionary;

/// A format in which a row is some bytes, whatever stands before and after it.
pub(super) trait Encoder<'a>: ExportFields + Send + Sized {
    /// An encoder of rows with columns of these names, that knows of each page whether it is plain.
    fn new(pages: &'a Dictionary, is_plain: Arc<[bool]>, times: TimeTexts, names: &[&str]) -> Self;

    /// What stands before the first row.
    fn header(names: &[&str]) -> String;

    /// Whether a text needs no quotes or escapes.
    fn is_plain(text: &str) -> bool;

    /// What has been encoded; whoever writes it out clears it.
    fn bytes(&mut self) -> &mut Vec<u8>;
}
