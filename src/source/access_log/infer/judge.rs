//! Columns of values -> which column tells what about a request. Source floor.
//!
//! Values decide, then the names beside them, then the order that servers have agreed on (the Common Log Format). If
//! two columns are equally likely and would give different results, dwell says so and does not guess.

mod addresses;

use crate::source::access_log::address;
use crate::source::access_log::format::Part;
use crate::source::access_log::infer::column::TokenColumn;
use crate::source::access_log::infer::times;
use crate::source::options::LogUser;

/// Why columns have not been given their parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// There is no column for a part.
    Lacks(&'static str),
    /// Two columns could be the part, with different results.
    Either {
        part: Part,
        one: usize,
        other: usize,
    },
}

/// The part of each column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) of: Vec<Part>,
    /// The columns that are in the order of the Common Log Format, from `%l` on: identity and bytes, referrer.
    pub(super) named: Vec<(usize, &'static str)>,
}

/// What a person said to decide between columns.
#[derive(Clone, Debug)]
pub(super) struct Wishes<'w> {
    pub(super) user: &'w LogUser,
    /// Columns that could be a part, to show what each would make of a line.
    pub(super) settled: Vec<(Part, usize)>,
}

/// With this many lines, a value that is the same in all of them belongs to one machine.
const MANY: usize = 20;

type Choice = Result<Option<usize>, Doubt>;

/// Gives every column its part.
pub(super) fn parts(columns: &[TokenColumn<'_>], wishes: &Wishes<'_>) -> Result<Parts, Doubt> {
    let judge = Judge { columns, wishes };
    let time = judge.time()?.ok_or(Doubt::Lacks("a time"))?;
    let request = judge.request()?;
    let order = request.and_then(|request| CommonOrder::of(columns, time, request));
    let mut of = vec![Part::Other; columns.len()];
    set(&mut of, Some(time), Part::Time);
    let (method, target) = match request {
        Some(_) => (None, None),
        None => judge.method_and_target()?,
    };
    set(&mut of, request, Part::Request);
    set(&mut of, method, Part::Method);
    set(&mut of, target, Part::Target);
    let status = judge.status(order.as_ref(), request)?;
    set(&mut of, status, Part::Status);
    let agent = judge.agent(order.as_ref())?;
    set(&mut of, agent, Part::Agent);
    match (request, target, method) {
        (None, None, _) => return Err(Doubt::Lacks("a request")),
        // Only an address: if nothing else is missing, it is the page that was asked for, and not a referrer.
        (None, Some(_), None) if status.is_none() || agent.is_none() => {
            return Err(Doubt::Lacks("a request"));
        }
        _ => {}
    }
    let (address, forwarded) = judge.addresses(order.as_ref(), time)?;
    set(&mut of, forwarded, Part::Forwarded);
    set(&mut of, address, Part::Address);
    if let Some(order) = &order {
        set(&mut of, order.user(columns, address), Part::RemoteUser);
    }
    let host = match (&order, address) {
        // Apache's `vhost_combined`.
        (Some(order), Some(1)) if order.time == 4 && of[0] == Part::Other => Some(0),
        _ => judge.host(&of, address),
    };
    set(&mut of, host, Part::Host);
    let mut named = Vec::new();
    if let Some(order) = &order {
        let is_free = |place: usize| of.get(place) == Some(&Part::Other);
        named.extend(
            order
                .named()
                .into_iter()
                .filter(|&(place, _)| is_free(place)),
        );
    }
    Ok(Parts { of, named })
}

fn set(of: &mut [Part], place: Option<usize>, part: Part) {
    if let Some(place) = place {
        of[place] = part;
    }
}

/// Where the Common Log Format has its fields, if the lines have its order: `... %l %u [%t] "%r" %>s %b`.
struct CommonOrder {
    time: usize,
    request: usize,
    status: usize,
}

impl CommonOrder {
    fn of(columns: &[TokenColumn<'_>], time: usize, request: usize) -> Option<CommonOrder> {
        let status = request + 1;
        let is_status = columns
            .get(status)
            .is_some_and(|column| !column.is_enclosed && column.is_mostly(column.n_statuses));
        let is_bytes = columns
            .get(status + 1)
            .is_none_or(|column| column.n_numbers == column.n_said);
        let is_in_order = time >= 3
            && time + 1 == request
            && columns[time].is_enclosed
            && columns[request].is_enclosed;
        (is_in_order && is_status && is_bytes).then_some(CommonOrder {
            time,
            request,
            status,
        })
    }

    /// The column of user names: the one before the time, unless it holds machines.
    fn user(&self, columns: &[TokenColumn<'_>], address: Option<usize>) -> Option<usize> {
        let place = self.time - 1;
        let column = &columns[place];
        let is_machine = column.n_addresses + column.n_sites > 0;
        (Some(place) != address && !column.is_enclosed && !is_machine).then_some(place)
    }

    fn named(&self) -> Vec<(usize, &'static str)> {
        vec![
            (self.time - 2, "ident"),
            (self.status + 1, "body_bytes_sent"),
            (self.status + 2, "http_referer"),
        ]
    }

    /// The column of the agent: after status, bytes and referrer.
    fn agent(&self) -> usize {
        self.request + 4
    }
}

struct Judge<'c, 'l, 'w> {
    columns: &'c [TokenColumn<'l>],
    wishes: &'w Wishes<'w>,
}

impl Judge<'_, '_, '_> {
    fn settled(&self, part: Part) -> Option<usize> {
        let settled = self.wishes.settled.iter();
        settled
            .rev()
            .find(|(known, _)| *known == part)
            .map(|(_, place)| *place)
    }

    fn places(&self, is: impl Fn(&TokenColumn<'_>) -> bool) -> Vec<usize> {
        let places = self.columns.iter().enumerate();
        places
            .filter(|(_, column)| is(column))
            .map(|(place, _)| place)
            .collect()
    }

    /// The only candidate, or the first of several with the same result.
    fn only(&self, part: Part, places: &[usize]) -> Choice {
        if let Some(settled) = self.settled(part) {
            return Ok(Some(settled));
        }
        let Some((&first, rest)) = places.split_first() else {
            return Ok(None);
        };
        match rest
            .iter()
            .find(|&&other| !self.columns[first].is_same_as(&self.columns[other]))
        {
            Some(&other) => Err(Doubt::Either {
                part,
                one: first,
                other,
            }),
            None => Ok(Some(first)),
        }
    }

    fn time(&self) -> Choice {
        if let Some(settled) = self.settled(Part::Time) {
            return Ok(Some(settled));
        }
        let mut places = self.places(|column| column.times.is_some());
        let varies = |place: &usize| self.columns[*place].n_distinct > 1;
        if places.iter().any(varies)
            && places
                .iter()
                .any(|place| self.columns[*place].len() >= MANY)
        {
            places.retain(varies);
        }
        places.sort_by_key(|&place| self.columns[place].is_counted);
        let Some((&first, rest)) = places.split_first() else {
            return Ok(None);
        };
        let times = |place: usize| self.columns[place].times.as_deref().unwrap_or_default();
        let is_same = |other: usize| {
            times(first)
                .iter()
                .zip(times(other))
                .all(|(one, other)| match (one, other) {
                    (Some(one), Some(other)) => times::is_same(*one, *other),
                    _ => true,
                })
        };
        let Some(&other) = rest.iter().find(|&&other| !is_same(other)) else {
            return Ok(Some(first));
        };
        // Servers write this form only when they log. Other times say when something was asked or began.
        let servers: Vec<usize> = places
            .iter()
            .copied()
            .filter(|&place| self.columns[place].n_server_times == self.columns[place].len())
            .collect();
        if let [own] = servers.as_slice() {
            return Ok(Some(*own));
        }
        // A log is written in the order of its own times.
        let in_order: Vec<usize> = places
            .iter()
            .copied()
            .filter(|&place| times::order(times(place)) >= 95)
            .collect();
        let out_of_order = places
            .iter()
            .filter(|&&place| times::order(times(place)) < 70)
            .count();
        match in_order.as_slice() {
            [only] if out_of_order + 1 == places.len() && self.columns[*only].len() >= MANY => {
                Ok(Some(*only))
            }
            _ => Err(Doubt::Either {
                part: Part::Time,
                one: first,
                other,
            }),
        }
    }

    fn request(&self) -> Choice {
        // Scanners send many things that are not one.
        let places =
            self.places(|column| column.n_requests * 5 >= column.len() && column.n_requests > 0);
        self.only(Part::Request, &places)
    }

    fn method_and_target(&self) -> Result<(Option<usize>, Option<usize>), Doubt> {
        let methods = self.places(|column| column.is_mostly(column.n_methods));
        let method = self.only(Part::Method, &methods)?;
        let is_target = |column: &TokenColumn<'_>| column.n_said * 100 >= column.len() * 95;
        let paths = self.places(|column| is_target(column) && column.is_mostly(column.n_paths));
        let urls = self.places(|column| {
            is_target(column) && column.is_mostly(column.n_urls) && column.n_said == column.len()
        });
        let places = if paths.is_empty() { urls } else { paths };
        // If a request begins with its method, the protocol shows where it ends.
        if let Some(method) = method
            && places.contains(&(method + 1))
            && self.columns.get(method + 2).is_some_and(|column| {
                column
                    .values
                    .iter()
                    .filter(|value| value.starts_with(b"HTTP/"))
                    .count()
                    * 100
                    >= column.len() * 95
            })
        {
            return Ok((Some(method), Some(method + 1)));
        }
        Ok((method, self.same_but_for_query(&places)?))
    }

    /// If targets differ only in their query, the longest.
    fn same_but_for_query(&self, places: &[usize]) -> Choice {
        if self.settled(Part::Target).is_some() || places.len() < 2 {
            return self.only(Part::Target, places);
        }
        let length = |place: &usize| {
            self.columns[*place]
                .values
                .iter()
                .map(|value| value.len())
                .sum::<usize>()
        };
        let longest = places
            .iter()
            .copied()
            .max_by_key(length)
            .unwrap_or(places[0]);
        let path = |value: &[u8]| -> Vec<u8> { address::path_and_query(value).0.to_vec() };
        let differs = places.iter().find(|&&place| {
            let pairs = self.columns[place]
                .values
                .iter()
                .zip(&self.columns[longest].values);
            pairs
                .into_iter()
                .any(|(one, other)| path(one) != path(other))
        });
        match differs {
            None => Ok(Some(longest)),
            Some(_) => Err(Doubt::Either {
                part: Part::Target,
                one: places[0],
                other: places[1],
            }),
        }
    }

    fn status(&self, order: Option<&CommonOrder>, request: Option<usize>) -> Choice {
        let places = self.places(|column| column.is_mostly(column.n_statuses));
        let labelled: Vec<usize> = places
            .iter()
            .copied()
            .filter(|&place| {
                matches!(
                    &*self.columns[place].label,
                    "status" | "code" | "st" | "http_status" | "sc-status"
                )
            })
            .collect();
        match (labelled.as_slice(), order, request) {
            ([only], _, _) => Ok(Some(*only)),
            (_, Some(order), _) if self.settled(Part::Status).is_none() => Ok(Some(order.status)),
            _ => self.only(Part::Status, &places),
        }
    }

    fn agent(&self, order: Option<&CommonOrder>) -> Choice {
        let browsers =
            self.places(|column| column.n_browsers * 5 >= column.n_said && column.n_browsers > 0);
        // `Mozilla/5.0` alone was cut off at a blank.
        if browsers
            .iter()
            .any(|&place| self.columns[place].n_cut_browsers * 2 >= self.columns[place].n_browsers)
        {
            return Err(Doubt::Lacks("a user agent in quotes"));
        }
        if !browsers.is_empty() {
            return self.only(Part::Agent, &browsers);
        }
        if let Some(order) = order
            && self
                .columns
                .get(order.agent())
                .is_some_and(|column| column.is_enclosed)
            && self.columns[order.agent() - 1].is_enclosed
        {
            return Ok(Some(order.agent()));
        }
        let programs = self.places(|column| {
            column.is_enclosed && column.n_agents > 0 && column.n_agents * 100 >= column.n_said * 90
        });
        self.only(Part::Agent, &programs)
    }

    /// The name of the site: before the address, or named so.
    fn host(&self, of: &[Part], address: Option<usize>) -> Option<usize> {
        let places =
            self.places(|column| column.is_mostly(column.n_names) && column.n_addresses == 0);
        let free = || {
            places
                .iter()
                .copied()
                .filter(|&place| of[place] == Part::Other)
        };
        let labelled = free().find(|&place| {
            matches!(
                &*self.columns[place].label,
                "host" | "vhost" | "server" | "authority" | "http_host"
            )
        });
        labelled
            .or_else(|| free().find(|&place| Some(place) < address))
            .or_else(|| free().next())
    }
}
