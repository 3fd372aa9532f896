//! Access logs through the binary: formats that are named, in configurations, or found far from the beginning.

use crate::folder::Folder;

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
    assert!(sentence.contains("the names of machines"), "{sentence}");
    let folder = log("192.0.2.N - john.doe [01/Mar/2024:10:00:00 +0000] \"GET /a HTTP/1.1\" 200 5");
    let (found, _) = first(&folder, &["--log-user", "remote-user"]);
    assert_eq!(found, "john.doe /a");
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
