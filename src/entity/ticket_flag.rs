//! The table `ticket_flag`.
//!
//! Its unique key is declared as the primary key that SeaORM asks for.

use sea_orm::entity::prelude::*;

/// A mark that an agent set on a ticket, for example that it was seen.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_flag")]
pub struct Model {
    /// The ticket.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ticket_id: i64,
    /// Name of the mark.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ticket_key: String,
    /// Value of the mark; None without.
    pub ticket_value: Option<String>,
    /// When the row was made; without time zone, in that of the database.
    pub create_time: DateTime,
    /// The agent who made the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub create_by: i32,
}

impl ActiveModelBehavior for ActiveModel {}
