//! `dwell completions`: the script that completes commands in a shell. Command line floor.
//!
//! The scripts know nothing of dwell's options: they ask `dwell __complete`, and so fit every version.

use std::io::Write;

use crate::cli::args::CompletionsArgs;
use crate::cli::args::ShellName;
use crate::output::Output;
use crate::words::error::Error;
use crate::words::error::Result;

pub(in crate::cli) fn run(args: CompletionsArgs) -> Result<()> {
    let script = match args.shell {
        ShellName::Bash => include_str!("../../../assets/completions/bash.sh"),
        ShellName::Zsh => include_str!("../../../assets/completions/zsh.sh"),
        ShellName::Fish => include_str!("../../../assets/completions/fish.fish"),
        ShellName::Powershell => include_str!("../../../assets/completions/powershell.ps1"),
        ShellName::Elvish => include_str!("../../../assets/completions/elvish.elv"),
    };
    let mut output = Output::stdout();
    output
        .write_all(script.as_bytes())
        .map_err(Error::io("write", output.path()))?;
    output.finish().map(|_| ())
}
