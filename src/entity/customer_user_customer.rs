//! The table `customer_user_customer`.
//!
//! It has no primary key; the one declared here exists for SeaORM alone and may stand for several
//! rows. Write by deleting and inserting.

use sea_orm::entity::prelude::*;

/// A customer that a customer user belongs to besides their own.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customer_user_customer")]
pub struct Model {
    /// Login of the customer user, of at most 100 characters.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: String,
    /// The other customer.
    #[sea_orm(primary_key, auto_increment = false)]
    pub customer_id: String,
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
