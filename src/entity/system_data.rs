//! The table `system_data`. Its bytes are TEXT on PostgreSQL.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "system_data")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub data_key: String,
    pub data_value: Option<Vec<u8>>,
    pub create_time: DateTime,
    pub create_by: i32,
    pub change_time: DateTime,
    pub change_by: i32,
}

/// No relations are declared: joins name their columns.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
