//! What the figures of a summary are broken down by, as it can be typed. Command line floor.

use std::convert::Infallible;
use std::str::FromStr;

use crate::answers::breakdown::Breakdown;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::nearest::nearest;

/// What sessions are told apart by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) enum BreakdownArg {
    Time(Breakdown),
    /// A carried column. A column of the name `day`, `hour` or `weekday` must be carried by another one.
    Column(String),
}

impl FromStr for BreakdownArg {
    type Err = Infallible;

    fn from_str(text: &str) -> std::result::Result<BreakdownArg, Infallible> {
        let by_time = [Breakdown::Day, Breakdown::Hour, Breakdown::Weekday].into_iter();
        let found = by_time.clone().find(|by| by.name() == text);
        Ok(found.map_or_else(|| BreakdownArg::Column(text.to_owned()), BreakdownArg::Time))
    }
}

impl BreakdownArg {
    /// What it means where pageviews carry columns of these names. Errors if the column is not among them.
    pub(in crate::cli) fn among(&self, carried: &[String]) -> Result<Breakdown> {
        let name = match self {
            BreakdownArg::Time(by) => return Ok(*by),
            BreakdownArg::Column(name) => name,
        };
        if let Some(column) = carried
            .iter()
            .position(|carried| carried.to_lowercase() == name.to_lowercase())
        {
            return Ok(Breakdown::Carried(column));
        }
        let known = ["day", "hour", "weekday"].into_iter();
        let known: Vec<&str> = known.chain(carried.iter().map(String::as_str)).collect();
        let meant = nearest(name, known.iter().copied());
        let meant = meant.map(|meant| format!(" (did you mean {meant}?)"));
        Err(Error::Usage(format!(
            "--by {name}: no such column is carried{}; it can be {}",
            meant.unwrap_or_default(),
            known.join(", ")
        )))
    }
}
