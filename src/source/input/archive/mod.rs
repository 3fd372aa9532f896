//! The members of an archive, as streams: zip, and tar of any compression. Source floor.
//!
//! Unpacks nothing to a disk. Memory does not depend on what an archive claims. Does not look into an archive in an
//! archive.

#[cfg(not(feature = "archives"))]
mod absent;
mod member;
#[cfg(feature = "archives")]
mod tar;
#[cfg(feature = "archives")]
mod zip;

use std::fs::File;
use std::io;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

#[cfg(not(feature = "archives"))]
use crate::source::input::archive::absent::Tar;
#[cfg(not(feature = "archives"))]
use crate::source::input::archive::absent::Zip;
use crate::source::input::archive::member::MOST_MEMBERS;
use crate::source::input::archive::member::Member;
#[cfg(feature = "archives")]
use crate::source::input::archive::tar::Tar;
#[cfg(feature = "archives")]
pub(in crate::source) use crate::source::input::archive::zip::Zip;
use crate::source::input::decode::Notes;
use crate::source::input::decode::unpack;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::count;
use crate::words::interrupt::Interrupt;

/// Bytes that tell an archive: a header of tar.
const HEAD_BYTES: u64 = 512;

/// A file that holds others.
#[derive(Debug)]
pub(in crate::source) enum Container {
    Archive(Archive),
    /// A workbook of a spreadsheet, which is a zip archive too.
    Workbook,
}

/// An archive whose members are known.
#[derive(Debug)]
pub(in crate::source) struct Archive {
    pub(in crate::source) path: PathBuf,
    /// Files, in the order of the archive.
    pub(in crate::source) members: Vec<Member>,
    kind: ArchiveKind,
}

#[derive(Debug)]
enum ArchiveKind {
    Zip(Zip),
    Tar(Tar),
}

impl Container {
    /// The kind of a file, by its first bytes. `None` if it is neither an archive nor a workbook, or cannot be read:
    /// then reading it later says why.
    ///
    /// Errors if it is an archive whose list of members cannot be read, or of a kind that dwell does not read.
    pub(in crate::source) fn of(path: &Path, interrupt: &Interrupt) -> Result<Option<Container>> {
        let refused = |problem: String| Error::Input {
            input: path.to_string_lossy().into_owned(),
            problem,
        };
        if path == Path::new("-") || !path.is_file() {
            return Ok(None);
        }
        let Ok((head, is_packed)) = head(path) else {
            return Ok(None);
        };
        // If it is compressed twice, its reader reports that.
        let is_zip = [b"PK\x03\x04", b"PK\x05\x06"]
            .iter()
            .any(|magic| !is_packed && head.starts_with(*magic));
        let (members, kind) = if is_zip {
            let (zip, members) = Zip::open(path).map_err(refused)?;
            let names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
            match document(&names) {
                Some(Document::Workbook) => return Ok(Some(Container::Workbook)),
                Some(Document::Other(problem)) => return Err(refused(problem.to_owned())),
                None => {}
            }
            (members, ArchiveKind::Zip(zip))
        } else if is_tar(&head) {
            let (tar, members) = Tar::open(path, interrupt)?;
            (members, ArchiveKind::Tar(tar))
        } else {
            return Ok(None);
        };
        if members.len() > MOST_MEMBERS {
            let most = count(MOST_MEMBERS as u64);
            return Err(refused(format!(
                "it holds more than {most} files: unpack it, and name the folder"
            )));
        }
        Ok(Some(Container::Archive(Archive {
            path: path.to_path_buf(),
            members,
            kind,
        })))
    }
}

impl Archive {
    /// A member's bytes. The error says why it cannot be read.
    pub(in crate::source) fn open(&self, place: usize) -> Result<Box<dyn Read + Send>, String> {
        let member = &self.members[place];
        match &self.kind {
            ArchiveKind::Zip(zip) => zip.member(member.at, &self.path),
            ArchiveKind::Tar(tar) => Ok(tar.member(member.at, member.size)),
        }
    }
}

/// The first bytes of a file, unpacked, and whether it was packed.
fn head(path: &Path) -> io::Result<(Vec<u8>, bool)> {
    let file = File::open(path)?;
    let notes = Notes::default();
    let (unpacked, compression) = unpack(file, &notes).map_err(|(_, error)| error)?;
    let mut head = Vec::new();
    // Damage further on is reported when it is read.
    match unpacked.take(HEAD_BYTES).read_to_end(&mut head) {
        Err(error) if head.is_empty() => Err(error),
        _ => Ok((head, compression.is_some())),
    }
}

/// Whether a file with this beginning is a tar archive: the sum over its first header is the one in the header.
pub(in crate::source) fn is_tar(head: &[u8]) -> bool {
    let Some(head) = head.get(..512) else {
        return false;
    };
    let sum = head[148..156]
        .split(|byte| matches!(byte, 0 | b' '))
        .find(|part| !part.is_empty());
    let sum = sum.and_then(|digits| u32::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok());
    let blanked = |(place, byte): (usize, &u8)| match place {
        148..156 => u32::from(b' '),
        _ => u32::from(*byte),
    };
    head[0] != 0 && sum == Some(head.iter().enumerate().map(blanked).sum())
}

enum Document {
    Workbook,
    Other(&'static str),
}

/// The kind of document that a zip archive with these members is.
fn document(names: &[&str]) -> Option<Document> {
    let has = |name: &str| names.contains(&name);
    if has("xl/workbook.xml") || has("content.xml") && has("META-INF/manifest.xml") {
        return Some(Document::Workbook);
    }
    let problem = match () {
        () if has("xl/workbook.bin") => {
            "it is a binary workbook (xlsb), which dwell does not read: save it as xlsx or CSV, such as with \
             soffice --headless --convert-to xlsx FILE"
        }
        () if has("word/document.xml") => {
            "it is a Word document, not a table: save its table as CSV"
        }
        () if has("ppt/presentation.xml") => "it is a presentation, not a table",
        () if has("Index/Document.iwa") => {
            "it is a Numbers or Pages document, which dwell does not read: export it as CSV or Excel"
        }
        () => return None,
    };
    Some(Document::Other(problem))
}

#[cfg(feature = "archives")]
#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    use proptest::prelude::*;

    fn zipped(content: &[u8]) -> Vec<u8> {
        let mut zip = ::zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        for name in ["a.csv", "b/c.csv"] {
            let options = ::zip::write::SimpleFileOptions::default();
            zip.start_file(name, options).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn tarred(content: &[u8]) -> Vec<u8> {
        let mut tar = ::tar::Builder::new(Vec::new());
        for name in ["a.csv", "b/c.csv"] {
            let mut header = ::tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            tar.append_data(&mut header, name, content).unwrap();
        }
        tar.into_inner().unwrap()
    }

    /// Everything in an archive, if all of it can be read.
    fn read(bytes: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let container = Container::of(file.path(), &Interrupt::default()).ok()??;
        let Container::Archive(archive) = container else {
            return None;
        };
        let members = archive.members.iter().enumerate();
        let content = |(place, member): (usize, &Member)| {
            let mut content = Vec::new();
            let mut stream = archive.open(place).ok()?;
            stream.read_to_end(&mut content).ok()?;
            Some((member.name.clone(), content))
        };
        members.map(content).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// In zip files, data are right or refused, since they have a checksum. In tar files, only headers have one.
        #[test]
        fn a_damaged_archive_is_read_right_or_refused(
            content in proptest::collection::vec(any::<u8>(), 0..2_000),
            at in any::<prop::sample::Index>(),
            flip in 1u8..,
            cut in any::<prop::sample::Index>(),
            is_zip in any::<bool>(),
        ) {
            let whole = if is_zip { zipped(&content) } else { tarred(&content) };
            let expected = ["a.csv", "b/c.csv"].map(|name| (name.to_owned(), content.clone()));
            prop_assert_eq!(read(&whole), Some(expected.to_vec()));
            let mut damaged = whole.clone();
            let at = at.index(whole.len());
            damaged[at] ^= flip;
            if let Some(found) = read(&damaged) {
                prop_assert!(!is_zip || found.iter().all(|(_, found)| *found == content));
            }
            if let Some(found) = read(&whole[..cut.index(whole.len())]) {
                prop_assert!(found.iter().all(|(_, found)| *found == content));
            }
        }
    }
}
