//! The table `article_data_mime_attachment`.
//!
//! The column `content` is left out: it holds bytes on MariaDB and base64 text on PostgreSQL, so
//! whoever reads it has to ask for it in the words of the database.

use sea_orm::entity::prelude::*;

/// A file that came with an article.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "article_data_mime_attachment")]
pub struct Model {
    /// Number of the row, counted by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The article.
    pub article_id: i64,
    /// Name of the file; None without.
    pub filename: Option<String>,
    /// Size in bytes, as text; None unknown.
    pub content_size: Option<String>,
    /// MIME type; None without.
    pub content_type: Option<String>,
    /// Content-ID; None without.
    pub content_id: Option<String>,
    /// Whether it is the body in another form; None without.
    pub content_alternative: Option<String>,
    /// `inline` or `attachment`; None without.
    pub disposition: Option<String>,
    /// When the row was made; without time zone, in that of the database.
    pub create_time: DateTime,
    /// The agent who made the row.
    pub create_by: i32,
    /// When the row was last changed; without time zone, in that of the database.
    pub change_time: DateTime,
    /// The agent who last changed the row.
    pub change_by: i32,
}

impl ActiveModelBehavior for ActiveModel {}
