//! The verdict on the gap, in words and as JSON. The words are the same everywhere. Answers floor.

use crate::engine::study::FoundValley;
use crate::engine::study::Grade;
use crate::engine::study::NoValley;
use crate::engine::study::StudyNote;
use crate::engine::study::ValleyStudy;
use crate::words::figure::UNKNOWN;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::figure::share;
use crate::words::gap::Gap;
use crate::words::timestamp::US_PER_S;

/// The verdict in a sentence: `clear: any gap from 20m to 9h43m cuts within 1 % of the same sessions. Keep 30m.`
pub(crate) fn verdict(study: &ValleyStudy) -> String {
    format!("{}: {}", grade(study.grade), words(study))
}

fn words(study: &ValleyStudy) -> String {
    match (&study.reason, &study.found) {
        (Some(reason), _) => no_valley(reason),
        (None, Some(found)) => match study.keep {
            Some(keep) => format!(
                "any gap from {} to {} cuts within 1 % of the same sessions. Keep {keep}.",
                about(found.good_us.0),
                about(found.good_us.1)
            ),
            None => {
                let (from_us, to_us) = found.interval_us.unwrap_or(found.good_us);
                format!(
                    "the pauses do not decide between {} and {}; doubling the gap takes {} of the sessions.",
                    about(from_us),
                    about(to_us),
                    share(found.sessions_lost_by_doubling)
                )
            }
        },
        (None, None) => "the pauses have not been studied.".to_owned(),
    }
}

/// The verdict in a few words, for where there is no room for more: `Keep 30m; 13m to 36m are as good.`
pub(crate) fn verdict_in_brief(study: &ValleyStudy) -> String {
    match (study.keep, &study.found) {
        (Some(keep), Some(found)) => format!(
            "Keep {keep}; {} to {} are as good.",
            about(found.good_us.0),
            about(found.good_us.1)
        ),
        (Some(keep), None) => format!("Keep {keep}."),
        (None, _) => "No gap is suggested; v says why.".to_owned(),
    }
}

/// Why `v` takes no gap; `None` if there is a gap to take.
pub(crate) fn why_no_gap(study: &ValleyStudy) -> Option<String> {
    study
        .keep
        .is_none()
        .then(|| format!("no gap is suggested: {}", words(study)))
}

fn no_valley(reason: &NoValley) -> String {
    match *reason {
        NoValley::TooFewPauses { pauses } => {
            let are = if pauses == 1 { "is" } else { "are" };
            format!(
                "{} {are} too few to suggest a gap.",
                counted(pauses, "pause")
            )
        }
        NoValley::NoDip => {
            "there is no valley between short and long pauses from 1m to 10h.".to_owned()
        }
        NoValley::CoarseClock {
            resolution_us,
            best_us,
        } => format!(
            "timestamps in whole {} are too coarse for a gap of about {}.",
            about(resolution_us),
            about(best_us)
        ),
        NoValley::OneSided { pauses, best_us } => format!(
            "only {} on one side of the valley at {}.",
            match pauses {
                1 => "1 pause lies".to_owned(),
                _ => format!("{} pauses lie", count(pauses)),
            },
            about(best_us)
        ),
        NoValley::BetweenUsers { best_us, sides } => format!(
            "the valley at {} lies between users, not within them: {} of {} have pauses on both sides.",
            about(best_us),
            count(sides.users),
            count(sides.of)
        ),
        NoValley::Chance => {
            "chance alone could make the valley between short and long pauses.".to_owned()
        }
        NoValley::NotHeld => "the valley disappears when users are drawn again.".to_owned(),
    }
}

/// The reasons for the verdict, one line each: the best gap and its interval, what is misplaced, the notes.
pub(crate) fn details(study: &ValleyStudy) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(found) = study.found.as_ref().filter(|_| study.reason.is_none()) {
        let interval = found.interval_us.map_or(String::new(), |(from_us, to_us)| {
            format!(
                ", {} to {} for other users like these",
                about(from_us),
                about(to_us)
            )
        });
        lines.push(format!("valley at {}{interval}", about(found.best_us)));
        lines.push(format!(
            "there {} of the pauses are on the wrong side, {} of the sessions",
            range(found.misplaced_of_pauses),
            range(found.misplaced_of_sessions)
        ));
    }
    lines.extend(study.notes.iter().map(note));
    lines
}

fn note(note: &StudyNote) -> String {
    match *note {
        StudyNote::CoarseClock(resolution_us) => {
            format!("timestamps are in whole {}", about(resolution_us))
        }
        StudyNote::ShortSpan(span_us) => {
            format!(
                "the data cover only {}, so pauses over night are missing",
                about(span_us)
            )
        }
        StudyNote::FewUsers { half, of } => {
            format!(
                "{} of {} have half of the pauses",
                count(half),
                counted(of, "user")
            )
        }
        StudyNote::Machine { spike, share: part } => format!(
            "{} of the pauses are about {}, as a machine makes them; they are left out",
            share(part),
            about(spike.pause_us)
        ),
        StudyNote::NoGroups => {
            "the counts are of all users together: how much chance matters is not known".to_owned()
        }
        StudyNote::NoUsers => {
            "the counts do not tell whether the same users have short and long pauses".to_owned()
        }
    }
}

fn range((low, high): (f64, f64)) -> String {
    match (share(low), share(high)) {
        (low, high) if low == high => low,
        (low, high) => format!("{} to {high}", low.trim_end_matches(" %")),
    }
}

/// A length for people: whole seconds below two minutes, whole minutes below two days, else whole hours.
pub(crate) fn about(us: i64) -> String {
    let unit_us = match us / US_PER_S {
        0 => 1,
        1..120 => US_PER_S,
        120..172_800 => 60 * US_PER_S,
        _ => 3_600 * US_PER_S,
    };
    if us == 0 {
        return "0s".to_owned();
    }
    let units = (us as f64 / unit_us as f64).round() as i64;
    Gap::from_us(units.saturating_mul(unit_us)).map_or(UNKNOWN.to_owned(), |gap| gap.to_string())
}

/// The grade in a word.
pub(crate) fn grade(grade: Grade) -> &'static str {
    match grade {
        Grade::Clear => "clear",
        Grade::Fair => "fair",
        Grade::Weak => "weak",
        Grade::None => "none",
    }
}

/// The verdict for programs, as one object. Unknown is null. Lengths are in microseconds. Ranges are arrays of a low
/// and a high end.
pub(crate) fn json(study: &ValleyStudy) -> String {
    let found = study.found.as_ref();
    let of = |part: &dyn Fn(&FoundValley) -> String| found.map_or("null".to_owned(), part);
    let lengths = |(from, to): (i64, i64)| format!("[{from},{to}]");
    let shares = |(low, high): (f64, f64)| format!("[{low:.6},{high:.6}]");
    let pauses = |(low, high): (f64, f64)| format!("[{low:.1},{high:.1}]");
    let list = |items: Vec<String>| format!("[{}]", items.join(","));
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let spikes = study.spikes.iter().map(|spike| {
        format!(
            "{{\"pause_us\":{},\"pauses\":{:.0}}}",
            spike.pause_us, spike.pauses
        )
    });
    let members = [
        ("grade", text(grade(study.grade))),
        (
            "reason",
            study
                .reason
                .as_ref()
                .map_or("null".to_owned(), |reason| text(&no_valley(reason))),
        ),
        ("best_us", of(&|found| found.best_us.to_string())),
        (
            "interval_us",
            of(&|found| found.interval_us.map_or("null".to_owned(), lengths)),
        ),
        ("good_us", of(&|found| lengths(found.good_us))),
        (
            "keep_us",
            study
                .keep
                .map_or("null".to_owned(), |gap| gap.as_us().to_string()),
        ),
        (
            "misplaced_of_pauses",
            of(&|found| shares(found.misplaced_of_pauses)),
        ),
        (
            "misplaced_of_sessions",
            of(&|found| shares(found.misplaced_of_sessions)),
        ),
        ("split", of(&|found| pauses(found.split))),
        ("merged", of(&|found| pauses(found.merged))),
        (
            "sessions_lost_by_doubling",
            of(&|found| format!("{:.6}", found.sessions_lost_by_doubling)),
        ),
        ("spikes", list(spikes.collect())),
        (
            "other_valleys_us",
            of(&|found| list(found.other_valleys_us.iter().map(i64::to_string).collect())),
        ),
        ("resolution_us", study.resolution_us.to_string()),
        (
            "notes",
            list(study.notes.iter().map(|each| text(&note(each))).collect()),
        ),
    ];
    let members = members.map(|(name, value)| format!("\"{name}\":{value}"));
    format!("{{{}}}", members.join(",\n  "))
}
