//! How many panels stand side by side, and how wide they are. App floor.

use ratatui::layout::Rect;

use crate::app::App;
use crate::app::Panel;

/// How many columns a panel takes with its border: without which it is not worth showing, with which nothing of it is
/// left out, and beyond which it gains nothing.
struct PanelRoom {
    shown: u16,
    whole: u16,
    wanted: u16,
}

impl PanelRoom {
    fn of(app: &App, panel: Panel) -> PanelRoom {
        /// The border, the mark of the selected row, and a blank at the end.
        const FRAME: u16 = 5;
        let extents = app.data.as_ref().map(|data| &data.extents);
        let extents = extents.cloned().unwrap_or_default();
        let Some(list) = panel.behaviour().list(app) else {
            let page = extents.page.wide;
            return PanelRoom {
                shown: 27,
                whole: 40,
                // Times, dwell times and bars.
                wanted: page.saturating_add(36),
            };
        };
        let rooms = list.column_rooms(&extents);
        let sum = |wide: &dyn Fn(u16, u8) -> u16, of: &dyn Fn(usize) -> u16| {
            let wides = rooms.iter().enumerate();
            let wides = wides.map(|(n, room)| wide(of(n).saturating_add(1), room.rank));
            wides.fold(FRAME - 1, u16::saturating_add)
        };
        let least = |n: usize| rooms[n].least;
        PanelRoom {
            shown: sum(&|wide, rank| if rank <= 1 { wide } else { 0 }, &least),
            whole: sum(&|wide, _| wide, &least),
            wanted: sum(&|wide, _| wide, &|n| rooms[n].wanted),
        }
    }
}

/// As many of these panels as there is room for, among them the one that has the keys, which goes before the others.
///
/// A wider terminal never takes a column away: a panel more is shown only where the one with the keys stays whole, and
/// all three where all are.
pub(super) fn side_by_side(app: &App, all: &[Panel], area: Rect) -> Vec<(Panel, Rect)> {
    let focus = app.panel();
    let at = all.iter().position(|&panel| panel == focus);
    // The lifeline lies below all of them; the timeline shows what it is about.
    let at = at.unwrap_or(all.len() - 1);
    let rooms: Vec<PanelRoom> = all.iter().map(|&panel| PanelRoom::of(app, panel)).collect();
    let whole: u16 = rooms
        .iter()
        .fold(0, |sum, room| sum.saturating_add(room.whole));
    let pair = if at + 1 < all.len() {
        at..at + 2
    } else {
        at - 1..at + 1
    };
    // Whoever goes down into a timeline wants to see where it comes from, too.
    let least = |n: usize| match n == at && all[n] != Panel::Timeline {
        true => rooms[n].whole,
        false => rooms[n].shown,
    };
    let shown = if all.len() > 2 && whole <= area.width {
        0..all.len()
    } else if pair.clone().map(least).sum::<u16>() <= area.width {
        pair
    } else {
        at..at + 1
    };
    let is_all = shown.len() == all.len() && whole <= area.width;
    let first = |n: usize| if is_all { rooms[n].whole } else { least(n) };
    let mut widths: Vec<u16> = shown.clone().map(first).collect();
    let mut left = area.width.saturating_sub(widths.iter().sum());
    // What tells users apart is seen of them; pages gain more by what is left than the rest of an id does.
    let but_users = |n: usize| match all[n] {
        Panel::Users => rooms[n].whole,
        _ => rooms[n].wanted,
    };
    let goals: [&dyn Fn(usize) -> u16; 3] = [&|n| rooms[n].whole, &but_users, &|n| rooms[n].wanted];
    for goal in goals {
        let goals: Vec<u16> = shown.clone().map(goal).collect();
        share_out(&mut left, &mut widths, &goals);
    }
    if let Some(last) = widths.last_mut() {
        *last += left;
    }
    let mut x = area.x;
    let mut panels = Vec::new();
    for (&panel, wide) in all[shown].iter().zip(widths) {
        let width = wide.min(area.right() - x);
        panels.push((panel, Rect { x, width, ..area }));
        x += width;
    }
    panels
}

/// Widens all alike until each has what it is to have, or nothing is left.
pub(crate) fn share_out(left: &mut u16, widths: &mut [u16], goals: &[u16]) {
    loop {
        let hungry = widths.iter().zip(goals).filter(|(wide, goal)| wide < goal);
        let n_hungry = hungry.count() as u16;
        if n_hungry == 0 || *left == 0 {
            return;
        }
        let step = (*left / n_hungry).max(1);
        for (wide, goal) in widths.iter_mut().zip(goals) {
            let more = goal.saturating_sub(*wide).min(step).min(*left);
            *wide += more;
            *left -= more;
        }
    }
}
