//! What the handlers share.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::HeaderValue;
use ipnet::IpNet;
use tokio::sync::watch;

use crate::feed::Feed;
use crate::graphql::Schema;
use crate::graphql::context::Api;
use crate::store::Database;
use crate::store::statement::Recorded;

use super::documents::Documents;
use super::export::Places;
use super::websocket::{Answers, Sessions};

/// What the handlers share.
pub struct Server {
    /// The schema.
    pub schema: Schema,
    /// What its resolvers share.
    pub api: Arc<Api>,
    /// The database.
    pub database: Arc<Database>,
    /// The schema as text.
    pub sdl: Bytes,
    /// The documents that it knows, and how others are read.
    pub documents: Documents,
    /// The most that an operation may cost.
    pub max_complexity: usize,
    /// How long a request may take.
    pub timeout: Duration,
    /// The longest body, in bytes.
    pub max_body_bytes: usize,
    /// How long a body may take to come.
    pub body_timeout: Duration,
    /// What is new in the database.
    pub feed: Arc<Feed>,
    /// The open sockets.
    pub sockets: Sockets,
    /// The sessions that they belong to.
    pub sessions: Arc<Sessions>,
    /// What subscriptions were told a moment ago.
    pub answers: Answers,
    /// Origins whose pages may open sockets, beside our own.
    pub allowed_origins: Vec<HeaderValue>,
    /// Proxies whose word on where a request comes from is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The exports that go on.
    pub exports: Arc<Places>,
    /// Whether the explorer is served.
    pub graphiql: bool,
    /// Whether statements are recorded, for tests.
    pub recorder: Option<Recorder>,
}

/// The statements of each request in turn, for tests.
pub type Recorder = Arc<Mutex<Vec<Vec<Recorded>>>>;

/// The open sockets, which are told when the server stops.
#[derive(Clone, Default)]
pub struct Sockets(watch::Sender<bool>);

impl Sockets {
    /// Counts a socket for as long as this is kept; it becomes true when the server stops.
    pub fn open(&self) -> watch::Receiver<bool> {
        self.0.subscribe()
    }

    /// Tells all sockets that the server stops.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Waits until all sockets are closed.
    pub async fn closed(&self) {
        self.0.closed().await;
    }

    /// How many sockets are open.
    pub fn count(&self) -> usize {
        self.0.receiver_count()
    }
}
