//! The table `dynamic_field`.

use sea_orm::entity::prelude::*;

/// A field that an administrator added.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dynamic_field")]
pub struct Model {
    /// Number of the row, counted by the database.
    #[sea_orm(primary_key)]
    pub id: i32,
    /// 1 when OTOBO itself needs it.
    pub internal_field: i16,
    /// Its name, unique; letters and digits only.
    #[sea_orm(unique)]
    pub name: String,
    /// What people read.
    pub label: String,
    /// Place among the fields.
    pub field_order: i32,
    /// `Text`, `Dropdown` and others.
    pub field_type: String,
    /// What has the field: `Ticket`, `CustomerCompany`, `CustomerUser` and others.
    pub object_type: String,
    /// Settings of the field, as YAML; None without.
    pub config: Option<String>,
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
