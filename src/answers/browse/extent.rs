//! How much room the columns of a list need, and what the texts in them have in common. Answers floor.
//!
//! Measured once over all pageviews and never over the rows in view, so that columns do not move while a person
//! scrolls.

use std::collections::HashSet;

use crate::engine::dataset::Dataset;
use crate::engine::dataset::TextValues;
use crate::engine::dictionary::Dictionary;
use crate::words::figure::count;
use crate::words::text::cut_middle;
use crate::words::text::cut_page;
use crate::words::text::last_segment;
use crate::words::text::width;

/// How many texts are looked at, spread evenly.
const LOOKED_AT: usize = 1 << 14;

/// No column gets more columns for one text.
const WIDEST: usize = 300;

/// A common beginning shorter than this is not shown in the title.
const PREFIX: usize = 4;

/// What the texts of a dictionary have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TextExtent {
    /// What they begin with: all of the ids, or at least nine of ten pages.
    pub prefix: String,
    /// Columns that ids fit into, up to 64, and nineteen of twenty pages without the prefix.
    pub wide: u16,
    /// Whether some are wider than that.
    pub has_wider: bool,
    /// How many columns of their beginning tell them apart.
    pub telling: u16,
    /// Whether their last segments tell more than half of the pages apart.
    pub ends_tell: bool,
}

/// The measures of the columns of lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extents {
    pub user: TextExtent,
    pub page: TextExtent,
    /// By carried column.
    pub carried: Vec<TextExtent>,
    /// The most pageviews of a user.
    pub views_of_user: u64,
    /// The most pageviews of a page, or more while that is not known.
    pub views_of_page: u64,
    /// Columns of a moment and of a day, as the calendar writes them.
    pub moment: u16,
    pub day: u16,
}

/// How much room a column of a list takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ColumnRoom {
    /// The fewest columns; with less room it is left out.
    pub least: u16,
    /// Columns that nearly all of it fits into.
    pub wanted: u16,
    /// Whether it gains by columns that nothing else wants.
    pub gains: bool,
    /// Whether it is written at its right end.
    pub is_right: bool,
    /// The larger this is, the sooner the column is left out. With 0 it never is.
    pub rank: u8,
}

impl ColumnRoom {
    /// A figure, with room for this many columns and for its heading.
    pub(crate) fn figure(columns: u16, heading: &str, rank: u8) -> ColumnRoom {
        let wide = columns.max(width(heading) as u16);
        ColumnRoom {
            least: wide,
            wanted: wide,
            gains: false,
            is_right: true,
            rank,
        }
    }

    /// A count of at most `most`.
    pub(crate) fn count(most: u64, heading: &str, rank: u8) -> ColumnRoom {
        ColumnRoom::figure(count(most).len() as u16, heading, rank)
    }

    /// Text, with at least this many columns if it needs so many.
    pub(crate) fn text(least: u16, wanted: u16, heading: &str, rank: u8) -> ColumnRoom {
        let heading = width(heading) as u16;
        let (least, wanted) = (least.min(wanted).max(heading), wanted.max(heading));
        ColumnRoom {
            least,
            wanted,
            gains: wanted > least,
            is_right: false,
            rank,
        }
    }

    /// Pages, with at least this many columns if they need so many.
    pub(crate) fn pages(least: u16, extent: &TextExtent, heading: &str, rank: u8) -> ColumnRoom {
        let room = ColumnRoom::text(least, extent.wide, heading, rank);
        ColumnRoom {
            gains: room.gains || extent.has_wider,
            ..room
        }
    }

    /// Ids. At least the part that tells them apart is shown, and short ids as a whole.
    pub(crate) fn ids(extent: &TextExtent, heading: &str) -> ColumnRoom {
        const SHORT: u16 = 12;
        const MOST_TELLING: u16 = 16;
        // A place for the ellipsis.
        let telling = (extent.telling + 1).min(MOST_TELLING);
        let least = telling.max(extent.wide.min(SHORT));
        ColumnRoom::text(least, extent.wide, heading, 0)
    }
}

impl Extents {
    /// Measures everything except what the calendar writes. One pass over the pages, and a look at the other texts.
    pub(crate) fn of(dataset: &Dataset) -> Extents {
        let views = |user| dataset.rows_of(user).len() as u64;
        Extents {
            user: TextExtent::of_ids(dataset.users()),
            page: TextExtent::of_pages(dataset.pages()),
            carried: dataset.carried().map(TextExtent::of_carried).collect(),
            views_of_user: (0..dataset.n_users()).map(views).max().unwrap_or(0),
            views_of_page: dataset.n_rows() as u64,
            moment: 0,
            day: 0,
        }
    }
}

impl TextExtent {
    fn of_ids(ids: &Dictionary) -> TextExtent {
        let first = ids.iter().next().unwrap_or_default();
        let prefix = ids.iter().fold(first, |prefix, id| common(prefix, id));
        TextExtent {
            prefix: prefix.to_owned(),
            wide: some(ids).map(|id| columns(id, 64)).max().unwrap_or(0),
            has_wider: false,
            telling: telling(ids),
            ends_tell: false,
        }
    }

    fn of_pages(pages: &Dictionary) -> TextExtent {
        let mut extent = TextExtent {
            prefix: beginning(pages),
            ..TextExtent::default()
        };
        (extent.wide, extent.has_wider) = wide(pages, |page| extent.without_prefix(page));
        extent.ends_tell = ends_tell(pages);
        extent
    }

    /// Of the column's name as well.
    fn of_carried(column: TextValues<'_>) -> TextExtent {
        let heading = columns(column.name, WIDEST);
        let (wide, has_wider) = wide(column.texts, |value| value);
        TextExtent {
            wide: wide.max(heading),
            has_wider,
            ..TextExtent::default()
        }
    }

    /// The page without the prefix, cut to take at most `room` columns so that it still differs from others.
    pub(crate) fn cut_page(&self, page: &str, room: usize) -> String {
        let page = self.without_prefix(page);
        match self.ends_tell {
            true => cut_page(page, room),
            false => cut_middle(page, room),
        }
    }

    /// The text without the prefix. The whole text if it does not begin with the prefix, or is nothing else.
    pub(crate) fn without_prefix<'t>(&self, text: &'t str) -> &'t str {
        let rest = text.strip_prefix(&self.prefix);
        rest.filter(|rest| !rest.is_empty()).unwrap_or(text)
    }
}

/// What `a` and `b` begin with.
fn common<'a>(a: &'a str, b: &str) -> &'a str {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b);
    let mut end = same.count();
    while !a.is_char_boundary(end) {
        end -= 1;
    }
    &a[..end]
}

/// Some of the texts, evenly spread.
fn some(texts: &Dictionary) -> impl Iterator<Item = &str> {
    let step = texts.len().div_ceil(LOOKED_AT).max(1);
    texts.iter().step_by(step)
}

/// The columns that nearly all of the texts fit into, and whether some do not.
fn wide<'t>(texts: &'t Dictionary, shown: impl Fn(&'t str) -> &'t str) -> (u16, bool) {
    let mut widths: Vec<u16> = some(texts)
        .map(|text| columns(shown(text), WIDEST))
        .collect();
    widths.sort_unstable();
    let most = (widths.len().max(1) - 1) * 19 / 20;
    let last = widths.len().min(most + 1).max(widths.len().min(20));
    let wide = widths[..last].last().map_or(0, |&wide| wide);
    (wide, widths.last().is_some_and(|&widest| widest > wide))
}

fn ends_tell(pages: &Dictionary) -> bool {
    let ends = some(pages).map(|page| &page[last_segment(page).unwrap_or(0)..]);
    2 * ends.collect::<HashSet<_>>().len() > some(pages).count()
}

/// Columns of a text, up to a limit: a text of a megabyte is not measured as a whole.
fn columns(text: &str, most: usize) -> u16 {
    match text.len() > 4 * most {
        true => most as u16,
        false => width(text).min(most) as u16,
    }
}

/// How much of their beginnings tells texts apart. Compares the texts that are looked at, and each of them with the
/// next text, since texts are mostly in order.
fn telling(texts: &Dictionary) -> u16 {
    let mut few: Vec<&str> = some(texts).collect();
    few.sort_unstable();
    let step = texts.len().div_ceil(LOOKED_AT).max(1);
    let neighbours = (0..texts.len().saturating_sub(1) as u32).step_by(step);
    let neighbours = neighbours.map(|at| (texts.text(at), texts.text(at + 1)));
    let pairs = few.windows(2).map(|pair| (pair[0], pair[1]));
    let same = pairs.chain(neighbours).map(|(a, b)| match common(a, b) {
        same if same.len() > WIDEST => WIDEST,
        same => width(same),
    });
    same.max().map_or(1, |same| same as u16 + 1)
}

/// What pages begin with: a server's address in at least nine of ten, if the others cannot be confused with shortened
/// ones; or folders in all of them.
fn beginning(pages: &Dictionary) -> String {
    let ends = |rest: &str| rest.is_empty() || rest.starts_with(['/', '?', '#']);
    let Some(middle) = (!pages.is_empty()).then(|| pages.text(pages.len() as u32 / 2)) else {
        return String::new();
    };
    let server = address(middle).unwrap_or_default();
    let (mut within, mut is_clear) = (0, true);
    let mut shared: Option<&str> = None;
    for page in pages.iter() {
        match page.strip_prefix(server) {
            Some(rest) if server.is_empty() || ends(rest) => {
                within += 1;
                shared = Some(shared.map_or(rest, |shared| common(shared, rest)));
            }
            _ => is_clear &= !ends(page),
        }
    }
    let is_all = within == pages.len();
    if within * 10 < pages.len() * 9 || !is_all && !is_clear {
        return String::new();
    }
    let folders = shared.filter(|_| is_all).unwrap_or_default();
    let folders = &folders[..folders.rfind('/').unwrap_or(0)];
    let beginning = format!("{server}{folders}");
    match beginning.len() >= PREFIX {
        true => beginning,
        false => String::new(),
    }
}

/// The part of an address before its path: `https://www.example.com`.
fn address(page: &str) -> Option<&str> {
    let (scheme, rest) = page.split_once("://")?;
    let host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let is_scheme = !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric());
    (is_scheme && host > 0).then(|| &page[..scheme.len() + 3 + host])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use proptest::prelude::*;

    fn dictionary<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Dictionary {
        let mut dictionary = Dictionary::default();
        for text in texts {
            dictionary.push(text.as_ref());
        }
        dictionary
    }

    fn prefix(pages: &[&str]) -> String {
        TextExtent::of_pages(&dictionary(pages)).prefix
    }

    #[test]
    fn pages_gain_by_free_columns_if_some_are_wider_than_most() {
        let short = || (0..99).map(|n| format!("/{n:02}"));
        let gains = |pages: Dictionary, least: u16| {
            let extent = TextExtent::of_pages(&pages);
            ColumnRoom::pages(least, &extent, "", 0).gains
        };
        assert!(gains(dictionary(short()), 2), "less than it wants");
        assert!(!gains(dictionary(short()), 24));
        let one_is_wider = short().chain([String::from("/a/long/one")]);
        assert!(gains(dictionary(one_is_wider), 24));
    }

    #[test]
    fn a_page_is_cut_so_that_what_tells_it_apart_stays() {
        let cut = |page: fn(u32) -> String| {
            let pages = dictionary((0..100).map(page));
            let extent = TextExtent::of_pages(&pages);
            let cuts = pages.iter().map(|page| extent.cut_page(page, 16));
            cuts.collect::<BTreeSet<_>>().len()
        };
        assert_eq!(cut(|n| format!("/images/nr-{n}-logosmall.gif")), 100);
        assert_eq!(cut(|n| format!("/p/{n}/reviews-and-questions")), 100);
    }

    #[test]
    fn pages_of_one_server_begin_with_its_address() {
        let server = "https://www.example.com";
        assert_eq!(
            prefix(&["https://www.example.com/a", "https://www.example.com/b"]),
            server
        );
        assert_eq!(
            prefix(&[
                "https://www.example.com",
                "https://www.example.com?x",
                "https://www.example.com/b"
            ]),
            server
        );
        assert_eq!(prefix(&["https://a.com/a", "https://a.com.evil/b"]), "");
    }

    #[test]
    fn folders_that_all_pages_lie_in_belong_to_the_beginning() {
        assert_eq!(prefix(&["/app/v2/cart", "/app/v2/home"]), "/app/v2");
        assert_eq!(prefix(&["/cart", "/home"]), "");
        assert_eq!(
            prefix(&["https://a.com/de/x", "https://a.com/de/y/z"]),
            "https://a.com/de"
        );
    }

    #[test]
    fn a_few_pages_elsewhere_are_shown_whole_unless_they_could_be_taken_for_others() {
        let mut pages: Vec<String> = (0..20).map(|n| format!("https://a.com/{n}")).collect();
        pages.push("about:blank".to_owned());
        let extent = TextExtent::of_pages(&dictionary(&pages));
        assert_eq!(extent.prefix, "https://a.com");
        assert_eq!(extent.without_prefix("about:blank"), "about:blank");
        pages.push("/1".to_owned());
        assert_eq!(TextExtent::of_pages(&dictionary(&pages)).prefix, "");
    }

    #[test]
    fn a_page_that_is_the_beginning_itself_is_shown_whole() {
        let extent = TextExtent {
            prefix: "https://a.com".to_owned(),
            ..TextExtent::default()
        };
        assert_eq!(extent.without_prefix("https://a.com"), "https://a.com");
        assert_eq!(extent.without_prefix("https://a.com/b"), "/b");
    }

    #[test]
    fn one_long_text_of_many_does_not_widen_a_column() {
        let short = (0..100).map(|n| format!("u{n:02}"));
        let extent = TextExtent::of_pages(&dictionary(short.chain(["x".repeat(500)])));
        assert_eq!(extent.wide, 3);
        let few = TextExtent::of_ids(&dictionary(["a", "abcdefgh"]));
        assert_eq!(few.wide, 8);
    }

    proptest! {
        #[test]
        fn ids_differ_in_the_columns_that_tell_them_apart(ids in prop::collection::btree_set("[ab]{1,12}", 2..40)) {
            let extent = TextExtent::of_ids(&dictionary(&ids));
            let begins: std::collections::BTreeSet<String> =
                ids.iter().map(|id| id.chars().take(usize::from(extent.telling)).collect()).collect();
            prop_assert_eq!(begins.len(), ids.len());
        }

        #[test]
        fn pages_stay_different_without_their_beginning(
            pages in prop::collection::btree_set("(https://a.com|https://b.com|)(/[ab]{0,2}){0,3}", 1..30),
        ) {
            let extent = TextExtent::of_pages(&dictionary(&pages));
            let shown: std::collections::BTreeSet<&str> =
                pages.iter().map(|page| extent.without_prefix(page)).collect();
            prop_assert_eq!(shown.len(), pages.len());
        }
    }
}
