//! The first load of a new store: builds its tables in the file, without SQLite. Store floor.
//!
//! Nobody else can see such a store, and if filling it fails, it is dropped. The rows, the sessions and the texts are
//! built as trees while no connection is open. What is small goes through SQL afterwards.

use std::io;
use std::path::Path;

use crate::engine::dataset::TextValues;
use crate::engine::dictionary::Dictionary;
use crate::engine::sessionize::sessionize;
use crate::load::LoadedInputs;
use crate::load::Observer;
use crate::store::activity::Activity;
use crate::store::checksum::Checksum;
use crate::store::checksum::StorePart;
use crate::store::connection::Store;
use crate::store::file::btree::IndexTree;
use crate::store::file::btree::TextTree;
use crate::store::file::pages::FilePages;
use crate::store::file::pages::PAGE_BYTES;
use crate::store::write::load::WriteProgress;
use crate::store::write::refresh::Refreshed;
use crate::store::write::refresh::session_row;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::gap::Gap;

/// The root of a tree that was built.
type Root = Box<[u8]>;

impl Store {
    /// Writes the first pageviews of a store that nobody else sees, and their sessions.
    pub(super) fn fill(
        &mut self,
        loaded: &LoadedInputs,
        observer: &mut dyn Observer,
    ) -> Result<Refreshed> {
        let (path, gap, roots) = (
            self.file().to_path_buf(),
            self.gap()?,
            self.roots(loaded.carried.len())?,
        );
        let failed = written(self.path());
        let mut filling = Filling {
            loaded,
            gap,
            activity: Activity::default(),
            sums: vec![Checksum::default(); 3 + loaded.carried.len()],
            watch: WriteProgress::new(observer, loaded.dataset.n_rows()),
            refreshed: Refreshed::default(),
            failed: &failed,
        };
        self.aside(|| {
            let mut file = FilePages::open(&path).map_err(&failed)?;
            let built = filling.build(&mut file)?;
            let pages = roots.into_iter().zip(built.iter().map(|page| &**page));
            file.finish(pages).map_err(&failed)
        })?;
        let Filling {
            activity,
            sums,
            refreshed,
            ..
        } = filling;
        let carried = (1..=loaded.carried.len()).map(StorePart::Carried);
        let parts = [StorePart::Pageviews, StorePart::Users, StorePart::Pages];
        for (part, sum) in parts.into_iter().chain(carried).zip(sums) {
            self.save_checksum(part, sum)?;
        }
        self.write_activity(activity, None)?;
        Ok(refreshed)
    }

    /// Numbers of the pages at which the trees of a store begin, in the order in which they are built.
    fn roots(&self, n_carried: usize) -> Result<Vec<u32>> {
        let texts = ["users".to_owned(), "pages".to_owned()].into_iter();
        let texts = texts.chain((1..=n_carried).map(|n| format!("carried_{n}")));
        let texts = texts.flat_map(|table| {
            let index = format!("sqlite_autoindex_{table}_1");
            [table, index]
        });
        let names = ["pageview".to_owned(), "session".to_owned()].into_iter();
        let mut statement = self.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?1")?;
        let root = |name: String| {
            let found = statement.query_row([name], |row| row.get(0));
            found.map_err(self.failed("read"))
        };
        names.chain(texts).map(root).collect()
    }
}

/// The id in the store for an index in the dataset.
fn id_of(index: u32) -> i64 {
    i64::from(index) + 1
}

/// Writes the trees of a store, and collects what is derived on the way.
struct Filling<'a, F> {
    loaded: &'a LoadedInputs,
    gap: Gap,
    activity: Activity,
    /// Of the pageviews, the users, the pages and the carried columns.
    sums: Vec<Checksum>,
    watch: WriteProgress<'a>,
    refreshed: Refreshed,
    failed: F,
}

impl<F: Fn(io::Error) -> Error> Filling<'_, F> {
    fn build(&mut self, file: &mut FilePages) -> Result<Vec<Root>> {
        let dataset = &self.loaded.dataset;
        let mut built = vec![self.pageviews(file)?, self.sessions(file)?];
        let texts = [dataset.users(), dataset.pages()].into_iter();
        let texts = texts.chain(dataset.carried().map(|carried| carried.texts));
        for (texts, sum) in texts.zip(&mut self.sums[1..]) {
            built.extend(build_texts(texts, sum, file).map_err(&self.failed)?);
        }
        Ok(built)
    }

    fn pageviews(&mut self, file: &mut FilePages) -> Result<Root> {
        let LoadedInputs {
            dataset, arrival, ..
        } = self.loaded;
        let mut tree = IndexTree::new(PAGE_BYTES);
        let carried: Vec<TextValues<'_>> = dataset.carried().collect();
        let mut wide = Vec::new();
        for user in 0..dataset.n_users() {
            let (id, rows) = (id_of(user as u32), dataset.rows_of(user));
            for row in rows.clone() {
                let at = dataset.at(row);
                self.activity.note(id, at);
                let page = id_of(dataset.page()[row]);
                let values = [id, at.as_us(), i64::from(arrival[row]), page];
                if carried.is_empty() {
                    self.sums[0].add_row(values, &[]);
                    tree.push(file, values).map_err(&self.failed)?;
                    continue;
                }
                wide.clear();
                wide.extend(values);
                wide.extend(carried.iter().map(|column| id_of(column.by_row[row])));
                self.sums[0].add_row(values, &wide[values.len()..]);
                tree.push_row(file, &wide).map_err(&self.failed)?;
            }
            self.watch.count(rows.len())?;
        }
        tree.finish(file).map_err(&self.failed)
    }

    fn sessions(&mut self, file: &mut FilePages) -> Result<Root> {
        let dataset = &self.loaded.dataset;
        let sessions = sessionize(dataset, self.gap);
        let mut tree = IndexTree::new(PAGE_BYTES);
        for user in 0..dataset.n_users() {
            for rows in sessions.spans(dataset.rows_of(user)) {
                let [user, started_at, ended_at, n, landing, exit] =
                    session_row(dataset, id_of(user as u32), rows);
                let row = [user, started_at, ended_at, n, landing + 1, exit + 1];
                tree.push(file, row).map_err(&self.failed)?;
            }
        }
        self.refreshed = Refreshed {
            pageviews: dataset.n_rows() as u64,
            written: sessions.len() as u64,
            ..Refreshed::default()
        };
        tree.finish(file).map_err(&self.failed)
    }
}

/// A dictionary's table, and its index by text.
fn build_texts(
    texts: &Dictionary,
    sum: &mut Checksum,
    file: &mut FilePages,
) -> io::Result<[Root; 2]> {
    let mut by_id = TextTree::new(PAGE_BYTES);
    for (text, index) in texts.iter().zip(0..) {
        by_id.push(file, id_of(index), text)?;
        sum.add_text(id_of(index), text);
    }
    let by_id = by_id.finish(file)?;
    let mut by_text = IndexTree::new(PAGE_BYTES);
    for index in texts.in_text_order() {
        by_text.push_text(file, texts.text(index), id_of(index))?;
    }
    Ok([by_id, by_text.finish(file)?])
}

/// Turns a failure to write a store's file into an error, worded like SQLite's.
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
