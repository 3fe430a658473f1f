//! The table `article_data_mime`.

use sea_orm::entity::prelude::*;

/// What an article of the channels e-mail, phone and internal says.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "article_data_mime")]
pub struct Model {
    /// Number of the row, counted by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The article.
    pub article_id: i64,
    /// From whom, as in an e-mail; None without.
    pub a_from: Option<String>,
    /// Where answers go; None without.
    pub a_reply_to: Option<String>,
    /// To whom; None without.
    pub a_to: Option<String>,
    /// Copies; None without.
    pub a_cc: Option<String>,
    /// Hidden copies; None without.
    pub a_bcc: Option<String>,
    /// Subject; None without.
    pub a_subject: Option<String>,
    /// Message-ID; None without.
    pub a_message_id: Option<String>,
    /// MD5 of the Message-ID in hexadecimal digits; None without.
    pub a_message_id_md5: Option<String>,
    /// The Message-ID it answers; None without.
    pub a_in_reply_to: Option<String>,
    /// The Message-IDs before it; None without.
    pub a_references: Option<String>,
    /// MIME type of the body; None without.
    pub a_content_type: Option<String>,
    /// The text; None without.
    pub a_body: Option<String>,
    /// When it came in, in seconds since 1970 UTC.
    pub incoming_time: i32,
    /// Folder of its files where they are kept on disk; None without.
    pub content_path: Option<String>,
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
