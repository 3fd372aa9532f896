//! A page, and what came before and after it.

use super::*;

/// Three users: one goes from search over product to cart, one reads a product twice, one bounces on it.
fn ways() -> Dataset {
    dataset(&[
        ("a", "2020-02-02 12:00:00", "/search"),
        ("a", "2020-02-02 12:00:10", "/product"),
        ("a", "2020-02-02 12:01:00", "/cart"),
        ("b", "2020-02-02 12:00:00", "/product"),
        ("b", "2020-02-02 12:00:30", "/product"),
        ("c", "2020-02-02 12:00:00", "/product"),
        ("d", "2020-02-02 12:00:00", "/search"),
    ])
}

/// The page of a product, from the list of pages.
fn product(width: u16, height: u16) -> Session {
    let mut session = Session::of(ways(), width, height);
    session.press("3/product<Enter><Enter>");
    session
}

#[test]
fn a_page_shows_its_sessions_and_what_came_before_and_after_it() {
    product(120, 30).shows(&[
        "/product ─ 4 views, 57.1 % ─ median dwell 40s",
        "contain it              3  75.0 % of all sessions",
        "land on it              2  66.7 % of these",
        "exit from it            2  66.7 % of these, 1 bounce",
        "Before 3 ─ by views ▼",
        "After 3 ─ by views ▼",
        "(landing)",
        "(exit)",
    ]);
}

#[test]
fn neighbours_are_ranked_and_have_their_share_and_median_dwell() {
    let mut session = product(120, 30);
    let frame = session.frame();
    let line = |part: &str| {
        frame
            .lines()
            .find(|line| line.contains(part))
            .unwrap()
            .to_owned()
    };
    let exit = line("(exit)");
    assert!(exit.contains("2 ████████  50.0 %"), "{exit}");
    let cart = line("/cart");
    assert!(cart.contains("25.0 %") && cart.contains("50s"), "{cart}");
    assert!(line("/search").contains("10s"));
}

#[test]
fn its_lines_lead_to_the_sessions_and_escape_comes_back_with_the_filter_gone() {
    let mut session = product(120, 30);
    for (keys, chip, sessions) in [
        ("", "page=/product", "Sessions 3 of 4"),
        ("j", "landing=/product", "Sessions 2 of 4"),
        ("j", "exit=/product", "Sessions 2 of 4"),
    ] {
        session
            .press(keys)
            .press("<Enter>")
            .shows(&[chip, sessions]);
        session.press("<Esc>").shows(&["contain it"]);
    }
    session
        .press("2")
        .shows(&["Sessions 4 ─"])
        .lacks(&["exit="]);
}

#[test]
fn the_filter_that_was_there_before_comes_back() {
    let mut session = Session::of(ways(), 120, 30);
    session.press("2/user:a<Enter>3<Enter><Enter>");
    session.lacks(&["user:a"]);
    session
        .press("<Esc>2")
        .shows(&["user:a", "Sessions 1 of 4"]);
}

#[test]
fn a_neighbour_is_opened_in_its_turn_and_escape_goes_back_the_same_way() {
    let mut session = product(120, 30);
    session
        .press("<Tab><Tab>/cart<Enter><Enter>")
        .shows(&["/cart ─ 1 view"]);
    session.press("<Esc>").shows(&["/product ─ 4 views"]);
    session.press("<Esc>").shows(&["Pages 1 of 3"]);
}

#[test]
fn an_end_leads_to_the_sessions_that_begin_or_end_there() {
    let mut session = product(120, 30);
    session.press("<Tab><Tab><Enter>").shows(&["exit=/product"]);
    session.press("<Esc><Tab><Tab><Enter>");
    session.shows(&["landing=/product"]);
}

#[test]
fn what_was_counted_follows_the_gap_and_says_so_until_it_does() {
    let mut session = product(120, 30);
    session.hold_counts();
    session.press(":gap 20s<Enter>");
    session.shows(&["still at 30m, counting …", "contain it              3"]);
    let (job, work) = session.begun();
    session.press(":gap 5s<Enter>");
    session.act(Action::Answer(job, counted(work)));
    session.shows(&["still at 30m, counting …"]);
    let (job, work) = session.begun();
    session.act(Action::Answer(job, counted(work)));
    session
        .lacks(&["counting"])
        .shows(&["contain it              4"]);
}

#[test]
fn counting_that_fails_is_said_and_not_tried_for_ever() {
    let mut session = Session::of(ways(), 120, 30);
    session.hold_counts();
    session.press("3");
    let (job, _) = session.begun();
    session.act(Action::Answer(job, Answer::Failed(Error::Defect)));
    assert!(session.effects.is_empty());
    session.holds_counts = false;
    session.press("+").shows(&["Pages 3 ─"]);
}

#[test]
fn other_pageviews_keep_the_page_that_they_have_too() {
    let mut session = product(120, 30);
    session.reload(dataset(&[
        ("x", "2020-02-02 12:00", "/new"),
        ("x", "2020-02-02 12:01", "/product"),
    ]));
    session.shows(&["/product ─ 1 view, 50.0 %", "/new"]);
    session.reload(dataset(&[("x", "2020-02-02 12:00", "/new")]));
    session.shows(&["Pages 0 of 1 ─"]);
}
