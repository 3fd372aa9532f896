//! The filter of a list of users, sessions or pages: as it is meant, and ready for the pageviews in view. App floor.

use crate::answers::browse::calendar::Calendar;
use crate::answers::browse::pages::CountedColumn;
use crate::answers::filter::chip::Chip;
use crate::answers::filter::parse::ACCEPTED_FORMS;
use crate::answers::filter::parse::ACCEPTED_FORMS_OF_PAGES;
use crate::answers::filter::parse::parse_carrying;
use crate::answers::filter::session_filter::Chosen;
use crate::answers::filter::session_filter::SessionFilter;
use crate::app::JobId;
use crate::engine::dataset::Dataset;

/// The chips that filter a list.
#[derive(Debug)]
pub(crate) struct ListFilter {
    pub(crate) chips: Vec<Chip>,
    /// What the rows in view were chosen by.
    pub(crate) ready: SessionFilter,
    /// Why a part of what was typed could not be read.
    pub(in crate::app) problem: Option<String>,
    /// The search for the rows of the chips, while it is at work; those in view are of other chips.
    pub(in crate::app) search: Option<JobId>,
    pub(in crate::app) chosen: Chosen,
}

impl ListFilter {
    pub(in crate::app) fn of(chosen: Chosen) -> ListFilter {
        ListFilter {
            chips: Vec::new(),
            ready: SessionFilter::default(),
            problem: None,
            search: None,
            chosen,
        }
    }

    /// Reads a filter as typed; the part of it that cannot be read filters nothing, but is told.
    pub(in crate::app) fn read(&mut self, typed: &str, carried: &[String], calendar: &Calendar) {
        (self.chips, self.problem) = parse_carrying(carried, typed, calendar);
        if let Chosen::Texts(column) = self.chosen {
            let is_misplaced = |chip: &&Chip| !chip.field.chooses_texts(column);
            let misplaced = self.chips.iter().find(is_misplaced).map(|chip| match column {
                CountedColumn::Page => format!(
                    "{chip} is about sessions; pages have: text, page:/cart, views>=100, sessions>5"
                ),
                CountedColumn::Carried(_) => {
                    format!("{chip} is not about these; they have: text, views>=100, sessions>5")
                }
            });
            self.problem = self.problem.take().or(misplaced);
            self.chips.retain(|chip| chip.field.chooses_texts(column));
        }
    }

    /// What a prompt proposes while nothing is typed.
    pub(in crate::app) fn accepted_forms(&self) -> &'static str {
        match self.chosen {
            Chosen::Texts(_) => ACCEPTED_FORMS_OF_PAGES,
            Chosen::Sessions | Chosen::Users => ACCEPTED_FORMS,
        }
    }

    /// Looks for the chips' texts in these pageviews.
    pub(in crate::app) fn make_ready(&mut self, dataset: &Dataset) {
        self.ready = SessionFilter::new(dataset, &self.chips, self.chosen);
        self.search = None;
    }
}
