//! Inputs on their way into memory: gathers their pageviews a slab at a time, and puts the slabs together. Load floor.

mod together;

use std::mem;
use std::path::PathBuf;
use std::sync::Arc;

use chrono_tz::Tz;

use crate::engine::dataset::Dataset;
use crate::engine::guards::doubts;
use crate::engine::interner::Interner;
use crate::load::batch::Batch;
use crate::load::batch::Limits;
use crate::load::batch::ROWS_A_BATCH;
use crate::load::batch::read_in_batches;
use crate::load::loaded::LoadedInputs;
use crate::load::loaded::ReadReport;
use crate::load::loaded::TakenInput;
use crate::load::order::Arrivals;
use crate::load::order::order;
use crate::load::run::Run;
use crate::load::text_order::TextOrder;
use crate::source::CarriedPart;
use crate::source::ContentComparison;
use crate::source::Fingerprint;
use crate::source::Input;
use crate::source::ReadOptions;
use crate::source::Settled;
use crate::source::Table;
use crate::system::memory::available_bytes;
use crate::words::coverage::Coverage;
use crate::words::coverage::Extent;
use crate::words::coverage::UserSample;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::count;
use crate::words::memory;
use crate::words::progress::Progress;
use crate::words::progress::Stage;
use crate::words::timestamp::Timestamp;

/// Pageviews after which an observer gets a first look.
const ROWS_OF_FIRST_LOOK: usize = 1 << 15;

/// When pageviews wait in files, and where these files are.
#[derive(Clone, Debug)]
pub struct Spill {
    /// Pageviews that are kept in memory. There may be one batch more.
    pub rows_a_slab: usize,
    /// The folder of the files, which have no name.
    pub folder: PathBuf,
}

impl Spill {
    /// Slabs of the usual size.
    pub fn to(folder: impl Into<PathBuf>) -> Spill {
        Spill {
            rows_a_slab: Spill::usual_rows(),
            folder: folder.into(),
        }
    }

    /// As many pageviews as take a quarter of the available memory: 16 bytes each, and 12 to order them.
    pub fn usual_rows() -> usize {
        const FEWEST: usize = 1 << 24;
        const BYTES_A_ROW: u64 = 28;
        let in_a_quarter = available_bytes().map_or(0, |bytes| bytes / 4 / BYTES_A_ROW);
        FEWEST.max(in_a_quarter as usize)
    }
}

/// Watches a load.
pub trait Observer {
    /// Receives progress. An error stops the load.
    fn progress(&mut self, progress: Progress) -> Result<()>;

    /// May look at the pageviews read so far. Called each time their number has doubled.
    fn so_far(&mut self, _loading: &Loading) {}
}

impl<F: FnMut(Progress) -> Result<()>> Observer for F {
    fn progress(&mut self, progress: Progress) -> Result<()> {
        self(progress)
    }
}

/// The pageviews of inputs, as far as they have been read.
pub struct Loading {
    spill: Spill,
    /// Bytes of all inputs, if that is known.
    total_bytes: Option<u64>,
    keeps_arrival: bool,
    /// Bytes of the inputs that have been read to their end.
    done_bytes: u64,
    users: Interner,
    /// By text column, the page first.
    texts: Vec<Interner>,
    carried: Vec<CarriedPart>,
    /// The pageviews that are in memory.
    slab: Arrivals,
    /// The runs with all other pageviews, and how many those are.
    runs: Vec<Run>,
    n_spilled: u64,
    /// The users of the runs.
    user_order: TextOrder,
    coverage: Coverage,
    /// How many pageviews came before the last reject.
    before_last_reject: Option<u64>,
    /// The inputs that have been read.
    known: Vec<TakenInput>,
    /// Whether content is taken in again that was taken in before.
    again: bool,
    /// The time zone of times without an offset.
    time_zone: Tz,
    /// How inputs were read, by layout or header.
    settled: Vec<Settled>,
    /// Texts of a batch by index.
    indices: Vec<u32>,
}

impl Loading {
    /// Begins a load of inputs that together have so many bytes, if that is known.
    pub fn new(spill: Spill, total_bytes: Option<u64>) -> Loading {
        Loading {
            spill,
            total_bytes,
            keeps_arrival: false,
            done_bytes: 0,
            users: Interner::default(),
            texts: vec![Interner::default()],
            carried: Vec::new(),
            slab: Arrivals::with_capacity(0, 1),
            runs: Vec::new(),
            n_spilled: 0,
            user_order: TextOrder::default(),
            coverage: Coverage::default(),
            before_last_reject: None,
            known: Vec::new(),
            again: false,
            time_zone: Tz::UTC,
            settled: Vec::new(),
            indices: Vec::new(),
        }
    }

    /// The same, but keeps the numbers of arrival, which a store needs.
    pub fn keeping_arrival(self) -> Loading {
        Loading {
            keeps_arrival: true,
            ..self
        }
    }

    /// The same, but with `again` it takes in content that it took in before.
    pub fn taking_again(self, again: bool) -> Loading {
        Loading { again, ..self }
    }

    /// Whether any input has been read to its end.
    pub fn has_read(&self) -> bool {
        !self.known.is_empty()
    }

    /// Adds a sentence about the inputs.
    pub fn note(&mut self, note: String) {
        self.coverage.notes.push(note);
    }

    /// How many pageviews have been read.
    pub fn n_rows(&self) -> u64 {
        self.n_spilled + self.slab.len() as u64
    }

    /// About how much memory they take once all of them are in memory.
    fn n_bytes(&self) -> usize {
        const BYTES_A_TEXT: usize = 40;
        let of_texts =
            |texts: &Interner| texts.texts().n_bytes() + texts.texts().len() * BYTES_A_TEXT;
        let of_rows = (self.n_rows() as usize).saturating_mul(self.slab.bytes_a_row());
        of_rows + of_texts(&self.users) + self.texts.iter().map(of_texts).sum::<usize>()
    }

    /// Reads an input, or the table that it stands for, to its end.
    ///
    /// Errors as the reading does, with the first reject if `strict`, and when the observer does. What was read until
    /// then is kept, and counts as a part of the input.
    pub fn read(
        &mut self,
        input: &mut Input,
        table: Option<Box<dyn Table + Send>>,
        options: &ReadOptions,
        strict: bool,
        observer: &mut dyn Observer,
    ) -> Result<ReadReport> {
        self.carry(options)?;
        self.time_zone = options.times.zone;
        let mut options = options.clone();
        for settled in self.settled.iter().cloned() {
            options.settle(settled);
        }
        let (size, name) = (input.size(), input.name().to_owned());
        let limits = Limits {
            rows_a_batch: ROWS_A_BATCH.min(self.spill.rows_a_slab),
            strict,
        };
        let (passed_bytes, comparison) = match self.again || table.is_some() {
            true => Default::default(),
            false => self.pass_known(input)?,
        };
        self.before_last_reject = None;
        let coverage_before = self.coverage.clone();
        let n_users_before = self.users.texts().len();
        let n_texts_before: Vec<usize> =
            self.texts.iter().map(|texts| texts.texts().len()).collect();
        let (rows_before, rejects_before) = (self.n_rows(), self.coverage.rejects);
        let shown_before = self.coverage.first_rejects.len();
        let mut span = None;
        let mut next_look = ROWS_OF_FIRST_LOOK;
        let understood = read_in_batches(input, table, &options, limits, &mut |batch| {
            span = widened(span, &batch.at);
            self.take(batch)?;
            // A vector that grows doubles, and ordering needs a second copy.
            if !memory::has_room_for(3 * self.n_bytes()) {
                return Err(Error::Input {
                    input: name.clone(),
                    problem: "there is not enough memory for its pageviews: split it, and load the parts into a store"
                        .to_owned(),
                });
            }
            observer.progress(Progress {
                stage: Stage::Read,
                done: self.done_bytes + batch.bytes_read,
                total: self.total_bytes.or(size.map(|size| self.done_bytes + size)),
                pageviews: self.n_rows(),
                rejects: self.coverage.rejects,
            })?;
            if self.slab.len() >= next_look && self.runs.is_empty() {
                next_look = self.slab.len() * 2;
                observer.so_far(self);
            }
            match self.slab.len() >= self.spill.rows_a_slab {
                true => self.spill(),
                false => Ok(()),
            }
        })?;
        let mut earlier = self.known.iter().map(|known| &known.report);
        if let Some(earlier) = earlier.find(|report| report.pageviews > 0)
            && self.n_rows() > rows_before
            && earlier.understood.sample != understood.sample
        {
            let samples = [&understood, &earlier.understood].map(|read| read.sample);
            return Err(Error::Input {
                input: name,
                problem: UserSample::mixed(samples, &earlier.input),
            });
        }
        let content = input.fingerprint();
        if !self.again {
            let same = self.known.iter().find(|known| {
                (known.content.length, known.content.digest) == (content.length, content.digest)
            });
            let longer = self.beginning_of(&comparison, rows_before);
            if let Some(known) = same.or(longer) {
                let error = known.has(input, same.is_none());
                let Some(kept) = rows_before.checked_sub(self.n_spilled) else {
                    return Err(Error::Input {
                        input: name,
                        problem: format!(
                            "it repeats the content of {}: leave one of them out, or read both with --again",
                            known.report.input
                        ),
                    });
                };
                self.slab.truncate(kept as usize);
                // A line that was cut short may have brought users and texts of its own.
                self.users.truncate(n_users_before);
                for (texts, n) in self.texts.iter_mut().zip(n_texts_before) {
                    texts.truncate(n);
                }
                self.coverage = coverage_before;
                return Err(error);
            }
        }
        if let Some(settled) = understood.settled.clone() {
            options.settle(settled);
            self.settled = options.settled;
        }
        self.done_bytes += input.bytes_read();
        let coverage = &mut self.coverage;
        coverage.extent = Extent::Whole;
        coverage.sample = coverage.sample.or(understood.sample);
        coverage.leave_out(&understood.left_out);
        coverage.reject(&understood.reject_reasons);
        coverage.notes.push(understood.to_string());
        coverage.notes.extend_from_slice(&understood.notes);
        coverage.warnings.extend_from_slice(&understood.warnings);
        let report = ReadReport {
            input: input.name().to_owned(),
            bytes: input.bytes_read(),
            passed_bytes,
            pageviews: self.n_rows() - rows_before,
            rejects: self.coverage.rejects - rejects_before,
            first_rejects: self.coverage.first_rejects[shown_before..].to_vec(),
            understood,
            span: span.map(|(first, last)| (Timestamp::clamped(first), Timestamp::clamped(last))),
        };
        self.known.push(TakenInput {
            report: report.clone(),
            content,
            rows: rows_before..self.n_rows(),
        });
        Ok(report)
    }

    /// Makes room for the carried columns. Errors if inputs before carried others.
    fn carry(&mut self, options: &ReadOptions) -> Result<()> {
        if self.carried == options.carried {
            return Ok(());
        }
        if self.n_rows() > 0 || self.has_read() {
            let problem =
                "the inputs before it carried other columns: read all of them with the same ones";
            return Err(Error::Usage(problem.to_owned()));
        }
        self.texts = Vec::new();
        self.texts
            .resize_with(1 + options.carried.len(), Interner::default);
        self.slab = Arrivals::with_capacity(0, self.texts.len());
        self.carried.clone_from(&options.carried);
        Ok(())
    }

    /// Leaves out the rows at the beginning that earlier inputs brought. Returns the length of that beginning in
    /// bytes, and the inputs of which this one may be the beginning.
    ///
    /// Errors with [`Error::ReadAlready`] if there is nothing else, and if the last line of an earlier input goes on
    /// in this one.
    fn pass_known(&self, input: &mut Input) -> Result<(u64, ContentComparison)> {
        let known: Vec<Fingerprint> = self.known.iter().map(|known| known.content).collect();
        let comparison = input.compare(&known)?;
        let passed_bytes = match comparison.begins {
            None => 0,
            Some((place, _)) if comparison.is_all => {
                return Err(self.known[place].has(input, false));
            }
            Some((place, prefix)) if !prefix.is_whole_lines => {
                return Err(Error::Input {
                    input: input.name().to_owned(),
                    problem: format!(
                        "it continues the last line of {}: leave that file out, or read both with --again",
                        self.known[place].report.input
                    ),
                });
            }
            Some((_, prefix)) => {
                input.pass(prefix);
                prefix.length
            }
        };
        Ok((passed_bytes, comparison))
    }

    /// Whether one of these inputs begins with the pageviews from `start` on. A last line that was cut short does not
    /// count as a difference, whether it is a pageview or a reject.
    fn beginning_of(&self, comparison: &ContentComparison, start: u64) -> Option<&TakenInput> {
        let is_cut =
            comparison.ends_within_a_line && self.before_last_reject != Some(self.n_rows());
        let n = (self.n_rows() - start).saturating_sub(u64::from(is_cut));
        let start = start.checked_sub(self.n_spilled)? as usize;
        let longer = comparison.longer.iter().map(|&place| &self.known[place]);
        let is_beginning = |known: &&TakenInput| {
            let Some(first) = known.rows.start.checked_sub(self.n_spilled) else {
                return false;
            };
            let (a, b, n) = (first as usize, start, n as usize);
            n > 0
                && n as u64 <= known.rows.end - known.rows.start
                && self.slab.agree(a..a + n, b..b + n)
        };
        longer.into_iter().find(is_beginning)
    }

    fn take(&mut self, batch: &mut Batch) -> Result<()> {
        if self.n_rows() + batch.at.len() as u64 > Dataset::MAX_ROWS as u64 {
            let most = count(Dataset::MAX_ROWS as u64);
            return Err(Error::Usage(format!(
                "there are more than {most} pageviews, the most that can be read at once: split the input"
            )));
        }
        if let Some(n) = batch.before_last_reject {
            self.before_last_reject = Some(self.n_rows() + n as u64);
        }
        self.users.intern_all(&batch.users, &mut self.indices);
        self.slab.user.extend_from_slice(&self.indices);
        self.slab.at.extend_from_slice(&batch.at);
        let columns = self.texts.iter_mut().zip(&mut self.slab.texts);
        for ((texts, column), of_batch) in columns.zip(batch.texts()) {
            texts.intern_all(of_batch, &mut self.indices);
            column.extend_from_slice(&self.indices);
        }
        self.coverage.rejects += batch.rejects;
        self.coverage.first_rejects.append(&mut batch.first_rejects);
        self.coverage.extent = Extent::Partial {
            read_bytes: self.done_bytes + batch.bytes_read,
            of: self.total_bytes,
        };
        Ok(())
    }

    /// Writes the slab to a run.
    fn spill(&mut self) -> Result<()> {
        self.user_order.extend(self.users.texts());
        let next = Arrivals::with_capacity(self.slab.len(), self.texts.len());
        let slab = mem::replace(&mut self.slab, next);
        let first_arrival = self.first_arrival();
        self.n_spilled += slab.len() as u64;
        let as_they_are: Vec<Vec<u32>> = self.texts.iter().map(numbers).collect();
        let user_places = self.user_order.places();
        let slab = order(slab, &user_places, &as_they_are, first_arrival);
        let run = Run::write(&self.spill.folder, &slab, self.user_order.indices());
        self.runs
            .push(run.map_err(Error::io("write", &self.spill.folder))?);
        Ok(())
    }

    /// The number of the slab's first pageview, if numbers are kept.
    fn first_arrival(&self) -> Option<u32> {
        self.keeps_arrival.then_some(self.n_spilled as u32)
    }

    /// What has been read so far as a dataset; `None` if not all of it is in memory. Costs as much as ordering it.
    pub fn so_far(&self) -> Option<Dataset> {
        let ordered = || self.in_memory(self.slab.clone()).0;
        self.runs.is_empty().then(ordered)
    }

    /// All that has been read, as a dataset with users and texts in byte order. It is marked as a part if an input was
    /// not read to its end.
    ///
    /// Errors when the files that pageviews wait in fail, and when the observer does.
    pub fn finish(self, observer: &mut dyn Observer) -> Result<Dataset> {
        self.put_together(observer).map(|(dataset, _, _)| dataset)
    }

    /// The same, with what a store keeps of the inputs. Errors in the same cases.
    pub fn finish_inputs(self, observer: &mut dyn Observer) -> Result<LoadedInputs> {
        let (zone, carried) = (self.time_zone, self.carried.clone());
        let (mut dataset, arrival, inputs) = self.put_together(observer)?;
        let doubts = doubts(&dataset, zone);
        for doubt in doubts {
            dataset.coverage.warn(&doubt.mark, doubt.sentence);
        }
        Ok(LoadedInputs {
            dataset: Arc::new(dataset),
            arrival,
            inputs,
            carried,
        })
    }
}

/// The numbers of the texts as they are.
fn numbers(texts: &Interner) -> Vec<u32> {
    (0..texts.texts().len() as u32).collect()
}

/// A span of time, extended to cover more instants.
fn widened(span: Option<(i64, i64)>, at: &[i64]) -> Option<(i64, i64)> {
    let (Some(&first), Some(&last)) = (at.iter().min(), at.iter().max()) else {
        return span;
    };
    match span {
        None => Some((first, last)),
        Some(span) => Some((span.0.min(first), span.1.max(last))),
    }
}

#[cfg(test)]
mod tests;
