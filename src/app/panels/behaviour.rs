//! What a panel answers for. App floor.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::answers::browse::search::SearchedList;
use crate::app::App;
use crate::app::Data;
use crate::app::ExportChoice;
use crate::app::Listed;
use crate::app::Panel;
use crate::app::Prompt;
use crate::app::model::list_filter::ListFilter;

/// What a panel does. Methods that take [`Data`] are called only where there are pageviews.
pub(in crate::app) trait Behaviour {
    /// Its list; `None` where it has none.
    fn list<'a>(&self, app: &'a App) -> Option<&'a dyn Listed>;

    fn list_mut<'a>(&self, app: &'a mut App) -> Option<&'a mut dyn Listed>;

    /// Position of the cursor and number of rows.
    fn position(&self, app: &App) -> (usize, usize);

    /// How many rows there are without its filter.
    fn unfiltered(&self, app: &App) -> u64;

    /// Puts the cursor at a position that there is.
    fn go_to(&self, app: &mut App, position: usize);

    /// Goes to a span of time, microseconds.
    fn go_to_moment(&self, app: &mut App, at: Range<i64>);

    /// Opens what is selected.
    fn open(&self, app: &mut App);

    /// The panel to go back to; `None` if the screen is left.
    fn outer(&self, app: &App) -> Option<Panel>;

    /// Begins to filter, or to find.
    fn begin_filter(&self, app: &mut App);

    /// Filters its list by what was typed.
    fn set_filter(&self, app: &mut App, typed: &str);

    /// The chips that filter its list; `None` where a filter is a text.
    fn filter<'a>(&self, _app: &'a App) -> Option<&'a ListFilter> {
        None
    }

    fn filter_mut<'a>(&self, _app: &'a mut App) -> Option<&'a mut ListFilter> {
        None
    }

    /// Its list, if that can be searched away from the keys.
    fn searched(&self, _app: &App, _data: &Data) -> Option<SearchedList> {
        None
    }

    /// What a row is.
    fn noun(&self, _app: &App) -> &'static str;

    /// Selects again what was selected before a prompt.
    fn go_back_to(&self, app: &mut App, before: &Prompt);

    /// Lets go of what is selected, before its list is sorted anew: the new order is seen from its top.
    fn let_go(&self, app: &mut App);

    /// What is selected, as it stands in the data, and what that is called.
    fn copied(&self, app: &App, data: &Data) -> Option<(String, &'static str)>;

    /// What is selected, in full, for the line below the panels; `None` if its row has all of it.
    fn detail(&self, app: &App, data: Option<&Data>) -> Option<String>;

    /// Which rows an export offers first, by the order of `EXPORT_ROWS`.
    fn export_rows(&self) -> usize;

    /// What it shows, if that is not everything.
    fn narrowed(&self, app: &App, data: &Data) -> Option<ExportChoice>;

    /// Where its rows lie when the panel lies in `rect`.
    fn body(&self, rect: Rect) -> Rect;

    /// Takes a click on a line of its body, which is `height` lines high.
    fn click(&self, app: &mut App, line: usize, height: usize);
}
