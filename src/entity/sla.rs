//! The table `sla`.

use sea_orm::entity::prelude::*;

/// A service level agreement.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sla")]
pub struct Model {
    /// Number of the row, counted by the database.
    #[sea_orm(primary_key)]
    pub id: i32,
    /// Its name, unique.
    #[sea_orm(unique)]
    pub name: String,
    /// Number of the working-time calendar as text; None or empty is the default calendar.
    pub calendar_name: Option<String>,
    /// Working minutes until the first answer is due; 0 never.
    pub first_response_time: i32,
    /// At how many percent of that time to warn; None or 0 never.
    pub first_response_notify: Option<i16>,
    /// Working minutes until the next answer is due; 0 never.
    pub update_time: i32,
    /// At how many percent of that time to warn; None or 0 never.
    pub update_notify: Option<i16>,
    /// Working minutes until the solution is due; 0 never.
    pub solution_time: i32,
    /// At how many percent of that time to warn; None or 0 never.
    pub solution_notify: Option<i16>,
    /// Its validity, an id of `valid`.
    pub valid_id: i16,
    /// Remarks of the administrators; None without.
    pub comments: Option<String>,
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
