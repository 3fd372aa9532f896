//! The mouse.

use super::*;

/// A shop with the mouse on.
fn with_mouse(width: u16, height: u16) -> Session {
    let mut session = Session::of(shop(400), width, height);
    let f2 = KeyEvent::new(KeyCode::F(2), KeyModifiers::NONE);
    session.act(Action::Key(f2));
    assert!(matches!(session.effect(), Some(Effect::Mouse(true))));
    session
}

fn wheel(session: &mut Session, down: bool, (column, row): (u16, u16)) {
    let kind = match down {
        true => MouseEventKind::ScrollDown,
        false => MouseEventKind::ScrollUp,
    };
    session.act(Action::Mouse(MouseEvent {
        kind,
        column,
        row,
        modifiers: KeyModifiers::NONE,
    }));
}

#[test]
fn nothing_is_clicked_before_the_mouse_is_wanted() {
    let mut session = Session::of(shop(400), 120, 30);
    let before = session.selected();
    session.click_at(5, 12).click("s sort");
    assert_eq!(session.selected(), before);
    assert!(session.app.popup.is_none());
}

#[test]
fn a_click_selects_a_row_and_on_the_ribbon_moves_the_gap() {
    let mut session = with_mouse(120, 30);
    session.click_at(5, 12).shows(&["5 of 400"]);
    session.click_at(60, 4).lacks(&["gap 30m "]);
}

#[test]
fn a_double_click_opens() {
    let mut session = with_mouse(120, 30);
    let at = Position::new(5, 12);
    session.click_at(5, 12);
    session.act(Action::DoubleClick(at));
    assert_eq!(session.app.panel(), crate::app::Panel::UserSessions);
}

#[test]
fn the_wheel_scrolls_the_view_under_the_pointer_and_leaves_the_keys_where_they_are() {
    let mut session = with_mouse(120, 30);
    session.press("jjjjjjjj");
    let selected = session.selected();
    wheel(&mut session, true, (5, 12));
    assert_eq!(session.selected(), selected, "it is still in view");
    for _ in 0..5 {
        wheel(&mut session, true, (5, 12));
    }
    session.shows(&["19 of 400"]);
    wheel(&mut session, true, (60, 12));
    session.shows(&["19 of 400"]);
    for _ in 0..9 {
        wheel(&mut session, false, (5, 12));
    }
    session.shows(&["14 of 400"]);
}

#[test]
fn a_heading_sorts_and_again_reverses() {
    let mut session = with_mouse(120, 30);
    session
        .press("2")
        .click("duration views landing")
        .shows(&["by duration ▼"]);
    session
        .click("duration views landing")
        .shows(&["by duration ▲"]);
    session
        .press("3")
        .click("exit rate")
        .shows(&["by exit rate ▼"]);
}

#[test]
fn the_keys_of_the_footer_and_of_the_header_can_be_clicked() {
    let mut session = with_mouse(160, 30);
    session.press("jk").click("- gap").shows(&["gap 20m"]);
    session.click("+- gap").shows(&["gap 30m "]);
    session.click("2 sessions").shows(&["Sessions 1,395 ─"]);
    session.click("s sort").shows(&["Sort by"]);
    session
        .press("<Esc>")
        .click("? help")
        .shows(&["Keys ─ Esc closes"]);
}

#[test]
fn tabs_show_their_screens() {
    let mut session = with_mouse(120, 30);
    session.click("5 Calendar").shows(&["Sessions by day"]);
    session.click("3 Pages").shows(&["Pages 9 ─"]);
    session.click("q quit").shows(&["Users 400 ─"]);
}

#[test]
fn entries_of_the_sort_picker_and_of_the_palette_are_chosen() {
    let mut session = with_mouse(120, 30);
    session
        .press("s")
        .click("last seen  ")
        .lacks(&["Sort by"])
        .shows(&["by last seen ▼"]);
    session
        .press(":calen")
        .click("calendar")
        .shows(&["Sessions by day"]);
}

#[test]
fn a_click_beside_what_only_shows_something_closes_it() {
    let mut session = with_mouse(120, 30);
    session.press("?").click_at(0, 0).lacks(&["Keys ─"]);
    session.press("?").click("Move").shows(&["Keys ─"]);
    wheel(&mut session, true, (60, 12));
    session.shows(&["Keys ─"]);
}

#[test]
fn the_fields_and_buttons_of_the_export_dialog_can_be_clicked() {
    let mut session = with_mouse(120, 30);
    session
        .press("e")
        .click("csv ›")
        .shows(&["‹ jsonl ›", "shop-users.jsonl"]);
    session.click("‹ jsonl").shows(&["‹ csv ›"]);
    session
        .click("shop-users")
        .press("<Back>")
        .shows(&["shop-users.cs "]);
    session.click_at(0, 0).shows(&["Enter exports"]);
    session.click("Enter exports");
    let (job, work) = session.begun();
    assert!(matches!(work, Work::Export { path, .. } if path == "shop-users.cs"));
    session.click("Esc cancels");
    assert!(matches!(session.effect(), Some(Effect::Cancel(id)) if id == job));
    session.act(Action::Answer(job, Answer::Cancelled));
    session.click("Esc leaves").lacks(&["Enter exports"]);
}

#[test]
fn a_cell_of_the_calendar_is_selected_and_a_double_click_lists_its_sessions() {
    let mut session = with_mouse(120, 40);
    session
        .press("5")
        .click("▓68")
        .shows(&["Mon 10 Feb 2020: 68 sessions"]);
    let (column, row) = session.find("▓68");
    session.act(Action::DoubleClick(Position::new(column, row)));
    session.shows(&["time:2020-02-10"]);
}

#[test]
fn a_click_while_a_filter_is_typed_keeps_it() {
    let mut session = with_mouse(120, 30);
    session
        .press("/visitor-9")
        .click_at(5, 9)
        .shows(&["visitor-9 ✕"]);
    assert!(session.app.popup.is_none());
}
