//! What each screen keeps while it is not in view. App floor.

use std::sync::Arc;

use crate::answers::browse::View;
use crate::answers::browse::background::Background;
use crate::answers::browse::calendar::Calendar;
use crate::answers::browse::pages;
use crate::answers::browse::pages::CountedColumn;
use crate::answers::browse::pages::CountedTexts;
use crate::answers::browse::pages::PageColumn;
use crate::answers::browse::pages::PageFigures;
use crate::answers::browse::sessions;
use crate::answers::browse::sessions::SessionColumn;
use crate::answers::browse::text_facts::TextFacts;
use crate::answers::browse::users;
use crate::answers::browse::users::UserColumn;
use crate::answers::filter::chip::Chip;
use crate::answers::filter::session_filter::Chosen;
use crate::app::List;
use crate::app::Panel;
use crate::app::ScreenLayout;
use crate::app::Trail;
use crate::app::model::list_filter::ListFilter;
use crate::engine::dataset::Dataset;
use crate::words::gap::Gap;

/// Users, the sessions of the selected one, the timeline of the selected session.
#[derive(Debug)]
pub(crate) struct UsersScreen {
    pub(crate) focus: Panel,
    pub(crate) list: List<UserColumn>,
    pub(crate) filter: ListFilter,
    /// The user to stay on when the order changes.
    pub(crate) anchor: Option<u32>,
    pub(crate) sessions: SessionPanel,
    pub(crate) trail: Trail,
}

/// All sessions, and the timeline of the selected one.
#[derive(Debug)]
pub(crate) struct SessionsScreen {
    pub(crate) focus: Panel,
    pub(crate) sessions: SessionPanel,
    pub(crate) trail: Trail,
}

/// All pages, or all values of a carried column.
#[derive(Debug)]
pub(crate) struct PagesScreen {
    /// What has a row for each of its texts.
    pub(crate) by: CountedColumn,
    pub(crate) list: List<PageColumn>,
    pub(crate) filter: ListFilter,
    /// The filters of the columns that are not in view.
    put_by: Vec<(CountedColumn, String)>,
    /// The pages or values that it keeps, if it has chips.
    pub(crate) kept: Option<Vec<u32>>,
    pub(crate) anchor: Option<u32>,
    /// By page or value, as last counted.
    pub(crate) figures: Vec<PageFigures>,
    /// What does not depend on the gap, once it is there; of pages, the background has it.
    pub(crate) facts: Option<Arc<TextFacts>>,
    /// The gap at which they were counted; `None` before they are.
    pub(crate) counted_at: Option<Gap>,
    /// How many of them were seen at all, and how often the one seen most.
    pub(crate) seen: usize,
    pub(crate) most_views: u32,
}

/// A list of sessions and the chips that filter it.
#[derive(Debug)]
pub(crate) struct SessionPanel {
    pub(crate) list: List<SessionColumn>,
    pub(crate) filter: ListFilter,
}

impl Default for UsersScreen {
    fn default() -> UsersScreen {
        UsersScreen {
            focus: Panel::Users,
            list: List::sorted_by(UserColumn::Sessions),
            filter: ListFilter::of(Chosen::Users),
            anchor: None,
            sessions: SessionPanel {
                // The panel's title has it.
                list: List::sorted_by(SessionColumn::Started)
                    .hiding(SessionColumn::User)
                    .hiding(SessionColumn::State),
                ..SessionPanel::default()
            },
            trail: Trail::default(),
        }
    }
}

impl Default for SessionsScreen {
    fn default() -> SessionsScreen {
        SessionsScreen {
            focus: Panel::AllSessions,
            sessions: SessionPanel::default(),
            trail: Trail::default(),
        }
    }
}

impl Default for PagesScreen {
    fn default() -> PagesScreen {
        PagesScreen {
            by: CountedColumn::Page,
            list: List::sorted_by(PageColumn::Views),
            filter: ListFilter::of(Chosen::Texts(CountedColumn::Page)),
            put_by: Vec::new(),
            facts: None,
            kept: None,
            anchor: None,
            figures: Vec::new(),
            seen: 0,
            most_views: 0,
            counted_at: None,
        }
    }
}

impl Default for SessionPanel {
    fn default() -> SessionPanel {
        SessionPanel {
            list: List::sorted_by(SessionColumn::Started),
            filter: ListFilter::of(Chosen::Sessions),
        }
    }
}

impl SessionPanel {
    /// Filters by what was typed.
    pub(crate) fn set_filter(&mut self, typed: &str, dataset: &Dataset, calendar: &Calendar) {
        self.filter.read(typed, dataset.carried_names(), calendar);
        self.filter.make_ready(dataset);
        self.list.stale = true;
    }

    /// Shows the sessions for which a chip holds.
    pub(crate) fn show_chip(&mut self, chip: Chip, dataset: &Dataset) {
        self.list.enter_with(chip.to_string());
        self.filter.chips = vec![chip];
        self.filter.problem = None;
        self.filter.make_ready(dataset);
    }

    /// Looks for the chips' texts in another dataset.
    pub(crate) fn rebase(&mut self, dataset: &Dataset) {
        self.filter.make_ready(dataset);
        self.list.forget();
    }

    fn settle(
        &mut self,
        view: View<'_>,
        users: std::ops::Range<usize>,
        row: Option<usize>,
        height: usize,
    ) {
        if self.list.stale {
            let (sort, filter) = (self.list.sort, &self.filter.ready);
            self.list
                .reorder(|buffer| sessions::order(view, users, sort, filter, buffer));
            let row = row.filter(|&row| row < view.cut.dataset().n_rows());
            self.list
                .follow(row.map(|row| view.cut.sessions().containing(row) as u32));
        }
        self.list.show(height);
    }

    /// The row to be on: `row` if the selected session covers it, else that session's first.
    fn row_near(&self, view: View<'_>, row: Option<usize>) -> Option<usize> {
        let Some(session) = self.list.selected() else {
            return row;
        };
        let rows = view.cut.sessions().rows_of(session as usize);
        row.filter(|row| rows.contains(row)).or(Some(rows.start))
    }
}

impl UsersScreen {
    /// Brings lists, cursors and scroll positions in line with the view.
    pub(crate) fn settle(&mut self, view: View<'_>, calendar: &Calendar, layout: &ScreenLayout) {
        if self.list.stale {
            let (sort, filter) = (self.list.sort, &self.filter.ready);
            self.list
                .reorder(|buffer| users::order(view, sort, filter, buffer));
            self.list.follow(self.anchor);
        }
        self.list.show(layout.rows(Panel::Users));
        let Some(user) = self.list.selected().map(|user| user as usize) else {
            // What was listed of the last one may be sessions that are no more.
            self.sessions.list.forget();
            return;
        };
        self.anchor = Some(user as u32);
        if self.trail.user != Some(user) {
            // Another user: from the top, unless the trail was laid to one of their pageviews.
            let rows = view.cut.dataset().rows_of(user);
            self.trail.row = self.trail.row.filter(|row| rows.contains(row));
            self.trail.user = Some(user);
            (self.sessions.list.cursor, self.sessions.list.top) = (0, 0);
            self.sessions.list.stale = true;
        }
        let rows = layout.rows(Panel::UserSessions);
        self.sessions
            .settle(view, user..user + 1, self.trail.row, rows);
        if !matches!(self.focus, Panel::Timeline | Panel::Lifeline) || self.trail.row.is_none() {
            self.trail
                .begin_at(self.sessions.row_near(view, self.trail.row));
        }
        self.trail.settle(view, calendar, layout);
    }
}

impl SessionsScreen {
    /// Brings lists, cursors and scroll positions in line with the view.
    pub(crate) fn settle(&mut self, view: View<'_>, calendar: &Calendar, layout: &ScreenLayout) {
        let users = 0..view.cut.dataset().n_users();
        let rows = layout.rows(Panel::AllSessions);
        self.sessions.settle(view, users, self.trail.row, rows);
        if self.focus != Panel::Timeline || self.trail.row.is_none() {
            self.trail
                .begin_at(self.sessions.row_near(view, self.trail.row));
        }
        if let Some(row) = self.trail.row_in(view.cut.dataset()) {
            self.trail.user = Some(view.cut.dataset().user_of(row));
            self.trail.settle(view, calendar, layout);
        }
    }
}

impl PagesScreen {
    /// Shows another column, which has this name, from the top. Returns the filter that it had.
    pub(in crate::app) fn turn_to(&mut self, by: CountedColumn, name: Option<&str>) -> String {
        let called = name.map(|name| (PageColumn::Page, name.to_owned()));
        let list = self.list.of_others(called);
        let before = std::mem::replace(&mut self.list, list);
        self.put_by.push((self.by, before.typed));
        self.by = by;
        self.filter = ListFilter::of(Chosen::Texts(by));
        self.anchor = None;
        self.forget();
        let put_by = self.put_by.iter().position(|(column, _)| *column == by);
        put_by.map_or(String::new(), |n| self.put_by.remove(n).1)
    }

    /// Shows pages, and forgets what the pageviews that are gone carried.
    pub(in crate::app) fn forget_carried(&mut self) -> String {
        let typed = match self.by {
            CountedColumn::Page => self.list.typed.clone(),
            CountedColumn::Carried(_) => self.turn_to(CountedColumn::Page, None),
        };
        self.put_by.clear();
        typed
    }

    /// What it knows of the texts in its list.
    pub(crate) fn counted<'a>(
        &'a self,
        gap: Gap,
        background: Option<&'a Background>,
    ) -> CountedTexts<'a> {
        CountedTexts {
            figures: &self.figures,
            gap,
            facts: facts(self.by, self.facts.as_deref(), background),
        }
    }

    /// Takes figures in that were counted at this gap, unless they are of another column.
    pub(in crate::app) fn take(&mut self, gap: Gap, by: CountedColumn, figures: Vec<PageFigures>) {
        if by != self.by {
            return;
        }
        self.figures = figures;
        let views = || self.figures.iter().map(|page| page.views);
        self.seen = views().filter(|&views| views > 0).count();
        self.most_views = views().max().unwrap_or(0);
        self.counted_at = Some(gap);
        self.list.stale = true;
    }

    /// Takes in what does not depend on the gap, unless it is of another column.
    pub(in crate::app) fn take_facts(&mut self, by: CountedColumn, facts: TextFacts) {
        if by == self.by {
            self.facts = Some(Arc::new(facts));
            self.list.stale = true;
        }
    }

    /// Forgets figures of pageviews that are gone.
    pub(in crate::app) fn forget(&mut self) {
        self.figures.clear();
        (self.counted_at, self.seen, self.most_views) = (None, 0, 0);
        (self.facts, self.kept) = (None, None);
        self.list.forget();
    }

    /// Brings the list in line with the view.
    pub(crate) fn settle(&mut self, view: View<'_>, layout: &ScreenLayout) {
        if self.list.stale && self.counted_at.is_some() {
            let filter = &self.filter.ready;
            self.kept = (!filter.is_empty()).then(|| filter.kept_pages(&self.figures));
            let counted = CountedTexts {
                figures: &self.figures,
                gap: view.cut.gap(),
                facts: facts(self.by, self.facts.as_deref(), view.background),
            };
            let (sort, kept) = (self.list.sort, self.kept.as_deref());
            self.list
                .reorder(|buffer| pages::order(counted, sort, kept, buffer));
            self.list.follow(self.anchor);
        }
        self.list.show(layout.rows(Panel::Pages));
        self.anchor = self.list.selected().or(self.anchor);
    }
}

/// What does not depend on the gap of the column in view: of pages, the background has it.
fn facts<'a>(
    by: CountedColumn,
    of_carried: Option<&'a TextFacts>,
    background: Option<&'a Background>,
) -> Option<&'a TextFacts> {
    match by {
        CountedColumn::Page => background.map(|background| &background.pages),
        CountedColumn::Carried(_) => of_carried,
    }
}
