//! Which sessions or users are meant, as it can be typed. Command line floor.

use std::ops::Range;
use std::sync::Arc;

use chrono_tz::Tz;
use clap::Args;

use crate::answers::browse::calendar::Calendar;
use crate::answers::filter::chip::Chip;
use crate::answers::filter::field::FilterField;
use crate::answers::filter::parse::parse_carrying;
use crate::answers::filter::session_filter::Chosen;
use crate::answers::filter::session_filter::SessionFilter;
use crate::cli::args::read::written_time;
use crate::engine::cut::Cut;
use crate::engine::dataset::Dataset;
use crate::source;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::gap::Gap;

/// What can be asked of sessions, below the help.
pub(in crate::cli) const FILTER_HELP: &str = "\
Filters:
  cart                        cart is in the user's id or in one of the pages
  landing:/product exit=/pay  the first page contains it, the last page is it
  page:/cart -page:/pay       some page contains it, no page contains it
  page:\"My page\"              quotes hold a text together
  user:45 sessions>5          the user's id contains 45, more than 5 sessions
  views>=2 duration>5m        two pageviews or more, over more than 5 minutes
  bounce -bounce              one pageview, more than one
  time:2020-02-02 hour:9-17   when it started; also time>= and weekday:mon-fri
  open edge differs:1h        may go on, may begin earlier, is other at that gap
  referrer:google             what the first pageview carries: see --carry
All conditions must hold. Sessions are cut from all pageviews before that.";

/// Which sessions are meant.
#[derive(Debug, Args)]
pub(in crate::cli) struct FilterArgs {
    /// Only sessions like this, such as 'landing:/product views>=2'; see below
    #[arg(long = "filter", value_name = "FILTER", allow_hyphen_values = true)]
    conditions: Vec<String>,
    /// Only sessions that start at this time or later, in --display-zone
    #[arg(long, value_name = "TIME", value_parser = written_time)]
    from: Option<String>,
    /// Only sessions that start before this time
    #[arg(long, value_name = "TIME", value_parser = written_time)]
    to: Option<String>,
}

/// Sessions that are meant, before there is a dataset to look for them in.
#[derive(Debug)]
pub(in crate::cli) struct SessionChoice {
    chips: Vec<Chip>,
    /// When they start, microseconds.
    within: Option<Range<i64>>,
}

impl FilterArgs {
    /// Whether all sessions are meant.
    pub(in crate::cli) fn is_empty(&self) -> bool {
        self.conditions.is_empty() && self.from.is_none() && self.to.is_none()
    }

    /// Reads what was typed, days and hours in this zone. Pageviews carry the columns of these names.
    pub(in crate::cli) fn choice(&self, zone: Tz, carried: &[String]) -> Result<SessionChoice> {
        let bound = |text: &Option<String>| {
            // It was read before, if not in this zone.
            let text = text.as_ref();
            text.and_then(|text| source::timestamp(text, zone).ok())
        };
        let (from, to) = (bound(&self.from), bound(&self.to));
        if let (Some(from), Some(to)) = (from, to)
            && from >= to
        {
            return Err(Error::Usage(format!(
                "no session starts from {from} on and before {to}: --from must be before --to"
            )));
        }
        let start = from.map_or(i64::MIN, |from| from.as_us());
        let end = to.map_or(i64::MAX, |to| to.as_us());
        Ok(SessionChoice {
            chips: chips(&self.conditions, zone, carried)?,
            within: (from.is_some() || to.is_some()).then_some(start..end),
        })
    }
}

impl SessionChoice {
    /// The filter of the sessions of this dataset, at any gap.
    pub(in crate::cli) fn filter(&self, dataset: &Dataset) -> SessionFilter {
        let filter = SessionFilter::new(dataset, &self.chips, Chosen::Sessions);
        match &self.within {
            Some(us) => filter.starting_within(us.clone()),
            None => filter,
        }
    }
}

/// Which users are meant, where a gap is to be chosen.
#[derive(Debug, Args)]
pub(in crate::cli) struct UserFilterArgs {
    /// Only users like this: user:45 or 'pageviews>=10'
    #[arg(long = "filter", value_name = "FILTER", allow_hyphen_values = true)]
    conditions: Vec<String>,
}

impl UserFilterArgs {
    /// The users that are meant, if not all are. Errors where a condition is one of sessions, as that on a carried column
    /// is.
    pub(in crate::cli) fn choice(&self, carried: &[String]) -> Result<Option<Vec<Chip>>> {
        let chips = chips(&self.conditions, Tz::UTC, carried)?;
        let is_of_users = |chip: &&Chip| {
            matches!(
                chip.field,
                FilterField::Any | FilterField::User | FilterField::Pageviews
            )
        };
        if let Some(chip) = chips.iter().find(|chip| !is_of_users(chip)) {
            return Err(Error::Usage(format!(
                "--filter {chip}: only users can be chosen here, by user:ID and pageviews>=10; \
                 which sessions are chosen would depend on the gap, and so would the pauses"
            )));
        }
        Ok((!self.conditions.is_empty()).then_some(chips))
    }
}

/// The pageviews of the users for which all chips hold. Errors if there is no such user.
pub(in crate::cli) fn of_users(dataset: Arc<Dataset>, chips: &[Chip]) -> Result<Arc<Dataset>> {
    let filter = SessionFilter::new(&dataset, chips, Chosen::Users);
    // What is asked of users here is the same at every gap.
    let cut = Cut::new(dataset, Gap::DEFAULT);
    let chosen = cut
        .dataset()
        .without_users(|user| !filter.keeps_user(&cut, user));
    if chosen.n_users() == 0 {
        let chips: Vec<String> = chips.iter().map(Chip::to_string).collect();
        return Err(Error::Input {
            input: format!("--filter {}", chips.join(" ")),
            problem: "no user matches".to_owned(),
        });
    }
    Ok(Arc::new(chosen))
}

fn chips(conditions: &[String], zone: Tz, carried: &[String]) -> Result<Vec<Chip>> {
    let calendar = Calendar::new(zone, None);
    let mut all = Vec::new();
    for text in conditions {
        let (chips, problem) = parse_carrying(carried, text, &calendar);
        if let Some(problem) = problem {
            return Err(Error::Usage(format!("--filter {text}: {problem}")));
        }
        all.extend(chips);
    }
    Ok(all)
}
