//! The table `dynamic_field_value`.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dynamic_field_value")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub field_id: i32,
    pub object_id: i64,
    pub value_text: Option<String>,
    pub value_date: Option<DateTime>,
    pub value_int: Option<i64>,
}

/// No relations are declared: joins name their columns.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
