//! The table `deskgraph_lock`, one of our own.

use sea_orm::entity::prelude::*;

/// A row that writers lock so that two of them do not make the same thing at once.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deskgraph_lock")]
pub struct Model {
    /// Number of the lock.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i16,
}

impl ActiveModelBehavior for ActiveModel {}
