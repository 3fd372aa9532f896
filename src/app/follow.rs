//! Taking in what comes while a file or pipe is followed, or holding it back. App floor.

use crate::app::App;
use crate::app::Command;
use crate::app::Data;
use crate::app::Effect;
use crate::app::FollowState;
use crate::app::JobKind;
use crate::app::Loaded;
use crate::app::Work;
use crate::words::figure::count;
use crate::words::figure::counted;

impl App {
    /// Begins to wait for what comes after what was loaded.
    pub(super) fn begin_follow(&mut self) -> Effect {
        self.follow = Some(FollowState::default());
        let job = self.jobs.begin(JobKind::Follow, self.name.clone());
        let work = Work::Follow {
            in_use: self.saved_gap,
        };
        Effect::Begin(job, work)
    }

    /// Takes pageviews in with newer ones, or lets them wait.
    pub(super) fn take_newer(&mut self, loaded: Box<Loaded>) {
        match &mut self.follow {
            Some(follow) if follow.is_paused => follow.waiting = Some(loaded),
            _ => self.take_data(*loaded),
        }
    }

    /// Takes in what happened to what is followed.
    pub(super) fn hear_of_follow(&mut self, sentence: String) {
        if self.popup.is_none() {
            self.message = Some(format!("{}: {sentence}", self.name));
        }
        if let Some(follow) = &mut self.follow {
            follow.say(sentence);
        }
    }

    /// Nothing newer will come.
    pub(super) fn end_follow(&mut self, why: String) {
        if let Some(follow) = &mut self.follow {
            follow.ended = Some(why.clone());
        }
        self.hear_of_follow(why);
    }

    /// Holds what is in view still, or takes in what waits.
    pub(super) fn pause(&mut self) {
        let key = self.key_of(Command::Pause);
        let in_view = self.n_in_view();
        let Some(follow) = &mut self.follow else {
            let problem = "nothing is followed here: dwell --follow FILE follows a file that grows";
            self.message = Some(problem.to_owned());
            return;
        };
        follow.is_paused = !follow.is_paused;
        let n = follow.n_waiting(in_view);
        if follow.is_paused {
            self.message = Some(format!("paused: {key} takes in what has come meanwhile"));
            return;
        }
        let waiting = follow.waiting.take();
        self.message = Some(format!("{} taken in", counted(n, "new pageview")));
        if let Some(waiting) = waiting {
            self.take_data(*waiting);
        }
    }

    /// What the header says of what is followed: `LIVE`, `PAUSED, 1,234 waiting`.
    pub(super) fn follow_mark(&self) -> Option<String> {
        let follow = self.follow.as_ref()?;
        let waiting = match follow.n_waiting(self.n_in_view()) {
            0 => String::new(),
            n => format!(", {} waiting", count(n)),
        };
        Some(match (follow.is_paused, &follow.ended) {
            (true, _) => format!("PAUSED{waiting}"),
            (false, None) => "LIVE".to_owned(),
            (false, Some(_)) => "ENDED".to_owned(),
        })
    }

    /// The same, for the notes.
    pub(super) fn follow_notes(&self) -> Vec<String> {
        let Some(follow) = &self.follow else {
            return Vec::new();
        };
        let key = self.key_of(Command::Pause);
        let state = match (&follow.ended, follow.is_paused) {
            (Some(_), _) => "not followed any more:".to_owned(),
            (None, true) => format!("followed, and held still: {key} takes in what has come"),
            (None, false) => {
                format!("followed: what is appended comes in by itself; {key} holds it still")
            }
        };
        let said = follow.said.iter().cloned();
        std::iter::once(state)
            .chain(said)
            .chain([String::new()])
            .collect()
    }

    fn n_in_view(&self) -> usize {
        let data: Option<&Data> = self.data.as_ref();
        data.map_or(0, |data| data.cut.dataset().n_rows())
    }
}
