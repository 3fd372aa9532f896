//! The first load of a new store: its tables are built in the file, without SQLite. Store floor.
//!
//! Nobody else can see such a store, and whoever fails to fill it drops it. The rows, the sessions and the
//! texts are built as trees while no connection is open; what is small goes through SQL afterwards.

use std::io;
use std::path::Path;

use crate::engine::dictionary::Dictionary;
use crate::engine::order::Arrival;
use crate::engine::order::Ordered;
use crate::store::activity::Activity;
use crate::store::btree::IndexTree;
use crate::store::btree::TextTree;
use crate::store::checksum::Checksum;
use crate::store::checksum::Part;
use crate::store::connection::Store;
use crate::store::duplicates::Ties;
use crate::store::gather::Gathered;
use crate::store::gather::Intake;
use crate::store::load::LoadReport;
use crate::store::options::Observer;
use crate::store::pages::PAGE_BYTES;
use crate::store::pages::Pages;
use crate::store::refresh::Refreshed;
use crate::store::refresh::Slab;
use crate::store::scan::ROWS_A_REPORT;
use crate::store::spill::Row;
use crate::store::spill::Run;
use crate::store::spill::merge_next;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::gap::Gap;
use crate::words::progress::Progress;
use crate::words::progress::Stage;

/// Pageviews whose sessions are cut together; they stay in the cache.
const ROWS_A_CUT: usize = 1 << 15;

impl Store {
    /// Takes in the first input of a store that nobody else sees.
    pub(super) fn fill(&mut self, intake: &mut Intake<'_>) -> Result<LoadReport> {
        let path = self.file().to_path_buf();
        let failed = written(self.path());
        let folder = path.parent().unwrap_or(Path::new("."));
        let (mut users, mut pages) = (Numbers::default(), Numbers::default());
        let mut runs: Vec<Run> = Vec::new();
        let mut n_spilled = 0;
        let mut spill = |gathered: &mut Gathered, _: &mut dyn Observer| -> Result<()> {
            let n_rows = gathered.arrivals.len() as u64;
            users.extend(gathered.users.texts());
            pages.extend(gathered.pages.texts());
            let slab = order(&mut gathered.arrivals, &users, &pages);
            let run = Run::write(folder, &slab, users.by_index.len(), n_spilled as i64);
            runs.push(run.map_err(&failed)?);
            n_spilled += n_rows;
            Ok(())
        };
        let (understood, mut gathered) = intake.gather(&mut spill)?;
        if !gathered.is_whole() {
            spill(&mut gathered, intake.observer)?;
        }
        let texts = gathered.take_texts();

        let gap = self.gap()?;
        let mut filling = Filling {
            trees: Trees::new(),
            slab: Slab::default(),
            ties: Ties::default(),
            activity: Activity::default(),
            sums: Sums::default(),
            gap,
            rows_a_cut: ROWS_A_CUT.min(intake.rows_a_slab),
            dedupe: intake.options.dedupe,
            duplicates: 0,
            refreshed: Refreshed::default(),
            watch: Watch {
                observer: intake.observer,
                reported: 0,
                done: 0,
                pageviews: gathered.pageviews,
                rejects: gathered.rejects,
            },
            failed: &failed,
        };
        let roots = self.roots()?;
        self.aside(|| {
            let mut file = Pages::open(&path).map_err(&failed)?;
            if runs.is_empty() {
                users.extend(&texts[0]);
                pages.extend(&texts[1]);
                let slab = order(&mut gathered.arrivals, &users, &pages);
                gathered.arrivals = Vec::new();
                filling.take_slab(&slab, users.by_index.len(), &mut file)?;
            } else {
                filling.take_runs(&mut runs, &mut file)?;
            }
            let texts = [(&texts[0], &users), (&texts[1], &pages)];
            filling.finish(file, texts, &roots)
        })?;
        let Filling {
            activity,
            sums,
            duplicates,
            refreshed,
            ..
        } = filling;
        self.save_checksum(Part::Pageviews, sums.pageviews)?;
        self.save_checksum(Part::Users, sums.texts[0])?;
        self.save_checksum(Part::Pages, sums.texts[1])?;
        self.write_activity(activity)?;
        Ok(LoadReport::of(
            intake.input,
            understood,
            gathered,
            duplicates,
            refreshed,
        ))
    }

    /// Numbers of the pages at which the trees of a store begin, in the order in which they are built.
    fn roots(&self) -> Result<[u32; 6]> {
        const NAMES: [&str; 6] = [
            "pageview",
            "session",
            "users",
            "sqlite_autoindex_users_1",
            "pages",
            "sqlite_autoindex_pages_1",
        ];
        let mut roots = [0; 6];
        let mut statement = self.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?1")?;
        for (name, root) in NAMES.into_iter().zip(&mut roots) {
            let found = statement.query_row([name], |row| row.get(0));
            *root = found.map_err(self.failed("read"))?;
        }
        Ok(roots)
    }
}

/// Orders a slab by the ids that its users have in the store; its pages become their ids. Takes the arrivals.
fn order(arrivals: &mut Vec<Arrival>, users: &Numbers, pages: &Numbers) -> Ordered {
    for arrival in arrivals.iter_mut() {
        arrival.user = users.by_index[arrival.user as usize];
        arrival.page = pages.by_index[arrival.page as usize] + 1;
    }
    let slab = Ordered::new(users.by_index.len(), arrivals);
    arrivals.clear();
    slab
}

/// Numbers from 0 of texts, one less than their ids: those that are new in a slab follow those of the slabs
/// before it, in text order, so that users come out in order.
#[derive(Default)]
struct Numbers {
    /// By index of the text.
    by_index: Vec<u32>,
    /// Indices of the texts by number.
    in_order: Vec<u32>,
}

impl Numbers {
    fn extend(&mut self, texts: &Dictionary) {
        let known = self.by_index.len() as u32;
        let fresh = texts.order_of(known..texts.len() as u32);
        self.by_index.resize(texts.len(), 0);
        for (&index, number) in fresh.iter().zip(known..) {
            self.by_index[index as usize] = number;
        }
        self.in_order.extend(fresh);
    }
}

struct Trees {
    pageview: IndexTree,
    session: IndexTree,
}

impl Trees {
    fn new() -> Trees {
        Trees {
            pageview: IndexTree::new(PAGE_BYTES),
            session: IndexTree::new(PAGE_BYTES),
        }
    }
}

/// The sums of what is written; of the texts those of the users and those of the pages.
#[derive(Default)]
struct Sums {
    pageviews: Checksum,
    texts: [Checksum; 2],
}

/// Tells an observer how many pageviews are written.
struct Watch<'a> {
    observer: &'a mut dyn Observer,
    reported: u64,
    done: u64,
    pageviews: u64,
    rejects: u64,
}

impl Watch<'_> {
    fn count(&mut self, n_rows: usize) -> Result<()> {
        self.done += n_rows as u64;
        if self.done - self.reported < ROWS_A_REPORT {
            return Ok(());
        }
        self.reported = self.done;
        self.observer.progress(Progress {
            stage: Stage::Write,
            done: self.done,
            total: Some(self.pageviews),
            pageviews: self.pageviews,
            rejects: self.rejects,
        })
    }
}

/// Writes pageviews that come in order, and what is derived from them on the way.
struct Filling<'a, F> {
    trees: Trees,
    slab: Slab,
    ties: Ties,
    activity: Activity,
    sums: Sums,
    gap: Gap,
    rows_a_cut: usize,
    dedupe: bool,
    duplicates: u64,
    refreshed: Refreshed,
    watch: Watch<'a>,
    failed: F,
}

impl<F: Fn(io::Error) -> Error> Filling<'_, F> {
    fn take_slab(&mut self, slab: &Ordered, n_users: usize, file: &mut Pages) -> Result<()> {
        for user in 0..n_users {
            let rows = slab.rows_of(user);
            let placed = rows.iter().map(|row| Row {
                at: row.at,
                arrival: i64::from(row.arrival),
                page: row.page,
            });
            self.take_user(user as u32, placed, file)?;
            self.watch.count(rows.len())?;
        }
        Ok(())
    }

    fn take_runs(&mut self, runs: &mut [Run], file: &mut Pages) -> Result<()> {
        let mut rows = Vec::new();
        while let Some(user) = merge_next(runs, &mut rows).map_err(&self.failed)? {
            self.take_user(user, rows.iter().copied(), file)?;
            self.watch.count(rows.len())?;
        }
        Ok(())
    }

    fn take_user(
        &mut self,
        user: u32,
        rows: impl Iterator<Item = Row>,
        file: &mut Pages,
    ) -> Result<()> {
        let id = i64::from(user) + 1;
        self.slab.begin_user(id);
        for row in rows {
            let at_us = row.at.as_us();
            if self.ties.has(id, at_us, row.page) {
                self.duplicates += 1;
                if self.dedupe {
                    continue;
                }
            }
            self.activity.note(id, row.at);
            let values = [id, at_us, row.arrival, i64::from(row.page)];
            self.sums.pageviews.add_row(values);
            let pushed = self.trees.pageview.push(file, values);
            pushed.map_err(&self.failed)?;
            self.slab.push(row.at, row.page);
        }
        if self.slab.n_rows() >= self.rows_a_cut {
            self.cut(file)?;
        }
        Ok(())
    }

    fn cut(&mut self, file: &mut Pages) -> Result<()> {
        self.refreshed.pageviews += self.slab.n_rows() as u64;
        let (session, written) = (&mut self.trees.session, &mut self.refreshed.written);
        let cut = self.slab.drain(self.gap, |row| {
            *written += 1;
            session.push(file, *row)
        });
        cut.map_err(&self.failed)
    }

    /// Writes the texts, and lets SQLite see all of it.
    fn finish(
        &mut self,
        mut file: Pages,
        texts: [(&Dictionary, &Numbers); 2],
        roots: &[u32; 6],
    ) -> Result<()> {
        self.cut(&mut file)?;
        let Trees { pageview, session } = std::mem::replace(&mut self.trees, Trees::new());
        let built = || -> io::Result<()> {
            let mut built = vec![pageview.finish(&mut file)?, session.finish(&mut file)?];
            for ((texts, numbers), sum) in texts.into_iter().zip(&mut self.sums.texts) {
                // In the order of their ids, which is that of the texts unless there was more than one slab.
                let in_order = numbers.in_order.iter();
                let texts: Dictionary = in_order.map(|&index| texts.text(index)).collect();
                let mut by_id = TextTree::new(PAGE_BYTES);
                for (text, id) in texts.iter().zip(1..) {
                    by_id.push(&mut file, id, text)?;
                    sum.add_text(id, text);
                }
                built.push(by_id.finish(&mut file)?);
                let mut by_text = IndexTree::new(PAGE_BYTES);
                for number in texts.in_text_order() {
                    by_text.push_text(&mut file, texts.text(number), i64::from(number) + 1)?;
                }
                built.push(by_text.finish(&mut file)?);
            }
            file.finish(roots.iter().copied().zip(built.iter().map(|page| &**page)))
        };
        built().map_err(&self.failed)
    }
}

/// Turns a failure to write a store's file into an error, in the words of SQLite's.
fn written(path: &Path) -> impl Fn(io::Error) -> Error + use<> {
    let path = path.to_path_buf();
    move |error| Error::Store {
        action: "load into",
        path: path.clone(),
        problem: match error.kind() {
            io::ErrorKind::StorageFull => "no space left on the disk".to_owned(),
            _ => "disk I/O error: is the disk full, or a limit reached?".to_owned(),
        },
    }
}
