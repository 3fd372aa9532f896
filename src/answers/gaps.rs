//! The gap study as text and as JSON. Answers floor.
//!
//! Of pageviews, or of pauses that an engine counted over pageviews that are not here.

use crate::answers::browse::ladder;
use crate::answers::ribbon;
use crate::answers::valley;
use crate::engine::dataset::Dataset;
use crate::engine::pause_counts::PauseCounts;
use crate::engine::pause_counts::SessionCount;
use crate::engine::study::GroupedPauses;
use crate::engine::study::LogAxis;
use crate::engine::study::PauseHistogram;
use crate::engine::study::StudiedUsers;
use crate::engine::study::ValleyStudy;
use crate::engine::study::pauses_at_least;
use crate::words::figure::change;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::gap::Gap;

/// Bars from a sliver to a full block.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// What the pauses say about gaps.
#[derive(Clone, Debug)]
pub struct GapStudy {
    /// The gap that others are compared with.
    pub gap: Gap,
    /// The pauses by length.
    pub histogram: PauseHistogram,
    /// What they say of the gap to choose.
    pub valley: ValleyStudy,
    /// Every gap of the ladder, those that were asked for and the one to keep, ascending, with the
    /// sessions that it gives.
    pub sessions: Vec<(Gap, SessionCount)>,
    /// The gaps that were asked for, besides `gap`.
    asked: Vec<Gap>,
}

impl GapStudy {
    /// The study of pageviews. Each gap is a pass over them. `None` once `keep_going` says no.
    pub fn of_dataset(
        dataset: &Dataset,
        gap: Gap,
        asked: &[Gap],
        keep_going: &dyn Fn() -> bool,
    ) -> Option<GapStudy> {
        let users = dataset.n_users() as u64;
        let valley = ValleyStudy::of(dataset, gap, keep_going)?;
        Some(GapStudy::new(
            PauseHistogram::of(dataset),
            valley,
            gap,
            asked,
            |gap| SessionCount {
                sessions: users + pauses_at_least(dataset, gap),
                is_exact: true,
            },
        ))
    }

    /// The study of pauses that were counted elsewhere.
    pub fn of_pauses(counts: &PauseCounts, gap: Gap, asked: &[Gap]) -> GapStudy {
        let valley = of_counts(counts, gap);
        GapStudy::new(counts.histogram(), valley, gap, asked, |gap| {
            counts.sessions_at(gap)
        })
    }

    fn new(
        histogram: PauseHistogram,
        valley: ValleyStudy,
        gap: Gap,
        asked: &[Gap],
        sessions_at: impl Fn(Gap) -> SessionCount,
    ) -> GapStudy {
        let mut gaps: Vec<Gap> = ladder::steps()
            .chain([gap])
            .chain(asked.iter().copied())
            .chain(valley.keep)
            .collect();
        gaps.sort_unstable();
        gaps.dedup();
        GapStudy {
            gap,
            valley,
            sessions: gaps
                .into_iter()
                .map(|gap| (gap, sessions_at(gap)))
                .collect(),
            asked: asked.to_vec(),
            histogram,
        }
    }

    /// The study to read: the ribbon, `width` columns wide, the verdict on the gap, and the customary gaps
    /// from a minute to a day, those that were asked for and the one to keep. A figure that is not exact has a
    /// `~` before it.
    pub fn text(&self, width: u16) -> String {
        let mut text = format!(
            "{}  {}  {}",
            counted(self.histogram.users, "user"),
            counted(self.histogram.users + self.histogram.pauses, "pageview"),
            counted(self.histogram.pauses, "pause"),
        );
        if self.histogram.zeros > 0 {
            text += &format!(" ({} of no length)", count(self.histogram.zeros));
        }
        text += "\n\n";
        if self.histogram.pauses > self.histogram.zeros {
            text += &self.ribbon(width);
            text.push('\n');
        }
        text += &valley::verdict(&self.valley);
        text.push('\n');
        for line in valley::details(&self.valley) {
            text += &format!("  {line}\n");
        }
        text.push('\n');
        text + &self.table()
    }

    /// The pauses on a logarithmic axis, with the gap as a marker.
    fn ribbon(&self, width: u16) -> String {
        let (from_us, to_us) = self.histogram.axis_us();
        let axis = LogAxis {
            from_us,
            to_us,
            length: f64::from(width),
        };
        let mut labels = String::new();
        for (at, label) in ribbon::labels(&axis) {
            let written = labels.chars().count();
            labels += &" ".repeat(usize::from(at).saturating_sub(written));
            labels += &label;
        }
        let pauses = self.histogram.resampled(from_us, to_us, usize::from(width));
        let most = pauses.iter().copied().fold(0.0, f64::max);
        let marker = usize::from(ribbon::marker(&axis, self.gap));
        let bars: String = pauses
            .iter()
            .enumerate()
            .map(|(column, &n)| match n / most * 8.0 {
                _ if column == marker => '┃',
                eighths if eighths > 0.0 => BARS[(eighths.round() as usize).clamp(1, 8) - 1],
                _ => ' ',
            })
            .collect();
        format!("{labels}\n{}\n", bars.trim_end())
    }

    fn table(&self) -> String {
        let here = self.sessions_of(self.gap);
        let is_shown = |gap: Gap| {
            gap == self.gap
                || self.valley.keep == Some(gap)
                || self.asked.contains(&gap)
                || ladder::table().any(|step| step == gap)
        };
        let mut rows = vec![["", "gap", "sessions", "change", ""].map(str::to_owned)];
        for &(gap, at) in self.sessions.iter().filter(|row| is_shown(row.0)) {
            let is_here = gap == self.gap;
            rows.push([
                if is_here { ">" } else { "" }.to_owned(),
                gap.to_string(),
                format!(
                    "{}{}",
                    if at.is_exact { "" } else { "~" },
                    count(at.sessions)
                ),
                match is_here {
                    true => "–".to_owned(),
                    false => change(here.sessions as f64, at.sessions as f64),
                },
                if self.valley.keep == Some(gap) {
                    "keep"
                } else {
                    ""
                }
                .to_owned(),
            ]);
        }
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
        let widths: Vec<usize> = (0..4).map(|column| width(column).unwrap_or(0)).collect();
        let mut text = String::new();
        for [mark, gap, sessions, change, note] in &rows {
            let line = format!(
                "{mark:>0$}  {gap:>1$}  {sessions:>2$}  {change:>3$}  {note}",
                widths[0], widths[1], widths[2], widths[3]
            );
            text += line.trim_end();
            text.push('\n');
        }
        text
    }

    fn sessions_of(&self, gap: Gap) -> SessionCount {
        let row = self.sessions.iter().find(|row| row.0 == gap);
        row.map_or(
            SessionCount {
                sessions: 0,
                is_exact: false,
            },
            |row| row.1,
        )
    }

    /// The study for programs: one object, lengths in microseconds. `sessions` has every gap of the ladder
    /// too, `histogram` the buckets that hold a pause, each from `from_us` up to but not including `to_us`.
    pub fn json(&self) -> String {
        let sessions = self.sessions.iter().map(|(gap, at)| {
            format!(
                "{{\"gap\":\"{gap}\",\"gap_us\":{},\"sessions\":{},\"exact\":{}}}",
                gap.as_us(),
                at.sessions,
                at.is_exact
            )
        });
        let zeros = Some((0, 1, self.histogram.zeros)).filter(|zeros| zeros.2 > 0);
        let histogram = zeros.into_iter().chain(self.histogram.buckets());
        let histogram = histogram.map(|(from, to, pauses)| {
            format!("{{\"from_us\":{from},\"to_us\":{to},\"pauses\":{pauses}}}")
        });
        let lines = |rows: Vec<String>| rows.join(",\n  ");
        format!(
            "{{\"users\":{},\"pageviews\":{},\"pauses\":{},\"gap\":\"{}\",\n \"valley\":{},\n \
             \"sessions\":[\n  {}],\n \"histogram\":[\n  {}]}}\n",
            self.histogram.users,
            self.histogram.users + self.histogram.pauses,
            self.histogram.pauses,
            self.gap,
            valley::json(&self.valley),
            lines(sessions.collect()),
            lines(histogram.collect()),
        )
    }
}

/// What counts that were made elsewhere say of the gap.
pub fn of_counts(counts: &PauseCounts, in_use: Gap) -> ValleyStudy {
    let grouped = GroupedPauses::of_histograms(vec![counts.histogram()]);
    let users = StudiedUsers {
        span_us: None,
        half: None,
        sides: &|_| None,
    };
    ValleyStudy::of_groups(&grouped, &users, in_use, &|| true).expect("nobody asks to stop")
}
