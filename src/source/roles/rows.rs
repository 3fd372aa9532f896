//! Which rows count: the layout of an input, and the column that tells page views from other events. Source floor.

use crate::source::roles::choice;
use crate::source::roles::choice::Kinds;
use crate::source::roles::condition::Condition;
use crate::source::roles::condition::ConditionTest;
use crate::source::roles::layout;
use crate::source::roles::layout::Layout;
use crate::source::roles::layout::LayoutChoice;
use crate::source::roles::names;
use crate::source::roles::names::KIND_NAMES;
use crate::source::roles::names::Role;
use crate::source::roles::names::quoted_name;
use crate::source::roles::search::Search;
use crate::words::error::Result;

impl<'a> Search<'a> {
    /// Finds the layout, and the column that tells which rows are page views.
    pub(super) fn recognise(&mut self) -> Result<()> {
        self.layout = match &self.options.layout {
            LayoutChoice::None => None,
            LayoutChoice::Given(layout) => Some(layout),
            LayoutChoice::Recognised if self.has_header() => layout::recognise(self.offer.names),
            LayoutChoice::Recognised => self.recognise_by_value()?,
        };
        let Some(layout) = self.layout else {
            self.take_preferred();
            self.kinds = self.possible_kinds();
            return Ok(());
        };
        self.notes.push(format!(
            "read as {}; --layout none turns this off",
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
                self.add_filter(place, ConditionTest::Among(values.clone()));
            }
        }
        let mut views = layout.views.iter().flat_map(|names| names.split('|'));
        if let Some(place) = views.find_map(|name| self.offer.position(name)) {
            self.add_filter(
                place,
                ConditionTest::View {
                    takes_perhaps: false,
                },
            );
        }
        Ok(())
    }

    /// Decides which rows count, and takes the others out of the sample.
    pub(super) fn choose_rows(&mut self) -> Result<()> {
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
            let known = self.known_before(place).map(|value| Some(value.as_bytes()));
            match choice::kinds(name, self.counting(place).chain(known)) {
                Kinds::Tells { takes_perhaps } => {
                    let test = match choice::asks(name) {
                        true => ConditionTest::Answer,
                        false => ConditionTest::View { takes_perhaps },
                    };
                    if let Some(value) = self.counted_before(place, &test) {
                        return Err(self.refused(format!(
                            "{} tells page views from other events here, but in the inputs before it every row \
                        counted, even those of \"{value}\": read all of them together, or say which rows count with \
                        --where '{name}=VALUE' or --all-rows",
                            quoted_name(name, place)
                        )));
                    }
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

    /// Takes the columns that a person prefers and has not named.
    fn take_preferred(&mut self) {
        for role in Role::ALL {
            let preferred = &self.options.preferred_columns[role as usize];
            let Some(preferred) = preferred.as_deref().filter(|_| self.is_open(role)) else {
                continue;
            };
            let found = self.offer.places(role, preferred);
            self.found[role as usize] = found.unwrap_or_default();
        }
    }

    fn recognise_by_value(&mut self) -> Result<Option<&'static Layout>> {
        let n_columns = self.offer.own().len();
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
    pub(super) fn add_filter(&mut self, place: usize, test: ConditionTest) {
        if !self.filters.iter().any(|(at, _)| *at == place) {
            self.filters.push((place, test));
        }
    }

    /// The columns that may say what kind of event a row is, the preferred ones first.
    pub(super) fn possible_kinds(&self) -> Vec<usize> {
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

    fn leave_out(&mut self, place: usize, test: &ConditionTest) {
        let mut condition = Condition::new(0, String::new(), test.clone());
        let passes: Vec<bool> = match self.values_of(place) {
            Some(values) => values.iter().map(|value| condition.passes(value)).collect(),
            None => return,
        };
        for (counts, passes) in self.counts.iter_mut().zip(passes) {
            *counts &= passes;
        }
    }

    /// Whether a part is the only one that can be the page: then it is not a column of kinds.
    fn is_only_page(&self, place: usize) -> bool {
        let is_other = |&(_, other): &(usize, usize)| {
            other != place && !names::is_event(&self.offer.names[other])
        };
        self.is_open(Role::Page)
            && names::is_event(&self.offer.names[place])
            && !self.named(Role::Page).iter().any(is_other)
            && self.pages_by_value().is_empty()
    }
}
