//! The distinct texts of a load on their way into a dictionary table. Store floor.

use rusqlite::Connection;
use rusqlite::OptionalExtension;
use rusqlite::params;

use crate::engine::dictionary::Dictionary;
use crate::store::checksum::Checksum;

/// The ids of the distinct texts of a load in a dictionary table of the store.
pub(super) struct TextIds {
    table: String,
    column: &'static str,
    /// The store's id of each text that has been stored, by index.
    pub(super) ids: Vec<i64>,
    /// The sum of the texts that are new in the store.
    pub(super) brought: Checksum,
}

impl TextIds {
    pub(super) fn new(table: impl Into<String>, column: &'static str) -> TextIds {
        TextIds {
            table: table.into(),
            column,
            ids: Vec::new(),
            brought: Checksum::default(),
        }
    }

    /// Gives every text without an id the one that it has in the store, or a new one. New ids follow the order of the
    /// texts, so that the table's index grows at its end and users come out in order.
    pub(super) fn store(
        &mut self,
        texts: &Dictionary,
        connection: &Connection,
    ) -> rusqlite::Result<()> {
        let TextIds {
            table,
            column,
            ids,
            brought,
        } = self;
        let fresh = texts.order_of(ids.len() as u32..texts.len() as u32);
        ids.resize(texts.len(), 0);

        let mut next: i64 = connection.query_row(
            &format!("SELECT coalesce(max(id), 0) + 1 FROM {table}"),
            [],
            |row| row.get(0),
        )?;
        let mut find =
            connection.prepare(&format!("SELECT id FROM {table} WHERE {column} = ?1"))?;
        let mut insert = connection.prepare(&format!("INSERT INTO {table} VALUES (?1, ?2)"))?;
        for index in fresh {
            let text = texts.text(index);
            ids[index as usize] = match find.query_row([text], |row| row.get(0)).optional()? {
                Some(id) => id,
                None => {
                    insert.execute(params![next, text])?;
                    brought.add_text(next, text);
                    next += 1;
                    next - 1
                }
            };
        }
        Ok(())
    }

    /// The indices of the texts in the order of their ids.
    pub(super) fn in_id_order(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.ids.len() as u32).collect();
        order.sort_unstable_by_key(|&index| self.ids[index as usize]);
        order
    }
}
