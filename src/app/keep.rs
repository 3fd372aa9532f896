//! Keeping what was read from files in a store. App floor.

use std::sync::Arc;

use crate::app::App;
use crate::app::Command;
use crate::app::Effect;
use crate::app::JobKind;
use crate::app::Origin;
use crate::app::Work;

impl App {
    /// Begins to write a new store of what is open; says why that is impossible.
    pub(super) fn keep(&mut self, path: &str) -> Result<Effect, String> {
        let problem = match self.origin {
            _ if path.is_empty() => "name the store: :keep shop.db".to_owned(),
            Origin::Store => "this is a store already".to_owned(),
            Origin::Sample => "the sample is not kept; it comes with dwell".to_owned(),
            Origin::Pauses => "pauses alone make no store: it holds pageviews".to_owned(),
            Origin::Files if self.jobs.of(JobKind::Load).is_some() => {
                "this can be kept when loading is done".to_owned()
            }
            Origin::Files if self.jobs.of(JobKind::Keep).is_some() => {
                "this is being kept already; Ctrl-C cancels".to_owned()
            }
            Origin::Files => match self.data.as_ref().and_then(|data| data.inputs.as_ref()) {
                None if self.follow.is_some() => {
                    "what is followed is kept by dwell load --follow --store shop.db FILE"
                        .to_owned()
                }
                None => {
                    let key = self.key_of(Command::Reload);
                    format!("only a part is here: {key} loads all of it, then it can be kept")
                }
                Some(inputs) => {
                    let work = Work::Keep {
                        inputs: Arc::clone(inputs),
                        gap: self.gap,
                        path: path.to_owned(),
                    };
                    let job = self.jobs.begin(JobKind::Keep, path.to_owned());
                    return Ok(Effect::Begin(job, work));
                }
            },
        };
        Err(problem)
    }
}
