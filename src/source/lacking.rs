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
        carried_by_first_rows: true,
        ..options.clone()
    };
    let error = read(input, &options, &mut PartProbe).err()?;
    error.carried_part().is_some().then_some(error)
}

/// Reads everything and takes nothing.
struct Passing<'i>(&'i Interrupt);

impl Sink for Passing<'_> {
    fn pageview(&mut self, _: Pageview<'_>) -> Result<()> {
        Ok(())
    }

    fn reject(&mut self, _: Reject) -> Result<()> {
        Ok(())
    }

    fn progress(&mut self, _: u64) -> Result<()> {
        self.0.check()
    }
}

/// Whether any row of any input has these parts, each: what the first rows lack, later ones may have.
fn has_late(
    sought: &[CarriedPart],
    read_by: &ReadOptions,
    locations: &[Location],
    interrupt: &Interrupt,
) -> Result<bool> {
    'parts: for part in sought {
        let options = ReadOptions {
            carried: vec![part.clone()],
            may_lack_carried: false,
            inspector: None,
            ..read_by.clone()
        };
        for location in locations {
            let mut input = location.open(&options, interrupt)?;
            let is_there = read(&mut input, &options, &mut Passing(interrupt)).is_ok();
            interrupt.check()?;
            if is_there {
                continue 'parts;
            }
        }
        return Ok(false);
    }
    Ok(true)
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
    if let Some(error) = errors.into_iter().find(is_of)
        && !has_late(&sought.carried, &options, locations, interrupt)?
    {
        return Err(error);
    }
    options.may_lack_carried = true;
    Ok(options)
}
