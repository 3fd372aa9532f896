//! Which columns of a table are the user, the time and the page. Source floor.

use crate::words::error::Error;
use crate::words::error::Result;

/// Header names of the user column, preferred ones first. Names are compared without case, spaces,
/// `_`, `-` and `.`.
pub const USER_NAMES: &[&str] = &[
    "user_id",
    "user",
    "visitor_id",
    "client_id",
    "anonymous_id",
    "customer_id",
    "uid",
    "panelist_id",
    "user_pseudo_id",
    "distinct_id",
    "uuid",
    "cookie_id",
    "device_id",
    "person_id",
    "member_id",
    "account_id",
    "visitor",
    "customer",
    "client",
    "user_name",
    "username",
];

/// Header names of the time column, preferred ones first.
pub const TIME_NAMES: &[&str] = &[
    "page_view_at",
    "timestamp",
    "ts",
    "time",
    "event_time",
    "event_timestamp",
    "created_at",
    "datetime",
    "date_time",
    "occurred_at",
    "received_at",
    "sent_at",
    "viewed_at",
    "visited_at",
    "event_at",
    "original_timestamp",
    "request_time",
    "date",
    "event_date",
    "utc_time",
    "unix_time",
    "epoch",
];

/// Header names of the page column, preferred ones first.
pub const PAGE_NAMES: &[&str] = &[
    "page",
    "page_path",
    "path",
    "url",
    "page_url",
    "location",
    "page_location",
    "href",
    "uri",
    "request_uri",
    "request_path",
    "document_location",
    "page_view",
    "page_name",
    "page_title",
    "screen",
    "screen_name",
    "route",
    "event",
    "event_name",
    "item_id",
    "product_id",
];

/// What each of the three columns is for, in the order user, time, page.
const ROLES: [(&str, &str, &[&str]); 3] = [
    ("user", "--user-column", USER_NAMES),
    ("time", "--time-column", TIME_NAMES),
    ("page", "--page-column", PAGE_NAMES),
];

/// Positions of the three columns, from 0, in a row of `width` fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) user: usize,
    pub(super) time: usize,
    pub(super) page: usize,
    pub(super) width: usize,
}

/// A name as it is compared.
fn normalised(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, '_' | '-' | '.' | ' '))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Finds the columns by the names asked for, or else by customary ones. Where a name occurs twice the
/// first column has it.
///
/// Errors, with the header's names and the option that helps, when a column is not there.
pub(super) fn find(input: &str, header: &[String], asked: [Option<&str>; 3]) -> Result<Layout> {
    let names: Vec<String> = header.iter().map(|name| normalised(name)).collect();
    let mut found = [None; 3];
    for (place, asked) in found.iter_mut().zip(asked) {
        *place = asked.and_then(|wanted| {
            let exact = header.iter().position(|name| name == wanted);
            exact.or_else(|| names.iter().position(|name| *name == normalised(wanted)))
        });
    }
    for role in (0..3).filter(|&role| asked[role].is_none()) {
        // A column that serves one role is not guessed for another.
        let taken = found;
        found[role] = ROLES[role].2.iter().find_map(|known| {
            let known = normalised(known);
            (0..names.len())
                .find(|column| names[*column] == known && !taken.contains(&Some(*column)))
        });
    }
    let column = |role: usize| {
        found[role].ok_or_else(|| Error::Column {
            input: input.to_owned(),
            role: ROLES[role].0,
            wanted: asked[role].map(str::to_owned),
            header: header.to_vec(),
            option: ROLES[role].1,
        })
    };
    Ok(Layout {
        user: column(0)?,
        time: column(1)?,
        page: column(2)?,
        width: header.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, asked: [Option<&str>; 3], expect: Option<[usize; 3]>) {
        let header: Vec<String> = header.split(',').map(str::to_owned).collect();
        let found = find("a.csv", &header, asked)
            .ok()
            .map(|layout| [layout.user, layout.time, layout.page]);
        assert_eq!(found, expect, "{header:?}");
    }

    #[test]
    fn customary_names_are_found_whatever_their_case_and_punctuation() {
        check("user_id,page_view_at,page", [None; 3], Some([0, 1, 2]));
        check("userId,eventTime,pageUrl", [None; 3], Some([0, 1, 2]));
        check("Page , TIME STAMP,User-ID", [None; 3], Some([2, 1, 0]));
        check("uuid,timestamp,url", [None; 3], Some([0, 1, 2]));
        check(
            "user_pseudo_id,event_timestamp,page_location",
            [None; 3],
            Some([0, 1, 2]),
        );
    }

    #[test]
    fn a_name_that_is_asked_for_wins_and_frees_no_other() {
        check(
            "user_id,page,timestamp,landing",
            [None, None, Some("landing")],
            Some([0, 2, 3]),
        );
        check("a,b,c", [Some("c"), Some("b"), Some("a")], Some([2, 1, 0]));
        check(
            "user_id,page,timestamp",
            [None, None, Some("missing")],
            None,
        );
    }

    #[test]
    fn a_missing_column_is_an_error() {
        check("timestamp,page", [None; 3], None);
    }
}
