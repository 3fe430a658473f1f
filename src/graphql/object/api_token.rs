//! API tokens, as their owners see them.

use async_graphql::{ID, Object};
use chrono::{DateTime, Utc};

use crate::domain;
use crate::graphql::id::GlobalId;

/// A token that a person made for a program, with the rights of the person. Nobody else sees it.
pub struct ApiToken(pub domain::api_token::ApiToken);

/// A token that a person made for a program, with the rights of the person. Nobody else sees it.
#[Object]
impl ApiToken {
    /// Global id.
    pub async fn id(&self) -> ID {
        GlobalId::ApiToken(self.0.id).encode()
    }

    /// What its owner calls it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether it may not change anything: then every mutation is refused.
    async fn is_read_only(&self) -> bool {
        self.0.is_read_only
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it ends; null for never.
    async fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.0.expires_at
    }

    /// When it was last used, give or take a minute; null for never.
    async fn last_used_at(&self) -> Option<DateTime<Utc>> {
        self.0.last_used_at
    }
}
