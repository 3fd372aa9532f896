//! Which parts of a table are found to tell about requests.

use super::*;
use crate::source::access_log::table::rows::LogRows;

const FIELDS: [(RequestField, &str); 8] = [
    (RequestField::Address, "address"),
    (RequestField::Key, "key"),
    (RequestField::Time, "time"),
    (RequestField::Clock, "clock"),
    (RequestField::Line, "line"),
    (RequestField::Method, "method"),
    (RequestField::Target, "target"),
    (RequestField::Status, "status"),
];

/// What is found in a table with these names and ten times this row; `events` if it is not a table of requests.
fn found(names: &str, row: &[&str], options: &ReadOptions) -> String {
    let names: Vec<String> = names.split(' ').map(str::to_owned).collect();
    let offer = Offer {
        input: "in",
        names: &names,
        is_outer: &vec![true; names.len()],
        names_are_all: true,
        aliases: &[],
        folders: &[],
        sample: &mut |places| {
            let values = |place: &usize| {
                let mut values = Values::default();
                for _ in 0..10 {
                    values.push(Some(row[*place].as_bytes()));
                }
                values
            };
            Ok(places.iter().map(values).collect())
        },
    };
    let meaning = match meaning(offer, options) {
        Ok(meaning) => meaning,
        Err(error) => return error.to_string(),
    };
    match meaning.log.map(|log| log.0) {
        None => "events".to_owned(),
        Some(LogRows::Lines(log, part)) => format!("{} in {part}", log.name()),
        Some(LogRows::Columns(log)) => {
            let of = |(field, word): &(RequestField, &str)| {
                let slots = &log.columns.slots[*field as usize];
                let told: Vec<&str> = slots
                    .iter()
                    .map(|slot| names[meaning.roles.parts[*slot]].as_str())
                    .collect();
                (!told.is_empty()).then(|| format!("{word}={}", told.join(",")))
            };
            let told: Vec<String> = FIELDS.iter().filter_map(of).collect();
            told.join(" ")
        }
    }
}

fn check(names: &str, row: &[&str], expected: &str) {
    assert_eq!(
        found(names, row, &ReadOptions::default()),
        expected,
        "{names}"
    );
}

const TIME: &str = "2024-03-01T10:00:00Z";

#[test]
fn fields_are_found_by_the_names_that_servers_give_them() {
    check(
        "httpRequest.remoteIp httpRequest.requestMethod httpRequest.requestUrl httpRequest.status timestamp receiveTimestamp",
        &[
            "192.0.2.1",
            "GET",
            "https://www.example.com/a",
            "200",
            TIME,
            TIME,
        ],
        "address=httpRequest.remoteIp time=timestamp method=httpRequest.requestMethod \
         target=httpRequest.requestUrl status=httpRequest.status",
    );
    check(
        "@timestamp client.address http.request.method url.path http.response.status_code server.ip",
        &[TIME, "192.0.2.1", "GET", "/a", "200", "198.51.100.9"],
        "address=client.address time=@timestamp method=http.request.method target=url.path \
         status=http.response.status_code",
    );
    check(
        "date time c-ip cs-method cs-uri-stem sc-status",
        &["2024-03-01", "10:00:00", "192.0.2.1", "GET", "/a", "200"],
        "address=c-ip time=date clock=time method=cs-method target=cs-uri-stem status=sc-status",
    );
}

#[test]
fn what_stands_beside_the_method_is_what_it_was_about() {
    check(
        "path timestamp proxy.method proxy.path proxy.clientIp proxy.statusCode",
        &["/api", "1709287200000", "GET", "/a", "192.0.2.1", "200"],
        "address=proxy.clientIp time=timestamp method=proxy.method target=proxy.path status=proxy.statusCode",
    );
}

#[test]
fn fields_of_peoples_own_names_are_found_by_their_values() {
    check(
        "user_ip lan_ip log_time user_req http_code",
        &["192.0.2.1", "198.51.100.250", TIME, "GET / HTTP/1.1", "200"],
        "address=user_ip time=log_time line=user_req status=http_code",
    );
    check(
        "one_ip two_ip log_time user_req",
        &["192.0.2.1", "198.51.100.250", TIME, "GET / HTTP/1.1"],
        "in: it is a log of requests, but \"one_ip\" and \"two_ip\" could both be the client's address: say which \
         with --user-column 'one_ip' or --user-column 'two_ip'",
    );
}

#[test]
fn a_part_that_a_person_names_changes_nothing_of_the_rest() {
    let names = "one_ip two_ip log_time user_req";
    let row = ["192.0.2.1", "198.51.100.250", TIME, "GET / HTTP/1.1"];
    let options = ReadOptions {
        user_column: Some("two_ip".to_owned()),
        ..ReadOptions::default()
    };
    assert_eq!(
        found(names, &row, &options),
        "key=two_ip time=log_time line=user_req"
    );
}

#[test]
fn an_id_of_users_in_every_row_goes_before_the_address() {
    check(
        "user_id ip time method path",
        &["u1", "192.0.2.1", TIME, "GET", "/a"],
        "address=ip key=user_id time=time method=method target=path",
    );
}

#[test]
fn lines_that_a_collector_keeps_in_a_part_are_found() {
    let line = "192.0.2.1 - - [01/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"Mozilla/5.0 (X11)\"\n";
    check(
        "log stream time",
        &[line, "stdout", TIME],
        "Combined in \"log\"",
    );
}

#[test]
fn tables_of_events_are_left_to_others() {
    check("user time page", &["u", TIME, "/a"], "events");
    check(
        "user_id timestamp url payment_method ip",
        &["u", TIME, "/a", "card", "192.0.2.1"],
        "events",
    );
    check(
        "user time page message",
        &["u", TIME, "/a", "it went well"],
        "events",
    );
}
