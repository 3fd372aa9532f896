//! Tables and objects that are logs of requests: finds which part tells what about a request. Source floor.
//!
//! Names decide, then values. Values that do not fit overrule any name. If no part tells about requests, a part may
//! still hold whole lines of a log, as collectors keep them.
//!
//! ```text
//! names, values -> meaning -> rows (a row -> a Request, or a line of a log) -> request
//! ```

mod facts;
mod field;
mod names;
mod rows;
mod search;

use crate::source::access_log::Log;
use crate::source::access_log::carried::CarriedField;
use crate::source::access_log::infer::times::FoundTimes;
use crate::source::access_log::layout::Recognised;
use crate::source::access_log::layout::recognise;
use crate::source::access_log::table::facts::PartFacts;
use crate::source::access_log::table::field::RequestField;
use crate::source::access_log::table::names::rank;
pub(in crate::source) use crate::source::access_log::table::rows::TableLog;
use crate::source::access_log::table::search::Asked;
use crate::source::access_log::table::search::FieldParts;
use crate::source::access_log::table::search::FieldSearch;
use crate::source::options::InputFormat;
use crate::source::options::ReadOptions;
use crate::source::roles;
use crate::source::roles::LayoutChoice;
use crate::source::roles::Offer;
use crate::source::roles::Roles;
use crate::source::roles::Values;
use crate::source::roles::quoted_name;
use crate::words::error::Error;
use crate::words::error::Result;

/// Parts that are looked at.
const MOST_PARTS: usize = 512;

/// What the rows of a table are.
pub(in crate::source) struct Meaning {
    /// The parts that are read, and which rows count.
    pub(in crate::source) roles: Roles,
    /// How the rows are requests, if they are.
    pub(in crate::source) log: Option<TableLog>,
}

/// Tells what the rows of a table are. If they are not requests, errors as [`roles::assign`] does. Also errors if they
/// are requests, but do not say who the client is.
pub(in crate::source) fn meaning<'a>(
    mut offer: Offer<'a>,
    options: &'a ReadOptions,
) -> Result<Meaning> {
    if let Some(found) = find(&mut offer, options)? {
        return Ok(found);
    }
    let is_to_be_log = options.format == InputFormat::AccessLog || options.log.format.is_some();
    if is_to_be_log {
        return Err(Error::Input {
            input: offer.input.to_owned(),
            problem: format!(
                "no requests were found in it, which have a method, a target and a time; its parts are: {}",
                roles::shown(offer.names).join(", ")
            ),
        });
    }
    Ok(Meaning {
        roles: roles::assign(offer, options)?,
        log: None,
    })
}

/// The requests that rows are, if they are.
fn find(offer: &mut Offer<'_>, options: &ReadOptions) -> Result<Option<Meaning>> {
    let has_names = offer.names.iter().any(|name| !name.is_empty());
    if !has_names || matches!(options.layout, LayoutChoice::Given(_)) {
        return Ok(None);
    }
    let tells_requests = tells_requests(offer.names);
    let holds_lines = offer.names.iter().any(|name| may_hold_lines(name));
    if !tells_requests && !holds_lines {
        return Ok(None);
    }
    let Some(asked) = Asked::of(offer, options) else {
        return Ok(None);
    };
    let places: Vec<usize> = (0..offer.names.len().min(MOST_PARTS)).collect();
    let values = (offer.sample)(&places)?;
    if tells_requests {
        let times = FoundTimes::new(options.times.format.clone());
        let search = FieldSearch {
            names: offer.names,
            facts: values
                .iter()
                .map(|part| PartFacts::new(part, &times))
                .collect(),
            asked: &asked,
            options,
        };
        match search.fields() {
            Ok(Some(fields)) => return Ok(columns(offer, options, &asked, fields)),
            Ok(None) => {}
            Err((one, other)) => return Err(either(offer, one, other)),
        }
    }
    if asked.roles.iter().any(|places| !places.is_empty()) {
        return Ok(None);
    }
    lines(offer, &values, options)
}

/// Whether the names speak of machines or browsers, and of requests.
fn tells_requests(names: &[String]) -> bool {
    const REQUESTS: &[&str] = &["request", "req", "method", "verb", "httpmethod", "csmethod"];
    let is_of = |name: &String, fields: &[RequestField]| {
        fields.iter().any(|field| rank(*field, name).is_some())
    };
    names.iter().any(|name| {
        is_of(name, &[RequestField::Method, RequestField::Line]) || names::speaks_of(name, REQUESTS)
    })
}

/// Whether a part of that name may hold whole lines of a log.
fn may_hold_lines(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "log",
        "message",
        "msg",
        "line",
        "textpayload",
        "original",
        "raw",
        "body",
        "event",
        "entry",
    ];
    names::speaks_of(name, NAMES)
}

/// Rows whose parts are the fields of a request.
fn columns(
    offer: &Offer<'_>,
    options: &ReadOptions,
    asked: &Asked,
    fields: FieldParts,
) -> Option<Meaning> {
    let carried = carried(offer, options, asked, &fields)?;
    let families = options.carried.iter().zip(&asked.carried).zip(0..);
    let families = families.filter_map(|((carried, own), column)| {
        let field = CarriedField::named(&carried.part).filter(|_| own.is_none())?;
        (field == CarriedField::AgentFamily).then_some(column)
    });
    let families = families.collect();
    let mut parts: Vec<usize> = Vec::new();
    let mut slot = |place: usize| {
        let known = parts.iter().position(|part| *part == place);
        known.unwrap_or_else(|| {
            parts.push(place);
            parts.len() - 1
        })
    };
    let quoted = |place: usize| quoted_name(&offer.names[place], place);
    let listed = |field: RequestField, between: &str| {
        let places = fields[field as usize].iter();
        places
            .map(|&place| quoted(place))
            .collect::<Vec<_>>()
            .join(between)
    };
    let mut time = fields[RequestField::Time as usize]
        .first()
        .map_or(String::new(), |&place| quoted(place));
    if !fields[RequestField::Clock as usize].is_empty() {
        time = format!("{time} and {}", listed(RequestField::Clock, ""));
    }
    let user = (!fields[RequestField::Key as usize].is_empty())
        .then(|| listed(RequestField::Key, " or else "));
    let carried_words: Vec<String> = carried
        .iter()
        .flatten()
        .map(|&place| quoted(place))
        .collect();
    let carried: Vec<Vec<usize>> = carried
        .into_iter()
        .map(|places| places.into_iter().map(&mut slot).collect())
        .collect();
    let slots = fields.map(|places| places.into_iter().map(&mut slot).collect());
    let filters: Vec<(usize, String)> = asked
        .filters
        .iter()
        .map(|&place| (slot(place), quoted(place)))
        .collect();
    let log = TableLog::of_columns(
        rows::RequestColumns {
            slots,
            is_target_named: options.page_column.is_some(),
            families,
            title: names::title(offer.names),
            user,
            time,
        },
        options,
    );
    let mut roles = Roles::of_log(parts, filters, options);
    roles.carried = carried;
    roles.carried_words = carried_words.join(", ");
    Some(Meaning {
        roles,
        log: Some(log),
    })
}

/// For each carried column its parts: the one of that name, or those that tell what the name means of a request.
/// `None` if there is neither and may not be; [`roles::assign`] then reports it.
fn carried(
    offer: &Offer<'_>,
    options: &ReadOptions,
    asked: &Asked,
    fields: &FieldParts,
) -> Option<Vec<Vec<usize>>> {
    let columns = options.carried.iter().zip(&asked.carried);
    let columns = columns.map(|(carried, place)| {
        if let Some(place) = place {
            return Some(vec![*place]);
        }
        let places = match CarriedField::named(&carried.part) {
            Some(CarriedField::Host) => fields[RequestField::Host as usize].clone(),
            Some(CarriedField::Status) => fields[RequestField::Status as usize].clone(),
            Some(CarriedField::Agent | CarriedField::AgentFamily) => {
                fields[RequestField::Agent as usize].clone()
            }
            Some(CarriedField::Referrer) => names::referrers(offer.names),
            None => Vec::new(),
        };
        (options.may_lack_carried || !places.is_empty()).then_some(places)
    });
    columns.collect()
}

fn either(offer: &Offer<'_>, one: usize, other: usize) -> Error {
    let name = |place: usize| &offer.names[place];
    Error::Input {
        input: offer.input.to_owned(),
        problem: format!(
            "it is a log of requests, but \"{}\" and \"{}\" could both be the client's address: say which with \
             --user-column '{}' or --user-column '{}'",
            name(one),
            name(other),
            name(one),
            name(other)
        ),
    }
}

/// Rows in which one part holds a line of a log.
fn lines(offer: &Offer<'_>, values: &[Values], options: &ReadOptions) -> Result<Option<Meaning>> {
    for (place, name) in offer.names.iter().enumerate().take(MOST_PARTS) {
        if !may_hold_lines(name) {
            continue;
        }
        // A line that is cut off in the sample does not count.
        let sample: Vec<&[u8]> = values[place]
            .iter()
            .flatten()
            .filter(|line| !line.is_empty() && line.len() < Values::MOST_BYTES_OF_VALUE)
            .map(super::layout::clean)
            .collect();
        match recognise(&sample, options) {
            Recognised::As(layout) => {
                let carried = layout.carried_fields(offer.input, options)?;
                let mut log = Log::new(layout, options, 0);
                log.requests.carried = carried;
                return Ok(Some(Meaning {
                    roles: Roles::of_log(vec![place], Vec::new(), options),
                    log: Some(TableLog::of_lines(log, quoted_name(name, place))),
                }));
            }
            Recognised::Unknown(problem) => {
                return Err(Error::Input {
                    input: offer.input.to_owned(),
                    problem: format!("of the lines in {}: {problem}", quoted_name(name, place)),
                });
            }
            Recognised::ErrorLog | Recognised::No => {}
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
