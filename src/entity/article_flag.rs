//! The table `article_flag`.
//!
//! It has no primary key; the one declared here exists for SeaORM alone and may stand for several
//! rows. Write by deleting and inserting.

use sea_orm::entity::prelude::*;

/// A mark that an agent set on an article, for example that it was seen.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "article_flag")]
pub struct Model {
    /// The article.
    #[sea_orm(primary_key, auto_increment = false)]
    pub article_id: i64,
    /// Name of the mark.
    #[sea_orm(primary_key, auto_increment = false)]
    pub article_key: String,
    /// Value of the mark; None without.
    pub article_value: Option<String>,
    /// When the row was made; without time zone, in that of the database.
    pub create_time: DateTime,
    /// The agent who made the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub create_by: i32,
}

impl ActiveModelBehavior for ActiveModel {}
