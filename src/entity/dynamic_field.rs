//! The table `dynamic_field`. Its bytes are TEXT on PostgreSQL.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dynamic_field")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub internal_field: i16,
    pub name: String,
    pub label: String,
    pub field_order: i32,
    pub field_type: String,
    pub object_type: String,
    pub config: Option<Vec<u8>>,
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
