//! What belongs to the account of the viewer.

use std::collections::HashMap;

use crate::domain::api_token::ApiToken;
use crate::error::Error;

use super::{Batch, Reader};

/// An API token by number, if it is the viewer's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ApiTokenById(pub i64);

impl Batch<ApiTokenById> for Reader {
    type Value = ApiToken;

    async fn read(&self, keys: &[ApiTokenById]) -> Result<HashMap<ApiTokenById, Self::Value>, Error> {
        let ids: Vec<i64> = keys.iter().map(|key| key.0).collect();
        let found = self.store.api_tokens_by_id(&self.viewer.account(), &ids).await?;
        Ok(found.into_iter().map(|token| (ApiTokenById(token.id), token)).collect())
    }
}
