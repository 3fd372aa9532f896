//! Which clicks are one, which are two, and what they hit. Explorer floor.

use std::time::Duration;
use std::time::Instant;

use crossterm::event::MouseButton;
use crossterm::event::MouseEvent;
use crossterm::event::MouseEventKind;
use ratatui::layout::Position;

use crate::app::Action;
use crate::app::Target;
use crate::app::Targets;

/// Two clicks at one place are one double click if no more time lies between them.
const DOUBLE: Duration = Duration::from_millis(500);

/// What was clicked last, and when.
#[derive(Debug, Default)]
pub(super) struct Clicks {
    last: Option<(Position, Instant)>,
}

impl Clicks {
    /// What the mouse has done on a frame with these targets.
    pub(super) fn read(&mut self, event: MouseEvent, targets: &Targets, now: Instant) -> Action {
        if event.kind != MouseEventKind::Down(MouseButton::Left) {
            return Action::Mouse(event);
        }
        let at = Position::new(event.column, event.row);
        let is_double = self.last.is_some_and(|(place, then)| {
            place == at && now.saturating_duration_since(then) <= DOUBLE
        });
        // A third click begins anew.
        self.last = (!is_double).then_some((at, now));
        match targets.at(at) {
            None | Some(Target::Cell(..)) if is_double => Action::DoubleClick(at),
            Some(target) => Action::Hit(target),
            None => Action::Mouse(event),
        }
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::KeyModifiers;
    use ratatui::layout::Rect;

    use super::*;

    fn down(column: u16) -> MouseEvent {
        MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column,
            row: 0,
            modifiers: KeyModifiers::NONE,
        }
    }

    fn is_double(action: &Action) -> bool {
        matches!(action, Action::DoubleClick(_))
    }

    #[test]
    fn two_clicks_are_one_only_at_one_place_and_in_a_short_time() {
        let (mut clicks, targets, now) = (Clicks::default(), Targets::default(), Instant::now());
        let mut at =
            |column, ms| clicks.read(down(column), &targets, now + Duration::from_millis(ms));
        assert!(!is_double(&at(1, 0)));
        assert!(is_double(&at(1, 200)));
        assert!(!is_double(&at(1, 400)), "a third one begins anew");
        assert!(!is_double(&at(2, 500)));
        assert!(!is_double(&at(2, 1_500)));
    }

    #[test]
    fn what_lies_on_top_is_hit() {
        let mut targets = Targets::default();
        targets.add(Rect::new(0, 0, 9, 1), Target::Entry(1));
        targets.add(Rect::new(2, 0, 3, 1), Target::Nothing);
        let mut clicks = Clicks::default();
        let mut hit = |column| match clicks.read(down(column), &targets, Instant::now()) {
            Action::Hit(target) => Some(target),
            _ => None,
        };
        assert_eq!(
            (hit(1), hit(3), hit(9)),
            (Some(Target::Entry(1)), Some(Target::Nothing), None)
        );
    }
}
