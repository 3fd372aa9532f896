//! Seeing more of what is cut: one panel over the whole screen, and texts scrolled sideways. App floor.

use crate::app::App;
use crate::app::Command;
use crate::words::figure::counted;

impl App {
    /// Lets the panel with the keys fill the screen, or shows all panels again.
    pub(super) fn maximise(&mut self) {
        if !self.is_maximised && self.panels().len() == 1 {
            self.message = Some("this panel fills the screen already".to_owned());
            return;
        }
        self.is_maximised = !self.is_maximised;
        if self.is_maximised {
            let key = self.key_of(Command::Maximise);
            self.message = Some(format!("{key} shows the other panels again"));
        }
    }

    /// Scrolls texts that are cut, to the right or back.
    pub(super) fn scroll_sideways(&mut self, to_right: bool) {
        /// Columns of a step: a word or two.
        const STEP: u16 = 10;
        let extents = self.data.as_ref().map(|data| &data.extents);
        let widest = extents.map_or(0, |extents| {
            let prefix = extents.page.prefix.len() as u16;
            extents.user.wide.max(extents.page.wide + prefix)
        });
        // The detail line has several of them.
        let most = widest.saturating_mul(3).max(self.size.0);
        let before = self.sideways;
        self.sideways = match to_right {
            true => before.saturating_add(STEP).min(most),
            false => before.saturating_sub(STEP),
        };
        // Where nothing is cut nothing else tells that the key was heard.
        self.message = Some(match self.sideways {
            0 => "texts are seen from their beginning; ] scrolls on".to_owned(),
            now if now == before => "texts are seen to their end; [ scrolls back".to_owned(),
            now => format!(
                "texts that are cut are scrolled by {}; [ ] scroll",
                counted(u64::from(now), "column")
            ),
        });
    }
}
