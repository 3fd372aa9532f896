//! Access logs through the binary: formats that are named, in configurations, or found far from the beginning.

use std::fs;
use std::io::Write;

use proptest::prelude::*;

use crate::folder::Folder;
use crate::support::one_in;

const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0";

/// A log of ten requests, each as `line` has it with `N` replaced by its number.
fn log(line: &str) -> Folder {
    let folder = Folder::new();
    let lines: Vec<String> = (1..=10)
        .map(|n| line.replace('N', &n.to_string()) + "\n")
        .collect();
    folder.write("access.log", &lines.concat());
    folder
}

/// User and page of the first pageview, and what was said.
fn first(folder: &Folder, options: &[&str]) -> (String, String) {
    let user = match options.contains(&"--log-user") {
        true => &[][..],
        false => &["--log-user", "address"],
    };
    let command = ["export", "access.log", "--rows", "pageviews"];
    let ran = folder.does(&[&command[..], user, options].concat());
    let row = ran.out.lines().nth(1).unwrap_or_default();
    let fields: Vec<&str> = row.split(',').collect();
    (format!("{} {}", fields[1], fields[5]), ran.err)
}

#[test]
fn the_format_is_taken_from_a_servers_configuration() {
    let folder = log(&format!(
        "[01/Mar/2024:10:00:00 +0000] 198.51.100.9 192.0.2.N \"GET /a HTTP/1.1\" 200 \"{AGENT}\""
    ));
    folder.write(
        "nginx.conf",
        "http {\n log_format short '$remote_addr $status';\n log_format main '[$time_local] $server_addr $remote_addr '\n\
         '\"$request\" $status \"$http_user_agent\"';\n}\n",
    );
    folder.write(
        "httpd.conf",
        "LogFormat \"%h %l %u %t \\\"%r\\\" %>s %b\" common\nLogFormat \"%t %A %h \\\"%r\\\" %>s \\\"%{User-Agent}i\\\"\" mine\n",
    );
    for (config, name) in [("nginx.conf", "main"), ("httpd.conf", "mine")] {
        let (found, said) = first(&folder, &["--log-format", config]);
        assert_eq!(found, "192.0.2.1 /a");
        assert!(
            said.contains(&format!("the format {name} of {config}")),
            "{said}"
        );
    }
    folder.write("empty.conf", "server { }\n");
    let sentence = folder.refuses(1, &["summary", "access.log", "--log-format", "empty.conf"]);
    assert!(sentence.contains("there is no log_format"), "{sentence}");
}

#[test]
fn a_template_of_json_is_a_format() {
    let folder = log(&format!(
        "{{\"t\":\"2024-03-01T10:00:00+00:00\",\"who\":\"192.0.2.N\",\"what\":\"GET /a HTTP/1.1\",\"st\":200,\"by\":\"{AGENT}\"}}"
    ));
    let template = r#"{"t":"$time_iso8601","who":"$remote_addr","what":"$request","st":$status,"by":"$http_user_agent"}"#;
    let (found, _) = first(&folder, &["--log-format", template]);
    assert_eq!(found, "192.0.2.1 /a");
}

/// As AWS WAF writes it; what a browser sends over HTTP/2 is in small letters.
#[test]
fn the_agent_is_found_in_a_list_of_headers() {
    let folder = Folder::new();
    let line = |n: usize, name: &str, agent: &str, action: &str| {
        format!(
            r#"{{"timestamp":{},"action":"{action}","httpRequest":{{"clientIp":"192.0.2.{n}","headers":[{{"name":"Host","value":"a.example"}},{{"name":"{name}","value":"{agent}"}}],"uri":"/a","args":"","httpMethod":"GET"}}}}"#,
            1_709_287_200_554_u64 + n as u64 * 1_000
        )
    };
    let crawler = "Mozilla/5.0 (compatible; Googlebot/2.1)";
    let lines = [
        line(1, "User-Agent", AGENT, "ALLOW"),
        line(2, "user-agent", AGENT, "ALLOW"),
        line(3, "User-Agent", crawler, "ALLOW"),
        line(4, "user-agent", crawler, "ALLOW"),
        line(5, "User-Agent", AGENT, "BLOCK"),
        line(6, "accept", "text/html", "ALLOW"),
    ];
    folder.write("waf.log", &lines.join("\n"));
    let ran = folder.does(&[
        "export",
        "waf.log",
        "--rows",
        "pageviews",
        "--log-user",
        "address",
    ]);
    let users: Vec<&str> = ran
        .out
        .lines()
        .skip(1)
        .filter_map(|row| row.split(',').nth(1))
        .collect();
    assert_eq!(
        users,
        ["192.0.2.1", "192.0.2.2", "192.0.2.6"],
        "{}",
        ran.err
    );
}

#[test]
fn a_stream_of_a_cloud_is_peeled_off() {
    let folder = log(&format!(
        "2024-03-01T10:00:0N.123000+00:00 web/nginx/0a1b 192.0.2.N - - [01/Mar/2024:10:00:00 +0000] \"GET /a HTTP/1.1\" 200 5 \"-\" \"{AGENT}\""
    ));
    let (found, said) = first(&folder, &[]);
    assert_eq!(found, "192.0.2.1 /a");
    assert!(said.contains("the collector's times and streams"), "{said}");
}

#[test]
fn names_of_machines_are_no_users() {
    let folder =
        log("192.0.2.N - www.example.com [01/Mar/2024:10:00:00 +0000] \"GET /a HTTP/1.1\" 200 5");
    let command = [
        "summary",
        "access.log",
        "--log-user",
        "remote-user",
        "--log-format",
        "common",
    ];
    let sentence = folder.refuses(1, &command);
    assert!(sentence.contains("names of machines"), "{sentence}");
    let folder = log("192.0.2.N - john.doe [01/Mar/2024:10:00:00 +0000] \"GET /a HTTP/1.1\" 200 5");
    let (found, _) = first(&folder, &["--log-user", "remote-user"]);
    assert_eq!(found, "john.doe /a");
}

#[test]
fn requests_that_a_proxy_passed_on_are_told_of() {
    const NOTE: &str = "10 of 10 requests came through a proxy";
    let line = |from: &str| {
        log(&format!(
            "{{\"time\":\"2024-03-01T10:00:00Z\",\"remote_addr\":\"{from}\",\"method\":\"GET\",\"uri\":\"/a\",\
             \"status\":200,\"http_x_forwarded_for\":\"198.51.100.N\",\"user_agent\":\"{AGENT}\"}}"
        ))
    };
    let behind = line("10.0.0.5");
    let (found, said) = first(&behind, &[]);
    assert_eq!(found, "10.0.0.5 /a");
    assert!(said.contains(NOTE), "{said}");
    let (found, said) = first(&behind, &["--log-user", "forwarded"]);
    assert_eq!(found, "198.51.100.1 /a");
    assert!(!said.contains("came through a proxy"), "{said}");
    let (_, said) = first(&line("192.0.2.7"), &[]);
    assert!(!said.contains("came through a proxy"), "{said}");
}

#[test]
fn a_format_that_begins_in_the_middle_of_a_log_is_found() {
    let folder = Folder::new();
    let lines: Vec<String> = (0..8_000)
        .map(|n| {
            let line = format!(
                "192.0.2.{} - - [01/Mar/2024:10:00:00 +0000] \"GET /a HTTP/1.1\" 200 5",
                n % 200
            );
            match n {
                0..4_000 => format!("{line}\n"),
                _ => format!("www.example.com {line} \"-\" \"{AGENT}\"\n"),
            }
        })
        .collect();
    folder.write("access.log", &lines.concat());
    let ran = folder.does(&["summary", "access.log", "--log-user", "address"]);
    assert!(ran.err.contains("8,000 pageviews"), "{}", ran.err);
}

#[test]
fn a_generated_log_has_the_pageviews_and_sessions_of_the_generated_table() {
    let folder = Folder::new();
    let figures = |format: &str, name: &str| {
        let generated = [
            "generate",
            "--pageviews",
            "3000",
            "--users",
            "150",
            "--seed",
            "7",
        ];
        folder.does(&[&generated[..], &["--format", format, "-o", name]].concat());
        folder.prints(&["summary", name])
    };
    assert_eq!(
        figures("access-log", "access.log"),
        figures("csv", "views.csv")
    );
}

/// A request of a log; each is another.
fn request(n: usize) -> String {
    let (hour, minute, second) = (n / 3600 % 24, n / 60 % 60, n % 60);
    format!(
        "192.0.2.{} - - [01/Mar/2024:{hour:02}:{minute:02}:{second:02} +0000] \"GET /p{n} HTTP/1.1\" 200 5 \"-\" \"{AGENT}\"\n",
        n % 20
    )
}

/// What happens to a log between two loads.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// The server writes so many requests.
    Written(usize),
    /// `access.log` becomes `access.log.1`, that becomes `access.log.2.gz`, and so on.
    Rotated,
    /// All files are loaded.
    Loaded,
    /// Only `access.log` is.
    LoadedTheNewest,
}

proptest! {
    // Each of the events is a process.
    #![proptest_config(one_in(10))]

    #[test]
    fn however_a_log_is_rotated_each_request_counts_once(
        events in proptest::collection::vec(
            prop_oneof![
                (1usize..60).prop_map(Event::Written),
                Just(Event::Rotated),
                Just(Event::Loaded),
                Just(Event::LoadedTheNewest),
            ],
            1..12,
        ),
    ) {
        let folder = Folder::new();
        let (mut n_written, mut n_files) = (0, 1);
        let mut newest = String::new();
        let load = |n_files: usize, newest: &str, all: bool| {
            let mut files = vec!["access.log".to_owned()];
            files.extend((1..n_files).map(name));
            if !all {
                files.truncate(1);
            }
            // An empty file alone is refused.
            if !newest.is_empty() || all && n_files > 1 {
                let mut args = vec!["load", "--store", "s.db"];
                args.extend(files.iter().map(String::as_str));
                folder.does(&args);
            }
        };
        folder.write("access.log", "");
        for event in events.into_iter().chain([Event::Loaded]) {
            match event {
                Event::Written(n) => {
                    newest.extend((n_written..n_written + n).map(request));
                    n_written += n;
                    folder.write("access.log", &newest);
                }
                // logrotate leaves an empty log where it is.
                Event::Rotated if newest.is_empty() => {}
                Event::Rotated => {
                    for nth in (1..n_files).rev() {
                        let (from, to) = (folder.path(&name(nth)), folder.path(&name(nth + 1)));
                        match nth {
                            1 => fs::write(&to, packed(&fs::read(&from).unwrap())).unwrap(),
                            _ => fs::rename(&from, &to).unwrap(),
                        }
                    }
                    folder.write("access.log.1", &newest);
                    newest.clear();
                    folder.write("access.log", "");
                    n_files += 1;
                }
                Event::Loaded => load(n_files, &newest, true),
                Event::LoadedTheNewest => load(n_files, &newest, false),
            }
        }
        if n_written > 0 {
            let pages = folder.prints(&["export", "s.db", "--rows", "pageviews"]);
            prop_assert_eq!(pages.lines().count() - 1, n_written);
            let args = |n_files: usize| (1..n_files).map(name).collect::<Vec<String>>();
            let mut explored = vec!["export".to_owned(), "access.log".to_owned()];
            explored.extend(args(n_files));
            explored.extend(["--rows".to_owned(), "pageviews".to_owned()]);
            let explored: Vec<&str> = explored.iter().map(String::as_str).collect();
            prop_assert_eq!(folder.prints(&explored), pages);
        }
    }
}

/// The log that was rotated so many times.
fn name(nth: usize) -> String {
    match nth {
        1 => "access.log.1".to_owned(),
        _ => format!("access.log.{nth}.gz"),
    }
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}
