//! A user agent -> the browser or program that it names, without its version. Source floor.
//!
//! Browsers also name those that they want to be taken for: Edge says `Chrome/120.0 Safari/537.36 Edg/120.0`. So the
//! order of the table decides. Sources: "Browser detection using the user agent" and "User-Agent" on
//! <https://developer.mozilla.org>, and what programs call themselves in their own documentation. The woothee crate
//! knows no program since 2021, and has one name for all libraries.

use xxhash_rust::xxh3::xxh3_64;

use crate::source::access_log::bots;

/// The family of a program that has no name here.
const OTHER_BOT: &str = "other bot";

/// The family of everything else.
const OTHER: &str = "other";

/// At most this many bytes of an agent are looked at. Real ones have a tenth.
const LOOKED_AT: usize = 2048;

/// Texts in the agents of programs, in lower case, and their family. The first that is there counts.
const PROGRAMS: &[(&str, &str)] = &[
    ("adsbot-google", "AdsBot-Google"),
    ("mediapartners-google", "Mediapartners-Google"),
    ("googlebot", "Googlebot"),
    ("google-inspectiontool", "Google-InspectionTool"),
    ("googleother", "GoogleOther"),
    ("bingbot", "Bingbot"),
    ("bingpreview", "BingPreview"),
    ("yandexbot", "YandexBot"),
    ("baiduspider", "Baiduspider"),
    ("duckduckbot", "DuckDuckBot"),
    ("yahoo! slurp", "Yahoo! Slurp"),
    ("sogou", "Sogou"),
    ("seznambot", "SeznamBot"),
    ("gptbot", "GPTBot"),
    ("oai-searchbot", "OAI-SearchBot"),
    ("chatgpt-user", "ChatGPT-User"),
    ("claudebot", "ClaudeBot"),
    ("claude-user", "Claude-User"),
    ("perplexitybot", "PerplexityBot"),
    ("ccbot", "CCBot"),
    ("amazonbot", "Amazonbot"),
    ("applebot", "Applebot"),
    ("bytespider", "Bytespider"),
    ("meta-externalagent", "Meta-ExternalAgent"),
    ("facebookexternalhit", "facebookexternalhit"),
    ("ahrefsbot", "AhrefsBot"),
    ("semrushbot", "SemrushBot"),
    ("mj12bot", "MJ12bot"),
    ("dotbot", "DotBot"),
    ("petalbot", "PetalBot"),
    ("twitterbot", "Twitterbot"),
    ("linkedinbot", "LinkedInBot"),
    ("slackbot", "Slackbot"),
    ("telegrambot", "TelegramBot"),
    ("discordbot", "Discordbot"),
    ("whatsapp/", "WhatsApp"),
    ("archive.org_bot", "archive.org_bot"),
    ("uptimerobot", "UptimeRobot"),
    ("pingdom", "Pingdom"),
    ("elb-healthchecker", "ELB-HealthChecker"),
    ("googlehc/", "GoogleHC"),
    ("kube-probe", "kube-probe"),
    ("zgrab", "zgrab"),
    ("censys", "Censys"),
    ("curl/", "curl"),
    ("wget/", "Wget"),
    ("python-requests", "python-requests"),
    ("python-urllib", "Python-urllib"),
    ("python-httpx", "python-httpx"),
    ("aiohttp", "aiohttp"),
    ("scrapy", "Scrapy"),
    ("go-http-client", "Go-http-client"),
    ("okhttp", "okhttp"),
    ("apache-httpclient", "Apache-HttpClient"),
    ("libwww-perl", "libwww-perl"),
    ("axios/", "axios"),
    ("node-fetch", "node-fetch"),
    ("postmanruntime", "PostmanRuntime"),
    ("headlesschrome", "HeadlessChrome"),
];

/// The same of browsers, those that name others before the others.
const BROWSERS: &[(&str, &str)] = &[
    ("edg/", "Edge"),
    ("edga/", "Edge"),
    ("edgios/", "Edge"),
    ("edge/", "Edge"),
    ("opr/", "Opera"),
    ("opx/", "Opera"),
    ("opt/", "Opera"),
    ("opios/", "Opera"),
    ("opera", "Opera"),
    ("samsungbrowser/", "Samsung Internet"),
    ("yabrowser/", "Yandex Browser"),
    ("vivaldi/", "Vivaldi"),
    ("ucbrowser/", "UC Browser"),
    ("miuibrowser/", "MIUI Browser"),
    ("huaweibrowser/", "Huawei Browser"),
    ("duckduckgo/", "DuckDuckGo"),
    ("ddg/", "DuckDuckGo"),
    ("silk/", "Silk"),
    ("seamonkey/", "SeaMonkey"),
    ("firefox/", "Firefox"),
    ("fxios/", "Firefox"),
    ("focus/", "Firefox"),
    ("trident/", "Internet Explorer"),
    ("msie ", "Internet Explorer"),
    ("; wv)", "Android WebView"),
    ("crios/", "Chrome"),
    ("chromium/", "Chromium"),
    ("chrome/", "Chrome"),
];

/// The family of an agent, without using the memory; empty if there is no agent.
fn family(agent: &[u8]) -> &'static str {
    if agent.is_empty() {
        return "";
    }
    let lower = agent[..agent.len().min(LOOKED_AT)].to_ascii_lowercase();
    let has = |part: &str| memchr::memmem::find(&lower, part.as_bytes()).is_some();
    let first = |table: &'static [(&str, &str)]| table.iter().find(|(part, _)| has(part));
    if let Some((_, family)) = first(PROGRAMS) {
        return family;
    }
    if bots::is_named_as_one(agent) {
        return OTHER_BOT;
    }
    match first(BROWSERS) {
        Some((_, family)) => family,
        None if has("safari/") && has("android") => "Android Browser",
        None if has("safari/") && has("version/") => "Safari",
        None => OTHER,
    }
}

/// Slots for remembered families: more than the agents of most minutes.
const SLOTS: usize = 1 << 12;

/// Tells families, and remembers them for agents by their digests.
#[derive(Default)]
pub(super) struct AgentFamilies {
    /// By slot, which the digest chooses, the digest and the family; empty before the first agent.
    known: Vec<(u64, &'static str)>,
}

impl AgentFamilies {
    /// The family of an agent; empty if there is no agent.
    pub(super) fn of(&mut self, agent: &[u8]) -> &'static str {
        let digest = xxh3_64(agent);
        let slot = digest as usize % SLOTS;
        if self.known.is_empty() {
            // No digest of another slot is ever looked for here.
            self.known = (0..SLOTS as u64).map(|slot| (!slot, "")).collect();
        }
        if self.known[slot].0 != digest {
            self.known[slot] = (digest, family(agent));
        }
        self.known[slot].1
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn agents_have_the_family_that_they_name() {
        // As MDN, Chrome's, Edge's, Opera's and Samsung's documentation and our own logs show them.
        let mut families = AgentFamilies::default();
        for (expected, agent) in [
            (
                "Firefox",
                "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0",
            ),
            (
                "Firefox",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 13_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/29.0 Mobile/15E148 Safari/605.1.15",
            ),
            (
                "SeaMonkey",
                "Mozilla/5.0 (Windows NT 10.0; rv:60.0) Gecko/20100101 Firefox/60.0 SeaMonkey/2.53",
            ),
            (
                "Chrome",
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
            ),
            (
                "Chrome",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/120.0 Mobile/15E148 Safari/604.1",
            ),
            (
                "Edge",
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0",
            ),
            (
                "Edge",
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/64.0 Safari/537.36 Edge/17.17134",
            ),
            (
                "Opera",
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 OPR/106.0",
            ),
            ("Opera", "Opera/9.60 (Windows NT 6.0; U; en) Presto/2.1.1"),
            (
                "Safari",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1",
            ),
            (
                "Samsung Internet",
                "Mozilla/5.0 (Linux; Android 13; SM-S901B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/23.0 Chrome/115.0 Mobile Safari/537.36",
            ),
            (
                "Android Browser",
                "Mozilla/5.0 (Linux; U; Android 4.0.3; de-de) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30",
            ),
            (
                "Android WebView",
                "Mozilla/5.0 (Linux; Android 12; Pixel 5; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/110.0 Mobile Safari/537.36",
            ),
            (
                "Internet Explorer",
                "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
            ),
            (
                "Googlebot",
                "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Googlebot/2.1; +http://www.google.com/bot.html) Chrome/120.0 Safari/537.36",
            ),
            (
                "Bingbot",
                "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
            ),
            (
                "HeadlessChrome",
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/119.0 Safari/537.36",
            ),
            ("curl", "curl/8.5.0"),
            ("other bot", "Mozilla/5.0 (compatible; SomeNewBot/0.1)"),
            ("other", "Links (2.29; Linux 6.1 x86_64; text)"),
            ("", ""),
        ] {
            assert_eq!(families.of(agent.as_bytes()), expected, "{agent}");
            assert_eq!(
                families.of(agent.as_bytes()),
                expected,
                "{agent}, remembered"
            );
        }
    }

    #[test]
    fn no_public_crawler_that_is_known_as_one_is_a_browser() {
        let list = include_str!("../../../tests/data/crawler_user_agents.txt");
        let agents = list.lines().filter(|line| !line.starts_with('#'));
        for agent in agents.filter(|agent| bots::is_named_as_one(agent.as_bytes())) {
            let family = family(agent.as_bytes());
            let is_browser = BROWSERS.iter().any(|(_, browser)| *browser == family);
            assert!(!is_browser && family != OTHER, "{family}: {agent}");
        }
    }

    #[test]
    fn every_name_can_be_found_and_is_told_from_those_before_it() {
        for table in [PROGRAMS, BROWSERS] {
            for (n, (part, family)) in table.iter().enumerate() {
                assert_eq!(*part, part.to_lowercase());
                let earlier = table[..n].iter().find(|(other, _)| part.contains(other));
                assert!(earlier.is_none(), "{family} is never reached");
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_have_a_family_that_memory_does_not_change(
            agents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..8),
        ) {
            let mut families = AgentFamilies::default();
            for agent in agents.iter().chain(&agents) {
                prop_assert_eq!(families.of(agent), family(agent));
                prop_assert_eq!(family(agent).is_empty(), agent.is_empty());
            }
        }
    }
}
