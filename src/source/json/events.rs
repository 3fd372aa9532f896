//! JSON objects that are events -> pageviews and rejects. Source floor.
//!
//! Knows which values make a pageview; nothing about how objects are found.

use crate::source::intake::Intake;
use crate::source::intake::Manner;
use crate::source::json::grammar::Kind;
use crate::source::json::grammar::Scalar;
use crate::source::json::pick::Picker;
use crate::source::json::rows::Rows;
use crate::source::json::unescape::LoneSurrogate;
use crate::source::json::unescape::unescape;
use crate::source::sink::Sink;
use crate::source::understood::Understood;
use crate::source::understood::quoted_name;
use crate::words::error::Result;

/// Takes events to the intake.
pub(super) struct Events<'a, S: ?Sized> {
    pub(super) intake: Intake<'a, S>,
    /// The paths of user, time and page, in the order in which they are picked.
    pub(super) paths: [String; 3],
    pub(super) scratch: [Vec<u8>; 3],
}

const ROLES: [&str; 3] = ["user", "time", "page"];

impl<S: Sink + ?Sized> Rows for Events<'_, S> {
    #[inline]
    fn object(&mut self, bytes: &[u8], picker: &Picker<'_>, line: u64) -> Result<()> {
        let values = [picker.value(0), picker.value(1), picker.value(2)];
        let is_plain = |value: &Option<Scalar>| {
            value.is_some_and(|value| {
                matches!(value.kind, Kind::Plain | Kind::Number | Kind::Boolean)
            })
        };
        match values {
            [Some(user), Some(time), Some(page)] if values.iter().all(is_plain) => {
                let text = |value: Scalar| &bytes[value.start..value.end];
                self.intake.row(text(user), text(time), text(page), line)
            }
            _ => self.take_unusual(bytes, values, line),
        }
    }

    fn bad(&mut self, line: u64, reason: String) -> Result<()> {
        self.intake.reject(line, reason)
    }

    fn progress(&mut self, bytes_read: u64) -> Result<()> {
        self.intake.progress(bytes_read)
    }

    fn finish(self, format: String) -> Result<Understood> {
        let [user, time, page] = self.paths.map(|path| quoted_name(&path, 0));
        self.intake.finish(Manner {
            format,
            user,
            time,
            page,
            notes: Vec::new(),
            left_out: Vec::new(),
        })
    }
}

impl<S: Sink + ?Sized> Events<'_, S> {
    #[inline(never)]
    fn take_unusual(&mut self, bytes: &[u8], values: [Option<Scalar>; 3], line: u64) -> Result<()> {
        let mut scratch = std::mem::take(&mut self.scratch);
        let mut problem = None;
        for (i, value) in values.iter().enumerate() {
            let said = said(bytes, *value, &mut scratch[i]);
            problem = problem.or_else(|| self.problem(i, said.err()?));
        }
        let taken = match problem {
            Some(reason) => self.intake.reject(line, reason),
            None => {
                let [user, time, page] = &scratch;
                self.intake.row(user, time, page, line)
            }
        };
        self.scratch = scratch;
        taken
    }

    fn problem(&self, role: usize, silence: Silence) -> Option<String> {
        let name = ROLES[role];
        Some(match silence {
            Silence::Missing => format!("there is no {}", quoted_name(&self.paths[role], 0)),
            Silence::Kind(kind) => format!("the {name} is {}", kind.words()),
            Silence::Half(LoneSurrogate(unit)) => {
                format!(
                    "the {name} has half a character: \\u{unit:04x} without its other surrogate"
                )
            }
        })
    }
}

/// Why a value says nothing.
pub(super) enum Silence {
    Missing,
    Kind(Kind),
    Half(LoneSurrogate),
}

/// Writes what a value says over `out`.
pub(super) fn said(bytes: &[u8], value: Option<Scalar>, out: &mut Vec<u8>) -> Result<(), Silence> {
    out.clear();
    let value = value.ok_or(Silence::Missing)?;
    match value.kind {
        Kind::Plain | Kind::Number | Kind::Boolean => {
            out.extend_from_slice(&bytes[value.start..value.end]);
            Ok(())
        }
        Kind::Escaped => unescape(&bytes[value.start..value.end], out).map_err(Silence::Half),
        Kind::Null | Kind::Array | Kind::Object => Err(Silence::Kind(value.kind)),
    }
}
