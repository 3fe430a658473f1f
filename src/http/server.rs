//! What the handlers share.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_graphql::parser::parse_query;
use async_graphql::parser::types::ExecutableDocument;
use axum::http::HeaderValue;
use moka::sync::Cache;
use tokio::sync::watch;

use crate::feed::Feed;
use crate::graphql::Schema;
use crate::graphql::context::Api;
use crate::store::Database;

/// What the handlers share.
pub struct Server {
    /// The schema.
    pub schema: Schema,
    /// What its resolvers share.
    pub api: Arc<Api>,
    /// The database.
    pub database: Arc<Database>,
    /// The schema as text.
    pub sdl: String,
    /// Documents that were parsed before.
    pub documents: Documents,
    /// How long a request may take.
    pub timeout: Duration,
    /// What is new in the database.
    pub feed: Arc<Feed>,
    /// The open sockets.
    pub sockets: Sockets,
    /// Origins whose pages may open sockets, beside our own.
    pub allowed_origins: Vec<HeaderValue>,
    /// Whether the explorer is served.
    pub graphiql: bool,
    /// Whether statements are recorded, for tests.
    pub recorder: Option<Recorder>,
}

/// The statements of each request in turn, for tests.
pub type Recorder = Arc<Mutex<Vec<Vec<String>>>>;

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

/// Parsed documents by their text, so that the operations of a client are parsed once. Bounded by the length of the texts.
pub struct Documents(Cache<String, Arc<ExecutableDocument>>);

impl Documents {
    /// An empty cache for texts of this many bytes together.
    pub fn new(bytes: u64) -> Self {
        Self(
            Cache::builder()
                .max_capacity(bytes)
                .weigher(|text: &String, _| u32::try_from(text.len()).unwrap_or(u32::MAX))
                .build(),
        )
    }

    /// A document as parsed now or before.
    pub fn parse(&self, text: &str) -> Result<Arc<ExecutableDocument>, async_graphql::parser::Error> {
        if let Some(document) = self.0.get(text) {
            return Ok(document);
        }
        let document = Arc::new(parse_query(text)?);
        self.0.insert(text.to_owned(), Arc::clone(&document));
        Ok(document)
    }
}
