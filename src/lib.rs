//! **dwell** derives web sessions from pageviews: it loads them into an embedded SQLite store, cuts
//! them into sessions by an inactivity gap, and lets a person move that gap and see every figure follow.
//!
//! ```
//! use std::sync::Arc;
//!
//! use dwell::engine::cut::Cut;
//! use dwell::load::{Loading, Spill};
//! use dwell::source::{Input, ReadOptions};
//! use dwell::words::gap::Gap;
//!
//! let views = "user_id,page_view_at,page\n\
//!              ann,2024-03-05 09:00:00,/home\n\
//!              ann,2024-03-05 09:10:00,/cart\n\
//!              ann,2024-03-05 10:00:00,/home\n";
//! let mut input = Input::from_reader("views", None, Box::new(views.as_bytes()));
//! let mut loading = Loading::new(Spill::to(std::env::temp_dir()), None);
//! loading.read(&mut input, None, &ReadOptions::default(), false, &mut |_| Ok(()))?;
//! let dataset = Arc::new(loading.finish(&mut |_| Ok(()))?);
//!
//! let mut cut = Cut::new(dataset, Gap::DEFAULT);
//! assert_eq!(cut.summary().sessions, 2);
//! cut.recut("1h".parse()?);
//! assert_eq!(cut.summary().sessions, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The modules below are floors, from the ground up. A module imports only from those above it in
//! this list; a test keeps that so. The last four are the program; what they draw and print is no
//! part of the library.

pub mod words;

mod system;

pub mod engine;

pub mod source;

pub mod load;

pub mod output;

pub mod store;

pub mod answers;

mod app;

mod ui;

mod explorer;

mod cli;

pub use cli::run;
#[doc(hidden)]
pub use explorer::Rehearsal;
