//! A request of any access log -> a pageview, a reject, or left out. Source floor.
//!
//! Knows who the user is and what a page view is; nothing about how logs are written.

use xxhash_rust::xxh3::xxh3_64;

use crate::source::access_log::address;
use crate::source::access_log::agent_family::AgentFamilies;
use crate::source::access_log::assets;
use crate::source::access_log::bots::Bots;
use crate::source::access_log::carried::CarriedField;
use crate::source::access_log::left_out::LeftOut;
use crate::source::access_log::left_out::Reason;
use crate::source::access_log::methods;
use crate::source::options::LogOptions;
use crate::source::options::LogUser;
use crate::source::rows::carried::CarriedCells;
use crate::source::rows::intake::Intake;
use crate::source::rows::intake::SourceDescription;
use crate::source::rows::sink::Sink;
use crate::source::rows::understood::Understood;
use crate::words::error::Result;
use crate::words::figure;
use crate::words::text::safe;

/// What a line says, as any bytes; empty if it says nothing. The reader of the line has replaced `-` by nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::source) struct Request<'a> {
    /// The client's address: `192.0.2.1`, `[2001:db8::2]:443`, `198.51.100.1:60422`.
    pub(in crate::source) address: &'a [u8],
    /// `X-Forwarded-For`: addresses, the client's first.
    pub(in crate::source) forwarded: &'a [u8],
    pub(in crate::source) remote_user: &'a [u8],
    pub(in crate::source) agent: &'a [u8],
    pub(in crate::source) method: &'a [u8],
    /// Path and query, or a whole address.
    pub(in crate::source) target: &'a [u8],
    pub(in crate::source) status: Option<u16>,
    /// The name of the site, with a port or without.
    pub(in crate::source) host: &'a [u8],
    /// Where the link to the page was.
    pub(in crate::source) referrer: &'a [u8],
    /// The value of the field that users are told apart by, if a person named one.
    pub(in crate::source) key: &'a [u8],
}

impl Request<'_> {
    /// Whether it has a method of HTTP, a target and the address of a machine.
    pub(super) fn is_made(&self) -> bool {
        let is_machine = address::is_ip(self.address) || address::is_name(self.address);
        is_machine && !self.target.is_empty() && methods::is_method(self.method)
    }
}

impl<'a> Request<'a> {
    /// Puts what it carries into the cells of its row.
    fn carry(
        &self,
        fields: &[Option<CarriedField>],
        families: &mut AgentFamilies,
        cells: &mut CarriedCells,
        line: u64,
    ) {
        cells.clear();
        for field in fields {
            let mut digits = itoa::Buffer::new();
            let value = match field {
                Some(CarriedField::AgentFamily) => families.of(self.agent).as_bytes(),
                Some(field) => self.carried(*field, &mut digits),
                None => b"",
            };
            cells.push(value.trim_ascii(), line);
        }
    }

    /// The value of a field; nothing if it has none.
    fn carried<'r>(&'r self, field: CarriedField, digits: &'r mut itoa::Buffer) -> &'r [u8] {
        match field {
            CarriedField::Referrer => self.referrer,
            CarriedField::Host => match address::host_of(self.target).unwrap_or(self.host) {
                b"" => b"",
                host => address::host(host),
            },
            CarriedField::Status => match self.status {
                Some(status) => digits.format(status).as_bytes(),
                None => b"",
            },
            CarriedField::Agent | CarriedField::AgentFamily => self.agent,
        }
    }
}

/// When a request was made, as its log has it.
#[derive(Clone, Copy, Debug)]
pub(in crate::source) enum RequestTime<'a> {
    Text(&'a [u8]),
    /// Microseconds since the epoch.
    Instant(i64),
    /// What a local clock showed: microseconds since 1970-01-01T00:00:00 on it.
    WallClock(i64),
}

/// Passes requests to the intake, and counts what it leaves out.
pub(in crate::source) struct Requests {
    options: LogOptions,
    /// The part of a table that tells users apart, in words.
    key: Option<String>,
    /// The fields that are carried, unless the reader of a row takes what it carries.
    pub(super) carried: Vec<Option<CarriedField>>,
    pub(super) families: AgentFamilies,
    left_out: LeftOut,
    bots: Bots,
    /// Memory for the user, the page and the target of the current request.
    user: Vec<u8>,
    page: Vec<u8>,
    target: Vec<u8>,
    /// Counts of requests: with a known user, with a forwarded address, and without a host.
    n_users: u64,
    n_forwarded: u64,
    /// Requests that a proxy of the own network passed on, with the address of the client.
    n_proxied: u64,
    n_hostless: u64,
}

impl Requests {
    pub(in crate::source) fn new(options: LogOptions) -> Requests {
        Requests {
            options,
            key: None,
            carried: Vec::new(),
            families: AgentFamilies::default(),
            left_out: LeftOut::default(),
            bots: Bots::default(),
            user: Vec::new(),
            page: Vec::new(),
            target: Vec::new(),
            n_users: 0,
            n_forwarded: 0,
            n_proxied: 0,
            n_hostless: 0,
        }
    }

    /// The same for a table in which one part, in words, tells users apart.
    pub(super) fn by_part(mut self, part: String) -> Requests {
        self.options.user = LogUser::Field(part.clone());
        self.key = Some(part);
        self
    }

    /// How the log becomes pageviews.
    pub(in crate::source) fn options(&self) -> &LogOptions {
        &self.options
    }

    /// Takes the request of a line, which was made at `time`: a pageview, left out, or a reject if the line
    /// has no method and target, no user or no time.
    #[inline]
    pub(in crate::source) fn take<S: Sink + ?Sized>(
        &mut self,
        intake: &mut Intake<'_, S>,
        request: &Request<'_>,
        time: RequestTime<'_>,
        line: u64,
    ) -> Result<()> {
        if !is_method(request.method) || request.target.is_empty() {
            return intake.reject(line, "not a request".to_owned());
        }
        let (path, page) = address::path_and_query(request.target);
        let (path, page) = match memchr::memchr(b';', path) {
            Some(_) => address::without_session(path, page, &mut self.target),
            None => (path, page),
        };
        let agent_digest = match (request.agent.is_empty(), &self.options) {
            (true, _) => 0,
            (false, options) if options.takes_all && options.user != LogUser::AddressAndAgent => 0,
            (false, _) => xxh3_64(request.agent),
        };
        if !self.options.takes_all
            && let Some(reason) = no_page_view(&mut self.bots, request, path, agent_digest)
        {
            self.left_out.add(reason);
            return Ok(());
        }
        self.user.clear();
        match &self.options.user {
            LogUser::Address => address::add_client(request.address, &mut self.user),
            LogUser::Forwarded => {
                let forwarded = address::first_of(request.forwarded);
                self.n_forwarded += u64::from(forwarded.is_some());
                address::add_client(forwarded.unwrap_or(request.address), &mut self.user);
            }
            LogUser::RemoteUser if request.remote_user.is_empty() => {
                self.left_out.add(Reason::NoRemoteUser);
                return Ok(());
            }
            LogUser::RemoteUser => self.user.extend(request.remote_user),
            LogUser::Field(_) if address::is_ip(request.key) => {
                address::add_client(request.key, &mut self.user);
            }
            LogUser::Field(_) => self.user.extend(request.key),
            LogUser::AddressAndAgent => {
                address::add_client(request.address, &mut self.user);
                if !request.agent.is_empty() && !self.user.is_empty() {
                    self.user.push(b'#');
                    self.user.extend(short_digest(agent_digest));
                }
            }
        }
        self.n_users += 1;
        let is_by_address = matches!(
            self.options.user,
            LogUser::Address | LogUser::AddressAndAgent
        );
        if is_by_address && !request.forwarded.is_empty() {
            self.n_proxied += u64::from(address::is_proxied(request.address, request.forwarded));
        }
        if !self.carried.is_empty() {
            let families = &mut self.families;
            request.carry(&self.carried, families, &mut intake.carried, line);
        }
        let page = if self.options.keeps_query { page } else { path };
        let page = match self.options.keeps_host {
            false => page,
            true => {
                self.page.clear();
                match address::host_of(request.target).unwrap_or(request.host) {
                    b"" => self.n_hostless += 1,
                    host => self.page.extend(address::host(host)),
                }
                self.page.extend(page);
                &self.page
            }
        };
        let at = match time {
            RequestTime::Text(text) => return intake.row(&self.user, text, page, line),
            RequestTime::Instant(us) => intake.times.read_instant(us, line),
            RequestTime::WallClock(us) => intake.times.read_wall_clock(us, true, line),
        };
        match at {
            Ok(at) => intake.placed_row(&self.user, at, page, line),
            Err(unreadable) => intake.reject_time(unreadable, line),
        }
    }

    /// Leaves a request out for a reason that only its format knows.
    pub(in crate::source) fn leave_out(&mut self, reason: Reason) {
        self.left_out.add(reason);
    }

    /// Ends the reading of a log in that `format`, such as `access log (Combined)`, whose times are from `time`,
    /// in words; `notes` are the format's own. Errors as [`Intake::finish`] does.
    pub(in crate::source) fn finish<S: Sink + ?Sized>(
        self,
        intake: Intake<'_, S>,
        format: String,
        time: &str,
        mut notes: Vec<String>,
    ) -> Result<Understood> {
        let user = match &self.options.user {
            LogUser::AddressAndAgent => "client address and user agent".to_owned(),
            LogUser::Address => "client address".to_owned(),
            LogUser::RemoteUser => "remote user".to_owned(),
            LogUser::Forwarded => "forwarded address".to_owned(),
            LogUser::Field(name) => match self.key {
                Some(part) => part,
                None => format!("${}", safe(name)),
            },
        };
        if self.options.user == LogUser::Forwarded && self.n_users > 0 {
            let n = figure::count(self.n_forwarded);
            let of = figure::counted(self.n_users, "request");
            notes.push(match self.n_forwarded {
                0 => format!("none of {of} has a forwarded address: the user is the client's address"),
                _ => format!("{n} of {of} had a forwarded address; where there is none, the user is the client's"),
            });
        }
        if self.n_proxied * 2 > self.n_users {
            let n = figure::count(self.n_proxied);
            let of = figure::counted(self.n_users, "request");
            notes.push(format!(
                "{n} of {of} came through a proxy, whose address is the user's now; --log-user forwarded takes the client's"
            ));
        }
        if self.n_hostless > 0 {
            let n = figure::counted(self.n_hostless, "request");
            notes.push(format!("{n} had no host: the page is the path alone"));
        }
        let page = match (self.options.keeps_host, self.options.keeps_query) {
            (false, false) => "path",
            (false, true) => "path and query",
            (true, false) => "host and path",
            (true, true) => "host, path and query",
        };
        let carried = self.carried.iter().flatten().map(|field| field.name());
        let carried = carried.collect::<Vec<_>>().join(", ");
        intake.finish(SourceDescription {
            format,
            user,
            time: time.to_owned(),
            page: page.to_owned(),
            carried,
            notes,
            left_out: self.left_out.counted(),
        })
    }
}

/// Why a person would not call a request a page view; `None` if a person would. The first reason of several.
fn no_page_view(
    bots: &mut Bots,
    request: &Request<'_>,
    path: &[u8],
    agent_digest: u64,
) -> Option<Reason> {
    if request.method != b"GET" {
        return Some(Reason::NotGet);
    }
    if assets::is_asset(path) {
        return Some(Reason::Asset);
    }
    if bots.is_bot(request.agent, agent_digest) {
        return Some(Reason::Bot);
    }
    Reason::of_status(request.status?)
}

/// Whether a text is a request's method: a token of RFC 9110, 5.6.2. A handshake on the wrong port has none, nor has a
/// line in the log of an FTP server.
#[inline]
fn is_method(text: &[u8]) -> bool {
    text == b"GET"
        || !text.is_empty()
            && text
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
}

/// The first 8 of the 16 hexadecimal digits of an XXH3-64, as `xxhsum -H3` prints them.
fn short_digest(digest: u64) -> [u8; 8] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    std::array::from_fn(|i| DIGITS[(digest >> (60 - 4 * i)) as usize & 15])
}

#[cfg(test)]
mod tests;
