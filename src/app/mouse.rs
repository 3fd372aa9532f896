//! The mouse: a click selects, the wheel scrolls, dragging the marker moves the gap. App floor.

use crossterm::event::MouseButton;
use crossterm::event::MouseEvent;
use crossterm::event::MouseEventKind;
use ratatui::layout::Position;
use ratatui::layout::Rect;

use crate::app::App;
use crate::app::Effect;
use crate::app::Panel;
use crate::engine::study::LogAxis;
use crate::words::gap::Gap;

impl App {
    pub(super) fn mouse_event(&mut self, event: MouseEvent) -> Option<Effect> {
        if !self.mouse || self.popup.is_some() {
            return None;
        }
        let at = Position::new(event.column, event.row);
        let bars = self.layout.bars;
        let mut panels = self.layout.panels.iter();
        let panel = panels.find(|(_, rect)| rect.contains(at)).copied();
        match event.kind {
            MouseEventKind::Down(MouseButton::Left) | MouseEventKind::Drag(MouseButton::Left)
                if bars.contains(at) =>
            {
                self.drag_gap(event.column - bars.x, bars.width);
            }
            MouseEventKind::Down(MouseButton::Left) if self.layout.chips.contains(at) => {
                let places = self.chip_places(self.layout.chips);
                let chip = places.iter().position(|place| place.contains(at))?;
                return self.remove_chip(chip);
            }
            MouseEventKind::Down(MouseButton::Left) => {
                if let Some((panel, rect)) = panel {
                    self.message = None;
                    self.focus_on(panel);
                    self.click(panel, rect, at);
                }
            }
            MouseEventKind::ScrollDown | MouseEventKind::ScrollUp => {
                if let Some((panel, _)) = panel {
                    self.message = None;
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
        None
    }

    fn click(&mut self, panel: Panel, rect: Rect, at: Position) {
        let body = panel.behaviour().body(rect);
        if (self.has_rows() || panel == Panel::Columns) && body.contains(at) {
            let line = usize::from(at.y - body.y);
            panel
                .behaviour()
                .click(self, line, usize::from(body.height));
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
