//! The table `ticket_history`.

use sea_orm::entity::prelude::*;

/// Something that happened to a ticket, with what the ticket was like afterwards.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_history")]
pub struct Model {
    /// Number of the row, counted by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// What happened, with the details that the kind of event asks for.
    pub name: String,
    /// The kind of event.
    pub history_type_id: i16,
    /// The ticket.
    pub ticket_id: i64,
    /// The article it is about; None without.
    pub article_id: Option<i64>,
    /// The type afterwards.
    pub type_id: i16,
    /// The queue afterwards.
    pub queue_id: i32,
    /// The owner afterwards.
    pub owner_id: i32,
    /// The priority afterwards.
    pub priority_id: i16,
    /// The state afterwards.
    pub state_id: i16,
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
