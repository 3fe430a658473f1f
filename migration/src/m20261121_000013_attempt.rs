//! The table of our own that counts sign-ins, for all servers together.

use sea_orm_migration::prelude::*;

use crate::create::create;
use crate::table::{Table, big, integer, table, text};

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

/// The tables of this step.
pub(crate) fn tables() -> Vec<Table> {
    vec![
        // One row for each account and each address that a password was tried for or from, until that is forgotten.
        table("deskgraph_attempt", [text("id", 64).primary(), integer("tries"), big("free_at"), big("until_at")])
            .index("deskgraph_attempt_until_at", "until_at"),
    ]
}
