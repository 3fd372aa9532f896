//! A line of an AWS log -> a request. Source floor.
//!
//! Knows the fields of load balancers and buckets. The layouts are those of "Access logs for your Application Load
//! Balancer" and "... Classic Load Balancer" (Elastic Load Balancing user guides) and of "Amazon S3 server access log
//! format" (S3 user guide).

use crate::source::access_log::fields::Fields;
use crate::source::access_log::format::method_and_target;
use crate::source::access_log::format::said;
use crate::source::access_log::format::status_of;
use crate::source::access_log::left_out::Reason;
use crate::source::access_log::request::Request;

/// The interesting parts of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct AwsLine<'a> {
    pub(super) request: Request<'a>,
    pub(super) time: &'a [u8],
    /// Why it is not a page view, if that is clear already.
    pub(super) left_out: Option<Reason>,
}

/// Fields that are looked at.
const MOST_FIELDS: usize = 17;

/// Where a layout has its fields, from 0.
struct Places {
    time: usize,
    client: usize,
    status: usize,
    request: usize,
    /// May be missing.
    agent: usize,
}

const ALB: Places = Places {
    time: 1,
    client: 3,
    status: 8,
    request: 12,
    agent: 13,
};
const ELB: Places = Places {
    time: 0,
    client: 2,
    status: 7,
    request: 11,
    agent: 12,
};
const S3: Places = Places {
    time: 2,
    client: 3,
    status: 9,
    request: 8,
    agent: 16,
};

/// `https time elb client:port target:port 0.1 0.1 0.1 200 200 34 366 "request" "agent" ...`. Errors with the reason
/// if it is not one.
pub(super) fn read_alb(line: &[u8]) -> Result<AwsLine<'_>, &'static str> {
    let fields = split(line);
    match fields[0] {
        b"http" | b"https" | b"h2" | b"grpcs" | b"ws" | b"wss" => {}
        b"tls" | b"tcp" | b"udp" => {
            return Err("a connection of a network load balancer: not a request");
        }
        _ => return Err("no type of request, such as https, at the beginning"),
    }
    read_balancer(&fields, &ALB)
}

/// `time elb client:port backend:port 0.1 0.1 0.1 200 200 0 29 "request"[ "agent" ...]`.
pub(super) fn read_elb(line: &[u8]) -> Result<AwsLine<'_>, &'static str> {
    read_balancer(&split(line), &ELB)
}

/// The place of the referrer, before that of the agent.
const S3_REFERRER: usize = S3.agent - 1;

/// `owner bucket [time] address requester id REST.GET.OBJECT key "request" 200 - 113 - 7 - "referer" "agent" ...`.
pub(super) fn read_s3(line: &[u8]) -> Result<AwsLine<'_>, &'static str> {
    let fields = split(line);
    let [_, _, time, _, requester, _, operation, ..] = fields;
    if time.get(2) != Some(&b'/') || time.get(6) != Some(&b'/') {
        return Err("no time in brackets in the third place");
    }
    let mut line = read_at(&fields, &S3)?;
    line.request.remote_user = said(requester);
    line.request.referrer = said(fields[S3_REFERRER]);
    // Listings and settings of a bucket are asked for by consoles; an object may be a page.
    let is_object = operation.ends_with(b".GET.OBJECT");
    if line.request.method == b"GET" && !line.request.target.is_empty() && !is_object {
        line.left_out = Some(Reason::NotAnObject);
    }
    Ok(line)
}

fn read_balancer<'a>(
    fields: &[&'a [u8]; MOST_FIELDS],
    places: &Places,
) -> Result<AwsLine<'a>, &'static str> {
    let time = fields[places.time];
    if time.len() < 19 || time[4] != b'-' || time[10] != b'T' {
        return Err("no time such as 2024-03-01T10:00:00.000000Z in its place");
    }
    read_at(fields, places)
}

fn read_at<'a>(
    fields: &[&'a [u8]; MOST_FIELDS],
    places: &Places,
) -> Result<AwsLine<'a>, &'static str> {
    let status = fields[places.status];
    let status = match (status_of(status), status) {
        (None, b"-") => None,
        (None, _) => return Err("no status in its place: is the line cut off?"),
        (status, _) => status,
    };
    let (method, target) = method_and_target(fields[places.request]);
    Ok(AwsLine {
        request: Request {
            address: said(fields[places.client]),
            agent: said(fields[places.agent]),
            method,
            target,
            status,
            ..Request::default()
        },
        time: fields[places.time],
        left_out: None,
    })
}

/// The first fields of a line; the missing are empty.
fn split(line: &[u8]) -> [&[u8]; MOST_FIELDS] {
    let mut fields = [&b""[..]; MOST_FIELDS];
    for (place, field) in fields.iter_mut().zip(Fields::new(line)) {
        *place = field;
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(line: Result<AwsLine<'_>, &'static str>, expected: &str) {
        let said = match line {
            Ok(AwsLine {
                request,
                time,
                left_out,
            }) => {
                let text = String::from_utf8_lossy;
                let status = request.status.unwrap_or_default();
                let left_out = left_out.map_or(String::new(), |reason| format!(" {reason:?}"));
                [
                    &text(time),
                    &text(request.address),
                    &text(request.method),
                    &text(request.target),
                    &text(request.agent),
                    &*format!("{status}{left_out}"),
                ]
                .join("|")
            }
            Err(reason) => reason.to_owned(),
        };
        assert_eq!(said, expected);
    }

    #[test]
    fn a_load_balancers_client_has_a_port_and_its_target_is_a_whole_address() {
        check(
            read_alb(
                b"https 2024-03-01T10:00:00.186641Z app/my-lb/50dc 192.0.2.1:2817 10.0.0.1:80 0.000 0.001 0.000 \
                200 200 34 366 \"GET http://www.example.com:80/a b HTTP/1.1\" \"Mozilla/5.0 (X11)\" - - arn:aws:x",
            ),
            "2024-03-01T10:00:00.186641Z|192.0.2.1:2817|GET|http://www.example.com:80/a b|Mozilla/5.0 (X11)|200",
        );
        check(
            read_elb(
                b"2024-03-01T10:00:00.186641Z my-lb 192.0.2.1:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 \
                0 29 \"GET http://www.example.com:80/ HTTP/1.1\" \"curl/7.38.0\" - -",
            ),
            "2024-03-01T10:00:00.186641Z|192.0.2.1:2817|GET|http://www.example.com:80/|curl/7.38.0|200",
        );
    }

    #[test]
    fn what_is_no_request_is_told() {
        check(
            read_alb(
                b"http 2024-03-01T10:00:00.7Z app/x 192.0.2.1:5 - -1 -1 -1 200 - 0 272 \"- http://h:80-/ \" \"-\" - -",
            ),
            "2024-03-01T10:00:00.7Z|192.0.2.1:5||http://h:80-/||200",
        );
        check(
            read_alb(b"tls 2.0 2018-12-20T02:59:40 net/my-nlb/c6e7 g3d4 192.0.2.1:2817"),
            "a connection of a network load balancer: not a request",
        );
        check(
            read_elb(
                b"2024-03-01T10:00:00.1Z my-tcp 192.0.2.1:2817 10.0.0.1:80 0.1 0.1 0.1 - - 82 305 \"- - - \" \"-\" - -",
            ),
            "2024-03-01T10:00:00.1Z|192.0.2.1:2817||- -||0",
        );
        check(
            read_alb(b"https 2024-03-01T10:00:00.186641Z app/my-lb/50dc 192.0"),
            "no status in its place: is the line cut off?",
        );
    }

    #[test]
    fn of_a_bucket_only_objects_are_pages() {
        let line = |operation: &str, request: &str| {
            format!(
                "79a5 mybucket [06/Feb/2014:00:00:38 +0000] 192.0.2.3 79a5 3E57 {operation} a.html {request} 200 - 113 \
                 - 7 - \"-\" \"S3 Console\" -"
            )
        };
        let time = "06/Feb/2014:00:00:38 +0000";
        let get = "\"GET /mybucket/a.html HTTP/1.1\"";
        check(
            read_s3(line("WEBSITE.GET.OBJECT", get).as_bytes()),
            &format!("{time}|192.0.2.3|GET|/mybucket/a.html|S3 Console|200"),
        );
        check(
            read_s3(line("REST.GET.VERSIONING", get).as_bytes()),
            &format!("{time}|192.0.2.3|GET|/mybucket/a.html|S3 Console|200 NotAnObject"),
        );
        check(
            read_s3(line("S3.EXPIRE.OBJECT", "-").as_bytes()),
            &format!("{time}|192.0.2.3|||S3 Console|200"),
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused_and_never_panic(
            bytes in proptest::collection::vec(
                prop_oneof![any::<u8>(), proptest::sample::select(b"\" []-20T".to_vec())], 0..120),
            head in proptest::sample::select(vec!["", "https 2024-03-01T10:00:00Z ", "a b [06/Feb/2014:00:00:38 +0000] "]),
        ) {
            let line = [head.as_bytes(), &bytes].concat();
            let _ = (read_alb(&line).is_ok(), read_elb(&line).is_ok(), read_s3(&line).is_ok());
        }
    }
}
