//! Sums over the content of a store, kept in its settings. They find damage that leaves everything in order. Store
//! floor.
//!
//! A flipped bit in a time or a page gives another valid store. The sums do not depend on order. So a load adds what
//! it brings, and everybody who reads all rows must get the same sum.

use std::borrow::Cow;

use xxhash_rust::xxh3::xxh3_64;

/// Odd numbers without a pattern: the first digits of the square roots of 2, 3, 5 and 7.
const KEYS: [u64; 4] = [
    0x6a09_e667_f3bc_c909,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
];

/// A sum of hashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Checksum(pub(super) u64);

/// Which part of a store a sum is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StorePart {
    Pageviews,
    Users,
    Pages,
    Gap,
    /// The record of the carried columns.
    CarriedColumns,
    /// The texts of a carried column, by its number from 1.
    Carried(usize),
}

impl StorePart {
    /// The name of the sum in `settings`.
    pub(super) fn name(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            StorePart::Pageviews => "checksum_pageviews",
            StorePart::Users => "checksum_users",
            StorePart::Pages => "checksum_pages",
            StorePart::Gap => "checksum_gap",
            StorePart::CarriedColumns => "checksum_carried",
            StorePart::Carried(number) => return format!("checksum_carried_{number}").into(),
        })
    }

    /// What a message calls it.
    pub(super) fn words(self) -> &'static str {
        match self {
            StorePart::Pageviews => "pageviews",
            StorePart::Users => "user ids",
            StorePart::Pages => "pages",
            StorePart::Gap => "gap",
            StorePart::CarriedColumns => "carried columns",
            StorePart::Carried(_) => "carried values",
        }
    }
}

impl Checksum {
    /// Adds a row of `pageview`: user, at, arrival, page, and what it carries.
    #[inline]
    pub(super) fn add_row(&mut self, [user, at, arrival, page]: [i64; 4], carried: &[i64]) {
        let when = mix(user as u64 ^ KEYS[0], at as u64 ^ KEYS[1]);
        let what = mix(arrival as u64 ^ KEYS[2], page as u64 ^ KEYS[3]);
        let mut row = mix(when ^ KEYS[2], what ^ KEYS[0]);
        for &value in carried {
            row = mix(row ^ KEYS[1], value as u64 ^ KEYS[3]);
        }
        self.0 = self.0.wrapping_add(row);
    }

    /// Adds what another sum is of.
    pub(super) fn add(&mut self, other: Checksum) {
        self.0 = self.0.wrapping_add(other.0);
    }

    /// Adds a text of a dictionary.
    #[inline]
    pub(super) fn add_text(&mut self, id: i64, text: &str) {
        let hash = mix(xxh3_64(text.as_bytes()) ^ KEYS[0], id as u64 ^ KEYS[1]);
        self.0 = self.0.wrapping_add(hash);
    }

    /// The sum of a number alone.
    pub(super) fn of_number(number: i64) -> Checksum {
        Checksum(mix(number as u64 ^ KEYS[0], KEYS[1]))
    }

    /// The sum of a text alone.
    pub(super) fn of_text(text: &str) -> Checksum {
        let mut sum = Checksum::default();
        sum.add_text(0, text);
        sum
    }
}

/// Folds both halves of the product together, so that each bit of the factors affects all bits.
#[inline]
fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(rows: &[[i64; 4]]) -> Checksum {
        let mut sum = Checksum::default();
        rows.iter().for_each(|&row| sum.add_row(row, &[]));
        sum
    }

    #[test]
    fn rows_that_trade_a_value_have_another_sum() {
        let rows = [[1, 20, 300, 4_000], [5, 60, 700, 8_000]];
        for column in 0..4 {
            let mut traded = rows;
            (traded[0][column], traded[1][column]) = (rows[1][column], rows[0][column]);
            assert_ne!(of(&traded), of(&rows), "column {column}");
        }
    }

    #[test]
    fn carried_values_that_trade_places_have_another_sum() {
        let of = |carried: [[i64; 2]; 2]| {
            let mut sum = Checksum::default();
            sum.add_row([1, 20, 300, 4_000], &carried[0]);
            sum.add_row([5, 60, 700, 8_000], &carried[1]);
            sum
        };
        let sum = of([[1, 2], [3, 4]]);
        for other in [
            [[2, 1], [3, 4]],
            [[3, 2], [1, 4]],
            [[3, 4], [1, 2]],
            [[1, 2], [3, 5]],
        ] {
            assert_ne!(of(other), sum, "{other:?}");
        }
    }

    #[test]
    fn texts_that_trade_their_ids_have_another_sum() {
        let of = |ids: [i64; 2]| {
            let mut sum = Checksum::default();
            sum.add_text(ids[0], "a");
            sum.add_text(ids[1], "b");
            sum
        };
        assert_ne!(of([1, 2]), of([2, 1]));
    }

    proptest! {
        #[test]
        fn order_does_not_matter_and_every_bit_does(
            rows in proptest::collection::vec(any::<[i64; 4]>(), 1..20),
            row in any::<prop::sample::Index>(),
            column in 0usize..4,
            bit in 0..64,
        ) {
            let mut other: Vec<[i64; 4]> = rows.clone();
            other.reverse();
            prop_assert_eq!(of(&other), of(&rows));
            let row = row.index(other.len());
            other[row][column] ^= 1i64 << bit;
            prop_assert_ne!(of(&other), of(&rows));
        }
    }
}
