//! Which columns the pageviews of a store carry, in its settings. They are chosen with the first pageviews. Store floor.

use rusqlite::OptionalExtension;
use rusqlite::types::ValueRef;

use crate::source::CarriedPart;
use crate::source::ReadOptions;
use crate::store::checksum::Checksum;
use crate::store::checksum::StorePart;
use crate::store::connection::Store;
use crate::store::schema;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::pageview::MOST_CARRIED;

impl Store {
    /// The names of the columns that its pageviews carry.
    pub fn carried_names(&self) -> Result<Vec<String>> {
        let carried = self.carried()?.into_iter();
        Ok(carried.map(|carried| carried.name).collect())
    }

    /// The columns that its pageviews carry. Errors if the record is damaged.
    pub(super) fn carried(&self) -> Result<Vec<CarriedPart>> {
        let query = "SELECT value FROM settings WHERE name = 'carried'";
        let record = self.connection.query_row(query, [], |row| {
            Ok(match row.get_ref(0)? {
                ValueRef::Text(text) => std::str::from_utf8(text).ok().map(str::to_owned),
                _ => None,
            })
        });
        let text = match record.optional().map_err(self.failed("read"))? {
            None => return self.carries_nothing(),
            Some(text) => text.unwrap_or_default(),
        };
        match serde_json::from_str::<Vec<CarriedPart>>(&text) {
            Ok(carried) if (1..=MOST_CARRIED).contains(&carried.len()) => {
                let sum = Checksum::of_text(&text);
                self.compare_checksum(StorePart::CarriedColumns, sum)?;
                Ok(carried)
            }
            _ => Err(self.damaged("its record of what its pageviews carry is damaged")),
        }
    }

    /// Errors if its pageviews carry something all the same.
    fn carries_nothing(&self) -> Result<Vec<CarriedPart>> {
        let has_sum = self.checksum(StorePart::CarriedColumns)?.is_some();
        match has_sum || self.version()? == schema::VERSION_THAT_CARRIES {
            true => Err(self.damaged("its record of what its pageviews carry is missing")),
            false => Ok(Vec::new()),
        }
    }

    /// The options of a load that carries what the store does. A store without pageviews begins to carry what is asked
    /// for.
    ///
    /// Errors if other columns are asked for than those of the pageviews that are there.
    pub(super) fn carrying_as_before(&self, options: ReadOptions) -> Result<ReadOptions> {
        let (kept, asked) = (self.carried()?, &options.carried);
        if self.next_arrival()? == 0 && kept.is_empty() {
            self.begin_to_carry(asked)?;
            return Ok(options);
        }
        let part_of = |kept: &CarriedPart| match asked.is_empty() {
            true => Some(kept.clone()),
            false => asked.iter().find(|asked| asked.name == kept.name).cloned(),
        };
        let carried: Option<Vec<CarriedPart>> = kept.iter().map(part_of).collect();
        match carried {
            Some(carried) if asked.len() <= carried.len() => Ok(ReadOptions {
                carried,
                // What was asked for by name is there, or it was mistyped.
                may_lack_carried: asked.is_empty() || options.may_lack_carried,
                ..options
            }),
            _ => Err(self.carries_others(&kept)),
        }
    }

    fn carries_others(&self, kept: &[CarriedPart]) -> Error {
        let names: Vec<&str> = kept.iter().map(|kept| kept.name.as_str()).collect();
        let (what, way) = match names.is_empty() {
            true => ("nothing".to_owned(), "leave --carry out".to_owned()),
            false => {
                let names = names.join(",");
                (names.clone(), format!("load with --carry {names}"))
            }
        };
        Error::Store {
            action: "load into",
            path: self.path().into(),
            problem: format!(
                "its pageviews carry {what}, and all must carry the same: {way}, or load its sources into a new store"
            ),
        }
    }

    /// Makes the tables of a store without pageviews anew, for pageviews that carry these columns.
    pub(super) fn begin_to_carry(&self, carried: &[CarriedPart]) -> Result<()> {
        if carried.is_empty() {
            return Ok(());
        }
        let names = carried.iter().map(|carried| carried.name.clone());
        let made = schema::pageviews_anew(&names.collect::<Vec<_>>());
        let text = serde_json::to_string(carried)
            .map_err(|error| self.damaged(&format!("it cannot record what is carried: {error}")))?;
        let version = schema::VERSION_THAT_CARRIES;
        let keep = "INSERT INTO settings (name, value) VALUES ('carried', ?1)";
        self.connection
            .execute_batch(&made)
            .and_then(|()| self.connection.execute(keep, [&text]))
            .and_then(|_| self.connection.pragma_update(None, "user_version", version))
            .map_err(self.failed("write"))?;
        self.save_checksum(StorePart::CarriedColumns, Checksum::of_text(&text))?;
        for number in 1..=carried.len() {
            self.save_checksum(StorePart::Carried(number), Checksum::default())?;
        }
        Ok(())
    }
}
