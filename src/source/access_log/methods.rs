//! The methods of requests. Source floor.

/// The methods of HTTP (RFC 9110) and WebDAV (RFC 4918), and others that clients send.
const METHODS: &[&[u8]] = &[
    b"GET",
    b"HEAD",
    b"POST",
    b"PUT",
    b"DELETE",
    b"OPTIONS",
    b"PATCH",
    b"CONNECT",
    b"TRACE",
    b"PROPFIND",
    b"PROPPATCH",
    b"MKCOL",
    b"COPY",
    b"MOVE",
    b"LOCK",
    b"UNLOCK",
    b"REPORT",
    b"SEARCH",
    b"PURGE",
    b"PRI",
    b"MKACTIVITY",
    b"CHECKOUT",
    b"MERGE",
    b"NOTIFY",
    b"SUBSCRIBE",
    b"UNSUBSCRIBE",
    b"LINK",
    b"UNLINK",
    b"TRACK",
    b"DEBUG",
    b"RPC_IN_DATA",
    b"RPC_OUT_DATA",
];

/// Whether a value is one of them.
pub(super) fn is_method(value: &[u8]) -> bool {
    METHODS.contains(&value)
}
