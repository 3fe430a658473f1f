//! The table `dynamic_field_obj_id_name`.

use sea_orm::entity::prelude::*;

/// The number that stands for an object known by text, such as a customer, in the values of dynamic
/// fields.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dynamic_field_obj_id_name")]
pub struct Model {
    /// The number, counted by the database.
    #[sea_orm(primary_key)]
    pub object_id: i32,
    /// The text it is known by: a customer id or a login.
    pub object_name: String,
    /// What has the field: `Ticket`, `CustomerCompany`, `CustomerUser` and others.
    pub object_type: String,
}

impl ActiveModelBehavior for ActiveModel {}
