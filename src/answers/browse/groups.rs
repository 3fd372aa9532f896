//! Groups values without a hash: first counts them, then puts them in place. Answers floor.

/// Values by the number of their group.
#[derive(Debug)]
pub(super) struct Groups {
    /// First value of each group, and one more entry: the number of values.
    starts: Vec<u32>,
    values: Vec<i64>,
}

impl Groups {
    /// Makes `n` groups from pairs of a group below `n` and a value.
    pub(super) fn of(n: usize, pairs: &[(u32, i64)]) -> Groups {
        let mut starts = vec![0u32; n + 1];
        for &(group, _) in pairs {
            starts[group as usize + 1] += 1;
        }
        for group in 0..n {
            starts[group + 1] += starts[group];
        }
        let mut next = starts.clone();
        let mut values = vec![0; pairs.len()];
        for &(group, value) in pairs {
            let place = &mut next[group as usize];
            values[*place as usize] = value;
            *place += 1;
        }
        Groups { starts, values }
    }

    /// The values of a group.
    pub(super) fn values(&mut self, group: usize) -> &mut [i64] {
        &mut self.values[self.starts[group] as usize..self.starts[group + 1] as usize]
    }
}

/// The median. With an even number of values, the mean of the two middle ones, cut off. Changes the order.
pub(in crate::answers) fn median(values: &mut [i64]) -> Option<i64> {
    let upper = values.len() / 2;
    let is_even = values.len().is_multiple_of(2);
    (!values.is_empty()).then(|| {
        let (below, &mut high, _) = values.select_nth_unstable(upper);
        match below.iter().max().filter(|_| is_even) {
            Some(&low) => low + (high - low) / 2,
            None => high,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_is_the_mean_of_the_middle_two() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [7]), Some(7));
        assert_eq!(median(&mut [9, 1, 4]), Some(4));
        assert_eq!(median(&mut [9, 1, 4, 5]), Some(4));
        assert_eq!(median(&mut [i64::MAX, i64::MAX - 2]), Some(i64::MAX - 1));
    }

    #[test]
    fn values_stand_by_their_group() {
        let mut groups = Groups::of(3, &[(2, 5), (0, 1), (2, 4)]);
        assert_eq!(groups.values(0), [1]);
        assert_eq!(groups.values(1), [0i64; 0]);
        assert_eq!(groups.values(2), [5, 4]);
    }
}
