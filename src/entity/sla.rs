//! The table `sla`.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sla")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub name: String,
    pub calendar_name: Option<String>,
    pub first_response_time: i32,
    pub first_response_notify: Option<i16>,
    pub update_time: i32,
    pub update_notify: Option<i16>,
    pub solution_time: i32,
    pub solution_notify: Option<i16>,
    pub valid_id: i16,
    pub comments: Option<String>,
    pub create_time: DateTime,
    pub create_by: i32,
    pub change_time: DateTime,
    pub change_by: i32,
}

/// No relations are declared: joins name their columns.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
