//! What a load gives the explorer. App floor.

use std::sync::Arc;

use crate::answers::browse::background::Background;
use crate::answers::browse::extent::Extents;
use crate::engine::cut::Cut;
use crate::engine::dataset::Dataset;
use crate::engine::pause_counts::PauseCounts;
use crate::engine::study::PauseHistogram;
use crate::engine::study::ValleyStudy;
use crate::load::LoadedInputs;
use crate::words::coverage::Coverage;
use crate::words::gap::Gap;

/// Pageviews to explore.
#[derive(Clone, Debug)]
pub(crate) struct Loaded {
    /// The pageviews, cut at some gap.
    pub cut: Cut,
    /// The histogram of their pauses.
    pub histogram: PauseHistogram,
    /// How much room their texts and figures take.
    pub extents: Extents,
    /// What the pageviews were read from, if a store can be written of it.
    pub inputs: Option<Arc<LoadedInputs>>,
    /// Pauses that were counted elsewhere: there are no pageviews then, and all there is to see is the gap.
    pub counted: Option<Arc<PauseCounts>>,
    /// What follows from the pageviews in the background, if it was computed already.
    pub background: Option<Arc<Background>>,
    /// Whether newer pageviews may come.
    pub goes_on: bool,
    /// What these say of the gap; that of pageviews is studied while they are in view already.
    pub valley: Option<ValleyStudy>,
}

impl Loaded {
    /// Pageviews. Makes all of it that takes a pass over them.
    pub(crate) fn pageviews(dataset: Arc<Dataset>) -> Loaded {
        Loaded {
            histogram: PauseHistogram::of(&dataset),
            extents: Extents::of(&dataset),
            inputs: None,
            counted: None,
            background: None,
            goes_on: false,
            valley: None,
            cut: Cut::new(dataset, Gap::DEFAULT),
        }
    }

    /// Pageviews that were read from files. Makes all of it that takes a pass over them.
    pub(crate) fn inputs(inputs: LoadedInputs) -> Loaded {
        let loaded = Loaded::pageviews(Arc::clone(&inputs.dataset));
        Loaded {
            inputs: Some(Arc::new(inputs)),
            ..loaded
        }
    }

    /// How much of its inputs this is.
    pub(crate) fn coverage(&self) -> &Coverage {
        &self.cut.dataset().coverage
    }

    /// Pauses without pageviews. Studies them; no gap is saved with them, so that half an hour is in use.
    pub(crate) fn pauses(counted: PauseCounts) -> Loaded {
        Loaded {
            histogram: counted.histogram(),
            extents: Extents::default(),
            inputs: None,
            background: None,
            goes_on: false,
            valley: Some(counted.study(Gap::DEFAULT)),
            counted: Some(Arc::new(counted)),
            cut: Cut::new(Arc::default(), Gap::DEFAULT),
        }
    }
}
