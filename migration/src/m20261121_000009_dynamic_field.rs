//! Fields that an administrator adds to tickets, customers and customer users.

use sea_orm_migration::prelude::*;

use crate::create::create;
use crate::row::{Rows, counted};
use crate::table::{Table, big, big_id, blob, id, integer, small, table, text, time, validity};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, &tables(), ROWS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// The tables of this area, in the order in which they can be made.
pub(crate) fn tables() -> Vec<Table> {
    vec![
        table(
            "dynamic_field",
            [
                id("id"),
                small("internal_field").default("0"),
                text("name", 191),
                text("label", 200),
                integer("field_order"),
                text("field_type", 200),
                text("object_type", 100),
                blob("config").null(),
                validity(),
            ],
        )
        .stamped()
        .unique("dynamic_field_name", "name"),
        table(
            "dynamic_field_value",
            [
                big_id("id"),
                integer("field_id").references("dynamic_field"),
                big("object_id"),
                text("value_text", 3800).null(),
                time("value_date").null(),
                big("value_int").null(),
                small("index_value").null(),
                small("index_set").null(),
            ],
        )
        .index("dynamic_field_value_search_text", "field_id, value_text(150)")
        .index("dynamic_field_value_search_date", "field_id, value_date")
        .index("dynamic_field_value_search_int", "field_id, value_int")
        .index("dynamic_field_value_field_values", "object_id, field_id"),
        table("dynamic_field_obj_id_name", [id("object_id"), text("object_name", 191), text("object_type", 100)])
            .unique("dynamic_field_object_name", "object_name, object_type"),
    ]
}

const ROWS: &[Rows] = &[counted(
    "dynamic_field",
    "id, internal_field, name, label, field_order, field_type, object_type, config, valid_id",
    &[
        "1, 1, 'ProcessManagementProcessID', 'Process', 1, 'ProcessID', 'Ticket', '---\nDefaultValue: ''''\n', 1",
        "2, 1, 'ProcessManagementActivityID', 'Activity', 1, 'ActivityID', 'Ticket', '---\nDefaultValue: ''''\n', 1",
    ],
)];
