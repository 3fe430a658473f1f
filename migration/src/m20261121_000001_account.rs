//! Validities and agents. The two point to each other, so the keys of `valid` come last.

use sea_orm_migration::prelude::*;

use crate::create::create;
use crate::row::{Rows, counted};
use crate::table::{Table, blob, id, integer, small_id, table, text, time, validity};

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
            "valid",
            [
                small_id("id"),
                text("name", 191),
                time("create_time"),
                integer("create_by").references_later("users"),
                time("change_time"),
                integer("change_by").references_later("users"),
            ],
        )
        .unique("valid_name", "name"),
        table(
            "users",
            [
                id("id"),
                text("login", 191).ignoring_case(),
                text("pw", 128),
                text("title", 50).null(),
                text("first_name", 100),
                text("last_name", 100),
                validity(),
            ],
        )
        .stamped()
        .unique("users_login", "login"),
        table(
            "user_preferences",
            [integer("user_id").references("users"), text("preferences_key", 150), blob("preferences_value").null()],
        )
        .index("user_preferences_user_id", "user_id"),
    ]
}

/// Agent 1 owns all first rows. Its password matches nothing until one is set: OTOBO's well-known
/// first password would leave the door open.
const ROWS: &[Rows] = &[
    counted("valid", "id, name", &["1, 'valid'", "2, 'invalid'", "3, 'invalid-temporarily'"]),
    counted("users", "id, login, pw, first_name, last_name, valid_id", &["1, 'root@localhost', '*', '-', '-', 1"]),
];
