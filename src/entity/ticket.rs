//! The table `ticket`.

use sea_orm::entity::prelude::*;

/// A ticket.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket")]
pub struct Model {
    /// Number of the row, counted by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The ticket number that people see, unique.
    #[sea_orm(unique)]
    pub tn: String,
    /// Title; None without.
    pub title: Option<String>,
    /// The queue.
    pub queue_id: i32,
    /// State of the lock.
    pub ticket_lock_id: i16,
    /// The type; None without.
    pub type_id: Option<i16>,
    /// The service; None without.
    pub service_id: Option<i32>,
    /// The service level agreement; None without.
    pub sla_id: Option<i32>,
    /// The owner.
    pub user_id: i32,
    /// The responsible agent.
    pub responsible_user_id: i32,
    /// The priority.
    pub ticket_priority_id: i16,
    /// The state.
    pub ticket_state_id: i16,
    /// The customer, free text; None without.
    pub customer_id: Option<String>,
    /// Login of the customer user, free text; None without.
    pub customer_user_id: Option<String>,
    /// When the lock runs out, in seconds since 1970 UTC; 0 never.
    pub timeout: i32,
    /// Until when the ticket is pending, in seconds since 1970 UTC; 0 without.
    pub until_time: i32,
    /// When it escalates first, in seconds since 1970 UTC; 0 never.
    pub escalation_time: i32,
    /// When it escalates for want of an answer, in seconds since 1970 UTC; 0 never.
    pub escalation_update_time: i32,
    /// When it escalates for want of a first answer, in seconds since 1970 UTC; 0 never.
    pub escalation_response_time: i32,
    /// When it escalates for want of a solution, in seconds since 1970 UTC; 0 never.
    pub escalation_solution_time: i32,
    /// 1 when archived.
    pub archive_flag: i16,
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
