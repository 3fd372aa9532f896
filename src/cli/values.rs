//! What the value of an option could be, for a shell that completes it. Command line floor.

use std::fs::File;
use std::io::Read;
use std::ops::RangeInclusive;

use clap::Arg;

use crate::answers::browse::ladder;
use crate::answers::filter::field::FIELDS;
use crate::source::Input;
use crate::source::Inspector;
use crate::source::ReadOptions;
use crate::source::Sink;
use crate::source::layouts;
use crate::source::read;
use crate::words::error::Result;
use crate::words::pageview::Pageview;
use crate::words::pageview::Reject;
use crate::words::timestamp::US_PER_S;

/// A word that could be typed.
#[derive(Debug)]
pub(super) struct Proposal {
    pub(super) word: String,
    /// What it means, in a few words; may be empty.
    pub(super) meaning: String,
}

/// What could be typed in a place.
#[derive(Debug, Default)]
pub(super) struct Proposals {
    pub(super) words: Vec<Proposal>,
    /// Whether the name of a file could be.
    pub(super) files: bool,
}

impl Proposals {
    pub(super) fn add(&mut self, word: impl Into<String>, meaning: impl Into<String>) {
        let (word, meaning) = (word.into(), meaning.into());
        self.words.push(Proposal { word, meaning });
    }

    /// Those that begin with what was typed.
    pub(super) fn beginning_with(mut self, typed: &str) -> Proposals {
        self.words
            .retain(|proposal| proposal.word.starts_with(typed));
        self
    }

    /// The same behind what stands before them in their word.
    pub(super) fn behind(mut self, before: &str) -> Proposals {
        for proposal in &mut self.words {
            proposal.word.insert_str(0, before);
        }
        self
    }
}

/// The values that an argument could take where so much of it was typed, and these files stand in the line.
///
/// What values mean is told by the name that the help gives them.
pub(super) fn values(arg: &Arg, typed: &str, files: &[String]) -> Proposals {
    let typed = typed
        .strip_prefix(['\'', '"'])
        .unwrap_or(typed)
        .trim_end_matches('"');
    let name = arg.get_value_names().and_then(|names| names.first());
    let name = name.map_or("", |name| name.as_str());
    // Of a list the last element is being typed.
    let is_column = arg.get_long().is_some_and(|long| long.ends_with("-column"));
    let start = match name {
        "FILTER" => typed.rfind(' '),
        _ if is_column || arg.get_value_delimiter().is_some() => typed.rfind(','),
        _ => None,
    };
    let (before, typed) = typed.split_at(start.map_or(0, |at| at + 1));
    let mut proposals = Proposals {
        words: Vec::new(),
        files: ["PATH", "FILE", "STORE", "DIR", "NAME|FILE"].contains(&name),
    };
    let mut add = |word: &str, meaning: &str| proposals.add(word, meaning);
    for value in arg.get_possible_values() {
        let meaning = value.get_help().map(ToString::to_string);
        add(value.get_name(), &meaning.unwrap_or_default());
    }
    match name {
        "GAP" | "A" | "B" => {
            let customary = ladder::steps().filter(|gap| CUSTOMARY_US.contains(&gap.as_us()));
            customary.for_each(|gap| add(&gap.to_string(), ""));
        }
        "ZONE" => chrono_tz::TZ_VARIANTS
            .iter()
            .for_each(|zone| add(zone.name(), "")),
        "UNIT" => UNITS.iter().for_each(|(unit, meaning)| add(unit, meaning)),
        "WHO" => USERS.iter().for_each(|(who, meaning)| add(who, meaning)),
        "FILTER" => FIELDS
            .iter()
            .for_each(|field| add(field.typed, field.words)),
        "NAME|FILE" => {
            layouts()
                .iter()
                .for_each(|layout| add(&layout.name, &layout.about));
            add("none", "by no layout");
        }
        "COLUMN=VALUE,..." => {
            columns(files)
                .iter()
                .for_each(|(column, examples)| add(&format!("{column}="), examples));
        }
        _ if is_column => columns(files)
            .iter()
            .for_each(|(column, examples)| add(column, examples)),
        _ => {}
    }
    proposals.beginning_with(typed).behind(before)
}

/// The gaps that people choose: from a minute to four hours.
const CUSTOMARY_US: RangeInclusive<i64> = 60 * US_PER_S..=4 * 3_600 * US_PER_S;

const UNITS: [(&str, &str); 5] = [
    ("s", "seconds"),
    ("ms", "milliseconds"),
    ("us", "microseconds"),
    ("ns", "nanoseconds"),
    ("d", "days"),
];

const USERS: [(&str, &str); 4] = [
    ("address+agent", "the client's address and browser"),
    ("address", "the client's address"),
    ("forwarded", "the address that a proxy forwards"),
    ("remote-user", "the name of the login"),
];

/// Bytes of a file that are looked at for its columns.
const LOOKED_AT: u64 = 1 << 16;

/// The columns of the first file that has any, each with some of its values.
fn columns(files: &[String]) -> Vec<(String, String)> {
    let found = files.iter().map(|file| columns_of(file));
    found
        .into_iter()
        .find(|columns| !columns.is_empty())
        .unwrap_or_default()
}

fn columns_of(path: &str) -> Vec<(String, String)> {
    let mut beginning = Vec::new();
    // A pipe would wait, and what it gives would be gone.
    let is_file = std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    let read_all = is_file.then(|| {
        let file = File::open(path)?;
        file.take(LOOKED_AT).read_to_end(&mut beginning)
    });
    if !matches!(read_all, Some(Ok(_))) {
        return Vec::new();
    }
    let inspector = Inspector::default();
    let options = ReadOptions {
        inspector: Some(inspector.clone()),
        ..ReadOptions::default()
    };
    let mut input = Input::from_reader(path, None, Box::new(std::io::Cursor::new(beginning)));
    // Cut off as it is, it may be refused; its columns were seen all the same.
    let _ = read(&mut input, &options, &mut Nowhere);
    let parts = inspector.inspection().parts.into_iter();
    parts
        .map(|part| (part.name, part.examples.join(", ")))
        .collect()
}

/// Where rows go that nobody needs.
struct Nowhere;

impl Sink for Nowhere {
    fn pageview(&mut self, _: Pageview<'_>) -> Result<()> {
        Ok(())
    }

    fn reject(&mut self, _: Reject) -> Result<()> {
        Ok(())
    }
}

/// A word without the quotes of a shell, its home written out.
pub(super) fn unquoted(word: &str) -> String {
    let mut bare = String::new();
    let mut quote = None;
    let mut chars = word.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            ('\\', None) => bare.extend(chars.next()),
            ('\'' | '"', None) => quote = Some(c),
            (c, Some(opened)) if c == opened => quote = None,
            (c, _) => bare.push(c),
        }
    }
    match (word.starts_with("~/"), std::env::home_dir()) {
        (true, Some(home)) => home.join(&bare[2..]).to_string_lossy().into_owned(),
        _ => bare,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The columns of a file with this content.
    fn columns_in(content: impl AsRef<[u8]>) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("views");
        std::fs::write(&path, content).unwrap();
        let columns = columns(&[path.to_str().unwrap().to_owned()]);
        columns.into_iter().map(|(column, _)| column).collect()
    }

    #[test]
    fn columns_are_those_of_the_header_however_the_file_goes_on() {
        let rows = "a,2024-03-05 09:00:00,/home\n".repeat(10_000);
        for end in ["", "a,\"never closed", "x\n"] {
            let csv = format!("Visitor ID,at,url\n{rows}{end}");
            assert_eq!(columns_in(csv), ["Visitor ID", "at", "url"]);
        }
    }

    #[test]
    fn columns_of_json_are_its_paths() {
        let row = r#"{"context":{"user":{"id":"a"}},"at":"2024-03-05T09:00:00Z","url":"/"}"#;
        let columns = columns_in(format!("{row}\n").repeat(2_000));
        assert_eq!(columns, ["context.user.id", "at", "url"]);
    }

    #[test]
    fn what_has_no_columns_gives_none() {
        let log =
            "192.0.2.1 - - [05/Mar/2024:09:00:00 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"M\"\n";
        for content in [&b""[..], b"SQLite format 3\0", log.repeat(50).as_bytes()] {
            assert!(columns_in(content).is_empty());
        }
        assert!(columns(&["/".into(), "/dev/tty".into(), "no such".into()]).is_empty());
    }

    #[test]
    fn words_lose_the_quotes_of_a_shell() {
        for (word, bare) in [
            ("a.csv", "a.csv"),
            (r"my\ views.csv", "my views.csv"),
            ("'my views.csv'", "my views.csv"),
            ("\"it's\"", "it's"),
            ("\"open", "open"),
            ("\\", ""),
        ] {
            assert_eq!(unquoted(word), bare);
        }
    }
}
