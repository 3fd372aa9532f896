//! The gap study for programs. Answers floor.

use crate::answers::gaps::GapRow;
use crate::answers::gaps::GapStudy;
use crate::answers::gaps::StudyOfPageviews;
use crate::answers::valley;
use crate::engine::probe::Figure;
use crate::engine::probe::GapFigures;
use crate::engine::steadiness::Steadiness;

impl GapStudy {
    /// The study for programs: one object, lengths in microseconds unless a name ends in `_s`. `sessions` has every
    /// gap of the ladder too, `histogram` has the buckets with a pause, each from `from_us` up to but not including
    /// `to_us`. What counted pauses do not tell is null.
    pub(crate) fn json(&self) -> String {
        let study = self.of_pageviews.as_ref();
        let of = |part: &dyn Fn(&StudyOfPageviews) -> String| study.map_or("null".to_owned(), part);
        let zeros = Some((0, 1, self.histogram.zeros)).filter(|zeros| zeros.2 > 0);
        let histogram = zeros.into_iter().chain(self.histogram.buckets());
        let histogram = histogram.map(|(from, to, pauses)| {
            format!("{{\"from_us\":{from},\"to_us\":{to},\"pauses\":{pauses}}}")
        });
        format!(
            "{{\"users\":{},\"pageviews\":{},\"pauses\":{},\"gap\":\"{}\",\n \"valley\":{},\n \
             \"goal\":{},\n \"sensitivity\":{},\n \"machines\":{},\n \"by\":{},\n \
             \"sessions\":{},\n \"histogram\":{}}}\n",
            self.histogram.users,
            self.histogram.users + self.histogram.pauses,
            self.histogram.pauses,
            self.gap,
            valley::json(&self.valley),
            of(&|study| text(study.goal.as_deref())),
            of(&|study| list(study.steadiness.iter().map(steady))),
            of(&|study| study.machines.json()),
            of(&|study| {
                let classes = study.classes.iter().map(|classes| classes.json());
                format!("{{{}}}", classes.collect::<Vec<_>>().join(",\n "))
            }),
            list(self.rows.iter().map(row)),
            list(histogram),
        )
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[\n  {}]", items.collect::<Vec<_>>().join(",\n  "))
}

fn text(text: Option<&str>) -> String {
    serde_json::Value::from(text).to_string()
}

fn number(value: Option<f64>) -> String {
    value.map_or("null".to_owned(), |value| value.to_string())
}

fn row(row: &GapRow) -> String {
    let figures = Figure::ALL
        .into_iter()
        .filter(|figure| *figure != Figure::Sessions);
    let figures = figures.map(|figure| {
        let of = |at: &GapFigures| value(figure, figure.of(at)?);
        format!(
            ",\"{}\":{}",
            name(figure),
            number(row.figures.as_ref().and_then(of))
        )
    });
    format!(
        "{{\"gap\":\"{}\",\"gap_us\":{},\"sessions\":{},\"exact\":{}{}}}",
        row.gap,
        row.gap.as_us(),
        row.sessions.sessions,
        row.sessions.is_exact,
        figures.collect::<String>()
    )
}

/// A figure, its value now, and the ends between which it holds. A missing end is null.
fn steady(steady: &Steadiness) -> String {
    format!(
        "{{\"figure\":\"{}\",\"now\":{},\"from_us\":{},\"to_us\":{}}}",
        name(steady.figure),
        number(value(steady.figure, steady.now)),
        steady.from.as_us(),
        number(steady.to.map(|to| to.as_us() as f64)),
    )
}

fn value(figure: Figure, value: f64) -> Option<f64> {
    Some(match figure {
        Figure::MedianDuration | Figure::MedianWithoutBounces => value / 1e6,
        _ => value,
    })
}

fn name(figure: Figure) -> &'static str {
    match figure {
        Figure::Sessions => "sessions",
        Figure::BounceRate => "bounce_rate",
        Figure::ViewsASession => "pageviews_per_session",
        Figure::MedianDuration => "median_duration_s",
        Figure::MedianWithoutBounces => "median_duration_s_of_2_or_more",
        Figure::GoalRate => "goal_rate",
    }
}
