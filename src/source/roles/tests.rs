//! Roles of whole tables, given as text with commas.

use super::*;
use crate::source::options::ReadOptions;
use crate::words::error::Result;

impl Roles {
    /// User, time and page, in this order, and nothing else.
    pub(in crate::source) fn of_three() -> Roles {
        let names = ["user", "time", "page"].map(str::to_owned);
        let offer = Offer {
            input: "in",
            names: &names,
            is_outer: &[true; 3],
            aliases: &[],
            sample: &mut |_| Ok(Vec::new()),
        };
        assign(offer, &ReadOptions::default()).unwrap()
    }
}
