//! Classes of pauses: by how active the user is, by the hour, by first and returning sessions, by what is carried.
//! Answers floor.

use std::cmp::Reverse;

use chrono::DateTime;
use chrono::Offset;
use chrono_tz::Tz;

use crate::answers::breakdown::RowLabel;
use crate::answers::valley;
use crate::answers::valley::about;
use crate::engine::dataset::Dataset;
use crate::engine::dataset::TextValues;
use crate::engine::sessionize::sessionize;
use crate::engine::study::ClassStudy;
use crate::engine::study::study_classes;
use crate::words::figure::NOTHING;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::gap::Gap;
use crate::words::text::cut_end;
use crate::words::text::width;
use crate::words::timestamp::US_PER_S;

/// The most pageviews of a user in each class of activity but the last.
const ACTIVITIES: [usize; 3] = [5, 20, 100];

/// How pauses are divided into classes. A pause has the class of the pageview before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PauseClasses {
    /// By how many pageviews the user has.
    Activity,
    /// By the hour of day in this zone.
    Hour(Tz),
    /// Whether the session is its user's first, at the gap in use.
    Visit,
    /// By the value of a carried column, by its place among them.
    Carried(usize),
}

/// The study of each class that has a pause.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StudiedClasses {
    /// How they are divided.
    pub by: PauseClasses,
    /// The name of that: of the carried column, if it is one.
    pub name: String,
    /// What the pauses of each class have in common, and what they say.
    pub classes: Vec<(RowLabel, ClassStudy)>,
}

impl PauseClasses {
    /// Its name on the command line and in JSON.
    fn name(self, dataset: &Dataset) -> &str {
        match self {
            PauseClasses::Activity => "activity",
            PauseClasses::Hour(_) => "hour",
            PauseClasses::Visit => "visit",
            PauseClasses::Carried(column) => {
                let values = dataset.carried().nth(column);
                values.map_or("", |values| values.name)
            }
        }
    }

    /// The classes in their order, and that of each row.
    fn divide(self, dataset: &Dataset, in_use: Gap) -> (Vec<RowLabel>, Vec<u8>) {
        let values = match self {
            PauseClasses::Carried(column) => dataset.carried().nth(column),
            _ => None,
        };
        match values {
            Some(values) => by_value(values),
            None => {
                let names = self.names().into_iter();
                let names = names.map(RowLabel::Value).collect();
                (names, self.of_rows(dataset, in_use))
            }
        }
    }

    /// The names of the classes, in their order.
    fn names(self) -> Vec<String> {
        match self {
            PauseClasses::Activity => {
                let first = ACTIVITIES[0];
                let between = ACTIVITIES.windows(2);
                let between =
                    between.map(|ends| format!("{} to {} pageviews", ends[0] + 1, ends[1]));
                let last = ACTIVITIES[ACTIVITIES.len() - 1];
                std::iter::once(format!("2 to {first} pageviews"))
                    .chain(between)
                    .chain([format!("more than {last} pageviews")])
                    .collect()
            }
            PauseClasses::Hour(_) => (0..24).map(|hour| format!("{hour:02}:00")).collect(),
            PauseClasses::Visit => ["first session", "returning sessions"]
                .map(str::to_owned)
                .into(),
            PauseClasses::Carried(_) => Vec::new(),
        }
    }

    /// The class of each row.
    fn of_rows(self, dataset: &Dataset, in_use: Gap) -> Vec<u8> {
        let users = 0..dataset.n_users();
        match self {
            PauseClasses::Activity => {
                let classes = users.flat_map(|user| {
                    let n = dataset.rows_of(user).len();
                    let class = ACTIVITIES.partition_point(|&most| most < n) as u8;
                    std::iter::repeat_n(class, n)
                });
                classes.collect()
            }
            PauseClasses::Hour(zone) => {
                // Offsets change at whole quarters of an hour, and neighbouring rows are mostly within one.
                const QUARTER_US: i64 = 900 * US_PER_S;
                let mut last = (None, 0);
                let hours = dataset.at_us().iter().map(|&us| {
                    let quarter = us.div_euclid(QUARTER_US);
                    if last.0 != Some(quarter) {
                        let utc = DateTime::from_timestamp_micros(quarter * QUARTER_US);
                        let local = utc.unwrap_or_default().with_timezone(&zone);
                        let offset_s = local.offset().fix().local_minus_utc();
                        last = (Some(quarter), i64::from(offset_s) * US_PER_S);
                    }
                    ((us + last.1).div_euclid(3_600 * US_PER_S)).rem_euclid(24) as u8
                });
                hours.collect()
            }
            PauseClasses::Visit => {
                let sessions = sessionize(dataset, in_use);
                let mut classes = vec![1; dataset.n_rows()];
                for user in users {
                    let mut spans = sessions.spans(dataset.rows_of(user));
                    classes[spans.next().expect("every user has a session")].fill(0);
                }
                classes
            }
            PauseClasses::Carried(_) => Vec::new(),
        }
    }

    /// The heading of the lines.
    fn heading(self, name: &str, in_use: Gap) -> String {
        match self {
            PauseClasses::Activity => "by activity of the user".to_owned(),
            PauseClasses::Hour(zone) => format!("by hour of day ({})", zone.name()),
            PauseClasses::Visit => format!("by first and returning sessions (at {in_use})"),
            PauseClasses::Carried(_) => format!("by {}", cut_end(name, MOST_WIDTH)),
        }
    }
}

/// Values of a carried column that have a class each: those of the most pageviews. One more class has all others.
const MOST_VALUES: usize = 20;

/// The most columns of a terminal that a value takes.
const MOST_WIDTH: usize = 40;

/// The classes of the most frequent values first, and for each row its class.
fn by_value(column: TextValues<'_>) -> (Vec<RowLabel>, Vec<u8>) {
    let mut views = vec![0u32; column.texts.len()];
    column
        .by_row
        .iter()
        .for_each(|&text| views[text as usize] += 1);
    let mut seen: Vec<u32> = (0..views.len() as u32)
        .filter(|&text| views[text as usize] > 0)
        .collect();
    // Texts are numbered in their order only where all came from one load.
    seen.sort_by_key(|&text| (Reverse(views[text as usize]), column.texts.text(text)));
    let n_own = seen.len().min(MOST_VALUES);
    let mut class_of = vec![n_own as u8; views.len()];
    for (&text, class) in seen[..n_own].iter().zip(0..) {
        class_of[text as usize] = class;
    }
    let label = |&text: &u32| match column.texts.text(text) {
        "" => RowLabel::Nothing,
        text => RowLabel::Value(text.to_owned()),
    };
    let n_others = (seen.len() - n_own) as u64;
    let others = (n_others > 0).then_some(RowLabel::Others(n_others));
    let labels = seen[..n_own].iter().map(label).chain(others).collect();
    let classes = column.by_row.iter().map(|&text| class_of[text as usize]);
    (labels, classes.collect())
}

/// A class as a text for people.
fn shown(label: &RowLabel) -> String {
    match label {
        RowLabel::Value(text) => cut_end(text, MOST_WIDTH),
        RowLabel::Nothing => NOTHING.to_owned(),
        RowLabel::Others(n) => format!("({})", counted(*n, "other")),
    }
}

/// A class as a value of JSON: null for what is no value.
fn value(label: &RowLabel) -> serde_json::Value {
    match label {
        RowLabel::Value(text) => text.as_str().into(),
        RowLabel::Nothing | RowLabel::Others(_) => serde_json::Value::Null,
    }
}

impl StudiedClasses {
    /// Studies each class. `None` once `keep_going` says no.
    pub(crate) fn of(
        dataset: &Dataset,
        by: PauseClasses,
        in_use: Gap,
        keep_going: &(dyn Fn() -> bool + Sync),
    ) -> Option<StudiedClasses> {
        let (labels, classes) = by.divide(dataset, in_use);
        let studies = study_classes(dataset, &classes, labels.len(), in_use, keep_going)?;
        let classes = labels.into_iter().zip(studies);
        Some(StudiedClasses {
            by,
            name: by.name(dataset).to_owned(),
            classes: classes.filter(|(_, class)| class.pauses > 0).collect(),
        })
    }

    /// The classes that share no good gap with this one.
    fn apart_from<'s>(&'s self, class: &'s ClassStudy) -> impl Iterator<Item = &'s RowLabel> {
        let apart = self
            .classes
            .iter()
            .filter(|other| class.is_apart_from(&other.1));
        apart.map(|(label, _)| label)
    }

    /// What the classes say together, in a sentence; `None` if fewer than two have good gaps.
    pub(in crate::answers) fn together(&self) -> Option<String> {
        let good = self
            .classes
            .iter()
            .filter_map(|(_, class)| class.study.good_us());
        let n = good.clone().count();
        let (from_us, to_us) = good.reduce(|a, b| (a.0.max(b.0), a.1.min(b.1)))?;
        let all = match self.classes.len() == n {
            true => "all".to_owned(),
            false => format!("the {n} that are clear or fair"),
        };
        match (n, from_us <= to_us) {
            (0 | 1, _) => None,
            (_, true) => Some(format!(
                "any gap from {} to {} is good for {all}",
                about(from_us),
                about(to_us)
            )),
            (_, false) => Some(format!(
                "no gap is good for {all}: * marks those that have none in common with another"
            )),
        }
    }

    /// How they are divided, in words.
    pub(in crate::answers) fn heading(&self, in_use: Gap) -> String {
        self.by.heading(&self.name, in_use)
    }

    /// One row for each class: mark, class, pauses, verdict.
    pub(in crate::answers) fn rows(&self) -> Vec<[String; 4]> {
        let rows = self.classes.iter().map(|(class, study)| {
            let is_apart = self.apart_from(study).next().is_some();
            [
                if is_apart { "*" } else { "" }.to_owned(),
                shown(class),
                count(study.pauses),
                valley::verdict(&study.study),
            ]
        });
        rows.collect()
    }

    /// The classes as text, one line each.
    pub(in crate::answers) fn lines(&self, in_use: Gap) -> Vec<String> {
        let rows = self.rows();
        let widest = |column: usize| {
            let widths = rows.iter().map(|row| width(&row[column]));
            widths.max().unwrap_or(0)
        };
        let (name, pauses) = (widest(1), widest(2));
        let lines = rows.iter().map(|[mark, class, n, verdict]| {
            let blanks = " ".repeat(name - width(class));
            format!("{mark:1} {class}{blanks}  {n:>pauses$}  {verdict}")
        });
        let together = self.together().map(|words| format!("  {words}"));
        std::iter::once(self.heading(in_use))
            .chain(lines)
            .chain(together)
            .collect()
    }

    /// The same for programs: a member of an object.
    pub(super) fn json(&self) -> String {
        let text = |text: &str| serde_json::Value::from(text).to_string();
        let classes = self.classes.iter().map(|(class, study)| {
            let apart = self.apart_from(study);
            let apart: Vec<String> = apart.map(|label| value(label).to_string()).collect();
            let others = match class {
                RowLabel::Others(n) => format!("\"others\":{n},"),
                _ => String::new(),
            };
            format!(
                "{{\"class\":{},{others}\"users\":{},\"pauses\":{},\"apart_from\":[{}],\n  \"valley\":{}}}",
                value(class),
                study.users,
                study.pauses,
                apart.join(","),
                valley::json(&study.study)
            )
        });
        let classes = classes.collect::<Vec<_>>().join(",\n  ");
        format!("{}:[\n  {classes}]", text(&self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::study::GroupedPauses;
    use crate::engine::study::PauseHistogram;
    use crate::engine::study::StudiedUsers;
    use crate::engine::study::ValleyStudy;

    const MINUTE: i64 = 60 * US_PER_S;

    /// Classes with these good gaps, minutes. `None` stands for no valley.
    fn classes(good: &[Option<(i64, i64)>]) -> StudiedClasses {
        // Two hills, far apart.
        let counts: Vec<(i64, u64)> = (-20i32..=20)
            .flat_map(|step| {
                let n = (400.0 * (-f64::from(step * step) / 60.0).exp()) as u64;
                let at = |middle_s: f64| (middle_s * 1.15f64.powi(step) * 1e6) as i64;
                [(at(30.0), n), (at(60_000.0), n)]
            })
            .collect();
        let histogram = PauseHistogram::of_counts(50, &counts);
        let users = StudiedUsers {
            users: 50,
            span_us: None,
            half: None,
            sides: &|_| None,
        };
        let grouped = GroupedPauses::of_histograms(vec![histogram]);
        let study = ValleyStudy::of_groups(&grouped, &users, Gap::DEFAULT, &|| true).unwrap();
        assert!(study.keep.is_some(), "{study:?}");
        let class = |good: &Option<(i64, i64)>| {
            let mut study = study.clone();
            match good {
                Some((from, to)) => {
                    study.found.as_mut().unwrap().good_us = (from * MINUTE, to * MINUTE)
                }
                None => study.keep = None,
            }
            ClassStudy {
                users: 50,
                pauses: 1_234,
                study,
            }
        };
        let named = (0..)
            .zip(good)
            .map(|(n, good)| (RowLabel::Value(format!("class {n}")), class(good)));
        StudiedClasses {
            by: PauseClasses::Activity,
            name: "activity".to_owned(),
            classes: named.collect(),
        }
    }

    fn last(good: &[Option<(i64, i64)>]) -> String {
        classes(good).lines(Gap::DEFAULT).pop().unwrap()
    }

    #[test]
    fn what_is_good_for_all_is_said() {
        assert_eq!(
            last(&[Some((10, 60)), Some((20, 90))]),
            "  any gap from 20m to 1h is good for all"
        );
        assert_eq!(
            last(&[Some((10, 60)), None, Some((20, 90))]),
            "  any gap from 20m to 1h is good for the 2 that are clear or fair"
        );
        assert!(
            last(&[Some((10, 60)), None]).contains("class 1"),
            "one alone says nothing of all"
        );
    }

    #[test]
    fn classes_without_a_gap_in_common_are_marked() {
        let apart = classes(&[Some((1, 5)), Some((4, 30)), Some((10, 60)), None]);
        let lines = apart.lines(Gap::DEFAULT);
        let marks: Vec<char> = lines[1..5]
            .iter()
            .filter_map(|line| line.chars().next())
            .collect();
        assert_eq!(marks, ['*', ' ', '*', ' ']);
        assert!(lines[5].contains("no gap is good for the 3 that are clear or fair"));
        let json: serde_json::Value =
            serde_json::from_str(&format!("{{{}}}", apart.json())).unwrap();
        assert_eq!(
            json["activity"][0]["apart_from"],
            serde_json::json!(["class 2"])
        );
    }

    #[test]
    fn the_most_frequent_values_have_a_class_each_and_the_others_one() {
        let rows = (0..30usize).flat_map(|value| {
            let text = if value == 3 {
                String::new()
            } else {
                format!("v{value:02}")
            };
            (0..=value).map(move |n| {
                let at = crate::words::timestamp::Timestamp::clamped((n * 1_000_000) as i64);
                (format!("u{value}"), at, String::new(), [text.clone()])
            })
        });
        let dataset = Dataset::of_rows_carrying(["c"], rows);
        let (labels, classes) = PauseClasses::Carried(0).divide(&dataset, Gap::DEFAULT);
        assert_eq!(labels.len(), MOST_VALUES + 1);
        assert_eq!(labels[0], RowLabel::Value("v29".to_owned()));
        assert_eq!(labels[MOST_VALUES], RowLabel::Others(10));
        let values = dataset.carried().next().unwrap();
        for (row, &class) in classes.iter().enumerate() {
            let expected = match values.text(row) {
                None => MOST_VALUES,
                Some(text) => (29 - text[1..].parse::<usize>().unwrap()).min(MOST_VALUES),
            };
            assert_eq!(usize::from(class), expected, "{row}");
        }
    }
}
