//! The table `article_data_mime_attachment`. Its bytes are TEXT on PostgreSQL.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "article_data_mime_attachment")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub article_id: i64,
    pub filename: Option<String>,
    pub content_size: Option<String>,
    pub content_type: Option<String>,
    pub content_id: Option<String>,
    pub content_alternative: Option<String>,
    pub disposition: Option<String>,
    pub content: Option<Vec<u8>>,
    pub create_time: DateTime,
    pub create_by: i32,
    pub change_time: DateTime,
    pub change_by: i32,
}

/// No relations are declared: joins name their columns.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
