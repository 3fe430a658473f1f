//! The table `sysconfig_default`. Its bytes are TEXT on PostgreSQL.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sysconfig_default")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub name: String,
    pub description: Vec<u8>,
    pub navigation: String,
    pub is_invisible: i16,
    pub is_readonly: i16,
    pub is_required: i16,
    pub is_valid: i16,
    pub has_configlevel: i16,
    pub user_modification_possible: i16,
    pub user_modification_active: i16,
    pub user_preferences_group: Option<String>,
    pub xml_content_raw: Vec<u8>,
    pub xml_content_parsed: Vec<u8>,
    pub xml_filename: String,
    pub effective_value: Vec<u8>,
    pub is_dirty: i16,
    pub exclusive_lock_guid: String,
    pub exclusive_lock_user_id: Option<i32>,
    pub exclusive_lock_expiry_time: Option<DateTime>,
    pub create_time: DateTime,
    pub create_by: i32,
    pub change_time: DateTime,
    pub change_by: i32,
}

/// No relations are declared: joins name their columns.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
