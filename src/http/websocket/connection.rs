//! What the parts of one socket share: its token, the way out, and the operations that are running.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::Duration;

use async_graphql::ServerError;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use crate::domain::caller::{Caller, Means};
use crate::error::Result;
use crate::http::server::Server;
use crate::store::Store;

use super::end::End;
use super::message::{ServerMessage, next};
use super::sessions::Member;

/// The most operations of a socket at a time.
pub const MAX_OPERATIONS: usize = 64;
/// The most messages that wait to be written.
pub const MAX_WAITING: usize = 64;
/// How long a message waits for room among them. A client that reads at all makes room much sooner.
const PATIENCE: Duration = Duration::from_secs(5);

/// The socket is about to end, so there is nothing more to do.
pub struct Ended;

/// A message that waits to be written.
pub struct Waiting {
    text: String,
    /// The operation that it is of; `None` where it is of none.
    of: Option<Arc<Name>>,
}

impl Waiting {
    /// The text; `None` where it is of an operation that the client wants no more of.
    pub fn text(self) -> Option<String> {
        self.of.is_none_or(|name| name.is_wanted.load(Ordering::Acquire)).then_some(self.text)
    }
}

/// The name of one operation. The client may give the same to another one later.
pub struct Name {
    /// What the client calls it.
    pub id: String,
    is_wanted: AtomicBool,
    is_following: AtomicBool,
}

impl Name {
    /// Notes that it waits for events from now on, and has no end of its own.
    pub fn follow(&self) {
        self.is_following.store(true, Ordering::Release);
    }
}

/// What the parts of one socket share.
pub struct Connection {
    /// The server.
    pub server: Arc<Server>,
    /// Where the client is; `None` where that is not known.
    pub address: Option<IpAddr>,
    token: OnceLock<Option<Arc<str>>>,
    session: OnceLock<Member>,
    login: OnceLock<String>,
    out: mpsc::Sender<Waiting>,
    end: mpsc::Sender<End>,
    running: Mutex<HashMap<String, (Arc<Name>, AbortHandle)>>,
    begun: AtomicU64,
    sent: AtomicU64,
}

impl Connection {
    /// A socket without operations that writes to `out`, and asks to be ended by `end`.
    pub fn new(
        server: Arc<Server>,
        address: Option<IpAddr>,
        out: mpsc::Sender<Waiting>,
        end: mpsc::Sender<End>,
    ) -> Self {
        Self {
            server,
            address,
            token: OnceLock::new(),
            session: OnceLock::new(),
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
        if let Some(Means::Session(session)) = caller.map(|caller| &caller.means) {
            let Server { sessions, database, .. } = &*self.server;
            self.session.get_or_init(|| sessions.join(database, session, self.end.clone()));
        }
        self.token.get_or_init(|| token.map(Into::into));
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

    fn token(&self) -> Option<&Arc<str>> {
        self.token.get().and_then(Option::as_ref)
    }

    /// Who the client is at this moment; `None` without a token, an error where the token is no longer good.
    pub async fn caller(&self, store: &Store) -> Result<Option<Caller>> {
        match self.token() {
            Some(token) => self.server.api.sessions.recognise(store, token).await.map(Some),
            None => Ok(None),
        }
    }

    /// The same for what many sockets do at once: they share the answer, which is at most half a second old.
    pub async fn caller_at(&self, store: &Store, moment: u64) -> Result<Option<Arc<Caller>>> {
        match self.token() {
            Some(token) => self.server.api.sessions.recognise_at(store, token, moment).await.map(Some),
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
        self.write(Waiting { text, of: None }).await
    }

    /// Sends an answer of an operation, given as JSON, unless the client wants no more of it by the time it is written.
    pub async fn send_next(&self, name: &Arc<Name>, answer: &str) -> std::result::Result<(), Ended> {
        self.write(Waiting { text: next(&name.id, answer), of: Some(Arc::clone(name)) }).await
    }

    /// Ends an operation with errors, or as done where there are none. Its name is free before the client knows.
    pub async fn send_end(&self, name: &Arc<Name>, errors: &[ServerError]) -> std::result::Result<(), Ended> {
        self.forget(name);
        let message = match errors {
            [] => ServerMessage::Complete { id: &name.id },
            errors => ServerMessage::Error { id: &name.id, payload: errors },
        };
        let text = serde_json::to_string(&message).map_err(|_| Ended)?;
        self.write(Waiting { text, of: Some(Arc::clone(name)) }).await
    }

    async fn write(&self, message: Waiting) -> std::result::Result<(), Ended> {
        let sent = self.out.send_timeout(message, PATIENCE).await;
        self.sent.fetch_add(1, Ordering::Relaxed);
        sent.map_err(|error| {
            if matches!(error, mpsc::error::SendTimeoutError::Timeout(_)) {
                self.end(End::SLOW);
            }
            Ended
        })
    }

    fn forget(&self, name: &Arc<Name>) {
        let mut running = self.running();
        // The client may have given the name to another operation meanwhile.
        if running.get(&name.id).is_some_and(|(known, _)| Arc::ptr_eq(known, name)) {
            running.remove(&name.id);
        }
    }

    fn running(&self) -> MutexGuard<'_, HashMap<String, (Arc<Name>, AbortHandle)>> {
        self.running.lock().expect("no panic while holding the operations")
    }

    /// How many operations are running.
    pub fn operations(&self) -> usize {
        self.running().len()
    }

    /// Whether an operation of this name is running.
    pub fn has(&self, id: &str) -> bool {
        self.running().contains_key(id)
    }

    /// Begins an operation that has a name of its own.
    pub fn begin(&self, id: String, spawn: impl FnOnce(Arc<Name>) -> AbortHandle) {
        self.begun.fetch_add(1, Ordering::Relaxed);
        let name =
            Arc::new(Name { id: id.clone(), is_wanted: AtomicBool::new(true), is_following: AtomicBool::new(false) });
        // Held meanwhile, so that it cannot end before it is there.
        let mut running = self.running();
        running.insert(id, (Arc::clone(&name), spawn(name)));
    }

    /// Ends the operations that have no end of their own.
    pub fn cancel_following(&self) {
        let is_following = |name: &Name| name.is_following.load(Ordering::Acquire);
        for (_, (_, operation)) in self.running().extract_if(|_, (name, _)| is_following(name)) {
            operation.abort();
        }
    }

    /// Ends an operation that the client wants no more of: nothing of it is written from now on.
    pub fn cancel(&self, id: &str) {
        if let Some((name, operation)) = self.running().remove(id) {
            name.is_wanted.store(false, Ordering::Release);
            operation.abort();
        }
    }
}
