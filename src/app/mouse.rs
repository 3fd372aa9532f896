//! The mouse: a click selects, twice opens, the wheel scrolls, dragging the marker moves the gap. App floor.
//!
//! Where the rows of a panel lie is known here; what else there is to click is a [`Target`], which whoever has drawn the frame
//! knows the place of.

use std::sync::Arc;

use crossterm::event::KeyEvent;
use crossterm::event::KeyModifiers;
use crossterm::event::MouseButton;
use crossterm::event::MouseEvent;
use crossterm::event::MouseEventKind;
use ratatui::layout::Position;
use ratatui::layout::Rect;

use crate::app::App;
use crate::app::Effect;
use crate::app::ExportStage;
use crate::app::Panel;
use crate::app::Popup;
use crate::app::Target;
use crate::app::model::palette::entries;
use crate::engine::study::LogAxis;
use crate::words::gap::Gap;

/// Rows that a step of the wheel scrolls.
const STEP: usize = 3;

impl App {
    pub(super) fn mouse_event(&mut self, event: MouseEvent) -> Option<Effect> {
        let wheel = match event.kind {
            MouseEventKind::ScrollDown => Some(true),
            MouseEventKind::ScrollUp => Some(false),
            _ => None,
        };
        match &self.popup {
            _ if !self.mouse => return None,
            // What is typed holds, as if Enter had been pressed.
            Some(Popup::Filter(_) | Popup::Find(_)) if wheel.is_none() => self.popup = None,
            None | Some(Popup::Filter(_) | Popup::Find(_)) => {}
            Some(_) => return self.scroll_popup(wheel?),
        }
        let at = Position::new(event.column, event.row);
        let bars = self.layout.bars;
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
                if let Some((panel, rect)) = self.panel_at(at) {
                    self.message = None;
                    self.focus_on(panel);
                    self.click(panel, rect, at);
                }
            }
            _ => {
                if let (Some(down), Some((panel, _))) = (wheel, self.panel_at(at)) {
                    self.message = None;
                    self.scroll(panel, down);
                }
            }
        }
        None
    }

    /// Opens what was clicked twice.
    pub(super) fn double_click(&mut self, at: Position) -> Option<Effect> {
        if !self.mouse || self.popup.is_some() {
            return None;
        }
        let (panel, rect) = self.panel_at(at)?;
        let is_row = panel.behaviour().body(rect).contains(at);
        self.message = None;
        self.focus_on(panel);
        if is_row {
            self.open();
        }
        None
    }

    /// Does what a target is for.
    pub(super) fn hit(&mut self, target: Target) -> Option<Effect> {
        if !self.mouse {
            return None;
        }
        let is_typing = matches!(self.popup, Some(Popup::Filter(_) | Popup::Find(_)));
        match target {
            Target::Nothing => {}
            Target::Key(code) => return self.key(KeyEvent::new(code, KeyModifiers::NONE)),
            Target::Run(_) | Target::Column(..) | Target::Cell(..)
                if self.popup.is_some() && !is_typing => {}
            Target::Run(command) => {
                (self.popup, self.message) = (None, None);
                (self.moved, self.took) = (false, None);
                return self.run(command);
            }
            Target::Column(panel, _) | Target::Cell(panel, _)
                if self.layout.panel(panel).is_none() => {}
            Target::Column(panel, n) => {
                (self.popup, self.message) = (None, None);
                self.focus_on(panel);
                self.sort_by(n);
            }
            Target::Cell(panel, cell) => {
                self.message = None;
                self.focus_on(panel);
                self.sessions_calendar.put_cursor(panel, cell);
            }
            Target::Field(field) | Target::Step(field, _) => {
                if let Some(Popup::Export(dialog)) = &mut self.popup
                    && matches!(dialog.stage, ExportStage::Editing | ExportStage::Failed(_))
                {
                    dialog.stage = ExportStage::Editing;
                    dialog.field = field;
                    if let Target::Step(_, by) = target {
                        dialog.step_value(by);
                    }
                }
            }
            Target::Entry(n) => match self.popup.take() {
                Some(Popup::Sort { .. }) => self.sort_by(n),
                Some(Popup::Palette(palette)) => {
                    let keymap = Arc::clone(&self.keymap);
                    let found = entries(&keymap, palette.input.value(), self.panel());
                    return self.run(found.get(n)?.command);
                }
                other => self.popup = other,
            },
        }
        None
    }

    fn panel_at(&self, at: Position) -> Option<(Panel, Rect)> {
        let mut panels = self.layout.panels.iter();
        panels.find(|(_, rect)| rect.contains(at)).copied()
    }

    /// Scrolls a panel. What is selected in a list stays so while it is in view.
    fn scroll(&mut self, panel: Panel, down: bool) {
        let behaviour = panel.behaviour();
        let height = self.layout.rows(panel);
        if let Some(list) = behaviour.list_mut(self) {
            list.scroll(STEP, down, height);
            return;
        }
        let (position, len) = behaviour.position(self);
        let step = match panel {
            Panel::Ladder | Panel::SessionsOfPage => 1,
            Panel::Days => 7,
            _ => STEP,
        };
        let next = match down {
            true => (position + step).min(len.saturating_sub(1)),
            false => position.saturating_sub(step),
        };
        if len > 0 {
            behaviour.go_to(self, next);
        }
    }

    /// Scrolls what is only read.
    fn scroll_popup(&mut self, down: bool) -> Option<Effect> {
        use crossterm::event::KeyCode;
        if let Some(
            Popup::Help { .. } | Popup::Notes { .. } | Popup::Sort { .. } | Popup::Palette(_),
        ) = &self.popup
        {
            let code = if down { KeyCode::Down } else { KeyCode::Up };
            return self.key(KeyEvent::new(code, KeyModifiers::NONE));
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
