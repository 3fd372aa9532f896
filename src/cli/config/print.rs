//! A configuration file with every setting, commented out. Command line floor.
//!
//! A line that begins with `#` and no blank is a setting: without the `#` it says what holds anyway.

use crate::app::COLUMN_LISTS;
use crate::app::bindings;
use crate::app::columns_at_first;
use crate::cli::config::settings::READING;
use crate::cli::config::settings::SETTINGS;
use crate::cli::config::settings::Setting;
use crate::ui::COLOR_PARTS;

const HEAD: &str = "\
# The configuration of dwell. Every setting is here with its default. To change one, take the # before it away.
# Flags go before the environment, which goes before this file: --gap 1h, DWELL_GAP=1h, gap = \"1h\".
";

const READING_HEAD: &str = "
# How files are read, where no flag says otherwise. What one kind of file calls its columns can be said in a layout of
# your own instead.
[reading]
";

const COLUMNS_HEAD: &str = "
# The columns of the explorer's lists, in their order. What is chosen in the explorer is kept here.
[columns]
";

const COLORS_HEAD: &str = "
# Colours of the parts of the explorer: a name such as blue or light-blue, a number from 0 to 255, or \"#rrggbb\".
[colors]
";

const KEYS_HEAD: &str = "
# The keys of the explorer: e, G, ctrl-u, alt-x, f5, up, pageup, enter, space. [] takes a command's keys away.
[keys]
";

/// A list of texts, as TOML.
fn list<T: AsRef<str>>(texts: impl Iterator<Item = T>) -> String {
    let texts: toml_edit::Array = texts.map(|text| text.as_ref().to_owned()).collect();
    texts.to_string()
}

/// The file.
pub(in crate::cli) fn default_config() -> String {
    let setting = |setting: &Setting| {
        let Setting {
            name,
            default,
            words,
            ..
        } = setting;
        format!("\n# {words}.\n#{name} = {default}\n")
    };
    let mut text = HEAD.to_owned();
    text.extend(SETTINGS.iter().map(setting));
    text += READING_HEAD;
    text.extend(READING.iter().map(setting));
    text += COLUMNS_HEAD;
    for (name, panel) in COLUMN_LISTS {
        let (all, shown) = columns_at_first(panel);
        let left_out: Vec<&str> = (0..all.len())
            .filter(|place| !shown.contains(place))
            .map(|place| all[place].as_str())
            .collect();
        if !left_out.is_empty() {
            text += &format!("# Not shown: {}.\n", left_out.join(", "));
        }
        let shown = list(shown.iter().map(|&place| &all[place]));
        text += &format!("#{name} = {shown}\n");
    }
    text += COLORS_HEAD;
    for (part, words) in COLOR_PARTS {
        text += &format!("#{part} = \"\"  # {words}\n");
    }
    text += KEYS_HEAD;
    for binding in bindings() {
        let keys = list(binding.keys.iter().map(|key| key.spelled()));
        text += &format!("#{} = {keys}  # {}\n", binding.id(), binding.words);
    }
    text
}
