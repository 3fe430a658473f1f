//! What the parts of one socket share: its token, the way out, and the operations that are running.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::Duration;

use async_graphql::{Response, ServerError};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use crate::domain::caller::Caller;
use crate::error::Result;
use crate::http::server::Server;
use crate::store::Store;

use super::message::{End, ServerMessage};

/// The most operations of a socket at a time.
pub const MAX_OPERATIONS: usize = 64;
/// The most messages that wait to be written.
pub const MAX_WAITING: usize = 64;
/// How long a message waits for room among them. A client that reads at all makes room much sooner.
const PATIENCE: Duration = Duration::from_secs(5);

/// The socket is about to end, so there is nothing more to do.
pub struct Ended;

/// What the parts of one socket share.
pub struct Connection {
    /// The server.
    pub server: Arc<Server>,
    token: OnceLock<Option<String>>,
    login: OnceLock<String>,
    out: mpsc::Sender<String>,
    end: mpsc::Sender<End>,
    running: Mutex<HashMap<String, (u64, AbortHandle)>>,
    begun: AtomicU64,
    sent: AtomicU64,
}

impl Connection {
    /// A socket without operations that writes to `out`, and asks to be ended by `end`.
    pub fn new(server: Arc<Server>, out: mpsc::Sender<String>, end: mpsc::Sender<End>) -> Self {
        Self {
            server,
            token: OnceLock::new(),
            login: OnceLock::new(),
            out,
            end,
            running: Mutex::default(),
            begun: AtomicU64::new(0),
            sent: AtomicU64::new(0),
        }
    }

    /// Notes whose socket it is; `None` for one without a token.
    pub fn acknowledge(&self, token: Option<String>, caller: Option<&Caller>) {
        if let Some(caller) = caller {
            self.login.get_or_init(|| caller.viewer.login().to_owned());
        }
        self.token.get_or_init(|| token);
    }

    /// Whether the client has begun.
    pub fn is_acknowledged(&self) -> bool {
        self.token.get().is_some()
    }

    /// Whose socket it is, for the log.
    pub fn login(&self) -> Option<&str> {
        self.login.get().map(String::as_str)
    }

    /// How many operations were begun and how many messages sent, for the log.
    pub fn tally(&self) -> (u64, u64) {
        (self.begun.load(Ordering::Relaxed), self.sent.load(Ordering::Relaxed))
    }

    /// Who the client is at this moment; `None` without a token, an error where the token is no longer good.
    pub async fn caller(&self, store: &Store) -> Result<Option<Caller>> {
        match self.token.get().and_then(Option::as_deref) {
            Some(token) => self.server.api.sessions.recognise(store, token).await.map(Some),
            None => Ok(None),
        }
    }

    /// Asks for the end of the socket.
    pub fn end(&self, end: End) {
        // Someone else may have asked first.
        let _ = self.end.try_send(end);
    }

    /// Sends a message; a client that makes no room for it is dropped.
    pub async fn send(&self, message: &ServerMessage<'_>) -> std::result::Result<(), Ended> {
        let text = serde_json::to_string(message).map_err(|_| Ended)?;
        let sent = self.out.send_timeout(text, PATIENCE).await;
        self.sent.fetch_add(1, Ordering::Relaxed);
        sent.map_err(|error| {
            if matches!(error, mpsc::error::SendTimeoutError::Timeout(_)) {
                self.end(End::SLOW);
            }
            Ended
        })
    }

    /// Sends an answer of an operation.
    pub async fn send_next(&self, id: &str, payload: &Response) -> std::result::Result<(), Ended> {
        self.send(&ServerMessage::Next { id, payload }).await
    }

    /// Ends an operation with errors, or as done where there are none. Its name is free before the client knows.
    pub async fn send_end(&self, (id, number): (&str, u64), errors: &[ServerError]) -> std::result::Result<(), Ended> {
        self.forget(id, number);
        if errors.is_empty() {
            return self.send(&ServerMessage::Complete { id }).await;
        }
        self.send(&ServerMessage::Error { id, payload: errors }).await
    }

    fn forget(&self, id: &str, number: u64) {
        let mut running = self.running();
        // The client may have given the name to another operation meanwhile.
        if running.get(id).is_some_and(|(known, _)| *known == number) {
            running.remove(id);
        }
    }

    fn running(&self) -> MutexGuard<'_, HashMap<String, (u64, AbortHandle)>> {
        self.running.lock().expect("no panic while holding the operations")
    }

    /// How many operations are running.
    pub fn operations(&self) -> usize {
        self.running().len()
    }

    /// Begins an operation: `spawn` gets its number. False where its name is taken.
    pub fn begin(&self, id: &str, spawn: impl FnOnce(u64) -> AbortHandle) -> bool {
        let mut running = self.running();
        if running.contains_key(id) {
            return false;
        }
        let number = self.begun.fetch_add(1, Ordering::Relaxed);
        running.insert(id.to_owned(), (number, spawn(number)));
        true
    }

    /// Ends an operation that the client wants no more of.
    pub fn cancel(&self, id: &str) {
        if let Some((_, operation)) = self.running().remove(id) {
            operation.abort();
        }
    }
}
