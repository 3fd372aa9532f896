//! The formats that tables of an engine can have, for engines that let one choose. Answers floor.

/// The format of the tables that statements make and write, on Spark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SqlTableFormat {
    /// Files of Parquet, of which whole days are overwritten.
    #[default]
    Parquet,
    /// Delta Lake: sessions that changed are merged, in one commit.
    Delta,
    /// Apache Iceberg: likewise.
    Iceberg,
}

impl SqlTableFormat {
    /// The name on the command line, and in a statement whatever the case.
    pub const fn name(self) -> &'static str {
        match self {
            SqlTableFormat::Parquet => "parquet",
            SqlTableFormat::Delta => "delta",
            SqlTableFormat::Iceberg => "iceberg",
        }
    }

    /// The name as its project writes it.
    pub(super) const fn title(self) -> &'static str {
        match self {
            SqlTableFormat::Parquet => "Parquet",
            SqlTableFormat::Delta => "Delta Lake",
            SqlTableFormat::Iceberg => "Apache Iceberg",
        }
    }
}
