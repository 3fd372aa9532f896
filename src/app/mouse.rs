//! The mouse: a click selects, the wheel scrolls, dragging the marker moves the gap. App floor.

use crossterm::event::MouseButton;
use crossterm::event::MouseEvent;
use crossterm::event::MouseEventKind;
use ratatui::layout::Position;

use crate::app::App;
use crate::app::Line;
use crate::app::Panel;
use crate::app::Screen;
use crate::app::list_body;
use crate::app::timeline_body;
use crate::engine::study::LogAxis;
use crate::words::gap::Gap;

impl App {
    pub(super) fn mouse_event(&mut self, event: MouseEvent) {
        if !self.mouse || self.popup.is_some() {
            return;
        }
        let at = Position::new(event.column, event.row);
        let layout = self.layout();
        let panel = layout.panels.iter().find(|(_, rect)| rect.contains(at));
        match event.kind {
            MouseEventKind::Down(MouseButton::Left) | MouseEventKind::Drag(MouseButton::Left)
                if layout.bars.contains(at) =>
            {
                self.drag_gap(event.column - layout.bars.x, layout.bars.width);
            }
            MouseEventKind::Down(MouseButton::Left) => {
                if let Some(&(panel, rect)) = panel {
                    self.focus_on(panel);
                    self.click(panel, rect, at);
                }
            }
            MouseEventKind::ScrollDown | MouseEventKind::ScrollUp => {
                if let Some(&(panel, _)) = panel {
                    self.focus_on(panel);
                    let (position, _) = self.position();
                    let down = event.kind == MouseEventKind::ScrollDown;
                    let step = if panel == Panel::Ladder { 1 } else { 3 };
                    self.go_to(if down {
                        position + step
                    } else {
                        position.saturating_sub(step)
                    });
                }
            }
            _ => {}
        }
    }

    fn focus_on(&mut self, panel: Panel) {
        self.message = None;
        match self.screens.last() {
            Some(Screen::Users) => self.users.focus = panel,
            Some(Screen::Sessions) => self.all.focus = panel,
            _ => {}
        }
    }

    fn click(&mut self, panel: Panel, rect: ratatui::layout::Rect, at: Position) {
        let Some(data) = self.data.as_ref().filter(|_| self.has_rows()) else {
            return;
        };
        let body = match panel {
            Panel::Timeline => timeline_body(rect),
            _ => list_body(rect),
        };
        if !body.contains(at) {
            return;
        }
        let line = usize::from(at.y - body.y);
        let top = match panel {
            Panel::Users => self.users.list.top,
            Panel::UserSessions => self.users.sessions.list.top,
            Panel::AllSessions => self.all.sessions.list.top,
            Panel::Pages => self.pages.list.top,
            Panel::Timeline => {
                let lines = self
                    .trail()
                    .lines(&data.cut, &data.calendar, usize::from(body.height));
                if let Some(&(Line::Pageview(row) | Line::Break(_, row))) = lines.get(line) {
                    self.go_to_row(|_, _| row);
                }
                return;
            }
            Panel::Lifeline | Panel::Ladder => return,
        };
        let (_, len) = self.position();
        if top + line < len {
            self.go_to(top + line);
        }
    }

    /// Moves the gap to where the marker was dragged, in whole steps of about a hundredth.
    fn drag_gap(&mut self, column: u16, width: u16) {
        let Some(data) = &self.data else { return };
        let (from_us, to_us) = data.axis_us;
        let axis = LogAxis {
            from_us,
            to_us,
            length: f64::from(width),
        };
        let us = axis.us_at(f64::from(column) + 0.5);
        let unit = [86_400_000_000, 3_600_000_000, 60_000_000, 1_000_000, 1_000]
            .into_iter()
            .find(|unit| us / unit >= 5)
            .unwrap_or(1);
        if let Some(gap) = Gap::from_us(us / unit * unit) {
            self.set_gap(gap);
        }
    }
}
