//! The explorer in memory, without a terminal or workers: what `benches/explorer.rs` times.

use std::sync::Arc;

use crossterm::event::KeyEvent;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::answers::browse::background::Background;
use crate::answers::browse::counts::Counts;
use crate::app::Action;
use crate::app::Answer;
use crate::app::App;
use crate::app::Effect;
use crate::app::JobId;
use crate::app::Loaded;
use crate::app::Origin;
use crate::app::Start;
use crate::app::Work;
use crate::app::update;
use crate::engine::cut::Cut;
use crate::engine::dataset::Dataset;
use crate::engine::every_gap::EveryGap;
use crate::ui::draw;

/// An explorer that draws into memory.
#[derive(Debug)]
pub struct Rehearsal {
    app: App,
    terminal: Terminal<TestBackend>,
    /// What keys asked of a worker, and nobody has done yet.
    asked: Vec<(JobId, Work)>,
}

impl Rehearsal {
    /// With these pageviews, and all that is computed of them in the background, on a terminal of this size.
    pub fn of(dataset: &Arc<Dataset>, width: u16, height: u16) -> Rehearsal {
        let (mut app, first) = App::new(Start {
            name: "shop.db".into(),
            origin: Origin::Store,
            ..Start::default()
        });
        update(&mut app, Action::Resize(width, height));
        let mut effect = Some(first);
        while let Some(Effect::Begin(job, work)) = effect {
            if let Work::Study { dataset, .. } = &work
                && let Some(every_gap) = EveryGap::of(dataset, &|| true)
            {
                let measured = Answer::Measured(Arc::clone(dataset), Arc::new(every_gap));
                update(&mut app, Action::Answer(job, measured));
            }
            effect = answer(work, dataset)
                .and_then(|answer| update(&mut app, Action::Answer(job, answer)));
        }
        let terminal = Terminal::new(TestBackend::new(width, height));
        let terminal = terminal.unwrap_or_else(|never| match never {});
        Rehearsal {
            app,
            terminal,
            asked: Vec::new(),
        }
    }

    /// A key is pressed. What it asks of a worker waits for [`Rehearsal::catch_up`].
    pub fn press(&mut self, key: KeyEvent) {
        self.act(Action::Key(key));
    }

    /// The workers do all that was asked of them.
    pub fn catch_up(&mut self) {
        while let Some((job, work)) = self.asked.pop() {
            if let Some(answer) = answer(work, &Arc::default()) {
                self.act(Action::Answer(job, answer));
            }
        }
    }

    fn act(&mut self, action: Action) {
        if let Some(Effect::Begin(job, work)) = update(&mut self.app, action) {
            self.asked.push((job, work));
        }
    }

    /// Draws a frame.
    pub fn draw(&mut self) {
        let drawn = self.terminal.draw(|frame| drop(draw(&self.app, frame)));
        drawn.unwrap_or_else(|never| match never {});
    }
}

fn answer(work: Work, dataset: &Arc<Dataset>) -> Option<Answer> {
    match work {
        Work::Load { .. } => Some(Answer::Data(Box::new(Loaded::pageviews(Arc::clone(
            dataset,
        ))))),
        Work::Study {
            dataset,
            gaps,
            in_use,
            ..
        } => {
            let background = Background::of(&dataset, &gaps, in_use, &|| true)?;
            Some(Answer::Studied(dataset, Arc::new(background)))
        }
        Work::Count {
            dataset,
            gap,
            request,
        } => {
            let counts = Counts::of(&Cut::new(Arc::clone(&dataset), gap), request, &|| true)?;
            Some(Answer::Counted(dataset, gap, Box::new(counts)))
        }
        Work::Search { search, .. } => Some(Answer::Found(Box::new(search.run(&|_, _| true)))),
        _ => None,
    }
}
