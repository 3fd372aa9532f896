//! Slabs of pageviews that wait in files without a name until the input has been read. Store floor.
//!
//! For inputs of more than one slab that make a new store. Each slab is a run in the order (user, time,
//! arrival); runs are merged a user at a time.

use std::fs::File;
use std::io;
use std::io::BufReader;
use std::io::BufWriter;
use std::io::Read;
use std::io::Seek;
use std::io::Write;
use std::path::Path;

use crate::engine::order::Ordered;
use crate::words::timestamp::Timestamp;

/// A run is read and written in pieces of this size.
const BUFFER_BYTES: usize = 1 << 18;

/// User, page, arrival within the run, time, each with its low byte first.
const ROW_BYTES: usize = 20;

/// A pageview of a new store in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) at: Timestamp,
    /// Its number in the order of arrival, from 0.
    pub(super) arrival: i64,
    /// Id of its page in the store.
    pub(super) page: u32,
}

/// A slab that was written to a file.
pub(super) struct Run {
    file: BufReader<File>,
    first_arrival: i64,
    /// The next row, with its user; `None` behind the last.
    next: Option<(u32, Row)>,
}

impl Run {
    /// Writes a slab of the users 0 to `n_users` - 1 to a file in `folder`, which vanishes with the run or
    /// the process.
    pub(super) fn write(
        folder: &Path,
        slab: &Ordered,
        n_users: usize,
        first_arrival: i64,
    ) -> io::Result<Run> {
        let mut file = BufWriter::with_capacity(BUFFER_BYTES, tempfile::tempfile_in(folder)?);
        for (index, user) in (0..n_users).zip(0u32..) {
            for row in slab.rows_of(index) {
                let mut bytes = [0; ROW_BYTES];
                bytes[..4].copy_from_slice(&user.to_le_bytes());
                bytes[4..8].copy_from_slice(&row.page.to_le_bytes());
                bytes[8..12].copy_from_slice(&row.arrival.to_le_bytes());
                bytes[12..].copy_from_slice(&row.at.as_us().to_le_bytes());
                file.write_all(&bytes)?;
            }
        }
        let mut file = file.into_inner().map_err(|failed| failed.into_error())?;
        file.rewind()?;
        let mut run = Run {
            file: BufReader::with_capacity(BUFFER_BYTES, file),
            first_arrival,
            next: None,
        };
        run.advance()?;
        Ok(run)
    }

    fn advance(&mut self) -> io::Result<()> {
        let mut bytes = [0; ROW_BYTES];
        self.next = match self.file.read_exact(&mut bytes) {
            Ok(()) => {
                let number = |at: usize| {
                    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
                };
                let at_us = u64::from(number(12)) | u64::from(number(16)) << 32;
                let row = Row {
                    at: Timestamp::clamped(at_us as i64),
                    arrival: self.first_arrival + i64::from(number(8)),
                    page: number(4),
                };
                Some((number(0), row))
            }
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => None,
            Err(error) => return Err(error),
        };
        Ok(())
    }

    fn next_user(&self) -> Option<u32> {
        self.next.map(|(user, _)| user)
    }
}

/// Puts the rows of the next user of all runs, in order, in the place of what `rows` holds. Returns the
/// user, or `None` when there is none left. The runs are in order of arrival.
pub(super) fn merge_next(runs: &mut [Run], rows: &mut Vec<Row>) -> io::Result<Option<u32>> {
    rows.clear();
    let user = runs.iter().filter_map(Run::next_user).min();
    for run in runs.iter_mut().filter(|run| run.next_user() == user) {
        while let Some((_, row)) = run.next.filter(|next| Some(next.0) == user) {
            rows.push(row);
            run.advance()?;
        }
    }
    // Rows of one run are in order; those of equal time stay in order of arrival.
    if !rows.is_sorted_by_key(|row| row.at) {
        rows.sort_by_key(|row| row.at);
    }
    Ok(user)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::order::Arrival;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn runs_merge_to_the_order_of_one_slab(
            rows in proptest::collection::vec((0u32..5, -3i64..3), 0..40),
            rows_a_slab in 1usize..50,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut expected: Vec<(u32, Row)> = Vec::new();
            let mut runs = Vec::new();
            for (slab, first) in rows.chunks(rows_a_slab).zip((0i64..).step_by(rows_a_slab)) {
                let arrivals: Vec<Arrival> = slab
                    .iter()
                    .zip(7..)
                    .map(|(&(user, us), page)| Arrival { user, page, at: Timestamp::clamped(us) })
                    .collect();
                for (arrival, number) in arrivals.iter().zip(first..) {
                    let row = Row { at: arrival.at, arrival: number, page: arrival.page };
                    expected.push((arrival.user, row));
                }
                runs.push(Run::write(folder.path(), &Ordered::new(5, &arrivals), 5, first).unwrap());
            }
            expected.sort_by_key(|&(user, row)| (user, row.at, row.arrival));
            let (mut merged, mut of_user) = (Vec::new(), Vec::new());
            while let Some(user) = merge_next(&mut runs, &mut of_user).unwrap() {
                merged.extend(of_user.iter().map(|&row| (user, row)));
            }
            prop_assert_eq!(merged, expected);
            prop_assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }
}
