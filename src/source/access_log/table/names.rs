//! The names of the parts of a request in tables and objects. Source floor.
//!
//! The names come from the documentation of servers, networks and collectors, in order of preference. They are
//! compared in lower case, without punctuation. A dotted path is also compared by its end: `httpRequest.remoteIp` is a
//! `remoteip`.

use crate::source::access_log::table::field::RequestField;

/// Names by meaning, the preferred ones first: the client's address before that of a proxy, the whole target before
/// the path alone, the beginning of a request before its end.
const NAMES: &[(RequestField, &[&str])] = &[
    (
        RequestField::Address,
        &[
            "clientip",
            "remoteaddr",
            "remoteip",
            "remoteaddress",
            "remotehost",
            "clientaddr",
            "clientaddress",
            "clienthost",
            "clientipaddress",
            "cip",
            "downstreamremoteaddress",
            "userip",
            "visitorip",
            "viewerip",
            "sourceip",
            "sourceaddress",
            "idorigh",
            "origh",
            "srcip",
            "src",
            "ip",
            "ipaddress",
            "ipaddr",
            "client",
            "remote",
            "host",
            "h",
            "a",
            "address",
            "addr",
            "peer",
            "requester",
            "realip",
            "xrealip",
            "httpxrealip",
            "cfconnectingip",
            "httpcfconnectingip",
            "trueclientip",
            "proxyprotocoladdr",
            "socketip",
        ],
    ),
    (
        RequestField::Forwarded,
        &[
            "httpxforwardedfor",
            "xforwardedfor",
            "xforwardfor",
            "requestxforwardedfor",
            "csxforwardedfor",
            "headersxforwardedfor",
            "proxyaddxforwardedfor",
            "forwardedfor",
            "xff",
            "fwd",
            "forwarded",
        ],
    ),
    (
        RequestField::RemoteUser,
        &[
            "remoteuser",
            "clientusername",
            "csusername",
            "authuser",
            "auth",
            "username",
            "user",
            "userid",
        ],
    ),
    (
        RequestField::Agent,
        &[
            "httpuseragent",
            "useragentoriginal",
            "requestuseragent",
            "csuseragent",
            "clientrequestuseragent",
            "headersuseragent",
            "useragent",
            "agent",
            "ua",
        ],
    ),
    (
        RequestField::Line,
        &[
            "request",
            "requestline",
            "requestfirstline",
            "firstline",
            "httprequest",
            "req",
            "r",
        ],
    ),
    (
        RequestField::Method,
        &[
            "requestmethod",
            "httpmethod",
            "csmethod",
            "clientrequestmethod",
            "httprequestmethod",
            "method",
            "requestverb",
            "verb",
            "reqmethod",
            "m",
        ],
    ),
    (
        RequestField::Target,
        &[
            "requesturi",
            "requesturl",
            "clientrequesturi",
            "csuri",
            "urloriginal",
            "url",
            "uri",
            "requestpath",
            "clientrequestpath",
            "csuristem",
            "urlpath",
            "urifull",
            "urlfull",
            "target",
            "requesttarget",
            "path",
            "pathname",
            "documenturi",
            "resourcepath",
            "request",
            "u",
        ],
    ),
    (
        RequestField::Query,
        &[
            "args",
            "querystring",
            "requestquery",
            "csuriquery",
            "urlquery",
            "query",
            "q",
        ],
    ),
    (
        RequestField::Status,
        &[
            "status",
            "statuscode",
            "httpstatus",
            "httpstatuscode",
            "httpresponsestatuscode",
            "responsestatus",
            "responsestatuscode",
            "responsecode",
            "httpcode",
            "scstatus",
            "edgeresponsestatus",
            "downstreamstatus",
            "originstatus",
            "elbstatuscode",
            "returncode",
            "response",
            "code",
            "s",
        ],
    ),
    (
        RequestField::Host,
        &[
            "httphost",
            "headershost",
            "host",
            "vhost",
            "requesthost",
            "clientrequesthost",
            "cshost",
            "xhostheader",
            "authority",
            "servername",
            "urldomain",
            "domain",
            "sni",
        ],
    ),
    (
        RequestField::Time,
        &[
            "starttime",
            "startedat",
            "startutc",
            "startlocal",
            "edgestarttimestamp",
            "timeiso8601",
            "timestamp",
            "timelocal",
            "msec",
            "ts",
            "time",
            "datetime",
            "timemicros",
            "requesttime",
            "eventtime",
            "logtime",
            "edgeendtimestamp",
            "date",
            "t",
        ],
    ),
    (RequestField::Action, &["action"]),
];

/// Words in names of machines that are not the client's, unless the name is in the list.
const OTHER_MACHINES: &[&str] = &[
    "server",
    "upstream",
    "destination",
    "dest",
    "dst",
    "backend",
    "target",
    "local",
    "lan",
    "origin",
    "edge",
    "observer",
    "container",
    "pod",
    "node",
    "balancer",
    "lb",
    "resp",
];

/// A name as names are compared: `request_X-Forwarded-For` is `requestxforwardedfor`. Dots are kept.
fn plain(name: &str) -> String {
    name.chars()
        // The element of that name: `headers[User-Agent]`.
        .map(|c| if c == '[' { '.' } else { c })
        .filter(|c| c.is_alphanumeric() || *c == '.')
        .flat_map(char::to_lowercase)
        .collect()
}

/// Where a part's name stands among those of a field; `None` if it does not.
pub(super) fn rank(field: RequestField, name: &str) -> Option<usize> {
    let (_, known) = NAMES.iter().find(|(known, _)| *known == field)?;
    let name = plain(name);
    // The name of an array is that of its first element.
    let name = name.strip_suffix(".0").unwrap_or(&name);
    let ends = std::iter::once(0).chain(name.match_indices('.').map(|(at, _)| at + 1));
    ends.filter_map(|at| {
        let end: String = name[at..].chars().filter(|c| *c != '.').collect();
        known.iter().position(|known| *known == end)
    })
    .min()
}

/// The parts that are named after the page with the link.
pub(super) fn referrers(names: &[String]) -> Vec<usize> {
    let is_referrer = |name: &str| {
        let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let name = name.to_ascii_lowercase();
        name.ends_with("referer") || name.ends_with("referrer")
    };
    let places = names.iter().enumerate();
    places
        .filter(|(_, name)| is_referrer(name))
        .map(|(place, _)| place)
        .collect()
}

/// Whether a name says that a machine is not the client.
pub(super) fn is_of_another_machine(name: &str) -> bool {
    words(name).any(|word| OTHER_MACHINES.contains(&word.as_str()))
}

/// Whether a name speaks of one of these words.
pub(super) fn speaks_of(name: &str, of: &[&str]) -> bool {
    words(name).any(|word| of.contains(&word.as_str()))
}

/// The words of a name, in small letters: of `lan_ip` and `lanIp` `lan` and `ip`.
fn words(name: &str) -> impl Iterator<Item = String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || c.is_uppercase() && was_small {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
        was_small = c.is_lowercase();
    }
    words.into_iter().filter(|word| !word.is_empty())
}

/// The object that a path leads into: `request` of `request.method`.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(parent, _)| parent)
}

/// Keys that identify the logs of a server, and the name of these logs.
const TITLES: &[(&str, &[&str])] = &[
    ("Kong JSON", &["request.uri", "upstream_uri"]),
    ("Caddy JSON", &["request.uri", "request.method"]),
    ("Traefik JSON", &["RequestMethod", "RequestPath"]),
    (
        "Cloudflare JSON",
        &["ClientRequestMethod", "EdgeResponseStatus"],
    ),
    ("Google Cloud JSON", &["httpRequest.requestUrl"]),
    ("AWS WAF JSON", &["httpRequest.clientIp", "action"]),
    (
        "Envoy JSON",
        &["downstream_remote_address", "response_code"],
    ),
    ("Azure JSON", &["resourceId", "category"]),
    ("nginx JSON", &["remote_addr", "status"]),
];

/// The name of a log with parts of these names, if known.
pub(super) fn title(names: &[String]) -> Option<&'static str> {
    let has = |key: &&str| names.iter().any(|name| name == key);
    TITLES
        .iter()
        .find(|(_, keys)| keys.iter().all(has))
        .map(|(title, _)| *title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_known_by_its_end() {
        for (name, field) in [
            ("httpRequest.remoteIp", RequestField::Address),
            ("request.headers.User-Agent.0", RequestField::Agent),
            ("httpRequest.headers[user-agent]", RequestField::Agent),
            ("http.request.method", RequestField::Method),
            ("request_X-Forwarded-For", RequestField::Forwarded),
            ("@timestamp", RequestField::Time),
            ("url.path", RequestField::Target),
        ] {
            assert!(rank(field, name).is_some(), "{name}");
        }
        assert_eq!(rank(RequestField::Address, "server_addr"), None);
        assert!(is_of_another_machine("serverAddr") && is_of_another_machine("lan_ip"));
        assert!(!is_of_another_machine("user_ip"));
    }

    #[test]
    fn names_are_written_as_they_are_compared() {
        for (_, names) in NAMES {
            for name in *names {
                assert_eq!(*name, plain(name));
            }
        }
    }
}
