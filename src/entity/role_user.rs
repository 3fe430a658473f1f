//! The table `role_user`.
//!
//! It has no primary key; the one declared here exists for SeaORM alone and may stand for several
//! rows. Write by deleting and inserting.

use sea_orm::entity::prelude::*;

/// An agent in a role.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role_user")]
pub struct Model {
    /// The agent.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: i32,
    /// The role.
    #[sea_orm(primary_key, auto_increment = false)]
    pub role_id: i32,
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
