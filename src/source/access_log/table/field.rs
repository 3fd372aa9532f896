//! The fields of a request in a table. Source floor.

/// What a part of a row says about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RequestField {
    Address,
    Forwarded,
    RemoteUser,
    Agent,
    /// Method, target and protocol.
    Line,
    Method,
    Target,
    Query,
    Status,
    Host,
    /// A time, or a day.
    Time,
    /// The time of day, where the time is only a day.
    Clock,
    /// What a firewall did to the request.
    Action,
    /// The value that tells users apart, if a person named it or a column has such a name.
    Key,
}

pub(super) const N_FIELDS: usize = RequestField::Key as usize + 1;
