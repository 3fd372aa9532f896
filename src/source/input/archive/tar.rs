//! Members of tar archives, packed or not. Source floor.

use std::fs::File;
use std::io;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use ::tar::EntryType;
use ::tar::PaxExtensions;

use crate::source::input::archive::member::MOST_MEMBERS;
use crate::source::input::archive::member::Member;
use crate::source::input::decode::Notes;
use crate::source::input::decode::unpack;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::count;
use crate::words::interrupt::Interrupt;

/// The most bytes for a name, or for other facts about one file.
const MOST_WORDS_BYTES: u64 = 1 << 20;

/// How many bytes are skipped before the interrupt is checked.
const PASSED_AT_ONCE: u64 = 4 << 20;

/// An archive whose headers have been read.
#[derive(Clone, Debug)]
pub(super) struct Tar {
    path: PathBuf,
    is_packed: bool,
    /// The unpacked stream at the end of the last member, so that members in order are read in one pass.
    left: Arc<Mutex<Option<OpenStream>>>,
}

struct OpenStream {
    at: u64,
    stream: Box<dyn Read + Send>,
}

impl std::fmt::Debug for OpenStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "at {}", self.at)
    }
}

impl Tar {
    /// Reads the headers of an archive. The error says what is wrong with it.
    pub(super) fn open(path: &Path, interrupt: &Interrupt) -> Result<(Tar, Vec<Member>)> {
        let damaged = |error: io::Error| match error.get_ref().map(|inner| inner.is::<Error>()) {
            Some(true) => Error::Interrupted,
            _ => Error::Input {
                input: path.to_string_lossy().into_owned(),
                problem: format!("the tar archive is damaged: {error}"),
            },
        };
        let (stream, is_packed) = unpacked(path).map_err(damaged)?;
        let tar = Tar {
            path: path.to_path_buf(),
            is_packed,
            left: Arc::default(),
        };
        let members = match is_packed {
            true => {
                let interrupt = interrupt.clone();
                let mut archive = ::tar::Archive::new(Heeding { stream, interrupt });
                let members = list(archive.entries().map_err(damaged)?.raw(true));
                // The compression has its checksum at the end.
                let rest = io::copy(&mut archive.into_inner(), &mut io::sink());
                members.and_then(|members| rest.map(|_| members))
            }
            false => {
                let file = File::open(path).map_err(damaged)?;
                let mut archive = ::tar::Archive::new(file);
                list(archive.entries_with_seek().map_err(damaged)?.raw(true))
            }
        };
        Ok((tar, members.map_err(damaged)?))
    }

    /// The bytes of the member that begins there.
    pub(super) fn member(&self, at: u64, size: u64) -> Box<dyn Read + Send> {
        Box::new(MemberReading {
            tar: self.clone(),
            place: None,
            at,
            left: size,
        })
    }

    /// The unpacked stream at a place or before it.
    fn before(&self, at: u64) -> io::Result<OpenStream> {
        let left = self
            .left
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match left {
            Some(place) if place.at <= at => Ok(place),
            _ if self.is_packed => {
                let (stream, _) = unpacked(&self.path)?;
                Ok(OpenStream { at: 0, stream })
            }
            _ => {
                let mut file = File::open(&self.path)?;
                file.seek(SeekFrom::Start(at))?;
                let stream = Box::new(file);
                Ok(OpenStream { at, stream })
            }
        }
    }
}

/// An archive's stream, and whether it was packed.
fn unpacked(path: &Path) -> io::Result<(Box<dyn Read + Send>, bool)> {
    let file = File::open(path)?;
    let (stream, compression) = unpack(file, &Notes::default()).map_err(|(_, error)| error)?;
    Ok((stream, compression.is_some()))
}

/// The files that headers tell of.
fn list<R: Read>(entries: ::tar::Entries<'_, R>) -> io::Result<Vec<Member>> {
    let mut members = Vec::new();
    let (mut long_name, mut pax_name, mut pax_size) = (None, None, None);
    for entry in entries {
        let mut entry = entry?;
        match entry.header().entry_type() {
            EntryType::GNULongName => {
                let mut name = words(&mut entry)?;
                while name.last() == Some(&0) {
                    name.pop();
                }
                long_name = Some(name);
                continue;
            }
            EntryType::XHeader => {
                let words = words(&mut entry)?;
                for extension in PaxExtensions::new(&words) {
                    let extension = extension?;
                    match extension.key_bytes() {
                        b"path" => pax_name = Some(extension.value_bytes().to_vec()),
                        b"size" => {
                            pax_size = std::str::from_utf8(extension.value_bytes())
                                .ok()
                                .and_then(|size| size.parse().ok())
                        }
                        _ => {}
                    }
                }
                continue;
            }
            EntryType::GNULongLink | EntryType::XGlobalHeader => continue,
            EntryType::Regular | EntryType::Continuous => {}
            EntryType::GNUSparse => {
                let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
                let problem = format!(
                    "\"{name}\" in it is a sparse file, which dwell does not read in an archive: unpack it first"
                );
                return Err(io::Error::other(problem));
            }
            _ => {
                (long_name, pax_name, pax_size) = (None, None, None);
                continue;
            }
        }
        let name = pax_name.take().or(long_name.take());
        let name = name.unwrap_or_else(|| entry.path_bytes().into_owned());
        let size = pax_size.take().unwrap_or(entry.header().entry_size()?);
        if size != entry.header().entry_size()? {
            let name = String::from_utf8_lossy(&name).into_owned();
            return Err(io::Error::other(format!(
                "\"{name}\" in it has two sizes: unpack it first"
            )));
        }
        members.push(Member {
            name: String::from_utf8_lossy(&name).into_owned(),
            size,
            at: entry.raw_file_position(),
        });
        if members.len() > MOST_MEMBERS {
            break;
        }
    }
    Ok(members)
}

/// What an entry says about the next one.
fn words(entry: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut words = Vec::new();
    entry.take(MOST_WORDS_BYTES + 1).read_to_end(&mut words)?;
    match words.len() as u64 {
        ..=MOST_WORDS_BYTES => Ok(words),
        _ => Err(io::Error::other(format!(
            "a name in it is longer than {} bytes",
            count(MOST_WORDS_BYTES)
        ))),
    }
}

/// A stream that ends with an error once someone has asked to stop.
struct Heeding {
    stream: Box<dyn Read + Send>,
    interrupt: Interrupt,
}

impl Read for Heeding {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.interrupt.check().map_err(io::Error::other)?;
        self.stream.read(buffer)
    }
}

/// A member that is being read.
struct MemberReading {
    tar: Tar,
    place: Option<OpenStream>,
    /// Where it begins.
    at: u64,
    left: u64,
}

impl Read for MemberReading {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Ok(0);
        }
        let place = match &mut self.place {
            Some(place) => place,
            none => none.insert(self.tar.before(self.at)?),
        };
        if place.at < self.at {
            let n = (self.at - place.at).min(PASSED_AT_ONCE);
            let passed = io::copy(&mut (&mut place.stream).take(n), &mut io::sink())?;
            place.at += passed;
            // Nothing was read yet, and someone may ask to stop meanwhile.
            return Err(match passed {
                0 => io::ErrorKind::UnexpectedEof.into(),
                _ => io::ErrorKind::Interrupted.into(),
            });
        }
        let most = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let n = place.stream.read(&mut buffer[..most])?;
        if n == 0 && most > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        place.at += n as u64;
        self.at += n as u64;
        self.left -= n as u64;
        Ok(n)
    }
}

impl Drop for MemberReading {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            *self.tar.left.lock().unwrap_or_else(PoisonError::into_inner) = Some(place);
        }
    }
}
