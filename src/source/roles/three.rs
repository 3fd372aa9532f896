//! Decides which parts are the time, the page and the user. Source floor.

use crate::source::roles::choice;
use crate::source::roles::choice::Candidate;
use crate::source::roles::choice::TimeKind;
use crate::source::roles::evidence::Evidence;
use crate::source::roles::names;
use crate::source::roles::names::Role;
use crate::source::roles::search::Search;

impl Search<'_> {
    pub(super) fn choose_time(&mut self) {
        if !self.is_open(Role::Time) {
            return;
        }
        let named = self.named(Role::Time);
        if let (Some(since), &[(_, offset), ..]) =
            (self.layout.and_then(|layout| layout.since()), &named[..])
            && let Some(since) = self.offer.position(since)
        {
            self.found[Role::Time as usize] = vec![since, offset];
            return;
        }
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

    pub(super) fn choose_page(&mut self) {
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
        // Without a header and with two of three columns left, the second is the page.
        if ranked.is_empty()
            && !self.has_header()
            && self.layout.is_none()
            && self.is_open(Role::User)
            && free.len() == 2
        {
            return self.take(Role::Page, [free[1]].into_iter());
        }
        self.take_least(Role::Page, &ranked);
    }

    pub(super) fn choose_user(&mut self) {
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
        let keyed = candidates.iter().map(|candidate| {
            let key = choice::user_key(candidate, &self.offer.names[candidate.part]);
            (key, candidate.part)
        });
        self.take_least(Role::User, &keyed.collect::<Vec<_>>());
        self.contenders = candidates;
    }

    /// The part with times of day, if all candidates for the time hold only days.
    fn clock_of(&self, times: &[usize], others: &[usize]) -> Option<usize> {
        let is_day =
            |place: &usize| choice::time_kind(self.counting(*place)) == Some(TimeKind::Days);
        let is_clock = |place: &&usize| choice::holds_clocks(self.counting(**place));
        match times.iter().all(is_day) {
            true => others.iter().find(is_clock).copied(),
            false => None,
        }
    }

    /// If no name suggests the time: the one part with the surest kind of times.
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
        // A number in a column with an unknown name could be an id.
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

    /// Without a header: the column that is left. If there are several, the one whose values tell users apart.
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
}
