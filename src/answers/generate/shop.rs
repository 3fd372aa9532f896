//! A small shop: its pages, and how a visitor walks through them. Answers floor.
//!
//! Knows nothing of users or time; a walk is a series of pages.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::Distribution;
use rand_distr::Zipf;

/// How many products there are: `/product/1` to `/product/2000`.
const PRODUCTS: u16 = 2_000;

const CATEGORIES: [&str; 10] = [
    "shoes",
    "jackets",
    "tents",
    "backpacks",
    "stoves",
    "lamps",
    "maps",
    "ropes",
    "sale",
    "gifts",
];

const POSTS: [&str; 12] = [
    "packing-light",
    "choosing-a-tent",
    "first-winter-hike",
    "caring-for-leather-boots",
    "reading-a-map",
    "ten-huts-in-the-alps",
    "cooking-on-one-flame",
    "sleeping-warm",
    "knots-that-hold",
    "rain-or-shine",
    "hiking-with-children",
    "our-workshop",
];

const SEARCHES: [&str; 16] = [
    "rain+jacket",
    "tent",
    "hiking+boots",
    "gift+card",
    "sleeping+bag",
    "head+lamp",
    "size+43",
    "gas+stove",
    "backpack+40l",
    "wool+socks",
    "rope",
    "water+filter",
    "child+carrier",
    "poles",
    "map+alps",
    "return+shoes",
];

/// A kind of page; the first page of each kind stands at [`ShopPage::first`] in the list of pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ShopPage {
    Front,
    Home,
    Category,
    Product,
    Search,
    Cart,
    Checkout,
    Contact,
    Blog,
}

const KINDS: [ShopPage; 9] = [
    ShopPage::Front,
    ShopPage::Home,
    ShopPage::Category,
    ShopPage::Product,
    ShopPage::Search,
    ShopPage::Cart,
    ShopPage::Checkout,
    ShopPage::Contact,
    ShopPage::Blog,
];

/// Where sessions land, in percent per kind, in the order of [`KINDS`].
const LANDINGS: [u8; 9] = [30, 8, 12, 25, 8, 1, 0, 3, 13];

/// Where a visitor goes next, in percent: a row for each kind come from, a column for each kind gone
/// to, both in the order of [`KINDS`].
const STEPS: [[u8; 9]; 9] = [
    [0, 4, 38, 28, 18, 2, 0, 3, 7],
    [4, 0, 38, 28, 18, 2, 0, 3, 7],
    [3, 2, 15, 62, 12, 3, 0, 1, 2],
    [3, 3, 20, 44, 8, 19, 0, 2, 1],
    [2, 3, 8, 68, 17, 1, 0, 1, 0],
    [2, 3, 8, 25, 2, 4, 55, 1, 0],
    [10, 25, 5, 15, 0, 20, 15, 10, 0],
    [15, 30, 15, 15, 10, 5, 0, 0, 10],
    [8, 12, 12, 20, 6, 0, 0, 2, 40],
];

/// One session in five sees no second page.
const BOUNCES_PERCENT: u8 = 20;

/// How many visitors leave after a page, in percent per kind, once they have seen two pages.
const EXITS: [u8; 9] = [18, 18, 14, 19, 17, 18, 45, 40, 28];

/// No walk is longer. Without a fault, not one in a billion sessions is as long.
const LONGEST_WALK: usize = 1_000;

/// The shop's pages and the chances of its visitors.
pub(super) struct Shop {
    products: Zipf<f64>,
}

impl Shop {
    pub(super) fn new() -> Shop {
        Shop {
            products: Zipf::new(f64::from(PRODUCTS), 1.05).expect("there are products"),
        }
    }

    /// Every page's text; a page's number is its place in this list.
    pub(super) fn pages() -> Vec<String> {
        let mut pages = Vec::new();
        for kind in KINDS {
            debug_assert_eq!(pages.len(), usize::from(kind.first()));
            pages.extend((0..kind.pages()).map(|i| kind.page(usize::from(i))));
        }
        pages
    }

    /// The number of the page with this text; `None` unless the shop has it.
    pub(super) fn page(text: &str) -> Option<u16> {
        let place = Shop::pages().iter().position(|page| page == text)?;
        u16::try_from(place).ok()
    }

    /// Fills `walk` with the pages of one session, from landing to exit; at least one.
    pub(super) fn walk(&self, rng: &mut ChaCha8Rng, walk: &mut Vec<u16>) {
        walk.clear();
        let mut kind = pick(rng, &LANDINGS);
        walk.push(self.page_of(rng, kind));
        if percent(rng) < BOUNCES_PERCENT {
            return;
        }
        while walk.len() < LONGEST_WALK {
            kind = pick(rng, &STEPS[kind as usize]);
            walk.push(self.page_of(rng, kind));
            if percent(rng) < EXITS[kind as usize] {
                return;
            }
        }
    }

    /// A page of this kind; its first pages are the favourites.
    fn page_of(&self, rng: &mut ChaCha8Rng, kind: ShopPage) -> u16 {
        let place = match kind {
            ShopPage::Product => self.products.sample(rng) as u16 - 1,
            _ if kind.pages() == 1 => 0,
            _ => {
                let n = kind.pages();
                rng.random_range(0..n).min(rng.random_range(0..n))
            }
        };
        kind.first() + place
    }
}

impl ShopPage {
    /// How many pages are of this kind.
    const fn pages(self) -> u16 {
        match self {
            ShopPage::Category => CATEGORIES.len() as u16,
            ShopPage::Product => PRODUCTS,
            ShopPage::Search => SEARCHES.len() as u16,
            ShopPage::Blog => POSTS.len() as u16,
            _ => 1,
        }
    }

    /// The number of this kind's first page.
    const fn first(self) -> u16 {
        let mut first = 0;
        let mut i = 0;
        while i < self as usize {
            first += KINDS[i].pages();
            i += 1;
        }
        first
    }

    /// The text of the `i`th page of this kind, from 0.
    fn page(self, i: usize) -> String {
        match self {
            ShopPage::Front => "/".to_owned(),
            ShopPage::Home => "/home".to_owned(),
            ShopPage::Category => format!("/category/{}", CATEGORIES[i]),
            ShopPage::Product => format!("/product/{}", i + 1),
            ShopPage::Search => format!("/search?q={}", SEARCHES[i]),
            ShopPage::Cart => "/cart".to_owned(),
            ShopPage::Checkout => "/checkout".to_owned(),
            ShopPage::Contact => "/contact".to_owned(),
            ShopPage::Blog => format!("/blog/{}", POSTS[i]),
        }
    }
}

/// A number from 0 to 99.
fn percent(rng: &mut ChaCha8Rng) -> u8 {
    rng.random_range(0..100)
}

/// A kind by its chance; the chances are percents and sum to 100.
fn pick(rng: &mut ChaCha8Rng, chances: &[u8; 9]) -> ShopPage {
    let mut left = percent(rng);
    for (kind, &chance) in KINDS.into_iter().zip(chances) {
        if left < chance {
            return kind;
        }
        left -= chance;
    }
    ShopPage::Front
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn chances_sum_to_a_hundred() {
        for chances in STEPS.iter().chain([&LANDINGS]) {
            assert_eq!(chances.iter().map(|&c| u32::from(c)).sum::<u32>(), 100);
        }
    }

    #[test]
    fn every_page_has_its_own_text() {
        let pages = Shop::pages();
        let distinct: std::collections::HashSet<_> = pages.iter().collect();
        assert_eq!(distinct.len(), pages.len());
        assert_eq!(
            pages[usize::from(Shop::page("/product/2").unwrap())],
            "/product/2"
        );
        assert_eq!(Shop::page("/nowhere"), None);
    }

    #[test]
    fn walks_are_a_fifth_bounces_and_five_pages_on_average() {
        let (shop, mut rng) = (Shop::new(), ChaCha8Rng::seed_from_u64(1));
        let (mut walk, mut bounces, mut pageviews) = (Vec::new(), 0, 0);
        for _ in 0..20_000 {
            shop.walk(&mut rng, &mut walk);
            bounces += usize::from(walk.len() == 1);
            pageviews += walk.len();
        }
        assert!((3_700..4_300).contains(&bounces), "{bounces} bounces");
        assert!(
            (90_000..110_000).contains(&pageviews),
            "{pageviews} pageviews"
        );
    }
}
