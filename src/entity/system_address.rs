//! The table `system_address`.

use sea_orm::entity::prelude::*;

/// An e-mail address of the help desk itself.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "system_address")]
pub struct Model {
    /// Number of the row, counted by the database.
    #[sea_orm(primary_key)]
    pub id: i32,
    /// The e-mail address.
    pub value0: String,
    /// The name that stands before it.
    pub value1: String,
    /// Not used by OTOBO.
    pub value2: Option<String>,
    /// Not used by OTOBO.
    pub value3: Option<String>,
    /// The queue that e-mail to it goes to.
    pub queue_id: i32,
    /// Remarks of the administrators; None without.
    pub comments: Option<String>,
    /// Its validity, an id of `valid`.
    pub valid_id: i16,
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
