//! The rejects of an input: what they have in common, and whether they are too many. Source floor.

use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::pageview::Reject;
use crate::words::pageview::RejectedAlike;

/// With this many rows, an input is refused if most are rejected. With fewer it may be a test.
const ROWS_JUDGED: u64 = 100;

/// The share of rejected rows above which an input is refused, unless a person says otherwise.
const MOST: f64 = 0.5;

/// How many kinds of reasons are told apart. Further ones are only counted.
const KINDS: usize = 32;

/// Rejects as they come.
#[derive(Debug, Default)]
pub(in crate::source) struct Rejects {
    pub(in crate::source) count: u64,
    kinds: Vec<RejectKind>,
}

/// Rejects whose reasons differ only in their values.
#[derive(Debug)]
struct RejectKind {
    form: String,
    alike: RejectedAlike,
}

impl Rejects {
    pub(in crate::source) fn take(&mut self, reject: &Reject) {
        self.count += 1;
        let (form, n_kinds) = (reject.form(), self.kinds.len());
        match self.kinds.iter_mut().find(|kind| kind.form == form) {
            Some(kind) => kind.alike.count += 1,
            None if n_kinds < KINDS => self.kinds.push(RejectKind {
                form,
                alike: RejectedAlike {
                    count: 1,
                    first: reject.clone(),
                },
            }),
            None => {}
        }
    }

    /// Their common reasons, the most frequent first.
    pub(in crate::source) fn reasons(&self) -> Vec<RejectedAlike> {
        let mut reasons: Vec<_> = self.kinds.iter().map(|kind| kind.alike.clone()).collect();
        reasons.sort_by_key(|alike| std::cmp::Reverse(alike.count));
        reasons
    }

    /// Compares them with the rows that were taken. Returns the warnings about them.
    ///
    /// Errors if every row was rejected, or more than the share `most`. Without a share, errors if more than half of
    /// 100 or more rows were rejected.
    pub(in crate::source) fn judge(
        &self,
        input: &str,
        pageviews: u64,
        most: Option<f64>,
    ) -> Result<Option<String>> {
        let (Some(first), Some(common)) = (
            self.kinds.first(),
            // `max` would take the last of equal ones; the first is wanted.
            self.kinds.iter().rev().max_by_key(|kind| kind.alike.count),
        ) else {
            return Ok(None);
        };
        if pageviews == 0 {
            return Err(Error::NothingRead {
                input: input.to_owned(),
                rows: self.count,
                first: first.alike.first.clone(),
            });
        }
        let rows = pageviews + self.count;
        let share = self.count as f64 / rows as f64;
        let are_too_many = match most {
            Some(most) => share > most,
            None => share > MOST && rows >= ROWS_JUDGED,
        };
        let said = format!(
            "{} of {} were rejected, {} of them like this one: {}",
            count(self.count),
            counted(rows, "row"),
            count(common.alike.count),
            common.alike.first
        );
        if are_too_many {
            let percent = (share * 100.0).ceil().min(99.0);
            return Err(Error::Input {
                input: input.to_owned(),
                problem: format!("{said}; --max-rejects {percent}% takes the others all the same"),
            });
        }
        Ok((share > MOST).then_some(said))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::pageview::RejectPlace;

    fn judged(reasons: &[&str], pageviews: u64, most: Option<f64>) -> Result<Option<String>> {
        let mut rejects = Rejects::default();
        for (reason, line) in reasons.iter().zip(2..) {
            rejects.take(&Reject {
                input: "in.csv".to_owned(),
                place: RejectPlace::Line(line),
                reason: (*reason).to_owned(),
            });
        }
        rejects.judge("in.csv", pageviews, most)
    }

    #[test]
    fn more_than_half_of_a_hundred_rows_are_too_many() {
        assert_eq!(judged(&["no"; 50], 50, None).unwrap(), None);
        let refused = judged(&["no"; 51], 49, None).unwrap_err().to_string();
        assert_eq!(
            refused,
            "in.csv: 51 of 100 rows were rejected, 51 of them like this one: in.csv:2: no; \
             --max-rejects 51% takes the others all the same"
        );
    }

    #[test]
    fn of_fewer_rows_they_are_only_said_aloud() {
        assert_eq!(judged(&["no"; 5], 5, None).unwrap(), None);
        let said = judged(&["no"; 60], 39, None).unwrap().unwrap();
        assert!(said.starts_with("60 of 99 rows were rejected"), "{said}");
    }

    #[test]
    fn a_share_that_a_person_gives_holds_for_any_number_of_rows() {
        assert!(judged(&["no"; 90], 10, Some(0.9)).unwrap().is_some());
        assert!(judged(&["no"; 91], 9, Some(0.9)).is_err());
        assert!(judged(&["no"; 1], 9, Some(0.05)).is_err());
    }

    #[test]
    fn without_a_single_pageview_no_share_helps() {
        let refused = judged(&["no", "never"], 0, Some(1.0)).unwrap_err();
        assert!(
            matches!(refused, Error::NothingRead { rows: 2, .. }),
            "{refused}"
        );
        assert_eq!(judged(&[], 0, None).unwrap(), None);
    }

    #[test]
    fn the_commonest_reason_is_told_whatever_its_values() {
        let reasons = [
            "the user is empty",
            "timestamp \"x\" is no date",
            "timestamp \"y 2\" is no date",
        ];
        let said = judged(&reasons, 1, None).unwrap().unwrap();
        assert!(
            said.ends_with("2 of them like this one: in.csv:3: timestamp \"x\" is no date"),
            "{said}"
        );
    }
}
