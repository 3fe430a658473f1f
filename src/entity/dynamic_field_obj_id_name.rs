//! The table `dynamic_field_obj_id_name`.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dynamic_field_obj_id_name")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub object_id: i32,
    pub object_name: String,
    pub object_type: String,
}

/// No relations are declared: joins name their columns.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
