//! Slabs of pageviews that wait in files without a name until all inputs have been read. Load floor.
//!
//! Used if the inputs have more than one slab. Each slab becomes a run: its users in the byte order of their ids, and
//! the rows of each user in order. This order does not change when more users come, so runs can be merged one user at
//! a time.

use std::fs::File;
use std::io;
use std::io::BufReader;
use std::io::BufWriter;
use std::io::Read;
use std::io::Seek;
use std::io::Write;
use std::path::Path;

use crate::load::order::Ordered;
use crate::load::order::sort_by_time;

/// A run is read and written in pieces of this size.
const BUFFER_BYTES: usize = 1 << 18;

/// A slab that was written to a file.
///
/// For each user: the user, the number of rows, their times, and their columns. Numbers are little-endian.
pub(super) struct Run {
    file: BufReader<File>,
    /// The next user, and the number of rows that follow; `None` after the last user.
    next: Option<(u32, u32)>,
    /// Rows after those.
    n_left: usize,
    bytes: Vec<u8>,
}

/// Rows of one user, one vector for each column.
#[derive(Debug, Default)]
pub(super) struct UserRows {
    /// Microseconds since the epoch.
    pub(super) at: Vec<i64>,
    /// By column, as in the order.
    pub(super) columns: Vec<Vec<u32>>,
}

impl UserRows {
    pub(super) fn new(n_columns: usize) -> UserRows {
        UserRows {
            at: Vec::new(),
            columns: vec![Vec::new(); n_columns],
        }
    }

    /// Puts them in time order. Rows of equal time stay in their order.
    pub(super) fn sort_by_time(&mut self) {
        if !self.at.is_sorted() {
            let columns = self.columns.iter_mut().map(Vec::as_mut_slice);
            sort_by_time(&mut self.at, &mut columns.collect::<Vec<_>>());
        }
    }

    fn clear(&mut self) {
        self.at.clear();
        self.columns.iter_mut().for_each(Vec::clear);
    }
}

impl Run {
    /// Writes a slab to a file in `folder`. The file vanishes with the run or the process. `users` has the numbers
    /// that the users of the slab have in all runs.
    pub(super) fn write(folder: &Path, slab: &Ordered, users: &[u32]) -> io::Result<Run> {
        let mut file = BufWriter::with_capacity(BUFFER_BYTES, tempfile::tempfile_in(folder)?);
        for (&user, ends) in users.iter().zip(slab.user_starts.windows(2)) {
            let rows = ends[0] as usize..ends[1] as usize;
            if rows.is_empty() {
                continue;
            }
            file.write_all(&user.to_le_bytes())?;
            file.write_all(&(rows.len() as u32).to_le_bytes())?;
            for at in &slab.at[rows.clone()] {
                file.write_all(&at.to_le_bytes())?;
            }
            for column in &slab.columns {
                for value in &column[rows.clone()] {
                    file.write_all(&value.to_le_bytes())?;
                }
            }
        }
        let mut file = file.into_inner().map_err(|failed| failed.into_error())?;
        file.rewind()?;
        let mut run = Run {
            file: BufReader::with_capacity(BUFFER_BYTES, file),
            next: None,
            n_left: slab.at.len(),
            bytes: Vec::new(),
        };
        run.advance()?;
        Ok(run)
    }

    /// Errors if the file ends before all rows are read.
    fn advance(&mut self) -> io::Result<()> {
        self.next = None;
        if self.n_left > 0 {
            let mut head = [0; 8];
            self.file.read_exact(&mut head)?;
            let [a, b, c, d, e, f, g, h] = head;
            let (user, n) = ([a, b, c, d], u32::from_le_bytes([e, f, g, h]));
            self.next = Some((u32::from_le_bytes(user), n));
            self.n_left -= n as usize;
        }
        Ok(())
    }

    /// Appends the `n` rows of the next user.
    fn take(&mut self, n: u32, rows: &mut UserRows) -> io::Result<()> {
        let n = n as usize;
        self.bytes.resize(n * (8 + 4 * rows.columns.len()), 0);
        self.file.read_exact(&mut self.bytes)?;
        let (times, mut rest) = self.bytes.split_at(n * 8);
        let times = times.as_chunks().0;
        rows.at
            .extend(times.iter().copied().map(i64::from_le_bytes));
        for column in &mut rows.columns {
            let (of_column, behind) = rest.split_at(n * 4);
            let of_column = of_column.as_chunks().0;
            column.extend(of_column.iter().copied().map(u32::from_le_bytes));
            rest = behind;
        }
        self.advance()
    }
}

/// Replaces what `rows` holds by the rows of the next user in all runs, those of earlier runs first. Users come in the
/// order of `places`, which has the place of each user by number. Returns the user, or `None` if there is none left.
pub(super) fn merge_next(
    runs: &mut [Run],
    places: &[u32],
    rows: &mut UserRows,
) -> io::Result<Option<u32>> {
    rows.clear();
    let users = runs.iter().filter_map(|run| Some(run.next?.0));
    let Some(next) = users.min_by_key(|&user| places[user as usize]) else {
        return Ok(None);
    };
    for run in runs {
        if let Some((_, n)) = run.next.filter(|&(user, _)| user == next) {
            run.take(n, rows)?;
        }
    }
    Ok(Some(next))
}
