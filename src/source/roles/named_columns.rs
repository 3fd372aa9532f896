//! The columns that a person names. Source floor.

/// The columns of user, time and page as a person names them, each as the value of its option.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedColumns {
    /// See [`ReadOptions::user_column`](crate::source::ReadOptions::user_column).
    pub user: String,
    /// See [`ReadOptions::time_column`](crate::source::ReadOptions::time_column).
    pub time: String,
    /// See [`ReadOptions::page_column`](crate::source::ReadOptions::page_column).
    pub page: String,
    /// See [`ReadOptions::rows_at`](crate::source::ReadOptions::rows_at).
    pub rows_at: Option<String>,
}

impl NamedColumns {
    /// The options that say the same, each with its value.
    pub fn options(&self) -> Vec<(&'static str, &str)> {
        let rows_at = self.rows_at.as_deref().map(|path| ("--rows-at", path));
        let columns = [
            ("--user-column", self.user.as_str()),
            ("--time-column", &self.time),
            ("--page-column", &self.page),
        ];
        rows_at.into_iter().chain(columns).collect()
    }
}
