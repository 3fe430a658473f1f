//! The table `group_customer`.
//!
//! It has no primary key; the one declared here exists for SeaORM alone and may stand for several
//! rows. Write by deleting and inserting.

use sea_orm::entity::prelude::*;

/// A permission of a customer in a group, within a context.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "group_customer")]
pub struct Model {
    /// The customer.
    #[sea_orm(primary_key, auto_increment = false)]
    pub customer_id: String,
    /// The group.
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: i32,
    /// The permission: `ro`, `rw` and others.
    #[sea_orm(primary_key, auto_increment = false)]
    pub permission_key: String,
    /// 1 grants; any other value grants nothing.
    pub permission_value: i16,
    /// Which tickets it is about: those of the customer itself or those of others.
    #[sea_orm(primary_key, auto_increment = false)]
    pub permission_context: String,
    /// When the row was made; without time zone, in that of the database.
    pub create_time: DateTime,
    /// The agent who made the row.
    pub create_by: i32,
    /// When the row was last changed; without time zone, in that of the database.
    pub change_time: DateTime,
    /// The agent who last changed the row.
    pub change_by: i32,
}

impl ActiveModelBehavior for ActiveModel {}
