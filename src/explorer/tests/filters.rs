//! Filtering: the prompt, its completion and history, chips, matches, and the search away from the keys.

use ratatui::style::Modifier;

use super::*;

/// The texts on the screen that are marked as what was looked for, line by line.
fn marked(session: &mut Session) -> Vec<String> {
    session.draw();
    let buffer = session.terminal.backend().buffer();
    let area = *buffer.area();
    let is_marked = |x, y| buffer[(x, y)].modifier.contains(Modifier::UNDERLINED);
    let lines = (0..area.height).map(|y| {
        let marked = (0..area.width).filter(|&x| is_marked(x, y));
        marked.map(|x| buffer[(x, y)].symbol()).collect::<String>()
    });
    let mut marked: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    // The timeline beside a list has the same.
    marked.dedup();
    marked
}

#[test]
fn a_bare_text_finds_every_page_of_a_session() {
    let rows = [
        ("a", "2020-02-02 12:00", "/start"),
        ("a", "2020-02-02 12:01", "/cart"),
        ("a", "2020-02-02 12:02", "/end"),
        ("b", "2020-02-02 12:00", "/start"),
    ];
    let mut session = Session::of(dataset(&rows), 120, 30);
    session.press("2/cart").shows(&["Sessions 1 of 2"]);
}

#[test]
fn tab_completes_fields_and_then_their_values() {
    let mut session = Session::of(seed(), 120, 30);
    session
        .press("2/")
        .shows(&["Tab completes", "landing:", "first page"]);
    session.press("la").shows(&["landing:", "first page"]);
    session
        .press("<Tab>")
        .shows(&["/landing: ", "/contact", "1 view"]);
    session
        .press("/prod")
        .shows(&["/product/1"])
        .lacks(&["1 view /contact"]);
    session
        .press("<Tab>")
        .shows(&["/landing:/product/1 ", "Sessions 1 of 3"]);
    session
        .press("<Tab>")
        .shows(&["Sessions 0 of 3", "/landing:/product/2 "]);
    session.press("<BackTab>").shows(&["Sessions 1 of 3"]);
    session.press(" bo<Tab><Enter>").shows(&["bounce ✕"]);
}

#[test]
fn candidates_are_those_of_what_is_listed() {
    let mut session = Session::of(seed(), 120, 30);
    session
        .press("/user:<Tab>")
        .shows(&["/user:123 ", "Users 1 of 3"]);
    session
        .press("<Esc>3/")
        .shows(&["page:", "views>=", "sessions>"])
        .lacks(&["landing:", "weekday:"]);
    session
        .press("page:/con")
        .shows(&["Tab completes", "/contact"]);
}

#[test]
fn pages_are_filtered_by_text_views_and_sessions_at_the_gap_in_view() {
    let rows = [
        ("a", "2020-02-02 12:00", "/start"),
        ("a", "2020-02-02 12:05", "/start"),
        ("b", "2020-02-02 12:00", "/start"),
        ("b", "2020-02-02 12:01", "/cart"),
        ("b", "2020-02-02 12:02", "/cart/empty"),
    ];
    let mut session = Session::of(dataset(&rows), 120, 30);
    session.press("3");
    for (filter, kept) in [
        ("cart", 2),
        ("page=/cart", 1),
        ("-cart", 1),
        ("cart views>=2", 0),
        ("views>2", 1),
        ("views:1..2 -empty", 1),
        ("sessions>2", 0),
    ] {
        session
            .press(&format!("/{filter}<Enter>"))
            .shows(&[&format!("{kept} of 3 pages")]);
        session.press("<Esc>");
    }
    session
        .press("/sessions>2<Enter>:gap 5m<Enter>")
        .shows(&["1 of 3 pages", "> /start"]);
}

#[test]
fn what_is_about_sessions_filters_no_pages_and_says_so() {
    let mut session = Session::of(seed(), 120, 30);
    session.press("3/duration>5m<Enter>").shows(&[
        "duration>5m is about sessions; pages have: text",
        "/duration>5m",
    ]);
    session.press("<Esc>").lacks(&["of 5 pages", "duration>5m"]);
}

#[test]
fn what_is_wrong_with_a_filter_or_a_command_is_never_cut() {
    for (columns, rows) in [(40, 12), (30, 8), (60, 20)] {
        let mut session = Session::of(seed(), columns, rows);
        let words = |session: &mut Session| {
            let screen = session.frame();
            let words = screen
                .split_whitespace()
                .map(|word| word.trim_matches(['│', '┃']));
            words.collect::<Vec<_>>().join(" ")
        };
        session.press("/duration>>5");
        let screen = words(&mut session);
        let (_, problem) = screen
            .split_once("\">5\" is not")
            .expect("the problem is there");
        assert!(problem.contains("90s"), "{columns}x{rows}: {screen}");
        session.press("<Esc>:gap 5q<Enter>");
        let screen = words(&mut session).replace(" │", "");
        assert!(screen.contains("250us or 1d"), "{columns}x{rows}: {screen}");
    }
}

#[test]
fn a_filter_of_users_looks_at_their_sessions_and_follows_the_gap() {
    let mut session = Session::of(shop(400), 120, 30);
    session
        .press("/sessions>=7<Enter>")
        .shows(&["of 400 users"]);
    let n = |session: &mut Session| session.press("G").position();
    let at_30m = n(&mut session);
    session.press(":gap 1m<Enter>");
    assert!(
        n(&mut session) > at_30m,
        "at a shorter gap, users have more sessions"
    );
    session.press(":gap 30m<Enter>");
    assert_eq!(n(&mut session), at_30m);
}

impl Session {
    /// How many rows the list with the keys has.
    fn position(&mut self) -> usize {
        self.app.position().1
    }
}

#[test]
fn what_was_typed_before_comes_back_by_the_arrows() {
    let mut session = Session::of(seed(), 120, 30);
    session.press("2/bounce<Enter>/<C-u>views>1<Enter>/<C-u>");
    session.press("<Up>").shows(&["/views>1 "]);
    session.press("<Up>").shows(&["/bounce "]);
    session.press("<Up><Down>").shows(&["/views>1 "]);
    session.press("<Down>").lacks(&["/views>1 "]);
    // In a timeline it is what was looked for there.
    session
        .press("<Esc><Enter>/home<Enter>/<C-u><Up>")
        .shows(&["/home "]);
}

#[test]
fn escape_undoes_the_filter_typed_last_and_then_goes_back() {
    let mut session = Session::of(seed(), 120, 30);
    session.press("2/views>=2<Enter>/ landing:contact<Enter>");
    session.shows(&["Sessions 1 of 3", "landing:contact ✕"]);
    session
        .press("<Esc>")
        .shows(&["Sessions 2 of 3", "views>=2 ✕"])
        .lacks(&["landing:contact ✕"]);
    session.press("<Esc>").shows(&["Sessions 3 ─"]);
    session.press("<Esc>").shows(&["Users 3 ─"]);
}

#[test]
fn escape_in_the_prompt_leaves_the_filter_as_it_was() {
    let mut session = Session::of(seed(), 120, 30);
    session.press("2/views>=2<Enter>/ landing:home");
    session.shows(&["Sessions 0 of 3"]);
    session
        .press("<Esc>")
        .shows(&["Sessions 2 of 3", "views>=2 ✕"]);
}

#[test]
fn a_filter_that_a_screen_was_entered_with_goes_with_it() {
    let mut session = Session::of(seed(), 120, 30);
    session.press("2/views>=2<Enter>3/product/2<Enter><Enter><Enter>");
    session.shows(&["Sessions 1 of 3", "page=/product/2 ✕"]);
    session.press("/ bounce<Enter>").shows(&["Sessions 0 of 3"]);
    session.press("<Esc>").shows(&["Sessions 1 of 3"]);
    session.press("<Esc>").shows(&["contain it"]);
    session.press("<Esc>").shows(&["Pages 1 of"]);
    session.press("2").shows(&["Sessions 2 of 3", "views>=2 ✕"]);
}

#[test]
fn each_chip_can_be_taken_away_and_brought_back() {
    let mut session = Session::of(seed(), 120, 30);
    session.press("x").shows(&["there is no filter here"]);
    session.press("2/views>=2 landing:contact user:1<Enter>x");
    session.shows(&["Take away", "> user:1"]);
    session
        .press("k<Enter>")
        .shows(&["views>=2 ✕   user:1 ✕"])
        .lacks(&["contact ✕"]);
    session.press("<Esc>").shows(&["landing:contact ✕"]);
    session
        .press("xgjj<Enter>x<Enter>x")
        .shows(&["Sessions 3 ─"]);
}

#[test]
fn a_click_on_a_chip_takes_it_away() {
    use crossterm::event::MouseButton;
    use crossterm::event::MouseEvent;
    use crossterm::event::MouseEventKind;
    let mut session = Session::of(seed(), 120, 30);
    session.press("2/views>=2 landing:contact<Enter>");
    session.act(Action::Key(KeyEvent::new(
        KeyCode::F(2),
        KeyModifiers::NONE,
    )));
    let frame = session.frame();
    let row = frame
        .lines()
        .position(|line| line.contains("views>=2 ✕"))
        .unwrap();
    session.act(Action::Mouse(MouseEvent {
        kind: MouseEventKind::Down(MouseButton::Left),
        column: 3,
        row: row as u16,
        modifiers: KeyModifiers::NONE,
    }));
    session.shows(&["landing:contact ✕"]).lacks(&["views>=2 ✕"]);
}

#[test]
fn what_was_looked_for_is_marked_in_the_rows() {
    // Too narrow for the timeline, in which they are marked, too.
    let mut session = Session::of(seed(), 80, 30);
    session.press("2/CONT<Enter>");
    assert_eq!(marked(&mut session), ["cont"]);
    session.press("<Esc>/exit:product/2<Enter>");
    assert_eq!(marked(&mut session), ["product/2"]);
    session.press("<Esc>/landing=/product/1<Enter>");
    assert_eq!(marked(&mut session), ["/product/1"]);
    session.press("<Esc>/-landing:/product<Enter>");
    assert_eq!(marked(&mut session), [""; 0]);
}

#[test]
fn matches_are_gone_through_with_their_number() {
    let mut session = Session::of(shop(40), 120, 40);
    session
        .press("n")
        .shows(&["there is nothing to go through"]);
    session.press("2/page:cart<Enter>n").shows(&["2 of "]);
    session.press("NN");
    let n = session.position();
    session.shows(&[&format!("{n} of {n}")]);
    // In the timeline, the pages that the filter looked for.
    session.press("g<Enter>n").shows(&["1 of "]);
    assert!(session.selected().contains("/cart"));
}

#[test]
fn a_filter_that_cannot_be_read_is_not_settled_for() {
    let mut session = Session::of(seed(), 120, 30);
    session
        .press("2/lading:x<Enter>")
        .shows(&["did you mean landing?", "/lading:x"]);
    session
        .press("<C-u>landing:x<Enter>")
        .shows(&["landing:x ✕"]);
    session
        .press(":filter views>many<Enter>")
        .shows(&["is not a whole number"]);
}

#[test]
fn the_chips_of_what_was_opened_stay_in_sight() {
    let mut session = Session::of(seed(), 120, 30);
    session
        .press("2/views>=2<Enter><Enter>")
        .shows(&["views>=2 ✕", "2 of 3 sessions"]);
}

/// More pageviews than are searched at a key.
fn many() -> Dataset {
    let n_rows = 270_000i64;
    Dataset::of_rows((0..n_rows).map(|row| {
        let at = Timestamp::from_us(1_580_515_200_000_000 + row * 60_000_000).unwrap();
        let page = if row % 1_000 == 0 { "/rare" } else { "/page" };
        (format!("u{:03}", row / 1_000), at, page)
    }))
}

/// What a search comes to.
fn found(work: Work) -> Answer {
    match work {
        Work::Search { search, .. } => Answer::Found(Box::new(search.run(&|_, _| true))),
        other => panic!("not a search but {other:?}"),
    }
}

#[test]
fn many_pageviews_are_searched_away_from_the_keys_and_a_key_stops_the_search_before() {
    let mut session = Session::of(many(), 120, 30);
    session.press("2/page:rar");
    let (last, work) = session.begun();
    let Work::Search {
        instead_of: Some(before),
        ..
    } = &work
    else {
        panic!("the search of the key before goes on: {work:?}");
    };
    let before = *before;
    session.shows(&["0 so far", "/page:rar", "Sessions 270 ─"]);
    // Whoever is late is not heard.
    let (_, late) = session.begun();
    session.act(Action::Answer(before, found(late)));
    session.shows(&["0 so far"]);
    let mut progress = crate::app::JobProgress::begun(String::new());
    (progress.done, progress.total, progress.rows) = (90, Some(270), 77);
    session.act(Action::Answer(last, Answer::Progress(progress)));
    session.shows(&["77 so far, 33.3 % looked at"]);
    session.act(Action::Answer(last, found(work)));
    session
        .shows(&["270 of 270  Enter keeps"])
        .lacks(&["so far"]);
}

#[test]
fn the_rows_of_a_search_are_those_that_are_found_at_once() {
    let mut session = Session::of(many(), 120, 30);
    session.press("2/user:u1");
    let (job, work) = session.begun();
    session.act(Action::Answer(job, found(work)));
    session
        .press("<Enter>")
        .shows(&["Sessions 100 of 270 ─", "100 of 270 sessions"]);
    assert!(session.selected().contains("u100"));
    let searched = session.frame();
    // A filter of few rows is the same, however it came about.
    session.press("<C-l>Ss");
    session.press("<Esc>S");
    assert_eq!(searched.contains("u100"), session.frame().contains("u100"));
}

#[test]
fn a_search_about_another_gap_finds_its_filter_and_not_its_rows() {
    let mut session = Session::of(many(), 120, 30);
    session.press("2/views>=2<Enter>");
    let (job, work) = session.begun();
    session.press(":gap 1s<Enter>").shows(&["so far"]);
    session.act(Action::Answer(job, found(work)));
    session.shows(&["0 of 270,000 sessions"]);
}

#[test]
fn a_search_that_is_over_when_others_are_loaded_changes_nothing() {
    let mut session = Session::of(many(), 120, 30);
    session.press("2/rare");
    let (job, work) = session.begun();
    session.press("<Enter>");
    session.reload(seed());
    session.act(Action::Answer(job, found(work)));
    session.shows(&["Sessions 0 of 3"]);
}
