//! The parameters of a statement. Answers floor.

use crate::answers::sql::names::SqlCluster;
use crate::answers::sql::names::SqlColumn;
use crate::answers::sql::names::SqlTable;
use crate::answers::sql::table_format::SqlTableFormat;
use crate::words::coverage::UserSample;
use crate::words::gap::Gap;
use crate::words::timestamp::Timestamp;

/// What decides between pageviews of a user in the same instant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SqlTies {
    /// The column for the order of arrival that our schema makes, or that the engine has already.
    #[default]
    Arrival,
    /// A column with another name that grows with arrival; between equal values, the page.
    Column(SqlColumn),
    /// The page, byte by byte.
    Page,
}

/// The names of what the statements read and write; `None` is the usual one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The table of pageviews: `pageviews`.
    pub pageviews: Option<SqlTable>,
    /// The table of sessions: `sessions`. Tables beside it are named after it.
    pub sessions: Option<SqlTable>,
    /// The pageviews' user: `user_id`.
    pub user: Option<SqlColumn>,
    /// The pageviews' time: `page_view_at`.
    pub time: Option<SqlColumn>,
    /// The pageviews' page: `page`.
    pub page: Option<SqlColumn>,
    /// What decides between pageviews in the same instant.
    pub ties: SqlTies,
}

impl Names {
    /// The columns that were given, in no order that matters.
    pub(super) fn columns(&self) -> impl Iterator<Item = &SqlColumn> {
        let ties = match &self.ties {
            SqlTies::Column(column) => Some(column),
            SqlTies::Arrival | SqlTies::Page => None,
        };
        let others = [&self.user, &self.time, &self.page].into_iter().flatten();
        others.chain(ties)
    }
}

/// The values in a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SqlParams {
    /// The inactivity gap. Has no meaning for [`Statement::Schema`](crate::answers::sql::Statement::Schema).
    pub gap: Gap,
    /// First instant of the window; `None` leaves a parameter of the engine in its place, which whoever runs the
    /// statement binds or replaces by a quoted time.
    pub from: Option<Timestamp>,
    /// The instant at which the window ends, not part of it; `None` leaves a parameter.
    pub to: Option<Timestamp>,
    /// Groups of users that [`Statement::Pauses`](crate::answers::sql::Statement::Pauses) counts separately; less than
    /// two means one group.
    pub parts: u32,
    /// [`Statement::Sample`](crate::answers::sql::Statement::Sample) takes one in so many users.
    pub one_in: Option<UserSample>,
    /// The format of the tables; on other engines than Spark, only [`SqlTableFormat::Parquet`], which says nothing there.
    pub table_format: SqlTableFormat,
    /// Tables and columns.
    pub names: Names,
    /// The columns that pageviews carry; a session has those of its landing pageview.
    pub carried: Vec<SqlColumn>,
    /// The cluster of ClickHouse whose shards hold the tables; `None` is one server.
    pub cluster: Option<SqlCluster>,
}
