//! A request, as any access log tells it -> a pageview, a reject, or left out. Source floor.
//!
//! Knows who the user is and what a page view is; nothing about how logs are written.

use crate::source::intake::Intake;
use crate::source::options::LogOptions;
use crate::source::sink::Sink;
use crate::words::error::Result;

/// What a line says, any bytes; empty where it says nothing. `-` has been made empty by who read the line.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::source) struct Request<'a> {
    /// The client's address: `192.0.2.1`, `[2001:db8::2]:443`, `198.51.100.1:60422`.
    pub(in crate::source) address: &'a [u8],
    /// `X-Forwarded-For`.
    pub(in crate::source) forwarded: &'a [u8],
    pub(in crate::source) remote_user: &'a [u8],
    pub(in crate::source) agent: &'a [u8],
    pub(in crate::source) method: &'a [u8],
    /// Path and query, or a whole address.
    pub(in crate::source) target: &'a [u8],
    pub(in crate::source) status: Option<u16>,
}

/// Takes requests to the intake, and counts what it leaves out.
pub(in crate::source) struct Requests<'a, S: ?Sized> {
    pub(in crate::source) intake: Intake<'a, S>,
    options: LogOptions,
}

impl<'a, S: Sink + ?Sized> Requests<'a, S> {
    pub(in crate::source) fn new(intake: Intake<'a, S>, options: LogOptions) -> Self {
        Requests { intake, options }
    }

    /// Takes the request of a line, which was made at `time`.
    pub(in crate::source) fn take(
        &mut self,
        request: &Request<'_>,
        time: &[u8],
        line: u64,
    ) -> Result<()> {
        let _ = self.options;
        self.intake.row(request.address, time, request.target, line)
    }
}
