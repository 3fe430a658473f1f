//! What resolvers find in their context: who asks, and what to ask in turn.

use std::collections::HashSet;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, OnceLock};

use async_graphql::Context;
use async_graphql::dataloader::Loader;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};

use crate::domain::access::{Access, Action, may};
use crate::domain::caller::{Caller, Means};
use crate::domain::viewer::Viewer;
use crate::error::{Error, Result};
use crate::feed::event::Event;
use crate::feed::watch::Watch;
use crate::loader::{Batches, Loaders, Reader};
use crate::service::editor::{EditRules, Editor};
use crate::service::session::Sessions;
use crate::source::{Registry, Sources};
use crate::store::Store;

use super::settings::{Display, Limits};

/// What all requests share.
pub struct Api {
    /// The limits.
    pub limits: Limits,
    /// How records are shown.
    pub display: Display,
    /// The data sources.
    pub sources: Arc<Registry>,
    /// Signing in.
    pub sessions: Sessions,
    /// What edits go by.
    pub edit_rules: EditRules,
}

/// What one request has.
pub struct RequestContext {
    store: Store,
    sources: Sources,
    batches: Batches,
    identity: OnceLock<Identity>,
    occasion: Option<Occasion>,
    address: Option<IpAddr>,
}

/// Why a subscription is executed: its document is run anew for every event, with the rights of that moment.
pub enum Occasion {
    /// It begins: its fields check their arguments and note what they watch.
    Beginning(Watches),
    /// Something happened.
    Event(Event),
}

/// What the fields of a subscription watch.
pub type Watches = Arc<Mutex<Vec<Watch>>>;

/// Who a request is from, and what it reads with.
struct Identity {
    viewer: Arc<Viewer>,
    means: Means,
    loaders: Loaders,
}

impl RequestContext {
    /// The context of a request; loaders exist only for a caller.
    pub fn new(store: Store, sources: Arc<Registry>, caller: Option<Caller>, batches: Batches) -> Self {
        let sources = Sources::new(store.clone(), sources);
        let context = Self { store, sources, batches, identity: OnceLock::new(), occasion: None, address: None };
        if let Some(caller) = caller {
            context.identify(caller);
        }
        context
    }

    /// The context of a subscription.
    #[must_use]
    pub fn on(self, occasion: Occasion) -> Self {
        Self { occasion: Some(occasion), ..self }
    }

    /// The context of a request from this address; `None` where it is not known.
    #[must_use]
    pub fn coming_from(self, address: Option<IpAddr>) -> Self {
        Self { address, ..self }
    }

    /// Lets a request that came without a token go on as the person who has just signed in.
    fn identify(&self, caller: Caller) {
        self.identity.get_or_init(|| {
            let Caller { viewer, means } = caller;
            let sources = self.sources.clone();
            let reader = Reader { store: self.store.clone(), sources, viewer: Arc::clone(&viewer) };
            Identity { viewer, means, loaders: reader.into_loaders(self.batches.clone()) }
        });
    }

    fn loaders(&self) -> Result<&Loaders> {
        self.identity.get().map(|identity| &identity.loaders).ok_or(Error::Unauthenticated)
    }
}

/// What a key is loaded as.
type Loaded<K> = <Reader as Loader<K>>::Value;

/// A wait for the database.
pub type Wait<'a, T> = BoxFuture<'a, Result<T>>;

/// Short names for what is in the context. What waits for the database is boxed: the library makes room for the longest wait of a type with each
/// of its fields, the plain ones too.
pub trait ContextExt {
    /// What all requests share.
    fn api(&self) -> &Api;
    /// The database as this request sees it.
    fn store(&self) -> &Store;
    /// Where the request comes from; `None` where that is not known.
    fn address(&self) -> Option<IpAddr>;
    /// Who asks; `None` without a token.
    fn maybe_viewer(&self) -> Option<&Viewer>;
    /// Who asks, or else the error that a token is needed.
    fn viewer(&self) -> Result<&Viewer>;
    /// Who asks and with what kind of token, or else the error that a token is needed.
    fn caller(&self) -> Result<Caller>;
    /// What this request reads with; needs a viewer.
    fn reader(&self) -> Result<&Reader>;
    /// Why a subscription is executed; `None` for queries and mutations.
    fn occasion(&self) -> Option<&Occasion>;
    /// Loads a value together with those of its siblings; `None` where there is none for the viewer.
    fn load<K>(&self, key: K) -> Wait<'_, Option<Loaded<K>>>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Reader: Loader<K, Error = Error>;
    /// Loads several values in one statement, in the order of the keys.
    fn load_all<K>(&self, keys: Vec<K>) -> Wait<'_, Vec<Option<Loaded<K>>>>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Reader: Loader<K, Error = Error>;
    /// Loads what data sources keep, likewise; an error where there is none but a source does not answer that may know it.
    fn find<K, T>(&self, key: K) -> Wait<'_, Option<T>>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        T: Send + Sync + Clone + 'static,
        Reader: Loader<K, Value = Result<T>, Error = Error>;
    /// Loads several of those, in the order of the keys. Sources that do not answer are told of beside the answer.
    fn find_all<K, T>(&self, keys: Vec<K>) -> Wait<'_, Vec<Option<T>>>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        T: Send + Sync + Clone + 'static,
        Reader: Loader<K, Value = Result<T>, Error = Error>;
    /// Tells the client what is missing in an answer that is given nevertheless, once for each data source.
    fn tell_missing(&self, errors: &[Error]);
    /// Lets a request that came without a token go on as the person who has just signed in.
    fn identify(&self, caller: Caller);
    /// The viewer as someone who edits; needs a viewer.
    fn editor(&self) -> Result<Editor<'_>>;
    /// Whether the viewer may see something: false where it does not exist for them, an error where their role may not ask.
    fn allows(&self, action: Action<'_>) -> Result<bool>;
}

impl ContextExt for Context<'_> {
    fn api(&self) -> &Api {
        self.data_unchecked::<Arc<Api>>()
    }

    fn store(&self) -> &Store {
        &request(self).store
    }

    fn address(&self) -> Option<IpAddr> {
        request(self).address
    }

    fn maybe_viewer(&self) -> Option<&Viewer> {
        request(self).identity.get().map(|identity| identity.viewer.as_ref())
    }

    fn viewer(&self) -> Result<&Viewer> {
        self.maybe_viewer().ok_or(Error::Unauthenticated)
    }

    fn caller(&self) -> Result<Caller> {
        let identity = request(self).identity.get().ok_or(Error::Unauthenticated)?;
        Ok(Caller { viewer: Arc::clone(&identity.viewer), means: identity.means.clone() })
    }

    fn reader(&self) -> Result<&Reader> {
        request(self).loaders().map(Loaders::loader)
    }

    fn occasion(&self) -> Option<&Occasion> {
        request(self).occasion.as_ref()
    }

    fn load<K>(&self, key: K) -> Wait<'_, Option<Loaded<K>>>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Reader: Loader<K, Error = Error>,
    {
        async move { request(self).loaders()?.load_one(key).await }.boxed()
    }

    fn load_all<K>(&self, keys: Vec<K>) -> Wait<'_, Vec<Option<Loaded<K>>>>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Reader: Loader<K, Error = Error>,
    {
        if keys.is_empty() {
            return ready(Ok(Vec::new())).boxed();
        }
        let load = async move {
            let found = request(self).loaders()?.load_many(keys.clone()).await?;
            Ok(keys.iter().map(|key| found.get(key).cloned()).collect())
        };
        load.boxed()
    }

    fn find<K, T>(&self, key: K) -> Wait<'_, Option<T>>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        T: Send + Sync + Clone + 'static,
        Reader: Loader<K, Value = Result<T>, Error = Error>,
    {
        async move { self.load(key).await?.transpose() }.boxed()
    }

    fn find_all<K, T>(&self, keys: Vec<K>) -> Wait<'_, Vec<Option<T>>>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        T: Send + Sync + Clone + 'static,
        Reader: Loader<K, Value = Result<T>, Error = Error>,
    {
        let find = async move {
            let mut missing: Vec<Error> = Vec::new();
            let found = self.load_all(keys).await?.into_iter().map(|answer| match answer {
                Some(Ok(found)) => Some(found),
                Some(Err(error)) => {
                    missing.push(error);
                    None
                }
                None => None,
            });
            let found = found.collect();
            self.tell_missing(&missing);
            Ok(found)
        };
        find.boxed()
    }

    fn tell_missing(&self, errors: &[Error]) {
        let mut sources = HashSet::new();
        for error in errors.iter().filter(|error| sources.insert(error.source_name())) {
            let told = async_graphql::Error::from(error.clone()).into_server_error(self.item.pos);
            self.add_error(self.set_error_path(told));
        }
    }

    fn identify(&self, caller: Caller) {
        request(self).identify(caller);
    }

    fn editor(&self) -> Result<Editor<'_>> {
        let RequestContext { store, sources, .. } = request(self);
        Ok(Editor { store, sources, viewer: self.viewer()?, rules: &self.api().edit_rules })
    }

    fn allows(&self, action: Action<'_>) -> Result<bool> {
        match may(self.maybe_viewer(), action) {
            Access::Allowed => Ok(true),
            Access::Hidden => Ok(false),
            Access::Forbidden if self.maybe_viewer().is_none() => Err(Error::Unauthenticated),
            Access::Forbidden => Err(Error::Forbidden(action.needs().into())),
        }
    }
}

fn request<'a>(ctx: &'a Context<'_>) -> &'a RequestContext {
    ctx.data_unchecked::<RequestContext>()
}
