//! The tables of our own, which no help desk of the family has: the change log, sessions and API tokens. They are the only
//! ones that stand beside the tables of another product. Times are milliseconds since 1970 in UTC, not naive columns.

use sea_orm_migration::prelude::*;

use crate::create::create;
use crate::table::{Table, big, big_id, small, table, text};

use crate::LOCKS;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, &tables(), &[]).await?;
        let locks: Vec<String> = (0..LOCKS).map(|id| format!("({id})")).collect();
        let insert = format!("INSERT INTO deskgraph_lock (id) VALUES {}", locks.join(", "));
        manager.get_connection().execute_unprepared(&insert).await?;
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// The tables of this area.
pub(crate) fn tables() -> Vec<Table> {
    vec![
        // One row for each change of a record. Rows are added and never altered, but for `subject`, the key that the
        // record has today in small letters: it follows the record when that is renamed.
        table(
            "deskgraph_change",
            [
                big_id("id"),
                big("changed_at"),
                text("kind", 30),
                text("realm", 10),
                text("actor", 200),
                text("entity_type", 30),
                text("entity_key", 250),
                text("subject", 500),
                text("fields", 16_777_215),
                text("request_id", 64),
            ],
        )
        .index("deskgraph_change_subject", "entity_type, subject, id"),
        // Rows that writers lock so that two of them do not make the same thing at once.
        table("deskgraph_lock", [small("id").primary()]),
        // One row for each login that is still good.
        table(
            "deskgraph_session",
            [
                text("id", 36).primary(),
                text("realm", 10),
                text("login", 200),
                text("password_stamp", 64),
                text("selector", 64),
                text("secret_hash", 64),
                big("created_at"),
                big("refreshed_at"),
                big("expires_at"),
            ],
        )
        .unique("deskgraph_session_selector", "selector")
        .index("deskgraph_session_account", "realm, login")
        .index("deskgraph_session_expires_at", "expires_at"),
        table(
            "deskgraph_api_token",
            [
                big_id("id"),
                text("realm", 10),
                text("login", 200),
                text("password_stamp", 64),
                text("name", 200),
                small("is_read_only"),
                text("secret_hash", 64),
                big("created_at"),
                big("expires_at").null(),
                big("last_used_at").null(),
            ],
        )
        .unique("deskgraph_api_token_secret", "secret_hash")
        .index("deskgraph_api_token_account", "realm, login"),
    ]
}
