//! How times and ids are written, judged by the first rows, once it is known where they are. Source floor.

use crate::source::roles::names::Role;
use crate::source::roles::names::quoted_name;
use crate::source::roles::sample::Values;
use crate::source::roles::search::Search;
use crate::source::rows::ids;
use crate::source::time::TimePlan;
use crate::source::time::TimeUnit;
use crate::source::time::join;
use crate::words::error::Result;

/// How times and ids are written.
#[derive(Clone, Debug, Default)]
pub(in crate::source) struct Forms {
    pub(in crate::source) times: TimePlan,
    /// How times are counted, if the layout says so.
    pub(in crate::source) counted: Option<Counted>,
    /// Whether ids are whole numbers with `.0` after them.
    pub(in crate::source) ids_are_whole: bool,
}

/// How times are counted that are numbers.
#[derive(Clone, Debug)]
pub(in crate::source) struct Counted {
    pub(in crate::source) unit: TimeUnit,
    /// The origin of the numbers as it is written; `None` if the time has two parts, this and the number.
    pub(in crate::source) origin: Option<String>,
}

impl Search<'_> {
    /// How times are counted, if they are: as a person says, or else as the layout says.
    fn counted(&self, n_parts: usize) -> Option<Counted> {
        let layout = self.layout?;
        let unit = layout.time_unit()?;
        let times = &self.options.times;
        match (layout.since(), layout.origin()) {
            (Some(_), _) if n_parts == 2 => Some(Counted { unit, origin: None }),
            (None, Some(origin)) if times.origin.is_none() && times.unit.is_none() => {
                let origin = Some(origin.to_owned());
                Some(Counted { unit, origin })
            }
            _ => None,
        }
    }

    /// Learns this from the rows that count. Errors if they do not tell how to read times.
    pub(super) fn learn_forms(&mut self) -> Result<Forms> {
        let user = self.found[Role::User as usize][0];
        let time = self.found[Role::Time as usize].clone();
        let places: Vec<usize> = time.iter().copied().chain([user]).collect();
        let values = match places.iter().all(|place| self.values_of(*place).is_some()) {
            true => {
                let values = places.iter().filter_map(|place| self.values_of(*place));
                values.cloned().collect()
            }
            false => (self.offer.sample)(&places)?,
        };
        let Some((users, times)) = values.split_last() else {
            return Ok(Forms::default());
        };
        let counted = self.counted(times.len());
        let times = match &counted {
            Some(Counted {
                origin: Some(origin),
                ..
            }) => {
                self.notes.push(format!(
                    "times are counted since {origin}; --time-origin says otherwise"
                ));
                vec![origin.clone().into_bytes()]
            }
            Some(_) => self.texts(&times[..1]),
            None => self.texts(times),
        };
        let said = times
            .iter()
            .map(Vec::as_slice)
            .filter(|text| !self.nothing.is_nothing(text));
        let times =
            TimePlan::of(said, &self.options.times).map_err(|problem| self.refused(problem))?;
        let mut ids = self
            .counting_of(users)
            .flatten()
            .filter(|id| !self.nothing.is_no_user(id))
            .peekable();
        let ids_are_whole = ids.peek().is_some() && ids.all(|id| ids::whole(id).is_some());
        drop(ids);
        if ids_are_whole {
            let name = quoted_name(&self.offer.names[user], user);
            self.notes.push(format!(
                "the ids in {name} end in .0: they are read as whole numbers, 101.0 as 101"
            ));
        }
        Ok(Forms {
            times,
            counted,
            ids_are_whole,
        })
    }

    /// The times of the rows that count: those of one part, or of a day's and a time of day's.
    fn texts(&self, parts: &[Values]) -> Vec<Vec<u8>> {
        match parts {
            [days, clocks] => {
                let rows = self.counting_of(days).zip(self.counting_of(clocks));
                let joined = rows.filter_map(|(day, clock)| {
                    let mut text = Vec::new();
                    join(day?, clock?, &mut text);
                    Some(text)
                });
                joined.collect()
            }
            parts => {
                let times = parts.iter().flat_map(|times| self.counting_of(times));
                times.flatten().map(<[u8]>::to_vec).collect()
            }
        }
    }

    /// The values of the rows that count; all of them where nothing was sampled before.
    fn counting_of<'v>(&'v self, values: &'v Values) -> impl Iterator<Item = Option<&'v [u8]>> {
        let counts = self.counts.iter().copied().chain(std::iter::repeat(true));
        values
            .iter()
            .zip(counts)
            .filter(|(_, counts)| *counts)
            .map(|(value, _)| value)
    }
}
