//! The gap screen: what the pauses say, two gaps compared, and the walk through what differs.

use super::*;

/// The lines of a frame that begin with this text, within the frame of a panel.
fn line_with(session: &mut Session, text: &str) -> String {
    let frame = session.frame();
    let found = frame.lines().find(|line| line.contains(text));
    found
        .unwrap_or_else(|| panic!("no {text:?} in\n{frame}"))
        .to_owned()
}

/// Two users whose pauses are 20 s, but for one of 5 and one of 40 minutes each.
fn visits() -> Dataset {
    let mut rows = Vec::new();
    for user in ["a", "b"] {
        let mut at = 1_580_515_200_000_000;
        for n in 0..60 {
            at += match n {
                20 => 300_000_000,
                40 => 2_400_000_000,
                _ => 20_000_000,
            };
            rows.push((user, Timestamp::from_us(at).unwrap(), format!("/{n}")));
        }
    }
    Dataset::of_rows(rows)
}

#[test]
fn the_gaps_that_are_as_good_are_shaded_and_the_kinds_told() {
    Session::of(shop(400), 120, 40).press("4").shows(&[
        "░",
        "░ as good",
        "• within sessions",
        "◦ between them",
    ]);
    Session::of(seed(), 120, 40)
        .press("4")
        .lacks(&["░", "• within"]);
}

#[test]
fn the_tail_of_a_kind_under_the_other_shows_on_a_logarithmic_scale() {
    let mut session = Session::of(shop(400), 160, 50);
    let marks = |frame: &str| frame.matches('◦').count();
    let linear = marks(&session.press("4").frame());
    let logarithmic = marks(&session.press("L").frame());
    assert!(logarithmic > linear, "{logarithmic} and {linear}");
}

#[test]
fn counts_switch_to_a_logarithmic_scale_and_back_on_every_screen() {
    for screen in ["1", "2", "3", "4"] {
        let mut session = Session::of(shop(400), 120, 40);
        let before = session.press(screen).press("r").frame();
        let after = session
            .press("L")
            .shows(&["on a logarithmic scale; L goes back"])
            .frame();
        let bars = |frame: &str| frame.matches('█').count();
        assert!(bars(&after) > bars(&before), "{screen}\n{after}");
        session.press("L").shows(&["on a linear scale"]);
        assert_eq!(session.press("r").frame(), before, "{screen}");
    }
}

#[test]
fn enter_on_the_gap_screen_walks_through_what_differs() {
    let mut session = Session::of(visits(), 120, 40);
    session
        .press("4<Enter>")
        .shows(&["p pins a gap to compare with first"]);
    session
        .press("p:gap 1h<Enter>")
        .shows(&["Enter: walk through them"]);
    session
        .press("<Enter>")
        .shows(&["differs:30m", "n and N go through its pauses"]);
}

#[test]
fn the_comparison_is_whole_on_a_narrow_terminal() {
    for width in [60, 80, 120] {
        let mut session = Session::of(visits(), width, 24);
        let frame = session.press("4p:gap 1h<Enter>").frame();
        let lines = frame.lines().map(|line| line.trim_matches(['"', '│', ' ']));
        let text = lines.collect::<Vec<_>>().join(" ");
        let said = "1h -> 30m: 2 pauses are cut as well, in 2 users (100.0 %); 2 sessions become 4. Enter: walk through them";
        assert!(text.contains(said), "{width}: {frame}");
    }
}

#[test]
fn a_verdict_that_does_not_fit_is_told_in_brief() {
    let mut session = Session::of(visits(), 30, 8);
    session.press("4").lacks(&["…"]).shows(&["gap", ">"]);
}

#[test]
fn a_comparison_without_pauses_takes_no_room_for_their_pages() {
    let mut session = Session::of(visits(), 100, 26);
    let rungs = |frame: &str| {
        let shares = frame.lines().map(|line| line.matches(" %").count());
        shares.filter(|&shares| shares == 2).count()
    };
    let before = rungs(&session.press("4").frame());
    session
        .press("p:gap 31m<Enter>")
        .shows(&["no pause lies between"]);
    let after = rungs(&session.frame());
    assert!(after + 1 >= before, "{before} {after}");
}

#[test]
fn pages_around_the_pauses_are_ranked_beside_their_share_of_all_views() {
    for size in [(120, 40), (200, 50), (80, 30)] {
        let mut session = Session::of(visits(), size.0, size.1);
        session.press("4p:gap 1h<Enter>");
        let row = line_with(&mut session, "/39 ");
        assert!(row.contains("100.0 %"), "{row}");
        assert!(row.contains("0.0 %") && row.contains("1.7 %"), "{row}");
        // They follow the gap in the same frame, and go with the pin.
        session.press(":gap 2m<Enter>").shows(&["/19 ", "/20 "]);
        session.press("r").press("p").lacks(&["/19 ", "all views"]);
    }
}

#[test]
fn a_seam_is_marked_in_the_timeline_however_short_it_is() {
    let mut session = Session::of(visits(), 160, 24);
    // Of an hour, five minutes are far below half.
    session.press(":gap 1h<Enter>1<Enter><Enter>");
    session.lacks(&["5m pause"]);
    session.press(":compare 5m<Enter>n");
    session.shows(&["5m pause ··· cut at 5m", "/20"]);
    let at = |session: &mut Session, text: &str| {
        let frame = session.frame();
        let line = frame.lines().position(|line| line.contains(text)).unwrap();
        let column = frame.lines().nth(line).unwrap().find(text).unwrap();
        let before = &frame.lines().nth(line).unwrap()[..column];
        (before.chars().count() as u16 - 1, line as u16)
    };
    for text in ["/19 ", "5m pause"] {
        let at = at(&mut session, text);
        let cell = &session.terminal.backend().buffer()[at];
        assert!(cell.modifier.contains(Modifier::BOLD), "{text} is marked");
    }
}

#[test]
fn n_goes_from_seam_to_seam_unless_a_page_is_sought() {
    let mut session = Session::of(visits(), 160, 24);
    session.press(":gap 1h<Enter>1<Enter><Enter>:compare 5m<Enter>");
    for (key, page) in [
        ("n", "/20"),
        ("n", "/40"),
        ("n", "/20"),
        ("N", "/40"),
        ("N", "/20"),
    ] {
        let selected = session.press(key).selected();
        assert!(selected.contains(page), "{key}: {selected}");
    }
    let selected = session.press("//7<Enter>n").selected();
    assert!(selected.contains("/7"), "{selected}");
    session
        .press("//<Esc>:compare 2h<Enter>n")
        .shows(&["1h and 2h cut this user alike"]);
}

#[test]
fn the_lifeline_marks_where_only_one_of_two_gaps_cuts() {
    let mut session = Session::of(visits(), 160, 40);
    session.press(":gap 1h<Enter>1").lacks(&["┊"]);
    session.press(":compare 5m<Enter>");
    let frame = session.frame();
    assert_eq!(frame.matches('┊').count(), 2, "{frame}");
}

#[test]
fn machines_are_named_where_the_verdict_is_explained() {
    let mut rows = vec![];
    for n in 0..40 {
        let at = 1_580_515_201_000_000 + n * 300_000_000;
        rows.push(("cron", Timestamp::from_us(at).unwrap(), "/health"));
    }
    let mut session = Session::of(Dataset::of_rows(rows), 130, 40);
    session
        .press("4")
        .shows(&["1 user pauses like a machine: cron"]);
    session.press("i").shows(&[
        "39 pauses are too few",
        "cron (5m, 39 of 39 pauses); dwell gaps",
    ]);
}
