//! Reads the result of the `pauses` statement, saved as a file by any engine. Answers floor.
//!
//! The file has a header line and a row for each length of pauses. Columns are found by name: `gap_us` (pauses of at
//! least so many microseconds and shorter than the next) or `pause_us` (of exactly so many); `pauses`; and `sessions`
//! or `users`, either of which tells how many users there are. With a column `part`, all of that is for groups of
//! users. `lone_pauses`, `users_on_both_sides` and `users_of_as_many_pauses` say who has the pauses.

use std::collections::BTreeMap;
use std::io::Read;

use crate::engine::pause_counts::OwnersOfLength;
use crate::engine::pause_counts::PauseCounts;
use crate::engine::pause_counts::PauseOwners;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::text::safe;

/// No result of the statement is nearly as long. A file that is longer is something else.
const MAX_BYTES: u64 = 64 << 20;
/// No result has more groups of users, either.
const MAX_PARTS: usize = 1 << 10;

/// Whether a text with this first line is a result of the statement.
pub(crate) fn is_header(line: &str) -> bool {
    PausesHeader::of(line).is_ok()
}

/// Reads the counts from a stream called `name`.
///
/// Errors, with line and column, when a value is not as expected, when rows disagree about the number of users, and
/// when there is no row.
pub(crate) fn read_pauses(name: &str, input: &mut dyn Read) -> Result<PauseCounts> {
    let wrong = |problem: String| Error::Input {
        input: name.to_owned(),
        problem,
    };
    let mut text = Vec::new();
    input
        .take(MAX_BYTES + 1)
        .read_to_end(&mut text)
        .map_err(Error::io("read", name))?;
    if text.len() as u64 > MAX_BYTES {
        return Err(wrong(
            "too long for the result of the pauses statement: expected at most 64 MiB".into(),
        ));
    }
    let text = String::from_utf8(text).map_err(|_| {
        wrong("not UTF-8: expected the result of the pauses statement as CSV".into())
    })?;
    parse(&text).map_err(wrong)
}

/// How clients of engines write a result as CSV with a header.
const AS_CSV: &str = "psql writes it with --csv, duckdb with -csv, sqlite3 with -csv -header, clickhouse client with \
                      --format CSVWithNames, and mariadb with --batch";

fn parse(text: &str) -> Result<PauseCounts, String> {
    let mut lines = text.lines().zip(1..);
    let (first, _) = lines.next().ok_or("the file is empty")?;
    let header = PausesHeader::of(first)?;
    let mut rows: Vec<PauseRow> = Vec::new();
    for (line, number) in lines {
        if line.trim().is_empty() {
            continue;
        }
        if number == 2 && line.chars().all(|c| "-+| ".contains(c)) {
            return Err(format!("it is a table for people, not CSV: {AS_CSV}"));
        }
        let row = header.row(line, number);
        rows.push(row.map_err(|why| format!("line {number}: {why}"))?);
    }
    rows.sort_by_key(|row| (row.part, std::cmp::Reverse(row.length_us)));
    let parts: Vec<&[PauseRow]> = rows.chunk_by(|a, b| a.part == b.part).collect();
    if parts.len() > MAX_PARTS {
        return Err(format!(
            "{} parts: expected at most {MAX_PARTS}",
            parts.len()
        ));
    }
    let too_many = || "more pageviews than fit into 64 bits".to_owned();
    let mut users = 0u64;
    let mut groups = Vec::with_capacity(parts.len());
    for part in &parts {
        let of_part = header.users(part)?;
        for row in *part {
            row.check(of_part)
                .map_err(|why| format!("line {}: {why}", row.line))?;
        }
        users = users.checked_add(of_part).ok_or_else(too_many)?;
        let counts = part.iter().map(|row| (row.length_us, row.pauses)).collect();
        let counts = PauseCounts::new(counts, header.lengths_are_exact, of_part);
        groups.push(counts.ok_or_else(too_many)?.histogram());
    }
    if parts.is_empty() {
        return Err("no row of pauses".to_owned());
    }
    let owners = owners(&parts);
    if let Some(of_all) = owners
        .as_ref()
        .map(PauseOwners::users)
        .filter(|&of| of != users)
    {
        return Err(format!(
            "{of_all} users by the numbers of their pauses, and {users} by sessions: expected a result that is whole"
        ));
    }
    let counts = rows.iter().map(|row| (row.length_us, row.pauses)).collect();
    let counts = PauseCounts::new(counts, header.lengths_are_exact, users).ok_or_else(too_many)?;
    let in_parts = if header.part.is_some() {
        groups
    } else {
        Vec::new()
    };
    Ok(counts.by_users(in_parts, owners))
}

/// Who has the pauses, if every row says so; the rows of each part are from the longest down.
fn owners(parts: &[&[PauseRow]]) -> Option<PauseOwners> {
    let mut by_length = BTreeMap::<i64, OwnersOfLength>::new();
    let mut by_number = BTreeMap::<u64, u64>::new();
    for part in parts {
        let mut above = 0;
        for row in *part {
            let said = row.owners?;
            let from_us = row.length_us;
            let sum = by_length.entry(from_us).or_default();
            sum.from_us = from_us;
            sum.lone = sum.lone.saturating_add(said.lone);
            let on_both = i64::try_from(said.on_both).unwrap_or(i64::MAX);
            sum.crossing = sum.crossing.saturating_add(on_both.saturating_sub(above));
            above = on_both;
            let users = by_number.entry(from_us as u64).or_default();
            *users = users.saturating_add(said.of_as_many);
        }
    }
    Some(PauseOwners {
        by_length: by_length.into_values().collect(),
        by_number: by_number.into_iter().filter(|row| row.1 > 0).collect(),
    })
}

/// Where the columns are.
#[derive(Clone, Copy, Debug)]
struct PausesHeader {
    separator: char,
    length: usize,
    lengths_are_exact: bool,
    pauses: usize,
    users: PauseUsers,
    part: Option<usize>,
    /// The columns of lone pauses, of users on both sides, and of users with as many pauses.
    owners: Option<[usize; 3]>,
}

/// The column that tells how many users there are.
#[derive(Clone, Copy, Debug)]
enum PauseUsers {
    /// The same number in each row.
    Itself(usize),
    /// Users and all pauses of at least the row's length.
    InSessions(usize),
}

/// A row: pauses of a length, and what the column for users says.
#[derive(Clone, Copy, Debug)]
struct PauseRow {
    length_us: i64,
    pauses: u64,
    said: u64,
    line: usize,
    /// The group of users; 0 if there are none.
    part: u64,
    owners: Option<RowOwners>,
}

impl PauseRow {
    /// Whether such a row is possible among those of `users`.
    fn check(&self, users: u64) -> Result<(), String> {
        let owners = self.owners.unwrap_or_default();
        match self.pauses {
            pauses if users == 0 && pauses > 0 => Err(format!("{pauses} pauses of 0 users")),
            pauses if owners.lone > pauses => {
                Err(format!("{} lone pauses of {pauses}", owners.lone))
            }
            _ if owners.on_both > users => {
                Err(format!("{} users on both sides of {users}", owners.on_both))
            }
            _ => Ok(()),
        }
    }
}

/// What a row says of who has its pauses.
#[derive(Clone, Copy, Debug, Default)]
struct RowOwners {
    lone: u64,
    on_both: u64,
    of_as_many: u64,
}

impl PausesHeader {
    fn of(line: &str) -> Result<PausesHeader, String> {
        let line = line.trim_start_matches('\u{feff}');
        let separator = [',', ';', '\t', '|']
            .into_iter()
            .find(|&separator| line.contains(separator))
            .unwrap_or(',');
        let names: Vec<String> = fields(line, separator)
            .map(|name| name.to_ascii_lowercase())
            .collect();
        let find = |name: &str| names.iter().position(|found| found == name);
        let missing = |what: &str| {
            format!(
                "no column {what} in the header \"{}\": expected the result of dwell sql --statement pauses as CSV with a header: {AS_CSV}",
                safe(&line.chars().take(200).collect::<String>())
            )
        };
        let (length, lengths_are_exact) = match (find("gap_us"), find("pause_us")) {
            (Some(column), _) => (column, false),
            (None, Some(column)) => (column, true),
            (None, None) => return Err(missing("gap_us or pause_us")),
        };
        let users = match (find("users"), find("sessions")) {
            (Some(column), _) => PauseUsers::Itself(column),
            (None, Some(column)) => PauseUsers::InSessions(column),
            (None, None) => return Err(missing("sessions or users")),
        };
        Ok(PausesHeader {
            separator,
            length,
            lengths_are_exact,
            pauses: find("pauses").ok_or_else(|| missing("pauses"))?,
            users,
            part: find("part"),
            owners: find("lone_pauses")
                .zip(find("users_on_both_sides"))
                .zip(find("users_of_as_many_pauses"))
                .map(|((lone, on_both), of_as_many)| [lone, on_both, of_as_many]),
        })
    }

    fn row(&self, line: &str, number: usize) -> Result<PauseRow, String> {
        let fields: Vec<&str> = fields(line, self.separator).collect();
        let count = |column: usize| {
            let text = fields.get(column).copied().unwrap_or_default();
            text.parse::<u64>()
                .map_err(|_| format!("\"{}\" is not a count: expected a whole number", safe(text)))
        };
        let length = count(self.length)?;
        let said = match self.users {
            PauseUsers::Itself(column) | PauseUsers::InSessions(column) => count(column)?,
        };
        Ok(PauseRow {
            length_us: i64::try_from(length)
                .map_err(|_| format!("{length} us is longer than any pause"))?,
            pauses: count(self.pauses)?,
            said,
            line: number,
            part: self.part.map_or(Ok(0), count)?,
            owners: match self.owners {
                None => None,
                Some([lone, on_both, of_as_many]) => Some(RowOwners {
                    lone: count(lone)?,
                    on_both: count(on_both)?,
                    of_as_many: count(of_as_many)?,
                }),
            },
        })
    }

    /// How many users there are, by all rows of a part, from the longest pauses down.
    fn users(&self, rows: &[PauseRow]) -> Result<u64, String> {
        let mut pauses = 0u64;
        let mut users = None;
        for row in rows {
            pauses = pauses.saturating_add(row.pauses);
            let here = match self.users {
                PauseUsers::Itself(_) => Some(row.said),
                PauseUsers::InSessions(_) => row.said.checked_sub(pauses),
            };
            let here = here.ok_or_else(|| {
                format!(
                    "line {}: {} sessions are fewer than the {pauses} pauses that are at least as long",
                    row.line, row.said
                )
            })?;
            match users {
                None => users = Some(here),
                Some(users) if users != here => {
                    return Err(format!(
                        "line {}: {here} users, and {users} by the rows of longer pauses: expected a result that is \
                         whole",
                        row.line
                    ));
                }
                Some(_) => {}
            }
        }
        users.ok_or_else(|| "no row of pauses".to_owned())
    }
}

/// The fields of a line, without the blanks and quotes around them. No field of the result has a quote inside.
fn fields(line: &str, separator: char) -> impl Iterator<Item = &str> {
    line.split(separator)
        .map(|field| field.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::gap::Gap;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<PauseCounts, String> {
        read_pauses("pauses.csv", &mut text.as_bytes()).map_err(|error| error.to_string())
    }

    fn check(text: &str, users: u64, pauses: u64) {
        let counts = read(text).unwrap();
        assert_eq!((counts.users(), counts.pauses()), (users, pauses), "{text}");
    }

    #[test]
    fn the_result_is_read_as_any_engine_writes_it() {
        check(
            "gap,gap_us,pauses,sessions\n0s,0,1,5\n1s,1000000,1,4\n30m,1800000000,0,3\n",
            3,
            2,
        );
        check(
            "\u{feff}\"gap\";\"gap_us\";\"pauses\";\"sessions\"\r\n\"0s\";\"0\";\"2\";\"5\"\r\n",
            3,
            2,
        );
        check("gap\tgap_us\tpauses\tsessions\n\t7\t2\t5\n", 3, 2);
        check("gap|gap_us|pauses|sessions\n30m|7|2|5\n\n", 3, 2);
        check("PAUSE_US,PAUSES,USERS\n5,2,3\n1,4,3\n5,1,3\n", 3, 7);
        check("gap_us,pauses,sessions\n0,0,3\n", 3, 0);
    }

    #[test]
    fn users_beyond_counting_are_no_reason_to_panic() {
        let all = u64::MAX;
        let half = 1u64 << 63;
        let rows = format!(
            "gap_us,pauses,users,lone_pauses,users_on_both_sides,users_of_as_many_pauses\n\
             2,0,{all},0,{all},{half}\n9,0,{all},0,0,{all}\n"
        );
        let counts = read(&rows).unwrap();
        assert_eq!(counts.users(), all);
        let _ = counts.study(Gap::DEFAULT);
    }

    #[test]
    fn parts_are_added_up() {
        check(
            "gap_us,part,pauses,sessions\n0,0,1,4\n7,0,2,3\n0,1,5,9\n7,1,2,4\n",
            3,
            10,
        );
        check("gap_us,part,pauses,users\n7,3,1,2\n7,9,1,5\n", 7, 2);
    }

    #[test]
    fn exact_pauses_give_the_sessions_of_any_gap() {
        let exact = read("pause_us,pauses,users\n5,2,3\n9,4,3\n").unwrap();
        let at = exact.sessions_at(Gap::from_us(6).unwrap());
        assert_eq!((at.sessions, at.is_exact), (7, true));
    }

    #[test]
    fn what_is_no_such_result_is_refused_with_its_place() {
        for (text, why) in [
            ("", "pauses.csv: the file is empty"),
            (
                "\n",
                "pauses.csv: no column gap_us or pause_us in the header \"\": expected the result of dwell sql --statement pauses as CSV",
            ),
            (
                " gap | gap_us | pauses | sessions \n-----+--------+--------+----------\n 1s  |      7 |      3 |        4\n",
                "pauses.csv: it is a table for people, not CSV: psql writes it with --csv",
            ),
            ("┌───┬───┐\n│ gap │ gap_us │\n", "duckdb with -csv"),
            (
                "gap_us,pauses,users\n7,3,0\n",
                "line 2: 3 pauses of 0 users",
            ),
            (
                "gap_us,pauses,users,lone_pauses,users_on_both_sides,users_of_as_many_pauses\n7,3,3,4,0,3\n",
                "line 2: 4 lone pauses of 3",
            ),
            (
                "gap_us,pauses,users,lone_pauses,users_on_both_sides,users_of_as_many_pauses\n7,9,3,0,4,3\n",
                "line 2: 4 users on both sides of 3",
            ),
            (
                "user_id,page_view_at,page\n",
                "no column gap_us or pause_us",
            ),
            ("gap_us,pauses\n", "no column sessions or users"),
            ("gap_us,sessions\n", "no column pauses"),
            ("gap_us,pauses,sessions\n", "no row of pauses"),
            (
                "gap_us,pauses,sessions\n0,1\n",
                "line 2: \"\" is not a count",
            ),
            (
                "gap_us,pauses,sessions\n0,-1,3\n",
                "line 2: \"-1\" is not a count: expected a whole number",
            ),
            (
                "gap_us,pauses,sessions\n0,9,3\n",
                "line 2: 3 sessions are fewer than the 9 pauses",
            ),
            (
                "gap_us,pauses,sessions\n0,1,5\n7,1,3\n",
                "line 2: 3 users, and 2 by the rows of longer pauses",
            ),
            (
                "gap_us,pauses,users\n0,1,5\n7,1,3\n",
                "line 2: 5 users, and 3 by",
            ),
            (
                "gap_us,part,pauses,users\n0,1,1,5\n7,1,1,3\n",
                "line 2: 5 users, and 3 by",
            ),
            (
                "gap_us,part,pauses,users\n0,x,1,5\n",
                "line 2: \"x\" is not a count",
            ),
            (
                "gap_us,pauses,users,lone_pauses,users_on_both_sides,users_of_as_many_pauses\n7,1,3,0,0,2\n",
                "2 users by the numbers of their pauses, and 3 by sessions",
            ),
            (
                "pause_us,pauses,users\n99999999999999999999,1,5\n",
                "is not a count",
            ),
            (
                "pause_us,pauses,users\n9999999999999999999,1,5\n",
                "longer than any pause",
            ),
            (
                "pause_us,pauses,users\n9,18446744073709551615,1\n",
                "more pageviews than fit into 64 bits",
            ),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(rows in "(gap_us|pause_us),pauses,(users|sessions)\n([0-9]{1,20},[0-9]{1,20},[0-9]{1,20}\n){0,9}") {
            if let Ok(counts) = read(&rows) {
                let _ = counts.sessions_at(Gap::DEFAULT);
                let _ = counts.histogram().axis_us();
            }
        }

        #[test]
        fn no_parts_make_it_panic(rows in "([0-9]{1,20},[0-3],[0-9]{1,3},[0-3],[0-9]{1,20},[0-9]{1,20},[0-3]\n){0,9}") {
            let header = "gap_us,part,pauses,users,lone_pauses,users_on_both_sides,users_of_as_many_pauses\n";
            if let Ok(counts) = read(&(header.to_owned() + &rows)) {
                let _ = counts.study(Gap::DEFAULT);
            }
        }
    }
}
