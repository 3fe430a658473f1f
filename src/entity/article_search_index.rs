//! The table `article_search_index`.

use sea_orm::entity::prelude::*;

/// A text of an article, prepared for OTOBO's full-text search.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "article_search_index")]
pub struct Model {
    /// Number of the row, counted by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The ticket.
    pub ticket_id: i64,
    /// The article.
    pub article_id: i64,
    /// Which part of the article it is.
    pub article_key: String,
    /// The prepared text; None without.
    pub article_value: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
