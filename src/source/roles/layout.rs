//! How known exports name their parts: the layouts of `assets/layouts`, and those of a person. Source floor.
//!
//! A layout says which parts may have a role, and which rows are page views. If there are several, evidence decides.

use std::collections::BTreeMap;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::source::roles::names;
use crate::source::roles::names::Role;
use crate::source::roles::sample::Values;
use crate::source::time::TimeUnit;
use crate::source::time::looks_like_time;
use crate::words::text::line_at;

/// The files that are bundled.
const BUNDLED: &[&str] = &[
    include_str!("../../../assets/layouts/adobe.toml"),
    include_str!("../../../assets/layouts/amplitude.toml"),
    include_str!("../../../assets/layouts/countly.toml"),
    include_str!("../../../assets/layouts/elastic.toml"),
    include_str!("../../../assets/layouts/ga4_bigquery.toml"),
    include_str!("../../../assets/layouts/ga_universal.toml"),
    include_str!("../../../assets/layouts/goatcounter.toml"),
    include_str!("../../../assets/layouts/heap.toml"),
    include_str!("../../../assets/layouts/matomo.toml"),
    include_str!("../../../assets/layouts/matomo_live.toml"),
    include_str!("../../../assets/layouts/mixpanel.toml"),
    include_str!("../../../assets/layouts/outbrain.toml"),
    include_str!("../../../assets/layouts/plausible.toml"),
    include_str!("../../../assets/layouts/posthog.toml"),
    include_str!("../../../assets/layouts/rees46.toml"),
    include_str!("../../../assets/layouts/retailrocket.toml"),
    include_str!("../../../assets/layouts/segment.toml"),
    include_str!("../../../assets/layouts/simple_analytics.toml"),
    include_str!("../../../assets/layouts/snowplow_atomic.toml"),
    include_str!("../../../assets/layouts/snowplow_enriched.toml"),
    include_str!("../../../assets/layouts/umami.toml"),
    include_str!("../../../assets/layouts/yandex.toml"),
    include_str!("../../../assets/layouts/yoochoose.toml"),
];

/// An export's way to name its parts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Its name.
    pub name: String,
    /// Where it is documented.
    #[serde(default)]
    pub about: String,
    /// The name of its file, if it is a person's own.
    #[serde(skip)]
    pub(crate) own_file: Option<String>,
    /// Names that must all be there for it to be recognised. Of names joined by `|`, one is enough.
    #[serde(default)]
    has: Vec<String>,
    /// The parts that may be the user, the preferred ones first.
    user: Vec<String>,
    time: Vec<String>,
    page: Vec<String>,
    /// For times that are numbers: the part with their origin, and their unit.
    #[serde(default)]
    since: Option<String>,
    /// For times that are numbers: their origin, if it is the same for all.
    #[serde(default)]
    origin: Option<String>,
    #[serde(default)]
    time_unit: Option<String>,
    /// The path to the rows, if they are inside an object or in an array of it.
    #[serde(default)]
    rows_at: Option<String>,
    /// The part whose words say which rows are page views. Of names joined by `|`, the first that is there.
    #[serde(default)]
    pub(super) views: Option<String>,
    /// For each part, the values that mean a page view.
    #[serde(default)]
    pub(super) rows: BTreeMap<String, Vec<String>>,
    /// How it is recognised without a header.
    #[serde(default)]
    headerless: Option<Headerless>,
    /// The files beside its tables.
    #[serde(default)]
    beside: Option<Beside>,
}

/// The files that an export puts beside its tables.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::source) struct Beside {
    /// The file with the header of the tables, which have none themselves.
    pub(in crate::source) header: String,
    /// The lookup lists, without their endings.
    pub(in crate::source) lists: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Headerless {
    /// How many columns there are.
    columns: usize,
    /// For each column, such as `#2`, the kind of its values.
    holds: BTreeMap<String, Holds>,
}

/// The kind of all values of a column that are not empty.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Holds {
    Kind(HeldKind),
    /// One of these words.
    Words(Vec<String>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum HeldKind {
    Time,
    Integer,
    /// A whole number or one capital letter.
    Code,
}

static LAYOUTS: OnceLock<Vec<Layout>> = OnceLock::new();

/// The layouts that are known: a person's own, then those that are bundled.
pub(crate) fn layouts() -> &'static [Layout] {
    LAYOUTS.get_or_init(bundled)
}

/// Makes a person's own layouts known. Has no effect once layouts were asked for.
pub(crate) fn add_layouts(own: Vec<Layout>) {
    let _ = LAYOUTS.set(own.into_iter().chain(bundled()).collect());
}

fn bundled() -> Vec<Layout> {
    let parsed = BUNDLED.iter().map(|text| Layout::parse(text));
    parsed.filter_map(Result::ok).collect()
}

impl Layout {
    /// Reads a layout's file. Errors with the line and what is wrong there: `3: unknown field`.
    pub fn parse(text: &str) -> Result<Layout, String> {
        toml::from_str(text).map_err(|error| {
            let line = line_at(text, error.span().map_or(0, |span| span.start));
            format!("{line}: {}", error.message())
        })
    }

    /// The layout with this name, or in a file of this name, or with the only name that begins so, whatever its case
    /// and punctuation.
    pub fn named(name: &str) -> Option<&'static Layout> {
        let plain = |name: &str| -> String {
            let plain = name.chars().filter(|c| c.is_alphanumeric());
            plain.flat_map(char::to_lowercase).collect()
        };
        let wanted = plain(name);
        let is_in_file = |layout: &Layout| {
            let file = layout.own_file.as_deref();
            file.is_some_and(|file| plain(file) == wanted)
        };
        let mut exactly = layouts().iter();
        let exactly = exactly.find(|layout| plain(&layout.name) == wanted || is_in_file(layout));
        let mut beginning =
            (layouts().iter()).filter(|layout| plain(&layout.name).starts_with(&wanted));
        exactly.or_else(|| {
            let only = beginning.next().filter(|_| !wanted.is_empty())?;
            beginning.next().is_none().then_some(only)
        })
    }

    /// The files beside its tables, if the tables have no header.
    pub(in crate::source) fn beside(&self) -> Option<&Beside> {
        self.beside.as_ref()
    }

    /// The path to the rows, if an object is not a row itself. The layout's names are those of the rows and of the
    /// objects around them.
    pub(in crate::source) fn rows_at(&self) -> Option<&str> {
        self.rows_at.as_deref()
    }

    /// The part that times are counted from.
    pub(super) fn since(&self) -> Option<&str> {
        self.since.as_deref()
    }

    /// The instant that times are counted from, as it is written.
    pub(super) fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// The unit of times that are counted.
    pub(super) fn time_unit(&self) -> Option<TimeUnit> {
        self.time_unit.as_deref().unwrap_or("s").parse().ok()
    }

    /// All names of parts that it asks for.
    pub(in crate::source) fn names(&self) -> impl Iterator<Item = &str> {
        let parts = [&self.user, &self.time, &self.page].into_iter().flatten();
        let parts = parts.chain(&self.since);
        let views = self.views.iter().flat_map(|names| names.split('|'));
        parts
            .map(String::as_str)
            .chain(views)
            .chain(self.rows.keys().map(String::as_str))
    }

    /// The names of the parts that may have a role, the preferred ones first.
    pub(in crate::source) fn parts(&self, role: Role) -> &[String] {
        match role {
            Role::User => &self.user,
            Role::Time => &self.time,
            Role::Page => &self.page,
        }
    }

    /// Whether its rows tell page views from others.
    pub(super) fn tells_views(&self) -> bool {
        self.views.is_some() || !self.rows.is_empty()
    }

    /// The columns by which it is recognised without a header, if it has this many columns.
    pub(super) fn columns_to_look_at(&self, n_columns: usize) -> Option<Vec<usize>> {
        let headerless = self.headerless.as_ref()?;
        let places = headerless.holds.keys().map(|name| names::numbered(name));
        (headerless.columns == n_columns).then(|| places.collect())?
    }

    /// Whether columns without a header hold what they should; the values are in the order of
    /// [`columns_to_look_at`](Self::columns_to_look_at).
    pub(super) fn is_held(&self, values: &[Values]) -> bool {
        let holds = self
            .headerless
            .iter()
            .flat_map(|headerless| headerless.holds.values());
        let is_held = |(holds, values): (&Holds, &Values)| {
            let mut values = values
                .iter()
                .flatten()
                .filter(|value| !value.is_empty())
                .peekable();
            values.peek().is_some() && values.all(|value| holds.holds(value))
        };
        holds.zip(values).all(is_held)
    }
}

impl Holds {
    fn holds(&self, value: &[u8]) -> bool {
        let is_integer = || value.iter().all(u8::is_ascii_digit);
        match self {
            Holds::Words(words) => words.iter().any(|word| word.as_bytes() == value),
            Holds::Kind(HeldKind::Integer) => is_integer(),
            Holds::Kind(HeldKind::Code) => is_integer() || matches!(value, [b'A'..=b'Z']),
            Holds::Kind(HeldKind::Time) => looks_like_time(&String::from_utf8_lossy(value)),
        }
    }
}

/// The bundled layout with these names. If several match, the one that requires most.
pub(in crate::source) fn recognise(parts: &[String]) -> Option<&'static Layout> {
    let known: HashSet<String> = parts.iter().map(|name| names::normalised(name)).collect();
    let is_there = |names: &String| {
        let mut names = names.split('|');
        names.any(|name| known.contains(&names::normalised(name)))
    };
    let fits = |layout: &&Layout| !layout.has.is_empty() && layout.has.iter().all(is_there);
    // If several are equal, the first in the order of their files.
    let fitting = layouts().iter().rev().filter(fits);
    fitting.max_by_key(|layout| (layout.own_file.is_some(), layout.has.len()))
}

/// Which layout an input has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LayoutChoice {
    /// The one whose names it has, if any.
    #[default]
    Recognised,
    /// None.
    None,
    /// This one.
    Given(Arc<Layout>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bundled_file_is_a_layout_and_is_bundled() {
        for text in BUNDLED {
            let layout = Layout::parse(text).unwrap();
            assert!(
                layout.has.is_empty() == layout.headerless.is_some(),
                "{}",
                layout.name
            );
            assert!(layout.about.starts_with("https://"), "{}", layout.name);
        }
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/layouts");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), BUNDLED.len());
        assert_eq!(layouts().len(), BUNDLED.len());
    }

    #[test]
    fn a_layout_is_known_by_the_beginning_of_its_name() {
        assert_eq!(Layout::named("posthog").unwrap().name, "PostHog");
        assert_eq!(Layout::named("goat-counter").unwrap().name, "GoatCounter");
        assert_eq!(Layout::named("snowplow"), None);
        assert_eq!(Layout::named(""), None);
    }

    #[test]
    fn a_layout_is_recognised_by_all_of_its_names() {
        let recognised = |names: &str| {
            let names: Vec<String> = names.split(' ').map(str::to_owned).collect();
            recognise(&names).map(|layout| layout.name.as_str())
        };
        assert_eq!(
            recognised("Date Session Event 2Path FirstVisit Bot"),
            Some("GoatCounter")
        );
        assert_eq!(recognised("Date Session Event 2Path"), None);
        assert_eq!(recognised("user_id timestamp page"), None);
    }

    #[test]
    fn a_wrong_key_is_an_error_that_names_it() {
        let error = Layout::parse(
            "name = \"x\"\nabout = \"y\"\nuser = []\ntime = []\npage = []\nnope = 1\n",
        );
        assert!(error.unwrap_err().contains("nope"));
    }
}
