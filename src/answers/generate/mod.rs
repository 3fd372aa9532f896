//! Makes up pageviews for trying things out: any number, plausible, always the same. Answers floor.
//!
//! A seed gives the same bytes on every platform, and no clock is read. `visits` says when users come, `shop` what
//! they see, `write` how a row is written.

mod shop;
#[cfg(test)]
mod tests;
mod visits;
mod write;

use std::io;

use rand::RngExt;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::Distribution;
use rand_distr::LogNormal;

use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::timestamp::Timestamp;
use crate::words::timestamp::US_PER_S;
use shop::Shop;
use visits::Visits;
use visits::shares;
use write::ROWS_PER_STEP;
use write::write_rows;

/// The first instant of the generated span, 2020-01-15T00:00:00Z: the seed example's day,
/// 2020-02-02, lies in the middle of thirty days from here.
pub const START: Timestamp = match Timestamp::from_us(1_579_046_400 * US_PER_S) {
    Some(start) => start,
    None => Timestamp::MIN,
};

/// The longest span, a hundred years.
pub const MAX_DAYS: u32 = 36_525;

/// Generated users are 1001, 1002, ..., so the seed example's 123, 456 and 789 are not among them.
const FIRST_USER: u32 = 1_001;

/// If no number of users is asked for, each has this many pageviews on average.
const PAGEVIEWS_PER_USER: u64 = 20;

/// The seed example: user, seconds since the epoch, page; in order of arrival.
const SEED_EXAMPLE: [(u32, i64, &str); 5] = [
    (123, 1_580_648_116, "/contact"),
    (123, 1_580_648_118, "/home"),
    (456, 1_580_663_837, "/product/1"),
    (456, 1_580_663_837, "/product/2"),
    (789, 1_580_674_820, "/product/4"),
];

/// How generated pageviews are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GenerateFormat {
    /// A header line `user_id,page_view_at,page`, times as `2020-02-02 12:55:16` in UTC.
    Csv,
    /// One object a line with the same three keys, times in RFC 3339.
    Jsonl,
    /// A web server's access log in the Combined format. Every user is an address with one browser, and every pageview
    /// a successful request.
    AccessLog,
    /// One transaction that makes the table `pageviews` if it is missing and fills it; the same
    /// text for `psql` and `sqlite3`.
    Sql,
}

/// What [`generate`] is to make up.
#[derive(Clone, Debug, PartialEq)]
pub struct GenerateOptions {
    /// How many pageviews, not counting the seed example's.
    pub pageviews: u64,
    /// How many users share them, each with at least one; `None` for one user in twenty pageviews.
    pub users: Option<u64>,
    /// How many days from [`START`] they lie in, 1 to [`MAX_DAYS`].
    pub days: u32,
    /// The seed of the random choices. The same seed and options give the same bytes.
    pub seed: u64,
    /// Share of the pageviews that arrive late, 0 to 1.
    pub late: f64,
    /// How they are written.
    pub format: GenerateFormat,
    /// Whether the five pageviews of the seed example (users 123, 456, 789) are put among them.
    pub with_seed_example: bool,
}

impl Default for GenerateOptions {
    fn default() -> GenerateOptions {
        GenerateOptions {
            pageviews: 100_000,
            users: None,
            days: 30,
            seed: 1,
            late: 0.0,
            format: GenerateFormat::Csv,
            with_seed_example: false,
        }
    }
}

/// A pageview. Twelve bytes, and two for the page: millions are held at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct GeneratedRow {
    /// When the row is written, in seconds from [`START`]; later than `at_s` for a late one.
    arrives_s: u32,
    /// When the page was seen, in seconds from [`START`].
    at_s: u32,
    /// The user's id, which is a number.
    user: u32,
    /// The page's number in the shop.
    page: u16,
}

/// Writes exactly `options.pageviews` pageviews, and five more with the seed example.
///
/// Rows are in order of time over all users, but a late one arrives a minute to a day after its
/// time, among rows of later times. Times are whole seconds, as in the seed system, so that ties
/// within a user occur; rows of one user and second are in the order of the walk.
///
/// `progress` is told how many rows have been written, first 0 several times while they are made
/// up; its error stops the work and is returned. Other errors: [`Error::Usage`] for options that
/// make no sense or pageviews that do not fit in memory (16 bytes each, and as many again while
/// they are sorted), [`Error::Io`] if `out` fails.
pub fn generate(
    options: &GenerateOptions,
    out: &mut dyn io::Write,
    progress: &mut dyn FnMut(u64) -> Result<()>,
) -> Result<()> {
    let users = users(options)?;
    let mut rng = ChaCha8Rng::seed_from_u64(options.seed);
    let mut rows = made_up(options, users, &mut rng, progress)?;
    delay(&mut rows, options.late, &mut rng);
    if options.with_seed_example {
        append_seed_example(&mut rows);
    }
    // Stable: rows of one user and second stay in the order of the walk.
    rows.sort_by_key(|row| row.arrives_s);
    write_rows(&rows, options.format, out, progress)
}

/// How many users to make, after checking that the options make sense.
fn users(options: &GenerateOptions) -> Result<u32> {
    let GenerateOptions {
        pageviews,
        days,
        late,
        ..
    } = *options;
    if !(1..=MAX_DAYS).contains(&days) {
        return Err(Error::Usage(format!(
            "{days} days: expected 1 to {MAX_DAYS}"
        )));
    }
    if !(0.0..=1.0).contains(&late) {
        return Err(Error::Usage(format!(
            "a late share of {late}: expected 0 to 1"
        )));
    }
    let users = options
        .users
        .unwrap_or((pageviews / PAGEVIEWS_PER_USER).max(1).min(pageviews));
    if users > pageviews || (users == 0 && pageviews > 0) {
        return Err(Error::Usage(format!(
            "{users} users for {pageviews} pageviews: expected at least one user, and a pageview for each"
        )));
    }
    u32::try_from(users)
        .ok()
        .filter(|&users| users <= u32::MAX - FIRST_USER)
        .ok_or_else(|| Error::Usage(format!("{users} users: expected at most 4 billion")))
}

/// The pageviews user by user, each arriving when it was seen.
fn made_up(
    options: &GenerateOptions,
    users: u32,
    rng: &mut ChaCha8Rng,
    progress: &mut dyn FnMut(u64) -> Result<()>,
) -> Result<Vec<GeneratedRow>> {
    let mut rows = Vec::new();
    if users == 0 {
        return Ok(rows);
    }
    usize::try_from(options.pageviews)
        .ok()
        .and_then(|n| {
            rows.try_reserve_exact(n.checked_add(SEED_EXAMPLE.len())?)
                .ok()
        })
        .ok_or_else(|| {
            Error::Usage(format!(
                "{} pageviews do not fit in memory",
                options.pageviews
            ))
        })?;

    let mut visits = Visits::new(options.days);
    let mut reported = 0;
    let shares = shares(rng, options.pageviews, users, options.days);
    for (user, share) in (FIRST_USER..).zip(shares) {
        visits.append(rng, user, share, &mut rows);
        if rows.len() - reported >= ROWS_PER_STEP {
            reported = rows.len();
            progress(0)?;
        }
    }
    for row in &mut rows {
        row.arrives_s = row.at_s;
    }
    Ok(rows)
}

/// Lets a share of the rows arrive a minute to a day after their time, half of them within an hour.
fn delay(rows: &mut [GeneratedRow], late: f64, rng: &mut ChaCha8Rng) {
    let delay_s = LogNormal::new(3_600f64.ln(), 1.2).expect("its parameters are finite");
    for row in rows {
        if rng.random_bool(late) {
            row.arrives_s += delay_s.sample(rng).clamp(60.0, 86_400.0) as u32;
        }
    }
}

fn append_seed_example(rows: &mut Vec<GeneratedRow>) {
    let start_s = START.as_us() / US_PER_S;
    rows.extend(SEED_EXAMPLE.map(|(user, epoch_s, page)| {
        let at_s = (epoch_s - start_s) as u32;
        let page = Shop::page(page).expect("the shop has the seed example's pages");
        GeneratedRow {
            arrives_s: at_s,
            at_s,
            user,
            page,
        }
    }));
}
