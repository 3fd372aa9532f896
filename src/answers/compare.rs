//! Compares two gaps, as text, as JSON, and as the sessions that differ. Answers floor.

use crate::answers::export::csv::push_field;
use crate::engine::compare::Comparison;
use crate::engine::compare::PageAtSeams;
use crate::engine::compare::Seams;
use crate::engine::compare::seams_in;
use crate::engine::cut::Cut;
use crate::engine::measure::Summary;
use crate::words::figure::UNKNOWN;
use crate::words::figure::change;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::figure::duration;
use crate::words::figure::share;
use crate::words::gap::Gap;
use crate::words::session::Session;
use crate::words::session::write_session_id;
use crate::words::text::cut_middle;
use crate::words::text::safe;
use crate::words::text::width;
use crate::words::timestamp::write_seconds;

/// Pages that the text and the JSON list.
const PAGES_READ: usize = 10;
const PAGES_LISTED: usize = 100;
/// Columns that the text gives a page.
const PAGE_WIDTH: usize = 48;

const SESSION_COLUMNS: &str = "gap,session_id,user_id,session_number,started_at,ended_at,duration_s,pageviews,\
                               landing_page,exit_page,is_bounce\n";

/// What changes from one gap to another.
pub(crate) struct GapComparison<'a> {
    from: &'a Cut,
    to: &'a Cut,
    comparison: Comparison,
}

/// What changes from one gap to another, in a sentence: `30m -> 1h: 1,406 pauses are no longer cut, in 821 users (8.2 %); 2,615 sessions
/// become 1,209.`
pub(crate) fn sentence(from: &Summary, to: &Summary, seams: Seams) -> String {
    let Seams {
        pauses,
        users,
        joined,
    } = seams;
    let n_users = from.users;
    let (from, to) = (from.gap, to.gap);
    if pauses == 0 {
        return format!("{from} -> {to}: no pause lies between the two gaps, so nothing changes.");
    }
    let is_longer = from < to;
    let (before, after) = match is_longer {
        true => (joined + pauses, joined),
        false => (joined, joined + pauses),
    };
    let share_of_users = share(users as f64 / n_users as f64);
    format!(
        "{from} -> {to}: {} {} {}, in {} ({share_of_users}); {} {} {}.",
        counted(pauses, "pause"),
        if pauses == 1 { "is" } else { "are" },
        if is_longer {
            "no longer cut"
        } else {
            "cut as well"
        },
        counted(users, "user"),
        counted(before, "session"),
        if before == 1 { "becomes" } else { "become" },
        count(after),
    )
}

impl<'a> GapComparison<'a> {
    /// Compares two cuts of one dataset.
    pub(crate) fn of(from: &'a Cut, to: &'a Cut) -> GapComparison<'a> {
        GapComparison {
            from,
            to,
            comparison: Comparison::of(from, to),
        }
    }

    /// The cut with the shorter gap, and the one with the longer.
    fn by_length(&self) -> (&'a Cut, &'a Cut) {
        match self.from.gap() < self.to.gap() {
            true => (self.from, self.to),
            false => (self.to, self.from),
        }
    }

    /// The comparison in a sentence, as [`sentence`] has it.
    pub(crate) fn sentence(&self) -> String {
        sentence(
            self.from.summary(),
            self.to.summary(),
            self.comparison.seams,
        )
    }

    /// The comparison as text: the sentence, every figure at both gaps, and the pages around the pauses that only one
    /// of them cuts.
    pub(crate) fn text(&self) -> String {
        let (from, to) = (self.from.summary(), self.to.summary());
        let mut rows = vec![["", "", "", "change"].map(str::to_owned)];
        (rows[0][1], rows[0][2]) = (from.gap.to_string(), to.gap.to_string());
        rows.extend(self.figures());
        let mut text = format!("{}\n\n{}", self.sentence(), table(&rows));
        let pages = &self.comparison.pages;
        if !pages.is_empty() {
            text += &format!("\npages before and after {}\n\n", self.these_pauses());
            let head = [
                "page",
                "before",
                "after",
                "of all views",
                "exits",
                "landings",
            ]
            .map(str::to_owned);
            let mut rows = vec![head];
            rows.extend(
                pages
                    .iter()
                    .take(PAGES_READ)
                    .map(|page| self.page_row(page)),
            );
            text += &table(&rows);
            if pages.len() > PAGES_READ {
                text += &format!(
                    "and {} more\n",
                    counted((pages.len() - PAGES_READ) as u64, "page")
                );
            }
        }
        text
    }

    /// Both gaps: from, to.
    pub(crate) fn gaps(&self) -> [Gap; 2] {
        [self.from.gap(), self.to.gap()]
    }

    /// Every figure by name: at both gaps, and its change.
    pub(crate) fn figures(&self) -> Vec<[String; 4]> {
        figures(self.from.summary(), self.to.summary())
    }

    fn these_pauses(&self) -> String {
        let (shorter, longer) = self.by_length();
        format!("pauses from {} up to {}", shorter.gap(), longer.gap())
    }

    fn page_row(&self, page: &PageAtSeams) -> [String; 6] {
        let pauses = self.comparison.seams.pauses as f64;
        let views = self.comparison.shorter.pageviews as f64;
        let [exits, landings] = self.changes(page).map(|(from, to)| match from == to {
            true => count(from),
            false => format!("{} -> {}", count(from), count(to)),
        });
        [
            cut_middle(
                &safe(self.from.dataset().pages().text(page.page)),
                PAGE_WIDTH,
            ),
            share(page.before_pause as f64 / pauses),
            share(page.after_pause as f64 / pauses),
            share(page.views as f64 / views),
            exits,
            landings,
        ]
    }

    /// Exits and landings of a page: (from, to).
    fn changes(&self, page: &PageAtSeams) -> [(u64, u64); 2] {
        let exits = (page.exits, page.exits - page.before_pause);
        let landings = (page.landings, page.landings - page.after_pause);
        match self.from.gap() < self.to.gap() {
            true => [exits, landings],
            false => [(exits.1, exits.0), (landings.1, landings.0)],
        }
    }

    /// The comparison for programs, one object: figures and counts are pairs [from, to]; shares go from 0 to 1; pages
    /// are those with the most of the pauses before or after them, at most 100.
    pub(crate) fn json(&self) -> String {
        let Seams {
            pauses,
            users,
            joined,
        } = self.comparison.seams;
        let text = |text: &str| serde_json::Value::from(text).to_string();
        let number =
            |value: Option<f64>| value.map_or("null".to_owned(), |value| value.to_string());
        let pair = |of: &dyn Fn(&Summary) -> Option<f64>| {
            format!(
                "[{},{}]",
                number(of(self.from.summary())),
                number(of(self.to.summary()))
            )
        };
        let whole = |n: u64| Some(n as f64);
        let parts = joined + pauses;
        let (before, after) = match self.from.gap() < self.to.gap() {
            true => (parts, joined),
            false => (joined, parts),
        };
        let pages = self.comparison.pages.iter().take(PAGES_LISTED).map(|page| {
            let [exits, landings] = self.changes(page);
            format!(
                "{{\"page\":{},\"before_pauses\":{},\"after_pauses\":{},\"views\":{},\"exits\":[{},{}],\"landings\":[{},{}]}}",
                text(self.from.dataset().pages().text(page.page)),
                page.before_pause,
                page.after_pause,
                page.views,
                exits.0,
                exits.1,
                landings.0,
                landings.1
            )
        });
        let pages: Vec<String> = pages.collect();
        format!(
            "{{\"gap\":[\"{}\",\"{}\"],\n \"pauses\":{pauses},\"users\":{users},\"share_of_users\":{},\n \
             \"affected_sessions\":[{before},{after}],\n \"sessions\":{},\"bounces\":{},\"bounce_rate\":{},\n \
             \"mean_duration_s\":{},\"median_duration_s\":{},\"pageviews_per_session\":{},\n \"pages\":[\n  {}]}}\n",
            self.from.gap(),
            self.to.gap(),
            number(
                (self.comparison.shorter.users > 0)
                    .then(|| users as f64 / self.comparison.shorter.users as f64)
            ),
            pair(&|summary| whole(summary.sessions)),
            pair(&|summary| whole(summary.bounces)),
            pair(&Summary::bounce_rate),
            pair(&Summary::mean_duration_s),
            pair(&|summary| summary.median_duration_us.map(|us| us as f64 / 1e6)),
            pair(&Summary::pageviews_per_session),
            pages.join(",\n  "),
        )
    }

    /// The sessions that only one of the gaps gives, as CSV: by user (as bytes) and start, each session of the longer
    /// gap before those of the shorter that it holds.
    pub(crate) fn sessions_csv(&self) -> String {
        let (shorter, longer) = self.by_length();
        let dataset = shorter.dataset();
        let mut out = SESSION_COLUMNS.as_bytes().to_vec();
        for user in dataset.users().in_text_order() {
            let user = user as usize;
            let of_user = dataset.rows_of(user);
            let first_part = shorter.sessions().within(of_user.clone()).start;
            for (place, rows) in longer.sessions().spans(of_user.clone()).enumerate() {
                if seams_in(dataset, rows.clone(), shorter.gap())
                    .next()
                    .is_none()
                {
                    continue;
                }
                push_row(
                    &mut out,
                    longer,
                    &longer.session_of_rows(user, place, rows.clone()),
                );
                let parts = shorter.sessions().within(rows.clone()).start - first_part;
                for (place, part) in (parts..).zip(shorter.sessions().spans(rows)) {
                    push_row(
                        &mut out,
                        shorter,
                        &shorter.session_of_rows(user, place, part),
                    );
                }
            }
        }
        String::from_utf8(out).expect("texts and figures are UTF-8")
    }
}

fn push_row(out: &mut Vec<u8>, cut: &Cut, session: &Session<'_>) {
    let mut id = Vec::new();
    write_session_id(&mut id, session.user_id, session.started_at);
    out.extend_from_slice(cut.gap().to_string().as_bytes());
    for text in [&*String::from_utf8_lossy(&id), session.user_id] {
        out.push(b',');
        push_field(out, text);
    }
    let (number, started, ended) = (session.session_number, session.started_at, session.ended_at);
    out.extend_from_slice(format!(",{number},{started},{ended},").as_bytes());
    write_seconds(out, session.duration_us());
    out.extend_from_slice(format!(",{}", session.pageviews).as_bytes());
    for page in [session.landing_page, session.exit_page] {
        out.push(b',');
        push_field(out, page);
    }
    out.extend_from_slice(format!(",{}\n", session.is_bounce()).as_bytes());
}

/// The rows of the table of figures: name, from, to, change.
fn figures(from: &Summary, to: &Summary) -> Vec<[String; 4]> {
    let row = |name: &str, of: &dyn Fn(&Summary) -> Option<f64>, shown: &dyn Fn(f64) -> String| {
        let [before, after] = [from, to].map(of);
        let show = |value: Option<f64>| value.map_or(UNKNOWN.to_owned(), shown);
        let moved = before
            .zip(after)
            .map_or(UNKNOWN.to_owned(), |(before, after)| change(before, after));
        [name.to_owned(), show(before), show(after), moved]
    };
    let of_us = |us: f64| duration(us as i64);
    vec![
        row("sessions", &|summary| Some(summary.sessions as f64), &|n| {
            count(n as u64)
        }),
        row("bounces", &|summary| Some(summary.bounces as f64), &|n| {
            count(n as u64)
        }),
        row("bounce rate", &Summary::bounce_rate, &share),
        row(
            "mean duration",
            &|summary| summary.mean_duration_s().map(|s| s * 1e6),
            &of_us,
        ),
        row(
            "median duration",
            &|summary| summary.median_duration_us.map(|us| us as f64),
            &of_us,
        ),
        row("views a session", &Summary::pageviews_per_session, &|n| {
            format!("{n:.2}")
        }),
    ]
}

/// Rows under each other, the first column aligned to the left and the others to the right.
fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let widths: [usize; N] = std::array::from_fn(|column| {
        rows.iter()
            .map(|row| width(&row[column]))
            .max()
            .unwrap_or(0)
    });
    let mut text = String::new();
    for row in rows {
        let mut line = row[0].clone() + &" ".repeat(widths[0] - width(&row[0]));
        for (cell, widest) in row.iter().zip(widths).skip(1) {
            line += &" ".repeat(2 + widest - width(cell));
            line += cell;
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}
