//! Which user agents are programs and not people. Source floor.
//!
//! `assets/bots.txt` has the names of crawlers, link previews, monitors, scanners and HTTP libraries. Most others show
//! one of two habits: `bot` at the end of a word, or an address in the agent. A program that pretends to be a browser
//! is not found. An empty agent is not a bot.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Texts in the agents of programs, in lower case, and their source.
const MARKS: &str = include_str!("../../../assets/bots.txt");

/// Words that end in `bot` and name a person's telephone.
const NO_BOTS: &[&str] = &["cubot"];

/// At most this many bytes of an agent are looked at. Real ones have a tenth.
const LOOKED_AT: usize = 2048;

/// Slots for remembered verdicts. A power of two, and more than the agents in most logs.
const SLOTS: usize = 1 << 15;

/// Tells programs from people, and remembers the answer for an agent by its digest.
pub(super) struct Bots {
    /// The digests, each with its last bit replaced by the verdict. The digest chooses the slot.
    verdicts: Vec<u64>,
}

impl Default for Bots {
    fn default() -> Bots {
        Bots {
            // The initial content of a slot belongs to another slot, so it never matches.
            verdicts: (0..SLOTS as u64).map(|slot| !slot << 1).collect(),
        }
    }
}

fn marks() -> impl Iterator<Item = &'static str> {
    let lines = MARKS.lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The marks, prepared to look for all in one pass. `None` if there were too many, which a test excludes.
static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(marks()).ok());

/// Whether an agent calls itself a program, without using the memory.
#[inline(never)]
pub(super) fn is_named_as_one(agent: &[u8]) -> bool {
    let agent = agent[..agent.len().min(LOOKED_AT)].to_ascii_lowercase();
    has_bot(&agent) || FINDER.as_ref().is_some_and(|marks| marks.is_match(&agent))
}

impl Bots {
    /// Whether the agent, whose XXH3-64 is `digest`, is a program's.
    #[inline]
    pub(super) fn is_bot(&mut self, agent: &[u8], digest: u64) -> bool {
        if agent.is_empty() {
            return false;
        }
        let slot = (digest >> 1) as usize % SLOTS;
        if self.verdicts[slot] >> 1 != digest >> 1 {
            self.verdicts[slot] = digest & !1 | u64::from(is_named_as_one(agent));
        }
        self.verdicts[slot] & 1 == 1
    }
}

/// Whether a word ends in `bot`, as in `Googlebot/2.1` and `AdsBot-Google`; not that of a telephone.
fn has_bot(agent: &[u8]) -> bool {
    memchr::memmem::find_iter(agent, b"bot").any(|at| {
        let end = at + b"bot".len();
        let goes_on = agent.get(end).is_some_and(u8::is_ascii_alphabetic);
        // `bots` is the plural that stands in addresses.
        let is_plural = agent.get(end) == Some(&b's')
            && !agent.get(end + 1).is_some_and(u8::is_ascii_alphabetic);
        let is_phone = NO_BOTS
            .iter()
            .any(|phone| agent[..end].ends_with(phone.as_bytes()));
        (!goes_on || is_plural) && !is_phone
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(agent: &str, expected: bool) {
        let mut bots = Bots::default();
        let digest = xxhash_rust::xxh3::xxh3_64(agent.as_bytes());
        for _ in 0..2 {
            assert_eq!(bots.is_bot(agent.as_bytes(), digest), expected, "{agent}");
        }
    }

    #[test]
    fn programs_are_found_by_what_they_call_themselves() {
        for agent in [
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 (compatible; bingbot/2.0)",
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)",
            "AdsBot-Google",
            "Googlebot-Image/1.0",
            "TelegramBot (like TwitterBot)",
            "Mozilla/5.0 (compatible; Baiduspider/2.0)",
            "facebookexternalhit/1.1",
            "curl/8.5.0",
            "Wget/1.21",
            "python-requests/2.31.0",
            "Go-http-client/1.1",
            "ELB-HealthChecker/2.0",
            "kube-probe/1.27",
            "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/119.0",
            "UptimeRobot/2.0",
            "see example.com/bots",
        ] {
            check(agent, true);
        }
    }

    #[test]
    fn most_of_a_public_list_of_crawlers_is_known() {
        let list = include_str!("../../../tests/data/crawler_user_agents.txt");
        let agents: Vec<&str> = list.lines().filter(|line| !line.starts_with('#')).collect();
        let n_known = agents
            .iter()
            .filter(|agent| is_named_as_one(agent.as_bytes()))
            .count();
        // The others call themselves browsers, or use words that people's programs use, too.
        assert!(
            agents.len() > 2_000 && n_known * 100 >= agents.len() * 86,
            "{n_known} of {}",
            agents.len()
        );
    }

    #[test]
    fn no_mark_is_written_twice_or_in_capitals() {
        let mut known = std::collections::HashSet::new();
        for mark in marks() {
            assert!(known.insert(mark), "{mark}");
            assert_eq!(mark, mark.to_lowercase());
        }
    }

    #[test]
    fn people_are_left_alone() {
        for agent in [
            "",
            "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (Linux; Android 9; CUBOT_X19 Build/PPR1) AppleWebKit/537.36 Chrome/95.0 Mobile Safari/537.36",
            "Mozilla/5.0 (Linux; Android 10; CUBOT X30) AppleWebKit/537.36",
            "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; Hotbar 4.4.7.0)",
            "Mozilla/5.0 (Linux; Android 12; Abbott) Chrome/100.0",
            "Dalvik/2.1.0 (Linux; U; Android 9; Alba 10\\\" Build/LMY47I)",
            "Lynx/2.8.9",
        ] {
            check(agent, false);
        }
    }
}
