//! Roles of whole tables, given as text with commas.

use super::*;
use crate::source::options::ReadOptions;
use crate::source::rows::cell::Value;

impl Roles {
    /// User, time and page, in this order, and nothing else.
    pub(in crate::source) fn of_three() -> Roles {
        of("user,time,page", &ReadOptions::default()).unwrap()
    }
}

/// The roles of a table. All its rows are the sample. It has no header if its first line is empty.
fn of(table: &str, options: &ReadOptions) -> std::result::Result<Roles, String> {
    let mut lines = table.lines().map(|line| line.split(',').map(str::to_owned));
    let header = lines
        .next()
        .unwrap_or_else(|| "".split(',').map(str::to_owned));
    let mut names: Vec<String> = header.collect();
    let rows: Vec<Vec<String>> = lines.map(Iterator::collect).collect();
    if names == [""] {
        names = vec![String::new(); rows[0].len()];
    }
    let offer = Offer {
        input: "in",
        names: &names,
        is_outer: &vec![true; names.len()],
        names_are_all: true,
        aliases: &[],
        folders: &[],
        sample: &mut |places| {
            let values = places.iter().map(|&place| {
                let mut values = Values::default();
                for row in &rows {
                    values.push(row.get(place).map(|value| value.as_bytes()));
                }
                values
            });
            Ok(values.collect())
        },
    };
    let mut roles = assign(offer, options).map_err(|error| error.to_string())?;
    for row in &rows {
        let value = |part: &usize| {
            row.get(*part)
                .map_or(Value::Missing, |value| Value::Text(value.as_bytes()))
        };
        let values: Vec<Value<'_>> = roles.parts.iter().map(value).collect();
        roles.count(&values);
    }
    Ok(roles)
}

/// User, time and page of a table, in words; and the notes on it.
fn check(table: &str, expected: [&str; 3]) -> Vec<String> {
    check_with(table, &ReadOptions::default(), expected)
}

fn check_with(table: &str, options: &ReadOptions, expected: [&str; 3]) -> Vec<String> {
    let mut roles = of(table, options).unwrap();
    let bare = roles.words.each_ref().map(|words| words.replace('"', ""));
    assert_eq!(bare, expected, "{table}");
    let outcome = roles.finish();
    assert_eq!(outcome.contradiction, None, "{table}");
    outcome.notes
}

/// How many rows of a table are left out.
fn left_out(table: &str) -> u64 {
    let mut roles = of(table, &ReadOptions::default()).unwrap();
    roles.finish().left_out.iter().map(|(_, n)| n).sum()
}

fn refusal(table: &str) -> String {
    of(table, &ReadOptions::default()).unwrap_err()
}

/// A table with a row for each number below `n`.
fn rows(header: &str, n: usize, row: impl Fn(usize) -> String) -> String {
    let rows: String = (0..n).map(|at| row(at) + "\n").collect();
    format!("{header}\n{rows}")
}

#[test]
fn names_alone_decide_where_nothing_contradicts_them() {
    for (header, expected) in [
        (
            "user_id,page_view_at,page",
            ["user_id", "page_view_at", "page"],
        ),
        (
            "userId,eventTime,pageUrl",
            ["userId", "eventTime", "pageUrl"],
        ),
        (
            "timestamp,visitorid,itemid",
            ["visitorid", "timestamp", "itemid"],
        ),
    ] {
        assert_eq!(check(header, expected), Vec::<String>::new());
    }
}

#[test]
fn a_visitors_id_goes_before_a_login_that_is_often_missing() {
    let table = "user_id,anonymous_id,ts,url\n,a,2024-03-05,/\n,b,2024-03-05,/\n7,a,2024-03-05,/\n";
    let notes = check(table, ["anonymous_id", "ts", "url"]);
    assert_eq!(
        notes,
        [
            "the user could also be \"user_id\", in 1 of 3 rows: --user-column user_id takes it instead of \"anonymous_id\""
        ]
    );
    let table = "anonymous_id,user_id,ts,url\na,7,2024-03-05,/\nb,8,2024-03-05,/\n";
    check(table, ["user_id", "ts", "url"]);
}

#[test]
fn an_empty_candidate_yields_and_a_sole_one_is_kept() {
    check(
        "user_id,device_id,ts,url\n,a,2024-03-05,/\nNULL,b,2024-03-05,/\n",
        ["device_id", "ts", "url"],
    );
    check("user_id,ts,url\n,2024-03-05,/\n", ["user_id", "ts", "url"]);
}

#[test]
fn values_that_never_or_always_repeat_speak_against_a_user_from_100_rows_up() {
    let table = |n| {
        rows("user_id,uid,ts,url", n, |at| {
            format!("{at},{},2024-03-05,/", at % 9)
        })
    };
    check(&table(99), ["user_id", "ts", "url"]);
    check(&table(100), ["uid", "ts", "url"]);
    let table = |n| {
        rows("user_id,uid,ts,url", n, |at| {
            format!("x,{},2024-03-05,/", at % 9)
        })
    };
    check(&table(99), ["user_id", "ts", "url"]);
    check(&table(100), ["uid", "ts", "url"]);
}

#[test]
fn good_tables_that_evidence_could_misread_stay_right() {
    let usual = ["user_id", "ts", "url"];
    check(
        &rows("user_id,ts,url", 200, |_| "x,2024-03-05,/".to_owned()),
        usual,
    );
    check(
        &rows("user_id,ts,url", 200, |at| format!("{at},2024-03-05,/")),
        usual,
    );
    check("user_id,ts,url\n1,2024-03-05,/\n", usual);
    check("uuid,ts,url\n1,2024-03-05,/\n", ["uuid", "ts", "url"]);
    check(
        "id,ts,url\n1,2024-03-05,/\n1,2024-03-05,/\n",
        ["id", "ts", "url"],
    );
    check(
        "user_id,ts,event\n1,2024-03-05,page_view\n1,2024-03-05,click\n",
        ["user_id", "ts", "event"],
    );
}

#[test]
fn an_id_whose_values_never_repeat_is_no_user() {
    let refusal = refusal("id,ts,url\n1,2024-03-05,/\n2,2024-03-05,/\n");
    assert!(
        refusal.contains("no user column; the columns are: id (1)"),
        "{refusal}"
    );
}

#[test]
fn addresses_go_before_titles_and_titles_before_events() {
    let row = "1,2024-03-05";
    check(
        &format!("uid,ts,page_title,url_path,event\n{row},Home,/,x\n"),
        ["uid", "ts", "url_path"],
    );
    check(
        &format!("uid,ts,action,page_title\n{row},x,Home\n"),
        ["uid", "ts", "page_title"],
    );
    check(
        &format!("uid,ts,location,page_title\n{row},NO-03,Home\n"),
        ["uid", "ts", "page_title"],
    );
    check(
        &format!("uid,ts,2Path,page_title\n{row},/,Home\n"),
        ["uid", "ts", "2Path"],
    );
    check(
        &format!("uid,ts,referrer_url,page_title\n{row},/,Home\n"),
        ["uid", "ts", "page_title"],
    );
}

#[test]
fn a_time_that_is_none_goes_behind_one_that_is() {
    check(
        "uid,time,created_at,url\n1,late,2024-03-05,/\n",
        ["uid", "created_at", "url"],
    );
    check(
        "uid,received_at,timestamp,url\n1,2024-03-05,2024-03-05,/\n",
        ["uid", "timestamp", "url"],
    );
    check(
        "uid,seen,url\n1,2024-03-05 10:00,/\n",
        ["uid", "seen", "url"],
    );
    assert!(refusal("uid,number,url\n1,1709287200,/\n").contains("no time column"));
}

#[test]
fn a_day_and_a_time_of_day_are_joined() {
    check(
        "uid,date,time,url\n1,2024-03-05,09:00:00,/\n",
        ["uid", "date and time", "url"],
    );
    check(
        "uid,date,time,url\n1,2024-03-05,2024-03-05 09:00:00,/\n",
        ["uid", "time", "url"],
    );
}

#[test]
fn other_events_are_left_out_by_value() {
    let table =
        "uid,ts,url,event\n1,2024-03-05,/,page_view\n1,2024-03-05,/,scroll\n1,2024-03-05,/,buy\n";
    let notes = check(table, ["uid", "ts", "url"]);
    assert_eq!(
        notes,
        [
            "2 rows are left out as no page views, by \"event\": buy 1, scroll 1; --all-rows takes them"
        ]
    );
    assert_eq!(
        left_out("uid,ts,url,is_page_view\n1,2024-03-05,/,1\n1,2024-03-05,/,0\n"),
        1
    );
    let all = ReadOptions {
        all_rows: true,
        ..ReadOptions::default()
    };
    assert_eq!(
        check_with(table, &all, ["uid", "ts", "url"]),
        Vec::<String>::new()
    );
}

#[test]
fn bare_words_tell_only_beside_words_that_are_clearly_no_views() {
    assert_eq!(
        left_out("uid,ts,item,event\n1,2024-03-05,7,view\n1,2024-03-05,7,addtocart\n"),
        1
    );
    let table =
        "uid,ts,url,type\n1,2024-03-05,/,page\n1,2024-03-05,/,post\n1,2024-03-05,/,product\n";
    assert_eq!(
        check(table, ["uid", "ts", "url"]),
        [
            "every row counts: \"type\" has page, post, product; --where 'type=page' takes only those"
        ]
    );
}

#[test]
fn events_without_a_page_view_are_refused() {
    let refusal = refusal("uid,ts,url,event\n1,2024-03-05,/,scroll\n1,2024-03-05,/,buy\n");
    assert!(
        refusal.contains("no page views among them: --all-rows"),
        "{refusal}"
    );
}

#[test]
fn a_condition_of_a_person_stands_in_place_of_the_kind() {
    let options = ReadOptions {
        filters: vec!["event=buy".parse().unwrap()],
        ..ReadOptions::default()
    };
    let table = "uid,ts,url,event\n1,2024-03-05,/,page_view\n1,2024-03-05,/,buy\n";
    assert_eq!(
        check_with(table, &options, ["uid", "ts", "url"]),
        ["1 row is left out, by \"event\": page_view 1"]
    );
    let options = ReadOptions {
        filters: vec!["nope=buy".parse().unwrap()],
        ..ReadOptions::default()
    };
    assert!(
        of(table, &options)
            .unwrap_err()
            .contains("no filter column \"nope\"")
    );
}

#[test]
fn without_a_header_values_decide() {
    check(
        "\n7,2024-03-01 10:00:00,/a",
        ["column 1", "column 2", "column 3"],
    );
    check("\n/a,7,1709287200", ["column 2", "column 3", "column 1"]);
    check(
        "\na,home,2024-03-01T10:00:00Z",
        ["column 1", "column 3", "column 2"],
    );
    check(
        "\n0,x,2024-03-01,/\n1,y,2024-03-02,/\n2,x,2024-03-03,/",
        ["column 2", "column 3", "column 4"],
    );
    assert!(refusal("\n7,8,/a").contains("no time column"));
    assert!(
        refusal("\nx,7,2024-03-01,/\ny,8,2024-03-02,/")
            .contains("no user column; the columns are: #1 (x)")
    );
}

#[test]
fn several_columns_of_a_user_are_taken_in_their_order() {
    let options = ReadOptions {
        user_column: Some("user_id,anonymous_id".to_owned()),
        ..ReadOptions::default()
    };
    let roles = of("anonymous_id,user_id,ts,url", &options).unwrap();
    assert_eq!(roles.words[0], "\"user_id\" or else \"anonymous_id\"");
    assert_eq!(roles.user.len(), 2);
}

/// What the end says about rows that came after the sample.
fn contradiction(table: &str, more: &[&str]) -> Option<String> {
    let mut roles = of(table, &ReadOptions::default()).unwrap();
    for row in more {
        let fields: Vec<&str> = row.split(',').collect();
        let value = |part: &usize| Value::Text(fields[*part].as_bytes());
        let values: Vec<Value<'_>> = roles.parts.iter().map(value).collect();
        roles.count(&values);
    }
    roles.finish().contradiction
}

#[test]
fn an_end_that_contradicts_the_beginning_is_noticed() {
    let table = "user_id,device_id,ts,url\n1,a,2024-03-05,/\n";
    assert_eq!(contradiction(table, &["1,a,2024-03-05,/"]), None);
    let said = contradiction(table, &[",a,2024-03-05,/", ",a,2024-03-05,/"]).unwrap();
    assert!(
        said.contains(
            "but all rows together for \"device_id\" (in 3 of 3 rows against in 1 of 3 rows)"
        ),
        "{said}"
    );

    let table = "uid,ts,url,event\n1,2024-03-05,/,view\n";
    assert_eq!(contradiction(table, &["1,2024-03-05,/,view"]), None);
    let said = contradiction(table, &["1,2024-03-05,/,cart"]).unwrap();
    assert!(
        said.contains("--where 'event=view' or --all-rows"),
        "{said}"
    );
}
