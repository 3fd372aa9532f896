//! Whether there is memory for what is to come. Words floor.

use std::hint::black_box;

/// What everything that is not counted may take at most.
const REST_BYTES: usize = 64 << 20;

/// Whether so many bytes more can be had. Where memory ends, Rust ends the process: so whoever keeps what an input
/// holds asks before there is none.
pub(crate) fn has_room_for(bytes: usize) -> bool {
    let mut room: Vec<u8> = Vec::new();
    let wanted = bytes.saturating_add(REST_BYTES);
    // Taken for real, if never touched; else the compiler would see that nobody needs it.
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
