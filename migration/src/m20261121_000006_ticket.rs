//! Tickets, and the lists of states, priorities, types and locks that they use.

use sea_orm_migration::prelude::*;

use crate::create::create;
use crate::row::{Rows, counted};
use crate::table::{Table, big, big_id, by, integer, small, small_id, table, text, time, validity};

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
        table("ticket_priority", [small_id("id"), text("name", 191), small("valid_id")])
            .stamped()
            .unique("ticket_priority_name", "name"),
        table("ticket_type", [small_id("id"), text("name", 191), validity()])
            .stamped()
            .unique("ticket_type_name", "name"),
        table("ticket_lock_type", [small_id("id"), text("name", 191), validity()])
            .stamped()
            .unique("ticket_lock_type_name", "name"),
        table("ticket_state_type", [small_id("id"), text("name", 191), text("comments", 250).null()])
            .stamped()
            .unique("ticket_state_type_name", "name"),
        table(
            "ticket_state",
            [
                small_id("id"),
                text("name", 191).ignoring_case(),
                text("comments", 250).null(),
                small("type_id").references("ticket_state_type"),
                validity(),
            ],
        )
        .stamped()
        .unique("ticket_state_name", "name"),
        table(
            "ticket",
            [
                big_id("id"),
                text("tn", 50),
                text("title", 191).null(),
                integer("queue_id").references("queue"),
                small("ticket_lock_id").references("ticket_lock_type"),
                small("type_id").null().references("ticket_type"),
                integer("service_id").null().references("service"),
                integer("sla_id").null().references("sla"),
                integer("user_id").references("users"),
                integer("responsible_user_id").references("users"),
                small("ticket_priority_id").references("ticket_priority"),
                small("ticket_state_id").references("ticket_state"),
                text("customer_id", 150).ignoring_case().null(),
                text("customer_user_id", 191).ignoring_case().null(),
                integer("timeout"),
                integer("until_time"),
                integer("escalation_time"),
                integer("escalation_update_time"),
                integer("escalation_response_time"),
                integer("escalation_solution_time"),
                small("archive_flag").default("0"),
            ],
        )
        .stamped()
        .unique("ticket_tn", "tn")
        .index("ticket_title", "title")
        .index("ticket_customer_user_id", "customer_user_id")
        .index("ticket_customer_id", "customer_id")
        .index("ticket_queue_id", "queue_id")
        .index("ticket_ticket_lock_id", "ticket_lock_id")
        .index("ticket_queue_view", "ticket_state_id, ticket_lock_id")
        .index("ticket_type_id", "type_id")
        .index("ticket_user_id", "user_id")
        .index("ticket_responsible_user_id", "responsible_user_id")
        .index("ticket_ticket_state_id", "ticket_state_id")
        .index("ticket_ticket_priority_id", "ticket_priority_id")
        .index("ticket_escalation_time", "escalation_time")
        .index("ticket_escalation_update_time", "escalation_update_time")
        .index("ticket_escalation_response_time", "escalation_response_time")
        .index("ticket_escalation_solution_time", "escalation_solution_time")
        .index("ticket_create_time", "create_time")
        .index("ticket_until_time", "until_time")
        .index("ticket_timeout", "timeout")
        .index("ticket_archive_flag", "archive_flag"),
        table(
            "ticket_flag",
            [
                big("ticket_id").references("ticket"),
                text("ticket_key", 50),
                text("ticket_value", 50).null(),
                time("create_time"),
                by("create_by"),
            ],
        )
        .unique("ticket_flag_per_user", "ticket_id, ticket_key, create_by")
        .index("ticket_flag_ticket_id_create_by", "ticket_id, create_by")
        .index("ticket_flag_ticket_id_ticket_key", "ticket_id, ticket_key")
        .index("ticket_flag_ticket_id", "ticket_id"),
        table("ticket_watcher", [big("ticket_id").references("ticket"), integer("user_id").references("users")])
            .stamped()
            .index("ticket_watcher_ticket_id", "ticket_id")
            .index("ticket_watcher_user_id", "user_id"),
        table(
            "ticket_index",
            [
                big("ticket_id").references("ticket"),
                integer("queue_id").references("queue"),
                text("queue", 191),
                integer("group_id").references("groups_table"),
                text("s_lock", 200),
                text("s_state", 200),
                time("create_time"),
            ],
        )
        .index("ticket_index_ticket_id", "ticket_id")
        .index("ticket_index_queue_id", "queue_id")
        .index("ticket_index_group_id", "group_id"),
        table("ticket_lock_index", [big("ticket_id").references("ticket")])
            .index("ticket_lock_index_ticket_id", "ticket_id"),
        table(
            "ticket_number_counter",
            [big_id("id"), big("counter"), text("counter_uid", 32), time("create_time").null()],
        )
        .unique("ticket_number_counter_uid", "counter_uid")
        .index("ticket_number_counter_create_time", "create_time"),
    ]
}

const ROWS: &[Rows] = &[
    counted(
        "ticket_priority",
        "id, name, valid_id",
        &["1, '1 very low', 1", "2, '2 low', 1", "3, '3 normal', 1", "4, '4 high', 1", "5, '5 very high', 1"],
    ),
    counted("ticket_type", "id, name, valid_id", &["1, 'Unclassified', 1"]),
    counted("ticket_lock_type", "id, name, valid_id", &["1, 'unlock', 1", "2, 'lock', 1", "3, 'tmp_lock', 1"]),
    counted(
        "ticket_state_type",
        "id, name",
        &[
            "1, 'new'",
            "2, 'open'",
            "3, 'closed'",
            "4, 'pending reminder'",
            "5, 'pending auto'",
            "6, 'removed'",
            "7, 'merged'",
        ],
    ),
    counted(
        "ticket_state",
        "id, name, type_id, valid_id",
        &[
            "1, 'new', 1, 1",
            "2, 'closed successful', 3, 1",
            "3, 'closed unsuccessful', 3, 1",
            "4, 'open', 2, 1",
            "5, 'removed', 6, 1",
            "6, 'pending reminder', 4, 1",
            "7, 'pending auto close+', 5, 1",
            "8, 'pending auto close-', 5, 1",
            "9, 'merged', 7, 1",
        ],
    ),
];
