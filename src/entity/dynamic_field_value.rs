//! The table `dynamic_field_value`.
//!
//! The key declared here may stand for several rows.
//! The column `id` is left out, because its size differs (64 bits in OTOBO 11, 32 before), and so
//! are `index_value` and `index_set`, which only OTOBO 11 has.

use sea_orm::entity::prelude::*;

/// The value of a dynamic field of one object. A field with several values has several rows.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dynamic_field_value")]
pub struct Model {
    /// The dynamic field.
    #[sea_orm(primary_key, auto_increment = false)]
    pub field_id: i32,
    /// The ticket or article, or the number that stands for another object.
    #[sea_orm(primary_key, auto_increment = false)]
    pub object_id: i64,
    /// The value if it is text.
    pub value_text: Option<String>,
    /// The value if it is a date, without time zone.
    pub value_date: Option<DateTime>,
    /// The value if it is a number.
    pub value_int: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
