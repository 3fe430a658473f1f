//! The indexes of our own, on the native layout.

use sea_orm_migration::prelude::*;

use crate::index::OWN;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let wanted = OWN.iter().filter(|index| index.is_wanted(backend));
        let script: String = wanted
            .map(|index| index.create_statement(backend) + ";\n")
            .collect();
        manager.get_connection().execute_unprepared(&script).await?;
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
