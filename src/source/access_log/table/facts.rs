//! Counts what the values of a part could be. Source floor.

use crate::source::access_log::address;
use crate::source::access_log::infer::column;
use crate::source::access_log::infer::times::FoundTimes;
use crate::source::access_log::methods::is_method;
use crate::source::roles::Nothing;
use crate::source::roles::Values;

/// Counts over the values of a part that are not empty.
#[derive(Clone, Debug, Default)]
pub(super) struct PartFacts {
    pub(super) n_rows: usize,
    pub(super) n_said: usize,
    /// Values that may be a user's.
    pub(super) n_users: usize,
    pub(super) n_addresses: usize,
    pub(super) n_methods: usize,
    pub(super) n_requests: usize,
    pub(super) n_targets: usize,
    pub(super) n_urls: usize,
    pub(super) n_statuses: usize,
    pub(super) n_browsers: usize,
    pub(super) n_times: usize,
    pub(super) n_days: usize,
    pub(super) n_clocks: usize,
    /// Whether the times are numbers since an epoch.
    pub(super) are_counted: bool,
}

/// Values that are read as times.
const MOST_TIMES: usize = 200;

impl PartFacts {
    pub(super) fn new(values: &Values, times: &FoundTimes) -> PartFacts {
        let nothing = Nothing::new(None);
        let said: Vec<&[u8]> = values
            .iter()
            .flatten()
            .filter(|value| !is_nothing(value))
            .collect();
        let count =
            |holds: &dyn Fn(&[u8]) -> bool| said.iter().filter(|value| holds(value)).count();
        let first = &said[..said.len().min(MOST_TIMES)];
        let of_all = |n: usize| n * said.len() / first.len().max(1);
        let n_written = first.iter().filter(|value| times.is_time(value)).count();
        let n_counted = times.counted(first).into_iter().flatten().count();
        PartFacts {
            n_rows: values.len(),
            n_said: said.len(),
            n_users: count(&|value| !nothing.is_no_user(value)),
            n_addresses: count(&address::is_list),
            n_methods: count(&is_method),
            n_requests: count(&column::is_request),
            n_targets: count(&|value| column::is_path(value) || column::is_url(value)),
            n_urls: count(&column::is_url),
            n_statuses: count(&column::is_status),
            n_browsers: count(&|value| value.starts_with(b"Mozilla/")),
            n_times: of_all(n_written + n_counted),
            n_days: of_all(first.iter().filter(|value| is_day(value)).count()),
            n_clocks: of_all(first.iter().filter(|value| is_clock(value)).count()),
            are_counted: n_counted > n_written,
        }
    }

    /// Whether `n` are nearly all of the values that are not empty.
    pub(super) fn is_mostly(&self, n: usize) -> bool {
        n > 0 && n * 100 >= self.n_said * 95
    }
}

/// Whether a value says nothing about a request.
pub(super) fn is_nothing(value: &[u8]) -> bool {
    column::is_nothing(value) || matches!(value, b"null" | b"NULL" | b"\\N")
}

fn is_day(value: &[u8]) -> bool {
    (8..=10).contains(&value.len())
        && value
            .iter()
            .all(|byte| byte.is_ascii_digit() || b"-/.".contains(byte))
        && value.iter().filter(|byte| b"-/.".contains(byte)).count() == 2
}

fn is_clock(value: &[u8]) -> bool {
    (5..=16).contains(&value.len())
        && value.get(2) == Some(&b':')
        && value
            .iter()
            .all(|byte| byte.is_ascii_digit() || b":.".contains(byte))
}
