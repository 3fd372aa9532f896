//! Exports whose tables have their header in a separate file. Source floor.
//!
//! The layouts say which files these are. A table gets the header that lies beside it.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use crate::source::input::decode::Notes;
use crate::source::input::decode::unpack;
use crate::source::input::locate::location::Location;
use crate::source::input::locate::location::LocationKind;
use crate::source::roles::Beside;
use crate::source::roles::layouts;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::counted;

/// A header takes no more.
const MOST_BYTES: u64 = 1 << 20;

/// Gives every table the header that lies beside it, and takes headers and lookup lists out of the inputs. Returns
/// notes on this.
pub(super) fn settle(inputs: &mut Vec<Result<Location>>) -> Vec<String> {
    let mut notes = Vec::new();
    for beside in layouts().iter().filter_map(|layout| layout.beside()) {
        let mut headers: Vec<(String, Arc<[u8]>)> = Vec::new();
        for location in inputs.iter().flatten() {
            // A header alone is an input like any other.
            if location.file_name() == beside.header
                && let Ok(header) = first_line(location)
            {
                headers.push((location.parent().to_owned(), header));
            }
        }
        let of = |location: &Location| {
            let mut found = headers.iter();
            found.find_map(|(parent, header)| (parent == location.parent()).then_some(header))
        };
        let has_tables = (inputs.iter().flatten())
            .any(|location| is_table(location, beside) && of(location).is_some());
        if has_tables {
            let n_before = inputs.len();
            inputs.retain(|input| {
                let is_other =
                    |location: &Location| !is_table(location, beside) && of(location).is_some();
                !input.as_ref().is_ok_and(is_other)
            });
            let n_lists = n_before - inputs.len() - headers.len();
            let lists = match n_lists {
                0 => String::new(),
                n => format!("; {} of words for codes skipped", counted(n as u64, "list")),
            };
            notes.push(format!("the header is read from {}{lists}", beside.header));
        }
        for location in inputs.iter_mut().flatten() {
            if is_table(location, beside) {
                location.header = of(location).cloned().or_else(|| on_disk(location, beside));
            }
        }
    }
    notes
}

/// Whether it is a table that may have its header in a file beside it.
fn is_table(location: &Location, beside: &Beside) -> bool {
    let name = location.file_name();
    let plain = name.split(".tsv").next().unwrap_or_default();
    let is_listed = beside.lists.iter().any(|list| list == plain);
    name.contains(".tsv") && name != beside.header && !is_listed
}

/// The header that lies beside a file, though nobody named it.
fn on_disk(location: &Location, beside: &Beside) -> Option<Arc<[u8]>> {
    let LocationKind::File(path) = &location.place else {
        return None;
    };
    let header = path.with_file_name(&beside.header);
    header
        .is_file()
        .then(|| first_line(&Location::of_file(&header)).ok())?
}

/// The first line, with its end.
fn first_line(location: &Location) -> Result<Arc<[u8]>> {
    let failed = || Error::io("read", location.name());
    let mut input: Box<dyn Read + Send> = match &location.place {
        LocationKind::File(path) => Box::new(File::open(path).map_err(failed())?),
        LocationKind::Member(archive, place) => {
            archive.open(*place).map_err(|problem| Error::Input {
                input: location.name.clone(),
                problem,
            })?
        }
        LocationKind::Sheet(_) => return Err(Error::Interrupted),
    };
    let (unpacked, _) =
        unpack(&mut input, &Notes::default()).map_err(|(_, error)| failed()(error))?;
    let mut text = Vec::new();
    unpacked
        .take(MOST_BYTES)
        .read_to_end(&mut text)
        .map_err(failed())?;
    let end = memchr::memchr(b'\n', &text).unwrap_or(text.len());
    let line = text[..end].strip_suffix(b"\r").unwrap_or(&text[..end]);
    Ok([line, b"\n"].concat().into())
}
