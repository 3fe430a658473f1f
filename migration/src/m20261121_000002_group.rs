//! Groups, roles, and who may do what in which group. The relations have no key of their own in OTOBO:
//! a row may stand there twice.

use sea_orm_migration::prelude::*;

use crate::create::create;
use crate::row::{Rows, counted, uncounted};
use crate::table::{Table, id, integer, small, table, text, validity};

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
        table("groups_table", [id("id"), text("name", 191).ignoring_case(), text("comments", 250).null(), validity()])
            .stamped()
            .unique("groups_name", "name"),
        table(
            "group_user",
            [
                integer("user_id").references("users"),
                integer("group_id").references("groups_table"),
                text("permission_key", 20),
            ],
        )
        .stamped()
        .index("group_user_user_id", "user_id")
        .index("group_user_group_id", "group_id"),
        table("roles", [id("id"), text("name", 191), text("comments", 250).null(), validity()])
            .stamped()
            .unique("roles_name", "name"),
        table("role_user", [integer("user_id").references("users"), integer("role_id")])
            .stamped()
            .index("role_user_user_id", "user_id")
            .index("role_user_role_id", "role_id"),
        table(
            "group_role",
            [
                integer("role_id").references("roles"),
                integer("group_id").references("groups_table"),
                text("permission_key", 20),
                small("permission_value"),
            ],
        )
        .stamped()
        .index("group_role_role_id", "role_id")
        .index("group_role_group_id", "group_id"),
        table(
            "group_customer_user",
            [
                text("user_id", 100).ignoring_case(),
                integer("group_id").references("groups_table"),
                text("permission_key", 20),
                small("permission_value"),
            ],
        )
        .stamped()
        .index("group_customer_user_user_id", "user_id")
        .index("group_customer_user_group_id", "group_id"),
        table(
            "group_customer",
            [
                text("customer_id", 150).ignoring_case(),
                integer("group_id").references("groups_table"),
                text("permission_key", 20),
                small("permission_value"),
                text("permission_context", 100),
            ],
        )
        .stamped()
        .index("group_customer_customer_id", "customer_id")
        .index("group_customer_group_id", "group_id"),
    ]
}

const ROWS: &[Rows] = &[
    counted(
        "groups_table",
        "id, name, comments, valid_id",
        &[
            "1, 'users', 'Group for default access.', 1",
            "2, 'admin', 'Administrators.', 1",
            "3, 'stats', 'Statistics.', 1",
        ],
    ),
    uncounted("group_user", "user_id, group_id, permission_key", &["1, 1, 'rw'", "1, 2, 'rw'", "1, 3, 'rw'"]),
];
