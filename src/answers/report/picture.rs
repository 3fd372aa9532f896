//! The picture of a gap study: the pauses by kind, and the sessions and bounces of every gap. Answers floor.
//!
//! Narrow and tall, so that it can be read on a phone. Colours are written for a light page; a style sheet in the picture
//! changes each for a dark one.

use std::ops::Range;

use plotters::coord::Shift;
use plotters::coord::ranged1d::KeyPointHint;
use plotters::coord::ranged1d::NoDefaultFormatting;
use plotters::coord::ranged1d::Ranged;
use plotters::coord::ranged1d::ValueFormatter;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;
use plotters::style::text_anchor::Pos;
use plotters::style::text_anchor::VPos;

use crate::answers::gaps::GapStudy;
use crate::answers::ribbon;
use crate::answers::valley;
use crate::engine::probe::GapFigures;
use crate::engine::study::LogAxis;
use crate::engine::study::PausesByKind;
use crate::engine::study::kinds_in_columns;
use crate::words::figure::duration;
use crate::words::gap::Gap;
use crate::words::text::cut_middle;
use crate::words::text::safe;
use crate::words::text::wrap;

const WIDTH: u32 = 480;
/// Height of the heading, of the pauses and of each curve.
const HEADING: u32 = 96;
const PAUSES: u32 = 250;
const CURVE: u32 = 190;
/// Room for the labels left of the plots and below them.
const LEFT: u32 = 54;
const BELOW: u32 = 26;
/// Font sizes, and how many letters fit across the picture. The library takes a size as that of a box around a letter,
/// a quarter larger than the letter.
const TEXT: i32 = 16;
const TITLE: i32 = 20;
const LETTERS: usize = 60;
/// Labels are spaced as on an axis this many letters wide.
const AXIS_LETTERS: f64 = 48.0;

const PAPER: RGBColor = RGBColor(0xFF, 0xFF, 0xFE);
const INK: RGBColor = RGBColor(0x24, 0x29, 0x2F);
const LINE: RGBColor = RGBColor(0xD0, 0xD7, 0xDE);
const GOOD: RGBColor = RGBColor(0xE3, 0xE8, 0xEE);
const WITHIN: RGBColor = RGBColor(0x1F, 0x6F, 0xEB);
const BETWEEN: RGBColor = RGBColor(0xC6, 0x8A, 0x00);

/// Each colour, and what it is on a dark page.
const DARK: [(RGBColor, &str); 6] = [
    (PAPER, "#0d1117"),
    (INK, "#e6edf3"),
    (LINE, "#30363d"),
    (GOOD, "#21303f"),
    (WITHIN, "#58a6ff"),
    (BETWEEN, "#e3b341"),
];

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Plot<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<Axis, RangedCoordf64>>;
type Drawn = Result<(), Box<dyn std::error::Error>>;

/// The picture as SVG, ending in a newline.
pub(crate) fn picture(study: &GapStudy, title: &str) -> String {
    let curve = (study.of_pageviews.as_ref()).map(|study| study.curve.as_slice());
    let curves = 1 + u32::from(curve.is_some());
    let mut svg = String::new();
    {
        let size = (WIDTH, HEADING + PAUSES + curves * CURVE);
        let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        draw(study, title, curve, &root).expect("a text takes whatever is drawn into it");
    }
    let words = format!(
        "The pauses and the sessions by length of the gap. {}",
        valley::verdict(&study.valley)
    );
    svg.replacen(
        "<svg ",
        &format!("<svg role=\"img\" aria-label=\"{words}\" "),
        1,
    )
    .replacen(">\n", &format!(">\n<style>{}</style>\n", dark_colours()), 1)
        + "\n"
}

/// The rules that change the colours on a dark page.
fn dark_colours() -> String {
    let rules = DARK.map(|(RGBColor(r, g, b), dark)| {
        let light = format!("#{r:02X}{g:02X}{b:02X}");
        format!("svg [fill=\"{light}\"]{{fill:{dark}}}svg [stroke=\"{light}\"]{{stroke:{dark}}}")
    });
    format!("@media (prefers-color-scheme:dark){{{}}}", rules.concat())
}

fn draw(study: &GapStudy, title: &str, curve: Option<&[GapFigures]>, root: &Area<'_>) -> Drawn {
    root.fill(&PAPER)?;
    let (heading, rest) = root.split_vertically(HEADING);
    let (pauses, curves) = rest.split_vertically(PAUSES);
    draw_heading(study, title, &heading)?;
    let axis = Axis::of(study);
    draw_pauses(study, &axis, &pauses)?;
    let (sessions, bounces) = curves.split_vertically(CURVE);
    let at = |us: f64| study.histogram.sessions_at(gap_at(us));
    let steps = axis.steps().map(|us| (us.ln(), at(us))).collect();
    draw_curve(study, &axis, &sessions, ("sessions by gap", &round), steps)?;
    if let Some(curve) = curve {
        let rate = |at: &GapFigures| {
            let rate = at.summary.bounce_rate()?;
            Some((axis.at(at.summary.gap.as_us()), rate))
        };
        let rates = curve.iter().filter_map(rate).collect();
        draw_curve(
            study,
            &axis,
            &bounces,
            ("bounce rate by gap", &percent),
            rates,
        )?;
    }
    root.present()?;
    Ok(())
}

/// The lengths that are shown, by their logarithms.
#[derive(Clone)]
struct Axis {
    from_us: f64,
    to_us: f64,
    /// Where labels stand, with what they say.
    labels: Vec<(f64, String)>,
}

impl Axis {
    fn of(study: &GapStudy) -> Axis {
        let (from_us, to_us) = study.histogram.axis_us();
        let letters = LogAxis {
            from_us,
            to_us,
            length: AXIS_LETTERS,
        };
        Axis {
            from_us: from_us as f64,
            to_us: to_us as f64,
            labels: ribbon::ticks(&letters)
                .into_iter()
                .map(|(_, us)| ((us as f64).ln(), duration(us)))
                .collect(),
        }
    }

    /// The place of a length. A length beyond an end is at that end.
    fn at(&self, us: i64) -> f64 {
        (us as f64).clamp(self.from_us, self.to_us).ln()
    }

    /// Pauses by kind in columns of equal width: the middle of each, pauses within sessions, and between them.
    fn columns(&self, kinds: &[PausesByKind]) -> Vec<(f64, f64, f64)> {
        let axis = LogAxis {
            from_us: self.from_us as i64,
            to_us: self.to_us as i64,
            length: f64::from(WIDTH / 4),
        };
        let (from, to) = (self.from_us.ln(), self.to_us.ln());
        let middle = |column: f64| from + (to - from) * (column + 0.5) / axis.length;
        let columns = (0..).map(f64::from).zip(kinds_in_columns(kinds, &axis));
        columns
            .map(|(column, (within, between))| (middle(column), within, between))
            .collect()
    }

    /// A length for each two units of the picture's width, microseconds.
    fn steps(&self) -> impl Iterator<Item = f64> {
        let (from, length) = (self.from_us.ln(), self.to_us.ln() - self.from_us.ln());
        let n = WIDTH / 2;
        (0..=n).map(move |step| (from + length * f64::from(step) / f64::from(n)).exp())
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, at: &f64, (from, to): (i32, i32)) -> i32 {
        let ends = self.range();
        let along = (at - ends.start) / (ends.end - ends.start);
        from + (along * f64::from(to - from)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.labels.iter().map(|label| label.0).collect()
    }

    fn range(&self) -> Range<f64> {
        self.from_us.ln()..self.to_us.ln()
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, at: &f64) -> String {
        let label = self.labels.iter().find(|label| label.0 == *at);
        label.map_or(String::new(), |label| label.1.clone())
    }
}

fn gap_at(us: f64) -> Gap {
    Gap::from_us(us as i64).unwrap_or(Gap::MIN)
}

fn text(size: i32, colour: &RGBColor) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(colour)
}

/// A round number on an axis: `250`, `4k`, `1.5M`.
fn round(n: f64) -> String {
    let units = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")];
    let (unit, name) = units
        .into_iter()
        .find(|unit| n >= unit.0)
        .unwrap_or((1.0, ""));
    format!("{}{name}", (n / unit * 100.0).round() / 100.0)
}

fn percent(share: f64) -> String {
    format!("{} %", (share * 1_000.0).round() / 10.0)
}

/// The title, the verdict on up to three lines, and what the colours mean.
fn draw_heading(study: &GapStudy, title: &str, area: &Area<'_>) -> Drawn {
    area.draw_text(
        &cut_middle(&safe(title), LETTERS - 10),
        &text(TITLE, &INK),
        (10, 8),
    )?;
    for (line, words) in (0..3).zip(wrap(&valley::verdict(&study.valley), LETTERS)) {
        area.draw_text(&words, &text(TEXT, &INK), (10, 30 + line * 16))?;
    }
    let meanings = [
        (
            WITHIN,
            10,
            "within sessions",
            study.valley.kinds().is_some(),
        ),
        (
            BETWEEN,
            140,
            "between sessions",
            study.valley.kinds().is_some(),
        ),
        (
            GOOD,
            282,
            "gaps that are as good",
            study.valley.good_us().is_some(),
        ),
    ];
    let meanings = meanings.into_iter().filter(|meaning| meaning.3);
    for (colour, x, words, _) in meanings {
        area.draw(&Rectangle::new([(x, 82), (x + 10, 92)], colour.filled()))?;
        area.draw_text(words, &text(TEXT, &INK), (x + 15, 80))?;
    }
    Ok(())
}

/// What a plot shows.
struct Shown<'s> {
    study: &'s GapStudy,
    axis: &'s Axis,
    name: &'s str,
    /// The largest value that is shown.
    most: f64,
    /// How it is labelled.
    label: &'s dyn Fn(f64) -> String,
}

/// A frame with axes, the good gaps shaded and the gap marked. `inside` draws above the shade and below the mark.
fn draw_plot(
    shown: &Shown<'_>,
    area: &Area<'_>,
    inside: impl FnOnce(&mut Plot<'_, '_>) -> Drawn,
) -> Drawn {
    let Shown { study, axis, .. } = shown;
    let top = if shown.most > 0.0 {
        shown.most * 1.05
    } else {
        1.0
    };
    area.draw_text(shown.name, &text(TEXT, &INK), (10, 2))?;
    let mut plot = ChartBuilder::on(area)
        .margin_top(34)
        .margin_right(14)
        .set_label_area_size(LabelAreaPosition::Left, LEFT)
        .set_label_area_size(LabelAreaPosition::Bottom, BELOW)
        .build_cartesian_2d(Axis::clone(axis), 0.0..top)?;
    if let Some((from_us, to_us)) = study.valley.good_us() {
        let band = [(axis.at(from_us), 0.0), (axis.at(to_us), top)];
        plot.draw_series([Rectangle::new(band, GOOD.filled())])?;
    }
    plot.configure_mesh()
        .disable_mesh()
        .axis_style(LINE)
        .label_style(text(TEXT, &INK))
        .y_labels(4)
        .y_label_formatter(&|n| (shown.label)(*n))
        .draw()?;
    inside(&mut plot)?;
    let keep = study.valley.keep.filter(|keep| *keep != study.gap);
    let word = if study.valley.keep == Some(study.gap) {
        "keep"
    } else {
        "gap"
    };
    let above = text(TEXT, &INK).pos(Pos::new(HPos::Center, VPos::Bottom));
    let beside = text(TEXT, &INK).pos(Pos::new(HPos::Left, VPos::Top));
    let marks = [
        (Some(study.gap), word, (0, 0), above),
        (keep, "keep", (4, 0), beside),
    ];
    for (gap, word, place, style) in marks {
        let Some(gap) = gap else { continue };
        let at = axis.at(gap.as_us());
        plot.draw_series([PathElement::new([(at, 0.0), (at, top)], INK)])?;
        let label = Text::new(format!("{word} {gap}"), place, style);
        plot.draw_series([EmptyElement::at((at, top)) + label])?;
    }
    Ok(())
}

/// The pauses by length: those between sessions on top of those within. All look alike if they cannot be told apart.
fn draw_pauses(study: &GapStudy, axis: &Axis, area: &Area<'_>) -> Drawn {
    let kinds = match study.valley.kinds() {
        Some(kinds) => kinds.to_vec(),
        None => {
            let buckets = study.histogram.buckets();
            let of = |(from, to, pauses): (i64, i64, u64)| PausesByKind {
                from_us: from as f64,
                to_us: to as f64,
                within: pauses as f64,
                between: 0.0,
            };
            buckets.map(of).collect()
        }
    };
    let columns = axis.columns(&kinds);
    let most = columns
        .iter()
        .map(|column| column.1 + column.2)
        .fold(0.0, f64::max);
    let shown = Shown {
        study,
        axis,
        name: "pauses by length",
        most,
        label: &round,
    };
    draw_plot(&shown, area, |plot| {
        let both = columns.iter().map(|column| (column.0, column.1 + column.2));
        plot.draw_series([Polygon::new(outline(both), BETWEEN.filled())])?;
        let within = columns.iter().map(|column| (column.0, column.1));
        plot.draw_series([Polygon::new(outline(within), WITHIN.filled())])?;
        Ok(())
    })
}

/// The outline of the area under a curve.
fn outline(curve: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = curve.collect();
    let ends = points.first().zip(points.last());
    if let Some((&(first, _), &(last, _))) = ends {
        points.extend([(last, 0.0), (first, 0.0)]);
    }
    points
}

fn draw_curve(
    study: &GapStudy,
    axis: &Axis,
    area: &Area<'_>,
    (name, label): (&str, &dyn Fn(f64) -> String),
    points: Vec<(f64, f64)>,
) -> Drawn {
    let shown = Shown {
        study,
        axis,
        name,
        most: points.iter().map(|point| point.1).fold(0.0, f64::max),
        label,
    };
    draw_plot(&shown, area, |plot| {
        plot.draw_series(LineSeries::new(points, WITHIN.stroke_width(2)))?;
        Ok(())
    })
}
