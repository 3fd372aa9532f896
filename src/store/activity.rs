//! Which users were active in which hour. A refresh of a window starts from this. Store floor.
//!
//! An index by time would cost as much as the pageviews themselves. Instead each load writes, for every hour of which
//! it brings pageviews, one compact list of the ids of their users.

use hashbrown::HashMap;
use hashbrown::HashSet;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use rusqlite::params;

use crate::store::connection::Store;
use crate::words::error::Result;
use crate::words::timestamp::Timestamp;
use crate::words::timestamp::US_PER_S;

const US_PER_HOUR: i64 = 3_600 * US_PER_S;

/// Collects the active hours of users while a load writes their pageviews.
#[derive(Debug, Default)]
pub(super) struct Activity {
    /// By hours since the epoch.
    hours: HashMap<i64, Hour>,
    /// Hour and user of the last pageview.
    last: Option<(i64, i64)>,
}

/// The users of an hour, each at least once.
#[derive(Debug, Default)]
struct Hour {
    /// As [`put`] writes it.
    list: Vec<u8>,
    last_user: i64,
}

impl Activity {
    /// Notes a pageview. This is cheap if a user's pageviews come in time order. The list is short if users come in
    /// order of their ids.
    #[inline]
    pub(super) fn note(&mut self, user: i64, at: Timestamp) {
        let hour = at.as_us().div_euclid(US_PER_HOUR);
        if self.last == Some((hour, user)) {
            return;
        }
        self.last = Some((hour, user));
        let hour = self.hours.entry(hour).or_default();
        if hour.last_user != user || hour.list.is_empty() {
            put(user, &mut hour.last_user, &mut hour.list);
        }
    }

    /// Writes the lists, or adds to those that are there. `load` is the number of the load in the ledger.
    pub(super) fn write(self, connection: &Connection, load: i64) -> rusqlite::Result<()> {
        let mut hours: Vec<(i64, Hour)> = self.hours.into_iter().collect();
        hours.sort_unstable_by_key(|&(hour, _)| hour);
        let mut find =
            connection.prepare("SELECT users FROM activity WHERE hour = ?1 AND load = ?2")?;
        let mut insert =
            connection.prepare("INSERT OR REPLACE INTO activity VALUES (?1, ?2, ?3)")?;
        for (hour, users) in hours {
            let before: Option<Vec<u8>> = find
                .query_row(params![hour, load], |row| row.get(0))
                .optional()?;
            let list = match before {
                None => users.list,
                Some(before) => joined(before, &users.list),
            };
            insert.execute(params![hour, load, list])?;
        }
        Ok(())
    }
}

impl Store {
    /// The users who may have a pageview in the half-open window, ascending: all who have one, and some who only have
    /// one in the first or the last hour.
    pub(super) fn users_between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<i64>> {
        let hours = [from.as_us(), to.as_us() - 1].map(|us| us.div_euclid(US_PER_HOUR));
        let mut users = Vec::new();
        self.each_list(hours, &mut |_, list| decode(list, &mut users))?;
        users.sort_unstable();
        users.dedup();
        Ok(users)
    }

    /// Every hour with every user of its lists, ascending.
    pub(super) fn listed_hours(&self) -> Result<Vec<(i64, i64)>> {
        let (mut users, mut listed) = (Vec::new(), Vec::new());
        self.each_list([i64::MIN, i64::MAX], &mut |hour, list| {
            users.clear();
            decode(list, &mut users);
            listed.extend(users.iter().map(|&user| (hour, user)));
        })?;
        listed.sort_unstable();
        listed.dedup();
        Ok(listed)
    }

    /// Passes the lists of these hours, both ends included, to `take`. Errors as soon as the lists name more users
    /// than there are pageviews, since each pageview adds at most one.
    fn each_list(&self, hours: [i64; 2], take: &mut dyn FnMut(i64, &[u8])) -> Result<()> {
        let failed = || self.failed("read");
        let mut statement = self.prepare(
            "SELECT hour, load, users FROM activity WHERE hour BETWEEN ?1 AND ?2 ORDER BY hour, load",
        )?;
        let mut rows = statement.query(hours).map_err(failed())?;
        let mut n_left = self.n_pageviews()?;
        let mut previous = None;
        while let Some(row) = rows.next().map_err(failed())? {
            let key: (i64, i64) = (|| Ok((row.get(0)?, row.get(1)?)))().map_err(failed())?;
            // If a damaged tree named one page many times, this would fill the memory.
            if previous.is_some_and(|previous| previous >= key) {
                return Err(self.damaged("its lists of active users are not in order"));
            }
            previous = Some(key);
            let list = row.get_ref(2).map_err(failed())?;
            let list = list.as_blob().map_err(|error| failed()(error.into()))?;
            let n_users = list.iter().filter(|&&byte| is_last(byte)).count() as u64;
            n_left = n_left.checked_sub(n_users).ok_or_else(|| {
                self.damaged("its lists of active users name more than it has pageviews")
            })?;
            take(key.0, list);
        }
        Ok(())
    }
}

/// Appends an id as its difference from the one before, seven bits a byte, low bits first, the high bit set
/// on all but the last byte (LEB128). A difference below 0, where a slab begins, takes ten bytes.
fn put(id: i64, before: &mut i64, list: &mut Vec<u8>) {
    let mut difference = id.wrapping_sub(*before) as u64;
    *before = id;
    while difference >= 0x80 {
        list.push(difference as u8 | 0x80);
        difference >>= 7;
    }
    list.push(difference as u8);
}

/// A list with those users of another that it lacks.
fn joined(mut list: Vec<u8>, more: &[u8]) -> Vec<u8> {
    let (mut known, mut ids) = (Vec::new(), Vec::new());
    decode(&list, &mut known);
    decode(more, &mut ids);
    let mut before = known.last().copied().unwrap_or(0);
    let known: HashSet<i64> = known.into_iter().collect();
    for id in ids.into_iter().filter(|id| !known.contains(id)) {
        put(id, &mut before, &mut list);
    }
    list
}

/// Whether this byte of a list ends an id.
fn is_last(byte: u8) -> bool {
    byte & 0x80 == 0
}

/// Appends the ids of a list. A damaged list gives ids that no user has.
fn decode(list: &[u8], ids: &mut Vec<i64>) {
    let (mut id, mut difference, mut shift) = (0i64, 0u64, 0);
    for byte in list {
        difference |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
        shift += 7;
        if is_last(*byte) {
            id = id.wrapping_add(difference as i64);
            ids.push(id);
            (difference, shift) = (0, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_list_gives_back_its_ids(ids in proptest::collection::vec(any::<i64>(), 0..50)) {
            let (mut list, mut found, mut before) = (Vec::new(), Vec::new(), 0);
            for &id in &ids {
                put(id, &mut before, &mut list);
            }
            decode(&list, &mut found);
            prop_assert_eq!(found, ids);
        }

        #[test]
        fn a_list_that_is_added_to_names_each_user_once(
            first in proptest::collection::hash_set(0i64..40, 0..30),
            more in proptest::collection::hash_set(0i64..40, 0..30),
        ) {
            let listed = |ids: &std::collections::HashSet<i64>| {
                let (mut list, mut before) = (Vec::new(), 0);
                ids.iter().for_each(|&id| put(id, &mut before, &mut list));
                list
            };
            let mut found = Vec::new();
            decode(&joined(listed(&first), &listed(&more)), &mut found);
            found.sort_unstable();
            let mut all: Vec<i64> = first.union(&more).copied().collect();
            all.sort_unstable();
            prop_assert_eq!(found, all);
        }

        #[test]
        fn any_bytes_are_decoded_without_a_panic(list in proptest::collection::vec(any::<u8>(), 0..60)) {
            decode(&list, &mut Vec::new());
        }
    }
}
