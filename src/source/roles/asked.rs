//! What a person asked for about the roles. Source floor.

use crate::source::options::ReadOptions;
use crate::source::roles::names::Role;
use crate::source::roles::names::position;
use crate::source::roles::names::several;

impl Role {
    /// The part for the role, as a person named it.
    pub(in crate::source) fn asked_for(self, options: &ReadOptions) -> Option<&str> {
        match self {
            Role::User => options.user_column.as_deref(),
            Role::Time => options.time_column.as_deref(),
            Role::Page => options.page_column.as_deref(),
        }
    }
}

/// Everything in what a person asked for that may be a name.
pub(in crate::source) fn wanted(options: &ReadOptions) -> Vec<&str> {
    let mut wanted = Vec::new();
    for role in Role::ALL {
        if let Some(asked) = role.asked_for(options) {
            wanted.push(asked);
            wanted.extend(several(role, asked));
        }
    }
    wanted.extend(options.filters.iter().map(|filter| filter.column.as_str()));
    wanted.extend(options.carried.iter().map(|carried| carried.part.as_str()));
    wanted.extend(options.settled.iter().flat_map(|settled| settled.names()));
    wanted
}

/// For how many roles this header has a column with a matching name, 0 to 3.
pub(in crate::source) fn count_found(header: &[String], options: &ReadOptions) -> usize {
    Role::ALL
        .into_iter()
        .filter(|role| match role.asked_for(options) {
            Some(wanted) => {
                let mut names = std::iter::once(wanted).chain(several(*role, wanted));
                names.any(|name| position(header, name).is_some())
            }
            None => header.iter().any(|name| role.rank(name).is_some()),
        })
        .count()
}
