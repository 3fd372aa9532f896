//! JSON objects -> pageviews and rejects: JSON Lines, objects one after the other, an array of objects. Source floor.
//!
//! Knows JSON and the keys that objects have; what makes a row a pageview is beside, in
//! [`value`](super::value).
//!
//! ```text
//! sample (shape, keys) -> columns (paths) -> walk (objects) -> grammar, pick (values) -> events
//! ```

mod by_columns;
mod columns;
mod events;
mod grammar;
mod keys;
mod looks;
mod pick;
mod prefix;
mod rows;
mod sample;
mod unescape;
mod walk;

use crate::source::intake::Intake;
use crate::source::json::events::Events;
pub(super) use crate::source::json::looks::Looks;
pub(super) use crate::source::json::looks::looks;
use crate::source::json::pick::Wanted;
use crate::source::json::walk::Shape;
use crate::source::options::ReadOptions;
use crate::source::sink::Sink;
use crate::source::tally::Unit;
use crate::source::understood::Understood;
use crate::source::value::TypedRows;
use crate::source::window::Window;
use crate::words::error::Result;

/// Reads everything that is left in the window and gives it to the sink.
pub(super) fn read<S: Sink + ?Sized>(
    window: &mut Window<'_>,
    options: &ReadOptions,
    sink: &mut S,
) -> Result<Understood> {
    let sample = sample::take(window)?;
    let intake = Intake::new(window.facts().name(), Unit::Line, options, sink);
    let (paths, meaning) = columns::assign(&sample, window.bytes(), options, window.facts())?;
    let read: Vec<&str> = meaning
        .roles
        .parts
        .iter()
        .map(|&part| paths[part].as_str())
        .collect();
    let wanted = Wanted::dotted(&read);
    let format = match sample.shape {
        Shape::Stream => "JSON Lines",
        Shape::Array => "JSON array",
    };
    let events = Events::new(TypedRows::new(intake, meaning));
    rows::read(window, &sample, &wanted, format.to_owned(), events)
}

#[cfg(test)]
mod tests;
