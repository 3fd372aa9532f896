//! The dwell command.

use std::process::ExitCode;

fn main() -> ExitCode {
    dwell::run()
}
