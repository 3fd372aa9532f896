//! JSON objects -> pageviews and rejects: JSON Lines, objects one after the other, an array of objects. Source floor.
//!
//! Knows JSON and the keys of objects. [`value`](super::value) knows what makes a row a pageview.
//!
//! ```text
//! sample (shape, keys) -> columns (paths) -> walk (objects) -> grammar, pick (values) -> events
//! ```

mod by_columns;
mod columns;
mod compact;
mod elements;
mod events;
mod grammar;
pub(super) mod inside;
mod keys;
mod looks;
mod pick;
mod prefix;
mod rows;
mod said;
mod sample;
mod unescape;
mod walk;
mod wanted;
mod whole;

use crate::source::input::window::Window;
use crate::source::json::columns::PickedColumns;
use crate::source::json::events::Events;
pub(super) use crate::source::json::looks::Looks;
pub(super) use crate::source::json::looks::looks;
use crate::source::json::walk::Sequence;
use crate::source::json::wanted::Wanted;
pub(super) use crate::source::json::whole::whole_objects;
use crate::source::late::LateParts;
use crate::source::options::ReadOptions;
use crate::source::rows::intake::Intake;
use crate::source::rows::sink::Sink;
use crate::source::rows::tally::Unit;
use crate::source::rows::understood::Understood;
use crate::source::value::TypedRows;
use crate::words::error::Result;
use crate::words::text::safe;

/// Reads everything that is left in the window and gives it to the sink.
pub(super) fn read<S: Sink + ?Sized>(
    window: &mut Window<'_>,
    options: &ReadOptions,
    sink: &mut S,
) -> Result<Understood> {
    let mut sample = sample::take(window)?;
    let intake = Intake::new(window.facts().name(), Unit::Line, options, sink);
    let (bytes, facts) = (window.bytes(), window.facts());
    let mut late = None;
    let PickedColumns {
        paths,
        meaning,
        rows_at,
    } = match sample.shape.is_of_rows() {
        true => compact::assign(&mut sample, bytes, options, facts)?,
        false => match columns::assign(&sample, bytes, options, facts) {
            Err(error) if sample.is_a_part() => {
                late = Some(LateParts::waiting(error, options)?);
                let options = ReadOptions {
                    may_lack_carried: true,
                    ..options.clone()
                };
                columns::assign(&sample, bytes, &options, facts)?
            }
            assigned => assigned?,
        },
    };
    let parts = meaning.roles.parts.iter();
    let read: Vec<&str> = parts.map(|&part| paths[part].as_str()).collect();
    let mut format = match sample.shape {
        Sequence::Stream => "JSON Lines".to_owned(),
        Sequence::Array => "JSON array".to_owned(),
        Sequence::StreamOfRows => "JSON Lines of arrays".to_owned(),
        Sequence::ArrayOfRows => "JSON array of arrays".to_owned(),
    };
    let inner = Wanted::dotted(&read);
    let mut rows = TypedRows::new(intake, meaning);
    rows.late = late;
    let Some(at) = &rows_at else {
        let events = Events::new(rows, &read, None);
        return rows::read(window, &sample, &inner, format, events);
    };
    format = format!("{format}, rows at \"{}\"", safe(at));
    let around = [&read[..], &[at]].concat();
    let around = Wanted::with_whole(&around);
    let events = Events::new(rows, &read, Some((at, &inner)));
    rows::read(window, &sample, &around, format, events)
}

#[cfg(test)]
mod tests;
