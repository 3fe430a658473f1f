//! The table `sysconfig_modified`. Its bytes are TEXT on PostgreSQL.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sysconfig_modified")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub sysconfig_default_id: i32,
    pub name: String,
    pub user_id: Option<i32>,
    pub is_valid: i16,
    pub user_modification_active: i16,
    pub effective_value: Vec<u8>,
    pub is_dirty: i16,
    pub reset_to_default: i16,
    pub create_time: DateTime,
    pub create_by: i32,
    pub change_time: DateTime,
    pub change_by: i32,
}

/// No relations are declared: joins name their columns.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
