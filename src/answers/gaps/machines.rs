//! Users who pause like machines, by name. Answers floor.

use crate::answers::export::csv::push_field;
use crate::answers::valley::about;
use crate::engine::dataset::Dataset;
use crate::engine::study;
use crate::engine::study::Machine;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::text::cut_middle;
use crate::words::text::safe;
use crate::words::timestamp::write_seconds;

/// How many machines a text names, and how many columns each gets.
const NAMED: usize = 3;
const NAME_WIDTH: usize = 32;

/// The users most of whose pauses are of one length, those with the most pauses first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Machines {
    /// Each with its id.
    pub found: Vec<(String, Machine)>,
    /// Whether they are left out of the study.
    pub are_left_out: bool,
}

impl Machines {
    /// Looks for them.
    pub(crate) fn of(dataset: &Dataset) -> Machines {
        let found = study::machines(dataset).into_iter();
        let named = found.map(|machine| (dataset.users().text(machine.user).to_owned(), machine));
        Machines {
            found: named.collect(),
            are_left_out: false,
        }
    }

    /// The pageviews of the other users.
    pub(crate) fn leave_out(&mut self, dataset: &Dataset) -> Dataset {
        self.are_left_out = true;
        let mut is_machine = vec![false; dataset.n_users()];
        for (_, machine) in &self.found {
            is_machine[machine.user as usize] = true;
        }
        dataset.without_users(|user| is_machine[user])
    }

    /// The pauses of all of them.
    pub(crate) fn pauses(&self) -> u64 {
        self.found.iter().map(|(_, machine)| machine.pauses).sum()
    }

    /// The machines in a sentence:
    /// `2 users pause like machines: cron (5m, 280 of 288 pauses), probe (10s, 60 of 60 pauses); dwell gaps --without-machines leaves them out`.
    /// `None` without machines.
    pub(crate) fn sentence(&self) -> Option<String> {
        let users = self.found.len() as u64;
        let are = match users {
            0 => return None,
            1 => "1 user pauses like a machine".to_owned(),
            _ => format!("{} users pause like machines", count(users)),
        };
        let named = self.found.iter().take(NAMED).map(|(id, machine)| {
            format!(
                "{} ({}, {} of {})",
                cut_middle(&safe(id), NAME_WIDTH),
                about(machine.pause_us),
                count(machine.alike),
                counted(machine.pauses, "pause"),
            )
        });
        let mut named = named.collect::<Vec<_>>().join(", ");
        if let Some(more @ 1..) = users.checked_sub(NAMED as u64) {
            named += &format!(" and {} more", count(more));
        }
        let them = if users == 1 { "it" } else { "them" };
        Some(match self.are_left_out {
            true => format!(
                "left out: {are}, with {}: {named}",
                counted(self.pauses(), "pause")
            ),
            false => format!("{are}: {named}; dwell gaps --without-machines leaves {them} out"),
        })
    }

    /// The list as CSV: `user_id`, the length in seconds, the pauses within 2 % of it, and all pauses.
    pub(crate) fn csv(&self) -> String {
        let mut out = b"user_id,pause_s,alike,pauses\n".to_vec();
        for (id, machine) in &self.found {
            push_field(&mut out, id);
            out.push(b',');
            write_seconds(&mut out, machine.pause_us);
            out.extend_from_slice(format!(",{},{}\n", machine.alike, machine.pauses).as_bytes());
        }
        String::from_utf8(out).expect("texts and figures are UTF-8")
    }

    /// The same for programs, one object.
    pub(super) fn json(&self) -> String {
        let users = self.found.iter().map(|(id, machine)| {
            format!(
                "{{\"user_id\":{},\"pause_us\":{},\"alike\":{},\"pauses\":{}}}",
                serde_json::Value::from(id.as_str()),
                machine.pause_us,
                machine.alike,
                machine.pauses
            )
        });
        format!(
            "{{\"left_out\":{},\"pauses\":{},\"users\":[{}]}}",
            self.are_left_out,
            self.pauses(),
            users.collect::<Vec<_>>().join(",\n  ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machines(n: usize) -> Machines {
        let machine = Machine {
            user: 0,
            pause_us: 300_000_000,
            alike: 280,
            pauses: 288,
        };
        let found = (0..n).map(|user| (format!("cron\u{1b}{user}"), machine));
        Machines {
            found: found.collect(),
            are_left_out: false,
        }
    }

    #[test]
    fn the_busiest_are_named_safely_and_the_others_counted() {
        assert_eq!(machines(0).sentence(), None);
        assert_eq!(
            machines(1).sentence().unwrap(),
            "1 user pauses like a machine: cron<U+001B>0 (5m, 280 of 288 pauses); dwell gaps --without-machines leaves it out"
        );
        let many = Machines {
            are_left_out: true,
            ..machines(5)
        };
        let sentence = many.sentence().unwrap();
        assert!(sentence.starts_with("left out: 5 users pause like machines, with 1,440 pauses: "));
        assert!(
            sentence.ends_with("cron<U+001B>2 (5m, 280 of 288 pauses) and 2 more"),
            "{sentence}"
        );
    }
}
