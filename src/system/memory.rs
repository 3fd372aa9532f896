//! How much memory the system can give. System floor.

use std::fs;

/// Bytes that can be had without taking them from other programs; `None` where the system does not say so. Linux tells
/// it in a file, and the limit of a container in another.
pub(crate) fn available_bytes() -> Option<u64> {
    let available = available_in(&fs::read_to_string("/proc/meminfo").ok()?)?;
    let limit = fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
    let limit = limit.and_then(|limit| limit.trim().parse().ok());
    Some(limit.map_or(available, |limit: u64| limit.min(available)))
}

/// What the lines of `/proc/meminfo` say: `MemAvailable:   24105000 kB`.
fn available_in(lines: &str) -> Option<u64> {
    let line = lines
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_about_available_memory_is_taken() {
        let lines = "MemTotal:       24683520 kB\nMemAvailable:   12345 kB\nBuffers: 1 kB\n";
        assert_eq!(available_in(lines), Some(12_345 << 10));
        for lines in [
            "",
            "MemAvailable: 5 MB",
            "MemAvailable: x kB",
            "MemAvailable: 99999999999999999 kB",
        ] {
            assert_eq!(available_in(lines), None, "{lines}");
        }
    }
}
