//! **dwell** derives web sessions from pageviews: it loads them into an embedded SQLite store, cuts
//! them into sessions by an inactivity gap, and lets a person move that gap and see every figure follow.
//!
//! The modules below are floors, from the ground up. A module imports only from those above it in
//! this list; a test keeps that so.

pub mod words;

pub mod engine;

pub mod source;

pub mod load;

pub mod output;

pub mod store;

pub mod answers;

pub mod app;

pub mod ui;

pub mod explorer;

pub mod cli;
