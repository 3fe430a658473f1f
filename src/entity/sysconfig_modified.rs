//! The table `sysconfig_modified`.

use sea_orm::entity::prelude::*;

/// A setting of OTOBO as somebody changed it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sysconfig_modified")]
pub struct Model {
    /// Number of the row, counted by the database.
    #[sea_orm(primary_key)]
    pub id: i32,
    /// The setting.
    pub sysconfig_default_id: i32,
    /// Name of the setting.
    pub name: String,
    /// The agent whose own value it is; None for everybody.
    pub user_id: Option<i32>,
    /// 1 when in force, 0 when switched off.
    pub is_valid: i16,
    /// 1 when agents have their own value.
    pub user_modification_active: i16,
    /// The value, as YAML.
    pub effective_value: String,
    /// 1 when the change is not yet in force.
    pub is_dirty: i16,
    /// 1 when the row stands for going back to what was delivered.
    pub reset_to_default: i16,
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
