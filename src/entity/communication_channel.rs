//! The table `communication_channel`. Its bytes are TEXT on PostgreSQL.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "communication_channel")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub name: String,
    pub module: String,
    pub package_name: String,
    pub channel_data: Vec<u8>,
    pub valid_id: i16,
    pub create_time: DateTime,
    pub create_by: i32,
    pub change_time: DateTime,
    pub change_by: i32,
}

/// No relations are declared: joins name their columns.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
