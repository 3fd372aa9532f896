//! The tables of the screen in view, as an export offers and takes them. App floor.

use crate::answers::browse::pages::CountedColumn;
use crate::answers::tables;
use crate::answers::tables::TableRequest;
use crate::app::App;
use crate::app::Data;
use crate::app::Listed;
use crate::app::Panel;
use crate::app::ScreenTable;
use crate::app::TableOffer;
use crate::app::model::dialog::ALL;
use crate::words::gap::Gap;

/// What a filter keeps.
const FILTERED: &str = "as filtered";

impl App {
    /// The tables of the screen in view, the one that has the keys first.
    pub(super) fn table_offers(&self, data: &Data) -> Vec<TableOffer> {
        let all = |table, n: usize| TableOffer {
            table,
            choices: vec![(ALL, n as u64)],
        };
        let (days, hours) = (
            all(ScreenTable::Days, self.sessions_calendar.counts.days.len()),
            all(
                ScreenTable::Hours,
                self.sessions_calendar.counts.hours.len(),
            ),
        );
        match self.panel() {
            Panel::Ladder => vec![all(ScreenTable::Gaps, data.ladder().len())],
            Panel::Days => vec![days, hours],
            Panel::Hours => vec![hours, days],
            Panel::Pages => {
                let table = match self.pages.by {
                    CountedColumn::Page => ScreenTable::Pages,
                    CountedColumn::Carried(_) => ScreenTable::Values,
                };
                let mut offer = all(table, self.pages.seen);
                if !self.pages.list.typed.is_empty() {
                    let n = self.pages.list.order.len() as u64;
                    offer.choices.insert(0, (FILTERED, n));
                }
                vec![offer]
            }
            Panel::SessionsOfPage | Panel::Before | Panel::After => {
                let Some(found) = self.page.neighbours() else {
                    return Vec::new();
                };
                let n = found.before.len() + found.after.len();
                let mut offer = all(ScreenTable::Neighbours, n);
                let lists = [&self.page.before, &self.page.after];
                if lists.iter().any(|list| !list.typed.is_empty()) {
                    let n: usize = lists.iter().map(|list| list.len()).sum();
                    offer.choices.insert(0, (FILTERED, n as u64));
                }
                vec![offer]
            }
            _ => Vec::new(),
        }
    }

    /// The table as it is on the screen, or all of it; `None` while its figures are not those of the gap in view.
    pub(super) fn table_request(
        &self,
        table: ScreenTable,
        is_filtered: bool,
    ) -> Option<TableRequest> {
        let data = self.data.as_ref()?;
        if self.uncounted().is_some() {
            return None;
        }
        let made = match table {
            ScreenTable::Pages | ScreenTable::Values => {
                return Some(TableRequest::Pages {
                    by: self.pages.by,
                    facts: self.pages.facts.clone(),
                    figures: self.pages.figures.clone(),
                    sort: self.pages.list.sort,
                    kept: self.pages.kept.clone().filter(|_| is_filtered),
                    background: data.background.clone(),
                });
            }
            ScreenTable::Neighbours => {
                let found = self.page.neighbours()?;
                let listed = [&self.page.before, &self.page.after].map(|list| {
                    let sought = if is_filtered { &list.typed[..] } else { "" };
                    (list.sort, sought)
                });
                tables::table_of_neighbours(data.view(), found, listed)
            }
            ScreenTable::Gaps => {
                let counted = data.counted.as_ref();
                let is_exact = counted.map(|counted| |gap| counted.sessions_at(gap).is_exact);
                let is_exact = is_exact
                    .as_ref()
                    .map(|is_exact| is_exact as &dyn Fn(Gap) -> bool);
                tables::table_of_gaps(&data.ladder(), is_exact)
            }
            ScreenTable::Days => {
                tables::table_of_days(&data.calendar, &self.sessions_calendar.counts)
            }
            ScreenTable::Hours => tables::table_of_hours(&self.sessions_calendar.counts),
        };
        Some(TableRequest::Made(made))
    }
}
