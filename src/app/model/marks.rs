//! What a person marked: users and sessions. App floor.
//!
//! A session is known by its user and its start, and is remembered as it was when it was marked. At another gap the pageview
//! that it started with lies in the same session, or in one that begins earlier; what became of it is said, and at the old
//! gap it is as it was.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::ops::Range;

use crate::answers::browse::ListColumn;
use crate::answers::browse::Sort;
use crate::answers::browse::extent::ColumnRoom;
use crate::answers::browse::extent::Extents;
use crate::answers::browse::needle::Needle;
use crate::answers::browse::order::Buffer;
use crate::answers::browse::order::ListOrder;
use crate::app::List;
use crate::engine::cut::Cut;
use crate::engine::dataset::Dataset;
use crate::words::timestamp::Timestamp;

/// A column of the list of marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MarkColumn {
    /// The order in which they were marked.
    Marked,
    /// Who, or whose session.
    User,
    /// When the session started, or the user was first seen.
    Started,
    /// Pageviews of the session as it was marked, or of the user.
    Pageviews,
}

impl ListColumn for MarkColumn {
    const ALL: &'static [MarkColumn] = &[
        MarkColumn::Marked,
        MarkColumn::User,
        MarkColumn::Started,
        MarkColumn::Pageviews,
    ];

    fn name(self) -> &'static str {
        match self {
            MarkColumn::Marked => "marked",
            MarkColumn::User => "user",
            MarkColumn::Started => "started",
            MarkColumn::Pageviews => "views",
        }
    }

    fn largest_first(self) -> bool {
        self == MarkColumn::Pageviews
    }

    fn room(self, extents: &Extents) -> ColumnRoom {
        let name = self.name();
        match self {
            MarkColumn::Marked => ColumnRoom::figure(0, name, 4),
            MarkColumn::User => ColumnRoom::ids(&extents.user, name),
            MarkColumn::Started => ColumnRoom::figure(extents.moment, name, 1),
            MarkColumn::Pageviews => ColumnRoom::count(extents.views_of_user, name, 2),
        }
    }
}

/// A user or a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The user, as in the data.
    pub(crate) user_id: String,
    /// The session as it was marked; `None` where the user was.
    pub(crate) session: Option<MarkedSession>,
    /// The user's index in the pageviews in view, and the row of the session's first pageview or else the user's; `None` if
    /// they are not there.
    pub(crate) place: Option<(u32, usize)>,
}

/// A session as it was when it was marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MarkedSession {
    pub(crate) started_at: Timestamp,
    pub(crate) pageviews: usize,
}

/// What became of a marked session at the gap in view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MarkFate {
    /// It is as it was.
    Same,
    /// So many pageviews more follow.
    Longer(usize),
    /// It is so many sessions.
    Split(usize),
    /// It is a part of the session that starts at this row.
    Joined(usize),
    /// Its pageviews are not among those in view.
    Gone,
}

/// All marks, in the order in which they were made, and the list that shows them.
#[derive(Debug)]
pub(crate) struct MarkList {
    pub(crate) all: Vec<Mark>,
    pub(crate) list: List<MarkColumn>,
    /// Of the pageviews in view: the users, and the first rows of the sessions.
    users: BTreeSet<u32>,
    rows: BTreeSet<usize>,
}

impl Default for MarkList {
    fn default() -> MarkList {
        MarkList {
            all: Vec::new(),
            list: List::sorted_by(MarkColumn::Marked).hiding(MarkColumn::Marked),
            users: BTreeSet::new(),
            rows: BTreeSet::new(),
        }
    }
}

impl MarkList {
    /// Whether a user is marked, by index.
    pub(crate) fn has_user(&self, user: u32) -> bool {
        self.users.contains(&user)
    }

    /// Whether a session that covers these rows is marked, or has become part of it.
    pub(crate) fn has_session(&self, rows: Range<usize>) -> bool {
        self.rows.range(rows).next().is_some()
    }

    /// Marks a user, by index, or takes the mark off; returns whether it is marked now.
    pub(in crate::app) fn toggle_user(&mut self, dataset: &Dataset, user: u32) -> bool {
        let is_this =
            |mark: &Mark| mark.session.is_none() && mark.place.is_some_and(|at| at.0 == user);
        let is_new = self.take_off(is_this) == 0;
        if is_new {
            let row = dataset.rows_of(user as usize).start;
            self.add(Mark {
                user_id: dataset.users().text(user).to_owned(),
                session: None,
                place: Some((user, row)),
            });
        }
        is_new
    }

    /// Marks the session that covers these rows, or takes off the marks within it; returns whether it is marked now.
    pub(in crate::app) fn toggle_session(&mut self, dataset: &Dataset, rows: Range<usize>) -> bool {
        let is_within = |mark: &Mark| {
            let place = mark.place.filter(|_| mark.session.is_some());
            place.is_some_and(|(_, row)| rows.contains(&row))
        };
        let is_new = self.take_off(is_within) == 0;
        if is_new {
            let user = dataset.user_of(rows.start) as u32;
            self.add(Mark {
                user_id: dataset.users().text(user).to_owned(),
                session: Some(MarkedSession {
                    started_at: dataset.at(rows.start),
                    pageviews: rows.len(),
                }),
                place: Some((user, rows.start)),
            });
        }
        is_new
    }

    /// Takes the mark at a place of the list off.
    pub(in crate::app) fn remove(&mut self, place: usize) {
        if place < self.all.len() {
            self.all.remove(place);
            self.renew();
        }
    }

    fn add(&mut self, mark: Mark) {
        self.all.push(mark);
        self.renew();
    }

    fn take_off(&mut self, is_this: impl Fn(&Mark) -> bool) -> usize {
        let before = self.all.len();
        self.all.retain(|mark| !is_this(mark));
        self.renew();
        before - self.all.len()
    }

    fn renew(&mut self) {
        let placed = || self.all.iter().filter_map(|mark| Some((mark, mark.place?)));
        let users = placed().filter(|(mark, _)| mark.session.is_none());
        self.users = users.map(|(_, (user, _))| user).collect();
        let sessions = placed().filter(|(mark, _)| mark.session.is_some());
        self.rows = sessions.map(|(_, (_, row))| row).collect();
        self.list.stale = true;
    }

    /// Looks for what is marked in other pageviews.
    pub(in crate::app) fn rebase(&mut self, dataset: &Dataset) {
        let mut wanted: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (n, mark) in self.all.iter_mut().enumerate() {
            mark.place = None;
            wanted.entry(mark.user_id.clone()).or_default().push(n);
        }
        if !wanted.is_empty() {
            for (user, id) in (0..).zip(dataset.users().iter()) {
                for &n in wanted.get(id).into_iter().flatten() {
                    let mark = &mut self.all[n];
                    mark.place = place_of(dataset, user, mark.session);
                }
            }
        }
        self.renew();
        self.list.forget();
    }

    /// What became of the session of a mark; `None` for a user.
    pub(crate) fn fate(mark: &Mark, cut: &Cut) -> Option<MarkFate> {
        let marked = mark.session?;
        let Some((user, row)) = mark.place else {
            return Some(MarkFate::Gone);
        };
        let sessions = cut.sessions();
        let now = sessions.rows_of(sessions.containing(row));
        let of_user = cut.dataset().rows_of(user as usize);
        let was = row..(row + marked.pageviews).min(of_user.end);
        Some(match () {
            _ if now.start < row => MarkFate::Joined(now.start),
            _ if now.end > was.end => MarkFate::Longer(now.end - was.end),
            _ if now.end < was.end => MarkFate::Split(sessions.within(was).len()),
            _ => MarkFate::Same,
        })
    }

    /// Brings the list in line with what is marked.
    pub(in crate::app) fn settle(&mut self, dataset: &Dataset, height: usize) {
        if self.list.stale {
            let selected = self.list.selected();
            let (sort, all) = (self.list.sort, &self.all);
            let needle = Needle::new(&self.list.typed);
            self.list
                .reorder(|buffer| order(dataset, all, sort, &needle, buffer));
            self.list.follow(selected);
        }
        self.list.show(height);
    }

    /// Users and sessions that are marked, as the sessions at the gap in view, ascending; and the users alone if no session
    /// is.
    pub(in crate::app) fn chosen(&self, cut: &Cut) -> MarkedChoice {
        if self.rows.is_empty() {
            return MarkedChoice::Users(self.users.iter().copied().collect());
        }
        let mut sessions: BTreeSet<u32> = BTreeSet::new();
        for &row in &self.rows {
            sessions.insert(cut.sessions().containing(row) as u32);
        }
        for &user in &self.users {
            let of_user = cut.sessions().within(cut.dataset().rows_of(user as usize));
            sessions.extend(of_user.map(|session| session as u32));
        }
        MarkedChoice::Sessions(sessions.into_iter().collect())
    }
}

/// What is marked of the pageviews in view, by index, ascending.
pub(in crate::app) enum MarkedChoice {
    Users(Vec<u32>),
    Sessions(Vec<u32>),
}

/// A user of the pageviews in view, and the row of the session's first pageview or else the user's.
fn place_of(dataset: &Dataset, user: u32, session: Option<MarkedSession>) -> Option<(u32, usize)> {
    let rows = dataset.rows_of(user as usize);
    let Some(session) = session else {
        return Some((user, rows.start));
    };
    let started_us = session.started_at.as_us();
    let at = &dataset.at_us()[rows.clone()];
    let before = at.partition_point(|&at| at < started_us);
    (at.get(before) == Some(&started_us)).then_some((user, rows.start + before))
}

fn order(
    dataset: &Dataset,
    all: &[Mark],
    sort: Sort<MarkColumn>,
    needle: &Needle,
    buffer: Buffer,
) -> ListOrder {
    let mut by_user: Vec<usize> = (0..all.len()).collect();
    by_user.sort_by_key(|&place| &all[place].user_id);
    let mut rank = vec![0; all.len()];
    for (n, &place) in by_user.iter().enumerate() {
        rank[place] = n as u64;
    }
    let key = |place: usize| {
        let mark = &all[place];
        let row = mark.place.map(|(_, row)| row);
        match sort.column {
            MarkColumn::Marked => place as u64,
            MarkColumn::User => rank[place],
            MarkColumn::Started => row.map_or(0, |row| dataset.at_us()[row] as u64 ^ (1 << 63)),
            MarkColumn::Pageviews => match (mark.session, mark.place) {
                (Some(session), _) => session.pageviews as u64,
                (None, Some((user, _))) => dataset.rows_of(user as usize).len() as u64,
                (None, None) => 0,
            },
        }
    };
    ListOrder::sorted(buffer, all.len(), all.len().max(1), |places, rows| {
        let found = places.filter(|&place| needle.is_in(&all[place].user_id));
        found.for_each(|place| rows.push(sort.key(key(place)), place as u32));
    })
}
