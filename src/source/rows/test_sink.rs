//! A sink for tests that records what it gets. Source floor.

use crate::source::rows::sink::Sink;
use crate::words::error::Result;
use crate::words::pageview::Pageview;
use crate::words::pageview::Reject;

/// What a sink got, in order: `user time page` and `line: reason`, or the row instead of the line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::source) struct TestSink(pub(in crate::source) Vec<String>);

impl Sink for TestSink {
    fn pageview(&mut self, pageview: Pageview<'_>) -> Result<()> {
        let Pageview {
            user_id,
            page_view_at,
            page,
            ..
        } = pageview;
        self.0.push(format!("{user_id} {page_view_at} {page}"));
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        let number = reject.place.number();
        self.0.push(format!("{number}: {}", reject.reason));
        Ok(())
    }
}
