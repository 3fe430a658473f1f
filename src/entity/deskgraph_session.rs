//! The table `deskgraph_session`, one of our own.

use sea_orm::entity::prelude::*;

/// A login that is still good.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deskgraph_session")]
pub struct Model {
    /// Name of the session, which access tokens carry.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Whether it is an agent's or a customer user's.
    pub realm: String,
    /// Login of the account.
    pub login: String,
    /// What the stored password was when the session began, as a keyed hash.
    pub password_stamp: String,
    /// The part of the refresh token that finds the row.
    #[sea_orm(unique)]
    pub selector: String,
    /// SHA-256 of the secret of the refresh token that is good now, in hex.
    pub secret_hash: String,
    /// When it began, in milliseconds since 1970 in UTC.
    pub created_at: i64,
    /// When it was last refreshed, likewise.
    pub refreshed_at: i64,
    /// When it ends unless it is refreshed, likewise.
    pub expires_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
