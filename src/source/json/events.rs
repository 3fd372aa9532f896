//! JSON objects that are events -> pageviews and rejects. Source floor.
//!
//! Knows which values make a pageview; nothing about how objects are found.

use crate::source::json::elements;
use crate::source::json::elements::FoundRows;
use crate::source::json::grammar::ValueKind;
use crate::source::json::pick::Picker;
use crate::source::json::rows::TakeObjects;
use crate::source::json::said;
use crate::source::json::wanted::Wanted;
use crate::source::rows::cell::Value;
use crate::source::rows::sink::Sink;
use crate::source::rows::understood::Understood;
use crate::source::value::TypedRows;
use crate::words::error::Error;
use crate::words::error::Result;

/// How many values of a row need no allocation.
const MOST_AT_ONCE: usize = 24;

/// Takes events to the intake.
pub(super) struct Events<'a, 'w, S: ?Sized> {
    rows: TypedRows<'a, S>,
    /// The paths that are picked, by part.
    paths: &'w [&'w str],
    /// Where the rows of an object are, if it is not a row itself.
    elements: Option<Elements<'w>>,
    /// For each path, memory for a value that must be decoded.
    scratch: Vec<Vec<u8>>,
}

/// The rows of an object: the values to pick out of each.
struct Elements<'w> {
    /// The path to them in words, and its number among those that are picked out of the object.
    at: &'w str,
    path: usize,
    picker: Picker<'w>,
    text: Vec<u8>,
}

impl<'a, 'w, S: Sink + ?Sized> Events<'a, 'w, S> {
    /// Takes objects whose role parts have been picked, in their order; or the elements at a path, which is then
    /// picked last, with the values wanted of each.
    pub(super) fn new(
        rows: TypedRows<'a, S>,
        paths: &'w [&'w str],
        elements: Option<(&'w str, &'w Wanted)>,
    ) -> Self {
        Events {
            scratch: vec![Vec::new(); rows.roles.parts.len()],
            elements: elements.map(|(at, wanted)| Elements {
                at,
                path: paths.len(),
                picker: Picker::new(wanted),
                text: Vec::new(),
            }),
            rows,
            paths,
        }
    }
}

/// The error for a value that is one of several. If it is inside a row already, rows of elements are not proposed.
#[cold]
fn several<S: Sink + ?Sized>(
    rows: &TypedRows<'_, S>,
    paths: &[&str],
    is_several: impl Fn(usize) -> bool,
    (array, may_be_rows): (String, bool),
    line: u64,
) -> Error {
    let path = (0..paths.len()).find(|&path| is_several(path));
    let path = path.map_or("", |path| paths[path]);
    let option = format!("--rows-at {array}");
    let option = may_be_rows.then_some(option.as_str());
    let said = said::several(path, &array, option);
    rows.intake.refused(format!("line {line}: {said}"))
}

/// Takes a row to the intake.
#[inline]
fn take<'v, S: Sink + ?Sized>(
    rows: &mut TypedRows<'_, S>,
    value: impl Fn(usize) -> Option<(ValueKind, &'v [u8])>,
    scratch: &'v mut [Vec<u8>],
    line: u64,
) -> Result<()> {
    let value = |path, scratch| said::value(value(path), scratch);
    match scratch {
        // The usual three, without a list of their values.
        [a, b, c] => rows.take(&[value(0, a), value(1, b), value(2, c)], line),
        scratch if scratch.len() <= MOST_AT_ONCE => {
            let n = scratch.len();
            let mut values = [Value::Missing; MOST_AT_ONCE];
            for ((path, to), scratch) in values.iter_mut().enumerate().zip(scratch) {
                *to = value(path, scratch);
            }
            rows.take(&values[..n], line)
        }
        scratch => {
            let values = scratch.iter_mut().enumerate();
            let values = values.map(|(path, scratch)| value(path, scratch));
            rows.take(&values.collect::<Vec<_>>(), line)
        }
    }
}

impl<S: Sink + ?Sized> TakeObjects for Events<'_, '_, S> {
    #[inline]
    fn object(&mut self, bytes: &[u8], picker: &Picker<'_>, line: u64) -> Result<()> {
        let Some(mut elements) = self.elements.take() else {
            if picker.has_several() {
                let is_several =
                    |path| matches!(picker.value(bytes, path), Some((ValueKind::Several, _)));
                let array = (picker.array_of_several(), true);
                return Err(several(&self.rows, self.paths, is_several, array, line));
            }
            return take(
                &mut self.rows,
                |path| picker.value(bytes, path),
                &mut self.scratch,
                line,
            );
        };
        let outer = |path| picker.value(bytes, path);
        let found = elements::each(
            outer(elements.path),
            &mut elements.text,
            &mut elements.picker,
            &mut |inner, text| {
                // Values that an element lacks are taken from the object around it.
                let value = |path| inner.value(text, path).or_else(|| outer(path));
                if inner.has_several() || picker.has_several() {
                    let is_several = |path| matches!(value(path), Some((ValueKind::Several, _)));
                    if (0..self.paths.len()).any(is_several) {
                        let array = match inner.has_several() {
                            true => inner.array_of_several(),
                            false => picker.array_of_several(),
                        };
                        let array = (array, false);
                        return Err(several(&self.rows, self.paths, is_several, array, line));
                    }
                }
                take(&mut self.rows, value, &mut self.scratch, line)
            },
        )?;
        let at = elements.at;
        self.elements = Some(elements);
        match found {
            FoundRows::Rows => Ok(()),
            FoundRows::None => {
                let reason =
                    format!("there are no rows at \"{at}\": neither an array nor an object");
                self.rows.intake.reject(line, reason)
            }
        }
    }

    fn bad(&mut self, line: u64, reason: String, is_of_another_kind: bool) -> Result<()> {
        match is_of_another_kind {
            true => self.rows.pass(line, reason),
            false => self.rows.intake.reject(line, reason),
        }
    }

    fn progress(&mut self, bytes_read: u64) -> Result<()> {
        self.rows.intake.progress(bytes_read)
    }

    fn finish(self, format: String) -> Result<Understood> {
        self.rows.finish(format, Vec::new())
    }
}
