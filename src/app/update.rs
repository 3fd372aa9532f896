//! The one place where the explorer changes. App floor.

use crossterm::event::KeyCode;
use crossterm::event::KeyEvent;
use crossterm::event::KeyEventKind;
use ratatui::layout::Rect;

use crate::app::Action;
use crate::app::App;
use crate::app::Command;
use crate::app::Effect;
use crate::app::Job;
use crate::app::JobId;
use crate::app::JobKind;
use crate::app::Panel;
use crate::app::Popup;
use crate::app::Screen;
use crate::app::ScreenLayout;
use crate::app::key_press::KeyPress;

/// Takes an action in and gives what is to be carried out. Cannot fail; the model is fit to be drawn
/// before and after.
pub(crate) fn update(app: &mut App, action: Action) -> Option<Effect> {
    app.catch_up(&action);
    let effect = match action {
        Action::Key(key) if key.kind == KeyEventKind::Release => return None,
        Action::Key(key) => app.key(key),
        Action::Paste(text) => app.paste(&text),
        Action::Mouse(event) => app.mouse_event(event),
        Action::Hit(target) => app.hit(target),
        Action::PathCompleted(completed) => {
            app.take_path(completed);
            None
        }
        Action::DoubleClick(at) => app.double_click(at),
        Action::Resize(width, height) => {
            app.size = (width, height);
            None
        }
        Action::Answer(job, answer) => app.hear(job, answer),
        Action::Took(took) => {
            app.took = app.moved.then_some(took);
            None
        }
        Action::ColumnsKept(kept) => {
            app.message = Some(match kept {
                Ok(file) => format!("these columns are kept in {file}"),
                Err(problem) => format!("the columns are not kept for next time: {problem}"),
            });
            None
        }
        Action::StoreChanged => {
            app.store_changed = true;
            let key = app.key_of(Command::Reload);
            app.message = Some(format!("the store has changed: {key} loads it again"));
            None
        }
    };
    app.settle();
    app.count_at_once();
    app.renew_export();
    // What a key asks for goes first; the next event asks again for what is missing.
    let effect = effect.or_else(|| app.reload_changed());
    let effect = effect.or_else(|| app.count());
    effect.or_else(|| app.order_behind())
}

impl App {
    /// Brings what is in view in line with data, gap and size; what is not in view waits.
    pub(super) fn settle(&mut self) {
        let area = Rect::new(0, 0, self.size.0, self.size.1);
        self.layout = ScreenLayout::of(self, area).unwrap_or_default();
        if self.screen() == Screen::Columns {
            self.columns.settle(self.layout.rows(Panel::Columns));
        }
        if self.screen() == Screen::Gap
            && let Some(data) = &mut self.data
        {
            data.count_pages_at_seams();
        }
        let Some(data) = self
            .data
            .as_ref()
            .filter(|data| data.cut.dataset().n_rows() > 0)
        else {
            return;
        };
        let (view, calendar, layout) = (data.view(), data.calendar, &self.layout);
        match self.screens.last() {
            Some(Screen::Sessions) => self.all.settle(view, &calendar, layout),
            Some(Screen::Pages) => self.pages.settle(view, layout),
            Some(Screen::Marked) => {
                let height = layout.rows(Panel::Marked);
                self.marks.settle(data.cut.dataset(), height);
            }
            Some(Screen::Page) => self.page.settle(view, layout),
            Some(Screen::Calendar) => self.sessions_calendar.settle(layout),
            Some(Screen::Gap | Screen::Columns) => {}
            Some(Screen::Users) | None => self.users.settle(view, &calendar, layout),
        }
    }

    pub(super) fn key(&mut self, event: KeyEvent) -> Option<Effect> {
        self.message = None;
        self.moved = false;
        self.took = None;
        let key = KeyPress::from(event);
        let command = self.keymap.command_of(key, self.panel());
        if key.is_ctrl() {
            match command {
                _ if event.code == KeyCode::Char('c') => {
                    return Some(self.cancellable().map_or(Effect::Quit, Effect::Cancel));
                }
                Some(Command::Suspend) => return Some(Effect::Suspend),
                // In prompts, too: what is garbled is garbled there as well.
                Some(Command::Redraw) => return Some(Effect::Redraw),
                _ => {}
            }
        }
        if self.popup.is_some() {
            return self.popup_key(event);
        }
        if self.data.is_none()
            && event.code == KeyCode::Esc
            && let Some(job) = self.cancellable()
        {
            return Some(Effect::Cancel(job));
        }
        if command.is_none() {
            let help = self.key_of(Command::Help);
            self.message = Some(format!("{key} does nothing here; {help} lists the keys"));
        }
        self.run(command?)
    }

    /// The job that Ctrl-C cancels: the one that the person looks at.
    fn cancellable(&self) -> Option<JobId> {
        // Whoever waits for the first line of what goes on has nothing to lose.
        let is_idle =
            |job: &Job| job.kind == JobKind::Load && self.goes_on && job.progress.rows == 0;
        let foremost = || self.jobs.foremost().filter(|job| !is_idle(job));
        self.export_job().or_else(|| foremost().map(|job| job.id))
    }

    fn popup_key(&mut self, event: KeyEvent) -> Option<Effect> {
        match self.popup.take()? {
            Popup::Help { top } => self.help_key(top, event),
            Popup::Notes { top } => self.notes_key(top, event),
            Popup::Sort { cursor } => self.sort_key(cursor, event),
            Popup::ShownColumns {
                cursor,
                order,
                shown,
                before,
            } => return self.columns_key(cursor, (order, shown), before, event),
            Popup::Filter(prompt) => return self.filter_key(prompt, event),
            Popup::Chips { cursor } => return self.chips_key(cursor, event),
            Popup::Find(prompt) => self.find_key(prompt, event),
            Popup::Palette(palette) => return self.palette_key(palette, event),
            Popup::Export(dialog) => return self.export_key(dialog, event),
            Popup::Error(problem) => match event.code {
                KeyCode::Esc | KeyCode::Enter | KeyCode::Char('q') => {}
                _ => self.popup = Some(Popup::Error(problem)),
            },
        }
        None
    }

    /// Carries a command out.
    pub(super) fn run(&mut self, command: Command) -> Option<Effect> {
        use Command as C;
        if command == C::Back
            && let Some(effect) = self.undo_filter()
        {
            return effect;
        }
        let is_of_row = matches!(command, C::Open | C::Mark | C::Copy);
        let is_left = self.list().is_none_or(|list| list.len() > 0);
        if is_of_row && !is_left && self.has_rows() {
            let key = self.key_of(Command::Back);
            self.message = Some(format!("no row is left here; {key} undoes the filter"));
            return None;
        }
        match command {
            C::Inspect => return self.inspect(),
            C::PutUser => return self.put_role(0),
            C::PutTime => return self.put_role(1),
            C::PutPage => return self.put_role(2),
            C::AddUser => return self.add_role(0),
            C::AddTime => return self.add_role(1),
            C::TakeColumns => return self.take_columns(),
            C::Back | C::Out | C::Quit if self.screen() == Screen::Columns => {
                return self.leave_columns();
            }
            C::Copy if self.screen() == Screen::Columns => return self.copy_command(),
            C::Up
            | C::Down
            | C::PageUp
            | C::PageDown
            | C::HalfUp
            | C::HalfDown
            | C::First
            | C::Last
            | C::PreviousSession
            | C::NextSession
            | C::PreviousColumn
            | C::NextColumn => self.motion(command),
            C::Open => self.open(),
            C::Back => self.back(),
            C::Out => {
                if !self.out() {
                    let key = self.key_of(Command::Quit);
                    self.message = Some(format!("there is nothing to go back to; {key} quits"));
                }
            }
            C::NextPanel => self.cycle(1),
            C::PreviousPanel => self.cycle(-1),
            C::ZoomIn => self.zoom(1),
            C::ZoomOut => self.zoom(-1),
            C::ShowUsers => self.show(Screen::Users),
            C::ShowSessions => self.show(Screen::Sessions),
            C::ShowGap => self.show(Screen::Gap),
            C::ShowPages => self.show(Screen::Pages),
            C::ShowCalendar => self.show(Screen::Calendar),
            C::TurnFigure => self.turn_figure(),
            C::BreakDown => self.break_down(),
            C::Longer
            | C::Shorter
            | C::Nudge
            | C::NudgeBack
            | C::Save
            | C::Reset
            | C::Suggested
            | C::Pin
            | C::CountScale => {
                return self.gap_command(command);
            }
            C::ShowDiffering => self.show_differing(),
            C::Filter => self.begin_filter(),
            C::RemoveFilter => return self.begin_remove_chip(),
            C::FindNext => self.find_on(true),
            C::FindPrevious => self.find_on(false),
            C::Maximise => self.maximise(),
            C::ScrollLeft => self.scroll_sideways(false),
            C::ScrollRight => self.scroll_sideways(true),
            C::ShownColumns => self.begin_columns(),
            C::Redraw => return Some(Effect::Redraw),
            C::Sort => self.begin_sort(),
            C::Reverse => self.reverse_sort(),
            C::Mark => self.mark(),
            C::ShowMarked => self.show_marked(),
            C::Export => self.begin_export(),
            C::Copy => return self.copy(),
            C::Palette => self.popup = Some(Popup::Palette(crate::app::Palette::default())),
            C::Help => self.popup = Some(Popup::Help { top: 0 }),
            C::Notes => self.popup = Some(Popup::Notes { top: 0 }),
            C::Mouse => {
                self.mouse = !self.mouse;
                self.message = Some(if self.mouse {
                    let key = self.key_of(Command::Mouse);
                    format!("mouse on: click selects, the wheel scrolls, {key} gives it back")
                } else {
                    "mouse off: the terminal selects text again".to_owned()
                });
                return Some(Effect::Mouse(self.mouse));
            }
            C::Reload => return self.reload(),
            C::Pause => self.pause(),
            C::Suspend => return Some(Effect::Suspend),
            C::Quit => {
                if !self.out() {
                    return Some(Effect::Quit);
                }
            }
        }
        None
    }
}
