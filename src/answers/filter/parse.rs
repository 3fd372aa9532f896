//! Reads what was typed as chips. Answers floor.
//!
//! A word that does not begin a chip belongs to the text before it, so that texts may have blanks. At the beginning,
//! or after a chip that takes no text, it begins a text to search for. Quotes keep a text together, and begin a new
//! one: `page:"My page" "a b"`.

use crate::answers::browse::calendar::Calendar;
use crate::answers::filter::chip::Chip;
use crate::answers::filter::chip::ChipTest;
use crate::answers::filter::chip::in_quotes;
use crate::answers::filter::field::FIELDS;
use crate::answers::filter::field::FieldName;
use crate::answers::filter::field::FilterField;
use crate::answers::filter::value::bounds;
use crate::answers::filter::value::duration_us;
use crate::answers::filter::value::hours;
use crate::answers::filter::value::weekdays;
use crate::answers::filter::value::whole_number;
use crate::words::gap::Gap;

/// What a prompt proposes while nothing is typed.
pub(crate) const ACCEPTED_FORMS: &str =
    "text, or page:/cart views>=2 -bounce weekday:mon-fri ...; Tab completes";

/// The same where pages are to be chosen.
pub(crate) const ACCEPTED_FORMS_OF_PAGES: &str =
    "text, or views>=100 -sessions<5 ...; Tab completes";

/// Reads chips of pageviews that carry nothing, as [`parse_carrying`] does.
#[cfg(test)]
pub(crate) fn parse(text: &str, calendar: &Calendar) -> (Vec<Chip>, Option<String>) {
    parse_carrying(&[], text, calendar)
}

/// Reads chips. Returns those that can be read, and a sentence about the first that cannot. The names of carried
/// columns are fields, too, unless a field has that name.
pub(crate) fn parse_carrying(
    carried: &[String],
    text: &str,
    calendar: &Calendar,
) -> (Vec<Chip>, Option<String>) {
    let (mut parts, mut problem) = (Vec::<TypedChip>::new(), None);
    for word in words(text) {
        let goes_on = parts.last().is_some_and(|part| part.takes(word));
        match begin(word, goes_on, carried) {
            WordMeaning::Begins(part) => parts.push(part),
            WordMeaning::Text => match parts.last_mut() {
                Some(part) if goes_on => {
                    part.value.push(' ');
                    part.value.push_str(word);
                }
                _ if word.is_empty() => {}
                _ => parts.push(TypedChip::any(word)),
            },
            WordMeaning::Unknown(sentence) => problem = problem.or(Some(sentence)),
        }
    }
    let mut chips = Vec::new();
    for part in parts {
        match part.chip(calendar) {
            Ok(chip) => chips.extend(chip),
            Err(sentence) => problem = problem.or(Some(sentence)),
        }
    }
    (chips, problem)
}

/// Splits at blanks outside quotes. A quote opens where a text begins. Without a closing quote it goes to the end.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let (mut is_quoted, mut is_escaped) = (false, false);
        let end = text.char_indices().find(|&(at, c)| {
            match c {
                _ if is_escaped => is_escaped = false,
                '\\' if is_quoted => is_escaped = true,
                '"' if is_quoted => is_quoted = false,
                '"' => is_quoted = begins_text(&text[..at]),
                _ => {}
            }
            c == ' ' && !is_quoted
        });
        match end {
            Some((at, _)) => {
                rest = Some(&text[at + 1..]);
                Some(&text[..at])
            }
            None => {
                rest = None;
                Some(text)
            }
        }
    })
}

/// Whether a text begins after this beginning of a word.
fn begins_text(before: &str) -> bool {
    matches!(before, "" | "-" | "!") || before.ends_with([':', '=', '<', '>'])
}

/// What a word begins.
enum WordMeaning<'w> {
    Begins(TypedChip<'w>),
    /// Not a chip: it is text.
    Text,
    /// It looks like a chip, but there is no such field. The sentence says so.
    Unknown(String),
}

/// A chip that is being read.
struct TypedChip<'w> {
    field: FilterField,
    is_negated: bool,
    /// The name, for a field that has one.
    name: &'w str,
    operator: &'w str,
    value: String,
}

fn begin<'w>(word: &'w str, goes_on: bool, carried: &'w [String]) -> WordMeaning<'w> {
    let (is_negated, bare) = without_sign(word);
    if let Some((column, operator, value)) = carried_field(bare, carried) {
        return WordMeaning::Begins(TypedChip {
            field: FilterField::Carried(column),
            is_negated: is_negated != (operator == "!="),
            name: &carried[column],
            operator,
            value: value.to_owned(),
        });
    }
    let name_len = bare
        .find(|c: char| !c.is_ascii_alphabetic() && c != '_')
        .unwrap_or(bare.len());
    let (name, behind) = bare.split_at(name_len);
    let Some(operator) = operator(behind) else {
        return match FieldName::of(bare).filter(|field| field.field.is_word()) {
            Some(field) => WordMeaning::Begins(TypedChip {
                field: field.field,
                is_negated,
                name: field.name,
                operator: "",
                value: String::new(),
            }),
            // A quote at its beginning makes it a new text.
            None if bare.starts_with('"') => WordMeaning::Begins(TypedChip::any(word)),
            None => WordMeaning::Text,
        };
    };
    let value = &behind[operator.len()..];
    let ends_so = |carried: &&String| carried.rsplit_once(' ').is_some_and(|(_, end)| end == name);
    if let Some(carried) = carried.iter().find(ends_so) {
        let blankless = carried.replace(' ', "_");
        return WordMeaning::Unknown(format!(
            "a field has no blanks: carry {carried} under another name, such as {blankless}={carried}"
        ));
    }
    match FieldName::of(name) {
        Some(field) => WordMeaning::Begins(TypedChip {
            field: field.field,
            is_negated: is_negated != (operator == "!="),
            name: field.name,
            operator,
            value: value.to_owned(),
        }),
        // The beginning of an address, or something that is not a name.
        None if name.len() < 2 || value.starts_with("//") => WordMeaning::Text,
        None => match FieldName::nearest(name) {
            Some(field) => WordMeaning::Unknown(format!(
                "did you mean {}? There is no field {name}; in quotes it is text: \"{word}\"",
                field.name
            )),
            None if goes_on || operator == "=" => WordMeaning::Text,
            None => {
                let names = FIELDS.iter().map(|field| field.name);
                let names = names.chain(carried.iter().map(String::as_str));
                let names: Vec<&str> = names.collect();
                WordMeaning::Unknown(format!(
                    "no field {name}; in quotes it is text: \"{word}\"; the fields are {}",
                    names.join(", ")
                ))
            }
        },
    }
}

/// The carried column that a word begins with, the operator and the value. Names may have any signs in them.
pub(super) fn carried_field<'w>(
    bare: &'w str,
    carried: &[String],
) -> Option<(usize, &'w str, &'w str)> {
    let begun = carried.iter().enumerate().filter_map(|(column, name)| {
        let typed = bare.get(..name.len())?;
        let operator = operator(&bare[name.len()..])?;
        let value = &bare[name.len() + operator.len()..];
        let is_it = typed.to_lowercase() == name.to_lowercase();
        is_it.then_some((column, operator, value))
    });
    let longest = begun.max_by_key(|(column, ..)| carried[*column].len())?;
    FieldName::of(&carried[longest.0])
        .is_none()
        .then_some(longest)
}

/// Whether a word is negated, and the word without its sign.
fn without_sign(word: &str) -> (bool, &str) {
    let bare = word.strip_prefix(['-', '!']);
    match bare.filter(|bare| !bare.is_empty()) {
        Some(bare) => (true, bare),
        None => (false, word),
    }
}

fn operator(text: &str) -> Option<&str> {
    const OPERATORS: [&str; 7] = ["<=", ">=", "!=", ":", "=", "<", ">"];
    let found = OPERATORS
        .iter()
        .find(|operator| text.starts_with(**operator));
    found.map(|operator| &text[..operator.len()])
}

impl TypedChip<'_> {
    /// A text that is searched for.
    fn any(word: &str) -> TypedChip<'_> {
        let (is_negated, bare) = without_sign(word);
        TypedChip {
            field: FilterField::Any,
            is_negated,
            name: "",
            operator: ":",
            value: bare.to_owned(),
        }
    }

    /// Whether a word after it belongs to it, unless that word begins a chip. Texts, times and durations can have
    /// blanks.
    fn takes(&self, word: &str) -> bool {
        match self.field {
            FilterField::Time | FilterField::Duration | FilterField::Differs => {
                word.starts_with(|c: char| c.is_ascii_digit())
            }
            field => field.is_text() && !self.value.starts_with('"'),
        }
    }

    /// The chip; `None` while its text is not typed yet.
    fn chip(&self, calendar: &Calendar) -> Result<Option<Chip>, String> {
        let value = self.value.trim_end();
        let (text, value) = match value.strip_prefix('"') {
            Some(quoted) => unquoted(quoted),
            None => (value.to_owned(), value.to_owned()),
        };
        let test = self.test(&text, calendar)?;
        if self.field.is_text() && value.is_empty() {
            return Ok(None);
        }
        let (sign, operator) = match (self.is_negated, self.operator) {
            (false, "!=") => ("-", "!="),
            (true, "!=") => ("", "!="),
            (true, operator) => ("-", operator),
            (false, operator) => ("", operator),
        };
        let typed = match self.field {
            FilterField::Any => format!("{sign}{value}"),
            _ => format!("{sign}{}{operator}{value}", self.name),
        };
        Ok(Some(Chip {
            field: self.field,
            test,
            is_negated: self.is_negated,
            typed,
        }))
    }

    fn test(&self, value: &str, calendar: &Calendar) -> Result<ChipTest, String> {
        let (name, operator) = (self.name, self.operator);
        let is_equality = matches!(operator, ":" | "=" | "!=");
        let only_equal =
            |example: &str| Err(format!("{name} can be : or =, not {operator}; {example}"));
        let operator = match operator {
            "!=" => "=",
            operator => operator,
        };
        let zone = calendar.zone();
        Ok(match self.field {
            FilterField::Bounce | FilterField::Open | FilterField::Edge => match operator {
                "" => ChipTest::Holds,
                _ => {
                    return Err(format!("{name} takes no value; -{name} is its opposite"));
                }
            },
            _ if value.is_empty() && !self.field.is_text() => {
                return Err(format!("{name} needs a value, such as {}", example(name)));
            }
            FilterField::Duration => ChipTest::Within(bounds(operator, value, duration_us)?),
            FilterField::Pageviews | FilterField::Sessions => {
                ChipTest::Within(bounds(operator, value, whole_number)?)
            }
            FilterField::Time => {
                ChipTest::Within(bounds(operator, value, |text| calendar.read(text))?)
            }
            FilterField::Weekday if is_equality => ChipTest::OneOf(weekdays(value)?, zone),
            FilterField::Weekday => return only_equal("weekday:mon-fri is a range"),
            FilterField::Hour if is_equality => ChipTest::OneOf(hours(value)?, zone),
            FilterField::Hour => return only_equal("hour:9-23 is from 9 on"),
            FilterField::Differs if is_equality => {
                let gap = value.parse::<Gap>().map_err(|error| error.to_string())?;
                ChipTest::Within(gap.as_us()..i64::MAX)
            }
            FilterField::Differs => return only_equal("differs:1h"),
            _ if operator == ":" => ChipTest::Contains(value.to_owned()),
            _ if operator == "=" => ChipTest::Is(value.to_owned()),
            _ => return only_equal("= is for exactly"),
        })
    }
}

/// A chip of a field, read as people may mean it.
fn example(name: &str) -> &'static str {
    match name {
        "duration" => "duration>5m",
        "sessions" => "sessions>5",
        "time" => "time:2020-02-02 or time>=2020-02-02",
        "weekday" => "weekday:mon-fri",
        "hour" => "hour:9-17",
        "differs" => "differs:1h",
        _ => "views>=2",
    }
}

/// The text in quotes, whose opening quote is gone already, and the rest; and the text with both quotes.
fn unquoted(text: &str) -> (String, String) {
    let (mut out, mut is_escaped) = (String::new(), false);
    let end = text.char_indices().find(|&(at, c)| {
        let escapes = c == '\\' && text[at + 1..].starts_with(['"', '\\']);
        match c {
            _ if is_escaped => is_escaped = false,
            '"' => return true,
            _ if escapes => {
                is_escaped = true;
                return false;
            }
            _ => {}
        }
        out.push(c);
        false
    });
    match end {
        Some((at, _)) => {
            out.push_str(&text[at + 1..]);
            (out, format!("\"{text}"))
        }
        None => {
            // A backslash at the end would escape the closing quote that is added.
            let typed = in_quotes(&out);
            (out, typed)
        }
    }
}
