//! Which column is the user, which the time, which the page, by their names. Source floor.
//!
//! Knows nothing about how names are written in a file or what the columns hold.

use crate::source::options::ReadOptions;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::text;

/// Names of the user column, the preferred first. They are compared without case, blanks, `_`, `-`
/// and `.`.
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
    "full_visitor_id",
    "domain_userid",
    "user_uuid",
    "cookie",
    "person_uuid",
    "member",
];

/// Names of the time column, the preferred first. They are compared without case, blanks, `_`, `-`
/// and `.`.
pub const TIME_NAMES: &[&str] = &[
    "page_view_at",
    "timestamp",
    "ts",
    "time",
    "event_time",
    "event_timestamp",
    "created_at",
    "datetime",
    "occurred_at",
    "received_at",
    "sent_at",
    "viewed_at",
    "visited_at",
    "event_at",
    "original_timestamp",
    "request_time",
    "utc_time",
    "unix_time",
    "epoch",
    "visit_time",
    "collector_tstamp",
    "derived_tstamp",
    "logged_at",
    "time_local",
    "time_iso8601",
    "timestamp_ms",
    "timestamp_us",
    "timestamp_utc",
    "datetime_utc",
    "event_datetime",
    "server_time",
    "client_time",
    "date",
    "event_date",
];

/// Names of the page column, the preferred first. They are compared without case, blanks, `_`, `-`
/// and `.`. Those that name an
/// event and not a page are last.
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
    "page_urlpath",
    "page_uri",
    "request_url",
    "url_path",
    "document_path",
    "current_url",
    "view",
    "view_name",
    "page_id",
    "item",
    "item_id",
    "product_id",
    "event",
    "event_name",
    "event_type",
    "action",
];

/// The three things that a pageview is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    User,
    Time,
    Page,
}

impl Role {
    pub(super) const ALL: [Role; 3] = [Role::User, Role::Time, Role::Page];

    pub(super) fn name(self) -> &'static str {
        match self {
            Role::User => "user",
            Role::Time => "time",
            Role::Page => "page",
        }
    }

    pub(super) fn option(self) -> &'static str {
        match self {
            Role::User => "--user-column",
            Role::Time => "--time-column",
            Role::Page => "--page-column",
        }
    }

    fn customary_names(self) -> &'static [&'static str] {
        match self {
            Role::User => USER_NAMES,
            Role::Time => TIME_NAMES,
            Role::Page => PAGE_NAMES,
        }
    }

    pub(super) fn asked_for(self, options: &ReadOptions) -> Option<&str> {
        match self {
            Role::User => options.user_column.as_deref(),
            Role::Time => options.time_column.as_deref(),
            Role::Page => options.page_column.as_deref(),
        }
    }
}

/// Positions of the columns, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Places {
    pub(super) user: usize,
    pub(super) time: usize,
    pub(super) page: usize,
}

/// Finds the columns in a header: by the names that were asked for, exactly and then normalised;
/// else by the customary names in their order. A column serves two roles only if both asked for it.
///
/// Errors with [`Error::Column`] for the first role without a column.
pub(super) fn find(header: &[String], options: &ReadOptions, input: &str) -> Result<Places> {
    let found = find_each(header, options);
    let position = |role: Role| {
        found[role as usize].ok_or_else(|| Error::Column {
            input: input.to_owned(),
            role: role.name(),
            wanted: role.asked_for(options).map(str::to_owned),
            header: shown(header),
            option: role.option(),
        })
    };
    Ok(Places {
        user: position(Role::User)?,
        time: position(Role::Time)?,
        page: position(Role::Page)?,
    })
}

/// How many of the roles have a column in this header, 0 to 3.
pub(super) fn count_found(header: &[String], options: &ReadOptions) -> usize {
    find_each(header, options).iter().flatten().count()
}

/// By role, the position of its column.
pub(super) fn find_each(header: &[String], options: &ReadOptions) -> [Option<usize>; 3] {
    let normal: Vec<String> = header.iter().map(|name| normalised(name)).collect();
    let mut found = [None; 3];
    for role in Role::ALL {
        let Some(wanted) = role.asked_for(options) else {
            continue;
        };
        let exactly = header.iter().position(|name| name == wanted);
        let place = numbered(wanted).filter(|&place| place < header.len());
        let wanted = normalised(wanted);
        let nearly = || normal.iter().position(|name| *name == wanted);
        found[role as usize] = exactly.or(place).or_else(nearly);
    }
    for role in Role::ALL {
        if role.asked_for(options).is_none() {
            let is_free = |at: &usize| !found.contains(&Some(*at));
            found[role as usize] = role.customary_names().iter().find_map(|custom| {
                let custom = normalised(custom);
                let position = normal.iter().position(|name| *name == custom);
                position.filter(is_free)
            });
        }
    }
    found
}

/// The place, from 0, that `#1` and the like stand for.
pub(super) fn numbered(wanted: &str) -> Option<usize> {
    let number: usize = wanted.strip_prefix('#')?.parse().ok()?;
    number.checked_sub(1)
}

/// A name as names are compared: lower case, without blanks, `_`, `-` and `.`.
fn normalised(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '.'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// The header as an error can show it: a binary file or one long line has no end of names.
pub(super) fn shown(header: &[String]) -> Vec<String> {
    const MOST_NAMES: usize = 40;
    const MOST_WIDTH: usize = 60;
    let mut names: Vec<String> = header
        .iter()
        .take(MOST_NAMES)
        .map(|name| text::cut_end(name, MOST_WIDTH))
        .collect();
    if header.len() > MOST_NAMES {
        names.push(format!("… ({} in all)", header.len()));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of the columns found for user, time and page in a header given with commas.
    fn check(header: &str, options: &ReadOptions, expected: [&str; 3]) {
        let header: Vec<String> = header.split(',').map(str::to_owned).collect();
        let found = find(&header, options, "test").unwrap();
        let names = [found.user, found.time, found.page].map(|at| header[at].as_str());
        assert_eq!(names, expected);
    }

    #[test]
    fn customary_names_are_found_however_they_are_spelt() {
        let options = ReadOptions::default();
        for (header, expected) in [
            (
                "user_id,page_view_at,page",
                ["user_id", "page_view_at", "page"],
            ),
            (
                "userId,eventTime,pageUrl",
                ["userId", "eventTime", "pageUrl"],
            ),
            (
                " User ID , Timestamp ,Page URL",
                [" User ID ", " Timestamp ", "Page URL"],
            ),
            (
                "timestamp,visitorid,event,itemid",
                ["visitorid", "timestamp", "itemid"],
            ),
            (
                "user_pseudo_id,event_timestamp,event_name,page_location",
                ["user_pseudo_id", "event_timestamp", "page_location"],
            ),
            ("date,time,user,url", ["user", "time", "url"]),
        ] {
            check(header, &options, expected);
        }
    }

    #[test]
    fn a_name_that_was_asked_for_wins_exactly_first_and_then_normalised() {
        let asked = |user: &str, page: &str| ReadOptions {
            user_column: Some(user.to_owned()),
            page_column: Some(page.to_owned()),
            ..ReadOptions::default()
        };
        check(
            "user,Shop ID,shop_id,ts,page",
            &asked("shop_id", "page"),
            ["shop_id", "ts", "page"],
        );
        check(
            "user,Shop ID,ts,page",
            &asked("shopid", "page"),
            ["Shop ID", "ts", "page"],
        );
        check(
            "user,ts,page",
            &asked("page", "page"),
            ["page", "ts", "page"],
        );
    }

    #[test]
    fn a_column_can_be_named_by_its_number() {
        let asked = ReadOptions {
            user_column: Some("#3".to_owned()),
            ..ReadOptions::default()
        };
        check("ts,page,who", &asked, ["who", "ts", "page"]);
        let beyond = ReadOptions {
            user_column: Some("#4".to_owned()),
            ..ReadOptions::default()
        };
        let header = ["ts".to_owned(), "page".to_owned()];
        assert!(find(&header, &beyond, "test").is_err());
    }

    #[test]
    fn a_role_without_a_column_lists_what_there_is() {
        let header = ["timestamp".to_owned(), "page".to_owned()];
        let error = find(&header, &ReadOptions::default(), "a.csv").unwrap_err();
        assert_eq!(
            error.to_string(),
            "a.csv: no user column; the header has: timestamp, page; name it with --user-column NAME"
        );
    }

    #[test]
    fn the_tables_hold_each_name_once() {
        let all = [USER_NAMES, TIME_NAMES, PAGE_NAMES].concat();
        let mut all: Vec<String> = all.into_iter().map(normalised).collect();
        let n = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), n);
    }
}
