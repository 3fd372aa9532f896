//! **dwell** derives web sessions from pageviews: it loads them into an embedded SQLite store, cuts
//! them into sessions by an inactivity gap, and lets a person move that gap and see every figure follow.
//!
//! The modules below are floors, from the ground up. A module imports only from those above it in
//! this list; `tests/floors.rs` keeps that so.

pub mod source;
pub mod words;
