//! The table `sysconfig_deployment`. Its bytes are TEXT on PostgreSQL.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sysconfig_deployment")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub comments: Option<String>,
    pub user_id: Option<i32>,
    pub effective_value: Vec<u8>,
    pub create_time: DateTime,
    pub create_by: i32,
}

/// No relations are declared: joins name their columns.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
