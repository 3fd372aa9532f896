//! Makes an input follow what was settled by inputs before it. Source floor.

use xxhash_rust::xxh3::xxh3_128;

use crate::source::roles::condition::Condition;
use crate::source::roles::condition::ConditionTest;
use crate::source::roles::layout::LayoutChoice;
use crate::source::roles::names;
use crate::source::roles::names::Role;
use crate::source::roles::names::quoted_name;
use crate::source::roles::search::Search;
use crate::source::roles::settled::Settled;
use crate::words::error::Result;

impl<'a> Search<'a> {
    /// What was settled for inputs like this one.
    pub(super) fn settled(&self) -> Option<&'a Settled> {
        let settled = &self.options.settled;
        if settled.is_empty() {
            return None;
        }
        let header = self.header();
        let layout = self.layout.map(|layout| layout.name.as_str());
        let is_free = self.options.layout == LayoutChoice::Recognised;
        let has_header = |settled: &&Settled| {
            settled.header.is_some()
                && settled.header == header
                && (is_free || settled.layout.as_deref() == layout)
        };
        let is_there = |name: &str| self.offer.position(name).is_some();
        let has_layout =
            |settled: &&Settled| layout.is_some() && settled.layout.as_deref() == layout;
        // Objects have the same header if they have all that was read.
        let has_parts = |settled: &&Settled| {
            layout.is_none()
                && settled.layout.is_none()
                && (settled.header.is_none() || header.is_none())
                && settled
                    .names()
                    .all(|name| is_there(name) || self.lacks_user(settled, name))
        };
        let latest = || settled.iter().rev();
        (latest().find(has_header))
            .or_else(|| latest().find(has_layout))
            .or_else(|| latest().find(has_parts))
    }

    /// Whether a part is the settled user, and other candidates are here that it was preferred to. Then these are the
    /// same kind of objects, which only lack it.
    fn lacks_user(&self, settled: &Settled, name: &str) -> bool {
        let mut others = settled.users.keys();
        settled.is_user(name) && others.any(|other| self.offer.position(other).is_some())
    }

    /// Begins again with what was settled, as if it had been asked for.
    ///
    /// Errors if a part of it is not there.
    pub(super) fn hold_to(&mut self, settled: &'a Settled) -> Result<()> {
        self.runners_up = Default::default();
        self.undecided.clear();
        self.tie = None;
        self.counts.fill(true);
        for role in Role::ALL {
            if role.asked_for(self.options).is_some() {
                continue;
            }
            let names = &settled.parts[role as usize];
            let places = names.iter().map(|name| self.offer.position(name));
            match places.collect() {
                Some(places) => self.found[role as usize] = places,
                None => {
                    return Err(self.refused(format!(
                        "the inputs before it had the {} in \"{}\", which is not here: {} NAME says where it is",
                        role.name(),
                        names.join(" "),
                        role.option()
                    )));
                }
            }
        }
        self.filters.truncate(self.options.filters.len());
        self.kinds = Vec::new();
        if self.options.all_rows || settled.all_rows {
            return Ok(());
        }
        for (name, test) in &settled.rows {
            if let Some(place) = self.offer.position(name) {
                self.add_filter(place, test.clone());
            }
        }
        if settled.rows.is_empty() {
            self.kinds = self.possible_kinds();
        }
        self.held = Some(settled);
        Ok(())
    }

    /// Reports where the input alone would have been read otherwise.
    pub(super) fn say_held(&mut self, own: &[Vec<usize>; 3]) {
        for role in Role::ALL {
            let quoted = |places: &[usize]| -> String {
                let quoted = places
                    .iter()
                    .map(|&place| quoted_name(&self.offer.names[place], place));
                quoted.collect::<Vec<_>>().join(" and ")
            };
            let (taken, own) = (&self.found[role as usize], &own[role as usize]);
            if taken != own && !own.is_empty() {
                self.notes.push(format!(
                    "the {} is read from {}, as in the inputs before it; alone it would have been read from {}",
                    role.name(),
                    quoted(taken),
                    quoted(own)
                ));
            }
        }
    }

    /// A value that counted in earlier inputs although the test leaves it out.
    pub(super) fn counted_before(&self, place: usize, test: &ConditionTest) -> Option<&'a str> {
        let mut condition = Condition::new(0, String::new(), test.clone());
        let mut values = self.known_before(place);
        values.find(|value| !condition.passes(Some(value.as_bytes())))
    }

    /// The words in a part that did not tell page views in earlier inputs.
    pub(super) fn known_before(&self, place: usize) -> impl Iterator<Item = &'a str> + use<'a> {
        let known = self
            .held
            .and_then(|settled| settled.undecided.get(&self.name(place)));
        known.into_iter().flatten().map(String::as_str)
    }

    /// What the findings settle.
    pub(super) fn to_settle(&self) -> Settled {
        let rows = self.filters[self.options.filters.len()..].iter();
        let held = self.held.cloned().unwrap_or_default();
        Settled {
            layout: self.layout.map(|layout| layout.name.clone()),
            header: self.header(),
            parts: self
                .found
                .each_ref()
                .map(|places| places.iter().map(|&place| self.name(place)).collect()),
            rows: rows
                .map(|(place, test)| (self.name(*place), test.clone()))
                .collect(),
            user_is_named: self.options.user_column.is_some() || held.user_is_named,
            all_rows: self.options.all_rows || held.all_rows,
            ..held
        }
    }

    /// A digest of the names in any order; `None` if rows may have other names.
    fn header(&self) -> Option<String> {
        if !self.offer.names_are_all {
            return None;
        }
        let mut names: Vec<&str> = self.offer.names.iter().map(String::as_str).collect();
        names.sort_unstable();
        Some(format!("{:032x}", xxh3_128(names.join("\n").as_bytes())))
    }

    /// The name by which a part is found again.
    fn name(&self, place: usize) -> String {
        names::spelled(self.offer.names, place)
    }
}
