//! Which of several columns of addresses is the client's. Source floor.

use crate::source::access_log::format::Part;
use crate::source::access_log::infer::column::TokenColumn;
use crate::source::access_log::infer::judge::CommonOrder;
use crate::source::access_log::infer::judge::Doubt;
use crate::source::access_log::infer::judge::Judge;
use crate::source::access_log::infer::judge::MANY;
use crate::source::options::LogUser;

impl Judge<'_, '_, '_> {
    /// The client's address, and the addresses that it was forwarded for.
    pub(super) fn addresses(
        &self,
        order: Option<&CommonOrder>,
        time: usize,
    ) -> Result<(Option<usize>, Option<usize>), Doubt> {
        let wants_forwarded = *self.wishes.user == LogUser::Forwarded;
        let needs_none = matches!(self.wishes.user, LogUser::RemoteUser | LogUser::Field(_));
        let mut places = self.places(|column| {
            let is_machine = column.n_addresses * 2 >= column.n_said
                && column.is_mostly(column.n_addresses + column.n_names);
            is_machine && !is_servers_label(&column.label)
        });
        if let (Some(address), forwarded) =
            (self.settled(Part::Address), self.settled(Part::Forwarded))
        {
            return Ok((Some(address), forwarded));
        }
        let named = self
            .places(|column| is_forwarded_label(&column.label))
            .first()
            .copied();
        // A server listens on few ports, while a client uses many.
        let is_servers = |column: &TokenColumn<'_>| {
            column.n_ports == column.n_addresses
                && column.n_distinct_ports <= 3
                && column.n_distinct_ports * 3 <= column.len()
        };
        if places
            .iter()
            .any(|&place| !is_servers(&self.columns[place]))
        {
            places.retain(|&place| !is_servers(&self.columns[place]));
        }
        // If columns say the same, one is enough.
        let mut different: Vec<usize> = Vec::new();
        for place in places {
            if !different
                .iter()
                .any(|&known| self.columns[known].is_same_as(&self.columns[place]))
            {
                different.push(place);
            }
        }
        let Some((&first, rest)) = different.split_first() else {
            return match order.and_then(|order| self.named_client(order, time)) {
                Some(client) => Ok((Some(client), named)),
                None if needs_none => Ok((None, None)),
                None => Err(Doubt::Lacks("an address of the client")),
            };
        };
        if rest.is_empty() {
            return Ok((Some(first), named.filter(|&named| named != first)));
        }
        if let Some(named) = named.filter(|named| different.contains(named)) {
            let others: Vec<usize> = different
                .iter()
                .copied()
                .filter(|&place| place != named)
                .collect();
            if let [only] = others.as_slice() {
                return Ok((Some(*only), Some(named)));
            }
        }
        let labelled: Vec<usize> = different
            .iter()
            .copied()
            .filter(|&place| is_clients_label(&self.columns[place].label))
            .collect();
        if let [client] = labelled.as_slice() {
            return Ok((Some(*client), named.filter(|named| named != client)));
        }
        let is_before_time = |place: &usize| *place < time;
        let before: Vec<usize> = different.iter().copied().filter(is_before_time).collect();
        let after: Vec<usize> = different
            .iter()
            .copied()
            .filter(|place| !is_before_time(place))
            .collect();
        if let (Some(_), [client]) = (order, before.as_slice()) {
            // The end of nginx's own `main` format.
            let forwarded = match after.as_slice() {
                [] => Ok(None),
                [only] => Ok(Some(*only)),
                [one, other, ..] if wants_forwarded => Err(Doubt::Either {
                    part: Part::Forwarded,
                    one: *one,
                    other: *other,
                }),
                _ => Ok(None),
            };
            return Ok((Some(*client), forwarded?));
        }
        let [one, other] = different.as_slice() else {
            return Err(Doubt::Either {
                part: Part::Address,
                one: different[0],
                other: different[1],
            });
        };
        // A proxy is one machine, or a list's last; clients are many.
        let (one_column, other_column) = (&self.columns[*one], &self.columns[*other]);
        let is_forwarded = |column: &TokenColumn<'_>, proxy: &TokenColumn<'_>| {
            column.n_lists > 0 && proxy.n_lists == 0
                || proxy.n_distinct == 1 && column.n_distinct > 1
        };
        let (proxy, forwarded) = match (
            is_forwarded(one_column, other_column),
            is_forwarded(other_column, one_column),
        ) {
            (true, false) => (*other, *one),
            (false, true) => (*one, *other),
            _ => {
                return Err(Doubt::Either {
                    part: Part::Address,
                    one: *one,
                    other: *other,
                });
            }
        };
        let is_one_machine =
            self.columns[proxy].n_distinct == 1 && self.columns[proxy].len() >= MANY;
        match wants_forwarded {
            true => Ok((Some(proxy), Some(forwarded))),
            // A value that is the same in every line does not identify anybody.
            false if is_one_machine && self.columns[forwarded].n_lists == 0 => {
                Ok((Some(forwarded), None))
            }
            false => Err(Doubt::Either {
                part: Part::Address,
                one: *one,
                other: *other,
            }),
        }
    }

    /// The client's column if the server looked up the names of machines: the first, or the second after the name of a
    /// virtual host.
    fn named_client(&self, order: &CommonOrder, time: usize) -> Option<usize> {
        let is_machine = |place: usize| {
            let column = &self.columns[place];
            column.n_said * 100 >= column.len() * 95 && column.n_names * 2 >= column.n_said
        };
        let n_before = order.time;
        match n_before {
            3 if is_machine(0) => Some(0),
            4 if time == order.time && is_machine(0) && is_machine(1) => Some(1),
            _ => None,
        }
    }
}

fn is_servers_label(label: &str) -> bool {
    [
        "sent-to", "upstream", "server", "backend", "dst", "dest", "local", "target", "to", "->",
        "=>",
    ]
    .contains(&label)
        || label.starts_with("upstream")
        || label.starts_with("server_")
}

fn is_clients_label(label: &str) -> bool {
    [
        "client",
        "remote",
        "remote_addr",
        "remote_ip",
        "client_ip",
        "clientip",
        "c-ip",
        "src",
        "ip",
        "remote_host",
        "host",
    ]
    .contains(&label)
}

fn is_forwarded_label(label: &str) -> bool {
    [
        "xff",
        "fwd",
        "forwarded",
        "forwardedfor",
        "forwarded_for",
        "x_forwarded_for",
        "x-forwarded-for",
        "http_x_forwarded_for",
    ]
    .contains(&label)
}
