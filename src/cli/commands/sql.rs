//! `dwell sql`: the sessionization as a statement for another engine. Command line floor.

use std::io::Write;

use crate::answers::sql::SqlParams;
use crate::answers::sql::render;
use crate::cli::args::SqlArgs;
use crate::words::error::Error;
use crate::words::error::Result;

pub(in crate::cli) fn run(args: SqlArgs) -> Result<()> {
    let params = SqlParams {
        gap: args.gap,
        from: args.from,
        to: args.to,
    };
    let sql = render(args.dialect, args.statement, &params)?;
    std::io::stdout()
        .write_all(sql.as_bytes())
        .map_err(Error::io("write", "standard output"))
}
