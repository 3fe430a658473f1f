//! Queues and what belongs to them.

use sea_orm_migration::prelude::*;

use crate::create::create;
use crate::row::{Rows, counted};
use crate::table::{Table, id, integer, small, small_id, table, text, validity};

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
            "salutation",
            [
                small_id("id"),
                text("name", 191),
                text("text", 3000),
                text("content_type", 250).null(),
                text("comments", 250).null(),
                validity(),
            ],
        )
        .stamped()
        .unique("salutation_name", "name"),
        table(
            "signature",
            [
                small_id("id"),
                text("name", 191),
                text("text", 3000),
                text("content_type", 250).null(),
                text("comments", 250).null(),
                validity(),
            ],
        )
        .stamped()
        .unique("signature_name", "name"),
        table(
            "system_address",
            [
                small_id("id"),
                text("value0", 200),
                text("value1", 200),
                text("value2", 200).null(),
                text("value3", 200).null(),
                integer("queue_id"),
                text("comments", 250).null(),
                validity(),
            ],
        )
        .stamped(),
        table("follow_up_possible", [small_id("id"), text("name", 191), text("comments", 250).null(), validity()])
            .stamped()
            .unique("follow_up_possible_name", "name"),
        table(
            "queue",
            [
                id("id"),
                text("name", 191).ignoring_case(),
                integer("group_id").references("groups_table"),
                integer("unlock_timeout").null(),
                integer("first_response_time").null(),
                small("first_response_notify").null(),
                integer("update_time").null(),
                small("update_notify").null(),
                integer("solution_time").null(),
                small("solution_notify").null(),
                small("system_address_id").references("system_address"),
                text("calendar_name", 100).null(),
                text("default_sign_key", 100).null(),
                small("salutation_id").references("salutation"),
                small("signature_id").references("signature"),
                small("follow_up_id").references("follow_up_possible"),
                small("follow_up_lock"),
                text("comments", 250).null(),
                validity(),
            ],
        )
        .stamped()
        .unique("queue_name", "name")
        .index("queue_group_id", "group_id"),
        table(
            "queue_preferences",
            [
                integer("queue_id").references("queue"),
                text("preferences_key", 150),
                text("preferences_value", 250).null(),
            ],
        )
        .index("queue_preferences_queue_id", "queue_id"),
        table("personal_queues", [integer("user_id").references("users"), integer("queue_id").references("queue")])
            .index("personal_queues_user_id", "user_id")
            .index("personal_queues_queue_id", "queue_id"),
    ]
}

const ROWS: &[Rows] = &[
    counted(
        "salutation",
        "id, name, text, content_type, valid_id",
        &["1, 'standard salutation', 'Dear customer,', 'text/plain; charset=utf-8', 1"],
    ),
    counted(
        "signature",
        "id, name, text, content_type, valid_id",
        &["1, 'standard signature', 'Your support team', 'text/plain; charset=utf-8', 1"],
    ),
    counted(
        "system_address",
        "id, value0, value1, queue_id, valid_id",
        &["1, 'otobo@localhost', 'OTOBO System', 1, 1"],
    ),
    counted("follow_up_possible", "id, name, valid_id", &["1, 'possible', 1", "2, 'reject', 1", "3, 'new ticket', 1"]),
    counted(
        "queue",
        "id, name, group_id, unlock_timeout, system_address_id, salutation_id, signature_id, follow_up_id, follow_up_lock, valid_id",
        &[
            "1, 'Postmaster', 1, 0, 1, 1, 1, 1, 0, 1",
            "2, 'Raw', 1, 0, 1, 1, 1, 1, 0, 1",
            "3, 'Junk', 1, 0, 1, 1, 1, 1, 0, 1",
            "4, 'Misc', 1, 0, 1, 1, 1, 1, 0, 1",
        ],
    ),
];
