//! Whatever is pressed and however small the terminal: nothing breaks.

use std::time::Duration;

use crate::app::JobProgress;
use proptest::prelude::*;

use super::*;

/// Everything there is to see: keys that lead there from the start.
const PLACES: [&str; 29] = [
    "",
    "<Enter>",
    "<Enter><Enter>jj",
    "<Tab><Tab><Tab>l",
    "2",
    "2<Enter>",
    "4+",
    "3",
    "?",
    "?G",
    "i",
    "s",
    "3s",
    "e",
    "e<Enter>",
    ":",
    ":gap 0<Enter>",
    "/visitor-9",
    "/nobody<Enter>",
    "2/views>many",
    "<Enter><Enter>/cart",
    "y",
    "3<Enter>",
    "3<Enter><Tab>/x",
    "3<Enter><Tab><Tab><Enter>",
    "5",
    "mj2mM",
    "M",
    "5<Tab>tj<Left>",
];

#[test]
fn every_screen_and_pop_up_can_be_drawn_at_every_small_size() {
    for keys in PLACES {
        let mut session = Session::of(shop(30), 80, 24);
        session.press(keys);
        sweep(&mut session);
    }
}

#[test]
fn what_is_carried_can_be_drawn_at_every_small_size() {
    for keys in ["3c", "3cc<Enter>", "3cs", "3ce", "3c/re", "2Cj"] {
        let mut session = Session::of(carrying(["referrer", "page"]), 80, 24);
        session.press(keys);
        sweep(&mut session);
    }
}

#[test]
fn every_state_of_loading_can_be_drawn_at_every_small_size() {
    let mut session = Session::empty(80, 24, Theme::Dark, Origin::Sample);
    sweep(&mut session);
    session.answer_load(Answer::Data(part(shop(3), EIGHTH)));
    sweep(&mut session);
    session.answer_load(Answer::Failed(Error::Defect));
    sweep(&mut session);
    let mut empty = Session::of(dataset(&[]), 80, 24);
    sweep(&mut empty);
}

pub(super) fn sweep(session: &mut Session) {
    for width in 0..60 {
        for height in 0..20 {
            session.resize(width, height);
            session.draw();
        }
    }
}

#[test]
fn a_frame_larger_than_was_heard_of_can_be_drawn() {
    let mut session = Session::of(shop(400), 80, 24);
    session.terminal.backend_mut().resize(200, 70);
    session.draw();
    session.press("j");
    session.terminal.backend_mut().resize(31, 7);
    session.draw();
}

/// Anything that can happen, keys above all.
fn happenings() -> impl Strategy<Value = String> {
    let keys = "jjkklhgGsSerwvynNxzZiIuUTR+-<>=_:/?q1234567890 abcxyzuvpt5mM%";
    let named = [
        "<Enter>",
        "<Esc>",
        "<Tab>",
        "<BackTab>",
        "<Up>",
        "<Down>",
        "<Right>",
        "<Back>",
        "<Home>",
        "<End>",
        "<C-d>",
        "<C-u>",
        "<C-f>",
        "<C-b>",
        "<C-w>",
    ];
    let typed = [
        ":gap 1us<Enter>",
        ":gap 100000d<Enter>",
        ":at 2020-02-09<Enter>",
        "/visitor-2<Enter>",
        "2/views>2 page:cart<Enter>",
        "/page:<Tab><Tab>",
        "/-bounce \"a<Enter>",
        "3<Enter>",
        "<resize>",
        "<less>",
        "<more>",
        "<carrying>",
        "3c",
        "<click>",
        "<wheel>",
        "<progress>",
        "<failed>",
        "<undecided>",
        "<cancelled>",
        "<exists>",
        "<done>",
    ];
    prop_oneof![
        6 => (0..keys.chars().count()).prop_map(move |i| keys.chars().skip(i).take(1).collect()),
        4 => proptest::sample::select(named.to_vec()).prop_map(str::to_owned),
        3 => proptest::sample::select(typed.to_vec()).prop_map(str::to_owned),
    ]
}

impl Session {
    /// The job that was asked for last says this, whether it can or not.
    fn answer_last(&mut self, answer: Answer) {
        let begun = self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Begin(job, _) => Some(*job),
            _ => None,
        });
        self.act(Action::Answer(begun.unwrap_or(self.load), answer));
    }
}

fn happen(session: &mut Session, what: &str, n: usize) {
    let mouse = |kind| {
        Action::Mouse(MouseEvent {
            kind,
            column: (n * 13 % 90) as u16,
            row: (n * 7 % 30) as u16,
            modifiers: KeyModifiers::NONE,
        })
    };
    match what {
        "<resize>" => session.resize((n * 37 % 170) as u16, (n * 11 % 50) as u16),
        "<click>" => session.act(mouse(MouseEventKind::Down(MouseButton::Left))),
        "<wheel>" => session.act(mouse(MouseEventKind::ScrollDown)),
        "<less>" => session.answer_load(Answer::Data(whole(shop(n as u32 % 5)))),
        "<more>" => session.answer_load(Answer::Data(part(shop(60), EIGHTH))),
        "<carrying>" => {
            let names = [["referrer", "device"], ["page", "ß\u{202e}"]][n % 2];
            session.answer_load(Answer::Data(whole(carrying(names))));
        }
        "<progress>" => session.answer_load(Answer::Progress(JobProgress::begun("x".into()))),
        "<undecided>" => {
            let (error, inspection) = super::columns::refused(super::columns::TABLE);
            session.answer_load(Answer::Undecided(error, inspection));
        }
        "<failed>" => session.answer_last(Answer::Failed(Error::Defect)),
        "<cancelled>" => session.answer_last(Answer::Cancelled),
        "<exists>" => session.answer_last(Answer::Failed(Error::Exists {
            path: "x.csv".into(),
        })),
        "<done>" => {
            let answer = match session.effects.last() {
                Some(Effect::Begin(_, Work::Save(gap))) => Answer::Saved(*gap),
                _ => Answer::Exported {
                    path: "x.csv".into(),
                    rows: 7,
                    bytes: 8,
                },
            };
            session.answer_last(answer);
        }
        keys => {
            session.press(keys);
        }
    }
}

proptest! {
    #![proptest_config(one_in(3))]

    #[test]
    fn no_sequence_of_keys_breaks_anything(steps in proptest::collection::vec(happenings(), 0..60)) {
        let mut session = Session::of(shop(60), 100, 30);
        session.act(Action::Key(KeyEvent::new(KeyCode::F(2), KeyModifiers::NONE)));
        session.act(Action::Took(Duration::from_millis(1)));
        for (n, what) in steps.iter().enumerate() {
            happen(&mut session, what, n);
            session.draw();
            for effect in &session.effects {
                if let Effect::Begin(job, Work::Load { .. }) = effect {
                    session.load = *job;
                }
            }
            let is_sound = session.effects.iter().all(|effect| match effect {
                Effect::Begin(_, Work::Save(gap)) => *gap >= Gap::MIN,
                Effect::Begin(_, Work::Export { path, .. }) => !path.is_empty(),
                _ => true,
            });
            prop_assert!(is_sound);
        }
    }
}
