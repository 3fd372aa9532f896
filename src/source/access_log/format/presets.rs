//! The formats with a name. Source floor.

use crate::source::access_log::format::LineFormat;
use crate::source::access_log::format::text;

/// A format under the name that `--log-format` takes.
pub(in crate::source::access_log) struct Preset {
    pub(in crate::source::access_log) name: &'static str,
    /// As it is said of a log: `Combined`.
    pub(in crate::source::access_log) title: &'static str,
    pub(in crate::source::access_log) text: &'static str,
}

/// In the order in which they are tried.
pub(in crate::source::access_log) const PRESETS: &[Preset] = &[
    Preset {
        name: "combined",
        title: "Combined",
        text: "$remote_addr $ident $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \
               \"$http_user_agent\"",
    },
    Preset {
        name: "common",
        title: "Common",
        text: "$remote_addr $ident $remote_user [$time_local] \"$request\" $status $body_bytes_sent",
    },
    Preset {
        name: "vhost",
        title: "Combined with virtual hosts",
        text: "$host $remote_addr $ident $remote_user [$time_local] \"$request\" $status $body_bytes_sent \
               \"$http_referer\" \"$http_user_agent\"",
    },
    Preset {
        name: "vhost-common",
        title: "Common with virtual hosts",
        text: "$host $remote_addr $ident $remote_user [$time_local] \"$request\" $status $body_bytes_sent",
    },
    // nginx's own `main`.
    Preset {
        name: "combined-forwarded",
        title: "Combined with forwarded addresses",
        text: "$remote_addr $ident $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \
               \"$http_user_agent\" \"$http_x_forwarded_for\"",
    },
    Preset {
        name: "haproxy",
        title: "HAProxy",
        text: "$remote_addr [$time_local] $frontend $backend $timers $status $bytes_sent $request_cookie \
               $response_cookie $termination $connections $queues \"$request\"",
    },
    Preset {
        name: "haproxy-captures",
        title: "HAProxy with captured headers",
        text: "$remote_addr [$time_local] $frontend $backend $timers $status $bytes_sent $request_cookie \
               $response_cookie $termination $connections $queues {$captured} \"$request\"",
    },
    Preset {
        name: "envoy",
        title: "Envoy",
        text: "[$start_time] \"$request\" $status $response_flags $bytes_received $bytes_sent $duration \
               $upstream_time \"$http_x_forwarded_for\" \"$http_user_agent\" \"$request_id\" \"$authority\" \
               \"$upstream_addr\"",
    },
    Preset {
        name: "istio",
        title: "Istio",
        text: "[$start_time] \"$request\" $status $response_flags $response_code_details $termination_details \
               \"$transport_failure\" $bytes_received $bytes_sent $duration $upstream_time \
               \"$http_x_forwarded_for\" \"$http_user_agent\" \"$request_id\" \"$authority\" \"$upstream_addr\" \
               $upstream_cluster $upstream_local_addr $local_addr $downstream_remote_address",
    },
    Preset {
        name: "squid",
        title: "Squid",
        text: "$msec $request_time $remote_addr $result/$status $bytes_sent $request_method $request_url \
               $remote_user $hierarchy $content_type",
    },
    Preset {
        name: "uwsgi",
        title: "uWSGI",
        text: "[pid: $pid|app: $app|req: $req] $remote_addr ($remote_user) {$vars} [$time_local] $request_method \
               $request_uri => generated $bytes_sent bytes in $took (${server_protocol} $status) $rest",
    },
    Preset {
        name: "iis",
        title: "IIS native",
        text: "$remote_addr, $remote_user, $date, $time, $service, $computer, $server_addr, $request_time, \
               $request_length, $bytes_sent, $status, $windows_status, $request_method, $request_uri, $args,",
    },
    Preset {
        name: "bunny",
        title: "Bunny CDN",
        text: "$cache|$status|$timestamp|$bytes_sent|$pull_zone|$remote_addr|$http_referer|$request_url|$location|\
               $http_user_agent|$request_id|$country",
    },
    Preset {
        name: "cloudfront-realtime",
        title: "CloudFront, real time",
        text: "$timestamp\t$remote_addr\t$time_to_first_byte\t$status\t$bytes_sent\t$request_method\t$scheme\t$host\t\
               $request_uri\t$request_length\t$edge\t$request_id\t$http_host\t$request_time\t$server_protocol\t\
               $ip_version\t$http_user_agent\t$http_referer\t$cookie\t$args",
    },
];

/// How many of the first fields are in the order of the Common Log Format.
pub(in crate::source::access_log) const N_COMMON: usize = 5;

/// The preset of that name, in any case.
pub(in crate::source::access_log) fn named(name: &str) -> Option<&'static Preset> {
    PRESETS
        .iter()
        .find(|preset| preset.name.eq_ignore_ascii_case(name))
}

impl Preset {
    /// The format. `key` is the field that tells users apart, if there is one. Errors if the format has no such field.
    pub(in crate::source::access_log) fn format(
        &self,
        key: Option<&str>,
    ) -> Result<LineFormat, String> {
        text::parse(self.text, key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_a_format() {
        for preset in PRESETS {
            let format = preset.format(None).unwrap();
            assert_eq!(
                text::written(&format),
                preset
                    .text
                    .replace("${server_protocol}", "$server_protocol")
            );
            assert!(named(&preset.name.to_ascii_uppercase()).is_some());
        }
    }
}
