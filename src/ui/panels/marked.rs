//! What is marked, and what became of it at the gap in view. Ui floor.
//!
//! ```text
//! ┌ Marked 3 ─ by marked ▲ ──────────────────────────────────────────────────────┐
//! │  user         started            views  now                                  │
//! │> 456          2 Feb 2020 12:55       6  as it was                            │
//! │  456          3 Feb 2020 08:10       2  part of the session of 3 Feb 07:50   │
//! │  1023         2 Jan 2020 10:00      88  user: 12 sessions                    │
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::answers::browse::extent::ColumnRoom;
use crate::app::Mark;
use crate::app::MarkColumn;
use crate::app::MarkFate;
use crate::app::MarkList;
use crate::app::Panel;
use crate::ui::context::Ui;
use crate::ui::grid::Cell;
use crate::ui::grid::Spec;
use crate::ui::list::ListPanel;
use crate::ui::panel;
use crate::words::figure::UNKNOWN;
use crate::words::figure::count;
use crate::words::figure::counted;

pub(in crate::ui) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let marks = &ui.app.marks;
    let Some(data) = &ui.app.data else {
        panel::frame(ui, Panel::Marked, &["Marked".to_owned()], area, buf);
        return;
    };
    let (cut, styles) = (&data.cut, ui.styles);
    let marked = ListPanel {
        panel: Panel::Marked,
        list: &marks.list,
        name: "Marked",
        noun: "mark",
        all: marks.all.len() as u64,
        filter: panel::sought(&marks.list.typed),
        note: String::new(),
        beginning: "",
        columns: (marks.list.rooms(&data.extents).into_iter())
            .map(Spec::of)
            .chain([Spec::of(("now", ColumnRoom::text(14, 44, "now", 0)))])
            .collect(),
    };
    let now = |mark: &Mark| match (MarkList::fate(mark, cut), mark.place) {
        (None, Some((user, _))) => {
            let of_user = cut.sessions().within(cut.dataset().rows_of(user as usize));
            format!("user: {}", counted(of_user.len() as u64, "session"))
        }
        (None | Some(MarkFate::Gone), _) => "not in these pageviews".to_owned(),
        (Some(MarkFate::Same), _) => "as it was".to_owned(),
        (Some(MarkFate::Longer(n)), _) => {
            format!(
                "joined with what follows: {} more",
                counted(n as u64, "view")
            )
        }
        (Some(MarkFate::Split(n)), _) => format!("split into {}", counted(n as u64, "session")),
        (Some(MarkFate::Joined(row)), _) => {
            let start = data.calendar.moment(cut.dataset().at(row));
            format!("part of the session of {start}")
        }
    };
    marked.draw(ui, area, buf, |place| {
        let mark = marks.all.get(place as usize)?;
        let started = match (mark.session, mark.place) {
            (Some(session), _) => data.calendar.moment(session.started_at),
            (None, Some((_, row))) => data.calendar.moment(cut.dataset().at(row)),
            (None, None) => UNKNOWN.to_owned(),
        };
        let views = match (mark.session, mark.place) {
            (Some(session), _) => count(session.pageviews as u64),
            (None, Some((user, _))) => count(cut.dataset().rows_of(user as usize).len() as u64),
            (None, None) => UNKNOWN.to_owned(),
        };
        let shown = marks.list.shown.iter().map(|column| match column {
            MarkColumn::Marked => (Cell::Own(count(u64::from(place) + 1)), styles.dim),
            MarkColumn::User => (Cell::Id(&mark.user_id, &data.extents.user), styles.plain),
            MarkColumn::Started => (Cell::Own(started.clone()), styles.plain),
            MarkColumn::Pageviews => (Cell::Own(views.clone()), styles.plain),
        });
        Some(shown.chain([(Cell::Own(now(mark)), styles.dim)]).collect())
    });
}
