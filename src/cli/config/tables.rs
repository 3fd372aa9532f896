//! The tables of the file whose names come from the explorer: `[keys]`, `[columns]`, `[colors]`. Command line floor.

use ratatui::style::Color;
use toml::de::DeTable;

use crate::app::Binding;
use crate::app::CARRIED;
use crate::app::COLUMN_LISTS;
use crate::app::KeyPress;
use crate::app::Keymap;
use crate::app::Panel;
use crate::app::bindings;
use crate::app::columns_at_first;
use crate::app::shows_carried;
use crate::cli::config::file::ConfigFile;
use crate::ui::COLOR_PARTS;
use crate::words::error::Result;

/// The binding that has to keep a key, or nobody gets out.
const QUIT: &str = "quit";

/// Reads `[keys]`: by command, the keys that it has in place of its own.
pub(super) fn keymap(file: &ConfigFile, table: &DeTable<'_>) -> Result<Keymap> {
    let ids: Vec<String> = bindings().iter().map(Binding::id).collect();
    let mut keymap = Keymap::default();
    let mut places: Vec<(&str, usize)> = Vec::new();
    for (name, value) in table {
        let (at, id) = (name.span().start, name.get_ref().as_ref());
        if !ids.iter().any(|known| known == id) {
            return Err(file.unknown((at, "command", id), ids.iter().map(String::as_str)));
        }
        let mut keys: Vec<KeyPress> = Vec::new();
        for (at, text) in file.texts(value, "a key or a list of keys")? {
            let key = text.parse::<KeyPress>();
            let key = key.map_err(|problem| file.wrong(at, format!("\"{text}\": {problem}")))?;
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        if id == QUIT && keys.is_empty() {
            return Err(file.wrong(at, "quit needs a key"));
        }
        keymap.rebind(id, keys);
        places.push((id, at));
    }
    let Some((key, both)) = keymap.conflict() else {
        return Ok(keymap);
    };
    let place = |binding: &Binding| places.iter().find(|(id, _)| *id == binding.id());
    let [one, other] = both;
    // The line that a person wrote, the later of two.
    let (blamed, other) = match (place(one), place(other)) {
        (Some((_, a)), Some((_, b))) if a > b => (one, other),
        (Some(_), None) => (one, other),
        _ => (other, one),
    };
    let at = place(blamed).map_or(0, |(_, at)| *at);
    let (blamed, key, other) = (blamed.id(), key.spelled(), other.id());
    Err(file.wrong(
        at,
        format!("{key} is a key of {other}, too: give {blamed} another, or {other} another or none ({other} = [])"),
    ))
}

/// Reads `[columns]`: by list, the columns that it shows, in their order.
pub(super) fn columns(file: &ConfigFile, table: &DeTable<'_>) -> Result<Vec<(Panel, Vec<String>)>> {
    let mut columns = Vec::new();
    for (name, value) in table {
        let (at, list) = (name.span().start, name.get_ref().as_ref());
        let Some((_, panel)) = COLUMN_LISTS.iter().find(|(known, _)| *known == list) else {
            let known = COLUMN_LISTS.iter().map(|(known, _)| *known);
            return Err(file.unknown((at, "list", list), known));
        };
        let (all, _) = columns_at_first(*panel);
        let shows_carried = shows_carried(*panel);
        let mut shown = Vec::<String>::new();
        for (at, text) in file.texts(value, "a list of columns")? {
            // What is carried is known only where there are pageviews.
            let carried = text.strip_prefix(CARRIED).filter(|name| !name.is_empty());
            let is_there =
                shows_carried && carried.is_some() || all.iter().any(|column| column == text);
            if !is_there {
                return Err(file.unknown((at, "column", text), all.iter().map(String::as_str)));
            }
            if !shown.iter().any(|column| column == text) {
                shown.push(text.to_owned());
            }
        }
        if shown.is_empty() {
            return Err(file.wrong(at, format!("{list} shows at least one column")));
        }
        columns.push((*panel, shown));
    }
    Ok(columns)
}

/// Reads `[colors]`: by part of the screen, its colour.
pub(super) fn colors(file: &ConfigFile, table: &DeTable<'_>) -> Result<Vec<(&'static str, Color)>> {
    const EXPECTED: &str = "a colour such as blue, light-blue, 208 or \"#ffaf00\"";
    let mut colors = Vec::new();
    for (name, value) in table {
        let (at, part) = (name.span().start, name.get_ref().as_ref());
        let Some((part, _)) = COLOR_PARTS.iter().find(|(known, _)| *known == part) else {
            let known = COLOR_PARTS.iter().map(|(known, _)| *known);
            return Err(file.unknown((at, "part", part), known));
        };
        let at = value.span().start;
        let number = value.get_ref().as_integer().map(|number| number.as_str());
        let text = number.or(value.get_ref().as_str());
        let color = match text {
            Some("") => continue,
            Some(text) => color(text),
            None => None,
        };
        let color = color.ok_or_else(|| file.wrong(at, format!("expected {EXPECTED}")))?;
        colors.push((*part, color));
    }
    Ok(colors)
}

fn color(text: &str) -> Option<Color> {
    let is_plain = text.is_ascii();
    is_plain.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_named_counted_or_mixed() {
        for (text, expected) in [
            ("blue", Some(Color::Blue)),
            ("Light-Blue", Some(Color::LightBlue)),
            ("bright yellow", Some(Color::LightYellow)),
            ("208", Some(Color::Indexed(208))),
            ("#ffaf00", Some(Color::Rgb(255, 175, 0))),
            ("256", None),
            ("#ffaf0", None),
            ("#é1234", None),
            ("beige", None),
        ] {
            assert_eq!(color(text), expected, "{text}");
        }
    }
}
