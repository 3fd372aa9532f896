//! What a study says: a grade, a valley or why there is none, and what to know before trusting it. Engine floor.

use crate::engine::study::kinds::PausesByKind;
use crate::engine::study::sides::BothSides;
use crate::engine::study::spikes::Spike;
use crate::words::gap::Gap;

/// How well the pauses tell a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// At most 10 % of the sessions are misplaced.
    Clear,
    /// At most 30 %.
    Fair,
    /// There is a valley, but it is too weak to decide.
    Weak,
    /// There is none.
    None,
}

/// Why there is no valley to choose a gap by. Lengths in microseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NoValley {
    /// Fewer than 100 pauses.
    TooFewPauses {
        /// How many there are.
        pauses: u64,
    },
    /// Between a minute and ten hours the pauses rise or fall all the way.
    NoDip,
    /// The clock is too coarse for a gap at the valley.
    CoarseClock {
        /// The clock's unit.
        resolution_us: i64,
        /// About where the valley is.
        best_us: i64,
    },
    /// Nearly all pauses lie on one side.
    OneSided {
        /// Pauses on the other side.
        pauses: u64,
        /// Where the valley is.
        best_us: i64,
    },
    /// Users have pauses on one side or the other, but not on both.
    BetweenUsers {
        /// Where the valley is.
        best_us: i64,
        /// Who has pauses where.
        sides: BothSides,
    },
    /// Chance could make a valley as deep.
    Chance,
    /// Other users would show no valley.
    NotHeld,
}

/// What to know before trusting the figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StudyNote {
    /// The clock ticks in units longer than a second, microseconds.
    CoarseClock(i64),
    /// The pageviews cover less than two days, microseconds.
    ShortSpan(i64),
    /// Few users have half of the pauses.
    FewUsers {
        /// How many.
        half: u64,
        /// Of how many.
        of: u64,
    },
    /// Pauses of one length, which are left out: their share of all.
    Machine {
        /// What there is of them.
        spike: Spike,
        /// Share of all pauses.
        share: f64,
    },
    /// The counts are of all users together, so nobody knows how much chance matters.
    NoGroups,
    /// For the same reason, nobody knows whether the valley lies within users.
    NoUsers,
}

/// A valley, and what a gap in it does. Ranges are (low, high).
#[derive(Clone, Debug, PartialEq)]
pub struct FoundValley {
    /// The gap at which a pause is as likely to lie within a session as between two.
    pub best_us: i64,
    /// 5 % and 95 % quantiles of the draws, extended to contain `best_us`; `None` if users cannot be drawn anew.
    pub interval_us: Option<(i64, i64)>,
    /// Gaps that misplace at most 1 % of the sessions more than the best.
    pub good_us: (i64, i64),
    /// Share of the pauses on the wrong side of the best gap.
    pub misplaced_of_pauses: (f64, f64),
    /// The same pauses over the sessions.
    pub misplaced_of_sessions: (f64, f64),
    /// Pauses within sessions that the best gap cuts.
    pub split: (f64, f64),
    /// Pauses between sessions that it leaves.
    pub merged: (f64, f64),
    /// Share of the sessions lost by a doubling of the gap around the best.
    pub sessions_lost_by_doubling: f64,
    /// The count at the bottom divided by that of the lower hill.
    pub depth: f64,
    /// The pauses by length and kind, spikes left out, ascending.
    pub kinds: Vec<PausesByKind>,
    /// Bottoms of the valleys that were not chosen.
    pub other_valleys_us: Vec<i64>,
}

/// What the pauses say about the gap.
#[derive(Clone, Debug, PartialEq)]
pub struct ValleyStudy {
    /// How well they tell the gap.
    pub grade: Grade,
    /// Why not, if the grade is none.
    pub reason: Option<NoValley>,
    /// The valley. If the grade is none, what was found before the valley was dismissed.
    pub found: Option<FoundValley>,
    /// The gap to keep, if the grade is clear or fair. The first of these that is as good as the best: the one in use,
    /// half an hour, the customary gap nearest to the best, the best to two digits.
    pub keep: Option<Gap>,
    /// The unit of the clock, microseconds.
    pub resolution_us: i64,
    /// Lengths that stand out; they are left out.
    pub spikes: Vec<Spike>,
    /// What to know before trusting the figures.
    pub notes: Vec<StudyNote>,
}

impl ValleyStudy {
    /// The shortest and the longest good gap, microseconds; `None` unless the grade is clear or fair.
    pub fn good_us(&self) -> Option<(i64, i64)> {
        let found = self.found.as_ref().filter(|_| self.keep.is_some())?;
        Some(found.good_us)
    }

    /// The pauses by length and kind; `None` if no valley separates the kinds.
    pub fn kinds(&self) -> Option<&[PausesByKind]> {
        let found = self.found.as_ref().filter(|_| self.reason.is_none())?;
        Some(&found.kinds)
    }
}
