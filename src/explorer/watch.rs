//! Whether someone else has changed the store. Explorer floor.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;
use std::time::SystemTime;

use crate::app::Action;
use crate::explorer::events::Event;
use crate::store::Access;
use crate::store::Store;
use crate::words::error::Result;
use crate::words::gap::Gap;

/// How often to look.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// What the store was when it was read or written to last; `None` before.
#[derive(Clone, Default)]
pub(super) struct StoreWatch(Arc<Mutex<Option<Seen>>>);

/// What tells that a store has changed.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    /// Times and sizes of its files: a cheap sign that it is worth looking into it.
    files: Vec<Option<(SystemTime, u64)>>,
    /// How many loads and pageviews, and the gap of its sessions.
    revision: (u64, u64, Gap),
}

impl StoreWatch {
    /// Says [`Action::StoreChanged`] when it has, until what is returned is dropped.
    pub(super) fn begin(&self, path: PathBuf, events: Sender<Event>) -> Sender<()> {
        let (watching, end) = mpsc::channel();
        let watch = self.clone();
        thread::spawn(move || {
            while end.recv_timeout(BETWEEN_LOOKS) == Err(RecvTimeoutError::Timeout) {
                if watch.has_changed(&path) {
                    let _ = events.send(Event::Action(Action::StoreChanged));
                }
            }
        });
        watching
    }

    /// The store is about to be read: what it is now is what there will be to see.
    pub(super) fn remember(&self, path: &Path, store: &Store) -> Result<()> {
        *self.seen() = Some(Seen::of(path, store)?);
        Ok(())
    }

    /// Writes to the store, which then has the gap. That change is known.
    pub(super) fn while_writing<T>(
        &self,
        gap: Gap,
        write: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        let mut seen = self.seen();
        let written = write()?;
        if let Some(seen) = &mut *seen {
            // Whether there was another change, the next look tells.
            seen.revision.2 = gap;
            seen.files.clear();
        }
        Ok(written)
    }

    /// What cannot be read now is looked at again later.
    fn has_changed(&self, path: &Path) -> bool {
        // Not while we write to it ourselves.
        let Ok(mut guard) = self.0.try_lock() else {
            return false;
        };
        let Some(seen) = &mut *guard else {
            return false;
        };
        if Seen::files(path) == seen.files {
            return false;
        }
        let now = Store::open(path, Access::Read).and_then(|store| Seen::of(path, &store));
        let Ok(now) = now else { return false };
        let is_changed = now.revision != seen.revision;
        *seen = now;
        is_changed
    }

    fn seen(&self) -> MutexGuard<'_, Option<Seen>> {
        // What a panic left is whole: it is replaced in one step.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn files(path: &Path) -> Vec<Option<(SystemTime, u64)>> {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let stamp = |path: &Path| {
            fs::metadata(path)
                .and_then(|m| Ok((m.modified()?, m.len())))
                .ok()
        };
        vec![stamp(path), stamp(Path::new(&log))]
    }

    fn of(path: &Path, store: &Store) -> Result<Seen> {
        Ok(Seen {
            files: Seen::files(path),
            revision: (store.n_loads()?, store.n_pageviews()?, store.gap()?),
        })
    }
}
