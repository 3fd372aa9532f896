//! Carried columns in place of pages.

use super::*;

fn session(width: u16) -> Session {
    Session::of(carrying(["referrer", "device"]), width, 30)
}

#[test]
fn c_goes_from_pages_through_the_carried_columns_and_back() {
    let mut session = session(120);
    session.press("3").shows(&["Pages 3", "/product"]);
    session
        .press("c")
        .shows(&["Values of referrer 3 ─ by views ▼"]);
    session.lacks(&["/product"]);
    session.press("c").shows(&["Values of device 2", "phone"]);
    session.press("c").shows(&["Pages 3", "/product"]);
}

#[test]
fn values_have_the_figures_of_pages() {
    let mut session = session(130);
    session.press("3c");
    let frame = session.frame();
    let line = |part: &str| {
        let mut lines = frame.lines();
        let line = lines.find(|line| line.contains(part));
        line.unwrap_or_else(|| panic!("no {part} in\n{frame}"))
            .to_owned()
    };
    let heading = line("landings");
    assert!(
        heading.contains("referrer") && !heading.contains("page"),
        "{heading}"
    );
    let figures = |part: &str| {
        let words = line(part).replace(['│', '█', '▍', '▋', '>'], " ");
        let words: Vec<&str> = words
            .split_whitespace()
            .filter(|word| *word != "\"")
            .collect();
        words.join(" ")
    };
    let google = figures("google ");
    assert!(google.ends_with("3 50.0 % 3 2 2 66.7 % 1 10s"), "{google}");
    let bing = figures("bing");
    assert!(bing.ends_with("1 16.7 % 1 1 0 0.0 % 0 30s"), "{bing}");
    let nothing = figures("(nothing)");
    assert!(
        nothing.ends_with("2 33.3 % 1 0 1 50.0 % 0 50s"),
        "{nothing}"
    );
}

#[test]
fn enter_on_a_value_lists_the_sessions_that_land_with_it() {
    for (keys, chip, sessions) in [
        ("<Enter>", "referrer=google", "2 of 3 sessions"),
        ("/bing<Enter><Enter>", "referrer=bing", "1 of 3 sessions"),
        ("/\"\"<Enter>G<Enter>", "referrer=bing", "1 of 3 sessions"),
    ] {
        let mut session = session(120);
        session.press("3c").press(keys).shows(&[chip, sessions]);
        session.press("<Esc>").shows(&["Values of referrer"]);
    }
    let mut session = session(120);
    session
        .press("3cj")
        .press("<Enter>")
        .shows(&["referrer=\"\"", "0 of 3 sessions"]);
}

#[test]
fn values_are_filtered_and_each_column_keeps_its_filter() {
    let mut session = session(120);
    session.press("3/cart<Enter>").shows(&["1 of 3 pages"]);
    session.press("c").shows(&["Values of referrer 3 ─"]);
    session
        .press("/referrer:goo views>=2<Enter>")
        .shows(&["1 of 3 values"]);
    session
        .press("/ landing:/x")
        .shows(&["landing:/x is not about these"]);
    session.press("<Esc>cc").shows(&["1 of 3 pages", "cart"]);
    session.press("c").shows(&["1 of 3 values", "referrer:goo"]);
    session.press("<Esc>").shows(&["Values of referrer 3 ─"]);
}

#[test]
fn values_sort_by_their_text_and_by_the_name_of_their_column() {
    let mut session = session(120);
    session
        .press("3c:sort referrer<Enter>")
        .shows(&["by referrer ▲"]);
    assert!(session.selected().contains("(nothing)"));
    session.press("S");
    assert!(session.selected().contains("google"));
    session
        .press("s")
        .shows(&["referrer", "median dwell"])
        .press("<Esc>");
    session.press("C").shows(&["[x] referrer"]);
}

#[test]
fn a_carried_column_with_the_name_of_a_figure_is_told_from_it() {
    let mut session = Session::of(carrying(["views", "page"]), 120, 30);
    session
        .press("3c")
        .shows(&["Values of views", "views (carried)"]);
    session
        .press("c")
        .shows(&["Values of page", "page (carried)"]);
}

#[test]
fn without_carried_columns_the_key_says_how_to_carry() {
    let mut session = Session::of(seed(), 120, 30);
    session
        .press("3c")
        .shows(&["carry nothing to break down by: dwell load --carry referrer"]);
    session
        .press("1c")
        .shows(&["c breaks down by a carried column on the screen of pages, 3"]);
}

#[test]
fn what_is_in_view_stays_when_the_same_columns_are_loaded_again() {
    let mut session = session(120);
    session
        .press("3c/goo<Enter>")
        .reload(carrying(["referrer", "device"]));
    session.shows(&["Values of referrer 1 of 3"]);
    session.reload(carrying(["referer", "device"]));
    session.shows(&["Pages 3 ─"]);
    session.press("c").shows(&["Values of referer 3 ─"]);
    session.reload(seed());
    session.shows(&["Pages 5"]);
}

#[test]
fn counting_far_away_shows_the_values_before_their_dwell_times() {
    let mut session = session(130);
    session.press("3").hold_counts();
    session
        .press("c")
        .shows(&["Values of referrer 0", "counting"]);
    let (job, work) = session.begun();
    session.act(Action::Answer(job, counted(work)));
    session.shows(&["google", "…"]);
    let (job, work) = session.begun();
    session.act(Action::Answer(job, counted(work)));
    session.shows(&["google", "          10s     "]);
    session.press(":gap 5s<Enter>");
    let (job, work) = session.begun();
    session.act(Action::Answer(job, counted(work)));
    session.shows(&["google        3 ████████  50.0 %        3        3"]);
    assert!(session.effect().is_none());
}

#[test]
fn on_a_narrow_terminal_the_landings_stay_since_these_sessions_are_opened() {
    let mut session = session(62);
    session
        .press("3c")
        .shows(&["landings"])
        .lacks(&["sessions landings"]);
    session
        .press("cc")
        .lacks(&["landings"])
        .shows(&["sessions median"]);
}
