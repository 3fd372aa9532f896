//! A file in an archive. Source floor.

/// Members that an archive may have.
pub(super) const MOST_MEMBERS: usize = 100_000;

/// A file in an archive.
#[derive(Clone, Debug)]
pub(in crate::source) struct Member {
    /// Its name there, with folders: any text at all, and never a path of this machine.
    pub(in crate::source) name: String,
    /// Its bytes, as the archive has it.
    pub(in crate::source) size: u64,
    /// Its place in the zip archive's list, or its first byte in the unpacked tar archive.
    pub(in crate::source) at: u64,
}
