//! The pauses of a study by kind: within sessions, and between them. Engine floor.

/// Pauses of about one length. Shares of a pause are of either kind, so these are no whole numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PausesByKind {
    /// The shortest length, microseconds.
    pub from_us: f64,
    /// The shortest that is too long.
    pub to_us: f64,
    /// Pauses within sessions.
    pub within: f64,
    /// Pauses between sessions.
    pub between: f64,
}
