//! The table `ticket_number_counter`.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_number_counter")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub counter: i64,
    pub counter_uid: String,
    pub create_time: Option<DateTime>,
}

/// No relations are declared: joins name their columns.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
