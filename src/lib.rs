//! Sessions from pageviews: read, cut, measured, exported and kept.
//!
//! A *pageview* is a user, a time and a page. A *session* is a run of pageviews of one user; it ends where the user
//! pauses for as long as the *gap*, or longer. This crate is the library beneath the program `dwell`. It reads
//! pageviews from logs and exports of many kinds, cuts ten million of them in milliseconds at any gap, and says what it
//! took for what, so that a misread file is noticed.
//!
//! # Example
//!
//! Read a file, cut it at 30 minutes, move the gap to an hour, and write the sessions as CSV.
//!
//! ```
//! use std::path::Path;
//! use std::sync::Arc;
//!
//! use dwell::answers::export::{ExportRequest, ExportRows, Format, Selection, write};
//! use dwell::engine::cut::Cut;
//! use dwell::load::{Loading, Spill};
//! use dwell::source::{Input, ReadOptions};
//! use dwell::words::gap::Gap;
//!
//! # let folder = tempfile::tempdir()?;
//! # let file = folder.path().join("views.csv");
//! # std::fs::write(&file, "user_id,page_view_at,page\n\
//! #     ann,2024-03-05 09:00:00,/home\n\
//! #     ann,2024-03-05 09:10:00,/cart\n\
//! #     ann,2024-03-05 10:00:00,/home\n")?;
//! // ann views /home at 09:00, /cart at 09:10 and /home at 10:00.
//! let mut input = Input::open(&file)?;
//! let mut loading = Loading::new(Spill::to(std::env::temp_dir()), None);
//! let report = loading.read(&mut input, None, &ReadOptions::default(), false, &mut |_| Ok(()))?;
//! assert_eq!(report.pageviews, 3);
//! let dataset = Arc::new(loading.finish(&mut |_| Ok(()))?);
//!
//! let mut cut = Cut::new(dataset, Gap::DEFAULT);
//! assert_eq!(cut.summary().sessions, 2);
//! cut.recut("1h".parse()?);
//! assert_eq!(cut.summary().sessions, 1);
//!
//! let request = ExportRequest {
//!     rows: ExportRows::Sessions,
//!     format: Format::Csv,
//!     selection: Selection::All,
//!     zone: chrono_tz::UTC,
//! };
//! let mut csv = Vec::new();
//! write(&cut, &request, &mut csv, Path::new("sessions.csv"), &mut |_| Ok(()))?;
//! assert!(String::from_utf8(csv)?.contains("ann@1709629200000000,ann,1,2024-03-05T09:00:00Z,"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How it hangs together
//!
//! The modules are floors, listed from the ground up. A module imports only from those above it in the list; a test
//! keeps that so.
//!
//! | module | what it is for |
//! |---|---|
//! | [`words`] | the nouns: [timestamps](words::timestamp), [gaps](words::gap), sessions, errors, progress; text made safe for terminals |
//! | [`engine`] | a [`Dataset`](engine::dataset::Dataset) of pageviews in memory, and a [`Cut`](engine::cut::Cut) of it: sessions and figures at one gap |
//! | [`source`] | which pageviews are in these bytes: [`Input`](source::Input), [`ReadOptions`](source::ReadOptions), [`read`](source::read()) |
//! | [`load`] | [`Loading`](load::Loading): pageviews of any number of inputs become a dataset |
//! | [`output`] | [`Output`](output::Output): a file that is complete or not there |
//! | [`store`] | [`Store`](store::Store): pageviews and sessions in an SQLite file, each input exactly once |
//! | [`answers`] | [exports](answers::export), [the same sessions in SQL](answers::sql), made-up pageviews |
//!
//! The rest is the program; [`run`] is all of it.
//!
//! # Conventions
//!
//! Times are whole microseconds since 1970 in UTC. Rows are in the total order of user, time and arrival; users and pages
//! are numbered in the order of their texts. What can fail gives a [`Result`](words::error::Result), whose
//! [`Error`](words::error::Error) prints as a sentence for a person, safe for a terminal. A row that cannot be read is
//! not an error but a [`Reject`](words::pageview::Reject). Long work takes an observer, which hears of
//! [`Progress`](words::progress::Progress) and stops the work by an error. Nothing panics, whatever it reads.
//!
//! # Features
//!
//! All are on by default. Where one is off, what it reads or writes is refused by name.
//!
//! - `parquet`: reads and writes Parquet.
//! - `archives`: reads zip and tar archives.
//! - `workbooks`: reads workbooks (xlsx, ods).
//! - `generate`: makes up pageviews, and has the bundled sample.

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
