//! Who waits for a line.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sea_orm::{ConnAcquireErr, DbErr};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// As of a pool whose connections are all in use.
const WAITED_TOO_LONG: DbErr = DbErr::ConnectionAcquire(ConnAcquireErr::Timeout);
/// How long a statement runs before others keep to other lines, if there are any.
const SLOW: Duration = Duration::from_millis(100);

/// The statements of a line.
pub(super) struct Queue {
    turns: Arc<Semaphore>,
    begun: AtomicUsize,
    ended: AtomicUsize,
    opened: Instant,
    /// When the statement in front got there, in milliseconds after `opened`.
    moved: AtomicU64,
}

impl Queue {
    /// A line that takes so many statements at once.
    pub(super) fn taking(depth: usize) -> Arc<Self> {
        let (begun, ended, moved) = Default::default();
        Arc::new(Self { turns: Arc::new(Semaphore::new(depth)), begun, ended, opened: Instant::now(), moved })
    }

    /// Waits until the line takes one more statement, for as long as one waits for a connection of the pool.
    pub(super) async fn turn(self: &Arc<Self>, patience: Duration) -> Result<Turn, DbErr> {
        let permit = match Arc::clone(&self.turns).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => self.wait(patience).await?,
        };
        let before = self.begun.fetch_add(1, Ordering::Relaxed);
        if self.ended.load(Ordering::Relaxed) == before {
            self.move_up();
        }
        Ok(Turn { queue: Arc::clone(self), before, _permit: permit })
    }

    async fn wait(&self, patience: Duration) -> Result<OwnedSemaphorePermit, DbErr> {
        let permit = tokio::time::timeout(patience, Arc::clone(&self.turns).acquire_owned()).await;
        permit.ok().and_then(Result::ok).ok_or(WAITED_TOO_LONG)
    }

    fn move_up(&self) {
        let millis = u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.moved.store(millis, Ordering::Relaxed);
    }

    fn is_held_up(&self) -> bool {
        self.is_busy() && self.opened.elapsed() > Duration::from_millis(self.moved.load(Ordering::Relaxed)) + SLOW
    }

    /// Whether whoever comes now has to wait here.
    fn is_full(&self) -> bool {
        self.turns.available_permits() == 0
    }

    /// Whether there is a statement.
    pub(super) fn is_busy(&self) -> bool {
        self.running() > 0
    }

    fn running(&self) -> usize {
        let ended = self.ended.load(Ordering::Relaxed);
        self.begun.load(Ordering::Relaxed).saturating_sub(ended)
    }
}

/// Which line a request uses, chosen with its first statement and again where that one does not go on.
#[derive(Default)]
pub(in crate::store) struct Choice(AtomicUsize);

impl Choice {
    /// The number of the line: the one that was chosen before, or that with the fewest statements, and rather one whose statements come and go.
    pub(super) fn among<L>(&self, lines: &[L], queue: impl Fn(&L) -> &Queue) -> usize {
        // Lines are counted from 1 here.
        let chosen = self.0.load(Ordering::Relaxed);
        if chosen > 0 && !is_obstructed(queue(&lines[chosen - 1])) {
            return chosen - 1;
        }
        let lines = lines.iter().map(queue).map(|queue| (is_obstructed(queue), queue.running()));
        let least = lines.enumerate().min_by_key(|(_, load)| *load).map_or(0, |(number, _)| number);
        self.0.store(least + 1, Ordering::Relaxed);
        least
    }
}

fn is_obstructed(queue: &Queue) -> bool {
    queue.is_held_up() || queue.is_full()
}

/// The place of a statement, for as long as it runs.
pub(super) struct Turn {
    queue: Arc<Queue>,
    /// How many came before on this line since it was made.
    before: usize,
    _permit: OwnedSemaphorePermit,
}

impl Turn {
    /// Waits for what the statement does, which holds the turn. Whoever is still behind others after this time is refused; a statement that has come to
    /// the front takes what it takes.
    pub(super) async fn wait_for<F, T>(self, patience: Duration, work: impl FnOnce(Self) -> F) -> Result<T, DbErr>
    where
        F: Future<Output = Result<T, DbErr>> + Unpin,
    {
        let (queue, before) = (Arc::clone(&self.queue), self.before);
        let mut work = work(self);
        match tokio::time::timeout(patience, &mut work).await {
            Ok(done) => done,
            Err(_) if queue.ended.load(Ordering::Relaxed) >= before => work.await,
            Err(_) => Err(WAITED_TOO_LONG),
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.queue.ended.fetch_add(1, Ordering::Relaxed);
        self.queue.move_up();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_too_long_is_told_so() {
        let queue = Queue::taking(1);
        let turn = queue.turn(SLOW).await.expect("nobody is before");
        assert!(matches!(queue.turn(SLOW).await, Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))));
        drop(turn);
        assert!(queue.turn(SLOW).await.is_ok());
        assert!(!queue.is_busy());
    }

    #[tokio::test]
    async fn who_is_behind_too_long_is_told_so_and_who_is_in_front_is_not() {
        let queue = Queue::taking(2);
        let slow = async |turn| {
            tokio::time::sleep(SLOW * 2).await;
            drop::<Turn>(turn);
            Ok(())
        };
        let (first, second) = (queue.turn(SLOW).await.expect("room"), queue.turn(SLOW).await.expect("room"));
        let first = first.wait_for(SLOW, |turn| Box::pin(slow(turn)));
        let second = second.wait_for(SLOW, |turn| Box::pin(slow(turn)));
        let (first, second) = tokio::join!(first, second);
        assert!(first.is_ok());
        assert!(matches!(second, Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))));
    }

    #[tokio::test]
    async fn a_slow_statement_does_not_hold_up_those_who_have_a_choice() {
        let lines = [Queue::taking(8), Queue::taking(8)];
        let least_busy = || Choice::default().among(&lines, |line| line);
        let slow = lines[0].turn(SLOW).await;
        let before = Choice::default();
        assert_eq!(before.among(&lines, |line| line), 1);
        let quick = [lines[1].turn(SLOW).await, lines[1].turn(SLOW).await];
        assert_eq!(least_busy(), 0, "the fewest");
        assert_eq!(before.among(&lines, |line| line), 1, "as before");
        tokio::time::sleep(SLOW + Duration::from_millis(20)).await;
        lines[1].move_up();
        assert_eq!(least_busy(), 1, "the first line does not move");
        drop(slow);
        tokio::time::sleep(SLOW + Duration::from_millis(20)).await;
        assert_eq!(before.among(&lines, |line| line), 0, "nor does the second now");
        drop(quick);
        assert_eq!(least_busy(), 0);
    }
}
