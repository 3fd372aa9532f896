//! Keeps what was read for exploring as a new store. Store floor.

use std::path::Path;

use crate::load::LoadedInputs;
use crate::load::Observer;
use crate::store::connection::Store;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::gap::Gap;
use crate::words::interrupt::Interrupt;
use crate::words::timestamp::Timestamp;

impl Store {
    /// Writes inputs that were read with their numbers of arrival as a new store with this gap. It is the same as
    /// loading them one by one. Nobody sees the store until it is whole.
    ///
    /// Errors when there is a file already, when only a part of the inputs was read, and when `observer` does.
    pub fn keep_inputs(
        path: &Path,
        loaded: &LoadedInputs,
        gap: Gap,
        loaded_at: Timestamp,
        interrupt: Interrupt,
        observer: &mut dyn Observer,
    ) -> Result<Store> {
        if !loaded.dataset.coverage.extent.is_whole() {
            let problem = "only a part of the input was read: read all of it, then keep it";
            return Err(Error::Usage(problem.to_owned()));
        }
        let mut store = Store::open_or_draft_heeding(path, interrupt)?;
        if !store.is_unseen() {
            return Err(Error::Store {
                action: "make",
                path: path.to_owned(),
                problem: "there is a file already: choose another name, or add to it with dwell load --store".to_owned(),
            });
        }
        store.begin_to_carry(&loaded.carried)?;
        store.save_gap(gap)?;
        store.fill(loaded, observer)?;
        for input in &loaded.inputs {
            store.enter(&input.report, input.content, 0, loaded_at)?;
        }
        store.keep()
    }
}
