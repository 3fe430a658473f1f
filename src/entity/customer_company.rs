//! The table `customer_company`.

use sea_orm::entity::prelude::*;

/// A customer: a company, organisation or authority.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customer_company")]
pub struct Model {
    /// CustomerID: what tickets and customer users refer to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub customer_id: String,
    /// Its name, unique.
    #[sea_orm(unique)]
    pub name: String,
    /// Street; None without.
    pub street: Option<String>,
    /// Postal code; None without.
    pub zip: Option<String>,
    /// City; None without.
    pub city: Option<String>,
    /// Country, by its English name; None without.
    pub country: Option<String>,
    /// Web address; None without.
    pub url: Option<String>,
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
