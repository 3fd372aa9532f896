//! Web servers' access logs -> pageviews and rejects. Source floor.

mod address;
mod assets;
mod bots;
mod left_out;
mod request;

pub(super) use crate::source::access_log::left_out::Reason;
pub(super) use crate::source::access_log::request::Request;
pub(super) use crate::source::access_log::request::Requests;
