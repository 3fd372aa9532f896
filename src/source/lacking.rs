//! Whether an input has the parts that pageviews are to carry. Source floor.

use crate::source::input::Input;
use crate::source::input::locate::Location;
use crate::source::options::CarriedPart;
use crate::source::options::ReadOptions;
use crate::source::reading::read;
use crate::source::rows::sink::Sink;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::interrupt::Interrupt;
use crate::words::pageview::Pageview;
use crate::words::pageview::Reject;

/// Ends the reading as soon as it is known where the parts are.
struct PartProbe;

impl Sink for PartProbe {
    fn pageview(&mut self, _: Pageview<'_>) -> Result<()> {
        Err(Error::Interrupted)
    }

    fn reject(&mut self, _: Reject) -> Result<()> {
        Err(Error::Interrupted)
    }

    fn progress(&mut self, _: u64) -> Result<()> {
        Err(Error::Interrupted)
    }
}

/// The error of an input that lacks a carried part, with the parts that it has; `None` if it lacks none, or cannot be
/// read for another reason. Reads no more than the first rows.
fn lacked_part(input: &mut Input, options: &ReadOptions) -> Option<Error> {
    let options = ReadOptions {
        may_lack_carried: false,
        ..options.clone()
    };
    let error = read(input, &options, &mut PartProbe).err()?;
    error.carried_part().is_some().then_some(error)
}

/// The options to read several inputs by, of which some may lack a carried part; one alone must have all.
///
/// Errors if no input has one of the parts. An input that can only be read once is not looked at, and may have all.
pub(crate) fn carrying_of_any(
    options: &ReadOptions,
    locations: &[Location],
    interrupt: &Interrupt,
) -> Result<ReadOptions> {
    let mut options = options.clone();
    if locations.len() < 2 || options.carried.is_empty() {
        return Ok(options);
    }
    let mut sought = options.clone();
    let mut errors: Vec<Error> = Vec::new();
    for location in locations {
        if location.path().is_none_or(|path| !path.is_file()) {
            sought.carried.clear();
        }
        let mut lacked = Vec::new();
        while !sought.carried.is_empty()
            && let Ok(mut input) = location.open(&sought, interrupt)
            && let Some(error) = lacked_part(&mut input, &sought)
        {
            let is_lacked = |carried: &&CarriedPart| Some(&*carried.part) == error.carried_part();
            lacked.extend(sought.carried.iter().find(is_lacked).cloned());
            sought.carried.retain(|carried| !is_lacked(&carried));
            errors.push(error);
        }
        sought.carried = lacked;
        if sought.carried.is_empty() {
            break;
        }
    }
    let is_of = |error: &Error| {
        let mut sought = sought.carried.iter();
        sought.any(|carried| Some(&*carried.part) == error.carried_part())
    };
    match errors.into_iter().find(is_of) {
        Some(error) => Err(error),
        None => {
            options.may_lack_carried = true;
            Ok(options)
        }
    }
}
