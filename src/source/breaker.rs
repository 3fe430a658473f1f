//! Not asking a source that is down: after some failures in a row it is left alone for a moment, and then one question tries again.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

/// How many failures in a row it takes.
const FAILURES: u32 = 5;
/// How long a source is left alone. Together with one attempt that stays below ten seconds.
const PAUSE: Duration = Duration::from_secs(5);

/// What the last questions to a source came to.
#[derive(Debug, Default)]
pub struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// When the source may be asked again, if it is left alone.
    pause_ends: Option<Instant>,
}

impl Breaker {
    /// Whether the source may be asked. Of those who come when the pause ends only the first may: the others wait for what it finds.
    pub fn permits(&self, now: Instant) -> bool {
        let mut state = self.state();
        match state.pause_ends {
            Some(end) if now < end => false,
            Some(_) => {
                state.pause_ends = Some(now + PAUSE);
                true
            }
            None => true,
        }
    }

    /// Notes an answer.
    pub fn succeeded(&self) {
        *self.state() = State::default();
    }

    /// Notes that there was none.
    pub fn failed(&self, now: Instant) {
        let mut state = self.state();
        state.failures = state.failures.saturating_add(1);
        if state.failures >= FAILURES {
            state.pause_ends = Some(now + PAUSE);
        }
    }

    /// Notes that the source was not needed for an answer after all: another question may try.
    pub fn was_not_asked(&self, now: Instant) {
        if let Some(end) = &mut self.state().pause_ends {
            *end = now;
        }
    }

    /// Whether the last question had no answer.
    pub fn is_failing(&self) -> bool {
        self.state().failures > 0
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().expect("no panic while holding the state")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn down_since(now: Instant) -> Breaker {
        let breaker = Breaker::default();
        for _ in 0..FAILURES {
            assert!(breaker.permits(now));
            breaker.failed(now);
        }
        breaker
    }

    #[test]
    fn a_source_is_left_alone_after_failures_in_a_row() {
        let now = Instant::now();
        let breaker = down_since(now);
        assert!(breaker.is_failing());
        assert!(!breaker.permits(now));
        assert!(!breaker.permits(now + PAUSE / 2));
    }

    #[test]
    fn an_answer_in_between_begins_the_count_anew() {
        let (breaker, now) = (Breaker::default(), Instant::now());
        for round in 0..FAILURES * 3 {
            breaker.failed(now);
            if round % 2 == 0 {
                breaker.succeeded();
            }
        }
        assert!(breaker.permits(now));
    }

    #[test]
    fn after_the_pause_one_tries_and_its_answer_opens_the_way() {
        let now = Instant::now();
        let (breaker, later) = (down_since(now), now + PAUSE);
        assert!(breaker.permits(later));
        assert!(!breaker.permits(later), "a second one does not try at the same time");
        breaker.succeeded();
        assert!(breaker.permits(later) && !breaker.is_failing());
    }

    #[test]
    fn a_question_that_was_answered_without_the_source_lets_another_try() {
        let now = Instant::now();
        let (breaker, later) = (down_since(now), now + PAUSE);
        assert!(breaker.permits(later));
        breaker.was_not_asked(later);
        assert!(breaker.is_failing() && breaker.permits(later));
    }

    #[test]
    fn a_failure_after_the_pause_begins_another_one() {
        let now = Instant::now();
        let (breaker, later) = (down_since(now), now + PAUSE);
        assert!(breaker.permits(later));
        breaker.failed(later);
        assert!(!breaker.permits(later + PAUSE / 2));
        assert!(breaker.permits(later + PAUSE));
    }
}
