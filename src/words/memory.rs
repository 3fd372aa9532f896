//! Whether there is enough memory left. Words floor.

use std::hint::black_box;

/// Room for everything that is not counted.
const REST_BYTES: usize = 64 << 20;

/// Whether so many more bytes can be allocated. When memory runs out, Rust ends the process. So code that keeps the
/// content of an input asks here first.
pub(crate) fn has_room_for(bytes: usize) -> bool {
    let mut room: Vec<u8> = Vec::new();
    let wanted = bytes.saturating_add(REST_BYTES);
    // Really allocated, although never used: otherwise the compiler would remove it.
    black_box(&mut room).try_reserve_exact(wanted).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_little_and_not_for_everything() {
        assert!(has_room_for(1 << 20));
        assert!(!has_room_for(usize::MAX / 4));
    }
}
