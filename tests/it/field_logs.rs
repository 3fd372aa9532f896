//! Access logs as people have them: ../shared/field/logs, with who, when and which page.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::folder::DWELL;
use crate::folder::Folder;
use crate::folder::Ran;
use crate::formats::words;
use crate::support;

/// What became of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Right,
    Refused,
    Wrong,
}

/// A line of `cases.tsv`.
struct Case {
    name: String,
    /// Each input with the name that it is to have.
    files: Vec<(String, String)>,
    options: String,
    pageviews: String,
}

fn cases(folder: &Path) -> Vec<Case> {
    let table = fs::read_to_string(folder.join("cases.tsv")).unwrap();
    let case = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let name = fields[0].to_owned();
        let original = |input: &str| {
            let rest = &input[name.len()..];
            let original = rest.strip_suffix(".input").unwrap().trim_start_matches('.');
            match original {
                "" => "access.log".to_owned(),
                original => original.to_owned(),
            }
        };
        Case {
            files: fields[2]
                .split(' ')
                .map(|input| (input.to_owned(), original(input)))
                .collect(),
            options: fields[3].to_owned(),
            pageviews: fields[4].to_owned(),
            name,
        }
    };
    table.lines().skip(1).map(case).collect()
}

/// The rows (user without its digest, time, page) that `text` has, sorted.
fn rows(text: &str, fields: impl Fn(&str) -> [String; 3]) -> Vec<[String; 3]> {
    let mut rows: Vec<_> = text.lines().skip(1).map(fields).collect();
    rows.sort();
    rows
}

/// The instant in microseconds, so that `.084Z` and `.084000Z` are one.
fn instant(time: &str) -> String {
    match time.parse::<chrono::DateTime<chrono::Utc>>() {
        Ok(at) => at.timestamp_micros().to_string(),
        Err(_) => time.to_owned(),
    }
}

fn expected(path: &Path) -> Vec<[String; 3]> {
    rows(&fs::read_to_string(path).unwrap(), |line| {
        let mut fields = line.split('\t').map(str::to_owned);
        let [user, time, page] = std::array::from_fn(|_| fields.next().unwrap());
        [user, instant(&time), page]
    })
}

fn exported(csv: &str) -> Vec<[String; 3]> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let place = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let places = ["user_id", "page_view_at", "page"].map(place);
    let mut rows: Vec<[String; 3]> = reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let [user, time, page] = places.map(|place| record[place].to_owned());
            let user = user.split('#').next().unwrap().to_owned();
            [user, instant(&time), page]
        })
        .collect();
    rows.sort();
    rows
}

/// One sentence that is more than a complaint.
fn is_helpful(ran: &Ran) -> bool {
    ran.status == 1 && ran.out.is_empty() && ran.err.starts_with("dwell: ")
}

fn judge(folder: &Path, case: &Case, more: &[&str], rows: &Path) -> (Verdict, String) {
    let work = Folder::new();
    for (input, original) in &case.files {
        fs::copy(folder.join(input), work.path(original)).unwrap();
    }
    let mut args = vec!["export"];
    args.extend(case.files.iter().map(|(_, original)| original.as_str()));
    args.extend(["--rows", "pageviews"]);
    let options = match more {
        [] => case.options.clone(),
        _ => case.options.replace("--log-requests pages", ""),
    };
    args.extend(words(&options));
    args.extend(more);
    let ran = work.run(&args);
    if ran.status != 0 {
        let verdict = match (is_helpful(&ran), case.pageviews.as_str()) {
            (true, "refuse" | "0") => Verdict::Right,
            (true, _) => Verdict::Refused,
            (false, _) => Verdict::Wrong,
        };
        return (verdict, ran.err);
    }
    if case.pageviews == "refuse" {
        return (Verdict::Wrong, format!("read: {}", ran.err));
    }
    let (found, expected) = (exported(&ran.out), expected(rows));
    match found == expected {
        true => (Verdict::Right, ran.err),
        false => (
            Verdict::Wrong,
            format!("found {found:?}\nexpected {expected:?}\n{}", ran.err),
        ),
    }
}

/// Runs a script that loads files into `s.db`.
fn judge_script(folder: &Path, case: &Case) -> (Verdict, String) {
    let work = Folder::new();
    let ran = Command::new("bash")
        .arg(folder.join(&case.files[0].0))
        .env("DWELL", DWELL)
        .current_dir(work.work.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    let found = exported(&work.run(&["export", "s.db", "--rows", "pageviews"]).out).len();
    match found.to_string() == case.pageviews {
        true => (Verdict::Right, said),
        false => (Verdict::Wrong, format!("{found} pageviews\n{said}")),
    }
}

#[test]
fn logs_from_the_field_are_right() {
    let Some(folder) = support::shared("field/logs") else {
        return;
    };
    let wanted = std::env::var("DWELL_FIELD_CASE").unwrap_or_default();
    let mut verdicts: BTreeMap<Verdict, Vec<String>> = BTreeMap::new();
    for case in cases(&folder)
        .iter()
        .filter(|case| case.name.contains(&wanted))
    {
        let rows = |kind: &str| folder.join(format!("{}.{kind}", case.name));
        let (verdict, said) = if case.options.starts_with("(a script") {
            judge_script(&folder, case)
        } else {
            let plain = judge(&folder, case, &[], &rows("rows"));
            match rows("all.rows") {
                all if all.exists() => {
                    plain.max(judge(&folder, case, &["--log-requests", "all"], &all))
                }
                _ => plain,
            }
        };
        println!("{verdict:?} {}: {}", case.name, said.trim_end());
        verdicts.entry(verdict).or_default().push(case.name.clone());
    }
    for (verdict, names) in &verdicts {
        println!("{verdict:?}: {}", names.len());
    }
    let not_right: Vec<&String> = [Verdict::Refused, Verdict::Wrong]
        .iter()
        .flat_map(|verdict| verdicts.get(verdict).into_iter().flatten())
        .collect();
    assert!(not_right.is_empty(), "not right: {not_right:?}");
}
