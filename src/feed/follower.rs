//! The task that follows the tables and tells of new rows.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::broadcast::Sender;

use crate::error::Result;
use crate::store::feed::{HistoryRow, PAGE};

use super::event::{Event, change_events, ticket_events};
use super::gap::Place;
use super::{Batch, Heads, Shared};

/// How long to wait between two looks at the tables.
const PAUSE: Duration = Duration::from_millis(500);
/// How long to wait at most while the database does not answer.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Follows the tables for as long as somebody listens.
pub(super) struct Follower {
    pub(super) shared: Arc<Shared>,
    pub(super) sender: Sender<Arc<Batch>>,
    /// The last change that was told.
    pub(super) changes: i64,
    /// How far the history was told.
    pub(super) history: Place,
}

impl Follower {
    /// Runs until nobody listens any more.
    pub(super) async fn run(mut self) {
        let mut pause = PAUSE;
        loop {
            tokio::time::sleep(pause).await;
            if self.is_over() {
                return;
            }
            match self.look().await {
                Ok(()) if pause > PAUSE => {
                    tracing::info!("the database answers again: subscribers are told what they missed");
                    pause = PAUSE;
                }
                Ok(()) => {}
                Err(error) => {
                    if pause == PAUSE {
                        tracing::warn!(?error, "the database cannot be followed: subscribers have to wait");
                    }
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    /// Whether nobody listens. Whoever comes next then starts another follower.
    fn is_over(&self) -> bool {
        let mut live = self.shared.live();
        let is_over = self.sender.receiver_count() == 0;
        if is_over {
            *live = None;
        }
        is_over
    }

    /// Tells everything that is new.
    async fn look(&mut self) -> Result<()> {
        while self.look_at_changes().await? {}
        let mut late = self.shared.store.history_rows(&self.history.missing()).await?;
        loop {
            let new = self.shared.store.history_after(self.history.last(), None).await?;
            let is_full = new.len() as u64 == PAGE;
            self.tell_history(std::mem::take(&mut late), new);
            if !is_full {
                return Ok(());
            }
        }
    }

    /// Tells a page of changes; whether there may be more.
    async fn look_at_changes(&mut self) -> Result<bool> {
        if !self.shared.store.has_own_tables() {
            return Ok(false);
        }
        let rows = self.shared.store.changes_after(self.changes, None).await?;
        let Some(last) = rows.last() else { return Ok(false) };
        self.changes = last.change.id;
        let is_full = rows.len() as u64 == PAGE;
        self.tell(change_events(rows));
        Ok(is_full)
    }

    fn tell_history(&mut self, late: Vec<HistoryRow>, new: Vec<HistoryRow>) {
        let ids = |rows: &[HistoryRow]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
        let positions = self.history.advance(&ids(&late), &ids(&new), Instant::now());
        self.tell(ticket_events(late.into_iter().chain(new).zip(positions)));
    }

    /// Sends events, and notes in the same moment how far they go for those who come now.
    fn tell(&self, events: Vec<Event>) {
        let mut live = self.shared.live();
        if let Some(live) = live.as_mut() {
            live.heads = Heads { changes: self.changes, history: self.history.last(), floor: self.history.floor() };
        }
        if !events.is_empty() {
            // Nobody listening is noticed at the next look.
            drop(self.sender.send(Arc::new(self.shared.batch(events))));
        }
    }
}
