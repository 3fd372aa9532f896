//! Where the access logs that are JSON have what a request is. Source floor.
//!
//! One table. The names are those of the servers' documentation:
//! <https://caddyserver.com/docs/caddyfile/directives/log>,
//! <https://doc.traefik.io/traefik/observability/access-logs/>,
//! <https://nginx.org/en/docs/varindex.html> (the variables that a `log_format` usually names its keys after),
//! <https://developers.cloudflare.com/logs/reference/log-fields/zone/http_requests/>.

use std::ops::Range;

use crate::source::json::keys::Keys;
use crate::source::json::pick::Wanted;

/// A server's keys, dotted. Of each field the first that says something counts.
#[derive(Debug)]
pub(super) struct Layout {
    /// As it is said: `Caddy JSON`.
    pub(super) name: &'static str,
    /// Keys by which it is known: one of each group is in some of the first objects.
    marks: &'static [&'static [&'static str]],
    address: &'static [&'static str],
    forwarded: &'static [&'static str],
    remote_user: &'static [&'static str],
    agent: &'static [&'static str],
    method: &'static [&'static str],
    target: &'static [&'static str],
    status: &'static [&'static str],
    time: &'static [&'static str],
    /// A request's first line as it is: method, target and protocol.
    request_line: &'static [&'static str],
}

/// Where the values of a field are among those that are picked.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    pub(super) address: Range<usize>,
    pub(super) forwarded: Range<usize>,
    pub(super) remote_user: Range<usize>,
    pub(super) agent: Range<usize>,
    pub(super) method: Range<usize>,
    pub(super) target: Range<usize>,
    pub(super) status: Range<usize>,
    pub(super) time: Range<usize>,
    pub(super) request_line: Range<usize>,
}

const LAYOUTS: [Layout; 4] = [
    Layout {
        name: "Caddy JSON",
        marks: &[
            &["request.uri"],
            &["request.method"],
            &[
                "request.client_ip",
                "request.remote_ip",
                "request.remote_addr",
            ],
        ],
        // Since 2.7, 2.5 and before: the address with its port.
        address: &[
            "request.client_ip",
            "request.remote_ip",
            "request.remote_addr",
        ],
        forwarded: &["request.headers.X-Forwarded-For.0"],
        remote_user: &["user_id"],
        agent: &["request.headers.User-Agent.0"],
        method: &["request.method"],
        target: &["request.uri"],
        status: &["status"],
        time: &["ts", "time", "timestamp"],
        request_line: &[],
    },
    Layout {
        name: "Traefik JSON",
        marks: &[
            &["RequestMethod"],
            &["RequestPath"],
            &["ClientHost", "ClientAddr"],
        ],
        address: &["ClientHost", "ClientAddr"],
        forwarded: &["request_X-Forwarded-For"],
        remote_user: &["ClientUsername"],
        agent: &["request_User-Agent"],
        method: &["RequestMethod"],
        target: &["RequestPath"],
        status: &["DownstreamStatus", "OriginStatus"],
        time: &["StartUTC", "StartLocal", "time"],
        request_line: &[],
    },
    Layout {
        name: "Cloudflare JSON",
        marks: &[
            &["ClientIP"],
            &["ClientRequestMethod"],
            &["ClientRequestURI", "ClientRequestPath"],
            &["EdgeStartTimestamp", "EdgeEndTimestamp"],
        ],
        address: &["ClientIP"],
        forwarded: &[],
        remote_user: &[],
        agent: &["ClientRequestUserAgent"],
        method: &["ClientRequestMethod"],
        target: &["ClientRequestURI", "ClientRequestPath"],
        status: &["EdgeResponseStatus"],
        time: &["EdgeStartTimestamp", "EdgeEndTimestamp"],
        request_line: &[],
    },
    Layout {
        name: "nginx JSON",
        marks: &[
            &["remote_addr"],
            &["request", "request_method", "method"],
            &["request", "request_uri", "uri"],
            &["status"],
        ],
        address: &["remote_addr"],
        forwarded: &["http_x_forwarded_for", "x_forwarded_for"],
        remote_user: &["remote_user"],
        agent: &["http_user_agent", "user_agent"],
        method: &["request_method", "method"],
        // The last is without the query.
        target: &["request_uri", "uri"],
        status: &["status"],
        time: &[
            "time_iso8601",
            "@timestamp",
            "msec",
            "time_local",
            "timestamp",
            "time",
            "ts",
        ],
        request_line: &["request"],
    },
];

/// The layout that the first objects have.
pub(super) fn of(keys: &Keys) -> Option<&'static Layout> {
    LAYOUTS.iter().find(|layout| {
        let is_there = |group: &&[&str]| group.iter().any(|mark| keys.has(mark));
        layout.marks.iter().all(is_there)
    })
}

impl Layout {
    /// What is to be picked, and which of it is which field.
    pub(super) fn wanted(&self) -> (Wanted, Fields) {
        let mut paths = Vec::new();
        let mut add = |field: &[&'static str]| {
            let first = paths.len();
            paths.extend_from_slice(field);
            first..paths.len()
        };
        let fields = Fields {
            address: add(self.address),
            forwarded: add(self.forwarded),
            remote_user: add(self.remote_user),
            agent: add(self.agent),
            method: add(self.method),
            target: add(self.target),
            status: add(self.status),
            time: add(self.time),
            request_line: add(self.request_line),
        };
        (Wanted::nested(&paths), fields)
    }

    /// The key of the times among the first objects'.
    pub(super) fn time_key(&self, keys: &Keys) -> &'static str {
        let there = self.time.iter().find(|key| keys.has(key));
        there.unwrap_or(&self.time[0])
    }
}
