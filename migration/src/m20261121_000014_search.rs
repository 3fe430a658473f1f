//! The indexes for searches, on the native layout.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::search::{POSTGRES_EXTENSION, SEARCH_INDEXES};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let script = script(manager.get_database_backend());
        manager.get_connection().execute_unprepared(&script).await?;
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn script(backend: DbBackend) -> String {
    let statements = SEARCH_INDEXES.iter().flat_map(|index| index.create_statements(backend));
    let script: String = statements.map(|statement| statement + ";\n").collect();
    match backend {
        // The extension may not be installed, and not everybody may add it. Searches are slower then.
        DbBackend::Postgres => format!(
            "DO $$ BEGIN\n{POSTGRES_EXTENSION};\n{script}EXCEPTION\n\
             WHEN undefined_file OR feature_not_supported OR insufficient_privilege OR undefined_object THEN\n\
             RAISE NOTICE 'searches have no index: %', SQLERRM;\nEND $$"
        ),
        _ => script,
    }
}
