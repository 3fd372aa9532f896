//! JSON objects -> pageviews and rejects: JSON Lines, objects one after the other, an array of objects; events,
//! or a web server's access log. Source floor.
//!
//! Knows JSON and the keys that objects have; what makes a row a pageview is beside, in
//! [`intake`](super::intake) and, for requests, in [`access_log`](super::access_log).
//!
//! ```text
//! sample (shape, keys) -> columns | layouts (paths) -> walk (objects) -> grammar, pick (values) -> events | log
//! ```

mod columns;
mod events;
mod grammar;
mod keys;
mod layouts;
mod log;
mod looks;
mod pick;
mod prefix;
mod rows;
mod sample;
mod unescape;
mod walk;

use crate::source::access_log::Requests;
use crate::source::intake::Intake;
use crate::source::json::events::Events;
use crate::source::json::log::Log;
pub(super) use crate::source::json::looks::Looks;
pub(super) use crate::source::json::looks::looks;
use crate::source::json::pick::Wanted;
use crate::source::json::walk::Shape;
use crate::source::options::InputFormat;
use crate::source::options::ReadOptions;
use crate::source::roles;
use crate::source::roles::Role;
use crate::source::sink::Sink;
use crate::source::tally::Unit;
use crate::source::understood::Understood;
use crate::source::understood::quoted_name;
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
    let is_asked = |role: Role| role.asked_for(options).is_some();
    let layout = match options.format {
        InputFormat::AccessLog => layouts::of(&sample.keys),
        InputFormat::Jsonl => None,
        _ if Role::ALL.into_iter().any(is_asked) => None,
        _ => layouts::of(&sample.keys),
    };
    let intake = Intake::new(window.facts().name(), Unit::Line, options, sink);
    if let Some(layout) = layout {
        let (wanted, fields) = layout.wanted();
        let requests = Requests::new(intake, options.log.clone());
        let time = quoted_name(layout.time_key(&sample.keys), 0);
        let log = Log::new(requests, fields, time);
        let format = format!("access log ({})", layout.name);
        return rows::read(window, &sample, &wanted, format, log);
    }
    if options.format == InputFormat::AccessLog {
        return Err(window.facts().problem(format!(
            "it is JSON, but no access log of Caddy, Traefik, nginx or Cloudflare; its objects have: {}",
            roles::shown(&sample.keys.paths).join(", ")
        )));
    }
    let (paths, roles) = columns::assign(&sample, window.bytes(), options, window.facts().name())?;
    let read: Vec<&str> = roles
        .parts
        .iter()
        .map(|&part| paths[part].as_str())
        .collect();
    let wanted = Wanted::dotted(&read);
    let format = match sample.shape {
        Shape::Stream => "JSON Lines",
        Shape::Array => "JSON array",
    };
    let events = Events::new(TypedRows::new(intake, roles));
    rows::read(window, &sample, &wanted, format.to_owned(), events)
}

#[cfg(test)]
mod tests;
