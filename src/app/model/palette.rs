//! The palette: commands by name, and those that take a value. App floor.

use tui_input::Input;

use crate::answers::browse::needle::Needle;
use crate::app::Binding;
use crate::app::Command;
use crate::app::Keymap;
use crate::app::Panel;
use crate::app::model::prompt;

/// A command being typed.
#[derive(Debug, Default)]
pub(crate) struct Palette {
    pub(crate) input: Input,
    pub(crate) cursor: usize,
    /// Why what was entered is no command.
    pub(crate) problem: Option<String>,
}

impl Palette {
    pub(in crate::app) fn paste(&mut self, text: &str) {
        prompt::insert(&mut self.input, text);
        (self.cursor, self.problem) = (0, None);
    }
}

/// The commands that take a value: how they are typed, and what they do.
pub(crate) const WITH_VALUE: [(&str, &str); 11] = [
    ("gap 37m", "set the gap: 30m, 90s, 1h30m, 500ms"),
    ("compare 1h", "pin a gap to compare this one with"),
    ("at 2020-02-02 12:55", "go to a day, a minute or a second"),
    ("sort views", "sort the list by a column"),
    ("columns user views", "show these columns, in this order"),
    ("filter cart", "filter the list"),
    ("export shop.csv", "export to this file"),
    ("keep shop.db", "keep what was read in a store"),
    ("rejects bad.csv", "write the rejects: file, line, reason"),
    (
        "set autoreload",
        "load a store again when it has changed; noautoreload does not",
    ),
    ("120", "go to row 120"),
];

/// The word of a command that takes a value; none of a number.
pub(in crate::app) fn word_of(example: &str) -> &str {
    example.split_once(' ').map_or("", |(word, _)| word)
}

/// One letter for the commands that people type most, as in other programs.
pub(in crate::app) const SHORT: [(&str, Command); 6] = [
    ("q", Command::Quit),
    ("w", Command::Save),
    ("e", Command::Export),
    ("h", Command::Help),
    ("s", Command::Sort),
    ("p", Command::ShowPages),
];

/// How well a command fits what was typed, the best first; `None` if not at all.
pub(in crate::app) fn fit(binding: &Binding, typed: &str) -> Option<u8> {
    let needle = Needle::new(typed);
    match () {
        _ if SHORT.contains(&(typed, binding.command)) || binding.name == typed => Some(0),
        _ if binding.name.starts_with(typed) => Some(1),
        _ if needle.is_in(binding.name) => Some(2),
        _ if needle.is_in(binding.words) => Some(3),
        _ => None,
    }
}

/// The commands that what was typed may mean: first those whose name begins so, in the order of the keymap,
/// then those that only contain it. None while a value is being typed.
pub(crate) fn entries<'k>(keymap: &'k Keymap, typed: &str, panel: Panel) -> Vec<&'k Binding> {
    let takes_value = |(example, _): &(&str, &str)| {
        let word = example.split_once(' ').map(|(word, _)| word);
        word.is_some_and(|word| {
            typed
                .split_once(' ')
                .is_some_and(|(first, _)| first == word)
        })
    };
    if WITH_VALUE.iter().any(takes_value) {
        return Vec::new();
    }
    let typed = typed.trim();
    let all = keymap.bindings().iter();
    let acting = all.filter(|binding| binding.acts_in(panel));
    let mut found: Vec<(u8, &Binding)> = acting
        .filter_map(|binding| Some((fit(binding, typed)?, binding)))
        .collect();
    found.sort_by_key(|&(fit, _)| fit);
    found.into_iter().map(|(_, binding)| binding).collect()
}
