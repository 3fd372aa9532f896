//! The gap study as text. Answers floor.

use crate::answers::gaps::GapRow;
use crate::answers::gaps::GapStudy;
use crate::answers::gaps::StudyOfPageviews;
use crate::answers::ribbon;
use crate::answers::valley;
use crate::engine::probe::Figure;
use crate::engine::probe::GapFigures;
use crate::engine::steadiness::Steadiness;
use crate::engine::study::LogAxis;
use crate::words::figure::UNKNOWN;
use crate::words::figure::change;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::figure::duration;
use crate::words::figure::share;
use crate::words::gap::Gap;
use crate::words::text::cut_middle;
use crate::words::text::safe;
use crate::words::text::width;
use crate::words::timestamp::US_PER_S;

/// Bars from a sliver to a full block.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Columns that the goal's page is given.
const PAGE_WIDTH: usize = 40;

/// A figure at a gap that needs pageviews: its heading in the table, and how it is shown.
type FigureColumn = (&'static str, fn(&GapFigures) -> String);

const FIGURE_COLUMNS: [FigureColumn; 5] = [
    ("bounce", |at| {
        shown(Figure::BounceRate, Figure::BounceRate.of(at))
    }),
    ("median", |at| {
        shown(Figure::MedianDuration, Figure::MedianDuration.of(at))
    }),
    ("of 2+ views", |at| {
        shown(
            Figure::MedianWithoutBounces,
            Figure::MedianWithoutBounces.of(at),
        )
    }),
    ("views", |at| {
        shown(Figure::ViewsASession, Figure::ViewsASession.of(at))
    }),
    ("reach", |at| {
        shown(Figure::GoalRate, Figure::GoalRate.of(at))
    }),
];

impl GapStudy {
    /// The study as text: the ribbon, `width` columns wide; the verdict on the gap; the customary gaps from a minute
    /// to a day, those that were asked for, and the one to keep; how far the gap can move before each figure does; and
    /// the classes. A figure that is not exact has a `~` before it.
    pub(crate) fn text(&self, width: u16) -> String {
        let mut text = self.counts();
        text += "\n\n";
        if self.histogram.pauses > self.histogram.zeros {
            text += &self.ribbon(width);
            text.push('\n');
        }
        text += &valley::verdict(&self.valley);
        text.push('\n');
        for line in self.details() {
            text += &format!("  {line}\n");
        }
        text.push('\n');
        text += &table(&self.table());
        let of_pageviews = self.of_pageviews.iter();
        let steady = of_pageviews.clone().map(|study| {
            let mut rows = vec![
                ["each holds within 1 %", "now", ""]
                    .map(str::to_owned)
                    .to_vec(),
            ];
            rows.extend(self.steady_rows(study).into_iter().map(Vec::from));
            rows
        });
        for rows in steady.filter(|rows| rows.len() > 1) {
            text += &format!("\n{}", left_table(&rows));
        }
        for classes in of_pageviews.flat_map(|study| &study.classes) {
            text += &format!("\n{}\n", classes.lines(self.gap).join("\n"));
        }
        text
    }

    /// How much was studied, in a line.
    pub(in crate::answers) fn counts(&self) -> String {
        let mut text = format!(
            "{}  {}  {}",
            counted(self.histogram.users, "user"),
            counted(self.histogram.users + self.histogram.pauses, "pageview"),
            counted(self.histogram.pauses, "pause"),
        );
        if self.histogram.zeros > 0 {
            text += &format!(" ({} of no length)", count(self.histogram.zeros));
        }
        text
    }

    /// The reasons for the verdict, one line each.
    pub(in crate::answers) fn details(&self) -> Vec<String> {
        let machines = self.of_pageviews.as_ref();
        let machines = machines.and_then(|study| study.machines.sentence());
        valley::details(&self.valley)
            .into_iter()
            .chain(machines)
            .collect()
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

    /// The rows of the table of gaps, its headings first: mark, gap, sessions, change, what pageviews have, note.
    pub(in crate::answers) fn table(&self) -> Vec<Vec<String>> {
        let has_goal = (self.of_pageviews.as_ref()).is_some_and(|study| study.goal.is_some());
        let columns = match (&self.of_pageviews, has_goal) {
            (None, _) => 0,
            (Some(_), false) => FIGURE_COLUMNS.len() - 1,
            (Some(_), true) => FIGURE_COLUMNS.len(),
        };
        let columns = &FIGURE_COLUMNS[..columns];
        let headings = columns.iter().map(|column| column.0);
        let headings = ["", "gap", "sessions", "change"]
            .into_iter()
            .chain(headings);
        let headings = headings.chain([""]).map(str::to_owned).collect();
        let rows = self.shown().map(|row| self.table_row(row, columns));
        std::iter::once(headings).chain(rows).collect()
    }

    fn table_row(&self, row: &GapRow, columns: &[FigureColumn]) -> Vec<String> {
        let here = self.row(self.gap).map_or(0, |row| row.sessions.sessions);
        let is_here = row.gap == self.gap;
        let at = row.sessions;
        let mut cells = vec![
            if is_here { ">" } else { "" }.to_owned(),
            row.gap.to_string(),
            format!(
                "{}{}",
                if at.is_exact { "" } else { "~" },
                count(at.sessions)
            ),
            match is_here {
                true => "–".to_owned(),
                false => change(here as f64, at.sessions as f64),
            },
        ];
        let unknown = UNKNOWN.to_owned();
        let figures = columns
            .iter()
            .map(|column| row.figures.as_ref().map(column.1));
        cells.extend(figures.map(|figure| figure.unwrap_or_else(|| unknown.clone())));
        let is_to_keep = self.valley.keep == Some(row.gap);
        cells.push(if is_to_keep { "keep" } else { "" }.to_owned());
        cells
    }

    /// For each figure its name, what it is now, and the gaps between which it holds.
    pub(in crate::answers) fn steady_rows(&self, study: &StudyOfPageviews) -> Vec<[String; 3]> {
        let row = |steady: &Steadiness| {
            [
                name(steady.figure, study.goal.as_deref()),
                shown(steady.figure, Some(steady.now)),
                range(steady, self.gap),
            ]
        };
        study.steadiness.iter().map(row).collect()
    }
}

fn name(figure: Figure, goal: Option<&str>) -> String {
    match figure {
        Figure::Sessions => "sessions".to_owned(),
        Figure::BounceRate => "bounce rate".to_owned(),
        Figure::ViewsASession => "views a session".to_owned(),
        Figure::MedianDuration => "median duration".to_owned(),
        Figure::MedianWithoutBounces => "median of 2+ views".to_owned(),
        Figure::GoalRate => {
            let page = cut_middle(&safe(goal.unwrap_or_default()), PAGE_WIDTH);
            format!("sessions that reach {page}")
        }
    }
}

fn shown(figure: Figure, value: Option<f64>) -> String {
    let Some(value) = value else {
        return UNKNOWN.to_owned();
    };
    match figure {
        Figure::Sessions => count(value as u64),
        Figure::BounceRate | Figure::GoalRate => share(value),
        Figure::ViewsASession => format!("{value:.2}"),
        Figure::MedianDuration | Figure::MedianWithoutBounces => duration(value as i64),
    }
}

/// The gaps between which a figure holds, rounded towards the one in use.
fn range(steady: &Steadiness, in_use: Gap) -> String {
    let unit_us = |gap: Gap| match gap.as_us() / US_PER_S {
        0 => 1,
        1..3_600 => US_PER_S,
        _ => 60 * US_PER_S,
    };
    let (from, to) = (steady.from, steady.to.unwrap_or(Gap::MAX));
    let up_us = (from.as_us() + unit_us(from) - 1) / unit_us(from) * unit_us(from);
    let down_us = to.as_us() / unit_us(to) * unit_us(to);
    let rounded = |us: i64| Gap::from_us(us).unwrap_or(in_use);
    let (up, down) = (rounded(up_us).min(in_use), rounded(down_us).max(in_use));
    match (from == Gap::MIN, steady.to) {
        (true, None) => "at any gap".to_owned(),
        (true, Some(_)) => format!("up to {down}"),
        (false, None) => format!("from {up}"),
        (false, Some(_)) => format!("from {up} to {down}"),
    }
}

/// Rows under each other, all columns aligned to the right except the last.
fn table(rows: &[Vec<String>]) -> String {
    aligned(rows, |column, last| column < last)
}

/// Rows under each other, the first and the last column aligned to the left.
fn left_table(rows: &[Vec<String>]) -> String {
    aligned(rows, |column, last| (1..last).contains(&column))
}

fn aligned(rows: &[Vec<String>], is_to_the_right: impl Fn(usize, usize) -> bool) -> String {
    let last = rows.first().map_or(0, |row| row.len().saturating_sub(1));
    let widest = |column: usize| rows.iter().map(|row| width(&row[column])).max();
    let widths: Vec<usize> = (0..=last)
        .map(|column| widest(column).unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let blanks = " ".repeat(widths[column] - width(cell));
            line += &match is_to_the_right(column, last) {
                true => format!("{blanks}{cell}  "),
                false => format!("{cell}{blanks}  "),
            };
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_rounded_towards_the_gap_in_use() {
        let range = |from: &str, to: Option<&str>| {
            let steady = Steadiness {
                figure: Figure::Sessions,
                now: 1.0,
                from: from.parse().unwrap(),
                to: to.map(|to| to.parse().unwrap()),
            };
            range(&steady, Gap::DEFAULT)
        };
        assert_eq!(range("1us", None), "at any gap");
        assert_eq!(range("1us", Some("31m500ms")), "up to 31m");
        assert_eq!(range("29m1ms", None), "from 29m1s");
        assert_eq!(range("400ms", Some("5h59s")), "from 400ms to 5h");
        assert_eq!(range("29m59s999ms", Some("30m1ms")), "from 30m to 30m");
    }
}
