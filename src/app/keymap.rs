//! The keys: one table, from which come their effect, the footer, the help and the palette. App floor.
//!
//! A person may give commands other keys; then all of these follow.

use std::borrow::Cow;

use crossterm::event::KeyCode;
use crossterm::event::KeyModifiers;

use crate::app::Command;
use crate::app::Panel;
use crate::app::key_press::KeyPress;

const fn key(c: char) -> KeyPress {
    KeyPress(KeyCode::Char(c), KeyModifiers::NONE)
}

const fn ctrl(c: char) -> KeyPress {
    KeyPress(KeyCode::Char(c), KeyModifiers::CONTROL)
}

const fn code(code: KeyCode) -> KeyPress {
    KeyPress(code, KeyModifiers::NONE)
}

/// Under which heading the help lists a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyGroup {
    /// Getting about in a list.
    Move,
    /// Getting from list to list.
    Go,
    /// The inactivity gap.
    Gap,
    /// Finding and ordering.
    List,
    /// Saying which column is what.
    Columns,
    /// The rest.
    More,
}

impl KeyGroup {
    /// The groups in the order of the help.
    pub(crate) const ALL: [KeyGroup; 6] = [
        KeyGroup::Move,
        KeyGroup::Go,
        KeyGroup::Columns,
        KeyGroup::Gap,
        KeyGroup::List,
        KeyGroup::More,
    ];

    /// The heading.
    pub(crate) fn heading(self) -> &'static str {
        match self {
            KeyGroup::Move => "Move",
            KeyGroup::Go => "Go",
            KeyGroup::Gap => "The gap",
            KeyGroup::List => "Find, sort, take",
            KeyGroup::Columns => "The columns of a file",
            KeyGroup::More => "More",
        }
    }
}

/// A row of the table.
#[derive(Clone, Debug)]
pub(crate) struct Binding {
    /// The keys, the most telling first.
    pub keys: Cow<'static, [KeyPress]>,
    /// The heading it belongs under.
    pub group: KeyGroup,
    /// Its name in the palette.
    pub name: &'static str,
    /// What it does, for the help.
    pub words: &'static str,
    pub(crate) command: Command,
    /// The panel in which alone it acts.
    only_in: Option<Panel>,
}

const fn bind(
    group: KeyGroup,
    keys: &'static [KeyPress],
    command: Command,
    name: &'static str,
    words: &'static str,
) -> Binding {
    Binding {
        keys: Cow::Borrowed(keys),
        group,
        name,
        words,
        command,
        only_in: None,
    }
}

impl Binding {
    const fn only_in(mut self, panel: Panel) -> Binding {
        self.only_in = Some(panel);
        self
    }

    /// Its name in the configuration: `page-up`.
    pub(crate) fn id(&self) -> String {
        let words = self.name.split(|c: char| !c.is_ascii_alphanumeric());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        words.join("-")
    }

    /// The keys as text: `↑ k`.
    pub(crate) fn keys_text(&self) -> String {
        let keys: Vec<String> = self.keys.iter().map(KeyPress::to_string).collect();
        keys.join(" ")
    }

    pub(crate) fn acts_in(&self, panel: Panel) -> bool {
        self.only_in.is_none_or(|only| only == panel)
    }
}

/// The whole table, in the order of the help, with the keys as they are by default.
pub(crate) fn bindings() -> &'static [Binding] {
    &BINDINGS
}

/// The table with the keys that a person wants.
#[derive(Clone, Debug)]
pub(crate) struct Keymap(Vec<Binding>);

impl Default for Keymap {
    fn default() -> Keymap {
        Keymap(BINDINGS.to_vec())
    }
}

use KeyGroup::Columns;
use KeyGroup::Gap;
use KeyGroup::Go;
use KeyGroup::List;
use KeyGroup::More;
use KeyGroup::Move;

#[rustfmt::skip]
static BINDINGS: [Binding; 68] = [
    bind(Move, &[code(KeyCode::Up), key('k')], Command::Up, "up", "up"),
    bind(Move, &[code(KeyCode::Down), key('j')], Command::Down, "down", "down"),
    bind(Move, &[code(KeyCode::PageUp), ctrl('b')], Command::PageUp, "page up", "a page up"),
    bind(Move, &[code(KeyCode::PageDown), ctrl('f')], Command::PageDown, "page down", "a page down"),
    bind(Move, &[ctrl('u')], Command::HalfUp, "half page up", "half a page up"),
    bind(Move, &[ctrl('d')], Command::HalfDown, "half page down", "half a page down"),
    bind(Move, &[key('g'), code(KeyCode::Home)], Command::First, "first", "to the first row"),
    bind(Move, &[key('G'), code(KeyCode::End)], Command::Last, "last", "to the last row; :120 to row 120"),
    bind(Go, &[code(KeyCode::Enter), key('l'), code(KeyCode::Right)], Command::Open, "open", "open what is selected"),
    bind(Go, &[code(KeyCode::Esc)], Command::Back, "back", "undo the filter typed last, or go back"),
    bind(Go, &[key('h'), code(KeyCode::Left)], Command::Out, "out", "go back, filter kept"),
    bind(Go, &[code(KeyCode::Tab)], Command::NextPanel, "next panel", "to the next panel"),
    bind(Go, &[code(KeyCode::BackTab)], Command::PreviousPanel, "previous panel", "to the panel before"),
    bind(Go, &[key('1')], Command::ShowUsers, "users", "users, their sessions, a timeline"),
    bind(Go, &[key('2')], Command::ShowSessions, "sessions", "all sessions"),
    bind(Go, &[key('3')], Command::ShowPages, "pages", "all pages"),
    bind(Go, &[key('4')], Command::ShowGap, "gap study", "pauses and sessions by gap"),
    bind(Go, &[key('5')], Command::ShowCalendar, "calendar", "sessions by day, weekday and hour"),
    bind(Go, &[key('z')], Command::ZoomIn, "zoom in", "zoom the lifeline in"),
    bind(Go, &[key('Z')], Command::ZoomOut, "zoom out", "zoom the lifeline out"),
    bind(Go, &[key('h'), code(KeyCode::Left)], Command::PreviousSession, "previous session", "on the lifeline: to the session before").only_in(Panel::Lifeline),
    bind(Go, &[key('l'), code(KeyCode::Right)], Command::NextSession, "next session", "on the lifeline: to the next session").only_in(Panel::Lifeline),
    bind(Go, &[key('h'), code(KeyCode::Left)], Command::PreviousColumn, "week before", "in the calendar: a week back").only_in(Panel::Days),
    bind(Go, &[key('l'), code(KeyCode::Right)], Command::NextColumn, "week after", "in the calendar: a week on").only_in(Panel::Days),
    bind(Go, &[key('h'), code(KeyCode::Left)], Command::PreviousColumn, "hour before", "by weekday and hour: an hour back").only_in(Panel::Hours),
    bind(Go, &[key('l'), code(KeyCode::Right)], Command::NextColumn, "hour after", "by weekday and hour: an hour on").only_in(Panel::Hours),
    bind(List, &[key('t')], Command::TurnFigure, "figure", "calendar: sessions, bounce rate, median duration"),
    bind(List, &[key('c')], Command::BreakDown, "break down", "pages: by each carried column in turn"),
    bind(Go, &[key('f')], Command::Maximise, "full screen", "this panel over the whole screen, and back"),
    bind(Go, &[key('[')], Command::ScrollLeft, "scroll left", "scroll cut texts back to their beginning"),
    bind(Go, &[key(']')], Command::ScrollRight, "scroll right", "scroll cut texts on to their end"),
    bind(Columns, &[key('I')], Command::Inspect, "inspect", "pick the columns of user, time and page"),
    bind(Columns, &[key('u')], Command::PutUser, "user column", "in the picker: this column is the user").only_in(Panel::Columns),
    bind(Columns, &[key('t')], Command::PutTime, "time column", "in the picker: this column is the time").only_in(Panel::Columns),
    bind(Columns, &[key('p')], Command::PutPage, "page column", "in the picker: this column is the page").only_in(Panel::Columns),
    bind(Columns, &[key('U')], Command::AddUser, "user column too", "in the picker: the user where that is empty").only_in(Panel::Columns),
    bind(Columns, &[key('T')], Command::AddTime, "time column too", "in the picker: the time beside the date").only_in(Panel::Columns),
    bind(Columns, &[code(KeyCode::Enter)], Command::TakeColumns, "take columns", "in the picker: load with these columns").only_in(Panel::Columns),
    bind(Gap, &[key('+'), key('=')], Command::Longer, "longer gap", "the next longer gap: 1m 5m 10m ... 4h ..."),
    bind(Gap, &[key('-'), key('_')], Command::Shorter, "shorter gap", "the next shorter gap"),
    bind(Gap, &[key('>'), key('.')], Command::Nudge, "lengthen gap by 1 %", "1 % longer; :gap 37m for exactly that"),
    bind(Gap, &[key('<'), key(',')], Command::NudgeBack, "shorten gap by 1 %", "1 % shorter"),
    bind(Gap, &[key('w')], Command::Save, "save gap", "save the gap in the store"),
    bind(Gap, &[key('r')], Command::Reset, "reset gap", "back to the saved gap"),
    bind(Gap, &[key('v')], Command::Suggested, "gap to keep", "the gap that the study says to keep"),
    bind(Gap, &[key('p')], Command::Pin, "pin gap", "pin the gap to compare with; :compare 1h"),
    bind(Gap, &[key('d')], Command::ShowDiffering, "differing sessions", "sessions that the pinned gap joins or splits"),
    bind(Gap, &[key('L')], Command::CountScale, "logarithmic counts", "pauses on a logarithmic scale, and back"),
    bind(List, &[key('/')], Command::Filter, "filter", "filter a list, find in a timeline"),
    bind(List, &[key('x')], Command::RemoveFilter, "remove filter", "take a condition of the filter away"),
    bind(List, &[key('n')], Command::FindNext, "find next", "to the next match, or seam of the pinned gap"),
    bind(List, &[key('N')], Command::FindPrevious, "find previous", "to the one before"),
    bind(List, &[key('s')], Command::Sort, "sort", "sort by a column"),
    bind(List, &[key('S')], Command::Reverse, "reverse", "reverse the sort"),
    bind(List, &[key('m')], Command::Mark, "mark", "mark a user or a session, and unmark it"),
    bind(List, &[key('M')], Command::ShowMarked, "marked", "what is marked, and what became of it at this gap"),
    bind(List, &[key('C')], Command::ShownColumns, "columns", "choose and order the columns of a list"),
    bind(List, &[key('e')], Command::Export, "export", "export to a file"),
    bind(List, &[key('y')], Command::Copy, "copy", "copy what is selected"),
    bind(More, &[key(':')], Command::Palette, "commands", "commands, such as :at 2020-02-02 12:55"),
    bind(More, &[key('?'), code(KeyCode::F(1))], Command::Help, "help", "this help"),
    bind(More, &[code(KeyCode::F(2))], Command::Mouse, "mouse", "mouse on, off: click, wheel, drag the gap"),
    bind(More, &[key('i')], Command::Notes, "notes", "what the figures rest on: notes and rejects"),
    bind(More, &[key('R')], Command::Reload, "reload", "load everything again"),
    bind(More, &[key(' ')], Command::Pause, "pause", "hold what is followed still, and let it go on"),
    bind(More, &[ctrl('l')], Command::Redraw, "redraw", "draw the screen anew"),
    bind(More, &[ctrl('z')], Command::Suspend, "suspend", "to the shell; fg comes back"),
    bind(More, &[key('q')], Command::Quit, "quit", "go back, at last quit; Ctrl-C quits at once"),
];

impl Keymap {
    /// The whole table, in the order of the help.
    pub(crate) fn bindings(&self) -> &[Binding] {
        &self.0
    }

    /// Gives the binding of this id these keys in place of those that it has.
    pub(crate) fn rebind(&mut self, id: &str, keys: Vec<KeyPress>) {
        if let Some(binding) = self.0.iter_mut().find(|binding| binding.id() == id) {
            binding.keys = Cow::Owned(keys);
        }
    }

    /// A key of two bindings that act in the same panels. A key of one panel alone may have another meaning elsewhere.
    pub(crate) fn conflict(&self) -> Option<(KeyPress, [&Binding; 2])> {
        self.0.iter().enumerate().find_map(|(n, one)| {
            let others = self.0[n + 1..].iter();
            let mut others = others.filter(|other| other.only_in == one.only_in);
            others.find_map(|other| {
                let key = one.keys.iter().find(|key| other.keys.contains(key))?;
                Some((*key, [one, other]))
            })
        })
    }

    /// The command of a key in a panel; one for that panel alone goes before one for all.
    pub(crate) fn command_of(&self, key: KeyPress, panel: Panel) -> Option<Command> {
        self.0
            .iter()
            .filter(|binding| binding.acts_in(panel) && binding.keys.contains(&key))
            .max_by_key(|binding| binding.only_in.is_some())
            .map(|binding| binding.command)
    }

    /// The key to press for a command, as a sentence names it; `:reload` of one that has none.
    pub(crate) fn key(&self, command: Command) -> String {
        let binding = self.0.iter().find(|binding| binding.command == command);
        binding.map_or(String::new(), |binding| match binding.keys.first() {
            Some(key) => key.to_string(),
            None => format!(":{}", binding.name),
        })
    }
}

/// What the footer says of one or two keys.
#[derive(Clone, Debug)]
pub(crate) struct KeyHint {
    /// The keys, and what each does.
    pub(crate) keys: Vec<(String, Command)>,
    /// The word for all of them.
    pub(crate) word: &'static str,
}

/// First keys and a word for what the footer may mention in a panel, the most needed first.
pub(crate) fn hints(keymap: &Keymap, panel: Panel) -> impl Iterator<Item = KeyHint> {
    use Command as C;
    const HINTS: [(&[Command], &str); 23] = [
        (&[C::Up, C::Down], "move"),
        (&[C::PreviousSession, C::NextSession], "session"),
        (&[C::PreviousColumn, C::NextColumn], "column"),
        (&[C::TurnFigure], "figure"),
        (&[C::ZoomIn, C::ZoomOut], "zoom"),
        (&[C::PutUser], "user"),
        (&[C::PutTime], "time"),
        (&[C::PutPage], "page"),
        (&[C::TakeColumns], "load"),
        (&[C::Open], "open"),
        (&[C::Back], "back"),
        (&[C::Filter], "filter"),
        (&[C::Sort], "sort"),
        (&[C::BreakDown], "break down"),
        (&[C::Longer, C::Shorter], "gap"),
        (&[C::Save], "save"),
        (&[C::Export], "export"),
        (&[C::ShowUsers], "users"),
        (&[C::ShowSessions], "sessions"),
        (&[C::ShowPages], "pages"),
        (&[C::ShowGap], "pauses"),
        (&[C::ShowCalendar], "calendar"),
        (&[C::Palette], "commands"),
    ];
    let is_columns = panel == Panel::Columns;
    let apt = move |command: &Command| match command {
        C::Open
        | C::Longer
        | C::Shorter
        | C::Save
        | C::Export
        | C::ShowUsers
        | C::ShowSessions
        | C::ShowPages
        | C::ShowGap
        | C::ShowCalendar
            if is_columns =>
        {
            false
        }
        C::TurnFigure => matches!(panel, Panel::Days | Panel::Hours),
        C::BreakDown => panel == Panel::Pages,
        C::Filter => !matches!(
            panel,
            Panel::Ladder | Panel::SessionsOfPage | Panel::Days | Panel::Hours
        ),
        C::Sort => !matches!(
            panel,
            Panel::Ladder
                | Panel::Timeline
                | Panel::Lifeline
                | Panel::SessionsOfPage
                | Panel::Days
                | Panel::Hours
        ),
        C::Open => !matches!(panel, Panel::Ladder | Panel::Timeline),
        C::Back => panel != Panel::Users,
        C::ZoomIn => panel == Panel::Lifeline,
        C::ShowUsers => panel != Panel::Users,
        C::ShowSessions => panel != Panel::AllSessions,
        C::ShowGap => panel != Panel::Ladder,
        C::ShowPages => panel != Panel::Pages,
        C::ShowCalendar => !matches!(panel, Panel::Days | Panel::Hours),
        _ => true,
    };
    let of = move |command: &Command| {
        let mut bindings = keymap.bindings().iter();
        let binding =
            bindings.find(|binding| binding.command == *command && binding.acts_in(panel))?;
        Some((binding.keys.first()?.to_string(), *command))
    };
    HINTS
        .into_iter()
        .filter(move |(commands, _)| commands.iter().all(apt))
        .filter_map(move |(commands, word)| {
            let keys: Option<Vec<(String, Command)>> = commands.iter().map(of).collect();
            Some(KeyHint { keys: keys?, word })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_of_the_manual_are_those_of_the_keymap() {
        let manual = include_str!("../../docs/explorer.md");
        let rows: String = bindings()
            .iter()
            .map(|binding| format!("| {} | {} |\n", binding.keys_text(), binding.words))
            .collect();
        assert!(manual.contains(&rows), "docs/explorer.md lacks\n{rows}");
    }

    #[test]
    fn no_key_means_two_things_in_one_panel() {
        assert!(Keymap::default().conflict().is_none());
        let mut keymap = Keymap::default();
        keymap.rebind("copy", vec![key('e')]);
        let (shared, bindings) = keymap.conflict().unwrap();
        assert_eq!(shared, key('e'));
        assert_eq!(bindings.map(|binding| binding.name), ["export", "copy"]);
    }

    #[test]
    fn a_command_without_a_key_is_named_as_it_is_typed() {
        let mut keymap = Keymap::default();
        assert_eq!(keymap.key(Command::Reload), "R");
        keymap.rebind("reload", Vec::new());
        assert_eq!(keymap.key(Command::Reload), ":reload");
    }

    #[test]
    fn names_are_distinct_in_the_palette_and_in_the_configuration() {
        for name in [|binding: &Binding| binding.name.to_owned(), Binding::id] {
            let mut names: Vec<String> = bindings().iter().map(name).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), bindings().len());
        }
    }
}
