//! The table `service_customer_user`.
//!
//! It has no primary key; the one declared here exists for SeaORM alone and may stand for several
//! rows. Write by deleting and inserting.

use sea_orm::entity::prelude::*;

/// A service that a customer user may choose; the login `<DEFAULT>` stands for everybody.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_customer_user")]
pub struct Model {
    /// Login of the customer user.
    #[sea_orm(primary_key, auto_increment = false)]
    pub customer_user_login: String,
    /// The service.
    #[sea_orm(primary_key, auto_increment = false)]
    pub service_id: i32,
    /// When the row was made; without time zone, in that of the database.
    pub create_time: DateTime,
    /// The agent who made the row.
    pub create_by: i32,
}

impl ActiveModelBehavior for ActiveModel {}
