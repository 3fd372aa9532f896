//! Which events are page views, by the words that name them. Source floor.
//!
//! Knows words; nothing about where they stand.

use crate::source::roles::names::normalised;

/// What a word says about its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A page view.
    View,
    /// A page view, if others say something else.
    Perhaps,
    /// Clearly no page view.
    Other,
    /// It may be anything.
    Unknown,
}

/// Words for a page view, as [`normalised`] and without `$`, `[` and `]`.
const VIEWS: &[&str] = &[
    "pageview",
    "pageviews",
    "pageviewed",
    "pageviewevent",
    "viewpage",
    "viewedpage",
    "viewedapage",
    "loadedapage",
    "pageload",
    "pagevisit",
    "pagevisited",
    "screenview",
    "screenviewed",
    "viewscreen",
    "viewedscreen",
    "virtualpageview",
    "webpageview",
    "mpwebpageview",
    "amplitudepageviewed",
    "amplitudescreenviewed",
    "clyview",
];

/// Words that mean page views only beside words that do not.
const PERHAPS: &[&str] = &["page", "view", "viewed", "screen", "pages", "views"];

/// Words for other things that people do on a page.
const OTHERS: &[&str] = &[
    "addtocart",
    "addtowishlist",
    "alias",
    "appexit",
    "appremove",
    "autocapture",
    "beginsession",
    "begincheckout",
    "cart",
    "checkout",
    "click",
    "clicked",
    "clicks",
    "download",
    "endsession",
    "engagement",
    "error",
    "exception",
    "filedownload",
    "firstopen",
    "firstvisit",
    "formstart",
    "formsubmit",
    "group",
    "heartbeat",
    "identify",
    "impression",
    "leave",
    "linkclick",
    "login",
    "logout",
    "pageend",
    "pageleave",
    "pageping",
    "ping",
    "purchase",
    "removefromcart",
    "scroll",
    "sessionend",
    "sessionstart",
    "signup",
    "submit",
    "track",
    "transaction",
    "userengagement",
    "viewsearchresults",
];

/// The meaning of a value in a column of kinds.
pub(super) fn word(value: &[u8]) -> Word {
    let text = String::from_utf8_lossy(value);
    let word: String = normalised(&text)
        .chars()
        .filter(|c| !matches!(c, '$' | '[' | ']'))
        .collect();
    let word = word.as_str();
    if VIEWS.contains(&word) {
        Word::View
    } else if PERHAPS.contains(&word) {
        Word::Perhaps
    } else if OTHERS.contains(&word) {
        Word::Other
    } else {
        Word::Unknown
    }
}

/// The meaning of a value in a column that says whether the row is a page view.
pub(super) fn answer(value: &[u8]) -> Word {
    match value.to_ascii_lowercase().as_slice() {
        b"1" | b"true" | b"t" | b"yes" | b"y" | b"1.0" => Word::View,
        b"0" | b"false" | b"f" | b"no" | b"n" | b"0.0" | b"" => Word::Other,
        _ => Word::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_views_have_many_names() {
        for value in [
            "page_view",
            "pageview",
            "$pageview",
            "Page Viewed",
            "[Amplitude] Page Viewed",
            "[CLY]_view",
            "$mp_web_page_view",
            "screen_view",
            "Loaded a Page",
        ] {
            assert_eq!(word(value.as_bytes()), Word::View, "{value}");
        }
        for value in [
            "$pageleave",
            "page_ping",
            "user_engagement",
            "[Amplitude] Click",
        ] {
            assert_ne!(word(value.as_bytes()), Word::View, "{value}");
        }
        assert_eq!(word(b"view"), Word::Perhaps);
        assert_eq!(word(b"addtocart"), Word::Other);
        assert_eq!(word(b"product"), Word::Unknown);
    }

    #[test]
    fn an_answer_is_yes_or_no() {
        assert_eq!(answer(b"1"), Word::View);
        assert_eq!(answer(b"TRUE"), Word::View);
        assert_eq!(answer(b"0"), Word::Other);
        assert_eq!(answer(b"7"), Word::Unknown);
    }
}
