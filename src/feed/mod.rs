//! What is new in the database, for those who subscribe: one task follows the two tables that tell of it, and only while somebody listens.
//! Whether a subscriber may see an event is not asked here.

pub mod cursor;
pub mod event;
mod follower;
mod gap;
pub mod watch;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use tokio::sync::broadcast::{self, Receiver, WeakSender};

use crate::error::Result;
use crate::store::feed::PAGE;
use crate::store::statement::Usage;
use crate::store::{Database, Store};

use event::{Event, Log, change_events, ticket_events};
use follower::Follower;
use gap::Place;

/// How many batches a subscriber may be behind before they are dropped.
const BATCHES: usize = 256;

/// Events that were found together.
#[derive(Debug)]
pub struct Batch {
    /// A number that no other batch of this process has: what is found out of its events can be shared under it.
    pub moment: u64,
    /// The events in order.
    pub events: Vec<Event>,
}

/// What is new in the database of this server.
pub struct Feed {
    shared: Arc<Shared>,
    /// Held while the follower is being started.
    starting: tokio::sync::Mutex<()>,
}

/// What the follower shares with those who subscribe.
struct Shared {
    store: Store,
    usage: Arc<Usage>,
    live: Mutex<Option<Live>>,
    /// The number of the last batch.
    moments: AtomicU64,
}

/// A running follower.
struct Live {
    sender: WeakSender<Arc<Batch>>,
    heads: Heads,
}

/// How far the follower has told of the tables.
#[derive(Clone, Copy, Debug)]
pub struct Heads {
    changes: i64,
    history: i64,
    /// Up to here nothing of the history is missing.
    floor: i64,
}

/// What a subscriber listens to.
pub struct Subscription {
    /// The batches from now on.
    pub batches: Receiver<Arc<Batch>>,
    /// Where they begin.
    pub heads: Heads,
}

/// Some events of the past.
pub struct Past {
    /// The events.
    pub batch: Batch,
    /// Where to go on; `None` where the present was reached.
    pub next: Option<i64>,
}

impl Shared {
    fn live(&self) -> MutexGuard<'_, Option<Live>> {
        self.live.lock().expect("no panic while holding the follower")
    }

    fn join(&self) -> Option<Subscription> {
        let live = self.live();
        let live = live.as_ref()?;
        Some(Subscription { batches: live.sender.upgrade()?.subscribe(), heads: live.heads })
    }

    /// Events that were found just now.
    fn batch(&self, events: Vec<Event>) -> Batch {
        Batch { moment: self.moments.fetch_add(1, Ordering::Relaxed) + 1, events }
    }
}

impl Feed {
    /// The feed of a database; nothing is read yet.
    pub fn new(database: Arc<Database>) -> Self {
        let usage = Arc::new(Usage::default());
        let store = Store::new(database, Arc::clone(&usage));
        let shared = Arc::new(Shared { store, usage, live: Mutex::default(), moments: AtomicU64::default() });
        Self { shared, starting: tokio::sync::Mutex::default() }
    }

    /// Listens to everything from now on. The first one who does starts the follower.
    pub async fn subscribe(&self) -> Result<Subscription> {
        let _starting = self.starting.lock().await;
        if let Some(subscription) = self.shared.join() {
            return Ok(subscription);
        }
        let store = &self.shared.store;
        let changes = if store.has_own_tables() { store.change_head().await? } else { 0 };
        let history = Place::behind(&store.history_head().await?, Instant::now());
        let (sender, batches) = broadcast::channel(BATCHES);
        let heads = Heads { changes, history: history.last(), floor: history.floor() };
        *self.shared.live() = Some(Live { sender: sender.downgrade(), heads });
        let follower = Follower { shared: Arc::clone(&self.shared), sender, changes, history };
        tokio::spawn(follower.run());
        Ok(Subscription { batches, heads })
    }

    /// A page of the events behind a position, as far as the follower had come at `heads`: what came later it has told or will tell.
    pub async fn past(&self, log: Log, after: i64, heads: Heads) -> Result<Past> {
        let store = &self.shared.store;
        match log {
            Log::Changes => {
                let rows = store.changes_after(after, Some(heads.changes)).await?;
                let next = rows.last().filter(|_| rows.len() as u64 == PAGE).map(|row| row.change.id);
                Ok(Past { batch: self.shared.batch(change_events(rows)), next })
            }
            Log::History => {
                let rows = store.history_after(after, Some(heads.history)).await?;
                let next = rows.last().filter(|_| rows.len() as u64 == PAGE).map(|row| row.id);
                let rows = rows.into_iter().map(|row| {
                    let position = row.id.min(heads.floor);
                    (row, position)
                });
                Ok(Past { batch: self.shared.batch(ticket_events(rows)), next })
            }
        }
    }

    /// How many listen.
    pub fn subscribers(&self) -> usize {
        let live = self.shared.live();
        live.as_ref().and_then(|live| live.sender.upgrade()).map_or(0, |sender| sender.receiver_count())
    }

    /// Whether the tables are being followed.
    pub fn is_running(&self) -> bool {
        self.shared.live().is_some()
    }

    /// How many statements following the tables has cost so far.
    pub fn statements(&self) -> u32 {
        self.shared.usage.statements()
    }
}
