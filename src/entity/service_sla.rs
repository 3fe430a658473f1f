//! The table `service_sla`.
//!
//! Its unique key is declared as the primary key that SeaORM asks for.

use sea_orm::entity::prelude::*;

/// A service level agreement that goes with a service.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_sla")]
pub struct Model {
    /// The service.
    #[sea_orm(primary_key, auto_increment = false)]
    pub service_id: i32,
    /// The service level agreement.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sla_id: i32,
}

impl ActiveModelBehavior for ActiveModel {}
