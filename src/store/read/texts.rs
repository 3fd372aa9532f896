//! A dictionary table in memory: its texts, and the place of each id's text. Store floor.

use rusqlite::types::ValueRef;
use xxhash_rust::xxh3::xxh3_64;

use crate::engine::dictionary::Dictionary;
use crate::store::checksum::Checksum;
use crate::store::checksum::StorePart;
use crate::store::connection::Store;
use crate::store::file::leaves::Stop;
use crate::store::file::leaves::TreePages;
use crate::words::error::Error;
use crate::words::error::Result;

/// The texts of `users`, `pages` or a carried column, in the order of their ids.
#[derive(Debug, Default)]
pub(in crate::store) struct Texts {
    pub(in crate::store) texts: Dictionary,
    /// Ascending. In every store that dwell made, ids count from 1 without a gap.
    ids: Vec<i64>,
    pub(in crate::store) sum: Checksum,
}

impl Texts {
    /// Errors if an id or a text is there twice, or if they are not those that loads put in.
    pub(in crate::store) fn read(store: &Store, part: StorePart) -> Result<Texts> {
        let (table, column, what) = match part {
            StorePart::Pages => ("pages".into(), "page", "page"),
            StorePart::Carried(n) => (format!("carried_{n}"), "value", "carried value"),
            _ => ("users".into(), "user_id", "user id"),
        };
        let read = match Texts::by_pages(store, &table)? {
            Some(read) if store.compare_checksum(part, read.sum).is_ok() => read,
            _ => Texts::by_sql(store, &table, column, what)?,
        };
        store.compare_checksum(part, read.sum)?;
        match read.repeated() {
            Some(index) => Err(read.repeats(store, what, index)),
            None => Ok(read),
        }
    }

    /// Reads the pages of the table. `None` if they are not plain. SQLite must then be asked.
    fn by_pages(store: &Store, table: &str) -> Result<Option<Texts>> {
        let root = store.root_page(table)?;
        let mut read = Texts::default();
        let scanned = store.pages_file().ok_or(Stop::NotPlain).and_then(|file| {
            TreePages::open(file)?.texts(root, |id, text| read.take(id, text).ok_or(Stop::NotPlain))
        });
        Ok(scanned.is_ok().then_some(read))
    }

    /// Asks SQLite for the texts.
    fn by_sql(store: &Store, table: &str, column: &str, what: &str) -> Result<Texts> {
        let mut read = Texts::default();
        let query = format!("SELECT id, {column} FROM {table} ORDER BY id");
        let mut statement = store.prepare(&query)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(store.failed("read"))? {
            let failed = store.failed("read");
            let (id, text) = (|| Ok((row.get(0)?, row.get_ref(1)?)))().map_err(failed)?;
            let text = match text {
                ValueRef::Text(text) => std::str::from_utf8(text).ok(),
                _ => None,
            };
            let text = text.ok_or_else(|| store.damaged(&format!("{what} {id} is not text")))?;
            let taken = read.take(id, text);
            taken.ok_or_else(|| store.damaged(&format!("its {what}s are not in order")))?;
        }
        Ok(read)
    }

    /// Takes the next text. `None` if its id is out of order.
    fn take(&mut self, id: i64, text: &str) -> Option<()> {
        if self.ids.last().is_some_and(|&last| last >= id) {
            return None;
        }
        self.sum.add_text(id, text);
        self.ids.push(id);
        self.texts.push(text);
        Some(())
    }

    /// The index of a text that is there twice.
    fn repeated(&self) -> Option<u32> {
        let texts = &self.texts;
        // In a store of one load, texts are in order.
        let mut pairs = texts.iter().zip(texts.iter().skip(1));
        if pairs.all(|(text, next)| text < next) {
            return None;
        }
        let mut hashes: Vec<(u64, u32)> = texts
            .iter()
            .map(|text| xxh3_64(text.as_bytes()))
            .zip(0..)
            .collect();
        hashes.sort_unstable();
        let alike = |pair: &&[(u64, u32)]| pair[0].0 == pair[1].0;
        let same = |pair: &[(u64, u32)]| texts.text(pair[0].1) == texts.text(pair[1].1);
        hashes
            .windows(2)
            .filter(alike)
            .find(|pair| same(pair))
            .map(|pair| pair[1].1)
    }

    fn repeats(&self, store: &Store, what: &str, index: u32) -> Error {
        let text = self.texts.text(index);
        store.damaged(&format!("the {what} \"{text}\" is there twice"))
    }

    /// The index of the text with this id.
    #[inline]
    pub(in crate::store) fn index(&self, id: i64) -> Option<u32> {
        let guess = usize::try_from(id.wrapping_sub(1))
            .ok()
            .filter(|&guess| self.ids.get(guess) == Some(&id));
        guess
            .or_else(|| self.ids.binary_search(&id).ok())
            .map(|index| index as u32)
    }

    /// The text with this id.
    pub(in crate::store) fn text(&self, id: i64) -> Option<&str> {
        self.index(id).map(|index| self.texts.text(index))
    }
}
