//! Searches the roles of an input's parts: by what was asked for, by names, and by the values of the first rows.
//! Source floor.
//!
//! Finds candidates. [`rows`](super::rows), [`three`](super::three) and [`choice`] decide which of them are taken.

use memchr::memmem;

use crate::source::options::ReadOptions;
use crate::source::roles::choice;
use crate::source::roles::choice::Candidate;
use crate::source::roles::condition::ConditionTest;
use crate::source::roles::evidence::Evidence;
use crate::source::roles::layout::Layout;
use crate::source::roles::names;
use crate::source::roles::names::Role;
use crate::source::roles::nothing::Nothing;
use crate::source::roles::offer::MOST_PARTS;
use crate::source::roles::offer::Offer;
use crate::source::roles::row_filter::RowFilter;
use crate::source::roles::sample::Values;
use crate::source::roles::settled::Settled;
use crate::words::error::Result;

/// What is known so far.
pub(super) struct Search<'a> {
    pub(super) offer: Offer<'a>,
    pub(super) options: &'a ReadOptions,
    pub(super) layout: Option<&'a Layout>,
    /// What earlier inputs settled, which this one follows.
    pub(super) held: Option<&'a Settled>,
    pub(super) nothing: Nothing,
    /// By role, its parts so far.
    pub(super) found: [Vec<usize>; 3],
    /// For each role, other parts that could have had it, the likeliest first.
    pub(super) runners_up: [Vec<usize>; 3],
    /// Two parts for one role, between which nothing decides.
    pub(super) tie: Option<(Role, [usize; 2])>,
    pub(super) filters: Vec<(usize, ConditionTest)>,
    /// For each carried column, its part; `None` if the input lacks it.
    pub(super) carried: Vec<Option<usize>>,
    /// Columns that may say what kind of event a row is.
    pub(super) kinds: Vec<usize>,
    pub(super) undecided: Vec<usize>,
    pub(super) contenders: Vec<Candidate>,
    /// The parts that are sampled, and their values.
    pub(super) sampled: Vec<usize>,
    pub(super) values: Vec<Values>,
    /// By row of the sample, whether it counts.
    pub(super) counts: Vec<bool>,
    pub(super) notes: Vec<String>,
}

impl<'a> Search<'a> {
    /// Begins with what was asked for.
    pub(super) fn new(offer: Offer<'a>, options: &'a ReadOptions) -> Result<Search<'a>> {
        let mut search = Search {
            layout: None,
            held: None,
            nothing: Nothing::new(options.null_texts.as_deref()),
            found: Default::default(),
            runners_up: Default::default(),
            tie: None,
            filters: Vec::new(),
            carried: Vec::new(),
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
            match search.offer.places(role, wanted) {
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
                Some(place) => search.filters.push((place, ConditionTest::from(filter))),
                None => {
                    search.sample_all()?;
                    return Err(search.no_filter(&filter.column));
                }
            }
        }
        for carried in &options.carried {
            let place = search.offer.position(&carried.part);
            if place.is_none() && !options.may_lack_carried {
                search.sample_all()?;
                return Err(search.no_carried(&carried.part));
            }
            search.carried.push(place);
        }
        Ok(search)
    }

    pub(super) fn has_header(&self) -> bool {
        self.offer.own().iter().any(|name| !name.is_empty())
    }

    pub(super) fn is_free(&self, place: usize) -> bool {
        !self.found.iter().flatten().any(|taken| *taken == place)
    }

    pub(super) fn is_open(&self, role: Role) -> bool {
        self.found[role as usize].is_empty()
    }

    /// The parts whose names suggest a role, the preferred ones first.
    pub(super) fn named(&self, role: Role) -> Vec<(usize, usize)> {
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

    /// Looks at the first rows of the parts in question, or at nothing if the names alone decide.
    pub(super) fn take_sample(&mut self) -> Result<()> {
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

    pub(super) fn sample_all(&mut self) -> Result<()> {
        let filtered: Vec<usize> = self.filters.iter().map(|(place, _)| *place).collect();
        let all = 0..self.offer.names.len().min(MOST_PARTS);
        self.sample(all.chain(filtered).collect())
    }

    fn sample(&mut self, mut wanted: Vec<usize>) -> Result<()> {
        wanted.sort_unstable();
        wanted.dedup();
        if !self.sampled.is_empty() && wanted.iter().all(|place| self.sampled.contains(place)) {
            return Ok(());
        }
        self.values = (self.offer.sample)(&wanted)?;
        self.sampled = wanted;
        let n_rows = self.values.first().map_or(0, Values::len);
        self.counts = vec![true; n_rows];
        Ok(())
    }

    /// The values of a part in the sample.
    pub(super) fn values_of(&self, place: usize) -> Option<&Values> {
        let at = self.sampled.iter().position(|sampled| *sampled == place)?;
        self.values.get(at)
    }

    /// Those of the rows that count.
    pub(super) fn counting(&self, place: usize) -> impl Iterator<Item = Option<&[u8]>> {
        let values = self.values_of(place).into_iter();
        values.flat_map(|values| choice::counting(values, &self.counts))
    }

    /// Parts that have no role yet, and may get one without a person asking for it.
    pub(super) fn open_places(&self) -> impl Iterator<Item = usize> {
        let is_filter = |place: &usize| self.filters.iter().any(|(at, _)| at == place);
        // Without a header, the number of columns tells.
        let n_open = match self.has_header() {
            true => self.offer.names.len(),
            false => self.offer.own().len(),
        };
        self.sampled
            .iter()
            .copied()
            .filter(move |place| *place < n_open)
            .filter(|place| self.offer.is_outer[*place] && self.is_free(*place))
            .filter(|place| self.has_header() || !self.carried.contains(&Some(*place)))
            .filter(move |place| !is_filter(place))
    }

    pub(super) fn evidence(&self, place: usize) -> Evidence {
        let mut evidence = Evidence::default();
        for value in self.counting(place) {
            evidence.add(value, &self.nothing);
        }
        evidence
    }

    /// Parts with addresses, whose names do not contradict that.
    pub(super) fn pages_by_value(&self) -> Vec<usize> {
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

    /// Parts whose names are in no list, and do not contradict addresses of pages.
    pub(super) fn possible_pages(&self) -> impl Iterator<Item = usize> {
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

    /// Takes the part with the smallest key for a role, and remembers the others. If two keys are equally small and
    /// their parts differ, nothing decides.
    pub(super) fn take_least<K: PartialEq>(&mut self, role: Role, ranked: &[(K, usize)]) {
        if let [(first, a), (second, b), ..] = ranked
            && first == second
            && !self.say_the_same(role, *a, *b)
        {
            self.tie = Some((role, [*a, *b]));
        }
        self.take(role, ranked.iter().map(|(_, place)| *place));
    }

    /// Whether two parts say the same in every row in which both have a value. An address says the same as its path.
    fn say_the_same(&self, role: Role, a: usize, b: usize) -> bool {
        let holds = |whole: &[u8], part: &[u8]| memmem::find(whole, part).is_some();
        let mut rows = self.counting(a).zip(self.counting(b));
        rows.all(|(a, b)| match (a, b) {
            (Some(a), Some(b)) if role == Role::Page => holds(a, b) || holds(b, a),
            (Some(a), Some(b)) => a == b,
            _ => true,
        })
    }

    /// Takes the first of some parts for a role, and remembers the others.
    pub(super) fn take(&mut self, role: Role, mut places: impl Iterator<Item = usize>) {
        if let Some(first) = places.next() {
            self.found[role as usize] = vec![first];
            self.runners_up[role as usize] = places.collect();
        }
    }
}

impl From<&RowFilter> for ConditionTest {
    fn from(filter: &RowFilter) -> ConditionTest {
        ConditionTest::Filter {
            values: filter.values.clone(),
            is: filter.is,
        }
    }
}
