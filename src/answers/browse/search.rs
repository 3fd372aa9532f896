//! Filters or orders a list anew, in the background. Answers floor.

use std::ops::Range;
use std::sync::Arc;

use crate::answers::browse::Sort;
use crate::answers::browse::View;
use crate::answers::browse::WatchRows;
use crate::answers::browse::background::Background;
use crate::answers::browse::order::Buffer;
use crate::answers::browse::order::ListOrder;
use crate::answers::browse::sessions;
use crate::answers::browse::sessions::SessionColumn;
use crate::answers::browse::users;
use crate::answers::browse::users::UserColumn;
use crate::answers::filter::chip::Chip;
use crate::answers::filter::session_filter::Chosen;
use crate::answers::filter::session_filter::SessionFilter;
use crate::engine::cut::Cut;
use crate::engine::dataset::Dataset;
use crate::words::gap::Gap;

/// More rows than a screen has.
const SCREEN: usize = 512;

/// A request to apply a filter, and to put in order what it keeps.
#[derive(Clone, Debug)]
pub(crate) struct ListSearch {
    /// What is in view.
    pub cut: Arc<Cut>,
    /// What the lists are ordered by, once it is there.
    pub background: Option<Arc<Background>>,
    /// What must hold; nothing keeps all.
    pub chips: Vec<Chip>,
    /// Which list.
    pub list: SearchedList,
    /// Where someone looks: around this row. `None` is the beginning.
    pub near: Option<u32>,
    /// The memory of an order that is no longer needed.
    pub buffer: Buffer,
}

/// A list, and what it is sorted by.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SearchedList {
    /// The users.
    Users(Sort<UserColumn>),
    /// The sessions of these users.
    Sessions(Range<usize>, Sort<SessionColumn>),
}

/// A list as filtered: of these pageviews, at this gap, in this order.
#[derive(Debug)]
pub(crate) struct ListFound {
    pub dataset: Arc<Dataset>,
    pub gap: Gap,
    pub list: SearchedList,
    pub filter: SessionFilter,
    pub order: ListOrder,
}

impl ListSearch {
    /// How many users are looked at.
    pub(crate) fn n_users(&self) -> usize {
        match &self.list {
            SearchedList::Users(_) => self.cut.dataset().n_users(),
            SearchedList::Sessions(users, _) => users.len(),
        }
    }

    /// Filters the list. Once `watch` says no, the result means nothing.
    pub(crate) fn run(self, watch: WatchRows<'_>) -> ListFound {
        let view = View {
            cut: &self.cut,
            background: self.background.as_deref(),
            pinned: None,
        };
        let chosen = match &self.list {
            SearchedList::Users(_) => Chosen::Users,
            SearchedList::Sessions(..) => Chosen::Sessions,
        };
        let dataset = Arc::clone(self.cut.dataset());
        let filter = SessionFilter::new(&dataset, &self.chips, chosen);
        let mut order = match &self.list {
            SearchedList::Users(sort) => {
                users::order_watched(view, *sort, &filter, self.buffer, watch)
            }
            SearchedList::Sessions(users, sort) => {
                sessions::order_watched(view, users.clone(), *sort, &filter, self.buffer, watch)
            }
        };
        // The rows that are seen first, with a screen of them on both sides.
        let position = self.near.and_then(|id| order.position(id)).unwrap_or(0);
        order.settle(position.saturating_sub(SCREEN)..position + SCREEN);
        ListFound {
            gap: self.cut.gap(),
            dataset,
            list: self.list,
            filter,
            order,
        }
    }
}
