//! Names of columns: which names suggest a role, and how names are compared. Source floor.
//!
//! Knows nothing about how names are written in a file or what the columns hold.

use crate::words::figure;
use crate::words::text;

/// Names of the user column, the preferred ones first. They are compared without case, blanks, `_`, `-` and `.`.
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
    "person_id",
    "distinct_id",
    "cookie_id",
    "device_id",
    "member_id",
    "account_id",
    "visitor",
    "customer",
    "client",
    "user_name",
    "full_visitor_id",
    "domain_userid",
    "idvisitor",
    "user_uuid",
    "cookie",
    "person_uuid",
    "member",
    "usuario",
    "utilisateur",
    "benutzer",
    "utente",
    "uuid",
    "id",
];

/// User names that are there only once somebody has logged in. If they are missing in many rows, the id of a visitor
/// or device comes before them.
const LOGIN_NAMES: &[&str] = &[
    "user_id",
    "user",
    "customer_id",
    "uid",
    "member_id",
    "account_id",
    "customer",
    "user_name",
    "user_uuid",
    "member",
];

/// Names of the time column, the preferred ones first: the time of the event before the time of collecting or storing
/// it. They are compared without case, blanks, `_`, `-` and `.`.
pub const TIME_NAMES: &[&str] = &[
    "page_view_at",
    "timestamp",
    "ts",
    "time",
    "event_time",
    "event_timestamp",
    "datetime",
    "occurred_at",
    "viewed_at",
    "visited_at",
    "event_at",
    "original_timestamp",
    "visit_time",
    "event_datetime",
    "derived_tstamp",
    "created_at",
    "sent_at",
    "client_time",
    "server_time",
    "request_time",
    "utc_time",
    "unix_time",
    "epoch",
    "time_local",
    "time_iso8601",
    "timestamp_ms",
    "timestamp_us",
    "timestamp_utc",
    "datetime_utc",
    "collector_tstamp",
    "received_at",
    "logged_at",
    "date",
    "event_date",
];

/// Names of the page column, the preferred ones first. They are compared without case, blanks, `_`, `-` and `.`. Those
/// that name an event and not a page are last.
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
    "page_urlpath",
    "page_uri",
    "request_url",
    "url_path",
    "pathname",
    "document_path",
    "current_url",
    "page_name",
    "page_title",
    "screen",
    "screen_name",
    "route",
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

/// Page names that say what happened, not where.
const EVENT_NAMES: &[&str] = &["event", "event_name", "event_type", "action"];

/// Names of the column that says what kind of event a row is, the preferred ones first.
pub(super) const KIND_NAMES: &[&str] = &[
    "event_name",
    "event",
    "event_type",
    "type",
    "action",
    "name",
    "kind",
    "hit_type",
    "event_action",
    "activity_type",
    "activity",
    "is_page_view",
];

/// The three things that a pageview is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum Role {
    User,
    Time,
    Page,
}

impl Role {
    pub(in crate::source) const ALL: [Role; 3] = [Role::User, Role::Time, Role::Page];

    pub(in crate::source) fn name(self) -> &'static str {
        match self {
            Role::User => "user",
            Role::Time => "time",
            Role::Page => "page",
        }
    }

    pub(in crate::source) fn option(self) -> &'static str {
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

    /// Where a name stands in the role's list; `None` if it does not.
    pub(in crate::source) fn rank(self, name: &str) -> Option<usize> {
        rank(self.customary_names(), name)
    }
}

/// Whether a user column with this name has ids of logged-in users.
pub(super) fn is_login(name: &str) -> bool {
    rank(LOGIN_NAMES, name).is_some()
}

/// Whether a page column with this name holds events.
pub(in crate::source) fn is_event(name: &str) -> bool {
    rank(EVENT_NAMES, name).is_some()
}

/// Whether a column with this name is the user only if its values come more than once.
pub(super) fn must_repeat(name: &str) -> bool {
    normalised(name) == "id"
}

/// Where a name stands in a list.
pub(super) fn rank(list: &[&str], name: &str) -> Option<usize> {
    let name = normalised(name);
    // The lists are in lower case, with no other marks.
    let letters = |custom: &str| custom.bytes().filter(|byte| *byte != b'_').eq(name.bytes());
    list.iter().position(|custom| letters(custom))
}

/// The names in what a person asked for, if it is not a name itself: user columns separated by commas, or a day and a
/// time of day separated by a blank.
pub(super) fn several(role: Role, wanted: &str) -> impl Iterator<Item = &str> {
    wanted.split(separator(role)).map(str::trim)
}

/// The separator between two names of one role.
pub(super) fn separator(role: Role) -> char {
    match role {
        Role::User => ',',
        Role::Time => ' ',
        Role::Page => '\n',
    }
}

/// The place of the part that a person means: with exactly this name, with this number, or with nearly this name.
pub(in crate::source) fn position(parts: &[String], wanted: &str) -> Option<usize> {
    let exactly = parts.iter().position(|name| name == wanted);
    let place = || numbered(wanted).filter(|&place| place < parts.len());
    let nearly = || {
        let wanted = normalised(wanted);
        parts.iter().position(|name| normalised(name) == wanted)
    };
    exactly.or_else(place).or_else(nearly)
}

/// Whether a person means parts that are there.
pub(in crate::source) fn is_there(parts: &[String], role: Role, wanted: &str) -> bool {
    let is_part = |name: &str| position(parts, name).is_some();
    is_part(wanted) || several(role, wanted).all(is_part)
}

/// The name by which a person finds a part: its own, or its number if it has no name or the name leads to another
/// part.
pub(super) fn spelled(parts: &[String], place: usize) -> String {
    let name = &parts[place];
    match position(parts, name) {
        Some(found) if found == place && !name.is_empty() => name.clone(),
        _ => format!("#{}", place + 1),
    }
}

/// The name of a column or key in quotes, safe for a terminal; the place, from 0, of one without a name.
pub(in crate::source) fn quoted_name(name: &str, position: usize) -> String {
    match name {
        "" => format!("column {}", figure::count(position as u64 + 1)),
        name => format!("\"{}\"", text::safe(name)),
    }
}

/// The place, from 0, of `#1` and the like.
pub(super) fn numbered(wanted: &str) -> Option<usize> {
    let number: usize = wanted.strip_prefix('#')?.parse().ok()?;
    number.checked_sub(1)
}

/// A name as names are compared: lower case, without blanks, `_`, `-` and `.`.
pub(super) fn normalised(name: &str) -> String {
    without_type(name)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '.'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// A path without the keys with which MongoDB marks the type of a value: `user_id` of `user_id.$oid`, `at` of
/// `at.$date.$numberLong` (<https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/>).
pub(in crate::source) fn without_type(path: &str) -> &str {
    match path.rsplit_once(".$") {
        Some((key, "oid" | "date" | "numberLong" | "numberInt" | "numberDouble" | "uuid")) => {
            without_type(key)
        }
        _ => path,
    }
}

/// A name as words: `userId` and `user_id` are `user` and `id`.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        let begins =
            c.is_uppercase() && !before.is_uppercase() || c.is_numeric() != before.is_numeric();
        if !c.is_alphanumeric() || begins {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The header, shortened for an error: a binary file or one long line has names without end.
pub(in crate::source) fn shown(header: &[String]) -> Vec<String> {
    const MOST_NAMES: usize = 12;
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

    #[test]
    fn a_name_is_found_exactly_then_by_its_number_then_nearly() {
        let header = ["user", "Shop ID", "shop_id", "#1"].map(str::to_owned);
        for (wanted, expected) in [
            ("shop_id", Some(2)),
            ("shopid", Some(1)),
            ("#1", Some(3)),
            ("#2", Some(1)),
            ("#5", None),
            ("#0", None),
            ("page", None),
        ] {
            assert_eq!(position(&header, wanted), expected, "{wanted}");
        }
    }

    #[test]
    fn customary_names_are_known_however_they_are_spelt() {
        for name in ["user_id", "userId", " User ID ", "USER-ID", "user.id"] {
            assert_eq!(Role::User.rank(name), Some(0), "{name}");
        }
        assert_eq!(Role::User.rank("user_id.$oid"), Some(0));
        assert_eq!(Role::Time.rank("ts.$date.$numberLong"), Some(2));
        assert_eq!(Role::User.rank("user_idx"), None);
    }

    #[test]
    fn a_name_falls_into_words_at_marks_and_capitals() {
        for name in ["page_url", "pageUrl", "Page URL", "page.url", "$page-url"] {
            assert_eq!(words(name), ["page", "url"], "{name}");
        }
        assert_eq!(words("2Path"), ["2", "path"]);
        assert!(words("").is_empty());
    }

    #[test]
    fn each_name_speaks_for_one_role() {
        let mut all: Vec<String> = [USER_NAMES, TIME_NAMES, PAGE_NAMES]
            .concat()
            .into_iter()
            .map(normalised)
            .collect();
        let n = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), n);
    }

    #[test]
    fn the_lists_of_special_names_are_parts_of_the_others() {
        let is_user = |name: &str| Role::User.rank(name).is_some();
        assert!(LOGIN_NAMES.iter().all(|name| is_user(name)));
        let is_page = |name: &str| Role::Page.rank(name).is_some();
        assert!(EVENT_NAMES.iter().all(|name| is_page(name)));
    }
}
