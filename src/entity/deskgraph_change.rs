//! The table `deskgraph_change`, one of our own.

use sea_orm::entity::prelude::*;

/// A change that was made through this program.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deskgraph_change")]
pub struct Model {
    /// Number of the row, counted by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// When, in milliseconds since 1970 in UTC.
    pub changed_at: i64,
    /// What kind of change.
    pub kind: String,
    /// Whether the actor is an agent or a customer user.
    pub realm: String,
    /// Login of who made it.
    pub actor: String,
    /// What kind of record was changed.
    pub entity_type: String,
    /// The name of the record, as it was then.
    pub entity_key: String,
    /// The name that the record has today, in small letters.
    pub subject: String,
    /// What was changed, as JSON.
    #[sea_orm(column_type = "Text")]
    pub fields: String,
    /// The request that made it.
    pub request_id: String,
}

impl ActiveModelBehavior for ActiveModel {}
