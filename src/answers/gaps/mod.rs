//! The gap study: what the pauses say about the gap, and the figures at each gap. Answers floor.
//!
//! It studies pageviews, or pauses that an engine counted elsewhere. Then only what follows from pauses is known.

mod classes;
mod json;
mod machines;
mod text;

pub(crate) use crate::answers::gaps::classes::PauseClasses;
pub(crate) use crate::answers::gaps::classes::StudiedClasses;
pub(crate) use crate::answers::gaps::machines::Machines;

use crate::answers::browse::ladder;
use crate::engine::dataset::Dataset;
use crate::engine::pause_counts::PauseCounts;
use crate::engine::pause_counts::SessionCount;
use crate::engine::probe::GapFigures;
use crate::engine::probe::Probe;
use crate::engine::steadiness::Steadiness;
use crate::engine::steadiness::steadiness;
use crate::engine::study::LogAxis;
use crate::engine::study::PauseHistogram;
use crate::engine::study::ValleyStudy;
use crate::words::gap::Gap;

/// The options of a study.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct GapQuestion {
    /// The gap that others are compared with.
    pub gap: Gap,
    /// Further gaps to show.
    pub asked: Vec<Gap>,
    /// The page that sessions should reach, by its index.
    pub goal: Option<u32>,
    /// Classes of pauses to study one by one.
    pub by: Vec<PauseClasses>,
    /// Whether figures are wanted all along the axis, for a curve.
    pub with_curve: bool,
    /// Whether to include the steps of the ladder that are not shown: below a minute and above a day.
    pub with_whole_ladder: bool,
}

/// What the pauses say about gaps.
#[derive(Clone, Debug)]
pub(crate) struct GapStudy {
    /// The gap that others are compared with.
    pub gap: Gap,
    /// The pauses by length.
    pub histogram: PauseHistogram,
    /// What they say about the gap to choose.
    pub valley: ValleyStudy,
    /// The gaps of the ladder, those that were asked for, and the one to keep; ascending.
    pub rows: Vec<GapRow>,
    /// What is only known with pageviews.
    pub of_pageviews: Option<StudyOfPageviews>,
    /// The gaps that were asked for, besides `gap`.
    asked: Vec<Gap>,
}

/// The figures at a gap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct GapRow {
    /// The gap.
    pub gap: Gap,
    /// The sessions.
    pub sessions: SessionCount,
    /// All figures, if there are pageviews.
    pub figures: Option<GapFigures>,
}

/// What a study knows only with pageviews, and not with counted pauses.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StudyOfPageviews {
    /// How far the gap can move before each figure does.
    pub steadiness: Vec<Steadiness>,
    /// Figures at gaps evenly spread along the axis of the pauses, if they were wanted.
    pub curve: Vec<GapFigures>,
    /// The page that sessions should reach.
    pub goal: Option<String>,
    /// Users who pause like machines.
    pub machines: Machines,
    /// The classes that were studied one by one.
    pub classes: Vec<StudiedClasses>,
}

impl GapStudy {
    /// The study of pageviews, among which `machines` are known. Each gap costs a pass over them. `None` once
    /// `keep_going` says no.
    pub(crate) fn of_dataset(
        dataset: &Dataset,
        machines: Machines,
        question: &GapQuestion,
        keep_going: &(dyn Fn() -> bool + Sync),
    ) -> Option<GapStudy> {
        let gap = question.gap;
        let histogram = PauseHistogram::of(dataset);
        let valley = ValleyStudy::of(dataset, gap, keep_going)?;
        let mut probe = Probe::new(dataset, question.goal);
        let mut rows = Vec::new();
        for gap in gaps(question, &valley) {
            keep_going().then_some(())?;
            let figures = probe.at(gap);
            rows.push(GapRow {
                gap,
                sessions: SessionCount {
                    sessions: figures.summary.sessions,
                    is_exact: true,
                },
                figures: Some(figures),
            });
        }
        let classes = question.by.iter();
        let classes = classes.map(|by| StudiedClasses::of(dataset, *by, gap, keep_going));
        let mut curve = Vec::new();
        if question.with_curve {
            for gap in along(histogram.axis_us()) {
                keep_going().then_some(())?;
                curve.push(probe.at(gap));
            }
        }
        let of_pageviews = StudyOfPageviews {
            curve,
            steadiness: steadiness(&mut probe, gap, keep_going)?,
            goal: question
                .goal
                .map(|page| dataset.pages().text(page).to_owned()),
            machines,
            classes: classes.collect::<Option<_>>()?,
        };
        Some(GapStudy {
            gap,
            histogram,
            valley,
            rows,
            of_pageviews: Some(of_pageviews),
            asked: question.asked.clone(),
        })
    }

    /// The study of pauses that were counted elsewhere, which only tell about gaps.
    pub(crate) fn of_pauses(counts: &PauseCounts, question: &GapQuestion) -> GapStudy {
        let valley = counts.study(question.gap);
        let row = |gap| GapRow {
            gap,
            sessions: counts.sessions_at(gap),
            figures: None,
        };
        GapStudy {
            gap: question.gap,
            histogram: counts.histogram(),
            rows: gaps(question, &valley).into_iter().map(row).collect(),
            valley,
            of_pageviews: None,
            asked: question.asked.clone(),
        }
    }

    /// The row of a gap, if there is one.
    pub(crate) fn row(&self, gap: Gap) -> Option<&GapRow> {
        self.rows.iter().find(|row| row.gap == gap)
    }

    /// The rows to show: the ladder from a minute to a day, the gaps that were asked for, and the one to keep.
    pub(in crate::answers) fn shown(&self) -> impl Iterator<Item = &GapRow> {
        self.rows.iter().filter(|row| {
            row.gap == self.gap
                || self.valley.keep == Some(row.gap)
                || self.asked.contains(&row.gap)
                || ladder::table().any(|step| step == row.gap)
        })
    }
}

/// The gaps of a study, ascending.
fn gaps(question: &GapQuestion, valley: &ValleyStudy) -> Vec<Gap> {
    let asked = question.asked.iter().copied();
    let steps = ladder::steps().filter(|_| question.with_whole_ladder);
    let gaps = steps.chain(ladder::table()).chain([question.gap]);
    let mut gaps: Vec<Gap> = gaps.chain(asked).chain(valley.keep).collect();
    gaps.sort_unstable();
    gaps.dedup();
    gaps
}

/// Gaps from one end of an axis to the other.
fn along((from_us, to_us): (i64, i64)) -> impl Iterator<Item = Gap> {
    const STEPS: u32 = 100;
    let axis = LogAxis {
        from_us,
        to_us,
        length: f64::from(STEPS),
    };
    (0..=STEPS).filter_map(move |step| Gap::from_us(axis.us_at(f64::from(step))))
}
