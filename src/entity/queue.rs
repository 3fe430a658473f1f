//! The table `queue`.

use sea_orm::entity::prelude::*;

/// A queue. Its name is the whole path, `Support::Level 1`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "queue")]
pub struct Model {
    /// Number of the row, counted by the database.
    #[sea_orm(primary_key)]
    pub id: i32,
    /// Its name, unique.
    #[sea_orm(unique)]
    pub name: String,
    /// The group.
    pub group_id: i32,
    /// Working minutes after which a locked ticket is unlocked; None or 0 never.
    pub unlock_timeout: Option<i32>,
    /// Working minutes until the first answer is due; None or 0 never.
    pub first_response_time: Option<i32>,
    /// At how many percent of that time to warn; None or 0 never.
    pub first_response_notify: Option<i16>,
    /// Working minutes until the next answer is due; None or 0 never.
    pub update_time: Option<i32>,
    /// At how many percent of that time to warn; None or 0 never.
    pub update_notify: Option<i16>,
    /// Working minutes until the solution is due; None or 0 never.
    pub solution_time: Option<i32>,
    /// At how many percent of that time to warn; None or 0 never.
    pub solution_notify: Option<i16>,
    /// The address that the queue writes from.
    pub system_address_id: i16,
    /// Number of the working-time calendar as text; None or empty is the default calendar.
    pub calendar_name: Option<String>,
    /// Key that signs e-mails; None without.
    pub default_sign_key: Option<String>,
    /// The salutation.
    pub salutation_id: i16,
    /// The signature.
    pub signature_id: i16,
    /// What happens when somebody answers a closed ticket.
    pub follow_up_id: i16,
    /// 1 when an answer leaves a closed ticket locked to its owner.
    pub follow_up_lock: i16,
    /// Remarks of the administrators; None without.
    pub comments: Option<String>,
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
