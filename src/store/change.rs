//! The change log.

use sea_orm::sea_query::{Expr, ExprTrait, Query};

use crate::domain::change::{EntityType, NewChange};
use crate::domain::text::fold;
use crate::entity::deskgraph_change::{Column, Entity};
use crate::error::{Error, Result};

use super::Store;
use super::transaction::Actor;

/// How many rows go into one statement: databases take some tens of thousands of values.
const ROWS: usize = 1000;

impl Store {
    /// Adds changes to the log.
    pub(super) async fn add_changes(&self, actor: &Actor, changes: &[NewChange]) -> Result<()> {
        let now = self.now().timestamp_millis();
        for changes in changes.chunks(ROWS) {
            let mut insert = Query::insert();
            insert.into_table(Entity).columns([
                Column::ChangedAt,
                Column::Kind,
                Column::Realm,
                Column::Actor,
                Column::EntityType,
                Column::EntityKey,
                Column::Subject,
                Column::Fields,
                Column::RequestId,
            ]);
            for change in changes {
                let fields = serde_json::to_string(&change.fields).map_err(Error::internal)?;
                insert.values_panic([
                    now.into(),
                    change.kind.name().into(),
                    actor.realm.into(),
                    actor.login.as_str().into(),
                    change.entity.name().into(),
                    change.key.as_str().into(),
                    fold(&change.key).into(),
                    fields.into(),
                    self.request_id.as_ref().into(),
                ]);
            }
            self.execute(&insert).await?;
        }
        Ok(())
    }

    /// Lets the log of a record follow it to its new key.
    pub async fn move_changes(&self, entity: EntityType, old: &str, new: &str) -> Result<()> {
        let mut update = Query::update();
        update.table(Entity).value(Column::Subject, fold(new));
        update.and_where(Expr::col(Column::EntityType).eq(entity.name()));
        update.and_where(Expr::col(Column::Subject).eq(fold(old)));
        self.execute(&update).await.map(drop)
    }
}
