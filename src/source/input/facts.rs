//! What is known about an input besides its bytes. Source floor.

use std::fs::File;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use crate::source::input::content::Content;
use crate::source::input::content::Prefix;
use crate::source::input::open_end::OpenEnd;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::interrupt::Interrupt;

/// What is known about an input besides its bytes.
pub(in crate::source) struct InputFacts {
    pub(super) name: String,
    /// Where it is, if it can be read again.
    pub(super) path: Option<PathBuf>,
    /// The file itself, wherever its name leads by now, and the time of its last change when it was opened.
    pub(super) file: Option<(File, Option<SystemTime>)>,
    pub(super) size: Option<u64>,
    /// Raw bytes read so far.
    pub(super) bytes_read: Arc<AtomicU64>,
    /// The part that an earlier load took in.
    pub(super) passed: Option<Prefix>,
    /// The `key=value` folders that it lies in.
    pub(super) folders: Vec<(String, String)>,
    /// What tells it apart from another input with the same bytes.
    pub(super) salt: Vec<u8>,
    /// The header of its table, if that is in a file of its own.
    pub(super) header: Option<Arc<[u8]>>,
    /// What it goes on from, if it is followed.
    pub(super) context: Option<Context>,
    /// Its end, if more may come behind it. Then it is followed from its beginning.
    pub(super) open_end: Option<Arc<OpenEnd>>,
    /// Why its bytes may not be what was meant.
    pub(super) warnings: Vec<String>,
    pub(super) interrupt: Interrupt,
    pub(super) abandoned: Interrupt,
}

/// Lines that stand for all that came before an input. The format and the columns are found in them, and their rows are
/// left out.
#[derive(Clone, Debug, Default)]
pub(in crate::source) struct Context {
    pub(in crate::source) bytes: Arc<[u8]>,
    /// How many lines they are.
    pub(in crate::source) lines: u64,
    /// How many lines of the input repeat the header, and are left out, too.
    pub(in crate::source) repeated: u64,
}

impl InputFacts {
    /// The name the person gave, not made safe for a terminal.
    pub(in crate::source) fn name(&self) -> &str {
        &self.name
    }

    /// Where it is, for formats that are not read from beginning to end; `None` for a stream.
    pub(in crate::source) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// How many raw bytes there are, if that is known beforehand.
    pub(in crate::source) fn size(&self) -> Option<u64> {
        self.size
    }

    /// How many raw bytes have been read.
    pub(in crate::source) fn bytes_read(&self) -> u64 {
        self.bytes_read.load(Ordering::Relaxed)
    }

    /// Errors once someone has asked the reading to stop.
    pub(in crate::source) fn check_interrupt(&self) -> Result<()> {
        self.interrupt.check()
    }

    /// Ends a waiting read on any thread. Nobody needs the rest any more.
    pub(in crate::source) fn abandon(&self) {
        self.abandoned.request();
    }

    /// The `key=value` folders that it lies in.
    pub(in crate::source) fn folders(&self) -> &[(String, String)] {
        &self.folders
    }

    /// The header of its table with its line end, if that is in a file of its own.
    pub(in crate::source) fn header(&self) -> Option<&Arc<[u8]>> {
        self.header.as_ref()
    }

    /// Leaves the record that begins on this line for later, if its rest may come; returns whether.
    pub(in crate::source) fn leave(&self, line: u64) -> bool {
        self.open_end.as_ref().is_some_and(|end| end.leave(line))
    }

    /// Its end, if more may come behind it.
    pub(in crate::source) fn open_end(&self) -> Option<&OpenEnd> {
        self.open_end.as_deref()
    }

    /// The lines that it goes on from, if it is followed.
    pub(in crate::source) fn context(&self) -> Option<&Context> {
        self.context.as_ref()
    }

    /// Why its bytes may not be what was meant.
    pub(in crate::source) fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The content before its first byte.
    pub(in crate::source) fn no_content(&self) -> Content {
        Content::salted(&self.salt)
    }

    /// How many lines to leave out, for lines that end in `terminator`.
    pub(in crate::source) fn passed_lines(&self, terminator: u8) -> u64 {
        let passed = self.passed.map_or(0, |prefix| prefix.lines(terminator));
        let context = self.context.as_ref();
        context.map_or(passed, |context| {
            context.lines + passed.max(context.repeated)
        })
    }

    /// Errors if there are rows to leave out, and counting lines cannot find them in this input.
    pub(in crate::source) fn refuse_passing(&self, format: &str) -> Result<()> {
        match (&self.context, self.passed) {
            (None, None) => Ok(()),
            (None, Some(_)) => Err(self.has_grown(format)),
            (Some(_), _) => Err(self.problem(format!(
                "it cannot be followed, because dwell cannot tell what is new in {format}"
            ))),
        }
    }

    /// The error for an input that has grown, if nobody can tell what is new.
    pub(in crate::source) fn has_grown(&self, format: &str) -> Error {
        self.problem(format!(
            "it has grown since its last load, and dwell cannot tell what is new in {format}: load the file into a \
            new store, or load all of it once more with --again"
        ))
    }

    /// The error of an input without content.
    pub(in crate::source) fn is_empty(&self) -> Error {
        Error::Empty {
            input: self.name.clone(),
        }
    }

    /// The error for an input that is a server's error log.
    pub(in crate::source) fn is_error_log(&self) -> Error {
        Error::ErrorLog {
            input: self.name.clone(),
        }
    }

    /// An [`Error::Input`] about this input.
    pub(in crate::source) fn problem(&self, problem: impl Into<String>) -> Error {
        Error::Input {
            input: self.name.clone(),
            problem: problem.into(),
        }
    }
}
