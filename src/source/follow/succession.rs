//! Which file is read, and which come after it: what becomes of a file by its name. Source floor.
//!
//! A file that was renamed is read to its end, then the files that had its name for a while, then the one that has it
//! now. Of a file that was emptied, the rest is looked for in its copies.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::time::SystemTime;

use crate::source::follow::growing::Growing;
use crate::source::follow::rotated::Sibling;
use crate::source::follow::rotated::siblings;
use crate::source::input::content::Content;
use crate::source::input::content::Fingerprint;
use crate::source::input::content::compare;
use crate::system::files::FileId;
use crate::words::interrupt::Interrupt;

/// Files that were read and are remembered at least, so that their new names do not bring them back.
const LEAST_REMEMBERED: usize = 3;

pub(super) struct Succession {
    pub(super) path: PathBuf,
    /// The content before the first byte.
    pub(super) none: Content,
    interrupt: Interrupt,
    /// The file that is read; there may be none for a while.
    pub(super) reading: Option<Growing>,
    /// Whether nobody writes to it any more.
    pub(super) is_final: bool,
    /// Whether another file had the name at the last look, and nothing was new in this one.
    was_replaced: bool,
    /// Files to read after this one, before the one that has the name. They are open, whatever they are called by then.
    between: VecDeque<Growing>,
    /// Files that were read to their ends.
    read: VecDeque<Growing>,
    /// Why there is no file at the path.
    missing: Option<String>,
    /// What happened, a sentence each.
    pub(super) said: Vec<String>,
}

impl Succession {
    /// Begins with the file at a path. Errors if it cannot be read.
    pub(super) fn begin(
        path: &Path,
        none: Content,
        interrupt: Interrupt,
    ) -> io::Result<Succession> {
        Ok(Succession {
            path: path.to_path_buf(),
            reading: Some(Growing::open(path, none.clone())?),
            none,
            interrupt,
            is_final: false,
            was_replaced: false,
            between: VecDeque::new(),
            read: VecDeque::new(),
            missing: None,
            said: Vec::new(),
        })
    }

    /// Begins instead with the file beside it that goes on from what was taken, if this one does not.
    pub(super) fn resume(&mut self, taken: Fingerprint) -> io::Result<()> {
        let Some(reading) = &self.reading else {
            return Ok(());
        };
        let go_on = || self.interrupt.check().map_err(io::Error::other);
        let mut file = reading.reader()?;
        let compared = compare(&mut file, &[taken], self.none.clone(), &go_on)?;
        if compared.begins.is_none() && taken.length > 0 {
            let found = match self.go_to_rest_of(taken)? {
                true => "it was rotated meanwhile: its rest comes first",
                false => {
                    "it does not begin with what was loaded last, nor does a file beside it: load the rotated one by hand \
                     if it had more lines"
                }
            };
            self.said.push(found.to_owned());
        }
        Ok(())
    }

    /// Whether there is a file to read; it still begins with what was taken of it.
    pub(super) fn is_ready(&mut self) -> io::Result<bool> {
        if self.reading.is_none() && (self.there().is_none() || !self.open_next()) {
            return Ok(false);
        }
        let is_rewritten = match &self.reading {
            Some(reading) => reading.is_rewritten()?,
            None => false,
        };
        match is_rewritten {
            true => self.leave_rewritten(),
            false => Ok(self.reading.is_some()),
        }
    }

    /// Nothing is new in the file that is read. Returns whether to look again at once: at its last line, or at the
    /// file after it.
    pub(super) fn go_on(&mut self) -> io::Result<bool> {
        let there = self.there();
        let Some(reading) = &self.reading else {
            return Ok(false);
        };
        if self.is_final {
            return self.leave(there.map(|(id, _)| id));
        }
        let is_replaced = match there {
            Some((id, _)) if id == reading.id => false,
            Some((_, 1..)) => true,
            // It has no line yet, but there may be one in a file that had the name for a while.
            _ => !self
                .files_after(reading, there.map(|(id, _)| id))?
                .is_empty(),
        };
        // Whoever writes to it may learn only now that it has another name. So it is looked at once more.
        self.is_final = is_replaced && self.was_replaced;
        self.was_replaced = is_replaced;
        Ok(self.is_final)
    }

    /// Which file is at the path, and how long it is.
    fn there(&mut self) -> Option<(FileId, u64)> {
        let missing = match fs::metadata(&self.path) {
            Ok(metadata) if metadata.is_file() => {
                return Some((FileId::of(&metadata), metadata.len()));
            }
            Ok(_) => "something else is in its place".to_owned(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => "it is not there".to_owned(),
            Err(error) => format!("it cannot be read ({error})"),
        };
        self.miss(missing);
        None
    }

    fn miss(&mut self, missing: String) {
        if self.missing.as_ref() != Some(&missing) {
            self.said.push(format!("{missing}: waiting for it"));
            self.missing = Some(missing);
        }
    }

    /// Opens the next file, from its start. Says why if that is not possible now.
    fn open_next(&mut self) -> bool {
        self.was_replaced = false;
        self.is_final = !self.between.is_empty();
        let next = match self.between.pop_front() {
            Some(next) => Ok(next),
            None => Growing::open(&self.path, self.none.clone()),
        };
        match next {
            Ok(growing) => {
                self.reading = Some(growing);
                if self.missing.take().is_some() {
                    self.said.push("it is there again".to_owned());
                }
                true
            }
            Err(error) => {
                self.miss(format!("it cannot be read ({error})"));
                false
            }
        }
    }

    /// Goes on from a file that was read to its end. Returns whether there is another.
    fn leave(&mut self, there: Option<FileId>) -> io::Result<bool> {
        let Some(done) = self.reading.take() else {
            return Ok(false);
        };
        let is_last = self.between.is_empty();
        if is_last {
            self.between = self.files_after(&done, there)?;
            if self.missing.is_none() {
                self.said
                    .push("it was rotated: going on with the new file".to_owned());
            }
        }
        let changed_at = done.changed_at()?;
        self.read.push_back(done);
        // One that was written before this one does not come back.
        let is_older = |read: &Growing| read.changed_at().is_ok_and(|at| at < changed_at);
        while self.read.len() > LEAST_REMEMBERED && self.read.front().is_some_and(is_older) {
            self.read.pop_front();
        }
        Ok(self.open_next())
    }

    /// Goes on from a file that no longer begins with what was taken: with its copy, if there is one, and then from its
    /// start. Returns whether there is one to read.
    fn leave_rewritten(&mut self) -> io::Result<bool> {
        let Some(done) = self.reading.take() else {
            return Ok(false);
        };
        if self.go_to_rest_of(done.content.fingerprint())? {
            self.reading = self.reading.take().map(|copy| done.copied_to(copy));
            self.said
                .push("it was copied and emptied: the rest of the copy comes first".to_owned());
            return Ok(true);
        }
        self.said
            .push("it was emptied or rewritten: reading it from its start".to_owned());
        Ok(self.open_next())
    }

    /// Opens the sibling that begins with content which was taken, if there is one, and notes those after it.
    fn go_to_rest_of(&mut self, taken: Fingerprint) -> io::Result<bool> {
        if taken.length == 0 {
            return Ok(false);
        }
        for sibling in siblings(&self.path).into_iter().rev() {
            if !self.was_read(&sibling)
                && sibling.is_plain()
                && sibling.begins_with(taken, &self.none, &self.interrupt)?
            {
                let Some(rest) = self.open(&sibling)? else {
                    // It got another name just now.
                    return self.go_to_rest_of(taken);
                };
                self.between = self.files_since(sibling.changed_at, &[sibling.id], None)?;
                self.between.push_front(rest);
                return Ok(self.open_next());
            }
        }
        Ok(false)
    }

    /// The files that were written after one that was read, and got another name before they were seen.
    fn files_after(&self, read: &Growing, there: Option<FileId>) -> io::Result<VecDeque<Growing>> {
        let not: Vec<FileId> = there.into_iter().chain([read.id]).collect();
        let content = read.content.fingerprint();
        self.files_since(read.changed_at()?, &not, Some(content))
    }

    /// The siblings that were written since a time. Those that were read are none, nor is a copy of what was `read`.
    fn files_since(
        &self,
        since: SystemTime,
        not: &[FileId],
        read: Option<Fingerprint>,
    ) -> io::Result<VecDeque<Growing>> {
        let asked = read;
        let read = read.filter(|read| read.length > 0);
        let mut found = VecDeque::new();
        for sibling in siblings(&self.path) {
            let is_known = not.contains(&sibling.id) || self.was_read(&sibling);
            if is_known || sibling.changed_at < since || sibling.length == 0 || !sibling.is_plain()
            {
                continue;
            }
            // Another that only begins alike, such as with the same header, is none.
            let is_copy = match read.filter(|read| read.length == sibling.length) {
                Some(read) => sibling.begins_with(read, &self.none, &self.interrupt)?,
                None => false,
            };
            if !is_copy {
                match self.open(&sibling)? {
                    Some(file) => found.push_back(file),
                    // It got another name just now, and others may have, too.
                    None => return self.files_since(since, not, asked),
                }
            }
        }
        Ok(found)
    }

    /// Opens a sibling; `None` if another file has its name by now, or none.
    fn open(&self, sibling: &Sibling) -> io::Result<Option<Growing>> {
        match Growing::open(&sibling.path, self.none.clone()) {
            Ok(file) => Ok(Some(file).filter(|file| file.id == sibling.id)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether it was read to its end, and is still what it was.
    fn was_read(&self, sibling: &Sibling) -> bool {
        let is_as_read =
            |read: &Growing| read.id == sibling.id && !read.is_rewritten().unwrap_or(true);
        self.read.iter().any(is_as_read)
    }
}
