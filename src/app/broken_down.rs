//! The list of pages broken down by a carried column instead. App floor.

use crate::answers::browse::pages::CountedColumn;
use crate::answers::filter::chip::Chip;
use crate::answers::filter::field::FilterField;
use crate::app::App;
use crate::app::Command;
use crate::app::Origin;
use crate::app::Panel;
use crate::app::Screen;

impl App {
    /// Shows the values of the next carried column in place of pages; behind the last column, pages again.
    pub(super) fn break_down(&mut self) {
        if self.screen() != Screen::Pages {
            let [turn, pages] =
                [Command::BreakDown, Command::ShowPages].map(|command| self.key_of(command));
            self.message = Some(format!(
                "{turn} breaks down by a carried column on the screen of pages, {pages}"
            ));
            return;
        }
        let names = self.carried_names();
        let next = match self.pages.by {
            CountedColumn::Page => 0,
            CountedColumn::Carried(column) => column + 1,
        };
        if names.is_empty() {
            self.message = Some(self.how_to_carry());
            return;
        }
        let by = match next < names.len() {
            true => CountedColumn::Carried(next),
            false => CountedColumn::Page,
        };
        let name = names.get(next).cloned();
        let typed = self.pages.turn_to(by, name.as_deref());
        Panel::Pages.behaviour().set_filter(self, &typed);
    }

    fn how_to_carry(&self) -> String {
        let how = match self.origin {
            Origin::Store => "dwell load --carry referrer takes a column into a store",
            _ => "dwell --carry referrer FILE takes a column of the file along",
        };
        format!("these pageviews carry nothing to break down by: {how}")
    }

    /// Shows the sessions whose landing pageview has the selected value.
    pub(super) fn open_sessions_carrying(&mut self, column: usize) {
        let dataset = self.data.as_ref().map(|data| data.cut.dataset());
        let values = dataset.and_then(|dataset| dataset.carried().nth(column));
        let Some((values, value)) = values.zip(self.pages.list.selected()) else {
            return;
        };
        let text = values.texts.text(value);
        let field = FilterField::Carried(column);
        let chip = Chip::text_is(field, values.name, text);
        self.enter_sessions(|sessions, dataset, _| sessions.show_chip(chip, dataset));
    }
}
