//! The table `customer_user`.

use sea_orm::entity::prelude::*;

/// A customer user: a person who writes tickets. Other tables hold the login, not the id.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customer_user")]
pub struct Model {
    /// Number of the row, counted by the database.
    #[sea_orm(primary_key)]
    pub id: i32,
    /// Login, unique. May be longer than the columns that refer to it.
    #[sea_orm(unique)]
    pub login: String,
    /// E-mail address.
    pub email: String,
    /// The customer they belong to. No foreign key: there may be none of that id.
    pub customer_id: String,
    /// The hash of the password; None when no log-in is possible.
    pub pw: Option<String>,
    /// Title of address; None without.
    pub title: Option<String>,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Phone; None without.
    pub phone: Option<String>,
    /// Fax; None without.
    pub fax: Option<String>,
    /// Mobile phone; None without.
    pub mobile: Option<String>,
    /// Street; None without.
    pub street: Option<String>,
    /// Postal code; None without.
    pub zip: Option<String>,
    /// City; None without.
    pub city: Option<String>,
    /// Country, by its English name; None without.
    pub country: Option<String>,
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
