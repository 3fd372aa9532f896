//! What the values of a column have in common. Source floor.

use std::collections::HashSet;

use crate::source::access_log::address;
use crate::source::access_log::bots;
use crate::source::access_log::infer::times;
use crate::source::access_log::infer::times::FoundTimes;
use crate::source::access_log::methods::is_method;
use crate::words::timestamp::Timestamp;

/// The values at one place of all lines, and counts of what they could be.
#[derive(Debug)]
pub(super) struct TokenColumn<'l> {
    pub(super) values: Vec<&'l [u8]>,
    /// The name before the values, in small letters: `client` of `[client 192.0.2.1]`, `status` of `status=200`.
    pub(super) label: String,
    pub(super) is_enclosed: bool,
    /// Values that say something.
    pub(super) n_said: usize,
    pub(super) n_distinct: usize,
    pub(super) n_addresses: usize,
    pub(super) n_lists: usize,
    /// Addresses with a port, and how many different ports.
    pub(super) n_ports: usize,
    pub(super) n_distinct_ports: usize,
    pub(super) n_names: usize,
    /// Names that can be no person's.
    pub(super) n_sites: usize,
    pub(super) n_requests: usize,
    pub(super) n_methods: usize,
    pub(super) n_paths: usize,
    pub(super) n_urls: usize,
    pub(super) n_statuses: usize,
    pub(super) n_numbers: usize,
    /// Agents of browsers.
    pub(super) n_browsers: usize,
    /// Agents that end before the machine is named.
    pub(super) n_cut_browsers: usize,
    /// Agents of any program.
    pub(super) n_agents: usize,
    /// Times as servers write theirs.
    pub(super) n_server_times: usize,
    /// The instants, if the column is one of times.
    pub(super) times: Option<Vec<Option<Timestamp>>>,
    pub(super) is_counted: bool,
}

/// Statuses of servers, including those of nginx and Cloudflare.
pub(in crate::source::access_log) fn is_status(value: &[u8]) -> bool {
    let status = std::str::from_utf8(value)
        .ok()
        .filter(|text| text.len() == 3);
    matches!(
        status.and_then(|text| text.parse::<u16>().ok()),
        Some(
            0
            | 100..=103
            | 200..=208
            | 226
            | 300..=308
            | 400..=418
            | 421..=431
            | 444
            | 451
            | 460
            | 463
            | 494..=499
            | 500..=511
            | 520..=527
            | 530
            | 561,
        )
    )
}

/// Whether a value says nothing.
pub(in crate::source::access_log) fn is_nothing(value: &[u8]) -> bool {
    matches!(value.trim_ascii(), b"" | b"-" | b"\"\"" | b"(null)")
}

/// Method and target, and maybe a protocol.
pub(in crate::source::access_log) fn is_request(value: &[u8]) -> bool {
    let Some(blank) = memchr::memchr(b' ', value) else {
        return false;
    };
    let target = &value[blank + 1..];
    is_method(&value[..blank])
        && (is_path(target) || is_url(target) || memchr::memmem::find(target, b" HTTP/").is_some())
}

pub(in crate::source::access_log) fn is_path(value: &[u8]) -> bool {
    value.starts_with(b"/") && !value.starts_with(b"//") || value == b"*"
}

pub(in crate::source::access_log) fn is_url(value: &[u8]) -> bool {
    let scheme = memchr::memmem::find(value, b"://").unwrap_or(0);
    (2..=10).contains(&scheme) && value[..scheme].iter().all(u8::is_ascii_alphabetic)
}

/// `Firefox/115.0`: a name and a version.
fn is_product(value: &[u8]) -> bool {
    let slash = memchr::memchr(b'/', value).unwrap_or(0);
    let (name, version) = (
        &value[..slash],
        value.get(slash + 1).copied().unwrap_or_default(),
    );
    slash > 1
        && name != b"HTTP"
        && name[0].is_ascii_alphabetic()
        && name
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b" ._-+".contains(byte))
        && (version.is_ascii_digit() || version == b'v')
}

/// Whether a value may be the agent of some program.
fn is_agent(value: &[u8]) -> bool {
    let is_text = value.len() > 2 && value.iter().any(u8::is_ascii_alphabetic);
    is_text
        && !is_url(value)
        && !is_path(value)
        && (is_product(value) || bots::is_named_as_one(value))
}

impl<'l> TokenColumn<'l> {
    pub(super) fn new(
        values: Vec<&'l [u8]>,
        label: String,
        is_enclosed: bool,
        times: &FoundTimes,
    ) -> TokenColumn<'l> {
        let said: Vec<&[u8]> = values
            .iter()
            .copied()
            .filter(|value| !is_nothing(value))
            .collect();
        let count =
            |holds: &dyn Fn(&[u8]) -> bool| said.iter().filter(|value| holds(value)).count();
        let ports: Vec<&[u8]> = said
            .iter()
            .filter(|value| address::is_ip(value))
            .filter_map(|value| port(value))
            .collect();
        let enough = |times: &Vec<Option<Timestamp>>| {
            times.iter().flatten().count() * 100 >= values.len() * 95
        };
        let written = times.written(&values);
        let counted = times.counted(&values);
        let is_counted = !enough(&written) && enough(&counted) && times::order(&counted) >= 80;
        let instants = match (enough(&written), is_counted) {
            (true, _) => Some(written),
            (_, true) => Some(counted),
            _ => None,
        };
        TokenColumn {
            label,
            is_enclosed,
            n_said: said.len(),
            n_distinct: said.iter().collect::<HashSet<_>>().len(),
            n_addresses: count(&|value| address::is_list(value)),
            n_lists: count(&|value| value.contains(&b',') && address::is_list(value)),
            n_distinct_ports: ports.iter().collect::<HashSet<_>>().len(),
            n_ports: ports.len(),
            n_names: count(&address::is_name),
            n_sites: count(&address::is_site),
            n_requests: count(&is_request),
            n_methods: count(&is_method),
            n_paths: count(&is_path),
            n_urls: count(&is_url),
            n_statuses: count(&is_status),
            n_numbers: count(&|value| value.iter().all(|byte| byte.is_ascii_digit())),
            n_browsers: count(&|value| {
                memchr::memmem::find(value, b"Mozilla/").is_some_and(|at| at < 40)
            }),
            n_cut_browsers: count(&|value| {
                // In quotes it is the complete agent.
                !is_enclosed
                    && value.starts_with(b"Mozilla/")
                    && value.len() <= b"Mozilla/5.0".len()
            }),
            n_agents: match is_enclosed {
                true => count(&is_agent),
                // A blank would have cut it off.
                false => 0,
            },
            n_server_times: count(&|value| times::servers_date(value).is_some()),
            times: instants,
            is_counted,
            values,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether `n` are nearly all of the values that are not empty, and most lines have such a value.
    pub(super) fn is_mostly(&self, n: usize) -> bool {
        n > 0 && n * 100 >= self.n_said * 95 && self.n_said * 100 >= self.len() * 80
    }

    /// Whether two columns say the same in nearly all lines.
    pub(super) fn is_same_as(&self, other: &TokenColumn<'_>) -> bool {
        let n_same = self
            .values
            .iter()
            .zip(&other.values)
            .filter(|(one, other)| one == other)
            .count();
        n_same == self.len()
    }
}

/// The port of an address that has one.
fn port(address: &[u8]) -> Option<&[u8]> {
    let host = address::host(address);
    let rest = &address[host.len()..];
    let colon = memchr::memrchr(b':', rest)?;
    Some(&rest[colon + 1..])
}
