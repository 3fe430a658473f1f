//! The table `article_data_mime`.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "article_data_mime")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub article_id: i64,
    pub a_from: Option<String>,
    pub a_reply_to: Option<String>,
    pub a_to: Option<String>,
    pub a_cc: Option<String>,
    pub a_bcc: Option<String>,
    pub a_subject: Option<String>,
    pub a_message_id: Option<String>,
    pub a_message_id_md5: Option<String>,
    pub a_in_reply_to: Option<String>,
    pub a_references: Option<String>,
    pub a_content_type: Option<String>,
    pub a_body: Option<String>,
    pub incoming_time: i32,
    pub content_path: Option<String>,
    pub create_time: DateTime,
    pub create_by: i32,
    pub change_time: DateTime,
    pub change_by: i32,
}

/// No relations are declared: joins name their columns.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
