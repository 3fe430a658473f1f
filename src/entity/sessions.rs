//! The table `sessions`.

use sea_orm::entity::prelude::*;

/// A value of a web session of OTOBO.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    /// Number of the row, counted by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The session.
    pub session_id: String,
    /// Name of the value.
    pub data_key: String,
    /// The value; None without.
    pub data_value: Option<String>,
    /// 1 when the value is a serialised structure; None is the same as 0.
    pub serialized: Option<i16>,
}

impl ActiveModelBehavior for ActiveModel {}
