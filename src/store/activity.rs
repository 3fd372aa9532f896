//! Which users were active in which hour: what a refresh of a window starts from. Store floor.
//!
//! An index by time would cost as much as the pageviews themselves. Instead each load writes, for every
//! hour that it brings pageviews of, the ids of their users as one compact list.

use rusqlite::Connection;
use rusqlite::params;

use crate::words::timestamp::Timestamp;
use crate::words::timestamp::US_PER_S;

const US_PER_HOUR: i64 = 3_600 * US_PER_S;

/// Collects the active hours of users while a load writes their pageviews.
#[derive(Debug, Default)]
pub(super) struct Activity {
    /// (hour since the epoch, user), each pair at least once.
    pairs: Vec<(i64, i64)>,
}

impl Activity {
    /// Notes a pageview. Cheap when pageviews of a user come in time order.
    pub(super) fn note(&mut self, user: i64, at: Timestamp) {
        let pair = (at.as_us().div_euclid(US_PER_HOUR), user);
        if self.pairs.last() != Some(&pair) {
            self.pairs.push(pair);
        }
    }

    /// Writes the lists of the load with this number in the ledger.
    pub(super) fn write(mut self, connection: &Connection, load: i64) -> rusqlite::Result<()> {
        self.pairs.sort_unstable();
        self.pairs.dedup();
        let mut insert = connection.prepare("INSERT INTO activity VALUES (?1, ?2, ?3)")?;
        let mut list = Vec::new();
        for hour in self.pairs.chunk_by(|a, b| a.0 == b.0) {
            list.clear();
            encode(hour.iter().map(|&(_, user)| user), &mut list);
            insert.execute(params![hour[0].0, load, list])?;
        }
        Ok(())
    }
}

/// The users who may have a pageview in the half-open window, ascending: all who have one, and some who
/// have one in the hours of its ends.
pub(super) fn users_between(
    connection: &Connection,
    from: Timestamp,
    to: Timestamp,
) -> rusqlite::Result<Vec<i64>> {
    let hours = [from.as_us(), to.as_us() - 1].map(|us| us.div_euclid(US_PER_HOUR));
    let mut statement =
        connection.prepare("SELECT users FROM activity WHERE hour BETWEEN ?1 AND ?2")?;
    let mut rows = statement.query(hours)?;
    let mut users = Vec::new();
    while let Some(row) = rows.next()? {
        decode(row.get_ref(0)?.as_blob()?, &mut users);
    }
    users.sort_unstable();
    users.dedup();
    Ok(users)
}

/// Appends ascending ids as differences, seven bits a byte, low bits first, the high bit set on all but
/// the last byte of each (LEB128).
fn encode(ids: impl Iterator<Item = i64>, list: &mut Vec<u8>) {
    let mut previous = 0;
    for id in ids {
        let mut difference = (id - previous) as u64;
        previous = id;
        while difference >= 0x80 {
            list.push(difference as u8 | 0x80);
            difference >>= 7;
        }
        list.push(difference as u8);
    }
}

/// Appends the ids of a list. A list that is damaged gives ids that no user has.
fn decode(list: &[u8], ids: &mut Vec<i64>) {
    let (mut id, mut difference, mut shift) = (0i64, 0u64, 0);
    for byte in list {
        difference |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
        shift += 7;
        if byte & 0x80 == 0 {
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
        fn a_list_gives_back_its_ids(ids in proptest::collection::btree_set(0..i64::MAX, 0..50)) {
            let (mut list, mut found) = (Vec::new(), Vec::new());
            encode(ids.iter().copied(), &mut list);
            decode(&list, &mut found);
            prop_assert!(found.iter().eq(&ids));
        }

        #[test]
        fn any_bytes_are_decoded_without_a_panic(list in proptest::collection::vec(any::<u8>(), 0..60)) {
            decode(&list, &mut Vec::new());
        }
    }
}
