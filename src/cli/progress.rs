//! Bars for commands that take long. They are on standard error, and only where that is a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often a bar is drawn anew, so that its time goes on within a long step.
const DRAWN_EVERY: Duration = Duration::from_millis(200);

/// A bar, which is there until it ends.
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar without length yet; one that nobody sees where it shall be quiet, or standard error is no terminal.
    pub fn new(is_quiet: bool) -> Self {
        if is_quiet || ProgressDrawTarget::stderr().is_hidden() {
            return Self(ProgressBar::hidden());
        }
        let style = ProgressStyle::with_template("{msg:20} {wide_bar} {pos}/{len} {elapsed}");
        Self(ProgressBar::no_length().with_style(style.expect("the template is right")))
    }

    /// Whether anybody sees it.
    pub fn is_visible(&self) -> bool {
        !self.0.is_hidden()
    }

    /// Shows how far a phase is.
    pub fn show(&self, phase: &'static str, done: usize, total: usize) {
        let is_first = self.0.length().is_none();
        self.0.set_length(total as u64);
        self.0.set_position(done as u64);
        self.0.set_message(phase);
        if is_first {
            self.0.enable_steady_tick(DRAWN_EVERY);
        }
    }

    /// Takes it away.
    pub fn end(self) {
        self.0.finish_and_clear();
    }
}
