//! `dwell sql`: the sessionization as a statement for another engine. Command line floor.

use std::io::Write;

use crate::answers::sql::Dialect;
use crate::answers::sql::SqlParams;
use crate::answers::sql::Statement;
use crate::answers::sql::render;
use crate::cli::args::DialectName;
use crate::cli::args::SqlArgs;
use crate::cli::args::StatementName;
use crate::output::Output;
use crate::words::error::Error;
use crate::words::error::Result;

pub(in crate::cli) fn run(args: SqlArgs) -> Result<()> {
    let dialect = match args.dialect {
        DialectName::Sqlite => Dialect::Sqlite,
        DialectName::Postgres => Dialect::Postgres,
    };
    let statement = match args.statement {
        StatementName::Schema => Statement::Schema,
        StatementName::Rebuild => Statement::Rebuild,
        StatementName::Refresh => Statement::Refresh,
        StatementName::Pauses => Statement::Pauses,
    };
    if args.from.is_some() && statement != Statement::Refresh {
        return Err(Error::Usage(
            "--from and --to belong to --statement refresh".into(),
        ));
    }
    let sql = render(
        dialect,
        statement,
        &SqlParams {
            gap: args.gap,
            from: args.from,
            to: args.to,
        },
    )?;
    let mut output = Output::stdout();
    output
        .write_all(sql.as_bytes())
        .map_err(Error::io("write", output.path()))?;
    output.finish().map(drop)
}
