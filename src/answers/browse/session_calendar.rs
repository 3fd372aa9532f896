//! Sessions by the day on which they start, and by weekday and hour, in the display zone. Answers floor.
//!
//! A day goes from one midnight to the next and has 23, 24 or 25 hours, as in the filter `time:2020-02-02`. So a cell
//! has as many sessions as that filter keeps. Does not know how cells are drawn.

use crate::answers::browse::calendar::Calendar;
use crate::answers::browse::groups::Groups;
use crate::answers::browse::groups::median;
use crate::answers::browse::local_clock::LocalClock;
use crate::engine::cut::Cut;
use crate::engine::parallel;
use crate::words::figure::UNKNOWN;
use crate::words::figure::count;
use crate::words::figure::duration;
use crate::words::figure::share;

/// Hours of a week: the first is Monday's from midnight on.
pub(crate) const HOURS: usize = 7 * 24;

/// The sessions that start on a day, or in an hour of the week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CellFigures {
    /// How many.
    pub sessions: u32,
    /// How many of one pageview.
    pub bounces: u32,
    /// Their median duration, microseconds. With an even number, the mean of the two middle ones. `None` without
    /// sessions.
    pub median_duration_us: Option<i64>,
}

/// Which figure a calendar shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum CalendarFigure {
    /// How many sessions.
    #[default]
    Sessions,
    /// Bounces per session.
    BounceRate,
    /// Median duration.
    MedianDuration,
}

impl CalendarFigure {
    /// The figures in the order in which they take turns.
    pub(crate) const ALL: [CalendarFigure; 3] = [
        CalendarFigure::Sessions,
        CalendarFigure::BounceRate,
        CalendarFigure::MedianDuration,
    ];

    /// The figure's name, lower case.
    pub(crate) fn name(self) -> &'static str {
        match self {
            CalendarFigure::Sessions => "sessions",
            CalendarFigure::BounceRate => "bounce rate",
            CalendarFigure::MedianDuration => "median duration",
        }
    }

    /// The figure of a cell as a number that sorts as it does; `None` without a session.
    pub(crate) fn value(self, cell: &CellFigures) -> Option<f64> {
        (cell.sessions > 0).then(|| match self {
            CalendarFigure::Sessions => f64::from(cell.sessions),
            CalendarFigure::BounceRate => f64::from(cell.bounces) / f64::from(cell.sessions),
            CalendarFigure::MedianDuration => cell.median_duration_us.unwrap_or(0) as f64,
        })
    }

    /// A number that [`CalendarFigure::value`] gave, as people read it.
    pub(crate) fn text(self, value: f64) -> String {
        match self {
            CalendarFigure::Sessions => count(value as u64),
            CalendarFigure::BounceRate => share(value),
            CalendarFigure::MedianDuration => duration(value as i64),
        }
    }
}

impl CellFigures {
    /// All figures in words: `12,318 sessions, bounce 21.6 %, median 4m 12s`.
    pub(crate) fn words(&self) -> String {
        let text = |figure: CalendarFigure| {
            let value = figure.value(self);
            value.map_or(UNKNOWN.to_owned(), |value| figure.text(value))
        };
        if self.sessions == 0 {
            return "no session".to_owned();
        }
        let noun = if self.sessions == 1 {
            "session"
        } else {
            "sessions"
        };
        format!(
            "{} {noun}, bounce {}, median {}",
            text(CalendarFigure::Sessions),
            text(CalendarFigure::BounceRate),
            text(CalendarFigure::MedianDuration)
        )
    }
}

/// Sessions by day, and by weekday and hour.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SessionCalendar {
    /// The number of the first day, as [`Calendar::day`] counts.
    pub first_day: i32,
    /// By day from the first to the last with a session; empty without sessions.
    pub days: Vec<CellFigures>,
    /// By hour of the week, [`HOURS`] of them, or none without sessions.
    pub hours: Vec<CellFigures>,
}

/// What the calendar needs of a session, to put it into a day and an hour of the week.
struct PlacedSession {
    day: u32,
    hour: u32,
    duration_us: i64,
    is_bounce: bool,
}

impl SessionCalendar {
    /// Counts the sessions of a cut. One pass over them, on every core. Asks `keep_going` now and then, and returns
    /// `None` as soon as the answer is no.
    pub(crate) fn of(
        cut: &Cut,
        calendar: &Calendar,
        keep_going: &(dyn Fn() -> bool + Sync),
    ) -> Option<SessionCalendar> {
        /// Users that a thread handles at a time.
        const USERS_A_PART: usize = 1 << 14;
        let dataset = cut.dataset();
        let Some((first, last)) = dataset.span() else {
            return Some(SessionCalendar::default());
        };
        let clock = LocalClock::of(calendar, first, last);
        let parts = parallel::ranges(dataset.n_users(), USERS_A_PART);
        let parts = parallel::each(parts, |users| {
            let mut placed = Vec::new();
            if !keep_going() {
                return placed;
            }
            let at = dataset.at_us();
            let first = dataset.rows_of(users.start).start;
            let rows = first..dataset.rows_of(users.end - 1).end;
            cut.sessions().spans(rows).for_each(|rows| {
                let start_us = at[rows.start];
                placed.push(PlacedSession {
                    day: (clock.day(start_us) - clock.first_day) as u32,
                    hour: clock.weekday(start_us) * 24 + clock.hour(start_us),
                    duration_us: at[rows.end - 1] - start_us,
                    is_bounce: rows.len() == 1,
                });
            });
            placed
        });
        keep_going().then_some(())?;
        let placed: Vec<PlacedSession> = parts.into_iter().flatten().collect();
        let mut days = cells(&placed, clock.n_days(), |session| session.day);
        keep_going().then_some(())?;
        let hours = cells(&placed, HOURS, |session| session.hour);
        while days.last().is_some_and(|day| day.sessions == 0) {
            days.pop();
        }
        Some(SessionCalendar {
            first_day: clock.first_day,
            days,
            hours,
        })
    }
}

fn cells(
    placed: &[PlacedSession],
    n: usize,
    cell: impl Fn(&PlacedSession) -> u32,
) -> Vec<CellFigures> {
    let mut cells = vec![CellFigures::default(); n];
    for session in placed {
        let cell = &mut cells[cell(session) as usize];
        cell.sessions += 1;
        cell.bounces += u32::from(session.is_bounce);
    }
    let pairs: Vec<(u32, i64)> = placed
        .iter()
        .map(|session| (cell(session), session.duration_us))
        .collect();
    let mut durations_us = Groups::of(n, &pairs);
    for (place, cell) in cells.iter_mut().enumerate() {
        cell.median_duration_us = median(durations_us.values(place));
    }
    cells
}

/// The values at which shades begin, so that each shade has about as many cells: three ascending values. `None`
/// without a value.
pub(crate) fn shades(mut values: Vec<f64>) -> Option<[f64; 3]> {
    let n = values.len();
    values.sort_unstable_by(f64::total_cmp);
    (n > 0).then(|| [1, 2, 3].map(|quarter| values[(n * quarter / 4).min(n - 1)]))
}

#[cfg(test)]
mod tests;
