//! What the variables of log formats mean. Source floor.
//!
//! The names are nginx's (<https://nginx.org/en/docs/varindex.html>). Apache's directives
//! (<https://httpd.apache.org/docs/current/mod/mod_log_config.html>) get names here, too.

use crate::source::access_log::format::Part;

/// Names by meaning, the preferred ones first: the client's address before that of a proxy, the whole target before
/// the path alone.
const NAMES: &[(Part, &[&str])] = &[
    (
        Part::Address,
        &[
            "remote_addr",
            "remote_host",
            "client",
            "client_ip",
            "clientip",
            "c_ip",
            "binary_remote_addr",
            "downstream_remote_address",
            "http_x_real_ip",
            "http_cf_connecting_ip",
            "http_true_client_ip",
            "proxy_protocol_addr",
        ],
    ),
    (
        Part::Forwarded,
        &[
            "http_x_forwarded_for",
            "x_forwarded_for",
            "proxy_add_x_forwarded_for",
            "the_real_ip",
            "forwarded",
        ],
    ),
    (
        Part::RemoteUser,
        &["remote_user", "user", "ldap_user", "auth_user"],
    ),
    (Part::Agent, &["http_user_agent", "user_agent", "agent"]),
    (Part::Request, &["request", "request_line"]),
    (Part::Method, &["request_method", "method"]),
    (
        Part::Target,
        &[
            "request_uri",
            "request_url",
            "url",
            "uri",
            "document_uri",
            "path",
            "target",
        ],
    ),
    (Part::Query, &["args", "query_string", "query"]),
    (Part::Status, &["status", "response_code"]),
    (
        Part::Host,
        &[
            "host",
            "http_host",
            "vhost",
            "server_name",
            "authority",
            "ssl_server_name",
        ],
    ),
    (
        Part::Time,
        &[
            "time_local",
            "time_iso8601",
            "msec",
            "timestamp",
            "start_time",
            "date",
            "date_local",
            "date_gmt",
            "time",
            "clock",
            "zone",
        ],
    ),
];

/// The meaning of a variable. Unknown names are other fields.
pub(super) fn part_of(name: &str) -> Part {
    let known = NAMES.iter().find(|(_, names)| names.contains(&name));
    match known {
        Some(&(part, _)) => part,
        None if is_part_of_time(name) => Part::Time,
        None => Part::Other,
    }
}

/// The place of a name among others with the same meaning.
pub(super) fn rank(name: &str) -> usize {
    NAMES
        .iter()
        .find_map(|(_, names)| names.iter().position(|known| *known == name))
        .unwrap_or(usize::MAX)
}

/// Whether a field may be only a part of a time, such as the day.
pub(super) fn is_part_of_time(name: &str) -> bool {
    matches!(name, "date" | "time" | "clock" | "zone") || name.starts_with("time_part")
}
