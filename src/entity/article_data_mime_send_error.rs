//! The table `article_data_mime_send_error`.

use sea_orm::entity::prelude::*;

/// A failure to send an article by e-mail.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "article_data_mime_send_error")]
pub struct Model {
    /// Number of the row, counted by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The article.
    pub article_id: i64,
    /// Message-ID of the e-mail; None without.
    pub message_id: Option<String>,
    /// What the mail server said; None without.
    pub log_message: Option<String>,
    /// When the row was made; without time zone, in that of the database.
    pub create_time: DateTime,
}

impl ActiveModelBehavior for ActiveModel {}
