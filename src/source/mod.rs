//! Where customers and customer users come from: the main database, which can be written, and sources besides it, which are only read.
//! [`Sources`] makes one of them all. What belongs to people but always lives in the main database (permissions, tickets, preferences) is
//! in `store`.
//!
//! A source that can be written is a [`DatabaseSource`], and there is one: whatever writes asks for that type. The others are
//! [`record::RecordSource`]s, which have nothing that writes.

pub mod beside;
pub mod breaker;
pub mod customer;
pub mod customer_rename;
pub mod customer_user;
pub mod customer_user_rename;
pub mod customer_user_write;
pub mod customer_write;
pub mod foreign;
pub mod holder;
pub mod ldap;
pub mod list;
pub mod listing;
pub mod lookup;
pub mod member;
pub mod merge;
pub mod order;
pub mod people;
mod reading;
pub mod record;
pub mod registry;
pub mod sign_in;

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use migration::search::SearchIndex;
use tokio::time::Instant;

use crate::domain::record::RecordKind;
use crate::domain::search::Search;
use crate::domain::viewer::{CustomerScope, Viewer};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::store::search_index::Candidates;

use registry::Other;
pub use registry::{Elsewhere, Place, Registry, Source};

/// The customers and customer users of the main database, as one request sees them.
#[derive(Clone)]
pub struct DatabaseSource {
    store: Store,
    name: Arc<str>,
}

impl DatabaseSource {
    /// The source for one request.
    pub fn new(store: Store, registry: &Registry) -> Self {
        Self { store, name: Arc::clone(&registry.main().name) }
    }

    /// The record that a name means among those that the database takes for it: the exact one, or else one that differs in case only. MariaDB
    /// takes more for equal, all emoji for example.
    fn meant<T>(&self, found: Vec<T>, name: &str, name_of: impl Fn(&T) -> &String) -> Option<T> {
        let key = self.store.parent_key(name);
        let alike = found.into_iter().filter(|record| self.store.parent_key(name_of(record)) == key);
        alike.max_by_key(|record| name_of(record) == name)
    }

    /// Whether a filter on the data source leaves anything of this one.
    fn is_meant_by(&self, wanted: Option<&str>) -> bool {
        wanted.is_none_or(|wanted| *wanted == *self.name)
    }

    /// Which records a search may find, as an index tells; `None` where there is none, and for viewers who see few records anyway.
    fn candidates(
        &self,
        viewer: &Viewer,
        index: &SearchIndex,
        fields: &[String],
        search: &Search,
    ) -> Option<Candidates> {
        matches!(viewer.customers(), CustomerScope::All).then(|| self.store.candidates(index, fields, search))?
    }
}

/// The customers and customer users of all sources, as one request sees them.
#[derive(Clone)]
pub struct Sources {
    main: DatabaseSource,
    store: Store,
    registry: Arc<Registry>,
}

/// A source that has answered so far gets at least this long, however long the request has waited already.
const QUICK: Duration = Duration::from_millis(100);

/// The most records of a source that are read at once to be counted or compared here.
const MOST_GATHERED: usize = 10_000;

/// Whether an error leaves a part of an answer out, instead of the whole.
fn is_partial(error: &Error) -> bool {
    matches!(error, Error::SourceUnavailable(_) | Error::LimitExceeded(_))
}

impl Sources {
    /// The sources for one request.
    pub fn new(store: Store, registry: Arc<Registry>) -> Self {
        let registry = registry.for_request(store.usage());
        Self { main: DatabaseSource::new(store.clone(), &registry), store, registry }
    }

    /// The same within a transaction of the main database.
    #[must_use]
    pub fn within(&self, store: Store) -> Self {
        let main = DatabaseSource::new(store.clone(), &self.registry);
        Self { main, store, registry: Arc::clone(&self.registry) }
    }

    /// The main database with everything that is not a customer or customer user.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The data sources as configured.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The main database.
    pub fn main(&self) -> &DatabaseSource {
        &self.main
    }

    /// Whether a source answers at the moment.
    pub async fn is_reachable(&self, source: &Source) -> bool {
        match &source.place {
            Place::Main => self.store.is_reachable().await,
            Place::Elsewhere(elsewhere) => self.ask((source, elsewhere), elsewhere.ping().boxed()).await.is_ok(),
        }
    }

    /// Whether records of a kind are kept elsewhere than in the main database.
    fn has_others(&self, kind: RecordKind) -> bool {
        self.registry.others(kind).next().is_some()
    }

    /// Asks a source besides the main database, as long as there is hope: not while it is known to be down, not after it has left this
    /// request without an answer, and all in all no longer than its time limit. Only what a source does itself counts for or against it:
    /// no answer from memory, and no question that took too long while others were answered.
    async fn ask<T>(
        &self,
        (source, elsewhere): (&Source, &Elsewhere),
        question: BoxFuture<'_, Result<T>>,
    ) -> Result<T> {
        let patience = self.store.patience();
        if patience.has_given_up(&source.name) || !elsewhere.breaker.permits(Instant::now()) {
            return Err(Error::source_unavailable(&source.name, "it has not answered before and is not asked"));
        }
        let left = elsewhere.timeout().saturating_sub(patience.waited()).max(QUICK);
        let (answered, waiting) = (elsewhere.answered(), patience.begin());
        let answer = tokio::time::timeout(left, question).await;
        drop(waiting);
        let answer =
            answer.unwrap_or_else(|_| Err(Error::source_unavailable(&source.name, "it did not answer in time")));
        if matches!(answer, Err(Error::SourceUnavailable(_))) {
            patience.give_up(&source.name);
        }
        match (&answer, elsewhere.answered() > answered) {
            (Err(Error::SourceUnavailable(_)), false) => elsewhere.breaker.failed(Instant::now()),
            (_, true) => elsewhere.breaker.succeeded(),
            (_, false) => elsewhere.breaker.was_not_asked(Instant::now()),
        }
        answer.map_err(|error| match error {
            Error::LimitExceeded(text) => Error::LimitExceeded(format!("the data source `{}`: {text}", source.name)),
            error => error,
        })
    }
}
