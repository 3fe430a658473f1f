//! Customers and customer users. They are tied together by text, without foreign keys, because
//! either may live in another source, for example in a directory.

use sea_orm_migration::prelude::*;

use crate::create::create;
use crate::table::{Table, id, integer, small, table, text, time, validity};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, &tables(), &[]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// The tables of this area, in the order in which they can be made.
pub(crate) fn tables() -> Vec<Table> {
    vec![
        table(
            "customer_company",
            [
                text("customer_id", 150).primary().ignoring_case(),
                text("name", 191).ignoring_case(),
                text("street", 200).null(),
                text("zip", 200).null(),
                text("city", 200).null(),
                text("country", 200).null(),
                text("url", 200).null(),
                text("comments", 250).null(),
                small("valid_id"),
                time("create_time"),
                integer("create_by"),
                time("change_time"),
                integer("change_by"),
            ],
        )
        .unique("customer_company_name", "name"),
        table(
            "customer_user",
            [
                id("id"),
                text("login", 191).ignoring_case(),
                text("email", 150).ignoring_case(),
                text("customer_id", 150).ignoring_case(),
                text("pw", 128).null(),
                text("title", 50).null(),
                text("first_name", 100),
                text("last_name", 100),
                text("phone", 150).null(),
                text("fax", 150).null(),
                text("mobile", 150).null(),
                text("street", 150).null(),
                text("zip", 200).null(),
                text("city", 200).null(),
                text("country", 200).null(),
                text("comments", 250).null(),
                validity(),
            ],
        )
        .stamped()
        .unique("customer_user_login", "login"),
        table(
            "customer_preferences",
            [text("user_id", 191).ignoring_case(), text("preferences_key", 150), text("preferences_value", 250).null()],
        )
        .index("customer_preferences_user_id", "user_id"),
        table(
            "customer_user_customer",
            [text("user_id", 100).ignoring_case(), text("customer_id", 150).ignoring_case()],
        )
        .stamped()
        .index("customer_user_customer_user_id", "user_id")
        .index("customer_user_customer_customer_id", "customer_id"),
    ]
}
