//! The pauses of a study by kind: within sessions, and between them. Engine floor.

use crate::engine::study::histogram::LogAxis;

/// Pauses of about one length. A pause counts partly as one kind and partly as the other, so these are not whole
/// numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PausesByKind {
    /// The shortest length, microseconds.
    pub from_us: f64,
    /// The upper end, not included.
    pub to_us: f64,
    /// Pauses within sessions.
    pub within: f64,
    /// Pauses between sessions.
    pub between: f64,
}

/// The pauses within sessions and between them, in each whole column of the axis. Pauses on the border of two columns
/// are divided by their overlap.
pub(crate) fn kinds_in_columns(kinds: &[PausesByKind], axis: &LogAxis) -> Vec<(f64, f64)> {
    let mut columns = vec![(0.0, 0.0); axis.length as usize];
    for at in kinds {
        let start = axis.position(at.from_us as i64);
        let end = axis.position(at.to_us as i64).max(start + f64::EPSILON);
        let (first, last) = (start.max(0.0) as usize, end.ceil().max(0.0) as usize);
        for (column, sums) in columns.iter_mut().enumerate().take(last).skip(first) {
            let overlap = end.min(column as f64 + 1.0) - start.max(column as f64);
            let share = (overlap / (end - start)).clamp(0.0, 1.0);
            sums.0 += at.within * share;
            sums.1 += at.between * share;
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_share_out_what_lies_on_their_border() {
        let axis = LogAxis {
            from_us: 1,
            to_us: 10_000,
            length: 4.0,
        };
        let kind = |from_us, to_us, within, between| PausesByKind {
            from_us,
            to_us,
            within,
            between,
        };
        let kinds = [
            kind(1.0, 100.0, 6.0, 0.0),
            kind(1_000.0, 10_000.0, 1.0, 4.0),
            kind(10_000.0, 20_000.0, 9.0, 9.0),
        ];
        let columns = kinds_in_columns(&kinds, &axis);
        let expected = [(3.0, 0.0), (3.0, 0.0), (0.0, 0.0), (1.0, 4.0)];
        for (column, expected) in columns.iter().zip(expected) {
            let away = (column.0 - expected.0).abs() + (column.1 - expected.1).abs();
            assert!(away < 1e-9, "{columns:?}");
        }
    }
}
