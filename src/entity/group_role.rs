//! The table `group_role`.
//!
//! It has no primary key; the one declared here exists for SeaORM alone and may stand for several
//! rows. Write by deleting and inserting.

use sea_orm::entity::prelude::*;

/// A permission of a role in a group.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "group_role")]
pub struct Model {
    /// The role.
    #[sea_orm(primary_key, auto_increment = false)]
    pub role_id: i32,
    /// The group.
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: i32,
    /// The permission: `ro`, `rw` and others.
    #[sea_orm(primary_key, auto_increment = false)]
    pub permission_key: String,
    /// 1 grants; any other value grants nothing.
    pub permission_value: i16,
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
