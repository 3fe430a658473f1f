//! How many messages a client may send.

use std::time::Duration;

use tokio::time::Instant;

/// How long a message uses up: a client may send 100 a second.
const EACH: Duration = Duration::from_millis(10);
/// How many a client may send at once after a pause.
const AT_ONCE: u32 = 300;

/// How many messages a client may send: a bucket that fills up again at an even pace, told by the moment at which it will be full.
pub struct Allowance(Instant);

impl Allowance {
    /// A full bucket.
    pub fn new(now: Instant) -> Self {
        Self(now)
    }

    /// Takes one message out; false where there is none left.
    pub fn take(&mut self, now: Instant) -> bool {
        self.0 = self.0.max(now) + EACH;
        self.0 - now <= EACH * AT_ONCE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_messages_may_come_at_once_and_then_a_hundred_a_second() {
        let start = Instant::now();
        let mut allowance = Allowance::new(start);
        assert!((0..300).all(|_| allowance.take(start)));
        assert!(!allowance.take(start));
        let later = start + Duration::from_secs(1);
        assert_eq!((0..200).filter(|_| allowance.take(later)).count(), 99);
        let mut allowance = Allowance::new(start);
        assert!((0..10_000).all(|number| allowance.take(start + EACH * number)));
    }
}
