//! The explorer through its real keys: an action, an update, a frame.

mod anything;
mod behind;
mod broken_down;
mod calendar;
mod carried;
mod columns;
mod filters;
mod follow;
mod frames;
mod jobs;
mod keys;
mod marks;
mod mouse;
mod pages;
mod pauses;
mod predictable;
mod readable;
mod study;
mod tables;

use std::sync::Arc;

use crate::answers::browse::background::Background;
use crate::answers::browse::calendar::Calendar;
use crate::answers::browse::counts::Counts;
use crate::app::Action;
use crate::app::Answer;
use crate::app::App;
use crate::app::Effect;
use crate::app::JobId;
use crate::app::Loaded;
use crate::app::Origin;
use crate::app::Start;
use crate::app::Targets;
use crate::app::Theme;
use crate::app::Work;
use crate::app::update;
use crate::engine::cut::Cut;
use crate::engine::dataset::Dataset;
use crate::ui::draw;
use crate::words::coverage::Extent;
use crate::words::error::Error;
use crate::words::gap::Gap;
use crate::words::timestamp::Timestamp;
use crossterm::event::KeyCode;
use crossterm::event::KeyEvent;
use crossterm::event::KeyModifiers;
use crossterm::event::MouseButton;
use crossterm::event::MouseEvent;
use crossterm::event::MouseEventKind;
use proptest::test_runner::Config as ProptestConfig;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Position;
use ratatui::style::Modifier;

/// The explorer as a person meets it, on a terminal of some size.
struct Session {
    app: App,
    terminal: Terminal<TestBackend>,
    effects: Vec<Effect>,
    /// The load that is waited for, or was last.
    load: JobId,
    /// Whether the test itself answers what is to be counted.
    holds_counts: bool,
    /// What there was to click in the last frame.
    targets: Targets,
}

impl Session {
    fn empty(width: u16, height: u16, theme: Theme, origin: Origin) -> Session {
        let (app, load) = App::new(Start {
            name: "shop.db".into(),
            origin,
            theme,
            command: "dwell shop.csv".into(),
            ..Start::default()
        });
        let Effect::Begin(load, Work::Load { .. }) = load else {
            panic!("a load comes first");
        };
        let terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let mut session = Session {
            app,
            terminal,
            effects: Vec::new(),
            load,
            holds_counts: false,
            targets: Targets::default(),
        };
        session.act(Action::Resize(width, height));
        session
    }

    fn of(dataset: Dataset, width: u16, height: u16) -> Session {
        let mut session = Session::empty(width, height, Theme::Dark, Origin::Store);
        session.load(dataset);
        session
    }

    fn load(&mut self, dataset: Dataset) {
        self.answer_load(Answer::Data(whole(dataset)));
    }

    /// The load says this.
    fn answer_load(&mut self, answer: Answer) {
        self.act(Action::Answer(self.load, answer));
    }

    /// Presses `R`, and loads these.
    fn reload(&mut self, dataset: Dataset) {
        self.press("R");
        self.load = self.begun().0;
        self.load(dataset);
    }

    /// The job that was asked for last.
    fn begun(&mut self) -> (JobId, Work) {
        match self.effects.pop() {
            Some(Effect::Begin(job, work)) => (job, work),
            other => panic!("not a job but {other:?}"),
        }
    }

    /// Carries on like the event loop: what is asked for in the background is answered.
    fn act(&mut self, action: Action) {
        match update(&mut self.app, action) {
            Some(Effect::Begin(job, work @ Work::Study { .. })) => {
                self.act(Action::Answer(job, studied(work)));
            }
            Some(Effect::Begin(job, work @ Work::Count { .. })) if !self.holds_counts => {
                self.act(Action::Answer(job, counted(work)));
            }
            Some(effect) => self.effects.push(effect),
            None => {}
        }
    }

    /// Presses keys: `jj<Enter>:gap 37m<Enter><C-d>`.
    fn press(&mut self, keys: &str) -> &mut Session {
        for event in events(keys) {
            self.act(Action::Key(event));
        }
        self
    }

    fn draw(&mut self) {
        let targets = &mut self.targets;
        self.terminal
            .draw(|frame| *targets = draw(&self.app, frame))
            .unwrap();
    }

    /// Clicks on the first of these words on the screen, as the event loop does.
    fn click(&mut self, words: &str) -> &mut Session {
        let (column, row) = self.find(words);
        self.click_at(column, row)
    }

    fn click_at(&mut self, column: u16, row: u16) -> &mut Session {
        self.draw();
        let event = MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column,
            row,
            modifiers: KeyModifiers::NONE,
        };
        let action = match self.targets.at(Position::new(column, row)) {
            Some(target) => Action::Hit(target),
            None => Action::Mouse(event),
        };
        self.act(action);
        self
    }

    /// From now on all is counted by workers, for which the test answers.
    fn hold_counts(&mut self) {
        self.app.counted_at_once = 0;
        self.holds_counts = true;
    }

    /// Where these words begin.
    fn find(&mut self, words: &str) -> (u16, u16) {
        self.draw();
        let buffer = self.terminal.backend().buffer();
        let area = *buffer.area();
        for row in 0..area.height {
            let cells: Vec<&str> = (0..area.width)
                .map(|column| buffer[(column, row)].symbol())
                .collect();
            for column in 0..cells.len() {
                if cells[column..].concat().starts_with(words) {
                    return (column as u16, row);
                }
            }
        }
        panic!("no {words:?} in\n{}", self.frame());
    }

    fn frame(&mut self) -> String {
        self.draw();
        self.terminal.backend().to_string()
    }

    fn resize(&mut self, width: u16, height: u16) {
        self.terminal.backend_mut().resize(width, height);
        self.act(Action::Resize(width, height));
    }

    /// The frame has all of these texts.
    fn shows(&mut self, texts: &[&str]) -> &mut Session {
        let frame = self.frame();
        for text in texts {
            assert!(frame.contains(text), "no {text:?} in\n{frame}");
        }
        self
    }

    /// The frame has none of these texts.
    fn lacks(&mut self, texts: &[&str]) -> &mut Session {
        let frame = self.frame();
        for text in texts {
            assert!(!frame.contains(text), "{text:?} in\n{frame}");
        }
        self
    }

    /// The selected row of the panel that has the keys.
    fn selected(&mut self) -> String {
        self.draw();
        let buffer = self.terminal.backend().buffer();
        let area = *buffer.area();
        let reversed = |x, y| buffer[(x, y)].modifier.contains(Modifier::REVERSED);
        // The first line has the tab of the screen.
        let cells = (1..area.height).flat_map(|y| (0..area.width).map(move |x| (x, y)));
        cells
            .filter(|&(x, y)| reversed(x, y))
            .map(|(x, y)| buffer[(x, y)].symbol())
            .collect()
    }

    fn effect(&mut self) -> Option<Effect> {
        self.effects.pop()
    }
}

/// The answer to a study.
fn studied(work: Work) -> Answer {
    let Work::Study {
        dataset,
        gaps,
        in_use,
        ..
    } = work
    else {
        panic!("not a study but {work:?}");
    };
    let background = Background::of(&dataset, &gaps, in_use, &|| true).unwrap();
    Answer::Studied(dataset, Arc::new(background))
}

/// The answer to a request to count.
fn counted(work: Work) -> Answer {
    let Work::Count {
        dataset,
        gap,
        request,
    } = work
    else {
        panic!("not counting but {work:?}");
    };
    let counts = Counts::of(&Cut::new(Arc::clone(&dataset), gap), request, &|| true);
    Answer::Counted(dataset, gap, Box::new(counts.unwrap()))
}

/// All of these.
fn whole(dataset: Dataset) -> Box<Loaded> {
    part(dataset, Extent::Whole)
}

fn part(mut dataset: Dataset, extent: Extent) -> Box<Loaded> {
    dataset.coverage.extent = extent;
    Box::new(Loaded::pageviews(Arc::new(dataset)))
}

/// An eighth of what there is.
const EIGHTH: Extent = Extent::Partial {
    read_bytes: 1_000,
    of: Some(8_000),
};

fn events(keys: &str) -> Vec<KeyEvent> {
    let mut events = Vec::new();
    let mut rest = keys;
    while let Some(c) = rest.chars().next() {
        let named = rest.strip_prefix('<').and_then(|rest| rest.split_once('>'));
        let (code, modifiers, length) = match named {
            Some((name, _)) if name.len() > 1 => {
                let (code, modifiers) = match name {
                    "Enter" => (KeyCode::Enter, KeyModifiers::NONE),
                    "Esc" => (KeyCode::Esc, KeyModifiers::NONE),
                    "Tab" => (KeyCode::Tab, KeyModifiers::NONE),
                    "Down" => (KeyCode::Down, KeyModifiers::NONE),
                    "Up" => (KeyCode::Up, KeyModifiers::NONE),
                    "Left" => (KeyCode::Left, KeyModifiers::NONE),
                    "Right" => (KeyCode::Right, KeyModifiers::NONE),
                    "End" => (KeyCode::End, KeyModifiers::NONE),
                    "Home" => (KeyCode::Home, KeyModifiers::NONE),
                    "Back" => (KeyCode::Backspace, KeyModifiers::NONE),
                    "BackTab" => (KeyCode::BackTab, KeyModifiers::NONE),
                    control => {
                        let c = control.strip_prefix("C-").unwrap();
                        (
                            KeyCode::Char(c.chars().next().unwrap()),
                            KeyModifiers::CONTROL,
                        )
                    }
                };
                (code, modifiers, name.len() + 2)
            }
            _ => (KeyCode::Char(c), KeyModifiers::NONE, c.len_utf8()),
        };
        events.push(KeyEvent::new(code, modifiers));
        rest = &rest[length..];
    }
    events
}

const PAGES: [&str; 9] = [
    "/home",
    "/product/1",
    "/product/2",
    "/product/4711/reviews",
    "/cart",
    "/checkout",
    "/contact",
    "/search?q=blue+shoes",
    "/hilfe/über-uns",
];

/// A shop of `n_users`, from a small generator of its own so that frames never change.
fn shop(n_users: u32) -> Dataset {
    shop_of("visitor", n_users)
}

/// The same with users of another name.
fn shop_of(name: &str, n_users: u32) -> Dataset {
    let mut state = 42u64;
    let mut random = |n: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let mut rows = Vec::new();
    for user in 0..n_users {
        let mut at = 1_580_515_200_000_000 + random(20 * 86_400) as i64 * 1_000_000;
        for _ in 0..=random(6) {
            for _ in 0..=random(7) {
                let page = PAGES[random(PAGES.len() as u64) as usize];
                let user = format!("{name}-{}", 100 + user * 7);
                rows.push((user, Timestamp::from_us(at).unwrap(), page));
                let pause_s = 1 << random(9);
                at += (pause_s + random(60)) as i64 * 1_000_000;
            }
            at += (1_000 + random(3 * 86_400)) as i64 * 1_000_000;
        }
    }
    Dataset::of_rows(rows)
}

/// The seed example: three users, five pageviews, three sessions at the default gap.
fn seed() -> Dataset {
    dataset(&[
        ("123", "2020-02-02 12:55:16", "/contact"),
        ("123", "2020-02-02 12:55:18", "/home"),
        ("456", "2020-02-02 17:17:17", "/product/1"),
        ("456", "2020-02-02 17:17:17", "/product/2"),
        ("789", "2020-02-02 20:20:20", "/product/4"),
    ])
}

/// Pageviews given as (user, instant in UTC, page).
fn dataset(pageviews: &[(&str, &str, &str)]) -> Dataset {
    let utc = Calendar::utc();
    Dataset::of_rows(pageviews.iter().map(|&(user, at, page)| {
        let at = Timestamp::from_us(utc.read(at).unwrap().start).unwrap();
        (user, at, page)
    }))
}

/// Three users with a referrer and a device each, of which one has none.
fn carrying(names: [&str; 2]) -> Dataset {
    let utc = Calendar::utc();
    let rows = [
        ("a", "2020-02-02 12:00:00", "/search", ["google", "phone"]),
        ("a", "2020-02-02 12:00:10", "/product", ["", "phone"]),
        ("a", "2020-02-02 12:01:00", "/cart", ["", "phone"]),
        ("b", "2020-02-02 12:00:00", "/product", ["google", "desk"]),
        ("c", "2020-02-02 12:00:00", "/product", ["bing", "desk"]),
        ("c", "2020-02-02 12:00:30", "/search", ["google", "desk"]),
    ];
    let rows = rows.map(|(user, at, page, carried)| {
        let at = Timestamp::from_us(utc.read(at).unwrap().start).unwrap();
        (user, at, page, carried)
    });
    Dataset::of_rows_carrying(names, rows)
}

/// One case for `n` that are asked for, of what takes long.
fn one_in(n: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    ProptestConfig {
        cases: asked.cases.div_ceil(n),
        failure_persistence: None,
        ..asked
    }
}
