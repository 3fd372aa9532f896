//! Which column is which where there is no header, by what the columns hold. Source floor.

use crate::source::names::Places;
use crate::source::names::Role;
use crate::source::names::numbered;
use crate::source::options::ReadOptions;
use crate::source::time::looks_like_time;

/// Finds the columns of rows without a header: those that were asked for by number; else the time is the column
/// that holds times, the page the one that holds paths or addresses, and the user the first one that is left.
///
/// Errors with the role for which there is none.
pub(super) fn places(rows: &[Vec<String>], options: &ReadOptions) -> Result<Places, Role> {
    let width = rows.first().map_or(0, Vec::len);
    let mut found = Role::ALL.map(|role| {
        let asked = role.asked_for(options).and_then(numbered);
        asked.filter(|&place| place < width)
    });
    let is_asked = Role::ALL.map(|role| role.asked_for(options).is_some());
    // The time first, since it is the surest.
    for role in [Role::Time, Role::Page, Role::User] {
        if is_asked[role as usize] {
            continue;
        }
        let free: Vec<usize> = (0..width)
            .filter(|place| !found.contains(&Some(*place)))
            .collect();
        found[role as usize] = match role {
            Role::Time => most(rows, &free, looks_like_time),
            // Two columns are left of three: then the second is the page.
            Role::Page => most(rows, &free, looks_like_page)
                .or(free.get(1).copied().filter(|_| free.len() == 2)),
            Role::User => free.first().copied(),
        };
    }
    let place = |role: Role| found[role as usize].ok_or(role);
    Ok(Places {
        user: place(Role::User)?,
        time: place(Role::Time)?,
        page: place(Role::Page)?,
    })
}

/// The column of those that are free in which most values, and more than half of them, are like that; the first
/// of equals.
fn most(rows: &[Vec<String>], free: &[usize], is_like: fn(&str) -> bool) -> Option<usize> {
    let count = |place: usize| {
        rows.iter()
            .filter(|row| row.get(place).is_some_and(|value| is_like(value)))
            .count()
    };
    free.iter()
        .rev()
        .map(|&place| (count(place), place))
        .max_by_key(|&(n, _)| n)
        .filter(|&(n, _)| n * 2 > rows.len())
        .map(|(_, place)| place)
}

fn looks_like_page(value: &str) -> bool {
    value.starts_with('/') || value.contains("://")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: &[&str], options: &ReadOptions, expected: Result<[usize; 3], Role>) {
        let rows: Vec<Vec<String>> = rows
            .iter()
            .map(|row| row.split(',').map(str::to_owned).collect())
            .collect();
        let found = places(&rows, options).map(|places| [places.user, places.time, places.page]);
        assert_eq!(found, expected, "{rows:?}");
    }

    #[test]
    fn columns_are_told_by_what_they_hold() {
        let options = ReadOptions::default();
        check(&["7,2024-03-01 10:00:00,/a"], &options, Ok([0, 1, 2]));
        check(&["/a,7,1709287200"], &options, Ok([1, 2, 0]));
        check(&["a,home,2024-03-01T10:00:00Z"], &options, Ok([0, 2, 1]));
        check(
            &["x,7,2024-03-01,https://a.test/", "y,8,2024-03-02,/b"],
            &options,
            Ok([0, 2, 3]),
        );
        check(&["7,8,/a"], &options, Err(Role::Time));
        check(&["a,b,c,2024-03-01"], &options, Err(Role::Page));
    }

    #[test]
    fn numbers_that_were_asked_for_go_first() {
        let options = ReadOptions {
            user_column: Some("#2".to_owned()),
            ..ReadOptions::default()
        };
        check(&["x,7,2024-03-01,/a"], &options, Ok([1, 2, 3]));
        let beyond = ReadOptions {
            user_column: Some("#9".to_owned()),
            ..ReadOptions::default()
        };
        check(&["x,7,2024-03-01,/a"], &beyond, Err(Role::User));
    }
}
