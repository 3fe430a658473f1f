//! Names of services and service level agreements.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait, IntoTableRef, Query};

use crate::entity::{service, sla};
use crate::error::Result;

use super::{Store, text};

impl Store {
    /// The names of these services.
    pub async fn service_names(&self, ids: &[i32]) -> Result<HashMap<i32, String>> {
        self.names(service::Entity, ids).await
    }

    /// The names of these service level agreements.
    pub async fn sla_names(&self, ids: &[i32]) -> Result<HashMap<i32, String>> {
        self.names(sla::Entity, ids).await
    }

    async fn names(&self, table: impl IntoTableRef, ids: &[i32]) -> Result<HashMap<i32, String>> {
        let mut select = Query::select();
        select.columns(["id", "name"]).from(table).and_where(Expr::col("id").is_in(text::padded(ids.iter().copied())));
        self.rows(&select).await?.iter().map(|row| Ok((row.at(0)?, row.at(1)?))).collect()
    }
}
