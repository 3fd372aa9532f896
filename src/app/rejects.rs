//! Writing the rejects of files: all of them, which is more than the notes keep. App floor.

use tui_input::Input;

use crate::app::App;
use crate::app::Effect;
use crate::app::JobKind;
use crate::app::Origin;
use crate::app::Palette;
use crate::app::Popup;
use crate::app::Work;

impl App {
    /// Asks where to.
    pub(super) fn begin_rejects(&mut self) {
        let stem = self.name.split('.').find(|part| !part.is_empty());
        let typed = format!("rejects {}-rejects.csv", stem.unwrap_or("dwell"));
        self.popup = Some(Popup::Palette(Palette {
            input: Input::new(typed),
            ..Palette::default()
        }));
    }

    /// Begins to write them; says why that is impossible.
    pub(super) fn write_rejects(&mut self, path: &str) -> Result<Effect, String> {
        let rejects = self.data.as_ref().map_or(0, |data| data.coverage().rejects);
        let problem = match self.origin {
            _ if path.is_empty() => "name the file: :rejects rejects.csv",
            _ if rejects == 0 => "no row was rejected",
            Origin::Files if self.jobs.of(JobKind::Load).is_some() => {
                "rejects can be written when loading is done"
            }
            Origin::Files => {
                let work = Work::Rejects {
                    path: path.to_owned(),
                    columns: self.chosen.clone(),
                };
                let job = self.jobs.begin(JobKind::Rejects, path.to_owned());
                return Ok(Effect::Begin(job, work));
            }
            _ => {
                "a store knows how many rows were rejected, but not which: open the files themselves"
            }
        };
        Err(problem.to_owned())
    }
}
