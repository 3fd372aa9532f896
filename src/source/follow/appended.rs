//! Lines that were appended to a file, as an input. Source floor.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use crate::source::follow::records::context;
use crate::source::input::Context;
use crate::source::input::Input;
use crate::source::options::ReadOptions;
use crate::source::rows::understood::RecordForm;
use crate::source::rows::understood::Understood;
use crate::words::pageview::Reject;
use crate::words::pageview::RejectPlace;

/// By so many lines the format and the columns are decided.
pub(super) const LINES_TO_DECIDE: usize = 20;

/// What a look at the file has found.
pub(crate) enum Look {
    /// Nothing new.
    Quiet,
    /// New lines.
    Ready(Box<Appended>),
    /// There will be none any more.
    Ended,
}

/// New lines.
pub(crate) struct Appended {
    /// The lines, after their context. Its fingerprint is that of the file up to their end.
    pub(crate) input: Input,
    /// Whether it is a file from its beginning.
    pub(crate) is_from_start: bool,
    /// Whether the format and the columns were decided before.
    pub(crate) goes_on: bool,
    /// Whether the lines are too few to decide by. Then they are the file from its beginning, and are to be replaced by
    /// what comes later.
    pub(crate) is_provisional: bool,
    /// Where the lines end.
    pub(super) end: u64,
    /// The bytes, if they lie in memory; else the first and the last of them.
    pub(super) bytes: AppendedBytes,
    /// How much greater the numbers of lines are than those in the file.
    pub(super) line_shift: i64,
}

/// What is kept of them, to compare with the file and to go on from.
pub(super) enum AppendedBytes {
    All(Vec<u8>),
    Ends {
        ends: [Vec<u8>; 2],
        n_lines: Arc<AtomicU64>,
    },
    /// They came through a pipe.
    Passed,
}

/// What all inputs go on from, once it is decided.
pub(super) struct Decided {
    pub(super) context: Context,
    pub(super) form: Option<RecordForm>,
}

impl Decided {
    /// Decides by the first bytes of what was read.
    pub(super) fn by(head: &[u8], understood: &Understood) -> Decided {
        let n = context(head, understood.form, head.len());
        Decided {
            context: Context {
                bytes: head[..n].into(),
                lines: n_lines(&head[..n]),
                repeated: 0,
            },
            form: understood.form,
        }
    }

    /// Whether it is of a log in the W3C format, whose directives can say in its middle how what follows is written.
    pub(super) fn has_directives(&self) -> bool {
        self.context.bytes.starts_with(b"#")
    }

    /// Adds a directive to the context.
    pub(super) fn heed(&mut self, directive: &[u8]) {
        self.context.bytes = [&self.context.bytes, directive].concat().into();
        self.context.lines += 1;
    }
}

impl Appended {
    /// Numbers a reject's line as in the file.
    pub(crate) fn place(&self, reject: &mut Reject) {
        if let RejectPlace::Line(line) = &mut reject.place {
            *line = line.saturating_add_signed(-self.line_shift);
        }
    }

    /// How many lines there are, as far as they were read.
    pub(super) fn n_lines(&self) -> u64 {
        match &self.bytes {
            AppendedBytes::All(bytes) => n_lines(bytes),
            AppendedBytes::Ends { n_lines, .. } => n_lines.load(Ordering::Relaxed),
            AppendedBytes::Passed => 0,
        }
    }

    /// Whether the rest of its last record is to come.
    pub(crate) fn is_unfinished(&self) -> bool {
        self.input.unfinished_line().is_some()
    }

    /// The options to read it with.
    pub(crate) fn options(&self, options: &ReadOptions) -> ReadOptions {
        ReadOptions {
            goes_on: self.goes_on,
            // What was there once need not be in every few lines.
            may_lack_carried: self.goes_on || options.may_lack_carried,
            ..options.clone()
        }
    }
}

/// How many lines there are. The last one may lack its end.
pub(super) fn n_lines(bytes: &[u8]) -> u64 {
    let ends = memchr::memchr_iter(b'\n', bytes).count() as u64;
    ends + u64::from(!bytes.is_empty() && !bytes.ends_with(b"\n"))
}

/// The first lines of a text, with their ends.
pub(super) fn first_lines(text: &[u8], n: u64) -> &[u8] {
    let mut ends = memchr::memchr_iter(b'\n', text);
    let last = n
        .checked_sub(1)
        .and_then(|before| ends.nth(before as usize));
    &text[..last.map_or(0, |last| last + 1)]
}
