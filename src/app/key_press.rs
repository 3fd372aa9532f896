//! A key as it is pressed, as it is shown, and as it is written in the configuration. App floor.

use std::fmt;
use std::str::FromStr;

use crossterm::event::KeyCode;
use crossterm::event::KeyEvent;
use crossterm::event::KeyModifiers;

/// A key as it is pressed. Shift counts only for keys that write nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyPress(pub(super) KeyCode, pub(super) KeyModifiers);

/// Keys that write nothing: as the configuration names them, the canonical name first, and as the screen shows them.
const NAMED: [(KeyCode, &[&str], &str); 14] = [
    (KeyCode::Up, &["up"], "↑"),
    (KeyCode::Down, &["down"], "↓"),
    (KeyCode::Left, &["left"], "←"),
    (KeyCode::Right, &["right"], "→"),
    (KeyCode::PageUp, &["pageup", "page-up", "pgup"], "PgUp"),
    (
        KeyCode::PageDown,
        &["pagedown", "page-down", "pgdn"],
        "PgDn",
    ),
    (KeyCode::Home, &["home"], "Home"),
    (KeyCode::End, &["end"], "End"),
    (KeyCode::Enter, &["enter", "return"], "Enter"),
    (KeyCode::Esc, &["esc", "escape"], "Esc"),
    (KeyCode::Tab, &["tab"], "Tab"),
    (KeyCode::Backspace, &["backspace"], "Backspace"),
    (KeyCode::Delete, &["delete", "del"], "Del"),
    (KeyCode::Insert, &["insert", "ins"], "Ins"),
];

/// Letters that a terminal sends with Ctrl as another key.
const SENT_AS_OTHERS: [(char, &str); 3] = [('i', "tab"), ('m', "enter"), ('c', "")];

/// The highest function key that keyboards have.
const LAST_FUNCTION_KEY: u8 = 24;

const EXPECTED: &str = "expected a key such as e, G, ctrl-u, alt-x, f5, up, pageup, enter or space";

impl From<KeyEvent> for KeyPress {
    fn from(event: KeyEvent) -> KeyPress {
        let modifiers = match event.code {
            KeyCode::Char(_) | KeyCode::BackTab => event.modifiers - KeyModifiers::SHIFT,
            _ => event.modifiers,
        };
        KeyPress(event.code, modifiers)
    }
}

impl KeyPress {
    /// Whether it writes nothing, so that it can act while a text is being typed.
    pub(crate) fn is_ctrl(self) -> bool {
        self.1.contains(KeyModifiers::CONTROL)
    }

    /// As the configuration names it: `ctrl-u`.
    pub(crate) fn spelled(self) -> String {
        let KeyPress(code, modifiers) = self;
        let mut text = String::new();
        for (modifier, name) in [
            (KeyModifiers::CONTROL, "ctrl-"),
            (KeyModifiers::ALT, "alt-"),
            (KeyModifiers::SHIFT, "shift-"),
        ] {
            if modifiers.contains(modifier) {
                text += name;
            }
        }
        text + &match code {
            KeyCode::Char(' ') => "space".to_owned(),
            KeyCode::Char(c) => c.to_string(),
            KeyCode::F(n) => format!("f{n}"),
            KeyCode::BackTab => "shift-tab".to_owned(),
            code => named(code).map_or(String::new(), |(_, names, _)| names[0].to_owned()),
        }
    }
}

fn named(code: KeyCode) -> Option<&'static (KeyCode, &'static [&'static str], &'static str)> {
    NAMED.iter().find(|(named, _, _)| *named == code)
}

impl fmt::Display for KeyPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (modifier, name) in [
            (KeyModifiers::CONTROL, "Ctrl-"),
            (KeyModifiers::ALT, "Alt-"),
            (KeyModifiers::SHIFT, "Shift-"),
        ] {
            if self.1.contains(modifier) {
                f.write_str(name)?;
            }
        }
        match self.0 {
            KeyCode::Char(' ') => f.write_str("Space"),
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::F(n) => write!(f, "F{n}"),
            KeyCode::BackTab => f.write_str("Shift-Tab"),
            code => match named(code) {
                Some((_, _, shown)) => f.write_str(shown),
                None => write!(f, "{code:?}"),
            },
        }
    }
}

impl FromStr for KeyPress {
    type Err = String;

    /// Reads `ctrl-u`; `Ctrl+U`, `C-u` and `^u` are the same. Errors with what was expected, or why a terminal cannot
    /// send the key.
    fn from_str(text: &str) -> Result<KeyPress, String> {
        let (mut rest, mut modifiers) = (text, KeyModifiers::NONE);
        while let Some((modifier, behind)) = modifier(rest) {
            (rest, modifiers) = (behind, modifiers | modifier);
        }
        let code = code(rest).ok_or(EXPECTED)?;
        match code {
            KeyCode::Char(c) => of_char(c, modifiers),
            KeyCode::Tab if modifiers == KeyModifiers::SHIFT => {
                Ok(KeyPress(KeyCode::BackTab, KeyModifiers::NONE))
            }
            code => Ok(KeyPress(code, modifiers)),
        }
    }
}

/// The modifier at the beginning of a key's name, and what follows it.
fn modifier(text: &str) -> Option<(KeyModifiers, &str)> {
    if let Some(rest) = text.strip_prefix('^').filter(|rest| !rest.is_empty()) {
        return Some((KeyModifiers::CONTROL, rest));
    }
    let (name, rest) = text.split_once(['-', '+'])?;
    let modifier = match name.to_ascii_lowercase().as_str() {
        "ctrl" | "control" | "c" => KeyModifiers::CONTROL,
        "alt" | "meta" | "a" | "m" => KeyModifiers::ALT,
        "shift" | "s" => KeyModifiers::SHIFT,
        _ => return None,
    };
    (!rest.is_empty()).then_some((modifier, rest))
}

fn code(name: &str) -> Option<KeyCode> {
    let mut chars = name.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return (!c.is_control()).then_some(KeyCode::Char(c));
    }
    let name = name.to_ascii_lowercase();
    let number = name.strip_prefix('f').and_then(|n| n.parse().ok());
    if let Some(n) = number.filter(|n| (1..=LAST_FUNCTION_KEY).contains(n)) {
        return Some(KeyCode::F(n));
    }
    if name == "space" {
        return Some(KeyCode::Char(' '));
    }
    let mut all = NAMED.iter();
    all.find(|(_, names, _)| names.contains(&name.as_str()))
        .map(|(code, _, _)| *code)
}

/// A key that writes something, as terminals send it.
fn of_char(c: char, modifiers: KeyModifiers) -> Result<KeyPress, String> {
    if modifiers.contains(KeyModifiers::CONTROL) {
        let c = c.to_ascii_lowercase();
        return match SENT_AS_OTHERS.iter().find(|(letter, _)| *letter == c) {
            Some((_, "")) => Err("ctrl-c always cancels or quits".to_owned()),
            Some((_, other)) => Err(format!("a terminal sends ctrl-{c} as {other}")),
            None if c.is_ascii_lowercase() || c == ' ' => {
                Ok(KeyPress(KeyCode::Char(c), modifiers - KeyModifiers::SHIFT))
            }
            None => Err("a terminal sends ctrl with letters and space only".to_owned()),
        };
    }
    match modifiers.contains(KeyModifiers::SHIFT) {
        true if c.is_ascii_alphabetic() => Ok(KeyPress(
            KeyCode::Char(c.to_ascii_uppercase()),
            modifiers - KeyModifiers::SHIFT,
        )),
        true => Err("write the character that the key gives with shift, such as ? or G".to_owned()),
        false => Ok(KeyPress(KeyCode::Char(c), modifiers)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_shifted_letter_is_the_same_key_however_the_terminal_sends_it() {
        let plain = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::NONE);
        let shifted = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT);
        assert_eq!(KeyPress::from(plain), KeyPress::from(shifted));
    }

    #[test]
    fn keys_print_as_people_name_them() {
        let shown = |text: &str| text.parse::<KeyPress>().unwrap().to_string();
        assert_eq!(shown("ctrl-d"), "Ctrl-d");
        assert_eq!(shown("pagedown"), "PgDn");
        assert_eq!(shown("f2"), "F2");
        assert_eq!(shown("alt-x"), "Alt-x");
        assert_eq!(shown("shift-tab"), "Shift-Tab");
        assert_eq!(shown("space"), "Space");
    }

    #[test]
    fn a_key_may_be_written_in_the_customary_ways() {
        for (way, spelled) in [
            ("Ctrl+U", "ctrl-u"),
            ("C-u", "ctrl-u"),
            ("^u", "ctrl-u"),
            ("^", "^"),
            ("-", "-"),
            ("alt--", "alt--"),
            ("M-x", "alt-x"),
            ("Shift-g", "G"),
            ("PgUp", "pageup"),
            ("Page-Down", "pagedown"),
            ("escape", "esc"),
            ("F12", "f12"),
            (" ", "space"),
            ("shift-up", "shift-up"),
        ] {
            assert_eq!(way.parse::<KeyPress>().unwrap().spelled(), spelled, "{way}");
        }
    }

    #[test]
    fn what_no_terminal_sends_is_no_key() {
        for (text, why) in [
            ("ctrl-c", "always cancels"),
            ("ctrl-i", "as tab"),
            ("ctrl-M", "as enter"),
            ("ctrl-1", "letters and space only"),
            ("shift-1", "with shift"),
            ("upp", "expected a key"),
            ("", "expected a key"),
            ("ctrl-", "expected a key"),
            ("f99", "expected a key"),
            ("\u{7}", "expected a key"),
        ] {
            let problem = text.parse::<KeyPress>().unwrap_err();
            assert!(problem.contains(why), "{text}: {problem}");
        }
    }

    proptest! {
        #[test]
        fn a_key_is_read_back_from_its_spelling(text in "(ctrl-|alt-|shift-|C-){0,2}([a-zA-Z?+^-]|up|tab|f[1-9]|space|\\PC{0,3})") {
            if let Ok(key) = text.parse::<KeyPress>() {
                prop_assert_eq!(key.spelled().parse::<KeyPress>(), Ok(key));
            }
        }
    }
}
