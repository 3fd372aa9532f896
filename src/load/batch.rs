//! Pageviews on their way from the thread that reads to the one that gathers them. Load floor.
//!
//! Reading and gathering cost about the same; on two cores a load takes as long as the slower of them.

use crate::engine::dictionary::Dictionary;
use crate::engine::relay::Parcel;
use crate::engine::relay::Relay;
use crate::engine::relay::relay;
use crate::source;
use crate::source::Input;
use crate::source::ReadOptions;
use crate::source::Sink;
use crate::source::Table;
use crate::source::Understood;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::pageview::Pageview;
use crate::words::pageview::Reject;

/// The usual limit of pageviews in a batch. It is small enough to stay in the cache for the next stage.
pub(super) const ROWS_A_BATCH: usize = 1 << 13;

/// A batch with more text than this is full, even with few pageviews.
const BYTES_A_BATCH: usize = 4 << 20;

/// How many rejects of an input are kept.
const REJECTS_SHOWN: usize = 5;

/// When a batch is full, and when to stop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Pageviews of a batch.
    pub(super) rows_a_batch: usize,
    /// Whether the first reject stops the reading.
    pub(super) strict: bool,
}

/// Some pageviews in order of arrival, and what else was found on the way.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// For each pageview: the user, the instant in microseconds, the page, and for each carried column its text.
    pub(super) users: Dictionary,
    pub(super) at: Vec<i64>,
    pub(super) pages: Dictionary,
    pub(super) carried: Vec<Dictionary>,
    /// How many rows were rejected, and the first few rejects of the input, if they are in this batch.
    pub(super) rejects: u64,
    pub(super) first_rejects: Vec<Reject>,
    /// How many of the pageviews came before the last reject, if there is one.
    pub(super) before_last_reject: Option<usize>,
    /// Bytes of the input read so far.
    pub(super) bytes_read: u64,
}

impl Batch {
    fn carrying(n_columns: usize) -> Batch {
        Batch {
            carried: vec![Dictionary::default(); n_columns],
            ..Batch::default()
        }
    }

    /// The text columns, the page first.
    pub(super) fn texts(&self) -> impl Iterator<Item = &Dictionary> {
        [&self.pages].into_iter().chain(&self.carried)
    }
}

impl Parcel for Batch {
    fn is_large(&self) -> bool {
        let of_carried = self.carried.iter().map(Dictionary::n_bytes);
        self.users.n_bytes() + self.pages.n_bytes() + of_carried.sum::<usize>() > BYTES_A_BATCH
    }

    fn clear(&mut self) {
        self.users.clear();
        self.at.clear();
        self.pages.clear();
        self.carried.iter_mut().for_each(Dictionary::clear);
        self.rejects = 0;
        self.first_rejects.clear();
        self.before_last_reject = None;
    }
}

/// Reads an input, or the table that it stands for, on a separate thread, and passes its pageviews to `take`, in
/// order, a batch at a time. When this returns, the thread has ended.
///
/// Errors as [`source::read`] does, with the first reject if that should stop the reading, and when `take` errors,
/// which stops the reading.
pub(super) fn read_in_batches(
    input: &mut Input,
    table: Option<Box<dyn Table + Send>>,
    options: &ReadOptions,
    limits: Limits,
    take: &mut dyn FnMut(&mut Batch) -> Result<()>,
) -> Result<Understood> {
    let read = |relay: Relay<Batch>| {
        let mut sender = BatchSender {
            batch: Batch::carrying(options.carried.len()),
            relay,
            limits,
            n_kept_rejects: 0,
        };
        let understood = match table {
            Some(mut table) => source::read_table(input, options, &mut sender, &mut *table),
            None => source::read(input, options, &mut sender),
        };
        // What was read before an error counts as a part of the input.
        let sent = sender.send();
        understood.and_then(|understood| sent.map(|()| understood))
    };
    let (read, taken) = relay(read, take);
    taken.and(read)
}

/// Collects what is read into batches and sends them.
struct BatchSender {
    batch: Batch,
    relay: Relay<Batch>,
    limits: Limits,
    n_kept_rejects: usize,
}

impl BatchSender {
    fn send(&mut self) -> Result<()> {
        let bytes_read = self.batch.bytes_read;
        // Sending fails only if taking failed, and then that error is the one to report.
        let n_carried = self.batch.carried.len();
        let next = self.relay.hand_over(std::mem::take(&mut self.batch));
        self.batch = Batch {
            bytes_read,
            ..next.map_err(|_| Error::Interrupted)?
        };
        // A batch that has not been used has no columns yet.
        self.batch
            .carried
            .resize_with(n_carried, Dictionary::default);
        Ok(())
    }
}

impl Sink for BatchSender {
    fn pageview(&mut self, pageview: Pageview<'_>) -> Result<()> {
        self.batch.users.push(pageview.user_id);
        self.batch.at.push(pageview.page_view_at.as_us());
        self.batch.pages.push(pageview.page);
        for (column, text) in self.batch.carried.iter_mut().zip(pageview.carried) {
            column.push(text);
        }
        if self.batch.at.len() >= self.limits.rows_a_batch || self.batch.is_large() {
            self.send()?;
        }
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        if self.limits.strict {
            return Err(Error::Rejected(reject));
        }
        self.batch.rejects += 1;
        self.batch.before_last_reject = Some(self.batch.at.len());
        if self.n_kept_rejects < REJECTS_SHOWN {
            self.n_kept_rejects += 1;
            self.batch.first_rejects.push(reject);
        }
        Ok(())
    }

    fn progress(&mut self, bytes_read: u64) -> Result<()> {
        // Send what there is: the next row may take long to come.
        self.batch.bytes_read = bytes_read;
        self.send()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::timestamp::Timestamp;
    use std::io::Cursor;

    #[test]
    fn a_batch_has_as_many_pageviews_as_it_may() {
        let mut table = "user_id,page_view_at,page\n".to_owned();
        for row in 0..1_000 {
            table += &format!("u,{},/\n", 1_700_000_000 + row);
        }
        let mut input = Input::from_reader("t", None, Box::new(Cursor::new(table.into_bytes())));
        let limits = Limits {
            rows_a_batch: 300,
            strict: false,
        };
        let mut found = Vec::new();
        let mut take = |batch: &mut Batch| {
            found.push(batch.at.len());
            Ok(())
        };
        read_in_batches(&mut input, None, &ReadOptions::default(), limits, &mut take).unwrap();
        found.retain(|&n| n > 0);
        assert_eq!(found, [300, 300, 300, 100]);
    }

    #[test]
    fn a_batch_of_more_than_four_mebibytes_is_full() {
        let page = "x".repeat((1 << 20) - 1);
        let send = |relay: Relay<Batch>| {
            let mut sender = BatchSender {
                batch: Batch::default(),
                relay,
                limits: Limits {
                    rows_a_batch: 100,
                    strict: false,
                },
                n_kept_rejects: 0,
            };
            for _ in 0..12 {
                sender.pageview(Pageview {
                    user_id: "u",
                    page_view_at: Timestamp::MIN,
                    page: &page,
                    carried: &[],
                })?;
            }
            sender.send()
        };
        let mut found = Vec::new();
        let (sent, taken) = relay(send, |batch: &mut Batch| {
            found.push((batch.at.len(), batch.is_large()));
            Ok(())
        });
        sent.and(taken).unwrap();
        assert_eq!(found, [(5, true), (5, true), (2, false)]);
    }
}
