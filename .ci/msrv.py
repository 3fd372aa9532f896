"""Says which dependencies ask for a later Rust than `rust-version` of Cargo.toml; fails if any does."""

import json
import subprocess
import sys


def number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


command = ["cargo", "metadata", "--locked", "--format-version", "1"]
packages = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)["packages"]
[ours] = [package["rust_version"] for package in packages if package["name"] == "dwell"]
later = [
    f"{package['name']} {package['version']} asks for Rust {package['rust_version']}, and dwell says {ours}"
    for package in packages
    if package["rust_version"] and number(package["rust_version"]) > number(ours)
]
print("\n".join(later) or f"no dependency asks for a later Rust than {ours}")
sys.exit(bool(later))
