//! Exporting what a screen shows.

use std::path::Path;

use super::*;
use crate::answers::export::Format;
use crate::answers::export::write_table;

/// Presses these keys, exports what is offered first, and gives its file's name and its text.
fn exported(session: &mut Session, keys: &str) -> (String, String) {
    session.press(keys).press("e<Enter>");
    let (job, work) = session.begun();
    let Work::ExportTable {
        dataset,
        table,
        format,
        gap,
        path,
        ..
    } = work
    else {
        panic!("no table but {work:?}");
    };
    assert_eq!(format, Format::Csv);
    let table = table.make(&Cut::new(Arc::clone(&dataset), gap));
    let mut out = Vec::new();
    let target = Path::new("-");
    write_table(
        &table,
        dataset.pages(),
        format,
        &mut out,
        target,
        &mut |_| Ok(()),
    )
    .unwrap();
    let done = Answer::Exported {
        path: path.clone(),
        rows: 1,
        bytes: 1,
    };
    session.act(Action::Answer(job, done));
    session.press("<Enter>");
    (path, String::from_utf8(out).unwrap())
}

fn ways() -> Dataset {
    dataset(&[
        ("a", "2020-02-02 12:00:00", "/search"),
        ("a", "2020-02-02 12:00:10", "/product"),
        ("a", "2020-02-02 12:01:00", "/cart"),
        ("b", "2020-02-03 09:30:00", "/product"),
    ])
}

#[test]
fn pages_are_exported_in_the_order_and_with_the_filter_of_the_screen() {
    let mut session = Session::of(ways(), 120, 30);
    let (path, text) = exported(&mut session, "3");
    assert_eq!(path, "shop-pages.csv");
    let header = "page,views,share,sessions,landings,exits,exit_rate,bounces,median_dwell_s";
    let product = "/product,2,0.5,2,1,1,0.5,1,50";
    let (search, cart) = ("/search,1,0.25,1,1,0,0,0,10", "/cart,1,0.25,1,0,1,1,0,");
    assert_eq!(text, format!("{header}\n{product}\n{search}\n{cart}\n"));
    session
        .press("/c<Enter>")
        .press("e")
        .shows(&["‹ as filtered ›  3"]);
    session.press("<Esc>/").press("art<Enter>");
    let (_, text) = exported(&mut session, "");
    assert_eq!(text, format!("{header}\n{cart}\n"));
}

#[test]
fn what_came_before_and_after_a_page_is_exported() {
    let mut session = Session::of(ways(), 120, 30);
    let (path, text) = exported(&mut session, "3/product<Enter><Enter>");
    assert_eq!(path, "shop-before-and-after.csv");
    let expected = "side,step,page,views,share,median_dwell_s\n\
                    before,page,/search,1,0.5,10\nbefore,landing,,1,0.5,\n\
                    after,page,/cart,1,0.5,50\nafter,exit,,1,0.5,\n";
    assert_eq!(text, expected);
}

#[test]
fn the_ladder_is_exported_with_the_columns_of_the_summary() {
    let mut session = Session::of(ways(), 120, 30);
    let (path, text) = exported(&mut session, "4");
    assert_eq!(path, "shop-gaps.csv");
    let header = "gap,users,pageviews,sessions,bounces,bounce_rate,mean_duration_s,median_duration_s,pageviews_per_session\n";
    assert!(text.starts_with(header), "{text}");
    assert!(text.contains("\n30m,2,4,2,1,0.5,30,30,2\n"), "{text}");
}

#[test]
fn the_calendar_is_exported_by_day_and_by_weekday_and_hour() {
    let mut session = Session::of(ways(), 120, 30);
    let (path, text) = exported(&mut session, "5");
    assert_eq!(path, "shop-days.csv");
    let expected = "day,sessions,bounces,bounce_rate,median_duration_s\n\
                    2020-02-02,1,0,0,60\n2020-02-03,1,1,1,0\n";
    assert_eq!(text, expected);
    let (path, text) = exported(&mut session, "<Tab>");
    assert_eq!(path, "shop-weekdays-and-hours.csv");
    assert_eq!(text.lines().count(), 169);
    assert!(text.contains("\nmon,9,1,1,1,0\n"), "{text}");
    assert!(text.contains("\nmon,10,0,0,,\n"), "{text}");
}

#[test]
fn sessions_are_offered_behind_the_table_of_the_screen() {
    let mut session = Session::of(ways(), 120, 30);
    session.press("3e").shows(&["‹ pages ›", "‹ all ›  3"]);
    session
        .press("<Right>")
        .shows(&["‹ sessions ›", "‹ all ›  2", "shop-sessions.csv"]);
    session
        .press("<Left><Left>")
        .shows(&["‹ users ›", "‹ all ›  2"]);
}

#[test]
fn a_table_that_is_still_counted_is_not_exported_as_another() {
    let mut session = Session::of(ways(), 120, 30);
    session.press("5");
    session.hold_counts();
    session
        .press("+e<Enter>")
        .shows(&["this is still being counted"]);
}

#[test]
fn carried_values_are_exported_as_they_are_on_the_screen() {
    let utc = Calendar::utc();
    let rows = [("a", 0, ["google"]), ("a", 10, [""]), ("b", 0, ["a,b"])];
    let rows = rows.map(|(user, second, carried)| {
        let start = utc.read("2020-02-02 12:00:00").unwrap().start;
        let at = Timestamp::from_us(start + second * 1_000_000).unwrap();
        (user, at, "/", carried)
    });
    let dataset = Dataset::of_rows_carrying(["referrer"], rows);
    let mut session = Session::of(dataset, 120, 30);
    let (path, text) = exported(&mut session, "3c:sort referrer<Enter>");
    assert_eq!(path, "shop-values.csv");
    let header = "value,views,share,sessions,landings,exits,exit_rate,bounces,median_dwell_s";
    let third = "0.333333";
    let expected = format!(
        "{header}\n,1,{third},1,0,1,1,0,\n\"a,b\",1,{third},1,1,1,1,1,\ngoogle,1,{third},1,1,0,0,0,10\n"
    );
    assert_eq!(text, expected);
}
