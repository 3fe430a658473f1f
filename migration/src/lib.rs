//! The native table layout: the tables of OTOBO 11 that Deskgraph works with, under the same names
//! and with the same types, keys and first rows, on SQLite, PostgreSQL and MariaDB, and the indexes
//! of our own that the queries want. Existing OTOBO, Znuny and OTRS 6 databases are not touched by
//! these migrations.
//!
//! A migration that was broken off on MariaDB may leave tables behind, because MariaDB cannot take
//! back what it made: those of that step have to be dropped before it is done again.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DynIden;

mod create;
pub mod index;
mod m20261121_000001_account;
mod m20261121_000002_group;
mod m20261121_000003_queue;
mod m20261121_000004_service;
mod m20261121_000005_customer;
mod m20261121_000006_ticket;
mod m20261121_000007_article;
mod m20261121_000008_history;
mod m20261121_000009_dynamic_field;
mod m20261121_000010_system;
mod m20261121_000011_index;
mod m20261121_000012_own;
mod m20261121_000013_attempt;
mod m20261121_000014_search;
mod row;
pub mod search;
mod sql;
mod table;

pub use sea_orm_migration::{MigratorTrait, SchemaManager};

/// The table in which the migrator notes what it has done. Its name tells a database of ours from
/// one that OTOBO made.
pub const MIGRATION_TABLE: &str = "deskgraph_migration";

/// The same where only our own tables were added to those of another product.
pub const OWN_MIGRATION_TABLE: &str = "deskgraph_own_migration";

/// How many rows `deskgraph_lock` has, numbered from 0.
pub const LOCKS: i16 = 64;

/// Makes and upgrades the native layout: `Migrator::up(&db, None)`.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_account::Migration),
            Box::new(m20261121_000002_group::Migration),
            Box::new(m20261121_000003_queue::Migration),
            Box::new(m20261121_000004_service::Migration),
            Box::new(m20261121_000005_customer::Migration),
            Box::new(m20261121_000006_ticket::Migration),
            Box::new(m20261121_000007_article::Migration),
            Box::new(m20261121_000008_history::Migration),
            Box::new(m20261121_000009_dynamic_field::Migration),
            Box::new(m20261121_000010_system::Migration),
            Box::new(m20261121_000011_index::Migration),
            Box::new(m20261121_000012_own::Migration),
            Box::new(m20261121_000013_attempt::Migration),
            Box::new(m20261121_000014_search::Migration),
        ]
    }

    fn migration_table_name() -> DynIden {
        MIGRATION_TABLE.into_iden()
    }
}

/// Makes and upgrades our own tables beside those of another product, and nothing else.
pub struct OwnMigrator;

#[async_trait::async_trait]
impl MigratorTrait for OwnMigrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m20261121_000012_own::Migration), Box::new(m20261121_000013_attempt::Migration)]
    }

    fn migration_table_name() -> DynIden {
        OWN_MIGRATION_TABLE.into_iden()
    }
}

/// The steps that make tables, by name, with those that they make, in the order of both.
fn steps() -> Vec<(String, Vec<table::Table>)> {
    fn step(migration: impl MigrationName, tables: Vec<table::Table>) -> (String, Vec<table::Table>) {
        (migration.name().to_owned(), tables)
    }
    vec![
        step(m20261121_000001_account::Migration, m20261121_000001_account::tables()),
        step(m20261121_000002_group::Migration, m20261121_000002_group::tables()),
        step(m20261121_000003_queue::Migration, m20261121_000003_queue::tables()),
        step(m20261121_000004_service::Migration, m20261121_000004_service::tables()),
        step(m20261121_000005_customer::Migration, m20261121_000005_customer::tables()),
        step(m20261121_000006_ticket::Migration, m20261121_000006_ticket::tables()),
        step(m20261121_000007_article::Migration, m20261121_000007_article::tables()),
        step(m20261121_000008_history::Migration, m20261121_000008_history::tables()),
        step(m20261121_000009_dynamic_field::Migration, m20261121_000009_dynamic_field::tables()),
        step(m20261121_000010_system::Migration, m20261121_000010_system::tables()),
        step(m20261121_000012_own::Migration, m20261121_000012_own::tables()),
        step(m20261121_000013_attempt::Migration, m20261121_000013_attempt::tables()),
    ]
}

fn names_of(steps: impl IntoIterator<Item = (String, Vec<table::Table>)>) -> Vec<&'static str> {
    steps.into_iter().flat_map(|(_, tables)| tables).map(|table| table.name).collect()
}

/// The names of the tables that the step of this name makes.
pub fn tables_of_step(name: &str) -> Vec<&'static str> {
    names_of(steps().into_iter().filter(|(step, _)| step == name))
}

/// The names of our own tables, in the order in which they are made.
pub fn own_table_names() -> Vec<&'static str> {
    OwnMigrator::migrations().iter().flat_map(|step| tables_of_step(step.name())).collect()
}

/// The names of all tables of the native layout that other products have too, in the order in which they are made.
pub fn table_names() -> Vec<&'static str> {
    let own = own_table_names();
    names_of(steps()).into_iter().filter(|name| !own.contains(name)).collect()
}
