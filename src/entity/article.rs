//! The table `article`.

use sea_orm::entity::prelude::*;

/// The head of an article; what it says stands in the table of its channel.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "article")]
pub struct Model {
    /// Number of the row, counted by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The ticket.
    pub ticket_id: i64,
    /// What kind of sender wrote it.
    pub article_sender_type_id: i16,
    /// The channel it came by.
    pub communication_channel_id: i64,
    /// 1 when customers may read it.
    pub is_visible_for_customer: i16,
    /// 1 until OTOBO has prepared it for its search.
    pub search_index_needs_rebuild: i16,
    /// Text by which OTOBO finds a row that it has just written; None without.
    pub insert_fingerprint: Option<String>,
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
