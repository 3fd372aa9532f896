//! The axis of the gap ribbon, for the screen, the text and the picture. Answers floor.

use crate::engine::study::LogAxis;
use crate::words::figure::duration;
use crate::words::gap::Gap;
use crate::words::text::width;

/// Where labels can stand, microseconds.
const TICKS_US: [i64; 19] = [
    1,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    60_000_000,
    600_000_000,
    1_800_000_000,
    3_600_000_000,
    21_600_000_000,
    86_400_000_000,
    604_800_000_000,
    2_592_000_000_000,
    7_776_000_000_000,
    31_536_000_000_000,
    315_360_000_000_000,
    3_153_600_000_000_000,
    31_536_000_000_000_000,
];

/// Durations for which there is room, each with the column at which it begins, which is its place on the axis. There
/// are at least two columns between neighbours.
pub(crate) fn labels(axis: &LogAxis) -> Vec<(u16, String)> {
    let labels = ticks(axis).into_iter();
    labels.map(|(at, us)| (at, duration(us))).collect()
}

/// The same as lengths, microseconds.
pub(crate) fn ticks(axis: &LogAxis) -> Vec<(u16, i64)> {
    let mut ticks = Vec::new();
    let mut free_from = 0.0;
    for us in TICKS_US {
        let position = axis.position(us);
        let label = duration(us);
        if position > axis.length {
            break;
        }
        // The last label may end at its place, instead of beginning there.
        let latest = axis.length - width(&label) as f64;
        let at = position.min(latest);
        if at >= free_from {
            free_from = at.floor() + width(&label) as f64 + 2.0;
            ticks.push((at as u16, us));
        }
    }
    ticks
}

/// How counts of pauses become heights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum CountScale {
    /// Twice as many are twice as high.
    #[default]
    Linear,
    /// Ten times as many are a step higher, so that one spike does not flatten the rest.
    Logarithmic,
}

impl CountScale {
    /// How high a count is drawn where `most` fills the height: 0 to 1.
    pub(crate) fn height(self, count: f64, most: f64) -> f64 {
        let height = match self {
            _ if most <= 0.0 => 0.0,
            CountScale::Linear => count / most,
            CountScale::Logarithmic => count.ln_1p() / most.ln_1p(),
        };
        height.clamp(0.0, 1.0)
    }

    /// The other one.
    pub(crate) fn other(self) -> CountScale {
        match self {
            CountScale::Linear => CountScale::Logarithmic,
            CountScale::Logarithmic => CountScale::Linear,
        }
    }
}

/// The column of the marker; at the border for a gap beyond an end.
pub(crate) fn marker(axis: &LogAxis, gap: Gap) -> u16 {
    let last = (axis.length - 1.0).max(0.0);
    axis.position(gap.as_us()).floor().clamp(0.0, last) as u16
}
