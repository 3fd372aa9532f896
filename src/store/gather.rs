//! The pageviews of an input in memory, their texts interned, a slab at a time. Store floor.

use crate::engine::dictionary::Dictionary;
use crate::engine::dictionary::Interner;
use crate::engine::order::Arrival;
use crate::source::Input;
use crate::source::Understood;
use crate::store::batch::Batch;
use crate::store::batch::Limits;
use crate::store::batch::REJECTS_SHOWN;
use crate::store::batch::ROWS_A_BATCH;
use crate::store::batch::read_in_batches;
use crate::store::foreign::Foreign;
use crate::store::options::LoadOptions;
use crate::store::options::Observer;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::memory;
use crate::words::pageview::Reject;
use crate::words::progress::Progress;
use crate::words::progress::Stage;
use crate::words::timestamp::Timestamp;

/// Pageviews of a slab as a rule: 16 bytes each, and as much again to order them.
pub(super) const ROWS_A_SLAB: usize = 1 << 24;

/// Pageviews after which an observer has a first look.
const ROWS_OF_FIRST_LOOK: usize = 1 << 15;

/// What has been read of an input.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// The texts of all slabs.
    pub(super) users: Interner,
    pub(super) pages: Interner,
    /// The pageviews of this slab, in order of arrival, with the indices of their texts.
    pub(super) arrivals: Vec<Arrival>,
    /// Earliest and latest pageview.
    pub(super) span: Option<(Timestamp, Timestamp)>,
    /// Pageviews and rejects of all slabs.
    pub(super) pageviews: u64,
    pub(super) rejects: u64,
    pub(super) first_rejects: Vec<Reject>,
    /// Texts of a batch by index.
    batch_users: Vec<u32>,
    batch_pages: Vec<u32>,
}

/// What a load takes in, and who watches.
pub(super) struct Intake<'a> {
    pub(super) input: &'a mut Input,
    pub(super) options: &'a LoadOptions,
    pub(super) observer: &'a mut dyn Observer,
    /// Pageviews kept in memory before they are put elsewhere, and at most as many as a batch more.
    pub(super) rows_a_slab: usize,
    /// The table that the input stands for, if it is a database.
    pub(super) table: Option<Foreign>,
}

impl Intake<'_> {
    /// Reads the input to its end. A slab that is full goes to `put`, which takes its arrivals; the last one,
    /// which may be empty, is returned.
    ///
    /// Errors as the reading does, and when `put` or the observer does.
    pub(super) fn gather(
        &mut self,
        put: &mut dyn FnMut(&mut Gathered, &mut dyn Observer) -> Result<()>,
    ) -> Result<(Understood, Gathered)> {
        let Intake {
            input,
            options,
            observer,
            rows_a_slab,
            table,
        } = self;
        let mut gathered = Gathered::default();
        let (size, name) = (input.size(), input.name().to_owned());
        let limits = Limits {
            rows_a_batch: ROWS_A_BATCH.min(*rows_a_slab),
            strict: options.strict,
        };
        let mut next_look = ROWS_OF_FIRST_LOOK;
        let understood = read_in_batches(
            input,
            table.take(),
            &options.read,
            limits,
            &mut |batch| {
                gathered.take(batch);
                // What grows doubles, and texts are put in order beside what they were.
                if !memory::has_room_for(3 * gathered.n_bytes()) {
                    return Err(Error::Input {
                        input: name.clone(),
                        problem: "there is not enough memory for its pageviews: split it, and load the parts into a store"
                            .to_owned(),
                    });
                }
                observer.progress(Progress {
                    stage: Stage::Read,
                    done: batch.bytes_read,
                    total: size,
                    pageviews: gathered.pageviews,
                    rejects: gathered.rejects,
                })?;
                let n_rows = gathered.arrivals.len();
                if n_rows >= next_look && gathered.is_whole() {
                    next_look = n_rows * 2;
                    let (users, pages) = (gathered.users.texts(), gathered.pages.texts());
                    observer.so_far(users, pages, &gathered.arrivals);
                }
                if n_rows >= *rows_a_slab {
                    put(&mut gathered, *observer)?;
                }
                Ok(())
            },
        )?;
        Ok((understood, gathered))
    }
}

impl Gathered {
    /// Whether the slab is all there is.
    pub(super) fn is_whole(&self) -> bool {
        self.pageviews == self.arrivals.len() as u64
    }

    /// About how much memory it takes.
    fn n_bytes(&self) -> usize {
        const BYTES_A_TEXT: usize = 40;
        let texts = [self.users.texts(), self.pages.texts()];
        let of_texts = texts.map(|texts| texts.n_bytes() + texts.len() * BYTES_A_TEXT);
        of_texts.iter().sum::<usize>() + size_of_val(&self.arrivals[..])
    }

    /// The texts of users and pages, when no more are to come: what finds them is given up.
    pub(super) fn take_texts(&mut self) -> [Dictionary; 2] {
        [&mut self.users, &mut self.pages].map(|texts| std::mem::take(texts).into_texts())
    }

    fn take(&mut self, batch: &Batch) {
        self.users.intern_all(&batch.users, &mut self.batch_users);
        self.pages.intern_all(&batch.pages, &mut self.batch_pages);
        let indices = self.batch_users.iter().zip(&self.batch_pages);
        let arrivals = indices.zip(&batch.at);
        self.arrivals
            .extend(arrivals.map(|((&user, &page), &at)| Arrival { user, page, at }));
        if let (Some(&first), Some(&last)) = (batch.at.iter().min(), batch.at.iter().max()) {
            self.span = Some(widened(self.span, (first, last)));
        }
        self.pageviews += batch.at.len() as u64;
        self.rejects += batch.rejects;
        let room = REJECTS_SHOWN - self.first_rejects.len().min(REJECTS_SHOWN);
        self.first_rejects
            .extend(batch.first_rejects.iter().take(room).cloned());
    }
}

/// A span of time that covers another too.
pub(super) fn widened(
    span: Option<(Timestamp, Timestamp)>,
    (first, last): (Timestamp, Timestamp),
) -> (Timestamp, Timestamp) {
    span.map_or((first, last), |(a, b)| (a.min(first), b.max(last)))
}
