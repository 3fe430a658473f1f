//! How long a request has waited for data sources besides the main database, whatever part of it asked them.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::time::Instant;

/// What one request has waited, and whom it does not ask any more.
#[derive(Debug, Default)]
pub struct Patience(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    stretch: Stretch,
    given_up: Vec<Arc<str>>,
}

/// The time in which at least one question is under way.
#[derive(Debug, Default)]
struct Stretch {
    running: usize,
    since: Option<Instant>,
    before: Duration,
}

impl Stretch {
    fn begin(&mut self, now: Instant) {
        self.running += 1;
        self.since.get_or_insert(now);
    }

    fn end(&mut self, now: Instant) {
        self.running -= 1;
        if self.running == 0 {
            self.before = self.length(now);
            self.since = None;
        }
    }

    fn length(&self, now: Instant) -> Duration {
        self.before + self.since.map(|since| now - since).unwrap_or_default()
    }
}

/// A question under way; it ends when this is dropped.
pub struct Waiting(Arc<Patience>);

impl Patience {
    /// How long at least one question was under way. Those that run at the same time are waited for together.
    pub fn waited(&self) -> Duration {
        self.state().stretch.length(Instant::now())
    }

    /// Notes that a question begins.
    pub fn begin(self: &Arc<Self>) -> Waiting {
        self.state().stretch.begin(Instant::now());
        Waiting(Arc::clone(self))
    }

    /// Notes that a source left the request without an answer.
    pub fn give_up(&self, source: &Arc<str>) {
        self.state().given_up.push(Arc::clone(source));
    }

    /// Whether it has done so.
    pub fn has_given_up(&self, source: &Arc<str>) -> bool {
        self.state().given_up.contains(source)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no panic while holding the state")
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.state().stretch.end(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_at_the_same_time_are_waited_for_together() {
        let (mut stretch, start) = (Stretch::default(), Instant::now());
        let second = |number| start + Duration::from_secs(number);
        stretch.begin(second(0));
        stretch.begin(second(0));
        stretch.end(second(1));
        assert_eq!(stretch.length(second(2)), Duration::from_secs(2));
        stretch.end(second(2));
        assert_eq!(stretch.length(second(7)), Duration::from_secs(2), "between questions nothing is waited for");
        stretch.begin(second(7));
        assert_eq!(stretch.length(second(8)), Duration::from_secs(3));
    }
}
