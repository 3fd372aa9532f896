//! The gap study as a page. Answers floor.
//!
//! `assets/report.html` has its look; this file has its content. Every text goes through [`safe`], and the template
//! escapes it.

use minijinja::Value;
use minijinja::context;

use crate::answers::compare::GapComparison;
use crate::answers::gaps::GapStudy;
use crate::answers::report::Reported;
use crate::answers::report::picture::picture;
use crate::answers::template;
use crate::answers::template::TESTED;
use crate::answers::valley;
use crate::answers::valley::about;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::figure::duration;
use crate::words::figure::share;
use crate::words::gap::Gap;
use crate::words::text::safe;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The page, ending in a newline. `comparison` compares half an hour with another gap.
pub(crate) fn page(
    study: &GapStudy,
    reported: &Reported,
    comparison: Option<&GapComparison<'_>>,
) -> String {
    let mut table = study.table().into_iter();
    let heads = table.next().unwrap_or_default();
    let of_pageviews = study.of_pageviews.as_ref();
    let classes = of_pageviews.map(|of| &of.classes).into_iter().flatten();
    let classes = classes.map(|classes| {
        context! {
            heading => classes.heading(study.gap),
            rows => classes.rows(),
            together => classes.together(),
        }
    });
    let classes: Vec<Value> = classes.collect();
    let data: Vec<[String; 2]> = data(study, reported)
        .into_iter()
        .map(|(name, value)| [name, safe(&value).into_owned()])
        .collect();
    let page = context! {
        title => safe(&reported.title()),
        verdict => valley::verdict(&study.valley),
        details => study.details(),
        picture => Value::from_safe_string(picture(study, &reported.title())),
        has_good => study.valley.good_us().is_some(),
        compared => compared(study, comparison),
        gap => study.gap.to_string(),
        heads,
        gaps => table.collect::<Vec<_>>(),
        steady => of_pageviews.map(|of| study.steady_rows(of)),
        classes,
        data,
        wiki => safe(&wiki(study, reported)),
        command => safe(&reported.command),
        version => VERSION,
    };
    let mut templates = template::templates();
    // The ending of its name says that the template is HTML, so that values are escaped.
    templates
        .add_template("report.html", include_str!("../../../assets/report.html"))
        .expect(TESTED);
    let template = templates.get_template("report.html").expect(TESTED);
    let page = template.render(page).expect(TESTED);
    // Slashes need no escape here, and paths are easier to read without.
    page.trim_end().replace("&#x2f;", "/") + "\n"
}

/// What the page says about half an hour and another gap.
fn compared(study: &GapStudy, comparison: Option<&GapComparison<'_>>) -> Value {
    let keep = study.valley.keep;
    let Some(comparison) = comparison else {
        let sentence = match (&study.of_pageviews, keep) {
            (None, _) => "Counted pauses do not tell which sessions a gap gives, only how many.",
            (_, Some(_)) => "30m is the gap to keep, so nothing changes.",
            (_, None) => "No gap is suggested, and 30m is in use, so there is nothing to compare.",
        };
        return context! { heading => "Compared with 30m", sentence };
    };
    let [from, to] = comparison.gaps();
    let is_kept = keep == Some(to);
    context! {
        heading => format!("{} compared with {from}", if is_kept { format!("{to}, the gap to keep,") } else { to.to_string() }),
        sentence => comparison.sentence(),
        from => from.to_string(),
        to => to.to_string(),
        rows => comparison.figures(),
    }
}

/// What the data are: names and values.
fn data(study: &GapStudy, reported: &Reported) -> Vec<(String, String)> {
    const NOT_THERE: &str = "not known: counted pauses do not tell";
    let mut rows = Vec::new();
    let mut row = |name: &str, value: String| rows.push((name.to_owned(), value));
    for input in &reported.inputs {
        row("input", input.clone());
    }
    let digest = reported.digest.as_ref();
    let digest = digest.map_or(NOT_THERE.to_owned(), |digest| {
        format!("{digest} (XXH3-128 of the pageviews)")
    });
    row("digest", digest);
    let (first, last) = match reported.span {
        Some((first, last)) => (first.to_string(), last.to_string()),
        None => (NOT_THERE.to_owned(), NOT_THERE.to_owned()),
    };
    row("first pageview", first);
    row("last pageview", last);
    row("studied", study.counts().replace("  ", ", "));
    row(
        "clock",
        format!("ticks in units of {}", about(study.valley.resolution_us)),
    );
    let coverage = &reported.coverage;
    if let Some(mark) = coverage.extent.mark() {
        row("extent", format!("{mark}: {}", coverage.extent));
    }
    if study.of_pageviews.is_some() {
        row("rejected", counted(coverage.rejects, "row"));
        if coverage.left_out.is_empty() {
            row("left out", counted(0, "row"));
        }
    }
    for (reason, n) in &coverage.left_out {
        row("left out", format!("{}: {reason}", counted(*n, "row")));
    }
    let machines = study.of_pageviews.as_ref().map(|of| &of.machines);
    if let Some(machines) = machines.filter(|machines| machines.are_left_out) {
        let users = counted(machines.found.len() as u64, "user");
        let pauses = counted(machines.pauses(), "pause");
        row(
            "left out",
            format!("{users} with {pauses}: they pause like machines"),
        );
    }
    for note in &coverage.notes {
        row("read as", note.clone());
    }
    for warning in &coverage.warnings {
        row("warning", warning.clone());
    }
    rows
}

/// A paragraph to hand on.
fn wiki(study: &GapStudy, reported: &Reported) -> String {
    let gap = study.valley.keep.unwrap_or(study.gap);
    let span = reported.span.map_or(String::new(), |(first, last)| {
        format!(", {first} to {last}")
    });
    let of = format!(
        "{} ({}, {}{span}{})",
        reported.title(),
        counted(study.histogram.users + study.histogram.pauses, "pageview"),
        counted(study.histogram.users, "user"),
        reported
            .digest
            .as_ref()
            .map_or(String::new(), |digest| format!("; digest {digest}")),
    );
    format!(
        "We cut the pageviews of {of} into sessions at a gap of {gap}: a pause of {gap} or longer starts a new session. {} {} \
         Studied with dwell {VERSION}.",
        why(study, gap),
        figures(study, gap),
    )
}

/// Why this gap.
fn why(study: &GapStudy, gap: Gap) -> String {
    let valley = &study.valley;
    match (&valley.found, valley.keep) {
        (Some(found), Some(_)) => format!(
            "The pauses between pageviews have a {} valley at {}, and any gap from {} to {} cuts within 1 % of the same sessions.",
            valley::grade(valley.grade),
            about(found.best_us),
            about(found.good_us.0),
            about(found.good_us.1),
        ),
        _ => format!(
            "The pauses between pageviews suggest no gap ({}), so {gap} is a convention.",
            valley::verdict(valley).trim_end_matches('.')
        ),
    }
}

/// What it gives.
fn figures(study: &GapStudy, gap: Gap) -> String {
    let Some(row) = study.row(gap) else {
        return String::new();
    };
    let sessions = match row.sessions.is_exact {
        true => count(row.sessions.sessions),
        false => format!("about {}", count(row.sessions.sessions)),
    };
    let summary = row.figures.as_ref().map(|figures| &figures.summary);
    let rates = summary.and_then(|summary| {
        let median = duration(summary.median_duration_us?);
        let (rate, views) = (summary.bounce_rate()?, summary.pageviews_per_session()?);
        let rate = share(rate);
        Some(format!(
            ", a bounce rate of {rate}, a median duration of {median} and {views:.2} pageviews a session"
        ))
    });
    format!("It gives {sessions} sessions{}.", rates.unwrap_or_default())
}
