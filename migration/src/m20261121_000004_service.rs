//! Services and service level agreements.

use sea_orm_migration::prelude::*;

use crate::create::create;
use crate::table::{Table, by, id, integer, small, table, text, time};

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
        table("service", [id("id"), text("name", 191), small("valid_id"), text("comments", 250).null()])
            .stamped()
            .unique("service_name", "name"),
        table(
            "service_preferences",
            [
                integer("service_id").references("service"),
                text("preferences_key", 150),
                text("preferences_value", 250).null(),
            ],
        )
        .index("service_preferences_service_id", "service_id"),
        table(
            "sla",
            [
                id("id"),
                text("name", 191),
                text("calendar_name", 100).null(),
                integer("first_response_time"),
                small("first_response_notify").null(),
                integer("update_time"),
                small("update_notify").null(),
                integer("solution_time"),
                small("solution_notify").null(),
                small("valid_id"),
                text("comments", 250).null(),
            ],
        )
        .stamped()
        .unique("sla_name", "name"),
        table(
            "sla_preferences",
            [integer("sla_id").references("sla"), text("preferences_key", 150), text("preferences_value", 250).null()],
        )
        .index("sla_preferences_sla_id", "sla_id"),
        table("service_sla", [integer("service_id").references("service"), integer("sla_id").references("sla")])
            .unique("service_sla_service_sla", "service_id, sla_id"),
        table(
            "service_customer_user",
            [
                text("customer_user_login", 191).ignoring_case(),
                integer("service_id").references("service"),
                time("create_time"),
                by("create_by"),
            ],
        )
        .index("service_customer_user_customer_user_login", "customer_user_login(10)")
        .index("service_customer_user_service_id", "service_id"),
    ]
}
