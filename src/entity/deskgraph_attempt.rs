//! The table `deskgraph_attempt`, one of our own.

use sea_orm::entity::prelude::*;

/// How often a password was tried for an account, or from an address.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deskgraph_attempt")]
pub struct Model {
    /// A keyed hash of what is counted: logins that somebody made up, or passwords typed there, are not kept.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// How many tries.
    pub tries: i32,
    /// When the next one is let through, in milliseconds since 1970 in UTC.
    pub free_at: i64,
    /// When the row may go, likewise.
    pub until_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
