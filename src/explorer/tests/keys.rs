//! What the keys do: before, keys, after.

use std::io;
use std::time::Duration;

use crate::answers::export::ExportRows;
use crate::answers::export::Format;
use crate::answers::export::Selection;
use crate::app::CompletedPath;
use crate::app::JobProgress;
use crate::words::progress::Stage;
use crossterm::event::KeyEventKind;

use super::*;

#[test]
fn moving_the_gap_moves_every_figure_in_the_same_frame() {
    let mut session = Session::of(shop(400), 160, 40);
    session.shows(&["gap 30m ", "1,395 sessions"]);
    session.press("+").shows(&[
        "gap 45m (saved 30m)",
        "1,392 sessions −0.2 %",
        "median 3m 21s +",
    ]);
    // The next key leaves the change of the sessions alone.
    session
        .press("j")
        .shows(&["1,392 sessions −0.2 %"])
        .lacks(&["median 3m 21s +"]);
}

#[test]
fn the_ladder_has_the_customary_steps() {
    let mut session = Session::of(seed(), 80, 24);
    for gap in ["45m", "1h ", "1h30m", "2h ", "4h "] {
        session.press("+").shows(&[&format!("gap {gap}")]);
    }
    session.press("r").shows(&["gap 30m "]);
    for gap in ["20m", "15m", "10m", "5m", "1m"] {
        session.press("-").shows(&[&format!("gap {gap}")]);
    }
}

#[test]
fn a_gap_is_nudged_by_a_hundredth_or_set_exactly() {
    let mut session = Session::of(seed(), 80, 24);
    session.press(">").shows(&["gap 30m18s"]);
    session.press("<").shows(&["gap 30m "]);
    session.press(":gap 37m<Enter>").shows(&["gap 37m"]);
    session
        .press(":gap 0<Enter>")
        .shows(&["\"0\" is not a gap", "gap 0"]);
    session.press("<Esc>").shows(&["gap 37m"]);
}

#[test]
fn the_time_that_a_move_took_is_said_until_the_next_key() {
    let mut session = Session::of(seed(), 120, 24);
    session
        .press("+")
        .act(Action::Took(Duration::from_micros(8_400)));
    // Apart from the figures, however many of them there is room for.
    for width in 60..=120 {
        session.resize(width, 24);
        session.shows(&["  moved in 8.4 ms"]);
    }
    session.press("j").lacks(&["moved in"]);
}

#[test]
fn a_gap_is_saved_in_a_store_and_becomes_what_is_compared_with() {
    let mut session = Session::of(shop(50), 120, 30);
    session.press("+w");
    let (save, work) = session.begun();
    assert!(matches!(work, Work::Save(gap) if gap.to_string() == "45m"));
    session.act(Action::Answer(save, Answer::Saved("45m".parse().unwrap())));
    session
        .shows(&["the gap of the store is 45m now"])
        .lacks(&["saved 30m"]);
    session.press("-").shows(&["gap 30m (saved 45m)"]);
    session.press("r").shows(&["gap 45m "]);
}

#[test]
fn a_pinned_gap_is_compared_with_the_one_in_view() {
    let rows = [
        ("a", "2020-02-02 12:00", "/1"),
        ("a", "2020-02-02 12:40", "/2"),
        ("b", "2020-02-02 12:00", "/3"),
    ];
    let mut session = Session::of(dataset(&rows), 120, 30);
    session
        .press("p")
        .shows(&["30m is pinned", "gap 30m (pinned 30m)"]);
    session.press(":gap 1h<Enter>4").shows(&[
        "gap 1h (pinned 30m)",
        "2 sessions −33.3 %",
        "1h -> 30m: 1 pause is cut as well, in 1 user (50.0 %); 1 session becomes 2.",
    ]);
    session
        .press("d")
        .shows(&["differs:30m", "/1", "/2"])
        .lacks(&["/3"]);
    session
        .press("<Enter>")
        .shows(&["40m pause ··· cut at 30m"]);
    session
        .press(":gap 30m<Enter>")
        .shows(&["gap 30m (pinned 30m)"]);
    session
        .press("p")
        .shows(&["no gap is pinned any more"])
        .lacks(&["(pinned"]);
}

#[test]
fn nothing_is_listed_as_differing_before_a_gap_is_pinned() {
    let mut session = Session::of(seed(), 120, 30);
    session
        .press("d")
        .shows(&["p pins a gap to compare with first"]);
    session
        .press(":compare 1h<Enter>")
        .shows(&["gap 30m (pinned 1h)"]);
}

#[test]
fn files_and_the_sample_keep_no_gap_and_say_so() {
    for (origin, way_on) in [
        (Origin::Files, "no gap: :keep FILE"),
        (Origin::Sample, "no gap: dwell load --store FILE"),
    ] {
        let mut session = Session::empty(120, 30, Theme::Dark, origin);
        session.load(seed());
        session.press("+w").shows(&[way_on]);
        assert!(session.effect().is_none());
    }
}

#[test]
fn the_selection_stays_on_its_pageview_while_sessions_join_and_split() {
    let minutes = ["12:00", "12:20", "13:05", "15:00", "15:10"];
    let texts: Vec<String> = minutes
        .iter()
        .map(|minute| format!("2020-02-02 {minute}"))
        .collect();
    let pages = ["/a", "/b", "/c", "/d", "/e"];
    let pageviews: Vec<(&str, &str, &str)> = texts
        .iter()
        .zip(pages)
        .map(|(at, page)| ("u", at.as_str(), page))
        .collect();
    let mut session = Session::of(dataset(&pageviews), 120, 30);
    // Users, sessions, timeline; to the third pageview, which is a session of its own.
    session.press("<Enter><Enter>jj").shows(&["Session 2 of 3"]);
    assert!(session.selected().contains("/c"));
    session.press("++").shows(&["Session 1 of 2"]);
    assert!(session.selected().contains("/c"));
    session.press(":gap 5m<Enter>").shows(&["Session 3 of 5"]);
    assert!(session.selected().contains("/c"));
}

#[test]
fn the_user_stays_selected_when_the_order_changes() {
    let mut session = Session::of(shop(400), 120, 30);
    session.press("/visitor-912<Enter>").press("<Esc>");
    let before = session.selected();
    assert!(before.contains("visitor-912"));
    session.press("----");
    assert!(session.selected().contains("visitor-912"));
}

#[test]
fn a_filter_is_literal_and_counts_and_escape_clears_it_with_the_selection_kept() {
    let mut session = Session::of(shop(400), 120, 30);
    session.press("jjj");
    let before = session.selected();
    session
        .press("/OR-9")
        .shows(&["of 400  Enter keeps  Esc undoes", "/OR-9"]);
    session
        .press("%")
        .shows(&["0 of 400", "No user matches OR-9%. Esc"]);
    session.press("<Esc>").shows(&["Users 400 ─"]);
    assert_eq!(session.selected(), before);
}

#[test]
fn a_session_that_is_selected_is_seen_from_its_first_pageview() {
    let mut session = Session::of(shop(400), 160, 40);
    session.press("<Enter>G");
    session
        .press("<Enter>")
        .shows(&["Session 6 of 6", "06:09:52 /home"]);
    // Nothing of the session before it is in view.
    session.lacks(&["01:05:11 /contact"]);
}

#[test]
fn letters_in_a_prompt_do_nothing_but_stand_there() {
    let mut session = Session::of(shop(40), 120, 30);
    session
        .press("/qwe+r2")
        .shows(&["/qwe+r2", "gap 30m ", "Users"]);
    assert!(session.effects.is_empty());
    session.press("<Esc>:qwe+2").shows(&[":qwe+2", "gap 30m "]);
    assert!(session.effects.is_empty());
}

#[test]
fn chips_combine() {
    let mut session = Session::of(seed(), 120, 30);
    session.press("2/views>=2 landing:contact<Enter>");
    session.shows(&[
        "Sessions 1 of 3",
        "views>=2 ✕   landing:contact ✕",
        "1 of 3 sessions",
        "/contact",
    ]);
    session.press("<Esc>").shows(&["Sessions 3 ─"]);
    session
        .press("/duration>5m<Enter>")
        .shows(&["Sessions 0 of 3 ─"]);
}

#[test]
fn what_cannot_be_read_as_a_chip_is_said_and_changes_nothing() {
    let mut session = Session::of(seed(), 120, 30);
    session
        .press("2/views>many")
        .shows(&["\"many\" is not a whole number", "Sessions 3 ─"]);
}

#[test]
fn enter_drills_and_escape_goes_back_with_the_cursor_kept() {
    let mut session = Session::of(shop(400), 120, 30);
    session.press("jjjjj");
    let user = session.selected();
    session.press("<Enter>j");
    let second = session.selected();
    session.press("<Enter>jj<Esc>");
    assert_ne!(second, "");
    session.press("<Esc>");
    assert_eq!(session.selected(), user);
}

#[test]
fn escape_never_quits_and_q_quits_at_the_root() {
    let mut session = Session::of(seed(), 120, 30);
    session.press("<Esc><Esc>").shows(&["q quits"]);
    assert!(session.effects.is_empty());
    session.press("3<Enter>q").shows(&["Pages"]);
    session.press("q").shows(&["Users"]);
    assert!(session.effects.is_empty());
    session.press("q");
    assert!(matches!(session.effect(), Some(Effect::Quit)));
}

#[test]
fn control_c_cancels_a_job_and_else_quits() {
    let mut session = Session::of(seed(), 120, 30);
    session.press("+w");
    let (save, _) = session.begun();
    session.press("<C-c>");
    assert!(matches!(session.effect(), Some(Effect::Cancel(job)) if job == save));
    session.act(Action::Answer(save, Answer::Cancelled));
    session.shows(&["saving was cancelled: the store is as it was"]);
    session.press("/<C-c>");
    assert!(matches!(session.effect(), Some(Effect::Quit)));
    session.press("<C-z>");
    assert!(matches!(session.effect(), Some(Effect::Suspend)));
}

#[test]
fn a_released_key_is_no_key() {
    let mut session = Session::of(seed(), 120, 30);
    let mut event = events("q").remove(0);
    event.kind = KeyEventKind::Release;
    session.act(Action::Key(event));
    assert!(session.effects.is_empty());
}

#[test]
fn digits_switch_screens_and_g_goes_to_the_last_row_whatever_was_pressed_before() {
    let mut session = Session::of(shop(400), 120, 30);
    session.press("G").shows(&["400 of 400"]);
    session.press(":250<Enter>").shows(&["250 of 400"]);
    session.press("g").shows(&["1 of 400"]);
    session.press("3j2").shows(&["Sessions 1,395 ─"]);
    session.press("43G").shows(&["Pages 9", "9 of 9"]);
    session.press("5901G").shows(&["Users 400", "400 of 400"]);
}

#[test]
fn a_word_in_the_palette_runs_what_begins_with_it_and_nothing_else() {
    let screen_of = |typed: &str| {
        let mut session = Session::of(shop(40), 120, 30);
        session.press(&format!(":{typed}<Enter>")).frame()
    };
    for (typed, shown) in [
        ("w", "the gap is saved already"),
        ("e", "Enter exports"),
        ("h", "Keys ─ Esc closes"),
        ("s", "Sort by"),
        ("p", "Pages 9"),
        ("pages", "Pages 9"),
        ("ex", "Enter exports"),
        ("time", "no command begins with time: perhaps"),
        ("zzz", "no command begins with"),
        ("sort views", "by views ▼"),
        (
            "sort colour",
            "there is no such column: user, sessions, views",
        ),
        ("filter visitor-1", " visitor-1 ✕"),
        ("export here.csv", "here.csv"),
    ] {
        let frame = screen_of(typed);
        assert!(frame.contains(shown), "{typed}: no {shown:?} in\n{frame}");
    }
    let mut session = Session::of(shop(40), 120, 30);
    session.press(":q<Enter>");
    assert!(matches!(session.effect(), Some(Effect::Quit)));
}

#[test]
fn a_moment_is_gone_to_in_sessions_and_timelines() {
    let mut session = Session::of(seed(), 120, 30);
    session.press("2S:at 2020-02-02 17:17<Enter>");
    assert!(session.selected().contains("456"));
    session
        .press("sj<Enter>:at 2020-02-02 13:00<Enter>")
        .shows(&["sorted by start"]);
    assert!(session.selected().contains("456"));
    session.press("1:at 2020-02-02 12:55:17<Enter>");
    assert!(
        session.selected().contains("/home"),
        "{}",
        session.selected()
    );
    session
        .press(":at soon<Enter>")
        .shows(&["\"soon\" is not a date or time"]);
}

#[test]
fn a_page_is_found_in_the_timeline_and_found_again() {
    let mut session = Session::of(shop(40), 120, 40);
    session.press("<Enter><Enter>/CART");
    assert!(session.selected().contains("/cart"));
    let first = session.frame();
    session.press("<Enter>n");
    assert!(session.selected().contains("/cart"));
    session.press("N");
    let strip = |frame: &str| frame.lines().take(30).collect::<String>();
    assert_eq!(strip(&session.frame()), strip(&first));
    session
        .press("/zzz")
        .shows(&["no page of this user contains that"]);
}

#[test]
fn a_page_leads_to_the_sessions_that_contain_it() {
    let mut session = Session::of(seed(), 120, 30);
    session.press("3/product/2<Enter><Enter><Enter>");
    session.shows(&["Sessions 1 of 3", "page=/product/2", "456"]);
}

#[test]
fn the_export_dialog_asks_what_and_where_and_never_overwrites_unasked() {
    let mut session = Session::of(shop(400), 120, 30);
    session
        .press("/visitor-10<Enter>e")
        .shows(&["‹ users ›", "‹ as filtered ›", "shop-users.csv"]);
    session.press("<Right><Tab><Tab><Right>").shows(&[
        "‹ sessions ›",
        "‹ jsonl ›",
        "shop-sessions.jsonl",
    ]);
    session.press("<Tab><Back>x<Enter>");
    let (job, work) = session.begun();
    let Work::Export {
        request,
        path,
        overwrite,
        ..
    } = work
    else {
        panic!("no export");
    };
    assert_eq!(
        (request.rows, request.format),
        (ExportRows::Sessions, Format::Jsonl)
    );
    assert_eq!((path.as_str(), overwrite), ("shop-sessions.jsonx", false));
    let Selection::Users(users) = request.selection else {
        panic!("not the filtered users");
    };
    assert!(!users.is_empty());

    let exists = Error::Exists { path: path.into() };
    session.act(Action::Answer(job, Answer::Failed(exists)));
    session.shows(&["shop-sessions.jsonx is there already. y replaces it, n keeps it."]);
    session.press("y");
    let (job, work) = session.begun();
    let overwrites = |work| {
        matches!(
            work,
            Work::Export {
                overwrite: true,
                ..
            }
        )
    };
    assert!(overwrites(work));
    let mut progress = JobProgress::begun("shop-sessions.jsonx".into());
    (progress.stage, progress.done, progress.total) = (Stage::Export, 5, Some(10));
    progress.rows = 5;
    session.act(Action::Answer(job, Answer::Progress(progress)));
    session.shows(&["5 of 10", "Esc cancels"]);
    let exported = Answer::Exported {
        path: "shop-sessions.jsonx".into(),
        rows: 10,
        bytes: 1_500,
    };
    session.act(Action::Answer(job, exported));
    session.shows(&["10 rows in shop-sessions.jsonx (1.5 kB)"]);
    session.press("<Enter>").lacks(&["Export"]);
}

#[test]
fn tab_goes_on_with_a_path_that_was_begun() {
    let mut session = Session::of(seed(), 80, 24);
    session.press("e<Up>").lacks(&["Tab completes"]);
    session.press("<C-u>out/s").shows(&["Tab completes"]);
    session.press("<Tab>");
    let Some(Effect::CompletePath(typed)) = session.effect() else {
        panic!("Tab asks for the rest of the path");
    };
    let completed = |path: &str, names: &[&str]| {
        Action::PathCompleted(CompletedPath {
            typed: typed.clone(),
            path: path.to_owned(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
        })
    };
    session.act(completed("out/s", &["sa.csv", "sb.csv"]));
    session.shows(&["sa.csv, sb.csv"]);
    session.act(completed("out/sa.csv", &["sa.csv"]));
    session.shows(&["out/sa.csv"]);
    // What comes late is about another path.
    session.act(completed("out/sx.csv", &["sx.csv"]));
    session.shows(&["out/sa.csv"]);
}

#[test]
fn a_failed_export_is_explained_in_the_dialog() {
    let mut session = Session::of(seed(), 120, 30);
    session.press("e<Enter>");
    let (job, _) = session.begun();
    let denied = io::Error::from(io::ErrorKind::PermissionDenied);
    let error = Error::io("make", "shop.csv")(denied);
    session.act(Action::Answer(job, Answer::Failed(error)));
    session.shows(&["permission denied. Change the path"]);
    session.press("<Esc>").shows(&["Enter exports"]);
    session.press("<Esc>").lacks(&["Enter exports"]);
}

#[test]
fn a_failure_is_one_sentence_and_the_key_that_leaves() {
    let mut session = Session::empty(120, 30, Theme::Dark, Origin::Store);
    let gone = io::Error::from(io::ErrorKind::NotFound);
    session.answer_load(Answer::Failed(Error::io("read", "shop.db")(gone)));
    session.shows(&["cannot read shop.db: entity not found.", "Enter goes back"]);
    session.press("<Enter>").lacks(&["entity not found"]);
}

#[test]
fn loading_shows_how_it_goes_and_escape_cancels_it() {
    let mut session = Session::empty(100, 30, Theme::Dark, Origin::Files);
    session.shows(&["Loading shop.db"]);
    session.answer_load(Answer::Progress(JobProgress {
        what: "shop.csv".into(),
        stage: Stage::Read,
        done: 38_500_000,
        total: Some(120_000_000),
        rows: 402_118,
        rejects: 12,
        per_second: Some(38_500_000.0),
        elapsed: Duration::from_secs(1),
    }));
    session.shows(&[
        "Loading shop.csv",
        "38.5 MB of 120.0 MB",
        "402,118 rows",
        "12 rejects",
        "38.5 MB/s",
        "2s left",
    ]);
    session.press("<Esc>");
    assert!(matches!(session.effect(), Some(Effect::Cancel(job)) if job == session.load));
    session.answer_load(Answer::Cancelled);
    session.shows(&["R loads again"]);
}

#[test]
fn what_is_loaded_so_far_can_be_seen_and_stays_selected() {
    let mut session = Session::empty(160, 30, Theme::Dark, Origin::Files);
    session.answer_load(Answer::Data(part(shop(50), EIGHTH)));
    session.answer_load(Answer::Progress(JobProgress::begun("shop.csv".into())));
    session.shows(&["Users 50", "loading shop.csv", "Ctrl-C cancels"]);
    session.press("jjj<Enter>j");
    let before = session.selected();
    session.load(shop(400));
    session.shows(&["Users 400"]).lacks(&["loading"]);
    assert_eq!(session.selected().get(..16), before.get(..16));
}

#[test]
fn copying_sends_the_text_as_it_is() {
    let mut session = Session::of(seed(), 120, 30);
    session.press("y").shows(&["sent to the terminal"]);
    assert!(matches!(session.effect(), Some(Effect::Copy(text)) if text == "123"));
    session.press("<Enter>y");
    assert!(matches!(session.effect(), Some(Effect::Copy(text)) if text == "123@1580648116000000"));
    session.press("<Enter>y");
    assert!(matches!(session.effect(), Some(Effect::Copy(text)) if text == "/contact"));
}

#[test]
fn the_sort_picker_sorts_and_sorting_by_the_same_again_reverses() {
    let mut session = Session::of(shop(400), 120, 30);
    session.press("sj<Enter>").shows(&["by views ▼"]);
    session.press("s<Enter>").shows(&["by views ▲"]);
    session.press("S").shows(&["by views ▼"]);
    session.press("sg<Enter>").shows(&["by user ▲"]);
    assert!(session.press("g").selected().contains("visitor-100 "));
}

#[test]
fn paste_goes_into_a_prompt_and_nowhere_else() {
    let mut session = Session::of(seed(), 120, 30);
    session.act(Action::Paste("qqq".into()));
    assert!(session.effects.is_empty());
    session.press("/");
    session.act(Action::Paste("45\u{1b}6\n".into()));
    session.shows(&["/456"]);
}

#[test]
fn the_lifeline_steps_from_session_to_session_and_zooms() {
    let mut session = Session::of(shop(40), 120, 40);
    session.press("<Tab><Tab><Tab>l").shows(&["Session 2 of"]);
    session.press("h").shows(&["Session 1 of"]);
    session.press("zz").shows(&["zoomed 4 ×"]);
    session
        .press("ZZZ")
        .shows(&["all of the user's time is in view already"]);
}

#[test]
fn a_store_without_pageviews_says_how_to_get_some() {
    let mut session = Session::of(dataset(&[]), 80, 24);
    for screen in ["1", "2", "3", "4"] {
        session
            .press(screen)
            .shows(&["There are no pageviews here."]);
    }
    session.press("+e<Enter>jG/sy:at 2020-01-01<Enter>");
    assert!(session.effects.is_empty());
}

#[test]
fn the_sample_says_what_it_is_and_how_to_open_ones_own() {
    let mut session = Session::empty(120, 30, Theme::Dark, Origin::Sample);
    session.load(seed());
    session.shows(&["This is the bundled sample. Your own: dwell views.csv"]);
}

#[test]
fn text_from_outside_cannot_act_on_the_terminal() {
    let evil = "/a\u{1b}[31mred\u{202e}gnp";
    let mut session = Session::of(dataset(&[(evil, "2020-02-02", evil)]), 160, 40);
    for keys in ["", "<Enter>", "<Enter>", "2", "4", "/\u{202e}"] {
        let frame = session.press(keys).frame();
        assert!(!frame.contains(['\u{1b}', '\u{202e}']), "{frame}");
    }
}

#[test]
fn a_changed_store_can_be_loaded_again() {
    let mut session = Session::of(seed(), 120, 30);
    session.act(Action::StoreChanged);
    session.shows(&["R loads it again"]);
    session.press("R");
    assert!(matches!(session.begun().1, Work::Load { .. }));
}

#[test]
fn a_prompt_that_is_left_after_other_pageviews_came_goes_back_to_none_of_the_old() {
    for prompt in [&["<Enter>", "<Tab>", "<Enter>", "/"][..], &["/"]] {
        let mut session = Session::of(shop(60), 100, 30);
        session.press("R");
        session.load = session.begun().0;
        for key in ["j"; 13].iter().chain(prompt) {
            session.press(key);
        }
        session.load(shop(1));
        session.press("<Esc>");
        session.draw();
    }
}
