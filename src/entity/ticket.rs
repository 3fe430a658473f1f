//! The table `ticket`.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub tn: String,
    pub title: Option<String>,
    pub queue_id: i32,
    pub ticket_lock_id: i16,
    pub type_id: Option<i16>,
    pub service_id: Option<i32>,
    pub sla_id: Option<i32>,
    pub user_id: i32,
    pub responsible_user_id: i32,
    pub ticket_priority_id: i16,
    pub ticket_state_id: i16,
    pub customer_id: Option<String>,
    pub customer_user_id: Option<String>,
    pub timeout: i32,
    pub until_time: i32,
    pub escalation_time: i32,
    pub escalation_update_time: i32,
    pub escalation_response_time: i32,
    pub escalation_solution_time: i32,
    pub archive_flag: i16,
    pub create_time: DateTime,
    pub create_by: i32,
    pub change_time: DateTime,
    pub change_by: i32,
}

/// No relations are declared: joins name their columns.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
