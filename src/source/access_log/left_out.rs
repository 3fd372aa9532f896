//! The reasons why requests are not page views, and how many there are for each. Source floor.
//!
//! Knows the reasons and their names. Of how requests are judged, knows only the status.

/// Why a request is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum Reason {
    NotGet,
    Asset,
    Bot,
    Partial,
    Informational,
    Redirect,
    ClientError,
    ServerError,
    NoResponse,
    OtherStatus,
    NoRemoteUser,
    NotAnObject,
    NoRequest,
    OtherLine,
}

/// The reasons, in the order of their discriminants, with the words for a person.
const REASONS: [&str; 14] = [
    "not GET",
    "static assets",
    "bots",
    "parts of downloads (206)",
    "informational (1xx)",
    "redirects (3xx)",
    "client errors (4xx)",
    "server errors (5xx)",
    "no response (status 000)",
    "other statuses",
    "no remote user",
    "not about an object (S3)",
    "about no request",
    "lines of another kind",
];

impl Reason {
    /// Why a response with that status is not a page. `None` for 2xx except 206, and for 304, which says that the
    /// browser has the page.
    #[inline]
    pub(super) fn of_status(status: u16) -> Option<Reason> {
        match status {
            206 => Some(Reason::Partial),
            200..=299 | 304 => None,
            100..=199 => Some(Reason::Informational),
            300..=399 => Some(Reason::Redirect),
            400..=499 => Some(Reason::ClientError),
            500..=599 => Some(Reason::ServerError),
            0 => Some(Reason::NoResponse),
            _ => Some(Reason::OtherStatus),
        }
    }
}

/// Counts by reason.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LeftOut {
    counts: [u64; REASONS.len()],
}

impl LeftOut {
    #[inline]
    pub(super) fn add(&mut self, reason: Reason) {
        self.counts[reason as usize] += 1;
    }

    /// The reasons there were with their counts, the most frequent first.
    pub(super) fn counted(&self) -> Vec<(String, u64)> {
        let mut counted: Vec<(String, u64)> = REASONS
            .iter()
            .zip(self.counts)
            .filter(|&(_, count)| count > 0)
            .map(|(&words, count)| (words.to_owned(), count))
            .collect();
        counted.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        counted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_words_and_the_most_frequent_comes_first() {
        let mut left_out = LeftOut::default();
        for reason in [Reason::Bot, Reason::NotAnObject, Reason::Bot] {
            left_out.add(reason);
        }
        assert_eq!(
            left_out.counted(),
            [
                ("bots".to_owned(), 2),
                ("not about an object (S3)".to_owned(), 1)
            ]
        );
    }

    #[test]
    fn a_page_was_seen_if_it_was_sent_or_had_not_changed() {
        for (status, reason) in [
            (200, None),
            (206, Some(Reason::Partial)),
            (304, None),
            (301, Some(Reason::Redirect)),
            (404, Some(Reason::ClientError)),
            (499, Some(Reason::ClientError)),
            (503, Some(Reason::ServerError)),
            (101, Some(Reason::Informational)),
            (0, Some(Reason::NoResponse)),
            (999, Some(Reason::OtherStatus)),
        ] {
            assert_eq!(Reason::of_status(status), reason, "{status}");
        }
    }
}
