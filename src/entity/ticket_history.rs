//! The table `ticket_history`.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_history")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub name: String,
    pub history_type_id: i16,
    pub ticket_id: i64,
    pub article_id: Option<i64>,
    pub type_id: i16,
    pub queue_id: i32,
    pub owner_id: i32,
    pub priority_id: i16,
    pub state_id: i16,
    pub create_time: DateTime,
    pub create_by: i32,
    pub change_time: DateTime,
    pub change_by: i32,
}

/// No relations are declared: joins name their columns.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
