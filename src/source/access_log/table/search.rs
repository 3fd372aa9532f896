//! Finds which part of a table tells what about a request. Source floor.

use crate::source::access_log::table::facts::PartFacts;
use crate::source::access_log::table::field::N_FIELDS;
use crate::source::access_log::table::field::RequestField;
use crate::source::access_log::table::names;
use crate::source::access_log::table::names::rank;
use crate::source::options::LogUser;
use crate::source::options::ReadOptions;
use crate::source::roles::Offer;
use crate::source::roles::Role;

/// What a person asked for, as places among the parts.
pub(super) struct Asked {
    /// By role.
    pub(super) roles: [Vec<usize>; 3],
    pub(super) filters: Vec<usize>,
    pub(super) key: Option<usize>,
    /// By carried column, its part; `None` if it has none of that name.
    pub(super) carried: Vec<Option<usize>>,
}

impl Asked {
    /// `None` if something is missing; [`roles::assign`](crate::source::roles::assign) then reports it.
    pub(super) fn of(offer: &Offer<'_>, options: &ReadOptions) -> Option<Asked> {
        let places = |role: Role| match role.asked_for(options) {
            None => Some(Vec::new()),
            Some(wanted) => offer.places(role, wanted),
        };
        let [user, time, page] = Role::ALL.map(places);
        let filters = options.filters.iter();
        let carried = options.carried.iter();
        Some(Asked {
            carried: carried
                .map(|carried| offer.position(&carried.part))
                .collect(),
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
pub(super) type FieldParts = [Vec<usize>; N_FIELDS];

/// A search for the parts that tell a request.
pub(super) struct FieldSearch<'a> {
    pub(super) names: &'a [String],
    pub(super) facts: Vec<PartFacts>,
    pub(super) asked: &'a Asked,
    pub(super) options: &'a ReadOptions,
}

impl FieldSearch<'_> {
    /// The fields, if the rows are requests. If two parts could be the client, the error has both.
    pub(super) fn fields(&self) -> Result<Option<FieldParts>, (usize, usize)> {
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
        // The value next to the method is the target.
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
            // Then it does not matter who the user would be otherwise.
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

    /// Whether the headers are a list, so that names do not tell where the agent is.
    fn lists_headers(&self) -> bool {
        self.names
            .iter()
            .any(|name| name.ends_with("headers.0.name"))
    }

    /// The parts whose names and values fit a field, in the order of names.
    fn named(&self, field: RequestField, fits: impl Fn(&PartFacts) -> bool) -> Vec<usize> {
        self.preferred(field, |_| false, fits)
    }

    /// The same, with distant ones last. A single one counts if it is filled.
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

    /// Parts with values, whatever their name, unless it names another machine or page.
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

    /// A column named after users that is there in nearly all rows. The id of a request or a connection does not
    /// count.
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
