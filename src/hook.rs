//! What is told of writes once they are done: a command, an address, or both, so that another program can forget what it keeps of the old
//! rows. One run at a time; what is written meanwhile is told by the next one.

mod command;
mod post;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::domain::change::{ChangeKind, NewChange};

/// The most changes that one run is told.
const MAX_CHANGES: usize = 1000;

/// What is called after writes.
#[derive(Clone, Debug)]
pub struct Target {
    /// A program and its arguments; empty for none.
    pub command: Vec<String>,
    /// An address that takes POST; `None` for none.
    pub url: Option<String>,
    /// How long a call may take.
    pub timeout: Duration,
}

/// A change as the hook is told of it: never what a field held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    kind: String,
    entity_type: &'static str,
    entity_key: String,
    /// What the record was called before it got another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_key: Option<String>,
}

impl From<&NewChange> for Told {
    fn from(change: &NewChange) -> Self {
        Self {
            // As the API spells it.
            kind: change.kind.name().to_uppercase(),
            entity_type: change.entity.name(),
            entity_key: change.key.clone(),
            previous_key: previous_key(change),
        }
    }
}

fn previous_key(change: &NewChange) -> Option<String> {
    let renamed = change.fields.iter().filter(|_| change.kind == ChangeKind::Renamed);
    let key = renamed.into_iter().find(|field| field.after.as_deref() == Some(change.key.as_str()))?;
    key.before.clone()
}

/// What one run is told.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Batch {
    changes: Vec<Told>,
    /// Whether there were more changes than are told.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    more: bool,
}

/// The changes that no run has been told yet.
#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    news: Notify,
}

#[derive(Default)]
struct Waiting {
    batch: Batch,
    is_stopped: bool,
}

impl Queue {
    fn add(&self, changes: &[NewChange]) {
        self.change(|waiting| {
            let room = MAX_CHANGES - waiting.batch.changes.len();
            waiting.batch.changes.extend(changes.iter().take(room).map(Told::from));
            waiting.batch.more |= changes.len() > room;
        });
    }

    fn change(&self, change: impl FnOnce(&mut Waiting)) {
        change(&mut self.waiting.lock().expect("no panic while holding the changes"));
        self.news.notify_one();
    }

    /// Waits for changes; `None` once the server stops and all have been told.
    async fn next(&self) -> Option<Batch> {
        loop {
            {
                let mut waiting = self.waiting.lock().expect("no panic while holding the changes");
                if !waiting.batch.changes.is_empty() {
                    return Some(std::mem::take(&mut waiting.batch));
                }
                if waiting.is_stopped {
                    return None;
                }
            }
            self.news.notified().await;
        }
    }
}

/// The hook of a running server.
pub struct Hook {
    queue: Arc<Queue>,
    worker: JoinHandle<()>,
    timeout: Duration,
}

impl Hook {
    /// Starts to wait for writes, in a task of its own.
    pub fn start(target: Target) -> Self {
        let queue = Arc::new(Queue::default());
        let timeout = target.timeout;
        let worker = tokio::spawn(tell_all(Arc::clone(&queue), target));
        Self { queue, worker, timeout }
    }

    /// What is to be called with the changes of every write; it never waits.
    pub fn listener(&self) -> impl Fn(&[NewChange]) + Send + Sync + 'static {
        let queue = Arc::clone(&self.queue);
        move |changes| queue.add(changes)
    }

    /// Lets the hook tell what it has not told yet, for as long as one call may take, and ends it.
    pub async fn stop(self) {
        let Self { queue, mut worker, timeout } = self;
        queue.change(|waiting| waiting.is_stopped = true);
        if tokio::time::timeout(timeout, &mut worker).await.is_err() {
            worker.abort();
            // What it has started ends with it.
            drop(worker.await);
            tracing::warn!("stopped before the hook was done: some changes were not told");
        }
    }
}

async fn tell_all(queue: Arc<Queue>, target: Target) {
    while let Some(batch) = queue.next().await {
        tokio::join!(run_command(&target, &batch), post(&target, &batch));
    }
}

async fn run_command(target: &Target, batch: &Batch) {
    if let Some((program, arguments)) = target.command.split_first()
        && let Err(failure) = command::run(program, arguments, &input(batch), target.timeout).await
    {
        failure.log();
    }
}

/// The changes as a list, which ends with an entry that says so where there were more.
fn input(batch: &Batch) -> Vec<u8> {
    let told = batch.changes.iter().map(|change| serde_json::to_value(change).expect("texts serialise"));
    let more = batch.more.then(|| serde_json::json!({"more": true}));
    let mut text = serde_json::Value::from_iter(told.chain(more)).to_string();
    text.push('\n');
    text.into_bytes()
}

async fn post(target: &Target, batch: &Batch) {
    let Some(url) = &target.url else { return };
    let body = serde_json::to_vec(batch).expect("texts serialise");
    if let Err(failure) = post::send(url, body, target.timeout).await {
        tracing::warn!(
            failure,
            "the address of `hooks.after_write_url` did not take the changes; they are not sent again"
        );
    }
}
