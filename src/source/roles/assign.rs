//! Assigns roles to an input's parts, by what a person asked for, by names, and by the first rows. Source floor.

use crate::source::options::ReadOptions;
use crate::source::roles::choice::Candidate;
use crate::source::roles::condition::Condition;
use crate::source::roles::decided::Roles;
use crate::source::roles::first_rows::FirstRows;
use crate::source::roles::names;
use crate::source::roles::names::Role;
use crate::source::roles::names::quoted_name;
use crate::source::roles::offer::Offer;
use crate::source::roles::sampled::SampledUsers;
use crate::source::roles::search::Search;
use crate::source::roles::watch::Contender;
use crate::source::roles::watch::Undecided;
use crate::source::roles::watch::Watch;
use crate::words::error::Result;

/// Assigns the roles.
///
/// Errors with `Error::Columns` if a part that was asked for is not there, or if a role has no part. Also errors if
/// there are events, but no page view among them.
pub(super) fn assign<'a>(mut offer: Offer<'a>, options: &'a ReadOptions) -> Result<Roles> {
    let Some(inspector) = &options.inspector else {
        return decide(offer, options);
    };
    inspector.see_parts(FirstRows::of(&mut offer, &options.layout)?);
    let roles = decide(offer, options)?;
    roles.show(inspector);
    Ok(roles)
}

fn decide<'a>(offer: Offer<'a>, options: &'a ReadOptions) -> Result<Roles> {
    let mut search = Search::new(offer, options)?;
    search.recognise()?;
    let Some(settled) = search.settled() else {
        search.choose()?;
        return search.finish();
    };
    let n_notes = search.notes.len();
    let own = search.choose().map(|()| search.found.clone());
    let contenders = std::mem::take(&mut search.contenders);
    search.notes.truncate(n_notes);
    search.hold_to(settled)?;
    search.choose()?;
    search.say_held(&own.unwrap_or_default());
    if !settled.user_is_named {
        search.watch_again(contenders);
    }
    search.finish()
}

impl Search<'_> {
    /// Decides which rows count, and which part has each role. A role may stay without a part.
    fn choose(&mut self) -> Result<()> {
        self.take_sample()?;
        self.choose_rows()?;
        self.choose_time();
        self.choose_page();
        self.choose_user();
        Ok(())
    }

    /// Goes on to watch parts that could be the user's, if what is settled is among them.
    fn watch_again(&mut self, mut contenders: Vec<Candidate>) {
        let &[user] = &self.found[Role::User as usize][..] else {
            return;
        };
        if let Some(at) = contenders
            .iter()
            .position(|candidate| candidate.part == user)
        {
            contenders[..=at].rotate_right(1);
            self.contenders = contenders;
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
        if let Some((role, parts)) = self.tie {
            return Err(self.undecided_between(role, parts));
        }
        self.say_runners_up();
        let settled = self.to_settle();
        let forms = self.learn_forms()?;
        let found = self.carried.iter().flatten();
        let found = found.map(|&place| quoted_name(&self.offer.names[place], place));
        let carried_words = found.collect::<Vec<_>>().join(", ");
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
        let sampled = SampledUsers::place(&self.offer).filter(|&place| self.is_free(place));
        let sampled = sampled.map(|place| SampledUsers::new(slot(place)));
        let names = self.offer.names;
        let quoted = |place: usize| quoted_name(&names[place], place);
        let carried = self.carried.iter();
        let carried = carried.map(|place| place.iter().map(|place| slot(*place)).collect());
        let carried: Vec<Vec<usize>> = carried.collect();
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
                        evidence: settled.evidence(&names[candidate.part]),
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
            carried,
            carried_words,
            nothing: self.nothing,
            forms,
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
            sampled,
            settled,
            digits: Vec::new(),
            constants: Vec::new(),
            parts,
        })
    }

    /// Says which parts could have been taken instead, with the option that takes them.
    fn say_runners_up(&mut self) {
        for role in Role::ALL {
            let taken = self.found[role as usize][0];
            let mut others = self.runners_up[role as usize].iter();
            // If two columns have one name, the option would take the first.
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

/// The roles of the parts whose first rows were kept, as from [`assign`].
pub(in crate::source) fn assign_again(first: &FirstRows, options: &ReadOptions) -> Result<Roles> {
    let options = ReadOptions {
        layout: first.layout().clone(),
        ..options.clone()
    };
    let mut sample = |parts: &[usize]| first.sample(parts);
    assign(first.offer(&mut sample), &options)
}
