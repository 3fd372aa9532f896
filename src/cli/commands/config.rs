//! `dwell config`: where the configuration file is, and one with all defaults. Command line floor.

use std::io::Write;

use crate::cli::args::ConfigCommand;
use crate::cli::config;
use crate::cli::report::say;
use crate::output::Output;
use crate::words::error::Error;
use crate::words::error::Result;

/// Reads no configuration, so that one that is broken can be found and made anew.
pub(in crate::cli) fn run(command: ConfigCommand) -> Result<()> {
    let text = match command {
        ConfigCommand::Path => {
            let path = config::path()?;
            if !path.exists() {
                say(
                    "this file is not there yet; dwell config print-default prints one to begin with",
                );
            }
            format!("{}\n", path.display())
        }
        ConfigCommand::PrintDefault => config::default_config(),
    };
    let mut output = Output::stdout();
    output
        .write_all(text.as_bytes())
        .map_err(Error::io("write", output.path()))?;
    output.finish().map(drop)
}
