//! The table `user_preferences`.
//!
//! It has no primary key; the one declared here exists for SeaORM alone and may stand for several
//! rows. Write by deleting and inserting.

use sea_orm::entity::prelude::*;

/// A preference of an agent.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user_preferences")]
pub struct Model {
    /// The agent.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: i32,
    /// Name of the preference.
    #[sea_orm(primary_key, auto_increment = false)]
    pub preferences_key: String,
    /// Value of the preference; None without.
    pub preferences_value: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
