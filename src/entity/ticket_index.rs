//! The table `ticket_index`.
//!
//! It has no primary key; the one declared here exists for SeaORM alone and may stand for several
//! rows. Write by deleting and inserting.

use sea_orm::entity::prelude::*;

/// A ticket in the list of open tickets that OTOBO keeps when its accelerator is StaticDB.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_index")]
pub struct Model {
    /// The ticket.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ticket_id: i64,
    /// The queue.
    pub queue_id: i32,
    /// Name of the queue.
    pub queue: String,
    /// The group.
    pub group_id: i32,
    /// Name of the state of the lock.
    pub s_lock: String,
    /// Name of the state.
    pub s_state: String,
    /// When the row was made; without time zone, in that of the database.
    pub create_time: DateTime,
}

impl ActiveModelBehavior for ActiveModel {}
