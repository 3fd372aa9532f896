//! The beginning of a JSON text: how its objects follow one another, and which keys they have. Source floor.
//!
//! Knows nothing about what the keys mean. Takes nothing out of the window.

use crate::source::input::window::Filled;
use crate::source::input::window::Window;
use crate::source::json::grammar::JsonText;
use crate::source::json::grammar::Visit;
use crate::source::json::keys::Keys;
use crate::source::json::looks;
use crate::source::json::walk::NextObject;
use crate::source::json::walk::ObjectWalk;
use crate::source::json::walk::Sequence;
use crate::source::roles::MOST_BYTES;
use crate::source::roles::MOST_BYTES_OF_PIPE;
use crate::source::roles::MOST_ROWS;
use crate::words::error::Result;
use crate::words::figure;

/// What the beginning of a JSON text tells about the rest.
#[derive(Debug)]
pub(super) struct Sample {
    pub(super) shape: Sequence,
    /// The byte that ends lines.
    pub(super) terminator: u8,
    pub(super) keys: Keys,
    pub(super) n_objects: usize,
    /// Rows at the beginning that are names.
    pub(super) n_names: usize,
    /// How many of the window's bytes were looked at, and whether they are all.
    n_bytes: usize,
    pub(super) is_all: bool,
}

/// Looks at the first objects. Errors if none of them fits in the window.
pub(super) fn take(window: &mut Window<'_>) -> Result<Sample> {
    // Reads more only if there is no whole object in them.
    let mut wanted = match window.facts().path() {
        Some(_) => MOST_BYTES,
        None => MOST_BYTES_OF_PIPE,
    };
    loop {
        let mut is_full = false;
        while window.bytes().len() < wanted && !window.is_at_end() && !is_full {
            is_full = window.fill()? == Filled::Full;
        }
        let bytes = window.bytes();
        // Cut at a fixed length, the sample does not depend on the size of the window.
        let is_all = bytes.len() < wanted && window.is_at_end();
        let bytes = &bytes[..bytes.len().min(wanted)];
        let mut sample = Sample {
            shape: shape(bytes),
            terminator: match memchr::memchr(b'\n', bytes) {
                None if memchr::memchr(b'\r', bytes).is_some() => b'\r',
                _ => b'\n',
            },
            keys: Keys::default(),
            n_objects: 0,
            n_names: 0,
            n_bytes: bytes.len(),
            is_all,
        };
        let mut keys = Keys::default();
        sample.n_objects = sample.each(bytes, &mut keys, &mut |_| {});
        keys.add_headers(bytes);
        sample.keys = keys;
        if sample.n_objects > 0 || is_all {
            return Ok(sample);
        }
        if is_full {
            return Err(window.facts().problem(format!(
                "there is no whole JSON object in the first {} of it",
                figure::bytes(window.limit() as u64)
            )));
        }
        wanted *= 2;
    }
}

impl Sample {
    /// Whether more objects may come behind those that were looked at.
    pub(super) fn is_a_part(&self) -> bool {
        !self.is_all || self.n_objects == MOST_ROWS
    }

    /// Lets `visit` listen to the sample's objects, and calls `done` after each. Returns how many there are.
    pub(super) fn each<V: Visit>(
        &self,
        bytes: &[u8],
        visit: &mut V,
        done: &mut dyn FnMut(&mut V),
    ) -> usize {
        let text = JsonText {
            bytes: &bytes[..self.n_bytes],
            is_end: self.is_all,
            terminator: self.terminator,
        };
        let mut walk = ObjectWalk::new(self.shape);
        let (mut n_objects, mut n_names) = (0, 0);
        while n_objects < MOST_ROWS {
            match walk.step(text, visit) {
                NextObject::Object { .. } if n_names < self.n_names => n_names += 1,
                NextObject::Object { .. } => {
                    n_objects += 1;
                    done(visit);
                }
                NextObject::Bad { .. } => {}
                NextObject::NeedsMore | NextObject::Refused { .. } => break,
            }
        }
        n_objects
    }
}

/// An array of objects, or an empty array alone, has the rows inside. Rows can also be arrays of several values, one
/// on each line or in an array. Any other array is a bad row.
fn shape(bytes: &[u8]) -> Sequence {
    let Some(rest) = bytes.trim_ascii_start().strip_prefix(b"[") else {
        return Sequence::Stream;
    };
    match rest.trim_ascii() {
        [b'{', ..] | [] | b"]" => Sequence::Array,
        rows @ [b'[', ..] if looks::are_alike(rows) => Sequence::ArrayOfRows,
        _ if looks::are_rows_of(bytes) => Sequence::StreamOfRows,
        _ => Sequence::Stream,
    }
}
