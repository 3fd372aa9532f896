//! Moving the gap. App floor.

use crate::answers::browse::ladder;
use crate::answers::filter::chip::Chip;
use crate::answers::ribbon::CountScale;
use crate::answers::valley::why_no_gap;
use crate::app::App;
use crate::app::Command;
use crate::app::Effect;
use crate::app::JobKind;
use crate::app::Origin;
use crate::app::Work;
use crate::words::gap::Gap;

impl App {
    /// Moves the gap: sessions and figures follow at once, lists when they are seen. The selected
    /// user and pageview stay selected.
    pub(super) fn set_gap(&mut self, gap: Gap) {
        if gap == self.gap {
            return;
        }
        let in_view = self.rows_in_view();
        let before = std::mem::replace(&mut self.gap, gap);
        self.moved = true;
        self.took = None;
        if let Some(data) = &mut self.data {
            data.recut(gap);
        }
        self.mark_stale();
        if let Some(rows) = in_view {
            self.stay_in_view(before, &rows);
        }
    }

    pub(super) fn gap_command(&mut self, command: Command) -> Option<Effect> {
        let study = self.data.as_ref().and_then(|data| data.valley());
        match command {
            Command::Longer => self.step_gap(ladder::longer(self.gap)),
            Command::Shorter => self.step_gap(ladder::shorter(self.gap)),
            Command::Nudge => self.set_gap(ladder::nudged(self.gap, 1)),
            Command::NudgeBack => self.set_gap(ladder::nudged(self.gap, -1)),
            Command::Reset if self.gap == self.saved_gap => {
                self.message = Some(format!("back at the saved gap, {}", self.gap));
            }
            Command::Reset => self.set_gap(self.saved_gap),
            Command::Suggested => match study.map(|study| (study.keep, why_no_gap(study))) {
                Some((Some(gap), _)) if gap == self.gap => {
                    self.message = Some(format!("the gap is {gap}, as the study suggests"));
                }
                Some((Some(gap), _)) => self.set_gap(gap),
                Some((None, why)) => self.message = why,
                None => self.message = Some("the pauses are still being studied".to_owned()),
            },
            Command::Pin if self.pinned == Some(self.gap) => self.pin(None),
            Command::Pin => self.pin(Some(self.gap)),
            Command::CountScale => {
                self.scale = self.scale.other();
                self.message = Some(match self.scale {
                    CountScale::Linear => "pauses are counted on a linear scale".to_owned(),
                    CountScale::Logarithmic => {
                        let key = self.key_of(Command::CountScale);
                        format!("pauses are counted on a logarithmic scale; {key} goes back")
                    }
                });
            }
            Command::Save => return self.save(),
            _ => {}
        }
        None
    }

    /// Compares the gap in view with this one from now on, or with none.
    pub(super) fn pin(&mut self, gap: Option<Gap>) {
        let Some(data) = self.data.as_mut().filter(|data| data.counted.is_none()) else {
            self.message = Some("there are no sessions to compare".to_owned());
            return;
        };
        data.pin(gap);
        self.pinned = gap;
        self.message = Some(match gap {
            Some(gap) => {
                let [list, pin] =
                    [Command::ShowDiffering, Command::Pin].map(|command| self.key_of(command));
                format!(
                    "{gap} is pinned: move the gap, {list} lists the sessions that differ, {pin} unpins it"
                )
            }
            None => "no gap is pinned any more".to_owned(),
        });
    }

    /// Lists the sessions that the pinned gap joins or splits.
    pub(super) fn show_differing(&mut self) {
        let Some(pinned) = self.pinned else {
            let key = self.key_of(Command::Pin);
            self.message = Some(format!("{key} pins a gap to compare with first"));
            return;
        };
        let chip = Chip::differs(pinned);
        self.enter_sessions(|sessions, dataset, _| sessions.show_chip(chip, dataset));
        let [open, next, previous] = [Command::Open, Command::FindNext, Command::FindPrevious]
            .map(|command| self.key_of(command));
        self.message = Some(format!(
            "these sessions differ: {open} opens one, {next} and {previous} go through its pauses that do"
        ));
    }

    fn step_gap(&mut self, gap: Gap) {
        if gap == self.gap {
            self.message = Some("the ladder ends here; :gap sets any gap".to_owned());
        }
        self.set_gap(gap);
    }

    fn save(&mut self) -> Option<Effect> {
        let problem = match self.origin {
            _ if self.jobs.of(JobKind::Load).is_some() => "a gap can be saved when loading is done",
            _ if self.jobs.of(JobKind::Save).is_some() => {
                "a gap is being saved already; Ctrl-C cancels"
            }
            Origin::Store if self.gap == self.saved_gap => "the gap is saved already",
            Origin::Store => {
                let job = self.jobs.begin(JobKind::Save, self.name.clone());
                return Some(Effect::Begin(job, Work::Save(self.gap)));
            }
            Origin::Sample => {
                "the sample keeps no gap: dwell load --store FILE makes a store that does"
            }
            Origin::Pauses => {
                "a file of pauses keeps no gap: take it to the engine that counted them"
            }
            Origin::Files => "files keep no gap: :keep FILE makes a store that does",
        };
        self.message = Some(problem.to_owned());
        None
    }
}
