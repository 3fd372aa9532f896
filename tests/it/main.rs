//! The integration tests, by what they are about.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod cli;
mod explorer;
