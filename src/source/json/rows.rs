//! Passes on the objects in a window, one after the other. Source floor.
//!
//! Knows when to read on; nothing about what objects mean.

use crate::source::input::open_end::OpenEnd;
use crate::source::input::window::Filled;
use crate::source::input::window::Window;
use crate::source::json::grammar::JsonText;
use crate::source::json::pick::Picker;
use crate::source::json::sample::Sample;
use crate::source::json::walk::NextObject;
use crate::source::json::walk::ObjectWalk;
use crate::source::json::walk::Sequence;
use crate::source::json::wanted::Wanted;
use crate::source::rows::understood::RecordForm;
use crate::source::rows::understood::Understood;
use crate::words::error::Result;
use crate::words::figure;

/// Who takes objects.
pub(super) trait TakeObjects {
    /// Takes an object. The wanted values have been picked from `bytes`.
    fn object(&mut self, bytes: &[u8], picker: &Picker<'_>, line: u64) -> Result<()>;
    /// Takes text that is not an object; perhaps a line of another kind, which is not about a request.
    fn bad(&mut self, line: u64, reason: String, is_of_another_kind: bool) -> Result<()>;
    /// Hears how many raw bytes were read so far.
    fn progress(&mut self, bytes_read: u64) -> Result<()>;
    /// Ends the reading of an input in that format.
    fn finish(self, format: String) -> Result<Understood>;
}

/// Passes every object that is left in the window to `rows`, and ends the reading.
pub(super) fn read<R: TakeObjects>(
    window: &mut Window<'_>,
    sample: &Sample,
    wanted: &Wanted,
    mut format: String,
    mut rows: R,
) -> Result<Understood> {
    let passed = match sample.shape {
        Sequence::Stream | Sequence::StreamOfRows => window.passed_lines(sample.terminator)?,
        Sequence::Array | Sequence::ArrayOfRows => {
            window.facts().refuse_passing("a JSON array")?;
            0
        }
    };
    let mut picker = Picker::new(wanted);
    let mut walk = ObjectWalk::new(sample.shape);
    let mut n_names = sample.n_names;
    rows.progress(window.facts().bytes_read())?;
    let facts = window.facts();
    let goes_on = || facts.open_end().is_some_and(OpenEnd::is_open);
    loop {
        let text = JsonText {
            bytes: window.bytes(),
            // The rest of an object may come later.
            is_end: window.is_at_end() && !goes_on(),
            terminator: sample.terminator,
        };
        loop {
            match walk.step(text, &mut picker) {
                NextObject::Object { .. } if n_names > 0 => n_names -= 1,
                NextObject::Object { line } if line > passed => {
                    rows.object(text.bytes, &picker, line)?;
                }
                NextObject::Bad { line, reason } if line > passed => {
                    rows.bad(line, reason, walk.is_of_another_kind())?;
                }
                NextObject::Object { .. } | NextObject::Bad { .. } => {}
                NextObject::NeedsMore => break,
                NextObject::Refused { line, problem } => {
                    return Err(window.facts().problem(format!("line {line}: {problem}")));
                }
            }
        }
        // At the end, the walk leaves nothing over.
        if text.is_end {
            break;
        }
        if let Some(end) = facts.open_end() {
            end.pass(walk.line() - 1);
        }
        window.consume(walk.consumed());
        if window.is_at_end() {
            if !window.bytes().is_empty() {
                facts.leave(walk.line());
            }
            break;
        }
        if window.fill()? == Filled::Full {
            return Err(window.facts().problem(format!(
                "the object on line {} is longer than {}: is it never closed?",
                walk.line(),
                figure::bytes(window.limit() as u64)
            )));
        }
        rows.progress(window.facts().bytes_read())?;
    }
    let layers = window.layers();
    if !layers.is_empty() {
        format = format!("{format}, {layers}");
    }
    let understood = rows.finish(format)?;
    let is_stream = matches!(sample.shape, Sequence::Stream | Sequence::StreamOfRows);
    Ok(Understood {
        form: is_stream.then_some(RecordForm::Objects {
            of_rows: sample.shape.is_of_rows(),
        }),
        ..understood
    })
}
