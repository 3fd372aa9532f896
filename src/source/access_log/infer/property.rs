//! Random formats: what is found in their lines is right, or nothing is found.

use crate::source::access_log::format::text;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::words::timestamp::Timestamp;

const N_LINES: usize = 200;

/// The values of a field in a random format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FieldKind {
    Address,
    Time(usize),
    Request,
    Method,
    Target,
    Status,
    Agent,
    Filler(usize),
    SecondAddress,
    SecondTime,
    SecondTarget,
}

/// The text around a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dress {
    Bare,
    Quotes,
    Brackets,
    Key,
}

#[derive(Clone, Debug)]
struct Made {
    fields: Vec<(FieldKind, Dress)>,
    separator: &'static str,
}

/// The truth about a line.
struct Truth {
    line: String,
    address: String,
    us: i64,
    method: &'static str,
    target: String,
    status: &'static str,
    agent: &'static str,
}

const AGENTS: [&str; 5] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/604.1",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "curl/8.5.0",
    "-",
];

/// A number that looks random and is the same for the same line and use.
fn mixed(line: usize, salt: u64) -> u64 {
    let mut x = (line as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        ^ salt.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^= x >> 31;
    x = x.wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 29)
}

fn of<T: Copy>(values: &[T], line: usize, salt: u64) -> T {
    values[(mixed(line, salt) % values.len() as u64) as usize]
}

/// A time of the 1st of March 2024 in one of the ways to write it; all are in UTC.
fn written(us: i64, way: usize) -> String {
    let at = chrono::DateTime::from_timestamp_micros(us).unwrap();
    match way {
        0 => at.format("%d/%b/%Y:%H:%M:%S +0000").to_string(),
        1 => at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        2 => at.format("%Y-%m-%d %H:%M:%S").to_string(),
        3 => at.format("%Y-%m-%dT%H:%M:%S%.3f+00:00").to_string(),
        4 => format!("{}.{:03}", us / 1_000_000, us / 1_000 % 1_000),
        5 => (us / 1_000).to_string(),
        _ => at.format("%a %b %e %H:%M:%S %Y").to_string(),
    }
}

/// Values that nobody would take for a part of a request.
fn filler(which: usize, line: usize) -> String {
    let salt = which as u64 + 100;
    let random = mixed(line, salt);
    match which {
        0 => "-".to_owned(),
        1 => (random % 90_000).to_string(),
        2 => format!("{}.{:03}", random % 9, random % 997),
        3 => format!("{:08x}-{:04x}", random as u32, random as u16),
        4 => of(&["HIT", "MISS", "EXPIRED"], line, salt).to_owned(),
        5 => of(&["DE", "FR", "US"], line, salt).to_owned(),
        6 => of(&["TLSv1.3", "TLSv1.2", "-"], line, salt).to_owned(),
        7 => of(&["https", "http"], line, salt).to_owned(),
        8 => of(&["www.example.com", "shop.example.com"], line, salt).to_owned(),
        9 => of(
            &[
                "-",
                "https://www.example.com/",
                "https://search.example/?q=a",
            ],
            line,
            salt,
        )
        .to_owned(),
        PROTOCOL => "HTTP/1.1".to_owned(),
        11 => of(&["web1", "web2"], line, salt).to_owned(),
        _ => format!("{}ms", random % 500),
    }
}
const N_FILLERS: usize = 13;
const PROTOCOL: usize = 10;

fn line(made: &Made, n: usize) -> Truth {
    let us = 1_709_287_200_000_000 + n as i64 * 7_013_000 * 3;
    let way = made.fields.iter().find_map(|(kind, _)| match kind {
        FieldKind::Time(way) => Some(*way),
        _ => None,
    });
    let way = way.unwrap_or(0);
    let us = match way {
        3..=5 => us,
        _ => us / 1_000_000 * 1_000_000,
    };
    let address = match mixed(n, 1) % 40 {
        0 => "2001:db8::17".to_owned(),
        k => format!("192.0.2.{k}"),
    };
    let method = of(&["GET", "GET", "GET", "POST", "HEAD"], n, 2);
    let target = format!(
        "/{}",
        of(
            &["", "a", "a/b?x=1&y=2", "shop/7", "s.css", "caf%C3%A9"],
            n,
            3
        )
    );
    let status = of(&["200", "200", "304", "404", "500", "301"], n, 4);
    let agent = of(&AGENTS, n, 5);
    let mut text = String::new();
    for (place, (kind, dress)) in made.fields.iter().enumerate() {
        if place > 0 {
            text.push_str(made.separator);
        }
        let value = match kind {
            FieldKind::Address => address.clone(),
            FieldKind::Time(way) => written(us, *way),
            FieldKind::Request => format!("{method} {target} HTTP/1.1"),
            FieldKind::Method => method.to_owned(),
            FieldKind::Target => target.clone(),
            FieldKind::Status => status.to_owned(),
            FieldKind::Agent => agent.to_owned(),
            FieldKind::Filler(which) => filler(*which, n),
            FieldKind::SecondAddress => format!("198.51.100.{}", mixed(n, 6) % 50),
            FieldKind::SecondTime => {
                written(us - 86_400_000_000 * (1 + (mixed(n, 7) % 3) as i64), 1)
            }
            FieldKind::SecondTarget => format!("/other/{}", mixed(n, 8) % 9),
        };
        // If blanks separate fields, values with blanks are enclosed.
        let must_be_enclosed = made.separator == " "
            && (value.contains(' ') || matches!(kind, FieldKind::Request | FieldKind::Agent));
        match (dress, kind) {
            (Dress::Bare, _) if !must_be_enclosed => text.push_str(&value),
            (Dress::Brackets, FieldKind::Time(_)) => text.push_str(&format!("[{value}]")),
            (Dress::Key, _) if !must_be_enclosed => text.push_str(&format!("k{place}={value}")),
            (Dress::Key, _) => text.push_str(&format!("k{place}=\"{value}\"")),
            _ => text.push_str(&format!("\"{value}\"")),
        }
    }
    Truth {
        line: text,
        address,
        us,
        method,
        target,
        status,
        agent,
    }
}

fn made(second: Option<FieldKind>) -> impl Strategy<Value = Made> {
    let dress = || {
        select(vec![
            Dress::Bare,
            Dress::Quotes,
            Dress::Brackets,
            Dress::Key,
        ])
    };
    (
        (0usize..7, any::<bool>(), any::<bool>(), any::<bool>()),
        proptest::collection::vec(0..N_FILLERS, 0..5),
        select(vec![
            " ", "\t", "|", " | ", ";", ",", " - ", "; ", ", ", "~", " :: ",
        ]),
        proptest::collection::vec(dress(), 16),
    )
        .prop_flat_map(
            move |((way, is_whole, has_status, has_agent), fillers, separator, dresses)| {
                let mut kinds = vec![FieldKind::Address, FieldKind::Time(way)];
                match is_whole {
                    true => kinds.push(FieldKind::Request),
                    false => kinds.extend([FieldKind::Method, FieldKind::Target]),
                }
                kinds.extend(has_status.then_some(FieldKind::Status));
                kinds.extend(has_agent.then_some(FieldKind::Agent));
                kinds.extend(fillers.into_iter().map(FieldKind::Filler));
                kinds.extend(second);
                (Just(kinds).prop_shuffle(), Just(separator), Just(dresses))
            },
        )
        .prop_map(|(kinds, separator, dresses)| Made {
            fields: kinds.into_iter().zip(dresses).collect(),
            separator,
        })
        .prop_filter("the second target stands where the first belongs", |made| {
            let kinds = made.fields.iter().map(|(kind, _)| *kind);
            let kinds: Vec<FieldKind> = kinds.collect();
            !kinds.windows(3).any(|kinds| {
                matches!(
                    kinds,
                    [
                        FieldKind::Method,
                        FieldKind::SecondTarget,
                        FieldKind::Filler(PROTOCOL)
                    ]
                )
            })
        })
}

/// Whether the lines were understood; panics if they were misunderstood.
fn judged(made: &Made) -> Result<bool, TestCaseError> {
    let truths: Vec<Truth> = (0..N_LINES).map(|n| line(made, n)).collect();
    let lines: Vec<&[u8]> = truths.iter().map(|truth| truth.line.as_bytes()).collect();
    let Found::Formats(formats) = infer(&lines, &LogUser::AddressAndAgent, None) else {
        return Ok(false);
    };
    let has = |wanted: FieldKind| made.fields.iter().any(|(kind, _)| *kind == wanted);
    let times = FoundTimes::default();
    let mut room = Room::default();
    for truth in &truths {
        let format = formats
            .iter()
            .find(|format| format.read(truth.line.as_bytes(), &mut room).is_ok());
        // A line that is not read is told of.
        let Some(format) = format else {
            continue;
        };
        let read = format.read(truth.line.as_bytes(), &mut room).unwrap();
        let told = text::written(format);
        let at = times.instant(read.time);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        prop_assert_eq!(
            at.map(Timestamp::as_us),
            Some(truth.us),
            "{} of {}",
            &told,
            &truth.line
        );
        prop_assert_eq!(
            text(read.request.address),
            truth.address.as_str(),
            "{} of {}",
            &told,
            &truth.line
        );
        prop_assert_eq!(
            text(read.request.method),
            truth.method,
            "{} of {}",
            &told,
            &truth.line
        );
        prop_assert_eq!(
            text(read.request.target),
            truth.target.as_str(),
            "{} of {}",
            &told,
            &truth.line
        );
        if has(FieldKind::Status) {
            let status = read.request.status.map(|status| status.to_string());
            prop_assert_eq!(
                status.as_deref(),
                Some(truth.status),
                "{} of {}",
                &told,
                &truth.line
            );
        }
        let agent = if has(FieldKind::Agent) && truth.agent != "-" {
            truth.agent
        } else {
            ""
        };
        prop_assert_eq!(
            text(read.request.agent),
            agent,
            "{} of {}",
            &told,
            &truth.line
        );
    }
    Ok(true)
}

/// Twice as many cases as usual, because there are many ways to combine the parts of a format.
fn twice_the_cases() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig {
        cases: usual.cases * 2,
        ..usual
    }
}

proptest! {
    #![proptest_config(twice_the_cases())]

    #[test]
    fn a_format_made_at_random_is_found_right_or_not_at_all(made in made(None)) {
        judged(&made)?;
    }

    #[test]
    fn so_it_is_where_a_second_field_could_be_the_first(
        made in select(vec![FieldKind::SecondAddress, FieldKind::SecondTime, FieldKind::SecondTarget]).prop_flat_map(|second| made(Some(second))),
    ) {
        judged(&made)?;
    }
}

#[test]
fn most_formats_made_at_random_are_found() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let n_found = (0..40)
        .filter(|_| {
            judged(&made(None).new_tree(&mut runner).unwrap().current()).is_ok_and(|found| found)
        })
        .count();
    assert!(n_found >= 24, "{n_found} of 40");
}
