//! The table `sysconfig_deployment`.

use sea_orm::entity::prelude::*;

/// All settings of OTOBO as they were put in force at one moment.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sysconfig_deployment")]
pub struct Model {
    /// Number of the row, counted by the database.
    #[sea_orm(primary_key)]
    pub id: i32,
    /// Remarks of the administrators; None without.
    pub comments: Option<String>,
    /// The agent whose own values these are; None for everybody.
    pub user_id: Option<i32>,
    /// The settings, as Perl source.
    pub effective_value: String,
    /// When the row was made; without time zone, in that of the database.
    pub create_time: DateTime,
    /// The agent who made the row.
    pub create_by: i32,
}

impl ActiveModelBehavior for ActiveModel {}
