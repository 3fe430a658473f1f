//! Data sources.

use async_graphql::{Context, Enum, ID, Object};

use crate::domain::access::Action;
use crate::error::Result;
use crate::graphql::context::{Api, ContextExt};
use crate::graphql::id::GlobalId;

/// What kind of store a data source is.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataSourceKind {
    /// A database.
    Database,
    /// An LDAP directory.
    Ldap,
}

/// Where customers or customer users are kept. The configured order decides which source answers first.
pub struct DataSource {
    name: String,
}

impl DataSource {
    /// The main database.
    pub fn main(api: &Api) -> Self {
        Self { name: api.sources.first().map(|source| source.name.clone()).unwrap_or_default() }
    }

    /// All data sources in order.
    pub fn all(api: &Api) -> Vec<Self> {
        api.sources.iter().map(|source| Self { name: source.name.clone() }).collect()
    }

    /// The data source of this name.
    pub fn named(api: &Api, name: &str) -> Option<Self> {
        Self::all(api).into_iter().find(|source| source.name == name)
    }
}

/// Where customers or customer users are kept. The configured order decides which source answers first.
#[Object]
impl DataSource {
    /// Global id.
    pub async fn id(&self) -> ID {
        GlobalId::DataSource(self.name.clone()).encode()
    }

    /// The configured name.
    async fn name(&self) -> &str {
        &self.name
    }

    /// What it is.
    async fn kind(&self) -> DataSourceKind {
        DataSourceKind::Database
    }

    /// Whether nothing can be written to it.
    async fn is_read_only(&self) -> bool {
        false
    }

    /// Whether it keeps customers.
    async fn holds_customers(&self) -> bool {
        true
    }

    /// Whether it keeps customer users.
    async fn holds_customer_users(&self) -> bool {
        true
    }

    /// Whether the source answered when last asked; null for anyone but administrators.
    async fn is_reachable(&self, ctx: &Context<'_>) -> Option<Result<bool>> {
        match ctx.allows(Action::ReadSourceState) {
            Ok(true) => Some(Ok(ctx.store().is_reachable().await)),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }
}
