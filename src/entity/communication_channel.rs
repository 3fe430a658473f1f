//! The table `communication_channel`.

use sea_orm::entity::prelude::*;

/// A way in which articles come: e-mail, phone, internal note, chat.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "communication_channel")]
pub struct Model {
    /// Number of the row, counted by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Its name, unique.
    #[sea_orm(unique)]
    pub name: String,
    /// The Perl module that does the work in OTOBO.
    pub module: String,
    /// The package that brought it.
    pub package_name: String,
    /// Where its articles are stored, as YAML.
    pub channel_data: String,
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
