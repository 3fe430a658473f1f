//! The table `deskgraph_api_token`, one of our own.

use sea_orm::entity::prelude::*;

/// A token for programs, made by a person for the rights that the person has.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deskgraph_api_token")]
pub struct Model {
    /// Number of the row, counted by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Whether it is an agent's or a customer user's.
    pub realm: String,
    /// Login of the account.
    pub login: String,
    /// What the stored password was when the token was made, as a keyed hash.
    pub password_stamp: String,
    /// What the person calls it.
    pub name: String,
    /// 1 where it may not change anything.
    pub is_read_only: i16,
    /// SHA-256 of the token, in hex.
    #[sea_orm(unique)]
    pub secret_hash: String,
    /// When it was made, in milliseconds since 1970 in UTC.
    pub created_at: i64,
    /// When it ends, likewise; None for never.
    pub expires_at: Option<i64>,
    /// When it was last used, likewise; None for never.
    pub last_used_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
