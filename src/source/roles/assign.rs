//! The roles of an input's parts, from what a person asked for, from names, and from the first rows. Source floor.

use crate::source::options::LayoutChoice;
use crate::source::options::ReadOptions;
use crate::source::roles::Roles;
use crate::source::roles::choice;
use crate::source::roles::choice::Candidate;
use crate::source::roles::choice::Kinds;
use crate::source::roles::choice::TimeKind;
use crate::source::roles::condition::Condition;
use crate::source::roles::condition::Test;
use crate::source::roles::evidence::Evidence;
use crate::source::roles::layout;
use crate::source::roles::layout::Layout;
use crate::source::roles::names;
use crate::source::roles::names::KIND_NAMES;
use crate::source::roles::names::Role;
use crate::source::roles::nothing::Nothing;
use crate::source::roles::sample::Values;
use crate::source::roles::watch::Contender;
use crate::source::roles::watch::Undecided;
use crate::source::roles::watch::Watch;
use crate::source::understood::quoted_name;
use crate::words::error::Error;
use crate::words::error::Missing;
use crate::words::error::Result;

/// Parts that are looked at where names do not tell.
const MOST_PARTS: usize = 512;

/// What a reader offers.
pub(in crate::source) struct Offer<'a> {
    /// The input's name.
    pub(in crate::source) input: &'a str,
    /// The names of its parts; empty where there is no header.
    pub(in crate::source) names: &'a [String],
    /// By part, whether its name may speak for it: that of a value deep within something else may not.
    pub(in crate::source) is_outer: &'a [bool],
    /// Other names under which a person may mean a part.
    pub(in crate::source) aliases: &'a [(String, usize)],
    /// Reads the first rows' values in these parts.
    pub(in crate::source) sample: &'a mut dyn FnMut(&[usize]) -> Result<Vec<Values>>,
}

impl Offer<'_> {
    /// The part that a person means.
    fn position(&self, wanted: &str) -> Option<usize> {
        let alias = self.aliases.iter().find(|(alias, _)| alias == wanted);
        names::position(self.names, wanted).or(alias.map(|(_, place)| *place))
    }
}

/// Assigns the roles.
///
/// Errors with [`Error::Columns`] if a part that was asked for is not there, or if a role has none; and if there are
/// events but no page view among them.
pub(in crate::source) fn assign<'a>(offer: Offer<'a>, options: &'a ReadOptions) -> Result<Roles> {
    let mut search = Search::new(offer, options)?;
    search.recognise()?;
    search.take_sample()?;
    search.choose_rows()?;
    search.choose_time();
    search.choose_page();
    search.choose_user();
    search.finish()
}

struct Search<'a> {
    offer: Offer<'a>,
    options: &'a ReadOptions,
    layout: Option<&'a Layout>,
    nothing: Nothing,
    /// By role, its parts so far.
    found: [Vec<usize>; 3],
    /// By role, parts that could have been it, the likeliest first.
    runners_up: [Vec<usize>; 3],
    filters: Vec<(usize, Test)>,
    /// Columns that may say what kind of event a row is.
    kinds: Vec<usize>,
    undecided: Vec<usize>,
    contenders: Vec<Candidate>,
    /// The parts that are sampled, and their values.
    sampled: Vec<usize>,
    values: Vec<Values>,
    /// By row of the sample, whether it counts.
    counts: Vec<bool>,
    notes: Vec<String>,
}

impl<'a> Search<'a> {
    /// Begins with what was asked for.
    fn new(offer: Offer<'a>, options: &'a ReadOptions) -> Result<Search<'a>> {
        let mut search = Search {
            layout: None,
            nothing: Nothing::new(options.null_texts.as_deref()),
            found: Default::default(),
            runners_up: Default::default(),
            filters: Vec::new(),
            kinds: Vec::new(),
            undecided: Vec::new(),
            contenders: Vec::new(),
            sampled: Vec::new(),
            values: Vec::new(),
            counts: Vec::new(),
            notes: Vec::new(),
            offer,
            options,
        };
        let mut missing = Vec::new();
        for role in Role::ALL {
            let Some(wanted) = role.asked_for(options) else {
                continue;
            };
            let found: Option<Vec<usize>> = match search.offer.position(wanted) {
                Some(place) => Some(vec![place]),
                None => names::several(role, wanted)
                    .map(|name| search.offer.position(name))
                    .collect(),
            };
            match found {
                Some(found) => search.found[role as usize] = found,
                None => missing.push((role, Some(wanted.to_owned()))),
            }
        }
        if !missing.is_empty() {
            search.sample_all()?;
            return Err(search.missing(missing));
        }
        for filter in &options.filters {
            match search.offer.position(&filter.column) {
                Some(place) => search.filters.push((place, Test::from(filter))),
                None => {
                    search.sample_all()?;
                    return Err(search.no_filter(&filter.column));
                }
            }
        }
        Ok(search)
    }

    /// Finds the layout, and what tells which rows are page views.
    fn recognise(&mut self) -> Result<()> {
        self.layout = match &self.options.layout {
            LayoutChoice::None => None,
            LayoutChoice::Given(layout) => Some(layout),
            LayoutChoice::Recognised if self.has_header() => layout::recognise(self.offer.names),
            LayoutChoice::Recognised => self.recognise_by_value()?,
        };
        let Some(layout) = self.layout else {
            self.kinds = self.possible_kinds();
            return Ok(());
        };
        self.notes.push(format!(
            "read as {}; --layout none reads it as any table",
            layout.name
        ));
        if self.options.all_rows {
            return Ok(());
        }
        if !layout.tells_views() {
            self.kinds = self.possible_kinds();
        }
        for (name, values) in &layout.rows {
            if let Some(place) = self.offer.position(name) {
                self.add_filter(place, Test::Among(values.clone()));
            }
        }
        let mut views = layout.views.iter().flat_map(|names| names.split('|'));
        if let Some(place) = views.find_map(|name| self.offer.position(name)) {
            self.add_filter(
                place,
                Test::View {
                    takes_perhaps: false,
                },
            );
        }
        Ok(())
    }

    fn recognise_by_value(&mut self) -> Result<Option<&'static Layout>> {
        let n_columns = self.offer.names.len();
        for layout in layout::layouts() {
            if let Some(places) = layout.columns_to_look_at(n_columns)
                && layout.is_held(&(self.offer.sample)(&places)?)
            {
                return Ok(Some(layout));
            }
        }
        Ok(None)
    }

    /// Adds a condition, unless a person has one on the same part.
    fn add_filter(&mut self, place: usize, test: Test) {
        if !self.filters.iter().any(|(at, _)| *at == place) {
            self.filters.push((place, test));
        }
    }

    /// The columns that may say what kind of event a row is, the preferred first.
    fn possible_kinds(&self) -> Vec<usize> {
        let is_asked = |place: &usize| self.found.iter().flatten().any(|asked| asked == place);
        let mut kinds: Vec<(usize, usize)> = (0..self.offer.names.len())
            .filter(|&place| self.offer.is_outer[place] && !is_asked(&place))
            .filter_map(|place| {
                let name = &self.offer.names[place];
                let asks = choice::asks(name).then_some(KIND_NAMES.len());
                Some((names::rank(KIND_NAMES, name).or(asks)?, place))
            })
            .collect();
        kinds.sort_unstable();
        let is_filtered =
            |(_, place): &(usize, usize)| self.filters.iter().any(|(at, _)| at == place);
        match self.options.all_rows || kinds.iter().any(is_filtered) {
            true => Vec::new(),
            false => kinds.into_iter().map(|(_, place)| place).collect(),
        }
    }

    fn is_free(&self, place: usize) -> bool {
        !self.found.iter().flatten().any(|taken| *taken == place)
    }

    /// The parts whose names speak for a role, the preferred first.
    fn named(&self, role: Role) -> Vec<(usize, usize)> {
        if let Some(layout) = self.layout {
            let places = layout.parts(role).iter().enumerate();
            return places
                .filter_map(|(rank, name)| Some((rank, self.offer.position(name)?)))
                .filter(|(_, place)| self.is_free(*place))
                .collect();
        }
        let mut named: Vec<(usize, usize)> = (0..self.offer.names.len())
            .filter(|&place| self.offer.is_outer[place] && self.is_free(place))
            .filter_map(|place| Some((role.rank(&self.offer.names[place])?, place)))
            .collect();
        named.sort_unstable();
        named
    }

    fn is_open(&self, role: Role) -> bool {
        self.found[role as usize].is_empty()
    }

    /// Looks at the first rows of what is in question; at nothing if the names alone decide.
    fn take_sample(&mut self) -> Result<()> {
        let open: Vec<Role> = Role::ALL
            .into_iter()
            .filter(|role| self.is_open(*role))
            .collect();
        let named: Vec<Vec<(usize, usize)>> = open.iter().map(|role| self.named(*role)).collect();
        if named.iter().any(Vec::is_empty) {
            return self.sample_all();
        }
        let pages: Vec<usize> = match self.is_open(Role::Page) {
            true => self.possible_pages().collect(),
            false => Vec::new(),
        };
        let is_settled =
            self.kinds.is_empty() && pages.is_empty() && named.iter().all(|named| named.len() == 1);
        if is_settled
            && !named
                .iter()
                .flatten()
                .any(|(_, place)| names::must_repeat(&self.offer.names[*place]))
        {
            return Ok(());
        }
        let places = named.iter().flatten().map(|(_, place)| *place);
        let filtered = self.filters.iter().map(|(place, _)| *place);
        let wanted: Vec<usize> = places
            .chain(filtered)
            .chain(self.kinds.iter().copied())
            .chain(pages)
            .collect();
        self.sample(wanted)
    }

    fn sample_all(&mut self) -> Result<()> {
        let filtered: Vec<usize> = self.filters.iter().map(|(place, _)| *place).collect();
        let all = 0..self.offer.names.len().min(MOST_PARTS);
        self.sample(all.chain(filtered).collect())
    }

    fn sample(&mut self, mut wanted: Vec<usize>) -> Result<()> {
        wanted.sort_unstable();
        wanted.dedup();
        self.values = (self.offer.sample)(&wanted)?;
        self.sampled = wanted;
        let n_rows = self.values.first().map_or(0, Values::len);
        self.counts = vec![true; n_rows];
        Ok(())
    }

    /// The values of a part in the sample.
    fn values_of(&self, place: usize) -> Option<&Values> {
        let at = self.sampled.iter().position(|sampled| *sampled == place)?;
        self.values.get(at)
    }

    /// Those of the rows that count.
    fn counting(&self, place: usize) -> impl Iterator<Item = Option<&[u8]>> {
        let values = self.values_of(place).into_iter();
        values.flat_map(|values| choice::counting(values, &self.counts))
    }

    /// Decides which rows count, and takes the others out of the sample.
    fn choose_rows(&mut self) -> Result<()> {
        let filters = std::mem::take(&mut self.filters);
        for (place, test) in &filters {
            self.leave_out(*place, test);
        }
        self.filters = filters;
        let mut only_others = None;
        for place in std::mem::take(&mut self.kinds) {
            if self.is_only_page(place) {
                continue;
            }
            let name = &self.offer.names[place];
            match choice::kinds(name, self.counting(place)) {
                Kinds::Tells { takes_perhaps } => {
                    let test = match choice::asks(name) {
                        true => Test::Answer,
                        false => Test::View { takes_perhaps },
                    };
                    self.leave_out(place, &test);
                    self.filters.push((place, test));
                    self.undecided.clear();
                    return Ok(());
                }
                Kinds::OnlyOthers(values) => {
                    only_others = only_others.or(Some((place, values)));
                }
                Kinds::AllCount(values) => {
                    if let (Some(first), true) = (values.first(), values.len() > 1) {
                        let shown = names::shown(&values).join(", ");
                        let name = quoted_name(name, place);
                        self.notes.push(format!(
                            "every row counts: {name} has {shown}; --where '{}={first}' takes only those",
                            self.offer.names[place],
                        ));
                    }
                    self.undecided.push(place);
                }
                Kinds::None => {}
            }
        }
        match only_others {
            None => Ok(()),
            Some((place, values)) => {
                let name = &self.offer.names[place];
                let shown = names::shown(&values).join(", ");
                Err(self.refused(format!(
                    "{} has {shown}, and no page views among them: --all-rows takes every row, --where '{name}=VALUE' \
                     those of a kind",
                    quoted_name(name, place)
                )))
            }
        }
    }

    fn leave_out(&mut self, place: usize, test: &Test) {
        let mut condition = Condition::new(0, String::new(), test.clone());
        let passes: Vec<bool> = match self.values_of(place) {
            Some(values) => values.iter().map(|value| condition.passes(value)).collect(),
            None => return,
        };
        for (counts, passes) in self.counts.iter_mut().zip(passes) {
            *counts &= passes;
        }
    }

    /// Whether a part is all that can be the page: then it is no column of kinds.
    fn is_only_page(&self, place: usize) -> bool {
        let is_other = |&(_, other): &(usize, usize)| {
            other != place && !names::is_event(&self.offer.names[other])
        };
        self.is_open(Role::Page)
            && names::is_event(&self.offer.names[place])
            && !self.named(Role::Page).iter().any(is_other)
            && self.pages_by_value().is_empty()
    }

    fn choose_time(&mut self) {
        if !self.is_open(Role::Time) {
            return;
        }
        let named = self.named(Role::Time);
        let ranked: Vec<usize> = match named.len() {
            0 => self.times_by_value(),
            1 => vec![named[0].1],
            _ => {
                let places = named.into_iter().map(|(_, place)| place);
                let (times, others): (Vec<usize>, Vec<usize>) =
                    places.partition(|&place| choice::time_kind(self.counting(place)).is_some());
                if let (&[day, ..], Some(clock)) = (&times[..], self.clock_of(&times, &others)) {
                    self.found[Role::Time as usize] = vec![day, clock];
                    return;
                }
                times.into_iter().chain(others).collect()
            }
        };
        self.take(Role::Time, ranked.into_iter());
    }

    /// The part of times of day that belongs to parts which all hold nothing but days.
    fn clock_of(&self, times: &[usize], others: &[usize]) -> Option<usize> {
        let is_day =
            |place: &usize| choice::time_kind(self.counting(*place)) == Some(TimeKind::Days);
        let is_clock = |place: &&usize| choice::holds_clocks(self.counting(**place));
        match times.iter().all(is_day) {
            true => others.iter().find(is_clock).copied(),
            false => None,
        }
    }

    /// Where no name speaks for the time: the one part that holds the surest kind of times.
    fn times_by_value(&self) -> Vec<usize> {
        if self.layout.is_some() {
            return Vec::new();
        }
        let is_filled = |place: usize| !self.evidence(place).is_mostly_empty();
        let mut times: Vec<(TimeKind, usize)> = self
            .open_places()
            .filter(|place| is_filled(*place))
            .filter_map(|place| Some((choice::time_kind(self.counting(place))?, place)))
            .collect();
        // A number under a name that says nothing could be an id.
        if self.has_header() {
            times.retain(|(kind, _)| *kind != TimeKind::Numbers);
        }
        times.sort_unstable();
        let surest = times.first().map(|(kind, _)| *kind);
        times.retain(|(kind, _)| Some(*kind) == surest);
        match times[..] {
            [(_, place)] => vec![place],
            _ => Vec::new(),
        }
    }

    fn choose_page(&mut self) {
        if !self.is_open(Role::Page) {
            return;
        }
        let kind = self
            .filters
            .iter()
            .map(|(place, _)| *place)
            .collect::<Vec<_>>();
        let mut named = self.named(Role::Page);
        if named.iter().any(|(_, place)| !kind.contains(place)) {
            named.retain(|(_, place)| !kind.contains(place));
        }
        if named.len() == 1 && self.pages_by_value().is_empty() {
            return self.take(Role::Page, [named[0].1].into_iter());
        }
        let last = named.len();
        let by_value = self.pages_by_value().into_iter().map(|place| (last, place));
        let mut ranked: Vec<_> = named
            .into_iter()
            .chain(by_value)
            .filter_map(|(rank, place)| {
                let kind = choice::page_kind(&self.offer.names[place], self.counting(place))?;
                let candidate = Candidate {
                    part: place,
                    rank,
                    evidence: self.evidence(place),
                };
                Some((choice::page_key(&candidate, kind), place))
            })
            .collect();
        ranked.sort_unstable();
        let free: Vec<usize> = self.open_places().collect();
        // Without a header two columns are left of three: then the second is the page.
        if ranked.is_empty()
            && !self.has_header()
            && self.layout.is_none()
            && self.is_open(Role::User)
            && free.len() == 2
        {
            return self.take(Role::Page, [free[1]].into_iter());
        }
        self.take(Role::Page, ranked.into_iter().map(|(_, place)| place));
    }

    /// Parts that hold addresses, and whose names do not speak against it.
    fn pages_by_value(&self) -> Vec<usize> {
        if self.layout.is_some() {
            return Vec::new();
        }
        let holds_pages = |place: &usize| {
            let name = &self.offer.names[*place];
            !self.evidence(*place).is_mostly_empty()
                && choice::page_kind(name, self.counting(*place))
                    == Some(choice::PageKind::Addresses)
        };
        let is_filter = |place: &usize| self.filters.iter().any(|(at, _)| at == place);
        self.possible_pages()
            .filter(|place| !is_filter(place))
            .filter(holds_pages)
            .collect()
    }

    /// Parts whose names are in no list, and do not speak against addresses of pages in them.
    fn possible_pages(&self) -> impl Iterator<Item = usize> {
        let has_header = self.has_header();
        (0..self.offer.names.len()).filter(move |&place| {
            let name = &self.offer.names[place];
            let may_be = !has_header || choice::may_be_page(name);
            may_be
                && Role::Page.rank(name).is_none()
                && self.offer.is_outer[place]
                && self.is_free(place)
        })
    }

    fn choose_user(&mut self) {
        if !self.is_open(Role::User) {
            return;
        }
        if !self.has_header() && self.layout.is_none() {
            return self.choose_user_by_value();
        }
        let mut candidates: Vec<Candidate> = self
            .named(Role::User)
            .into_iter()
            .map(|(rank, part)| Candidate {
                part,
                rank,
                evidence: self.evidence(part),
            })
            .filter(|candidate| {
                !names::must_repeat(&self.offer.names[candidate.part])
                    || candidate.evidence.repeats()
            })
            .collect();
        candidates.sort_by_key(|candidate| {
            choice::user_key(candidate, &self.offer.names[candidate.part])
        });
        self.take(
            Role::User,
            candidates
                .iter()
                .map(|candidate| candidate.part)
                .collect::<Vec<_>>()
                .into_iter(),
        );
        self.contenders = candidates;
    }

    /// Without a header: the column that is left; of several, the one whose values tell users apart.
    fn choose_user_by_value(&mut self) {
        let free: Vec<(usize, Evidence)> = self
            .open_places()
            .map(|place| (place, self.evidence(place)))
            .collect();
        let only = |places: Vec<usize>| match places[..] {
            [place] => Some(place),
            _ => None,
        };
        let left = only(free.iter().map(|(place, _)| *place).collect());
        let filled = free
            .iter()
            .filter(|(_, evidence)| !evidence.is_mostly_empty());
        let filled = only(filled.map(|(place, _)| *place).collect());
        let telling = free
            .iter()
            .filter(|(_, evidence)| evidence.tells_users_apart() && !evidence.is_mostly_empty());
        let telling = only(telling.map(|(place, _)| *place).collect());
        let found = left.or(filled).or(telling);
        self.take(Role::User, found.into_iter());
    }

    fn has_header(&self) -> bool {
        self.offer.names.iter().any(|name| !name.is_empty())
    }

    /// Parts that have no role yet and may have one without being asked for.
    fn open_places(&self) -> impl Iterator<Item = usize> {
        let is_filter = |place: &usize| self.filters.iter().any(|(at, _)| at == place);
        self.sampled
            .iter()
            .copied()
            .filter(|place| self.offer.is_outer[*place] && self.is_free(*place))
            .filter(move |place| !is_filter(place))
    }

    fn evidence(&self, place: usize) -> Evidence {
        let mut evidence = Evidence::default();
        for value in self.counting(place) {
            evidence.add(value, &self.nothing);
        }
        evidence
    }

    /// Takes the first of some parts for a role, and remembers the others.
    fn take(&mut self, role: Role, mut places: impl Iterator<Item = usize>) {
        if let Some(first) = places.next() {
            self.found[role as usize] = vec![first];
            self.runners_up[role as usize] = places.collect();
        }
    }

    fn finish(mut self) -> Result<Roles> {
        let missing: Vec<_> = Role::ALL
            .into_iter()
            .filter(|role| self.is_open(*role))
            .map(|role| (role, None))
            .collect();
        if !missing.is_empty() {
            return Err(self.missing(missing));
        }
        self.say_runners_up();
        let mut parts: Vec<usize> = Vec::new();
        let mut slot = |place: usize| {
            parts
                .iter()
                .position(|part| *part == place)
                .unwrap_or_else(|| {
                    parts.push(place);
                    parts.len() - 1
                })
        };
        let [user, time, page] = self
            .found
            .each_ref()
            .map(|places| places.iter().map(|place| slot(*place)).collect::<Vec<_>>());
        let names = self.offer.names;
        let quoted = |place: usize| quoted_name(&names[place], place);
        let conditions = self
            .filters
            .into_iter()
            .map(|(place, test)| Condition::new(slot(place), quoted(place), test))
            .collect();
        let users = match self.contenders.len() {
            0 | 1 => Vec::new(),
            _ => self
                .contenders
                .into_iter()
                .map(|candidate| Contender {
                    slot: slot(candidate.part),
                    name: names[candidate.part].clone(),
                    candidate: Candidate {
                        evidence: Evidence::default(),
                        ..candidate
                    },
                })
                .collect(),
        };
        let kinds = self
            .undecided
            .into_iter()
            .map(|place| Undecided::new(slot(place), names[place].clone()))
            .collect();
        Ok(Roles {
            user,
            time,
            page: page[0],
            nothing: self.nothing,
            words: Role::ALL.map(|role| {
                let places = self.found[role as usize].iter();
                let quoted: Vec<String> = places.map(|place| quoted(*place)).collect();
                quoted.join(match role {
                    Role::User => " or else ",
                    Role::Time | Role::Page => " and ",
                })
            }),
            notes: self.notes,
            conditions,
            watch: Watch::new(users, kinds),
            digits: Vec::new(),
            parts,
        })
    }

    /// Says which parts could have been taken instead, with the option that takes them.
    fn say_runners_up(&mut self) {
        for role in Role::ALL {
            let taken = self.found[role as usize][0];
            let mut others = self.runners_up[role as usize].iter();
            // Of two columns with one name, the option would take the first.
            let is_another = |other: &&usize| {
                let names = [**other, taken].map(|place| self.offer.names[place].as_str());
                !self.has_header() || names[0] != names[1] && !names::is_event(names[0])
            };
            let Some(&second) = others.find(is_another) else {
                continue;
            };
            let name = &self.offer.names[second];
            let fill = match (role, self.evidence(second)) {
                (Role::User, evidence) if evidence.has_gaps() => {
                    format!(", {}", evidence.fill_words())
                }
                _ => String::new(),
            };
            self.notes.push(format!(
                "the {} could also be {}{fill}: {} {} takes it instead of {}",
                role.name(),
                quoted_name(name, second),
                role.option(),
                option_value(name, second),
                quoted_name(&self.offer.names[taken], taken),
            ));
        }
    }

    /// The error that these roles have no part.
    fn missing(&self, roles: Vec<(Role, Option<String>)>) -> Error {
        let missing = roles.into_iter().map(|(role, wanted)| Missing {
            role: role.name(),
            option: role.option(),
            wanted,
        });
        Error::Columns {
            input: self.offer.input.to_owned(),
            missing: missing.collect(),
            columns: self.examples(),
            n_columns: self.offer.names.len(),
        }
    }

    fn no_filter(&self, wanted: &str) -> Error {
        let missing = Missing {
            role: "filter",
            option: "--where",
            wanted: Some(wanted.to_owned()),
        };
        Error::Columns {
            input: self.offer.input.to_owned(),
            missing: vec![missing],
            columns: self.examples(),
            n_columns: self.offer.names.len(),
        }
    }

    /// Some parts with a value each, those that have one first.
    fn examples(&self) -> Vec<(String, String)> {
        let mut examples: Vec<(String, String)> = (0..self.offer.names.len())
            .map(|place| {
                let name = &self.offer.names[place];
                let value = self.values_of(place).and_then(|values| {
                    let mut values = values.iter().flatten();
                    values.find(|value| !self.nothing.is_no_user(value))
                });
                let value = value.map(|value| String::from_utf8_lossy(value).into_owned());
                let name = match name.is_empty() {
                    true => format!("#{}", place + 1),
                    false => name.clone(),
                };
                (name, value.unwrap_or_default())
            })
            .collect();
        examples.sort_by_key(|(_, value)| value.is_empty());
        examples
    }

    fn refused(&self, problem: String) -> Error {
        Error::Input {
            input: self.offer.input.to_owned(),
            problem,
        }
    }
}

/// A part's name as an option takes it.
fn option_value(name: &str, place: usize) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    match name {
        "" => format!("'#{}'", place + 1),
        name if name.bytes().all(is_plain) => name.to_owned(),
        name => format!("'{name}'"),
    }
}
