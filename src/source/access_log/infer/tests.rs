//! What is found in lines of unknown formats.

use super::*;
use crate::source::access_log::format::text;

fn found(lines: &[String]) -> String {
    let lines: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
    match infer(&lines, &LogUser::AddressAndAgent, None) {
        Found::Formats(formats) => formats
            .iter()
            .map(text::written)
            .collect::<Vec<_>>()
            .join(" and "),
        Found::Either { what, one, other } => format!("{what}: {one} or {other}"),
        Found::No(lacks) => format!("no: {lacks:?}"),
    }
}

/// Lines made by replacing `N` by their number, 1 to 30.
fn check(line: &str, expected: &str) {
    let lines: Vec<String> = (1..=30)
        .map(|n| line.replace('N', &n.to_string()))
        .collect();
    assert_eq!(found(&lines), expected);
}

const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64) Firefox/115.N";

#[test]
fn fields_are_found_in_any_order() {
    check(
        &format!("GET /pN 200 | \"{AGENT}\" | 192.0.2.N | 2024-03-01T10:00:00Z"),
        "$request_method $request_uri $status | \"$http_user_agent\" | $remote_addr | $time_iso8601",
    );
    check(
        &format!(
            "[01/Mar/2024:10:00:00 +0000]\twww.example.com\t192.0.2.N\t/pN\tGET\t200\t{AGENT}"
        ),
        "[$time_local]\t$host\t$remote_addr\t$request_uri\t$request_method\t$status\t$http_user_agent",
    );
}

#[test]
fn two_fields_that_could_be_one_part_are_not_guessed_between() {
    check(
        "192.0.2.N 198.51.100.N [01/Mar/2024:10:00:00 +0000] \"GET /pN HTTP/1.1\" 200 5",
        "\"192.0.2.1\" and \"198.51.100.1\" could both be the client's address: $remote_addr $field2 [$time_local] \
         \"$request\" $status or $field1 $remote_addr [$time_local] \"$request\" $status",
    );
    check(
        "192.0.2.N - - [2024-03-01T10:00:00Z] 2024-02-01T10:00:00Z \"GET /pN HTTP/1.1\" 200 5",
        "\"2024-03-01T10:00:00Z\" and \"2024-02-01T10:00:00Z\" could both be the time: $remote_addr $field2 $field3 \
         [$time_local] $field5 \"$request\" $status or $remote_addr $field2 $field3 [$field4] $time_iso8601 \"$request\" \
         $status",
    );
}

#[test]
fn a_time_may_have_a_dash_between_day_and_hour() {
    check(
        "[GIN] 2024/03/01 - 10:00:00 | 200 |     1.234ms |   192.0.2.N | GET      \"/pN\"",
        "[$field1] $date $time $zone| $status | $field4 | $remote_addr | $request_method \"$request_uri\"",
    );
}

#[test]
fn what_servers_write_as_their_time_is_the_time() {
    check(
        "192.0.2.N - - [01/Mar/2024:10:00:00 +0000] 2024-02-01T10:00:00Z \"GET /pN HTTP/1.1\" 200 5 1709287195.000",
        "$remote_addr $field2 $field3 [$time_local] $field5 \"$request\" $status",
    );
}

#[test]
fn a_log_may_have_more_than_one_format() {
    let lines: Vec<String> = (1..=40)
        .map(|n| {
            let common =
                format!("192.0.2.{n} - - [01/Mar/2024:10:00:00 +0000] \"GET /p HTTP/1.1\" 200 5");
            match n % 2 {
                0 => format!("{common} \"-\" \"{AGENT}\""),
                _ => format!("www.example.com:80 {common} \"-\" \"{AGENT}\""),
            }
        })
        .collect();
    let combined = "$remote_addr $ident $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \
                    \"$http_user_agent\"";
    let both = found(&lines);
    assert!(
        both == format!("{combined} and $host {combined}")
            || both == format!("$host {combined} and {combined}"),
        "{both}"
    );
}

#[test]
fn an_agent_in_quotes_may_be_short() {
    for agent in [
        "Mozilla/5.0",
        "Mozilla/4.0",
        "curl/8.5.0",
        "UA",
        "test agent",
    ] {
        check(
            &format!(
                "192.0.2.N - - [01/Mar/2024:10:00:00 +0000] \"GET /pN HTTP/1.1\" 200 5 \"-\" \"{agent}\""
            ),
            "$remote_addr $ident $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \
             \"$http_user_agent\"",
        );
    }
}
