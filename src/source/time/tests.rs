//! Values in, instants out.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::SecondsFormat;
use chrono::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::source::time::column::FORMS;

fn reader_in(time_zone: Tz) -> TimeReader {
    let options = TimeOptions {
        zone: time_zone,
        ..TimeOptions::default()
    };
    TimeReader::new(options, tally::Unit::Line)
}

/// The instant of `value` in `zone` as RFC 3339, or the reason why it is not a timestamp.
fn read_in(zone: Tz, value: &str) -> String {
    match reader_in(zone).read(value.as_bytes(), 2) {
        Ok(at) => at.to_string(),
        Err(unreadable) => unreadable.into_reason(),
    }
}

fn check(value: &str, expected: &str) {
    assert_eq!(read_in(Tz::UTC, value), expected, "{value}");
}

#[test]
fn dates_that_start_with_the_year_are_read() {
    for value in [
        "2024-03-01 10:00:00",
        "2024-03-01T10:00:00",
        "2024-03-01t10:00:00z",
        " 2024-03-01T10:00:00Z ",
        "2024-03-01T11:00:00+01:00",
        "2024-03-01 05:30:00-0430",
        "2024-03-01T08:00-02",
        "2024-03-01 10:00",
        "2024/3/1 10:00:00",
        "2024-03-01 10:00:00 UTC",
        "2024-03-01 10:00:00.000000 gmt",
        "2024-03-01T10:00:00 +00:00",
        "2024-03-01 10:00:00 AM",
        "20240301T100000Z",
        "20240301T1000",
        "20240301100000",
        "2024-03-01 11:00:00 Europe/Paris",
        "2024-03-01T11:00:00[Europe/Paris]",
        "2024-03-01T11:00:00+01:00[Europe/Paris]",
        "2024-03-01T11:00:00+01:00 Europe/Paris",
        "2024-03-01 10:00:00 +0000 UTC",
        "2024-03-01 11:00:00.000000000 +0100 CET m=+0.000012",
        "2024.03.01 10:00:00",
        "2024-03-01, 10:00:00",
        "2024-03-01 @ 10:00",
        "2024/03/01 - 10:00:00",
        "2024-03-01_10:00:00",
        "2024-03-01-10.00.00.000000",
        "20240301 10:00:00",
        "20240301T10:00:00Z",
        "20240301100000000",
    ] {
        check(value, "2024-03-01T10:00:00Z");
    }
    check("2024-03-01", "2024-03-01T00:00:00Z");
    check("20240301", "2024-03-01T00:00:00Z");
    check("2024-03-01 12:30 am", "2024-03-01T00:30:00Z");
    check("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z");
}

#[test]
fn an_offset_is_followed_by_the_same_zone_or_by_nothing() {
    for word in [
        "UTC",
        "Z",
        "gmt",
        "+01",
        "+0100 m=+1.5",
        "AEST",
        "(CET)",
        "[Europe/Paris]",
        "Europe/Paris",
    ] {
        check(
            &format!("2024-03-01 11:00:00 +0100 {word}"),
            "2024-03-01T10:00:00Z",
        );
    }
    for word in [
        "x",
        "/",
        "/a",
        "GET",
        "POST",
        "index",
        "Europe/Nowhere",
        "+01 x",
        "CET x",
    ] {
        let value = format!("2024-03-01T11:00:00+01:00 {word}");
        assert!(
            reader_in(Tz::UTC).read(value.as_bytes(), 2).is_err(),
            "{value}"
        );
    }
}

#[test]
fn six_digits_of_a_fraction_count() {
    check("2024-03-01T10:00:00.5Z", "2024-03-01T10:00:00.5Z");
    check("2024-03-01 10:00:00,123", "2024-03-01T10:00:00.123Z");
    check(
        "2024-03-01T10:00:00.123456999Z",
        "2024-03-01T10:00:00.123456Z",
    );
    check(
        "1969-12-31T23:59:59.9999999Z",
        "1969-12-31T23:59:59.999999Z",
    );
}

#[test]
fn numbers_are_taken_since_the_epoch() {
    for value in [
        "1709287200",
        "1709287200000",
        "1709287200000000",
        "1709287200000000000",
        "1709287200.0",
        "1.7092872E9",
        "1.7092872E+12",
        "/Date(1709287200000)/",
        "/Date(1709287200000+0100)/",
        "+1709287200",
    ] {
        check(value, "2024-03-01T10:00:00Z");
    }
    check("0", "1970-01-01T00:00:00Z");
    check("-1", "1969-12-31T23:59:59Z");
    check("99999999", "1973-03-03T09:46:39Z");
    check("-99999999999", "timestamp \"-99999999999\" is not a date");
}

#[test]
fn dates_with_the_months_name_are_read() {
    for value in [
        "01/Mar/2024:10:00:00 +0000",
        "[01/Mar/2024:11:00:00 +0100]",
        "Fri, 01 Mar 2024 10:00:00 +0000",
        "Fri, 1 Mar 2024 10:00:00 GMT",
        "01 Mar 2024 10:00 UT",
        "01-Mar-2024 10:00:00",
        "Fri Mar  1 10:00:00 2024",
        "Fri Mar 01 2024 10:00:00 GMT+0000 (Coordinated Universal Time)",
        "March 1, 2024 10:00 AM",
        "Mar 1, 2024, 10:00:00 AM",
        "Mar 1, 2024, 10:00:00\u{202f}AM",
        "Mar 1, 2024 @ 10:00:00.000",
        "Mar 1, 2024 - 10:00:00",
        "March 1, 2024 at 11:00:00 AM UTC+1",
        "Fri Mar  1 10:00:00 UTC 2024",
        "Fri Mar 01 11:00:00 +0100 2024",
        "Fri Mar 01 2024 11:00:00 GMT+0100 (Central European Standard Time)",
        "Friday, 01-Mar-24 10:00:00 GMT",
        "01-MAR-24 10.00.00.000000 AM",
        "01-MAR-24 11.00.00.000000000 AM +01:00",
        "1-Mar-24 10:00",
        "1 Mar 2024 10:00 a.m.",
        "Mar  1 2024 10:00AM",
    ] {
        check(value, "2024-03-01T10:00:00Z");
    }
    check(
        "Mon, 01 Mar 2024 10:00:00 GMT",
        "timestamp \"Mon, 01 Mar 2024 10:00:00 GMT\" is not a date",
    );
}

#[test]
fn what_is_finer_than_a_microsecond_is_said() {
    for (value, is_finer) in [
        ("2024-03-01T10:00:00.123456Z", false),
        ("2024-03-01T10:00:00.123456000Z", false),
        ("2024-03-01T10:00:00.1234567Z", true),
        ("1709287200123456000", false),
        ("1709287200123456789", true),
        ("20240301100000", false),
        ("13.02.2024 10:00:00", false),
    ] {
        let mut times = reader_in(Tz::UTC);
        assert!(times.read(value.as_bytes(), 7).is_ok());
        let note = "1 timestamp finer than a microsecond, rounded down (on line 7)".to_owned();
        assert_eq!(times.column().notes().contains(&note), is_finer, "{value}");
    }
}

#[test]
fn what_does_not_exist_is_no_date() {
    for value in [
        "2023-02-29T10:00:00Z",
        "2024-13-01T10:00:00Z",
        "2024-03-01T24:00:00Z",
        "2024-03-01T10:61:00Z",
        "2024-03-01T10:00:61Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "2024-03-01T10:00:00+24:00",
        "2024-03-01T10:00:00.Z",
        "2024-03-01 13:00:00 PM",
        "2024-03-01T",
        "2024-03-01T10:00:00Z!",
        "20241301000000",
        "31/Apr/2024:10:00:00 +0000",
        "32/13/2024",
        "yesterday",
        "NULL",
        "-",
    ] {
        check(value, &format!("timestamp \"{value}\" is not a date"));
    }
    check("  ", "the timestamp is empty");
}

#[test]
fn a_long_value_is_cut_in_the_reason() {
    let reason = read_in(Tz::UTC, &"9".repeat(1_000_000));
    assert_eq!(
        reason,
        format!("timestamp \"{}…\" is not a date", "9".repeat(59))
    );
}

#[test]
fn second_60_is_the_next_minute_and_only_at_midnight_in_utc() {
    check("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z");
    check("2016-12-31T15:59:60.5-08:00", "2017-01-01T00:00:00.5Z");
    check(
        "2016-12-31T23:58:60Z",
        "timestamp \"2016-12-31T23:58:60Z\" is not a date",
    );
    check(
        "2016-12-31 12:59:60",
        "timestamp \"2016-12-31 12:59:60\" is not a date",
    );
}

#[test]
fn a_zone_abbreviation_is_rejected_with_what_is_expected() {
    check(
        "2024-03-01 10:00:00 PST",
        "timestamp \"2024-03-01 10:00:00 PST\" has the zone \"PST\", which is unknown or ambiguous: expected UTC, an \
        offset or a name such as Europe/Paris",
    );
}

#[test]
fn the_order_of_day_and_month_is_settled_by_a_date_that_has_one_only() {
    let mut times = reader_in(Tz::UTC);
    let mut read = |value: &str, line| times.read(value.as_bytes(), line).map(|at| at.to_string());
    assert!(matches!(read("03/04/2024", 2), Err(Unreadable::Kind(_))));
    assert_eq!(read("03/03/2024", 3).unwrap(), "2024-03-03T00:00:00Z");
    assert_eq!(read("13/04/2024 10:00", 4).unwrap(), "2024-04-13T10:00:00Z");
    assert_eq!(read("03/04/2024", 5).unwrap(), "2024-04-03T00:00:00Z");
    assert_eq!(
        read("04/13/2024", 6),
        Err(Unreadable::Value(
            "timestamp \"04/13/2024\" is not a date in the order day/month/year that line 4 settled"
                .to_owned()
        ))
    );
    check("3/1/2024 1:00:00 PM", "2024-03-01T13:00:00Z");
    check("13.04.2024 10:00:00", "2024-04-13T10:00:00Z");
    check("13.4.2024 10.00", "2024-04-13T10:00:00Z");
    check("4/13/24 9:00", "2024-04-13T09:00:00Z");
    check("4/13/2024, 9:00:00\u{202f}PM", "2024-04-13T21:00:00Z");
    check("13-04-2024 09:00", "2024-04-13T09:00:00Z");
    check("13-04-24", "timestamp \"13-04-24\" is not a date");
    check("03.04.2024", "2024-04-03T00:00:00Z");
}

#[test]
fn a_day_count_of_a_spreadsheet_is_told_from_seconds() {
    let plan = |values: &[&str]| {
        let values = values.iter().map(|value| value.as_bytes());
        TimePlan::of(values, &TimeOptions::default())
    };
    assert!(plan(&["45352.41"]).unwrap_err().contains("serial date"));
    assert!(
        plan(&["1709287200", "45352"]).is_ok(),
        "seconds, as the others are"
    );
}

/// The instant of `value` among the values of a column, or the reason why it is not a timestamp.
fn read_among(value: &str, others: &[&str], options: &TimeOptions) -> String {
    let values = others.iter().chain([&value]).map(|value| value.as_bytes());
    let plan = TimePlan::of(values, options);
    let mut times = TimeReader::new(options.clone(), tally::Unit::Line);
    let read = plan.map_err(Unreadable::Value).and_then(|plan| {
        times.follow(plan);
        times.read(value.as_bytes(), 2)
    });
    match read {
        Ok(at) => at.to_string(),
        Err(unreadable) => unreadable.into_reason(),
    }
}

#[test]
fn digits_that_are_minutes_or_hours_are_read_as_such() {
    let read = |value: &str| read_among(value, &[], &TimeOptions::default());
    assert_eq!(read("202403050905"), "2024-03-05T09:05:00Z");
    assert_eq!(read("2024030509"), "2024-03-05T09:00:00Z");
    assert_eq!(read("2024030509.0"), "2024-03-05T09:00:00Z");
    assert_eq!(
        read("202402310905"),
        "timestamp \"202402310905\" is not a date"
    );
    let unit = TimeOptions {
        unit: Some(TimeUnit::Second),
        ..TimeOptions::default()
    };
    assert_eq!(read_among("2024030509", &[], &unit), "2034-02-20T06:41:49Z");
}

#[test]
fn numbers_that_a_spreadsheet_rounded_are_no_times() {
    let read = |value: &str, others: &[&str]| read_among(value, others, &TimeOptions::default());
    let reason = "timestamp \"1.70963E+15\" was rounded by a spreadsheet: export the column with all its digits";
    assert_eq!(read("1.70963E+15", &[]), reason);
    assert_eq!(read("1.70963E+15", &["1.709629500123E+15"]), reason);
    assert_eq!(
        read("1.7096292e+18", &["1.709629501e+18"; 3]),
        "2024-03-05T09:00:00Z"
    );
    assert!(read("1.7096292e+18", &["1.7096295e+18"; 3]).contains("rounded by a spreadsheet"));
    assert_eq!(read("1.7096292E9", &[]), "2024-03-05T09:00:00Z");
}

#[test]
fn numbers_are_counted_from_where_a_person_says() {
    let since = |origin: &str, unit: &str, value: &str| {
        let options = TimeOptions {
            origin: Some(crate::source::timestamp(origin, Tz::UTC).unwrap()),
            unit: Some(unit.parse().unwrap()),
            ..TimeOptions::default()
        };
        read_among(value, &[], &options)
    };
    assert_eq!(
        since("2024-03-05T09:00Z", "ms", "90500"),
        "2024-03-05T09:01:30.5Z"
    );
    assert_eq!(since("2024-03-05", "s", "0"), "2024-03-05T00:00:00Z");
    assert_eq!(
        since("2001-01-01", "s", "731322000.5"),
        "2024-03-05T09:00:00.5Z"
    );
    assert_eq!(
        since("1601-01-01", "us", "13354102800000000"),
        "2024-03-05T09:00:00Z"
    );
    assert_eq!(
        since("1899-12-30", "d", "45356.375"),
        "2024-03-05T09:00:00Z"
    );
    assert_eq!(
        since("2024-03-05", "s", "2024-03-06"),
        "2024-03-06T00:00:00Z"
    );
}

#[test]
fn numbers_that_a_local_clock_counted_are_placed_in_its_zone() {
    let options = TimeOptions {
        epoch_zone: Some(Tz::Europe__Berlin),
        ..TimeOptions::default()
    };
    let read = |value: &str| read_among(value, &[], &options);
    assert_eq!(read("1705312800"), "2024-01-15T09:00:00Z");
    assert_eq!(read("1720000000000"), "2024-07-03T07:46:40Z");
    assert_eq!(read("2024-01-15T10:00:00"), "2024-01-15T10:00:00Z");
}

#[test]
fn a_date_that_contradicts_the_first_ones_ends_the_reading() {
    let mut times = reader_in(Tz::UTC);
    times.follow(TimePlan::of([&b"13/04/2024"[..]].into_iter(), &TimeOptions::default()).unwrap());
    assert!(times.read(b"03/04/2024", 2).is_ok());
    let contradiction = times.read(b"04/13/2024", 3).unwrap_err();
    assert!(
        matches!(&contradiction, Unreadable::Contradiction(reason) if reason.contains("as \"13/04/2024\" settles")),
        "{contradiction:?}"
    );
}

#[test]
fn times_without_an_offset_are_in_the_zone_that_was_given() {
    let berlin = |value: &str| read_in(Tz::Europe__Berlin, value);
    assert_eq!(berlin("2024-03-01 10:00:00"), "2024-03-01T09:00:00Z");
    assert_eq!(berlin("2024-07-01"), "2024-06-30T22:00:00Z");
    assert_eq!(berlin("2024-07-01T10:00:00Z"), "2024-07-01T10:00:00Z");
    assert_eq!(berlin("2024-03-31 02:30:00"), "2024-03-31T01:30:00Z");
    assert_eq!(berlin("2024-10-27 02:30:00"), "2024-10-27T00:30:00Z");
}

#[test]
fn what_a_column_is_like_is_said_once() {
    let mut times = reader_in(Tz::Europe__Berlin);
    for (line, value) in [
        (2, "2024-03-31 02:30:00"),
        (3, "2024-10-27 02:30:00"),
        (4, "2024-10-27 02:31:00"),
        (5, "0"),
        (6, "1709287200000"),
        (7, "2024-03-01"),
    ] {
        times.read(value.as_bytes(), line).unwrap();
    }
    assert_eq!(
        times.column().held(),
        "times in several formats, taken as Europe/Berlin"
    );
    assert_eq!(
        times.column().notes(),
        [
            "units are mixed in the time column: epoch seconds from line 5; epoch milliseconds from \
             line 6",
            "formats are mixed in the time column: date and time without an offset from line 2; date \
             only from line 7; epoch seconds from line 5; epoch milliseconds from line 6",
            "dates without a time of day are taken as midnight (the first on line 7)",
            "1 timestamp skipped when the clocks went forward, moved forward by as much (on line 2)",
            "2 timestamps that the clocks showed twice, taken as the earlier (the first on \
             line 3)",
            "1 pageview at or before 1970-01-01T00:00:00Z: was a clock not set? (on line 5)",
        ]
    );
}

#[test]
fn the_forms_stand_in_the_order_of_their_numbers() {
    for (i, (form, _)) in FORMS.iter().enumerate() {
        assert_eq!(*form as usize, i);
    }
}

proptest! {
    #[test]
    fn what_chrono_writes_is_read_as_chrono_meant_it(
        us in Timestamp::MIN.as_us() + US_PER_DAY..=Timestamp::MAX.as_us() - US_PER_DAY,
        offset_minutes in -1439i32..1440,
    ) {
        let zone = chrono::FixedOffset::east_opt(offset_minutes * 60).unwrap();
        let at = DateTime::from_timestamp_micros(us).unwrap().with_timezone(&zone);
        let second = us.div_euclid(US_PER_S) * US_PER_S;
        let read = |value: String| reader_in(Tz::UTC).read(value.as_bytes(), 1).unwrap().as_us();
        prop_assert_eq!(read(at.to_rfc3339_opts(SecondsFormat::AutoSi, false)), us);
        prop_assert_eq!(read(at.to_utc().to_rfc3339_opts(SecondsFormat::Nanos, true)), us);
        prop_assert_eq!(read(at.to_utc().format("%Y-%m-%d %H:%M:%S%.6f").to_string()), us);
        prop_assert_eq!(read(at.to_utc().format("%Y-%m-%d %H:%M:%S").to_string()), second);
        prop_assert_eq!(read(at.to_utc().format("%Y%m%d%H%M%S").to_string()), second);
        prop_assert_eq!(read(at.format("%d/%b/%Y:%H:%M:%S %z").to_string()), second);
        prop_assert_eq!(read(at.format("%a, %d %b %Y %H:%M:%S %z").to_string()), second);
        prop_assert_eq!(read(at.to_utc().format("%a %b %e %H:%M:%S %Y").to_string()), second);
        prop_assert_eq!(read(at.to_utc().format("%a %b %e %H:%M:%S UTC %Y").to_string()), second);
        prop_assert_eq!(read(at.format("%a %b %d %H:%M:%S %z %Y").to_string()), second);
        prop_assert_eq!(read(at.to_utc().format("%Y-%m-%d %H:%M:%S%.6f +0000 UTC").to_string()), us);
        prop_assert_eq!(read(at.to_utc().format("%b %-d, %Y @ %H:%M:%S%.6f").to_string()), us);
        prop_assert_eq!(read(at.to_utc().format("%B %-d, %Y at %-I:%M:%S %p UTC").to_string()), second);
        prop_assert_eq!(read(at.to_utc().format("%d-%b-%Y %I.%M.%S%.6f %p").to_string()), us);
        prop_assert_eq!(read(at.to_utc().format("%Y-%m-%d-%H.%M.%S%.6f").to_string()), us);
        prop_assert_eq!(read(at.to_utc().format("%Y%m%d%H%M%S%3f").to_string()), us.div_euclid(1000) * 1000);
        prop_assert_eq!(read(at.to_utc().format("%Y.%m.%d %H:%M:%S").to_string()), second);
    }

    #[test]
    fn dates_and_times_exist_for_us_when_they_do_for_chrono(
        year in 0i32..=9999, month in 0u32..14, day in 0u32..33,
        hour in 0u32..26, minute in 0u32..62, second in 0u32..60,
    ) {
        let value = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}");
        let expected = NaiveDate::from_ymd_opt(year, month, day)
            .and_then(|date| date.and_hms_opt(hour, minute, second))
            .filter(|_| year > 0)
            .map(|at| at.and_utc().timestamp_micros());
        let read = reader_in(Tz::UTC).read(value.as_bytes(), 1).ok().map(Timestamp::as_us);
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn what_only_a_column_tells_is_read_as_it_was_written(
        seconds in proptest::collection::vec(631_152_000i64..3_000_000_000, 30..60),
        format in proptest::sample::select(vec![
            "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%-m/%-d/%y %-H:%M", "%d-%m-%Y %H:%M:%S", "%-d.%-m.%Y %H.%M",
            "%d/%m/%Y, %I:%M:%S %p", "%Y%m%d%H%M", "%Y%m%d%H", "%d-%b-%y %I.%M.%S.000000 %p",
        ]),
    ) {
        let step = match format {
            "%Y%m%d%H" => 3600,
            format if format.contains("%S") => 1,
            _ => 60,
        };
        let at = |second: &i64| DateTime::from_timestamp(second / step * step, 0).unwrap();
        let values: Vec<String> = seconds.iter().map(|second| at(second).format(format).to_string()).collect();
        let plan = TimePlan::of(values.iter().map(|value| value.as_bytes()), &TimeOptions::default()).unwrap();
        let mut times = reader_in(Tz::UTC);
        times.follow(plan);
        for (second, value) in seconds.iter().zip(&values) {
            let read = times.read(value.as_bytes(), 2).unwrap();
            prop_assert_eq!(read.as_us(), at(second).timestamp_micros(), "{}", value);
        }
    }

    #[test]
    fn an_instant_written_in_a_named_zone_is_that_instant(second in 0i64..4_000_000_000) {
        let zone = Tz::America__New_York;
        let at = zone.timestamp_opt(second, 0).unwrap();
        let value = at.format("%Y-%m-%dT%H:%M:%S%:z[America/New_York]").to_string();
        let read = reader_in(Tz::UTC).read(value.as_bytes(), 1).unwrap();
        prop_assert_eq!(read.as_us(), second * US_PER_S);
    }

    #[test]
    fn no_value_makes_it_panic(
        value in "\\PC{0,40}|[0-9TZ:./+ -]{0,30}|[0-9]{4}-[0-9]{2}-[0-9]{2}.{0,20}|[A-Z][a-z]{2}.{0,20}",
    ) {
        let mut times = reader_in(Tz::Europe__Berlin);
        let _ = times.read(value.as_bytes(), 1);
        let _ = (times.column().held(), times.column().notes());
    }
}
