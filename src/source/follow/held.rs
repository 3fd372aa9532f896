//! Lines that wait for the end of a record, and when to tell of them. Source floor.

use std::time::Duration;
use std::time::Instant;

use crate::source::rows::understood::RecordForm;
use crate::words::figure::counted;

/// Lines that wait so long are told of.
const TIME_TO_TELL: Duration = Duration::from_secs(10);

/// Since when lines wait, and whether that was said; `None` if none does.
#[derive(Default)]
pub(super) struct HeldLines(Option<(Instant, bool)>);

impl HeldLines {
    /// None waits any more.
    pub(super) fn release(&mut self) {
        self.0 = None;
    }

    /// `n` lines from `first_line` on wait. Returns what to say of that, once and not at once.
    pub(super) fn wait(
        &mut self,
        now: Instant,
        first_line: u64,
        n: u64,
        form: Option<RecordForm>,
    ) -> Option<String> {
        let (since, was_said) = *self.0.get_or_insert((now, false));
        if was_said || now.duration_since(since) < TIME_TO_TELL {
            return None;
        }
        self.0 = Some((since, true));
        let (lines, wait) = (counted(n, "line"), if n == 1 { "waits" } else { "wait" });
        Some(match form {
            Some(RecordForm::Objects { .. }) => {
                format!("{lines} {wait} for the end of what begins on line {first_line}")
            }
            _ => format!("{lines} {wait} for the end of a quote that line {first_line} opens"),
        })
    }
}
