//! What the explorer knows at a moment, and what can happen to it. Nothing here decides what a key does.

pub(in crate::app) mod action;
pub(in crate::app) mod app;
pub(in crate::app) mod calendar;
pub(in crate::app) mod columns;
pub(in crate::app) mod data;
pub(in crate::app) mod dialog;
pub(in crate::app) mod follow;
pub(in crate::app) mod job;
pub(in crate::app) mod layout;
pub(in crate::app) mod list;
pub(in crate::app) mod list_filter;
pub(in crate::app) mod loaded;
pub(in crate::app) mod marks;
pub(in crate::app) mod page;
pub(in crate::app) mod palette;
pub(in crate::app) mod panel;
pub(in crate::app) mod prompt;
pub(in crate::app) mod screens;
pub(in crate::app) mod target;
pub(in crate::app) mod trail;
