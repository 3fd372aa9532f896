//! The integration tests, by what they are about.

mod explorer;
