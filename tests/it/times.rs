//! How times of whole files are understood, or refused.

use crate::folder::Folder;
use crate::folder::Ran;

/// Exports the pageviews of a table with these times, in order.
fn exported(times: &[&str], options: &[&str]) -> Ran {
    let folder = Folder::new();
    let rows = times.iter().map(|time| format!("a\t{time}\t/\n"));
    let table = format!("user_id\ttimestamp\tpage\n{}", rows.collect::<String>());
    folder.write("views.tsv", &table);
    let command = ["export", "views.tsv", "--rows", "pageviews"];
    folder.run(&[&command[..], options].concat())
}

/// Checks that the times are read as these.
fn check(times: &[&str], options: &[&str], expected: &[&str]) -> String {
    let ran = exported(times, options);
    let read: Vec<&str> = ran
        .out
        .lines()
        .skip(1)
        .filter_map(|row| row.split(',').nth(4))
        .collect();
    assert_eq!(read, expected, "{}", ran.err);
    ran.err
}

/// The sentence by which the times are refused.
fn refusal(times: &[&str], options: &[&str]) -> String {
    let ran = exported(times, options);
    assert_eq!((ran.status, ran.out.as_str()), (1, ""), "{}", ran.err);
    ran.err
}

#[test]
fn hours_in_digits_are_said() {
    let said = check(
        &["2024030509", "2024030510"],
        &[],
        &["2024-03-05T09:00:00Z", "2024-03-05T10:00:00Z"],
    );
    assert!(
        said.contains("(hours written as YYYYMMDDHH, taken as UTC)"),
        "{said}"
    );
}

#[test]
fn digits_that_turn_out_to_be_no_hours_refuse_the_file() {
    let mut times = vec!["2024030509"; 10_001];
    times.push("2024030599");
    let refusal = refusal(&times, &[]);
    assert!(
        refusal.contains("hours written as YYYYMMDDHH: --time-unit"),
        "{refusal}"
    );
}

#[test]
fn relative_times_need_an_origin_and_a_unit() {
    let times = ["0", "300000"];
    assert!(refusal(&times, &[]).contains("--time-origin"));
    let origin = [
        "--time-origin",
        "2024-03-05 10:00",
        "--time-zone",
        "Europe/Berlin",
    ];
    assert_eq!(exported(&times, &origin).status, 2);
    let options = [&origin[..], &["--time-unit", "ms"]].concat();
    check(
        &times,
        &options,
        &["2024-03-05T09:00:00Z", "2024-03-05T09:05:00Z"],
    );
}

#[test]
fn the_order_of_dates_is_said_with_what_settles_it() {
    let expected = ["2024-04-03T10:00:00Z", "2024-04-13T10:00:00Z"];
    let said = check(&["03/04/2024 10:00", "13/04/2024 10:00"], &[], &expected);
    assert!(
        said.contains("dates are read as day/month/year, as \"13/04/2024 10:00\" settles"),
        "{said}"
    );
    let both = refusal(&["13/04/2024 10:00", "04/13/2024 10:00"], &[]);
    assert!(both.contains("--time-format"), "{both}");
}

#[test]
fn rounded_ids_and_times_are_rejects_that_say_so() {
    let folder = Folder::new();
    folder.write(
        "views.csv",
        "user_id,timestamp,page\n4.61169E+18,2024-03-05,/\n7,1.70963E+15,/\n7,2024-03-06,/\n",
    );
    let ran = folder.does(&["summary", "views.csv", "--format", "csv"]);
    assert!(ran.out.contains("30m,1,1,1,1,"), "{}", ran.out);
    for said in [
        "user \"4.61169E+18\" was rounded",
        "timestamp \"1.70963E+15\" was rounded",
    ] {
        assert!(ran.err.contains(said), "{}", ran.err);
    }
}

#[test]
fn ids_that_all_end_in_zero_are_whole_numbers() {
    let users = |ids: [&str; 2]| {
        let folder = Folder::new();
        let [a, b] = ids;
        folder.write(
            "views.csv",
            &format!("user_id,timestamp,page\n{a},2024-03-05,/\n{b},2024-03-05,/\n,2024-03-05,/\n"),
        );
        let rows = folder.does(&["export", "views.csv", "--rows", "users"]).out;
        let ids: Vec<String> = (rows.lines().skip(1))
            .filter_map(|row| Some(row.split(',').next()?.to_owned()))
            .collect();
        ids.join(" ")
    };
    assert_eq!(users(["101.0", "102.0"]), "101 102");
    assert_eq!(users(["101.0", "101.5"]), "101.0 101.5");
}

#[test]
fn the_autumn_hour_is_told_by_the_order_of_the_file() {
    let times = ["2024-11-03 01:50:00", "2024-11-03 01:10:00"];
    let said = check(
        &times,
        &["--time-zone", "America/Detroit"],
        &["2024-11-03T05:50:00Z", "2024-11-03T06:10:00Z"],
    );
    assert!(
        said.contains("taken as the later, since the file goes back there"),
        "{said}"
    );
}

#[test]
fn exports_can_show_the_times_of_a_zone() {
    let times = ["2024-06-23T22:20:00Z"];
    check(
        &times,
        &["--display-zone", "Europe/Oslo"],
        &["2024-06-24T00:20:00+02:00"],
    );
    let folder = Folder::new();
    folder.write("views.csv", "user,time,page\na,2024-06-23T22:20:00Z,/\n");
    let shown = ["export", "views.csv", "--display-zone", "Europe/Oslo"];
    let json = folder.prints(&[&shown[..], &["--format", "jsonl"]].concat());
    assert!(
        json.contains("\"started_at\":\"2024-06-24T00:20:00+02:00\""),
        "{json}"
    );
    let parquet = folder.run(&[&shown[..], &["--format", "parquet", "-o", "x.parquet"]].concat());
    assert_eq!(parquet.status, 2, "{}", parquet.err);
}

#[test]
fn a_time_at_which_nobody_saw_a_page_is_said() {
    let folder = Folder::new();
    folder.write(
        "in.csv",
        "user,ts,url\na,2024-03-05 10:00,/\na,9999-12-31 00:00,/\n",
    );
    let said = folder.does(&["summary", "in.csv"]).err;
    assert!(said.contains("1 pageview after the year 2100"), "{said}");
}

#[test]
fn a_time_of_day_is_joined_to_its_day_although_some_are_missing() {
    let folder = Folder::new();
    let mut table = "user,date,time,url\n".to_owned();
    for minute in 0..20 {
        let clock = if minute == 7 {
            String::new()
        } else {
            format!("10:{minute:02}:00")
        };
        table += &format!("a,2024-03-05,{clock},/\n");
    }
    folder.write("in.csv", &table);
    let said = folder.does(&["summary", "in.csv"]).err;
    assert!(said.contains("time from \"date\" and \"time\""), "{said}");
    assert!(
        said.contains("taken as midnight (the first on line 9)"),
        "{said}"
    );
}
