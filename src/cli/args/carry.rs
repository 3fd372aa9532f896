//! The columns that pageviews carry, as they can be typed. Command line floor.

use crate::answers::export::is_fixed_column;
use crate::source::CarriedPart;
use crate::words::pageview::MOST_CARRIED;

/// The columns of `--carry`, in their order; no two have one name.
#[derive(Clone, Debug, Default)]
pub(in crate::cli) struct CarriedParts(pub(in crate::cli) Vec<CarriedPart>);

impl CarriedParts {
    /// Adds the column of this name, if none is called so. Errors if there are as many as there may be.
    pub(super) fn add(&mut self, name: &str) -> Result<(), String> {
        if self.0.iter().any(|part| part.is_called(name)) {
            return Ok(());
        }
        if self.0.len() == MOST_CARRIED {
            return Err(format!(
                "{name} would be one more than the {MOST_CARRIED} columns that can be carried"
            ));
        }
        self.0.push(CarriedPart {
            name: name.to_owned(),
            part: name.to_owned(),
        });
        Ok(())
    }
}

/// Columns between commas, each as its name or as `NAME=COLUMN`.
pub(super) fn carried_parts(text: &str) -> Result<CarriedParts, String> {
    let mut parts: Vec<CarriedPart> = Vec::new();
    for text in text.split(',') {
        let part = carried_part(text)?;
        if parts.iter().any(|other| other.is_called(&part.name)) {
            return Err(format!("{} is there twice", part.name));
        }
        parts.push(part);
    }
    match parts.len() {
        0..=MOST_CARRIED => Ok(CarriedParts(parts)),
        n => Err(format!(
            "{n} columns are more than the {MOST_CARRIED} that can be carried"
        )),
    }
}

fn carried_part(text: &str) -> Result<CarriedPart, String> {
    let (name, part) = text.split_once('=').unwrap_or((text, text));
    let (name, part) = (name.trim(), part.trim());
    if name.is_empty() || part.is_empty() || name.contains(char::is_control) {
        return Err("expected names of columns such as referrer,device, or NAME=COLUMN".to_owned());
    }
    if is_fixed_column(name) {
        return Err(format!(
            "sessions or pageviews have a column {name} of their own: give this one another name, such as \
             seen_{name}={part}"
        ));
    }
    Ok(CarriedPart {
        name: name.to_owned(),
        part: part.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, expected: Result<&[(&str, &str)], &str>) {
        let parts = carried_parts(typed);
        let parts = parts.as_ref().map(|parts| -> Vec<(&str, &str)> {
            let parts = parts.0.iter();
            parts
                .map(|part| (part.name.as_str(), part.part.as_str()))
                .collect()
        });
        match (parts, expected) {
            (Ok(parts), Ok(expected)) => assert_eq!(parts, expected),
            (Err(problem), Err(expected)) => assert!(problem.contains(expected), "{problem}"),
            (found, _) => panic!("{typed}: {found:?}"),
        }
    }

    #[test]
    fn columns_are_named_as_they_are_or_anew() {
        check(
            "referrer, device",
            Ok(&[("referrer", "referrer"), ("device", "device")]),
        );
        check("from=page.referrer", Ok(&[("from", "page.referrer")]));
        check("my page=page", Ok(&[("my page", "page")]));
    }

    #[test]
    fn names_that_could_be_misunderstood_are_refused() {
        for typed in ["", "a,", "=x", "a\nb"] {
            check(typed, Err("expected names of columns"));
        }
        check("page", Err("such as seen_page=page"));
        check("Started_At", Err("a column Started_At of their own"));
        check("a,A", Err("A is there twice"));
        check("ä=a,Ä=b", Err("Ä is there twice"));
        let many: Vec<String> = (0..=MOST_CARRIED).map(|n| format!("c{n}")).collect();
        check(&many.join(","), Err("17 columns are more than the 16"));
        let mut parts = carried_parts(&many[1..].join(",")).unwrap();
        assert_eq!(parts.add("C1"), Ok(()));
        assert!(parts.add("c17").unwrap_err().contains("more than the 16"));
    }
}
