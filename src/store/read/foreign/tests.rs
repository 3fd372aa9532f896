//! Databases that are not ours.

use std::os::unix::fs::PermissionsExt;

use super::*;

#[test]
fn nobody_else_can_read_a_copy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE secret (password)")
        .unwrap();
    let foreign = Foreign::open(&path, &Interrupt::default()).unwrap();
    let copy = foreign._copy.as_ref().unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(copy.path()), 0o700);
    let entries = fs::read_dir(copy.path()).unwrap();
    let files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 2, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn a_copy_that_is_no_longer_wanted_is_broken_off() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (a)")
        .unwrap();
    let interrupt = Interrupt::default();
    interrupt.request();
    let opened = Foreign::open(&path, &interrupt);
    assert!(matches!(opened, Err(Error::Interrupted)));
}
