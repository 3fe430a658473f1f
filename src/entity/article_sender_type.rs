//! The table `article_sender_type`.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "article_sender_type")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i16,
    pub name: String,
    pub comments: Option<String>,
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
