//! The table `personal_queues`.
//!
//! It has no primary key; the one declared here exists for SeaORM alone and may stand for several
//! rows. Write by deleting and inserting.

use sea_orm::entity::prelude::*;

/// A queue that an agent watches.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "personal_queues")]
pub struct Model {
    /// The agent.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: i32,
    /// The queue.
    #[sea_orm(primary_key, auto_increment = false)]
    pub queue_id: i32,
}

impl ActiveModelBehavior for ActiveModel {}
