//! Tables and objects that are logs of requests: which of their parts tells what a request is. Source floor.
//!
//! Names decide, then values; values that do not fit speak against any name. Of a table in which no part tells
//! requests, a part may hold whole lines of a log, as collectors keep them.
//!
//! ```text
//! names, values -> meaning -> rows (a row -> a Request, or a line of a log) -> request
//! ```

mod facts;
mod field;
mod names;
mod rows;

use crate::source::access_log::Log;
use crate::source::access_log::infer::times::FoundTimes;
use crate::source::access_log::layout::Recognised;
use crate::source::access_log::layout::recognise;
use crate::source::access_log::table::facts::PartFacts;
use crate::source::access_log::table::field::N_FIELDS;
use crate::source::access_log::table::field::RequestField;
use crate::source::access_log::table::names::rank;
pub(in crate::source) use crate::source::access_log::table::rows::TableLog;
use crate::source::options::InputFormat;
use crate::source::options::LogUser;
use crate::source::options::ReadOptions;
use crate::source::roles;
use crate::source::roles::LayoutChoice;
use crate::source::roles::Offer;
use crate::source::roles::Role;
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

/// Tells what the rows of a table are. Errors as [`roles::assign`] does, if they are no requests; and if they are, but
/// the client is not told.
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
            Ok(Some(fields)) => return Ok(Some(columns(offer, options, &asked, fields))),
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

/// What a person asked for, as places among the parts.
struct Asked {
    /// By role.
    roles: [Vec<usize>; 3],
    filters: Vec<usize>,
    key: Option<usize>,
}

impl Asked {
    /// `None` if something is not there, of which [`roles::assign`] tells.
    fn of(offer: &Offer<'_>, options: &ReadOptions) -> Option<Asked> {
        let places = |role: Role| match role.asked_for(options) {
            None => Some(Vec::new()),
            Some(wanted) => offer.places(role, wanted),
        };
        let [user, time, page] = Role::ALL.map(places);
        let filters = options.filters.iter();
        Some(Asked {
            roles: [user?, time?, page?],
            filters: filters
                .map(|filter| offer.position(&filter.column))
                .collect::<Option<_>>()?,
            key: match &options.log.user {
                LogUser::Field(name) => Some(offer.position(name)?),
                _ => None,
            },
        })
    }
}

/// By field, the parts that tell it, the preferred first.
type FieldParts = [Vec<usize>; N_FIELDS];

struct FieldSearch<'a> {
    names: &'a [String],
    facts: Vec<PartFacts>,
    asked: &'a Asked,
    options: &'a ReadOptions,
}

impl FieldSearch<'_> {
    /// The fields, if the rows are requests; the parts between which nobody can choose, if two could be the client's.
    fn fields(&self) -> Result<Option<FieldParts>, (usize, usize)> {
        let mut fields: FieldParts = Default::default();
        let [user, time, page] = &self.asked.roles;
        let line = self.line();
        let method = self.named(RequestField::Method, |facts| {
            facts.is_mostly(facts.n_methods)
        });
        if line.is_empty() && method.is_empty() {
            return Ok(None);
        }
        let parent = method.first().or(line.first());
        let parent = parent.map_or("", |&place| names::parent(&self.names[place]));
        // What stands beside the method is what it was about.
        let is_far = |place: usize| names::parent(&self.names[place]) != parent;
        let mut target = self.preferred(RequestField::Target, is_far, |facts| {
            facts.is_mostly(facts.n_targets)
        });
        if !page.is_empty() {
            target.clone_from(page);
        } else if line.is_empty() && target.is_empty() {
            return Ok(None);
        }
        let (day, clock) = match &time[..] {
            [] => self.time(),
            &[day, clock] => (vec![day], vec![clock]),
            places => (places.to_vec(), Vec::new()),
        };
        if day.is_empty() {
            return Ok(None);
        }
        fields[RequestField::Key as usize] = match (self.asked.key, &self.options.log.user) {
            (Some(key), _) => vec![key],
            (None, LogUser::AddressAndAgent) if user.is_empty() => Vec::from_iter(self.user()),
            _ => user.clone(),
        };
        fields[RequestField::Address as usize] = match self.address() {
            Ok(address) => address,
            // Whoever is the user otherwise, it does not matter.
            Err(_) if !fields[RequestField::Key as usize].is_empty() => Vec::new(),
            Err(either) => return Err(either),
        };
        fields[RequestField::RemoteUser as usize] = self.named(RequestField::RemoteUser, |_| true);
        fields[RequestField::Forwarded as usize] = self.named(RequestField::Forwarded, |facts| {
            facts.n_addresses * 2 >= facts.n_said
        });
        let needs_address = match self.options.log.user {
            LogUser::RemoteUser => false,
            LogUser::Forwarded => fields[RequestField::Forwarded as usize].is_empty(),
            _ => fields[RequestField::Key as usize].is_empty(),
        };
        if needs_address && fields[RequestField::Address as usize].is_empty() {
            return Ok(None);
        }
        fields[RequestField::Agent as usize] = self.agent();
        if fields[RequestField::Agent as usize].is_empty() && self.lists_headers() {
            return Ok(None);
        }
        fields[RequestField::Status as usize] = self.status();
        fields[RequestField::Query as usize] =
            self.named(RequestField::Query, |facts| facts.n_targets == 0);
        fields[RequestField::Host as usize] =
            self.named(RequestField::Host, |facts| facts.n_addresses == 0);
        fields[RequestField::Action as usize] = self.named(RequestField::Action, |_| true);
        fields[RequestField::Line as usize] = line;
        fields[RequestField::Method as usize] = method;
        fields[RequestField::Target as usize] = target;
        fields[RequestField::Time as usize] = day;
        fields[RequestField::Clock as usize] = clock;
        Ok(Some(fields))
    }

    /// Whether the headers are a list, so that names do not tell what holds the agent.
    fn lists_headers(&self) -> bool {
        self.names
            .iter()
            .any(|name| name.ends_with("headers.0.name"))
    }

    /// The parts that are called like a field and hold what it has, in the order of names.
    fn named(&self, field: RequestField, fits: impl Fn(&PartFacts) -> bool) -> Vec<usize> {
        self.preferred(field, |_| false, fits)
    }

    /// The same, those that are far last; one alone if it is filled.
    fn preferred(
        &self,
        field: RequestField,
        is_far: impl Fn(usize) -> bool,
        fits: impl Fn(&PartFacts) -> bool,
    ) -> Vec<usize> {
        let mut named: Vec<_> = (self.facts.iter().enumerate())
            .filter(|(_, facts)| facts.n_said > 0 && fits(facts))
            .filter_map(|(place, _)| {
                let name = &self.names[place];
                let depth = name.matches('.').count();
                Some((is_far(place), rank(field, name)?, depth, place))
            })
            .collect();
        named.sort_unstable();
        let mut named: Vec<usize> = named.into_iter().map(|(.., place)| place).collect();
        let is_filled = |place: &usize| {
            let facts = &self.facts[*place];
            facts.n_said * 100 >= facts.n_rows * 95
        };
        if named.first().is_some_and(is_filled) {
            named.truncate(1);
        }
        named
    }

    /// Parts of any name that hold something, unless the name is one of another machine or page.
    fn by_value(&self, fits: impl Fn(&str, &PartFacts) -> bool) -> Vec<usize> {
        let facts = self.facts.iter().enumerate();
        facts
            .filter(|(place, facts)| facts.n_said > 0 && fits(&self.names[*place], facts))
            .map(|(place, _)| place)
            .collect()
    }

    fn line(&self) -> Vec<usize> {
        let is_line =
            |facts: &PartFacts| facts.n_requests * 5 >= facts.n_said && facts.n_requests > 0;
        let named = self.named(RequestField::Line, is_line);
        let has_method = || {
            let method = self.named(RequestField::Method, |facts| {
                facts.is_mostly(facts.n_methods)
            });
            !method.is_empty()
        };
        if !named.is_empty() || has_method() {
            return named;
        }
        match self.by_value(|_, facts| is_line(facts))[..] {
            [only] => vec![only],
            _ => Vec::new(),
        }
    }

    /// The time; or the day and the time of day.
    fn time(&self) -> (Vec<usize>, Vec<usize>) {
        let named = self.named(RequestField::Time, |facts| {
            facts.n_times * 2 >= facts.n_said
        });
        if !named.is_empty() {
            return (named, Vec::new());
        }
        let day = self.named(RequestField::Time, |facts| facts.is_mostly(facts.n_days));
        let clock = self.named(RequestField::Time, |facts| facts.is_mostly(facts.n_clocks));
        if let (Some(&day), Some(&clock)) = (day.first(), clock.first()) {
            return (vec![day], vec![clock]);
        }
        match self.by_value(|_, facts| facts.is_mostly(facts.n_times) && !facts.are_counted)[..] {
            [only] => (vec![only], Vec::new()),
            _ => (Vec::new(), Vec::new()),
        }
    }

    fn address(&self) -> Result<Vec<usize>, (usize, usize)> {
        let is_client = |facts: &PartFacts| facts.is_mostly(facts.n_addresses);
        let named = self.named(RequestField::Address, is_client);
        if !named.is_empty() {
            return Ok(named);
        }
        let free = self.by_value(|name, facts| {
            is_client(facts)
                && !names::is_of_another_machine(name)
                && rank(RequestField::Forwarded, name).is_none()
        });
        match free[..] {
            [] => Ok(Vec::new()),
            [only] => Ok(vec![only]),
            [one, other, ..] => Err((one, other)),
        }
    }

    /// A column that is called after users, and is there in nearly all rows. A request's or connection's id is none.
    fn user(&self) -> Option<usize> {
        const NO_USERS: &[&str] = &["id", "uid", "uuid", "client", "cookie"];
        let mut users: Vec<(usize, usize)> = (self.facts.iter().enumerate())
            .filter(|(place, facts)| {
                let name = self.names[*place].to_ascii_lowercase();
                facts.n_users * 100 >= facts.n_rows * 95
                    && facts.n_addresses * 2 < facts.n_said
                    && !NO_USERS.contains(&name.as_str())
            })
            .filter_map(|(place, _)| Some((Role::User.rank(&self.names[place])?, place)))
            .collect();
        users.sort_unstable();
        users.first().map(|&(_, place)| place)
    }

    fn agent(&self) -> Vec<usize> {
        let named = self.named(RequestField::Agent, |facts| {
            facts.n_addresses + facts.n_urls == 0
        });
        if !named.is_empty() {
            return named;
        }
        let browsers =
            self.by_value(|_, facts| facts.n_browsers * 5 >= facts.n_said && facts.n_browsers > 0);
        match browsers[..] {
            [only] => vec![only],
            _ => Vec::new(),
        }
    }

    fn status(&self) -> Vec<usize> {
        let named = self.named(RequestField::Status, |facts| {
            facts.is_mostly(facts.n_statuses)
        });
        if !named.is_empty() {
            return named;
        }
        const WORDS: &[&str] = &["status", "code", "response", "rc", "ret"];
        let statuses = self.by_value(|name, facts| {
            facts.is_mostly(facts.n_statuses)
                && names::speaks_of(name, WORDS)
                && !names::is_of_another_machine(name)
        });
        match statuses[..] {
            [only] => vec![only],
            _ => Vec::new(),
        }
    }
}

/// Rows whose parts are the fields of a request.
fn columns(offer: &Offer<'_>, options: &ReadOptions, asked: &Asked, fields: FieldParts) -> Meaning {
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
            title: names::title(offer.names),
            user,
            time,
        },
        options,
    );
    Meaning {
        roles: Roles::of_log(parts, filters, options),
        log: Some(log),
    }
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

/// Rows of which one part holds a line of a log each.
fn lines(offer: &Offer<'_>, values: &[Values], options: &ReadOptions) -> Result<Option<Meaning>> {
    for (place, name) in offer.names.iter().enumerate().take(MOST_PARTS) {
        if !may_hold_lines(name) {
            continue;
        }
        // What is cut off in a sample is no line to judge by.
        let sample: Vec<&[u8]> = values[place]
            .iter()
            .flatten()
            .filter(|line| !line.is_empty() && line.len() < Values::MOST_BYTES_OF_VALUE)
            .map(super::layout::clean)
            .collect();
        match recognise(&sample, options) {
            Recognised::As(layout) => {
                let log = Log::new(layout, options, 0);
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
