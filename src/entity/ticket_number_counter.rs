//! The table `ticket_number_counter`.

use sea_orm::entity::prelude::*;

/// A step of the counter of ticket numbers.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_number_counter")]
pub struct Model {
    /// Number of the row, counted by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The number.
    pub counter: i64,
    /// Text by which OTOBO finds the row that it has just written, unique.
    #[sea_orm(unique)]
    pub counter_uid: String,
    /// When the row was made; None in old rows.
    pub create_time: Option<DateTime>,
}

impl ActiveModelBehavior for ActiveModel {}
