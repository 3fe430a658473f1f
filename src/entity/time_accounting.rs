//! The table `time_accounting`.

use sea_orm::entity::prelude::*;

/// Time that an agent spent on a ticket.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "time_accounting")]
pub struct Model {
    /// Number of the row, counted by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The ticket.
    pub ticket_id: i64,
    /// The article it was spent on; None without.
    pub article_id: Option<i64>,
    /// Amount in the unit that the help desk has chosen.
    pub time_unit: Decimal,
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
