//! Joins a dataset and newer pageviews into one dataset. Engine floor.
//!
//! For a file that grows. What is there is copied in long stretches, and not ordered again.

use std::cmp::Ordering;
use std::ops::Range;

use crate::engine::dataset::Dataset;
use crate::engine::dictionary::Dictionary;

/// Two dictionaries merged, in the byte order of their texts.
struct Joined {
    texts: Dictionary,
    /// For each index of the first, the index in `texts`; then the same for the second.
    places: [Vec<u32>; 2],
    /// For each index in `texts`, the indices in the first and the second.
    of: Vec<[Option<u32>; 2]>,
}

impl Joined {
    fn of(dictionaries: [&Dictionary; 2]) -> Joined {
        let orders = dictionaries.map(|dictionary| match dictionary.iter().is_sorted() {
            true => (0..dictionary.len() as u32).collect(),
            false => dictionary.in_text_order(),
        });
        let mut joined = Joined {
            texts: Dictionary::default(),
            places: dictionaries.map(|dictionary| vec![0; dictionary.len()]),
            of: Vec::with_capacity(dictionaries[0].len()),
        };
        let mut next = [0, 0];
        loop {
            let heads = [0, 1].map(|side| orders[side].get(next[side]).copied());
            let taken = match heads {
                [None, None] => return joined,
                [Some(_), None] => [true, false],
                [None, Some(_)] => [false, true],
                [Some(a), Some(b)] => match dictionaries[0].text(a).cmp(dictionaries[1].text(b)) {
                    Ordering::Less => [true, false],
                    Ordering::Equal => [true, true],
                    Ordering::Greater => [false, true],
                },
            };
            let mut of = [None, None];
            for side in [0, 1] {
                if taken[side]
                    && let Some(index) = heads[side]
                {
                    joined.places[side][index as usize] = joined.of.len() as u32;
                    next[side] += 1;
                    of[side] = Some(index);
                }
            }
            let text = match of {
                [Some(index), _] => dictionaries[0].text(index),
                [None, Some(index)] => dictionaries[1].text(index),
                [None, None] => return joined,
            };
            joined.texts.push(text);
            joined.of.push(of);
        }
    }

    /// Whether the indices of the first dictionary stay the same.
    fn keeps_first(&self) -> bool {
        (0..)
            .zip(&self.places[0])
            .all(|(index, place)| index == *place)
    }
}

/// The order in which rows of two datasets follow one another.
#[derive(Default)]
struct Stretches {
    /// Stretches of rows, of the first dataset or the second. Neighbouring stretches are joined.
    stretches: Vec<(usize, Range<usize>)>,
    /// How many rows there are in all.
    n_rows: usize,
}

impl Stretches {
    fn push(&mut self, side: usize, rows: Range<usize>) {
        self.n_rows += rows.len();
        match self.stretches.last_mut() {
            _ if rows.is_empty() => {}
            Some((before, stretch)) if *before == side && stretch.end == rows.start => {
                stretch.end = rows.end;
            }
            _ => self.stretches.push((side, rows)),
        }
    }

    /// Pushes the rows of one user, from both datasets. In the same instant, ours come first.
    fn push_both(&mut self, at: [&[i64]; 2], [mut ours, mut theirs]: [Range<usize>; 2]) {
        while !theirs.is_empty() {
            let next = at[1][theirs.start];
            let n = at[0][ours.clone()].partition_point(|&before| before <= next);
            self.push(0, ours.start..ours.start + n);
            ours.start += n;
            let until = at[0][ours.clone()].first();
            let n = match until {
                Some(until) => at[1][theirs.clone()].partition_point(|before| before < until),
                None => theirs.len(),
            };
            self.push(1, theirs.start..theirs.start + n);
            theirs.start += n;
        }
        self.push(0, ours);
    }

    /// The values of a column. Those of the second dataset are renumbered, and those of the first unless they stay the
    /// same.
    fn column<T: Copy>(&self, of: [&[T]; 2], now: [Option<&dyn Fn(T) -> T>; 2]) -> Vec<T> {
        let mut column = Vec::with_capacity(self.n_rows);
        for (side, rows) in &self.stretches {
            let values = &of[*side][rows.clone()];
            match now[*side] {
                None => column.extend_from_slice(values),
                Some(now) => column.extend(values.iter().map(|&value| now(value))),
            }
        }
        column
    }
}

impl Dataset {
    /// These pageviews and newer ones. If a user has pageviews in the same instant, these come first. Users and pages
    /// are numbered in the byte order of their texts. Both together have at most [`Dataset::MAX_ROWS`] rows, and both
    /// carry the same columns.
    ///
    /// Costs a copy of all rows, and a search for each stretch of newer ones. It covers what both cover together, up
    /// to where the second ends.
    pub fn with_newer(&self, newer: &Dataset) -> Dataset {
        let both = [self, newer];
        let users = Joined::of(both.map(Dataset::users));
        let mut stretches = Stretches::default();
        let mut user_starts = Vec::with_capacity(users.of.len() + 1);
        for of in &users.of {
            user_starts.push(stretches.n_rows as u32);
            let rows = |side: usize| of[side].map(|user| both[side].rows_of(user as usize));
            match [rows(0), rows(1)] {
                [Some(ours), Some(theirs)] => {
                    stretches.push_both(both.map(Dataset::at_us), [ours, theirs]);
                }
                [Some(rows), None] => stretches.push(0, rows),
                [None, Some(rows)] => stretches.push(1, rows),
                [None, None] => {}
            }
        }
        user_starts.push(stretches.n_rows as u32);
        let at = stretches.column(both.map(Dataset::at_us), [None, None]);
        let columns = self.text_columns().zip(newer.text_columns());
        let columns = columns.map(|((texts, by_row), (newer_texts, newer_by_row))| {
            let joined = Joined::of([texts, newer_texts]);
            let [ours, theirs] = &joined.places;
            let now = |index: u32| ours[index as usize];
            let newer_now = |index: u32| theirs[index as usize];
            let ours: Option<&dyn Fn(u32) -> u32> = (!joined.keeps_first()).then_some(&now);
            let by_row = stretches.column([by_row, newer_by_row], [ours, Some(&newer_now)]);
            (joined.texts, by_row)
        });
        let columns = columns.collect();
        debug_assert_eq!(self.carried_names(), newer.carried_names());
        let mut dataset = Dataset::of_columns(users.texts, user_starts, at, columns)
            .carrying(self.carried_names().to_vec());
        let (coverage, newer) = (&mut dataset.coverage, &newer.coverage);
        coverage.clone_from(&self.coverage);
        coverage.extent = newer.extent;
        coverage.sample = coverage.sample.or(newer.sample);
        coverage.rejects += newer.rejects;
        coverage
            .first_rejects
            .extend_from_slice(&newer.first_rejects);
        coverage.leave_out(&newer.left_out);
        coverage.notes.extend_from_slice(&newer.notes);
        coverage.reject(&newer.reject_reasons);
        coverage.warnings.extend_from_slice(&newer.warnings);
        for mark in &newer.marks {
            if !coverage.marks.contains(mark) {
                coverage.marks.push(mark.clone());
            }
        }
        dataset
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::coverage::Coverage;
    use crate::words::coverage::Extent;
    use crate::words::pageview::Reject;
    use crate::words::pageview::RejectPlace;
    use crate::words::timestamp::Timestamp;
    use proptest::prelude::*;

    type View = (String, Timestamp, String);

    fn views() -> impl Strategy<Value = Vec<View>> {
        let view = ("[a-d]", 0i64..6, "/[a-c]")
            .prop_map(|(user, at, page)| (user, Timestamp::clamped(at), page));
        proptest::collection::vec(view, 0..20)
    }

    /// Users in the order of their ids, each with its pageviews in theirs.
    fn in_words(dataset: &Dataset) -> Vec<(&str, Vec<(i64, &str)>)> {
        let mut users: Vec<_> = (0..dataset.n_users())
            .map(|user| {
                let rows = dataset.rows_of(user);
                let rows = rows.map(|row| (dataset.at_us()[row], dataset.page_text(row)));
                (dataset.users().text(user as u32), rows.collect())
            })
            .collect();
        users.sort();
        users
    }

    #[test]
    fn what_is_to_be_said_of_both_is_said_of_all() {
        let with = |extent, n: u64, said: &str| {
            let mut dataset = Dataset::default();
            dataset.coverage = Coverage {
                extent,
                rejects: n,
                first_rejects: vec![Reject {
                    input: said.to_owned(),
                    place: RejectPlace::Line(n),
                    reason: said.to_owned(),
                }],
                left_out: vec![("bots".to_owned(), n)],
                notes: vec![said.to_owned()],
                warnings: vec![said.to_owned()],
                ..Coverage::default()
            };
            dataset
        };
        let part = Extent::Partial {
            read_bytes: 1,
            of: None,
        };
        let all = with(part, 2, "first").with_newer(&with(Extent::Whole, 3, "second"));
        let said = ["first".to_owned(), "second".to_owned()];
        let coverage = all.coverage;
        assert_eq!(coverage.extent, Extent::Whole);
        assert_eq!((coverage.rejects, coverage.n_left_out()), (5, 5));
        assert_eq!(coverage.first_rejects.len(), 2);
        assert_eq!(
            (&coverage.notes[..], &coverage.warnings[..]),
            (&said[..], &said[..])
        );
    }

    proptest! {
        #[test]
        fn newer_pageviews_give_what_all_at_once_give(before in views(), newer in views()) {
            let all = Dataset::of_rows(before.iter().chain(&newer).cloned());
            let joined = Dataset::of_rows(before).with_newer(&Dataset::of_rows(newer));
            prop_assert_eq!(in_words(&joined), in_words(&all));
            prop_assert_eq!(joined.span(), all.span());
            prop_assert!(joined.users().iter().is_sorted(), "users are in the order of their ids");
            prop_assert!(joined.pages().iter().is_sorted(), "and pages");
        }
    }
}
