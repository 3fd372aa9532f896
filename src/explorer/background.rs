//! Whether the terminal's background is light, by asking it. Explorer floor.

use std::time::Duration;

use crossterm::event::Event as TerminalEvent;
use crossterm::event::KeyCode;
use crossterm::event::KeyModifiers;
use terminal_colorsaurus::Error as Unanswered;
use terminal_colorsaurus::QueryOptions;
use terminal_colorsaurus::background_color;

/// As long as a person does not notice; a terminal far away may need longer, and is taken for a dark one.
const PATIENCE: Duration = Duration::from_millis(200);

/// What a terminal says of its background.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TerminalBackground {
    Dark,
    Light,
    /// It has not said anything yet, and may still do so.
    Silent,
    /// It cannot tell.
    Unknown,
}

/// Asks the terminal, and waits for a moment. Nothing else may read from it meanwhile.
pub(crate) fn background() -> TerminalBackground {
    let mut options = QueryOptions::default();
    options.timeout = PATIENCE;
    match background_color(options) {
        Ok(color) if color.perceived_lightness() > 0.5 => TerminalBackground::Light,
        Ok(_) => TerminalBackground::Dark,
        Err(Unanswered::Timeout(_)) => TerminalBackground::Silent,
        Err(_) => TerminalBackground::Unknown,
    }
}

/// The answer of a terminal that was not waited for any longer: it comes as if it had been typed.
#[derive(Debug)]
pub(super) struct LateAnswer {
    is_awaited: bool,
    /// Signs of it so far.
    taken: Option<usize>,
}

impl LateAnswer {
    /// `]11;rgb:ffff/ffff/ffff`, with room for what else a terminal may say.
    const MOST_SIGNS: usize = 48;

    pub(super) fn new(is_awaited: bool) -> LateAnswer {
        LateAnswer {
            is_awaited,
            taken: None,
        }
    }

    /// Whether this is a part of the answer: Alt-], what follows it, and Ctrl-G or Alt-\ at its end.
    pub(super) fn takes(&mut self, event: &TerminalEvent) -> bool {
        let TerminalEvent::Key(key) = event else {
            return false;
        };
        match (self.taken, key.code) {
            (None, KeyCode::Char(']')) if key.modifiers == KeyModifiers::ALT => {
                self.taken = self.is_awaited.then_some(0);
                self.is_awaited
            }
            (None, _) => false,
            (Some(_), KeyCode::Char('g')) if key.modifiers == KeyModifiers::CONTROL => self.ends(),
            (Some(_), KeyCode::Char('\\')) if key.modifiers == KeyModifiers::ALT => self.ends(),
            (Some(n), KeyCode::Char(c)) if n < Self::MOST_SIGNS && is_of_answer(c) => {
                self.taken = Some(n + 1);
                true
            }
            _ => {
                self.taken = None;
                false
            }
        }
    }

    /// One question has one answer.
    fn ends(&mut self) -> bool {
        *self = LateAnswer::new(false);
        true
    }
}

fn is_of_answer(c: char) -> bool {
    c.is_ascii_hexdigit() || matches!(c, ';' | ':' | '/' | 'r' | 'g')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::KeyEvent;

    fn left(is_awaited: bool, keys: &[(char, KeyModifiers)]) -> String {
        let mut late = LateAnswer::new(is_awaited);
        let keys = keys.iter().filter(|(c, modifiers)| {
            let key = KeyEvent::new(KeyCode::Char(*c), *modifiers);
            !late.takes(&TerminalEvent::Key(key))
        });
        keys.map(|(c, _)| *c).collect()
    }

    fn answer(end: (char, KeyModifiers)) -> Vec<(char, KeyModifiers)> {
        let plain = |c| (c, KeyModifiers::NONE);
        let mut keys = vec![plain('j'), (']', KeyModifiers::ALT)];
        keys.extend("11;rgb:ffff/FFff/0000".chars().map(plain));
        keys.push(end);
        keys.extend("1;]".chars().map(plain));
        keys
    }

    #[test]
    fn a_late_answer_is_no_key_and_what_is_typed_around_it_is() {
        for end in [('g', KeyModifiers::CONTROL), ('\\', KeyModifiers::ALT)] {
            assert_eq!(left(true, &answer(end)), "j1;]");
        }
    }

    #[test]
    fn what_begins_like_an_answer_and_is_none_is_typed() {
        let keys = [
            (']', KeyModifiers::ALT),
            ('1', KeyModifiers::NONE),
            ('q', KeyModifiers::NONE),
            ('1', KeyModifiers::NONE),
        ];
        assert_eq!(left(true, &keys), "q1");
        assert_eq!(left(false, &keys), "]1q1");
    }
}
