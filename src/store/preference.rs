//! Preferences of customer users, which live beside their record under their login.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Query};

use crate::entity::customer_preferences::{Column, Entity};
use crate::error::Result;

use super::{Store, text};

impl Store {
    /// When these people last signed in, by [`Store::parent_key`] of the login; those who never did are left out.
    pub async fn last_logins(&self, logins: &[String]) -> Result<HashMap<String, DateTime<Utc>>> {
        let mut select = Query::select();
        select.columns([Column::UserId, Column::PreferencesValue]).from(Entity);
        select
            .and_where(text::is_one_of(self.backend(), Expr::col(Column::UserId), logins))
            .and_where(Expr::col(Column::PreferencesKey).eq("UserLastLogin"));
        let mut found = HashMap::new();
        for row in self.rows(&select).await? {
            let seconds = row.text(1)?.and_then(|value| value.parse().ok());
            if let Some(at) = seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0)) {
                found.insert(self.parent_key(&row.at::<String>(0)?), at);
            }
        }
        Ok(found)
    }

    /// Takes a preference of a person away.
    pub async fn forget_preference(&self, login: &str, key: &str) -> Result<()> {
        let mut delete = Query::delete();
        delete.from_table(Entity).and_where(text::is_one_of(self.backend(), Expr::col(Column::UserId), &[login]));
        delete.and_where(Expr::col(Column::PreferencesKey).eq(key));
        self.execute(&delete).await.map(drop)
    }
}
