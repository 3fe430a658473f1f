//! The table `queue`.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "queue")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub name: String,
    pub group_id: i32,
    pub unlock_timeout: Option<i32>,
    pub first_response_time: Option<i32>,
    pub first_response_notify: Option<i16>,
    pub update_time: Option<i32>,
    pub update_notify: Option<i16>,
    pub solution_time: Option<i32>,
    pub solution_notify: Option<i16>,
    pub system_address_id: i16,
    pub calendar_name: Option<String>,
    pub default_sign_key: Option<String>,
    pub salutation_id: i16,
    pub signature_id: i16,
    pub follow_up_id: i16,
    pub follow_up_lock: i16,
    pub comments: Option<String>,
    pub valid_id: i16,
    pub create_time: DateTime,
    pub create_by: i32,
    pub change_time: DateTime,
    pub change_by: i32,
}

/// No relations are declared: joins name their columns.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
