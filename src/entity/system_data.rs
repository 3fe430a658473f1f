//! The table `system_data`.

use sea_orm::entity::prelude::*;

/// A value that OTOBO keeps for itself.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "system_data")]
pub struct Model {
    /// Name of the value.
    #[sea_orm(primary_key, auto_increment = false)]
    pub data_key: String,
    /// The value; None without.
    pub data_value: Option<String>,
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
