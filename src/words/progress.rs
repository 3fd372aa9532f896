//! How far a long piece of work has got. Words floor.

use crate::words::error::Result;

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Bytes of an input are read.
    Read,
    /// Pageviews that waited in files are put in order.
    Order,
    /// Pageviews are written to the store.
    Write,
    /// Sessions are derived and written to the store.
    Sessionize,
    /// Pageviews are read from the store.
    Scan,
    /// Rows are written to an output.
    Export,
}

/// How far a stage has got. Reported at least about every tenth of a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// How much is done: bytes of [`Stage::Read`], pageviews or rows of the others.
    pub done: u64,
    /// How much there is, if that is known.
    pub total: Option<u64>,
    /// Pageviews so far.
    pub pageviews: u64,
    /// Rejects so far.
    pub rejects: u64,
}

impl Progress {
    /// Progress of a stage that counts only its own rows.
    pub fn of(stage: Stage, done: u64, total: u64) -> Progress {
        Progress {
            stage,
            done,
            total: Some(total),
            pageviews: done,
            rejects: 0,
        }
    }
}

/// How much of all stages together is done. It only grows.
///
/// How large a part of the whole a stage is, is a guess. That the share never falls is certain.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OverallProgress {
    course: &'static [(Stage, f64)],
    share: Option<f64>,
}

impl OverallProgress {
    /// For files that are read into memory.
    pub(crate) const READ: &'static [(Stage, f64)] = &[(Stage::Read, 0.9), (Stage::Order, 0.1)];
    /// For work with only one stage.
    pub(crate) const ALONE: &'static [(Stage, f64)] = &[(Stage::Read, 1.0)];
    /// For a store that is written or cut anew.
    pub(crate) const STORE: &'static [(Stage, f64)] = &[
        (Stage::Scan, 0.4),
        (Stage::Write, 0.4),
        (Stage::Sessionize, 0.2),
    ];
    /// For a store that is read.
    pub(crate) const SCAN: &'static [(Stage, f64)] = &[(Stage::Scan, 1.0)];
    /// For rows that are written.
    pub(crate) const EXPORT: &'static [(Stage, f64)] = &[(Stage::Export, 1.0)];

    /// Nothing is done yet. The stages come in this order, each with its part of the whole; some may be left out.
    pub(crate) fn of(course: &'static [(Stage, f64)]) -> OverallProgress {
        OverallProgress {
            course,
            share: None,
        }
    }

    /// Takes the report of a stage.
    pub(crate) fn take(&mut self, stage: Stage, done: u64, total: Option<u64>) {
        let Some(at) = self.course.iter().position(|(of, _)| *of == stage) else {
            return;
        };
        let before: f64 = self.course[..at].iter().map(|(_, part)| part).sum();
        let of_stage = total.filter(|&total| total > 0);
        let of_stage = of_stage.map(|total| (done as f64 / total as f64).clamp(0.0, 1.0));
        // Without a total, we know nothing about the first stage. About a later one we know that all stages before it
        // are done.
        if of_stage.is_none() && at == 0 {
            return;
        }
        let share = before + self.course[at].1 * of_stage.unwrap_or(0.0);
        self.share = Some(self.share.unwrap_or(0.0).max(share).min(1.0));
    }

    /// The share, 0 to 1; `None` while it is not known.
    pub(crate) fn share(&self) -> Option<f64> {
        self.share
    }
}

/// Called with the progress of a long piece of work. An error, such as
/// [`Interrupted`](crate::words::error::Error::Interrupted), stops the work and is returned from it.
pub type Observe<'a> = &'a mut dyn FnMut(Progress) -> Result<()>;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stage() -> impl Strategy<Value = Stage> {
        prop::sample::select(vec![
            Stage::Read,
            Stage::Order,
            Stage::Write,
            Stage::Sessionize,
            Stage::Scan,
            Stage::Export,
        ])
    }

    proptest! {
        #[test]
        fn the_share_never_falls_whatever_is_reported(
            reports in prop::collection::vec((stage(), any::<u64>(), any::<Option<u64>>()), 0..40),
            course in prop::sample::select(vec![
                OverallProgress::READ,
                OverallProgress::STORE,
                OverallProgress::SCAN,
                OverallProgress::EXPORT,
            ]),
        ) {
            let mut overall = OverallProgress::of(course);
            let mut before = 0.0;
            for (stage, done, total) in reports {
                overall.take(stage, done, total);
                let share = overall.share().unwrap_or(0.0);
                prop_assert!((before..=1.0).contains(&share), "{share} after {before}");
                before = share;
            }
        }
    }

    #[test]
    fn each_stage_goes_on_where_the_one_before_it_ended() {
        let mut overall = OverallProgress::of(OverallProgress::STORE);
        assert_eq!(overall.share(), None);
        let shares = [
            (Stage::Scan, 50, 0.2),
            (Stage::Scan, 100, 0.4),
            (Stage::Write, 50, 0.6),
            (Stage::Sessionize, 0, 0.8),
            (Stage::Sessionize, 100, 1.0),
        ];
        for (stage, done, share) in shares {
            overall.take(stage, done, Some(100));
            let now = overall.share().unwrap();
            assert!((now - share).abs() < 1e-9, "{stage:?}: {now}");
        }
    }
}
