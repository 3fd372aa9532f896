//! The configuration file: where it is, and what is wrong in it, with the line. Command line floor.

use std::env;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::str;

use etcetera::BaseStrategy;
use etcetera::choose_base_strategy;
use toml::Spanned;
use toml::de::DeTable;
use toml::de::DeValue;

use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::nearest::nearest;
use crate::words::text::line_at;

/// The variable that names another file.
const VARIABLE: &str = "DWELL_CONFIG";

/// More than anybody writes by hand: a file that is larger is another one.
const MOST_BYTES: u64 = 1 << 20;

/// A file as text.
#[derive(Debug)]
pub(super) struct ConfigFile {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// The path in `DWELL_CONFIG`, if there is one.
fn named() -> Option<OsString> {
    env::var_os(VARIABLE).filter(|path| !path.is_empty())
}

/// Where the file is or would be. Errors where no folder for it is known.
pub(in crate::cli) fn path() -> Result<PathBuf> {
    if let Some(path) = named() {
        return Ok(path.into());
    }
    let base = choose_base_strategy().map_err(|_| {
        let problem = format!(
            "no home folder is known, so there is no configuration file: {VARIABLE} names one"
        );
        Error::Usage(problem)
    })?;
    Ok(base.config_dir().join("dwell").join("config.toml"))
}

/// Whether nothing is at a path.
fn is_missing(error: &io::Error) -> bool {
    use io::ErrorKind;
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// What is at the place of the configuration file.
#[derive(Debug)]
pub(super) enum FoundConfig {
    File(ConfigFile),
    Nothing,
    /// Something that nobody asked for by name and that this user may not read, as after `sudo -u`; the sentence.
    Forbidden(String),
}

impl ConfigFile {
    /// Looks for the file. Errors if one that `DWELL_CONFIG` names is missing, and if it cannot be read.
    pub(super) fn find() -> Result<FoundConfig> {
        let is_named = named().is_some();
        let path = match path() {
            Ok(path) => path,
            Err(_) => return Ok(FoundConfig::Nothing),
        };
        let shown = path.display();
        match File::open(&path).and_then(read) {
            Ok(bytes) => ConfigFile::of(path, bytes).map(FoundConfig::File),
            Err(error) if is_missing(&error) && is_named => Err(Error::Usage(format!(
                "{VARIABLE} names {shown}, which is not there: dwell config print-default > FILE makes one"
            ))),
            Err(error) if is_missing(&error) => Ok(FoundConfig::Nothing),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied && !is_named => {
                let error = Error::io("read", &path)(error);
                Ok(FoundConfig::Forbidden(format!("{error}; it is not used")))
            }
            Err(error) => Err(Error::Usage(Error::io("read", &path)(error).to_string())),
        }
    }

    pub(super) fn of(path: PathBuf, bytes: Vec<u8>) -> Result<ConfigFile> {
        if bytes.len() as u64 > MOST_BYTES {
            let problem = format!("{} is no configuration: it is too large", path.display());
            return Err(Error::Usage(problem));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(ConfigFile { path, text }),
            Err(error) => {
                let (at, bytes) = (error.utf8_error().valid_up_to(), error.into_bytes());
                let text = String::from_utf8_lossy(&bytes[..at]).into_owned() + "?";
                let file = ConfigFile { path, text };
                Err(file.wrong(at, "this is not UTF-8"))
            }
        }
    }

    /// What is wrong at a place of the text.
    pub(super) fn wrong(&self, at: usize, problem: impl Into<String>) -> Error {
        Error::Usage(format!("{}: {}", self.place(at), problem.into()))
    }

    /// A place of the text: the file and the line.
    pub(super) fn place(&self, at: usize) -> String {
        format!("{}:{}", self.path.display(), line_at(&self.text, at))
    }

    /// The whole text as a table. Errors where it is no TOML.
    pub(super) fn table(&self) -> Result<DeTable<'_>> {
        let parsed = DeTable::parse(&self.text);
        parsed.map(Spanned::into_inner).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            self.wrong(at, error.message())
        })
    }

    /// The error of a name that there is not, with the one that it is most like.
    pub(super) fn unknown<'n>(
        &self,
        (at, what, name): (usize, &str, &str),
        known: impl Iterator<Item = &'n str> + Clone,
    ) -> Error {
        let problem = match nearest(name, known.clone()) {
            Some(nearest) => format!("there is no {what} {name}; did you mean {nearest}?"),
            None => {
                let known: Vec<&str> = known.collect();
                format!("there is no {what} {name}, but {}", known.join(", "))
            }
        };
        self.wrong(at, problem)
    }

    /// A table within the table.
    pub(super) fn table_of<'v, 'i>(
        &self,
        name: &str,
        value: &'v Spanned<DeValue<'i>>,
    ) -> Result<&'v DeTable<'i>> {
        let table = value.get_ref().as_table();
        table.ok_or_else(|| self.wrong(value.span().start, format!("[{name}] is a table")))
    }

    /// A text, or all texts of a list, each with its place.
    pub(super) fn texts<'v>(
        &self,
        value: &'v Spanned<DeValue<'_>>,
        expected: &str,
    ) -> Result<Vec<(usize, &'v str)>> {
        let text = |value: &'v Spanned<DeValue<'_>>| {
            let at = value.span().start;
            let text = value.get_ref().as_str().map(|text| (at, text));
            text.ok_or_else(|| self.wrong(at, format!("expected {expected}")))
        };
        match value.get_ref() {
            DeValue::Array(values) => values.iter().map(text).collect(),
            _ => Ok(vec![text(value)?]),
        }
    }
}

fn read(file: File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a small file of a person's own, if it is one.
pub(super) fn read_text(path: &Path) -> io::Result<String> {
    let bytes = File::open(path).and_then(read)?;
    str::from_utf8(&bytes)
        .map(str::to_owned)
        .map_err(|_| io::Error::from(io::ErrorKind::InvalidData))
}
