//! No key surprises: each does what the keymap says, shows it in the same frame, or says why it does not.

use super::*;
use crate::app::bindings;

/// Keys as the tests press them.
fn all_keys() -> Vec<KeyEvent> {
    let mut keys: Vec<KeyEvent> = (' '..='~')
        .map(|c| KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE))
        .collect();
    for code in [
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Backspace,
        KeyCode::Delete,
        KeyCode::F(1),
        KeyCode::F(2),
        KeyCode::F(9),
    ] {
        keys.push(KeyEvent::new(code, KeyModifiers::NONE));
    }
    for c in "abdefuvw".chars() {
        keys.push(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL));
    }
    keys
}

/// In the state after `keys`, every key changes the frame, asks for something or says why not.
fn no_key_is_silent(dataset: impl Fn() -> Dataset, keys: &str, origin: Origin) {
    for key in all_keys() {
        let mut session = Session::empty(120, 36, Theme::Dark, origin);
        session.load(dataset());
        session.press(keys);
        session.effects.clear();
        let before = session.frame();
        session.act(Action::Key(key));
        let is_heard = session.frame() != before || !session.effects.is_empty();
        assert!(
            is_heard,
            "{:?} is silent after {keys:?}\n{before}",
            key.code
        );
    }
}

#[test]
fn no_key_is_silent_on_any_screen() {
    for keys in [
        "",
        "G",
        "<Enter>",
        "<Enter><Enter>",
        "<Enter><Enter>G",
        "<Tab><Tab><Tab>",
        "2",
        "2<Enter>",
        "3",
        "3G",
        "4",
        "f",
        "2f",
    ] {
        no_key_is_silent(seed, keys, Origin::Store);
    }
}

#[test]
fn no_key_is_silent_where_there_is_nothing_or_nothing_is_left() {
    for keys in ["", "2", "3", "4"] {
        no_key_is_silent(Dataset::default, keys, Origin::Files);
    }
    for keys in ["/zzz<Enter>", "2/zzz<Enter>", "3/zzz<Enter>"] {
        no_key_is_silent(seed, keys, Origin::Sample);
    }
}

#[test]
fn digits_only_switch_screens_and_g_goes_to_the_last_row_always() {
    let mut session = Session::of(shop(40), 80, 24);
    session.press("4j24G").shows(&["15 of 15"]);
    session.press("234G").shows(&["15 of 15"]);
    session.press("1G").shows(&["40 of 40"]);
    session.press("12G").shows(&["120 of 120"]);
}

#[test]
fn a_word_that_begins_no_command_proposes_the_nearest() {
    for (typed, nearest) in [
        ("tiem", "time"),
        ("exprot", "export"),
        ("colums", "columns"),
        ("hlep", "help"),
        ("gpa 30m", "gap"),
        ("quti", "quit"),
    ] {
        let mut session = Session::of(seed(), 120, 30);
        let before = session.app.gap;
        session.press(&format!(":{typed}<Enter>"));
        session.shows(&["no command begins with", &format!("perhaps {nearest}")]);
        assert_eq!(session.app.gap, before);
        assert!(session.effects.is_empty(), "{typed}");
    }
}

#[test]
fn the_short_words_mean_what_they_mean_elsewhere() {
    for (typed, shown) in [
        ("h", "Keys"),
        ("s", "Sort by"),
        ("p", "Pages 5"),
        ("e", "Export"),
        ("ex", "Export"),
        ("e x.csv", "x.csv"),
        ("w", "saved already"),
    ] {
        let mut session = Session::of(seed(), 120, 40);
        session.press(&format!(":{typed}<Enter>")).shows(&[shown]);
    }
    let mut session = Session::of(seed(), 120, 40);
    session.press(":q<Enter>");
    assert!(matches!(session.effect(), Some(Effect::Quit)));
}

#[test]
fn a_command_that_takes_a_value_asks_for_it() {
    for (typed, example) in [
        ("gap", ":gap 37m"),
        ("at", ":at 2020-02-02 12:55"),
        ("compare", ":compare 1h"),
    ] {
        let mut session = Session::of(seed(), 120, 30);
        session
            .press(&format!(":{typed}<Enter>"))
            .shows(&["it needs a value", example]);
    }
    let mut session = Session::empty(120, 30, Theme::Dark, Origin::Files);
    session.load(seed());
    session
        .press(":keep<Enter>")
        .shows(&["name the store: :keep shop.db"]);
}

#[test]
fn the_palette_lists_every_command_that_takes_a_value_with_an_example() {
    let mut session = Session::of(seed(), 120, 50);
    session.press(":");
    for word in [
        "gap ", "at ", "sort ", "filter ", "export ", "keep ", "compare ", "columns ", "120",
    ] {
        session.shows(&[word]);
    }
}

#[test]
fn every_name_in_the_palette_runs_its_own_command() {
    for binding in bindings()
        .iter()
        .filter(|binding| binding.acts_in(crate::app::Panel::Users))
    {
        let mut session = Session::of(shop(12), 120, 40);
        session.press(&format!(":{}<Enter>", binding.name));
        session.lacks(&["no command begins with", "it needs a value"]);
    }
}

#[test]
fn a_row_that_is_not_there_is_said() {
    let mut session = Session::of(shop(40), 80, 24);
    session.press(":12<Enter>").shows(&["12 of 40"]);
    session
        .press(":1,200<Enter>")
        .shows(&["there is no row 1,200: these are 40 rows"]);
}

#[test]
fn a_row_that_is_jumped_to_comes_to_the_middle() {
    let mut session = Session::of(shop(400), 80, 24);
    session.press(":200<Enter>");
    let frame = session.frame();
    let lines: Vec<&str> = frame.lines().collect();
    let at = lines
        .iter()
        .position(|line| line.starts_with("\"│> "))
        .unwrap();
    let first = lines
        .iter()
        .position(|line| line.contains("user "))
        .unwrap();
    let last = lines.iter().position(|line| line.contains("└")).unwrap();
    assert!(at > first + 3 && at + 3 < last, "{frame}");
}

#[test]
fn escape_undoes_the_last_thing_done() {
    let mut session = Session::of(shop(40), 120, 30);
    session.press("2/views>=4<Enter>").shows(&["views>=4"]);
    session.press("?").shows(&["Keys"]);
    session
        .press("<Esc>")
        .lacks(&["Keys ─"])
        .shows(&["views>=4"]);
    session
        .press("<Esc>")
        .lacks(&["views>=4"])
        .shows(&["by started"]);
    session.press("<Esc>").shows(&["Users 40"]);
    session.press("<Esc>").shows(&["q quits"]);
}

#[test]
fn control_l_asks_for_the_whole_picture_in_prompts_too() {
    let mut session = Session::of(seed(), 80, 24);
    for keys in ["<C-l>", "/<C-l>", "<Esc>:<C-l>"] {
        session.press(keys);
        assert!(matches!(session.effect(), Some(Effect::Redraw)), "{keys}");
    }
}

#[test]
fn a_large_paste_is_taken_at_once() {
    let mut session = Session::of(seed(), 80, 24);
    session.press("/");
    let text = "abc ".repeat(25_000);
    session.act(Action::Paste(text.clone()));
    assert_eq!(session.app.typed(), Some(text.as_str()));
    session.frame();
    session.press("<Left>");
    session.act(Action::Paste("x".to_owned()));
    assert!(session.app.typed().unwrap().ends_with("abcx "));
}

#[test]
fn under_tmux_a_copy_says_what_it_depends_on() {
    let mut session = Session::of(seed(), 120, 24);
    session.app.terminal.copy_caveat = Some("tmux may not pass it on");
    session
        .press("y")
        .shows(&["sent to the terminal to be copied; tmux may not pass it on"]);
}

#[test]
fn in_ascii_nothing_else_is_drawn() {
    for keys in ["", "<Enter><Enter>", "2", "3", "4", "?", "e", "4p+"] {
        let mut session = Session::of(shop(40), 120, 36);
        session.app.terminal.is_ascii = true;
        let frame = session.press(keys).frame();
        assert!(frame.is_ascii(), "{keys}\n{frame}");
    }
}
