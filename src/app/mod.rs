//! App floor: the explorer as one model, and everything that can happen to it.
//!
//! Pure: [`update()`] takes an action, changes the model and may ask for an effect; someone else carries
//! it out. Knows no thread, clock, file or database, and draws nothing.

mod arrange;
mod columns;
mod command;
mod counts;
mod detail;
mod export;
mod focus;
mod gap;
mod hear;
mod help;
mod keep;
mod keymap;
mod marks;
mod model;
mod mouse;
mod moves;
mod navigate;
mod notes;
mod palette;
mod panels;
mod prompt;
mod rejects;
mod shown_columns;
mod sideways;
mod tables;
mod update;

pub(crate) use arrange::SMALLEST;
pub(crate) use arrange::share_out;
pub(crate) use keymap::Binding;
pub(crate) use keymap::KeyGroup;
pub(crate) use keymap::KeyHint;
pub(crate) use keymap::bindings;
pub(crate) use model::action::Action;
pub(crate) use model::action::Answer;
pub(crate) use model::action::Effect;
pub(crate) use model::action::Origin;
pub(crate) use model::action::Start;
pub(crate) use model::action::TerminalTraits;
pub(crate) use model::action::Theme;
pub(crate) use model::action::Work;
pub(crate) use model::job::JobId;
pub(crate) use model::job::JobKind;
pub(crate) use model::job::JobProgress;
pub(crate) use model::loaded::Loaded;
pub(crate) use update::update;

pub(crate) use command::Command;
pub(crate) use help::help_columns;
pub(crate) use help::help_lines;
pub(crate) use help::reading_height;
pub(crate) use keymap::hints;
pub(crate) use model::columns::TrialStage;
pub(crate) use model::data::Data;
pub(crate) use model::dialog::Dialog;
pub(crate) use model::dialog::DialogField;
pub(crate) use model::dialog::ExportChoice;
pub(crate) use model::dialog::ExportStage;
pub(crate) use model::dialog::FORMATS as EXPORT_FORMATS;
pub(crate) use model::dialog::ScreenTable;
pub(crate) use model::dialog::TableOffer;
pub(crate) use model::job::Job;
pub(crate) use model::job::Jobs;
pub(crate) use model::layout::ScreenLayout;
pub(crate) use model::layout::columns_and_trial;
pub(crate) use model::layout::inside;
pub(crate) use model::layout::list_body;
pub(crate) use model::layout::middle;
pub(crate) use model::layout::timeline_body;
pub(crate) use model::list::List;
pub(crate) use model::list::Listed;
pub(crate) use model::palette::Palette;
pub(crate) use model::palette::WITH_VALUE;
pub(crate) use model::palette::entries as palette_entries;
pub(crate) use model::panel::Panel;
pub(crate) use model::panel::Screen;
pub(crate) use model::prompt::Prompt;
pub(crate) use model::target::Target;
pub(crate) use model::target::Targets;
pub(crate) use model::trail::Trail;
pub(crate) use model::trail::TrailLine;
pub(crate) use notes::notes_width;

pub(crate) use model::calendar::GridRoom;
pub(crate) use model::calendar::WEEKDAY_NAMES;
pub(crate) use model::calendar::WEEKDAYS;
pub(crate) use model::marks::Mark;
pub(crate) use model::marks::MarkColumn;
pub(crate) use model::marks::MarkFate;
pub(crate) use model::marks::MarkList;
pub(crate) use model::page::SessionsOfPage;

pub(crate) use model::app::App;
pub(crate) use model::app::Popup;
