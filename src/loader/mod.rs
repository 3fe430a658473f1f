//! Batching: whatever a request needs of many parents is read in one statement. A reader belongs to one request and one viewer; nothing
//! is kept over requests, because rows depend on who asks.

mod account;
mod change;
mod gather;
mod people;
mod permission;
mod ticket;

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::dataloader::{DataLoader, Loader};
use async_graphql::runtime::Timer;
use futures_util::future::BoxFuture;

use crate::domain::viewer::Viewer;
use crate::error::{Error, Result};
use crate::source::Sources;
use crate::store::Store;

pub use account::ApiTokenById;
pub use change::{ChangeById, ChangesOf};
pub use gather::Batches;
pub use people::{AdditionalCustomersOf, AgentById, CustomerById, CustomerUserByLogin, CustomerUsersOf, LastLoginOf};
pub use permission::{
    CustomerGroupPermissionsOf, CustomerPermissionsOf, CustomerUserGroupPermissionsOf, CustomersHolding,
    CustomersOfGroup, PeopleOfGroup, StoredPermissionsOf,
};
pub use ticket::{ArticleById, ArticlesOf, ServiceName, SlaName, TicketById, TicketCountsOf, TicketsOf};

/// What one request reads with.
pub struct Reader {
    /// The database.
    pub store: Store,
    /// Customers and customer users.
    pub sources: Sources,
    /// Who asks.
    pub viewer: Arc<Viewer>,
}

/// What can be read for many keys at once.
pub trait Batch<K> {
    /// What is read for one key.
    type Value: Send + Sync + Clone + 'static;

    /// Reads for these keys; one without a value is left out.
    fn read(&self, keys: &[K]) -> impl Future<Output = Result<HashMap<K, Self::Value>>> + Send;
}

impl<K: Send + Sync + Hash + Eq + Clone + 'static> Loader<K> for Reader
where
    Self: Batch<K>,
{
    type Value = <Self as Batch<K>>::Value;
    type Error = Error;

    async fn load(&self, keys: &[K]) -> Result<HashMap<K, Self::Value>> {
        self.store.database().metrics.batch(name::<K>(), keys.len());
        // Boxed, because the library hands the future of a batch from one to the other.
        Box::pin(self.read(keys)).await
    }
}

/// What is asked of many parents alike. It is nearly always the same for all keys of a batch, and long: their hash leaves it out.
#[derive(Debug, PartialEq, Eq)]
pub struct Asked<L>(Arc<L>);

impl<L> From<L> for Asked<L> {
    fn from(list: L) -> Self {
        Self(Arc::new(list))
    }
}

impl<L> Clone for Asked<L> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<L> Deref for Asked<L> {
    type Target = L;

    fn deref(&self) -> &L {
        &self.0
    }
}

impl<L> Hash for Asked<L> {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// The name of a type without its path.
fn name<T>() -> &'static str {
    let path = std::any::type_name::<T>();
    path.rsplit("::").next().unwrap_or(path)
}

/// The loaders of one request.
pub type Loaders = DataLoader<Reader>;

/// The most keys that go into one statement.
const MAX_BATCH: usize = 1000;

/// No time to wait: [`Batches`] start when their request can do nothing else.
struct NoDelay;

impl Timer for NoDelay {
    fn delay(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

impl Reader {
    /// The loaders of one request, which runs their batches.
    pub fn into_loaders(self, batches: Batches) -> Loaders {
        DataLoader::new(self, batches, NoDelay).max_batch_size(MAX_BATCH)
    }
}

/// Keys that ask for the same thing of different parents, by what they ask for.
fn by_request<K, A: Eq + Hash, P>(keys: &[K], split: impl Fn(&K) -> (A, P)) -> HashMap<A, Vec<P>> {
    let mut groups: HashMap<A, Vec<P>> = HashMap::new();
    for (request, parent) in keys.iter().map(split) {
        groups.entry(request).or_default().push(parent);
    }
    groups
}
